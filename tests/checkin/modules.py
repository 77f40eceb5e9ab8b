"""The door's modules in a page of their own: from the disk, with the browser's real storage and no server."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, Route

ROOT = Path(__file__).resolve().parents[2]


def open_modules(page: Page) -> Page:
    """Open a blank page that can import the door's modules."""
    page.route("http://localhost/**", _from_disk)
    page.goto("http://localhost/blank")
    return page


def _from_disk(route: Route) -> None:
    path = ROOT / route.request.url.removeprefix("http://localhost/").partition("?")[0]
    if path.is_file():
        route.fulfill(path=path)
    else:
        route.fulfill(body="<!doctype html><title>Modules</title>", content_type="text/html")
