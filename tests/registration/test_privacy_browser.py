"""The pages about data, in a real browser at 360 px: nothing that axe finds, nothing wider than the screen."""

from __future__ import annotations

import pytest

from eventapp.registration.models import Category
from tests.ground.browsers import fits_the_screen
from tests.registration.guests import make_category, own_page
from tests.registration.test_consents import asking, register  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser


@pytest.fixture
def category(event) -> Category:
    return make_category(event)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_public_pages_about_data_are_sound_on_a_small_phone(
    event,
    category,
    asking,  # noqa: F811
    live_server,
    page_at,
    axe,
    language,
):
    guest = register(category, 1, "public_list", organisation="Suzhou Instruments for Very Long Names")
    page = page_at(360, language, base_url=live_server.url)
    for address in (
        "/e/delta-2026/privacy",
        "/e/delta-2026/participants",
        "/e/delta-2026/register",
        f"{own_page(guest)}/consents",
        f"{own_page(guest)}/erase",
    ):
        page.goto(address)
        assert axe(page) == [], address
        assert fits_the_screen(page), address


def test_a_consent_is_given_and_taken_back_by_keyboard_without_scripts(event, category, asking, live_server, page_at):  # noqa: F811
    guest = register(category, 1)
    page = page_at(360, base_url=live_server.url)
    page.goto(f"{own_page(guest)}/consents")
    page.get_by_role("button", name="Agree News of later events").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Take it back News of later events").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Agree News of later events").wait_for()
