"""A guest's own page and what hangs on it, in a real browser at 360 px: axe, the keyboard, and no scripts at all."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from eventapp.registration.models import Registration
from tests.registration.asking import ask
from tests.registration.guests import make_category, make_notice, own_page, register_guest
from tests.registration.test_browser_pages import too_wide

pytestmark = pytest.mark.browser
PATHS = ("", "/details", "/answers", "/address", "/category", "/hand-over", "/data")


@pytest.fixture
def registration(event) -> Registration:
    make_notice(event)
    ask(event, "plate", label_en="Car plate", label_zh="车牌号")
    make_category(event, 5, code="academia", name_en="Academia", name_zh="学术界")
    return register_guest(
        make_category(event, 2), 1, phone="+8613800138000", organisation="Suzhou Instruments and Optics Company Limited"
    )


def tab_to(page: Any, words: str, most: int = 80) -> None:
    """Reach a link or a button with the Tab key alone."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText || ''").strip() == words:
            return
    raise AssertionError(f"{words} is not reached by the keyboard")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_axe_finds_nothing_and_nothing_is_cut_off_at_360_px(page_at, axe, registration, live_server, language):
    page = page_at(width=360, language=language)
    found = {}
    for path in (*(own_page(registration) + path for path in PATHS), "/e/delta-2026/find-registration"):
        page.goto(path)
        if faults := [*axe(page), *too_wide(page)]:
            found[path[-20:]] = faults
    assert found == {}


def test_state_and_pass_come_first_and_the_rest_is_reached_by_the_keyboard(page_at, axe, registration, live_server):
    page = page_at(width=360)
    page.goto(own_page(registration))
    order = page.locator("main :is(h1, h2, .button-primary)").all_inner_texts()
    assert order[:3] == ["You are registered", "Open my pass", "What you can do"]
    tab_to(page, "Hand my place to a colleague")
    page.keyboard.press("Enter")
    page.focus("#given_en")
    page.keyboard.type("Meimei")
    page.focus("#email")
    page.keyboard.type("han@example.org")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Hand your place over?")
    assert axe(page) == []
    tab_to(page, "Yes, hand it over")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Your place is handed over")


def test_all_of_it_works_without_scripts(browser, registration, live_server):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740}, locale="en")
    page = context.new_page()
    page.goto(live_server.url + own_page(registration))
    page.get_by_role("link", name="Change my answers").click()
    page.get_by_label("Car plate").fill("E12345")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Change my details").click()
    page.get_by_label("Position").fill("Engineer")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Engineer")
    page.get_by_role("link", name="Correct the e-mail address").click()
    page.get_by_label("Right e-mail address").fill("li@example.org")
    page.get_by_role("button", name="Send it there").click()
    expect(page.locator("main")).to_contain_text("We have sent your new link to li@example.org.")
    context.close()
