"""Public pages in a real browser: nothing for axe to find, nothing lost on a narrow screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page

from eventapp.agenda.queries import sessions_in_order
from eventapp.events.models import Event
from eventapp.people.queries import people_of
from eventapp.registration.queries import categories_of, link_token
from tests.events.extremes import SLUG, make_extremes
from tests.ground.browsers import fits_the_screen
from tests.registration.guests import pass_digits, register_guest

pytestmark = pytest.mark.browser


@pytest.fixture
def event(app: Flask) -> Event:
    return make_extremes()


@pytest.fixture
def addresses(event: Event) -> list[str]:
    """One of each kind of public page, a pass and a registration among them."""
    site = f"/e/{SLUG}"
    session = next(row for row in sessions_in_order(event.id) if row.title_en == "🚀")
    person = people_of(event.id, disclosed_at=None)[-1].person
    guest = register_guest(categories_of(event.id)[0], organisation="W" * 80)
    waiting = [register_guest(categories_of(event.id)[1], number, name={"family_zh": "岳"}) for number in (2, 3)][-1]
    return [
        "/",
        "/sign-in",
        "/nowhere",
        f"{site}/",
        f"{site}/agenda",
        f"{site}/agenda/{session.public_id}",
        f"{site}/speakers",
        f"{site}/speakers/{person.public_id}",
        f"{site}/now",
        f"{site}/now?at={event.starts_at:%Y-%m-%dT%H:%M}",
        f"{site}/register",
        f"{site}/driver",
        f"/r/{link_token(guest)}",
        f"/r/{link_token(waiting)}",
        f"/r/{link_token(guest)}/withdraw",
        f"/p/{pass_digits(guest)}",
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_any_public_page(
    addresses: list[str],
    page_at: Callable[..., Page],
    axe: Callable[[Page], Any],
    width: int,
    scheme: Any,
    language: str,
) -> None:
    page = page_at(width, language)
    page.emulate_media(color_scheme=scheme)
    found = {}
    for address in addresses:
        page.goto(address)
        found[address] = axe(page)
    assert {address: violations for address, violations in found.items() if violations} == {}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [320, 640])
def test_nothing_is_lost_on_a_narrow_screen_or_at_twice_the_size(
    addresses: list[str], page_at: Callable[..., Page], width: int, language: str
) -> None:
    """640 pixels are what a screen of 1280 shows at 200 %."""
    page = page_at(width, language)
    too_wide = []
    for address in addresses:
        page.goto(address)
        if not fits_the_screen(page):
            too_wide.append(address)
    assert too_wide == []


def test_a_pass_shows_its_code_large_and_on_white_even_at_night(
    addresses: list[str], page_at: Callable[..., Page]
) -> None:
    page = page_at(390)
    page.emulate_media(color_scheme="dark")
    page.goto(addresses[-1])
    code = page.locator(".pass-code img")
    assert (code.bounding_box() or {})["width"] >= 0.6 * 390
    assert page.locator(".pass-code").evaluate("box => getComputedStyle(box).backgroundColor") == "rgb(255, 255, 255)"


def test_what_was_typed_is_still_there_after_the_page_was_thrown_away(
    addresses: list[str], page_at: Callable[..., Page]
) -> None:
    page = page_at(390)
    page.goto(f"/e/{SLUG}/register")
    page.get_by_label("Given name").fill("Lan")
    page.get_by_label("A", exact=True).check()
    page.reload()
    assert page.get_by_label("Given name").input_value() == "Lan"
    assert page.get_by_label("A", exact=True).is_checked()
    page.get_by_label("E-mail").fill("lan@example.org")
    page.get_by_label("I have read").check()
    page.get_by_role("button", name="Register").click()
    page.goto(f"/e/{SLUG}/register")
    assert page.get_by_label("Given name").input_value() == ""


def test_the_drivers_card_opens_without_a_network(addresses: list[str], page_at: Callable[..., Page]) -> None:
    page = page_at(390)
    page.goto(f"/e/{SLUG}/driver")
    page.get_by_text("Kept on this phone").wait_for()
    page.context.set_offline(True)
    page.reload()
    assert page.locator("h1").inner_text() == "师傅您好，请送我到："
