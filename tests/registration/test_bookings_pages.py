"""Booking sessions through the pages: in the form, on one's own page, and at the team's desk."""

from __future__ import annotations

from datetime import timedelta

import icalendar
import pytest
import time_machine
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import change_session
from eventapp.clock import now
from eventapp.db import db
from eventapp.registration.actions import book, change_bookable, end_bookable, give_up_booking, withdraw_registration
from eventapp.registration.actions.booking_mails import values_of
from eventapp.registration.models import BookableSession, Booking, Registration
from eventapp.registration.queries import bookings_of
from tests.agenda.stage import publish
from tests.registration.guests import GUEST, make_category, own_page, register_guest
from tests.registration.seats import booking_states, make_seats, make_session

FORM = "/e/delta-2026/register"
DESK = "/manage/delta-2026/bookings"


@pytest.fixture
def guest(event) -> Registration:
    return register_guest(make_category(event, None))


@pytest.fixture
def sessions_page(guest) -> str:
    return f"{own_page(guest)}/sessions"


def fill_in(client, *, status: int = 303, **fields):
    who = {"given_en": "Lei", "family_en": "Li", "email": "li.lei@example.org", "language": "en", **fields}
    return client.post_form(FORM, status=status, **who)


def booked() -> list[tuple[int | None, str]]:
    return [(row.bookable_id, row.state) for row in db.session.scalars(select(Booking).order_by(Booking.id))]


# -- In the form ---------------------------------------------------------------------------------------------------


def test_the_form_lists_sessions_by_day_with_hall_and_seats(client, event):
    make_category(event, None)
    make_seats(event, 12, hour=9)
    make_seats(event, 0, hour=33)
    make_seats(event, 5, hour=14, in_form=False)
    words = client.get(FORM).words
    assert "Sessions to book" in words
    assert "Forum at 9" in words
    assert "12 seats left" in words
    assert "full: waiting list" in words
    assert "Forum at 14" not in words
    days = client.get(FORM).tree.xpath("//fieldset[@data-sessions]/fieldset/legend/text()")
    assert len(days) == 2


def test_an_event_without_such_sessions_does_not_ask(client, event):
    make_category(event, None)
    make_session(event)
    assert "Sessions to book" not in client.get(FORM).words


def test_what_is_ticked_is_booked_with_the_registration(client, event):
    make_category(event, None)
    first, full = make_seats(event, 1), make_seats(event, 0, hour=12)
    answer = fill_in(client, booked_sessions=[first.public_id, full.public_id])
    assert booked() == [(first.id, "confirmed"), (full.id, "waiting")]
    words = client.get(f"{answer.location}/sessions").words
    assert "Booked" in words
    assert "You are number 1." in words


def test_the_form_keeps_what_was_ticked_and_tells_what_overlaps(client, event):
    make_category(event, None)
    first, second = make_seats(event, 5, minutes=90), make_seats(event, 5, hour=10)
    answer = fill_in(client, status=422, email="", booked_sessions=[first.public_id, second.public_id])
    assert answer.tree.xpath("//input[@name='booked_sessions' and @checked]/@value") == [
        first.public_id,
        second.public_id,
    ]
    assert "overlaps with Forum at 10" in answer.words
    assert "overlaps with Forum at 9" in answer.words
    fill_in(client, booked_sessions=[first.public_id, second.public_id])
    assert booked() == [(first.id, "confirmed"), (second.id, "confirmed")]


def test_a_session_that_closed_meanwhile_is_said_beside_the_list_and_nobody_is_registered(client, event):
    make_category(event, None)
    seats = make_seats(event, 5)
    make_seats(event, 5, hour=12)
    page = client.get(FORM)
    change_bookable(seats.id, by=SYSTEM, capacity=5, closes_at=now() - timedelta(hours=1))
    fields = {
        "given_en": "Lei", "family_en": "Li", "email": "li.lei@example.org", "booked_sessions": [seats.public_id],
    }  # fmt: skip
    answer = client.press(page, "Register", status=422, **fields)
    assert "One of the sessions can be booked no more" in " ".join(answer.errors)
    assert db.session.scalars(select(Registration)).all() == []


# -- On one's own page ---------------------------------------------------------------------------------------------


def test_a_guest_books_and_gives_back_on_the_own_page(client, event, guest, sessions_page):
    seats = make_seats(event, 1)
    page = client.get(sessions_page)
    assert "1 seat left" in page.words
    after = client.follow(client.press(page, f"Book {seats.session.title_en}"))
    assert "You have a seat: Forum at 9" in after.words
    after = client.follow(client.press(after, "Give it back Forum at 9"))
    assert "You gave it back: Forum at 9" in after.words
    assert booking_states(seats) == ["ended"]


def test_a_double_click_books_once(client, event, sessions_page):
    seats = make_seats(event, 5)
    page = client.get(sessions_page)
    for _click in range(2):
        client.press(page, "Book Forum at 9")
    assert booked() == [(seats.id, "confirmed")]
    assert seats.places.taken == 1


def test_a_full_session_offers_the_waiting_list_and_leaving_it(client, event, sessions_page):
    seats = make_seats(event, 0)
    after = client.follow(client.press(client.get(sessions_page), "Join the waiting list Forum at 9"))
    assert "You are number 1." in after.words
    client.press(after, "Leave the waiting list Forum at 9")
    assert booking_states(seats) == ["ended"]


def test_an_offered_seat_is_shown_with_its_time_and_taken(client, event, guest, sessions_page):
    seats = make_seats(event, 1, offer_hours=2)
    other = book(register_guest(guest.category, 2).id, bookable_id=seats.id, by=GUEST)
    book(guest.id, bookable_id=seats.id, by=GUEST)
    give_up_booking(other.id, by=GUEST)
    page = client.get(sessions_page)
    assert "It is yours if you take it until" in page.words
    client.press(page, "Take the seat Forum at 9")
    assert booking_states(seats) == ["ended", "confirmed"]


def test_a_stale_page_says_what_is_true_now(client, event, guest, sessions_page):
    seats = make_seats(event, 1, offer_hours=2)
    other = book(register_guest(guest.category, 2).id, bookable_id=seats.id, by=GUEST)
    book(guest.id, bookable_id=seats.id, by=GUEST)
    give_up_booking(other.id, by=GUEST)
    page = client.get(sessions_page)
    with time_machine.travel(now() + timedelta(hours=3), tick=False):
        answer = client.press(page, "Take the seat Forum at 9", status=409)
        assert "The seat is no longer held for you" in answer.words
        end_bookable(seats.id, by=SYSTEM)
        answer = client.press(page, "Let it go Forum at 9", status=404)
    assert "We could not find this page" in answer.words


def test_booking_what_is_gone_closed_or_after_the_end_is_refused_in_words(client, event, guest, sessions_page):
    seats = make_seats(event, 1)
    page = client.get(sessions_page)
    change_bookable(seats.id, by=SYSTEM, capacity=1, closes_at=now() - timedelta(hours=1))
    answer = client.press(page, "Book Forum at 9", status=409)
    assert "“Forum at 9” can no longer be booked." in answer.words
    assert "Booking is closed." in answer.words
    end_bookable(seats.id, by=SYSTEM)
    answer = client.press(page, "Book Forum at 9", status=409)
    assert "This cannot be booked any more." in answer.words
    make_seats(event, 1, hour=15)
    page = client.get(sessions_page)
    withdraw_registration(guest.id, by=GUEST)
    answer = client.press(page, "Book Forum at 15", status=409)
    assert "Withdrawn" in answer.words
    assert "Book " not in answer.words


def test_the_page_tells_what_overlaps_with_what_is_booked(client, event, guest, sessions_page):
    first, _second = make_seats(event, 5, minutes=90), make_seats(event, 5, hour=10)
    book(guest.id, bookable_id=first.id, by=GUEST)
    assert "overlaps with Forum at 9" in client.get(sessions_page).words


def test_another_guests_booking_is_not_touched(client, event, guest, sessions_page):
    seats = make_seats(event, 1)
    book(register_guest(guest.category, 2).id, bookable_id=seats.id, by=GUEST)
    page = client.get(sessions_page)
    token = page.tree.xpath("//input[@name='csrf_token']/@value")[0]
    for change in ("give-up", "accept", "decline"):
        address = f"{sessions_page}/{seats.public_id}/{change}"
        assert client.post(address, data={"csrf_token": token}).status_code == 404
    assert booking_states(seats) == ["confirmed"]


def test_a_booked_session_is_a_calendar_entry_that_keeps_its_name(client, event, guest, sessions_page):
    seats = make_seats(event, 1)
    booking = book(guest.id, bookable_id=seats.id, by=GUEST)
    address = f"{sessions_page}/{seats.public_id}/calendar.ics"
    calendar = icalendar.Calendar.from_ical(client.get(address).data)
    first = calendar.walk("VEVENT")[0]
    assert (str(first["SUMMARY"]), first.decoded("DTSTART")) == ("Forum at 9", seats.session.starts_at)
    give_up_booking(booking.id, by=GUEST)
    calendar = icalendar.Calendar.from_ical(client.get(address).data)
    last = calendar.walk("VEVENT")[0]
    assert (last["UID"], str(calendar["METHOD"]), str(last["STATUS"])) == (first["UID"], "CANCEL", "CANCELLED")
    assert last["SEQUENCE"] > first["SEQUENCE"]


# -- The agenda ----------------------------------------------------------------------------------------------------


def test_the_sessions_public_page_tells_its_seats(client, event, guest):
    seats = make_seats(event, 1)
    publish(event)
    page = f"/e/delta-2026/agenda/{seats.session.public_id}"
    assert "1 seat left" in client.get(page).words
    book(guest.id, bookable_id=seats.id, by=GUEST)
    assert "full: waiting list" in client.get(page).words


# -- At the desk ---------------------------------------------------------------------------------------------------


def test_the_team_gives_a_session_seats_changes_and_ends_them(staff, event):
    session = make_session(event)
    desk = staff()
    assert "No session has seats of its own" in desk.get(DESK).words
    desk.post_form(f"{DESK}/new", session=session.public_id, capacity="30", offer_hours="12")
    seats = db.session.scalars(select(BookableSession)).one()
    assert (seats.session_id, seats.places.capacity, seats.offer_hours, seats.in_form) == (session.id, 30, 12, True)
    desk.post_form(f"{DESK}/{seats.public_id}/change", capacity="", offer_hours="")
    db.session.refresh(seats)
    assert (seats.places.capacity, seats.offer_hours) == (None, None)
    page = desk.get(DESK).words
    assert "Forum at 9" in page
    desk.post_form(f"{DESK}/{seats.public_id}/end", reason="Moved to the lake.")
    assert db.session.scalars(select(BookableSession)).all() == []


def test_fewer_seats_than_are_taken_are_refused_on_the_form(staff, event, guest):
    seats = make_seats(event, 2)
    book(guest.id, bookable_id=seats.id, by=GUEST)
    answer = staff().post_form(f"{DESK}/{seats.public_id}/change", status=422, capacity="0")
    assert any("1 places are already taken" in error for error in answer.errors)


def test_the_team_books_for_a_guest_and_takes_out_with_a_reason(staff, event, guest):
    seats = make_seats(event, 1, closes_at=now() - timedelta(hours=1))
    desk, page = staff(), f"{DESK}/{seats.public_id}"
    found = desk.get(f"{page}?guest=Li+1")
    after = desk.follow(desk.press(found, "Book Lei Li 1"))
    assert "Lei Li 1 has a seat." in after.words
    booking = db.session.scalars(select(Booking)).one()
    desk.post_form(f"{page}/take-out/{booking.public_id}", reason="Asked on the phone.")
    assert booking_states(seats) == ["ended"]
    assert "Lei Li 1" in desk.get(f"{page}?state=ended").words


def test_only_the_team_of_this_event_sees_and_changes_bookings(staff, client, event, new_event, guest):
    seats = make_seats(event, 1)
    elsewhere = make_seats(new_event(slug="other-2026"), 1)
    assert client.get(DESK).status_code in (302, 303, 401)
    assert staff().get(f"{DESK}/{elsewhere.public_id}").status_code == 404
    viewer = staff("viewer")
    assert viewer.get(f"{DESK}/{seats.public_id}/change").status_code == 403


def test_the_desk_costs_the_same_for_few_sessions_and_many(staff, event, count_statements):
    desk = staff()

    def cost() -> int:
        with count_statements() as statements:
            desk.get(DESK)
        return len(statements)

    make_seats(event, 1)
    few = cost()
    for hour in range(10, 20):
        make_seats(event, hour, hour=hour)
    assert cost() == few


def test_guests_know_a_session_as_it_was_released_not_as_it_is_being_edited(client, event, guest):
    seats, unknown = make_seats(event, 5), make_session(event, hour=15)
    publish(event)
    change_session(seats.session_id, by=SYSTEM, title_en="Half a thought", title_zh="")
    make_seats(event, 5, session=unknown)
    book(guest.id, bookable_id=seats.id, by=GUEST)
    for page in (f"{own_page(guest)}/sessions", own_page(guest)):
        words = client.get(page, status=200).words
        assert "Forum at 9" in words
        assert "Half a thought" not in words
    [booking] = bookings_of(guest.id)
    assert values_of(booking)["title"]["en"] == "Forum at 9"
    added = make_session(event, hour=16)
    make_seats(event, 5, session=added)
    assert "Forum at 16" not in client.get(f"{own_page(guest)}/sessions").words
    publish(event)
    words = client.get(f"{own_page(guest)}/sessions").words
    assert "Forum at 16" in words
    assert "Half a thought" in words
