"""A real browser: which one there is, its pages, and what axe finds on them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Playwright

AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js"
SYSTEM_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HEIGHTS = {390: 844, 1280: 800}
STAND_STILL = """async () => {
  const finite = animation => Number.isFinite(animation.effect?.getComputedTiming().endTime);
  await Promise.all(document.getAnimations().filter(finite).map(animation => animation.finished.catch(() => null)));
}"""
# The status of an answer, a network that is gone, an address without HTTPS.
PROVOKED = (
    "the server responded with a status of",
    "net::ERR_INTERNET_DISCONNECTED",
    "net::ERR_CONNECTION_",
    "Cross-Origin-Opener-Policy header has been ignored",
)
NO_BROWSER = "no browser on this machine (looked for chromium, chromium-browser, google-chrome and Playwright's own)"


def launch_browser(playwright: Playwright, flags: Sequence[str] = ()) -> Browser:
    """Start the system's Chromium, else Playwright's own; without one the test is skipped, and fails where CI=true."""
    path = next(filter(None, map(shutil.which, SYSTEM_BROWSERS)), None)
    try:
        return playwright.chromium.launch(executable_path=path, args=[*FLAGS, *flags])
    except Error as error:
        if path is not None or "Executable doesn't exist" not in str(error):
            raise
    if os.environ.get("CI") == "true":
        pytest.fail(NO_BROWSER)
    pytest.skip(NO_BROWSER)


class WatchedPage:
    """A page and everything that went wrong on it: console errors, exceptions, broken security policy."""

    def __init__(self, browser: Browser, *, width: int, language: str, base_url: str | None) -> None:
        self.context = browser.new_context(
            viewport={"width": width, "height": HEIGHTS.get(width, 800)},
            locale="zh-CN" if language == "zh" else "en-GB",
            timezone_id="Asia/Shanghai",
            base_url=base_url,
            has_touch=width < 600,
        )
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def close(self) -> None:
        self.context.close()

    def _hear(self, message: ConsoleMessage) -> None:
        # What a test provokes is the test's business; the browser reports it as an error, too.
        if message.type == "error" and not any(provoked in message.text for provoked in PROVOKED):
            self.errors.append(message.text)


def fits_the_screen(page: Page) -> bool:
    """Whether nothing on the page reaches beyond the width of the screen."""
    _wait_for_the_page(page)
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def axe_violations(page: Page) -> list[dict[str, Any]]:
    """What axe-core finds on the page: rule, why it matters, and the elements."""
    _wait_for_the_page(page)
    # Evaluated, not added as a script: that works under our strict policy, which stays on.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    # What is still fading in has not yet the colours that people read.
    page.evaluate(STAND_STILL)
    found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    return [
        {
            "rule": rule["id"],
            "help": rule["help"],
            "impact": rule["impact"],
            "elements": [node["html"] for node in rule["nodes"]],
        }
        for rule in found
    ]


def _wait_for_the_page(page: Page) -> None:
    """After a click the next page may have begun and hold nothing yet."""
    page.wait_for_load_state("load")
