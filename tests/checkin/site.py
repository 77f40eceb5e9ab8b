"""The running site that all browser tests of the door share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from playwright.sync_api import Page, expect

from eventapp import create_app
from tests.ground.databases import SECRET_KEY, SqliteTemplate, settings_for
from tests.ground.servers import LiveServer, clean_environment, free_port

# The keys of a hardware scanner, wherever the focus is.
BURST = """(text) => {
  // All keys are pressed before the page gets around to the first.
  const press = (key) => new KeyboardEvent("keydown", { key, code: key === "Enter" ? key : "", bubbles: true, cancelable: true });
  for (const event of [...text, "Enter"].map(press)) (document.activeElement ?? document.body).dispatchEvent(event);
}"""


@dataclass
class Site:
    """A server and an application on the same database."""

    app: Flask
    url: str
    server: LiveServer
    environment: dict[str, str]

    def goes_down(self) -> None:
        self.server.stop()
        self.server.processes.clear()

    def comes_back(self) -> None:
        self.server.start(self.environment, workers=1, threads=4, with_worker=False)


@contextmanager
def running_site(folder: Path, template: SqliteTemplate) -> Iterator[Site]:
    """Start the real server over a fresh SQLite database, and stop it."""
    port = free_port()
    server = LiveServer(f"http://127.0.0.1:{port}", port, folder / "server.log")
    database = template.copy_to(folder / "eventapp.sqlite3")
    settings = {
        "APP_ENV": "testing",
        "SECRET_KEY": SECRET_KEY,
        "BASE_URL": server.url,
        "DATABASE_URL": database.url,
        "INSTANCE_DIR": str(folder),
        "MAIL_URL": "",
    }
    app = create_app(settings_for(database.url, folder, base_url=server.url))
    site = Site(app, server.url, server, clean_environment(**settings))
    site.comes_back()
    yield site
    server.stop()


def pair_in_browser(page: Page, link: str, button: str = "Pair this device") -> Page:
    """Open a pairing link and press its button, as a person does; the page is the open door then."""
    page.goto(link)
    page.get_by_role("button", name=button).click()
    page.wait_for_url("**/door/")
    expect(page.locator("#door")).to_be_visible()
    return page


def type_like_a_scanner(page: Page, text: str) -> None:
    """A hardware scanner types fast, wherever the focus is, and ends with Enter."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def expect_verdict(page: Page, verdict: str, seconds: float = 10) -> None:
    """The verdict fills the screen."""
    screen = page.locator(f'#verdict[data-verdict="{verdict}"]')
    expect(screen).to_be_visible(timeout=seconds * 1000)
    assert page.viewport_size is not None
    assert screen.bounding_box() == {"x": 0, "y": 0, **page.viewport_size}


def scan_at_once(page: Page, text: str) -> None:
    """A hardware scanner at its fastest, however busy the machine is."""
    page.evaluate(BURST, text)
