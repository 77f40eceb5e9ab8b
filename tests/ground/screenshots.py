"""`make screenshots`: every page at two widths, in both languages, light and dark, as contact sheets.

The pages are those of the sample, shown by the real server in development. Sheets go to build/screenshots/. Words after the
command name the dresses that are wanted: `python -m tests.ground.screenshots 390-en-light`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from lxml import html
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, TimeoutError, sync_playwright

from config import ROOT
from tests.ground.browsers import fits_the_screen, launch_browser
from tests.ground.servers import LiveServer, clean_environment, free_port

OUT = ROOT / "build" / "screenshots"
WIDTHS = (390, 1280)
LANGUAGES = ("en", "zh")
SCHEMES = ("light", "dark")
# Pages longer than this are cut, so that a sheet stays readable.
LONGEST = 2400
MOST_MILLISECONDS = 3000
GAP = 24
GROUND = "#7b858c"
FILES = (".ics", ".png", ".svg", ".pdf", ".json", ".xml", ".csv", ".xlsx")

# Run beside the server, over its database.
PERSONAL_PAGES = """
from eventapp import create_app
from eventapp.db import db
from eventapp.passes.queries import code_digits
from eventapp.registration.models import Registration
from eventapp.registration.queries import link_token

with create_app().test_request_context():
    of_each_state = {row.state: row for row in db.session.query(Registration).order_by(Registration.id)}
    for state, row in of_each_state.items():
        print(f"/r/{link_token(row)}?state={state}")
        if state == "confirmed":
            print(f"/p/{code_digits(row.event_id, row.public_id, row.pass_serial)}")
"""


@dataclass(frozen=True)
class Shot:
    """One page in one dress."""

    name: str
    picture: Image.Image
    overflows: bool


def main() -> int:
    """Make the sheets; the status is 1 if a page is wider than its screen or does not answer."""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = _serve(Path(folder))
        try:
            faults = _photograph(site, launch_browser(playwright))
        finally:
            site.stop()
    sys.stdout.write(f"Contact sheets are in {OUT.relative_to(ROOT)}.\n" + "".join(f"{fault}\n" for fault in faults))
    return 1 if faults else 0


def _serve(folder: Path) -> LiveServer:
    port = free_port()
    settings = {"INSTANCE_DIR": str(folder), "BASE_URL": f"http://127.0.0.1:{port}", "APP_ENV": "development"}
    environment = clean_environment(**settings)
    for command in (["db", "upgrade"], ["demo"]):
        subprocess.run(
            [sys.executable, "-m", "flask", *command], cwd=ROOT, env=environment, check=True, capture_output=True
        )
    site = LiveServer(url=settings["BASE_URL"], port=port, log_path=folder / "server.log")
    site.environment = environment
    site.start(environment, workers=2, threads=4, with_worker=False)
    return site


def _photograph(site: LiveServer, browser: Browser) -> list[str]:
    faults = []
    state = _sign_in(site, browser)
    pages = _pages(site, browser, state)
    for width, language, scheme in product(WIDTHS, LANGUAGES, SCHEMES):
        if len(sys.argv) > 1 and f"{width}-{language}-{scheme}" not in sys.argv:
            continue
        context = browser.new_context(
            base_url=site.url, viewport={"width": width, "height": 844 if width < 600 else 800},
            color_scheme=scheme, storage_state=state, locale="zh-CN" if language == "zh" else "en-GB",
        )  # fmt: skip
        shots = [_shot(context, name, f"{path}{'&' if '?' in path else '?'}lang={language}") for name, path in pages]
        context.close()
        for number, start in enumerate(range(0, len(shots), 8), 1):
            _sheet(shots[start : start + 8]).save(OUT / f"{width}-{language}-{scheme}-{number}.png")
        faults += [f"wider than {width} px: {shot.name} ({language})" for shot in shots if shot.overflows]
    return faults


def _sign_in(site: LiveServer, browser: Browser) -> dict[str, object]:
    from eventapp.demo import ORGANISER_EMAIL

    command = [sys.executable, "-m", "flask", "accounts", "sign-in-link", ORGANISER_EMAIL]
    printed = subprocess.run(command, cwd=ROOT, env=site.environment, check=True, capture_output=True, text=True).stdout
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    page.goto(urlsplit(printed.strip().splitlines()[-1]).path)
    page.click("main button")
    state = context.storage_state()
    context.close()
    return dict(state)


def _pages(site: LiveServer, browser: Browser, state: dict[str, object]) -> list[tuple[str, str]]:
    """Every page that is reached by links from the front page and the desk, one of each kind; and those no link leads to."""
    context = browser.new_context(base_url=site.url, storage_state=state)  # type: ignore[arg-type]
    seen: dict[str, str] = {"/nowhere": "/nowhere", "/door/": "/door/"}
    queue = ["/", "/manage/", "/manage/gallery", "/dev/mail", *_personal_pages(site)]
    while queue:
        path = queue.pop(0)
        kind = _kind(path)
        if kind in seen:
            continue
        # Asked for, not gone to: many a link leads to a file.
        answer = None if urlsplit(path).path.endswith(FILES) else context.request.get(path)
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            continue
        seen[kind] = path
        links = html.fromstring(answer.body()).xpath("//a[@href][not(@download)]/@href")
        queue += [link.split("#")[0] for link in links if link.startswith("/")]
    context.close()
    return sorted(seen.items())


def _personal_pages(site: LiveServer) -> list[str]:
    """One registration in each state, and a pass: no link of the site leads to them."""
    printed = subprocess.run(
        [sys.executable, "-c", PERSONAL_PAGES],
        cwd=ROOT,
        env=site.environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [line for line in printed.split() if line.startswith("/")]


def _kind(path: str) -> str:
    """What page this is, whichever row it shows."""
    address = urlsplit(path)
    state = "".join(f" {state}" for state in parse_qs(address.query).get("state", ()))
    parts = address.path.split("/")
    kind = "/".join("*" if (len(part) >= 16 and part.isalnum()) or len(part) > 40 else part for part in parts)
    return kind.replace("alliance-launch", "delta-summit") + state


def _shot(context: BrowserContext, name: str, path: str) -> Shot:
    page = context.new_page()
    page.goto(path)
    with suppress(TimeoutError):
        # What is shown live never becomes idle.
        page.wait_for_load_state("networkidle", timeout=MOST_MILLISECONDS)
    fits = fits_the_screen(page)
    picture = Image.open(BytesIO(page.screenshot(full_page=True))).convert("RGB")
    page.close()
    return Shot(name, picture.crop((0, 0, picture.width, min(picture.height, LONGEST))), not fits)


def _sheet(shots: list[Shot]) -> Image.Image:
    width = sum(shot.picture.width for shot in shots) + GAP * (len(shots) + 1)
    height = max(shot.picture.height for shot in shots) + 3 * GAP
    sheet = Image.new("RGB", (width, height), GROUND)
    draw, left = ImageDraw.Draw(sheet), GAP
    for shot in shots:
        draw.text((left, GAP // 2), shot.name, fill="white")
        sheet.paste(shot.picture, (left, 2 * GAP))
        left += shot.picture.width + GAP
    return sheet


if __name__ == "__main__":
    raise SystemExit(main())
