"""The page of an invitation on a small phone, in a real browser."""

from __future__ import annotations

import pytest

from tests.ground.browsers import fits_the_screen
from tests.registration.invited import fresh, page_of, sent, vip_category

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_guest_reads_and_answers_by_keyboard_on_a_small_phone(event, page_at, axe, language):
    row = sent(vip_category(event), language=language, plus_ones=1)
    page = page_at(360, language)
    page.goto(page_of(row))
    assert axe(page) == []
    assert fits_the_screen(page)
    assert fresh(row).state == "sent", "looking at it opens nothing"
    with page.expect_response("**/opened") as told:
        page.keyboard.press("Tab")
    assert told.value.status == 204
    assert fresh(row).state == "opened"
    page.locator("summary").focus()
    page.keyboard.press("Enter")
    page.locator("#word").fill("Abroad")
    assert axe(page) == []
    page.locator("#word").press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice-good")
    assert (fresh(row).state, fresh(row).word) == ("declined", "Abroad")
    assert axe(page) == []
    page.locator("main form button").press("Enter")
    page.wait_for_selector(".notice-good")
    for link in ("/deputy", ""):
        page.goto(f"{page_of(row)}{link}")
        assert axe(page) == []
        assert fits_the_screen(page)
    page.locator("a.button-primary").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#register")
    assert axe(page) == []
    assert fits_the_screen(page)
