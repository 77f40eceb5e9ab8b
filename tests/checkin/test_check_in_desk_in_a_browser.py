"""The check-in desk in a real browser: numbers change by themselves, paper fits its width, everything can be reached."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from eventapp.accounts.actions import new_sign_in_link
from eventapp.accounts.actor import SYSTEM
from tests.checkin.stage import a_scan, digits_of, make_checkpoint, make_guest
from tests.ground.browsers import fits_the_screen

DESK = "/manage/delta-2026/check-in"
PAGES = ("", "/conflicts", "/devices", "/devices/new", "/list", "/walk-in", "/rules")


@pytest.fixture
def server(event, scanner, serve):
    make_checkpoint(event, "hall", rule="visits")
    code = digits_of(make_guest(event))
    # The third is a conflict: let in by itself, without a network.
    scanner.send(
        a_scan(code), a_scan(digits_of(make_guest(event, "cancelled"))), a_scan(code, offline=True, local="admitted")
    )
    scanner.tell("heartbeat", {"battery": 9, "queue": 4, "clock": "2020-01-01T00:00:00Z"})
    return serve(workers=1, threads=8)


@pytest.fixture
def open_desk(server, organiser, page_at):
    """`open_desk(390, "zh")` is a page of that width on which the organiser is signed in."""

    def sign_in(width: int, language: str = "en") -> Page:
        page = page_at(width, language, base_url=server.url)
        page.goto(f"/sign-in/{new_sign_in_link(organiser.id, by=SYSTEM)}?lang={language}")
        page.locator("main form button").first.click()
        page.wait_for_url("**/manage/**")
        return page

    return sign_in


def test_numbers_change_by_themselves(event, scanner, open_desk):
    page = open_desk(1280)
    page.goto(DESK)
    expect(page.locator("#admitted-gate")).to_have_text("1")
    page.locator("#arrivals-as-table > summary").click()
    page.locator("h1").click()
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(2500)
    scanner.send(a_scan(digits_of(make_guest(event))))
    expect(page.locator("#admitted-gate")).to_have_text("2", timeout=10_000)
    expect(page.locator("#live-numbers .stat-number").nth(1)).to_have_text("2")
    # What was opened stays open.
    expect(page.locator("#arrivals-as-table")).to_have_attribute("open", "")


def test_the_desk_is_clean_and_fits_every_width_and_the_list_fits_paper(open_desk, axe):
    page = open_desk(1280)
    for width, language in ((1280, "en"), (390, "zh"), (320, "en")):
        page.set_viewport_size({"width": width, "height": 800})
        for path in PAGES:
            page.goto(f"{DESK}{path}?lang={language}")
            assert axe(page) == [], path
            assert fits_the_screen(page), f"{path} at {width}"
    page.goto(f"{DESK}/list")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 703, "height": 1000})
    expect(page.locator(".desk-header")).to_be_hidden()
    expect(page.locator(".letters")).to_be_hidden()
    expect(page.locator("table.paper").first).to_be_visible()
    assert fits_the_screen(page)
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
