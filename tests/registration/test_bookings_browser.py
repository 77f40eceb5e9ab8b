"""The sessions of a guest in a real browser at 360 px: axe finds nothing, nothing is cut off, overlaps are said at once."""

from __future__ import annotations

import pytest

from eventapp.accounts.actor import SYSTEM
from eventapp.events.actions import add_hall
from eventapp.registration.actions import book, give_up_booking
from tests.registration.guests import GUEST, make_category, own_page, register_guest
from tests.registration.seats import make_seats, make_session
from tests.registration.test_browser_pages import too_wide

pytestmark = pytest.mark.browser


@pytest.fixture
def sessions_page(event) -> str:
    """The page of a guest who has a seat, waits, is offered one, may book, and may not book yet or any more."""
    hall = add_hall(event.id, by=SYSTEM, name_en="Hall of the Lake and the Gardens", name_zh="湖园厅")
    category = make_category(event, None)
    guest, other = register_guest(category, 1), register_guest(category, 2)
    long_name = "Forum on Instruments, Optics and Everything That Is Measured"
    booked = make_seats(event, 5, session=make_session(event, minutes=120, hall_id=hall.id, title_en=long_name))
    full, offered = make_seats(event, 0, hour=10), make_seats(event, 1, hour=12, offer_hours=5)
    make_seats(event, 12, hour=14)
    make_seats(event, 12, hour=15, opens_at=event.starts_at)
    make_seats(event, 12, hour=33, closes_at=guest.created_at)
    first = book(other.id, bookable_id=offered.id, by=GUEST)
    for seats in (booked, full, offered):
        book(guest.id, bookable_id=seats.id, by=GUEST)
    give_up_booking(first.id, by=GUEST)
    return f"{own_page(guest)}/sessions"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_sessions_page_is_sound_on_a_small_phone(live_server, page_at, axe, sessions_page, language):
    page = page_at(width=360, language=language, base_url=live_server.url)
    page.goto(sessions_page)
    assert axe(page) == []
    assert too_wide(page) == []


def test_a_guest_books_by_touch_and_comes_back_to_what_is_true(live_server, page_at, sessions_page):
    page = page_at(width=360, base_url=live_server.url)
    page.goto(sessions_page)
    page.get_by_role("button", name="Book Forum at 14").dblclick()
    page.get_by_text("You have a seat: Forum at 14").first.wait_for()
    assert page.get_by_role("button", name="Give it back Forum at 14").count() == 1
    page.go_back()
    page.reload()
    assert page.get_by_role("button", name="Give it back Forum at 14").count() == 1


def test_the_form_tells_what_overlaps_while_sessions_are_chosen(live_server, page_at, axe, sessions_page):
    page = page_at(width=360, base_url=live_server.url)
    page.goto("/e/delta-2026/register")
    long_forum, ten = page.get_by_label("Forum on Instruments"), page.get_by_label("Forum at 10")
    long_forum.check()
    assert page.get_by_text("overlaps with").count() == 0
    ten.check()
    page.get_by_text("overlaps with Forum at 10").wait_for()
    assert axe(page) == []
    assert too_wide(page) == []
    ten.uncheck()
    assert page.get_by_text("overlaps with Forum at 10").count() == 0
