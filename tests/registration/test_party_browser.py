"""The form for parties and the contact's page in a real browser: by keyboard, on a narrow phone, for everybody."""

from __future__ import annotations

import os

import pytest

from eventapp.registration.queries import party_token
from tests.ground.browsers import fits_the_screen
from tests.registration.guests import make_category, make_notice
from tests.registration.test_parties import register

FORM = "/e/delta-2026/register/party"


@pytest.mark.browser
@pytest.mark.parametrize(("width", "language"), [(320, "en"), (1280, "zh")])
def test_the_form_and_the_page_of_a_party_are_open_to_everybody(event, page_at, axe, width, language):
    make_notice(event)
    category = make_category(event, 5)
    party = register(category, 7)
    page = page_at(width, language)
    for name, path in (
        ("form", FORM),
        ("party", f"/party/{party_token(party)}"),
        ("add", f"/party/{party_token(party)}/add"),
    ):
        page.goto(path)
        assert fits_the_screen(page), path
        assert axe(page) == [], path
        if os.environ.get("ENGINE_SHOTS"):
            page.screenshot(path=f"{os.environ['ENGINE_SHOTS']}/{name}-{width}.png", full_page=True)


@pytest.mark.browser
def test_enter_in_a_field_registers_and_does_not_ask_for_more_rows(event, page_at):
    make_category(event, 5)
    page = page_at(390, "en")
    page.goto(FORM)
    page.fill("#contact_name", "Ms Zhao")
    page.fill("#contact_email", "zhao@example.org")
    page.fill("#p1_given_en", "Lei")
    page.keyboard.press("Enter")
    page.wait_for_url("**/party/*")
    assert page.locator("h1").inner_text() == "My party"
