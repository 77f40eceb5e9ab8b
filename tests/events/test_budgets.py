"""What a page costs to load, and that it needs no script to be read."""

from __future__ import annotations

import gzip
from urllib.parse import urljoin

import pytest
from flask import Flask
from playwright.sync_api import Browser

from eventapp.events.models import Event
from tests.events.extremes import LONG_EN, SLUG, make_extremes
from tests.ground.servers import LiveServer
from tests.ground.visitors import Visitor

MOST_BYTES = 150_000
PAGES = ("", "agenda", "speakers", "register", "now", "driver")
ZIPPED = {"Accept-Encoding": "gzip"}


@pytest.fixture
def extremes(app: Flask) -> Event:
    return make_extremes()


def _loaded_by(visitor: Visitor, address: str) -> dict[str, int]:
    """The bytes of a page and of every style sheet and script it names, as they go over the wire."""
    page = visitor.get(address, status=200)
    found = {address: len(page.get_data())}
    for part in page.tree.xpath("//link[@rel='stylesheet']/@href | //script/@src"):
        found[part] = len(visitor.get(urljoin(address, part), status=200, headers=ZIPPED).get_data())
    return found


@pytest.mark.parametrize("page", PAGES)
def test_a_public_page_stays_under_150_kilobytes_without_pictures(extremes: Event, client: Visitor, page: str) -> None:
    loaded = _loaded_by(client, f"/e/{SLUG}/{page}")
    assert sum(loaded.values()) < MOST_BYTES, loaded


def test_the_front_page_of_all_events_stays_under_150_kilobytes(extremes: Event, client: Visitor) -> None:
    loaded = _loaded_by(client, "/")
    assert sum(loaded.values()) < MOST_BYTES, loaded


def test_a_style_sheet_goes_out_compressed_to_whoever_takes_it(client: Visitor) -> None:
    address = "/static/css/components.css"
    plain, zipped = client.get(address, status=200), client.get(address, status=200, headers=ZIPPED)
    assert gzip.decompress(zipped.get_data()) == plain.get_data()
    assert (zipped.headers["Content-Encoding"], plain.headers.get("Content-Encoding")) == ("gzip", None)
    assert "Accept-Encoding" in zipped.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]
    again = {**ZIPPED, "If-None-Match": zipped.headers["ETag"]}
    assert client.get(address, status=304, headers=again).get_data() == b""


@pytest.mark.browser
def test_every_public_page_is_read_without_scripts(extremes: Event, live_server: LiveServer, browser: Browser) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    for name in PAGES:
        page.goto(f"/e/{SLUG}/{name}")
        assert page.locator("h1").is_visible(), name
    page.goto(f"/e/{SLUG}/agenda")
    assert page.locator(".agenda-row").count() == 6
    assert page.locator(".agenda-row h3", has_text=LONG_EN).first.is_visible()
    page.goto(f"/e/{SLUG}/register")
    page.get_by_label("A", exact=True).check()
    page.get_by_label("Given name").fill("Y")
    page.get_by_label("E-mail").fill("y@example.org")
    page.get_by_label("I have read").check()
    page.get_by_role("button", name="Register").click()
    assert page.locator("h1").inner_text() == "You are registered"
    context.close()
