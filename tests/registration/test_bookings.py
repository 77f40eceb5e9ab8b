"""Sessions with seats: booked, given up, passed on in ticket order, ended with the registration."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import AuditEntry
from eventapp.agenda.actions import delete_session
from eventapp.clock import now
from eventapp.db import db
from eventapp.errors import NotFound, Stale
from eventapp.events.actions import change_details
from eventapp.messaging.models import OutboxMessage
from eventapp.registration.actions import (
    accept_booking_offer,
    book,
    book_sessions,
    change_bookable,
    decline_booking_offer,
    end_bookable,
    end_bookings,
    give_up_booking,
    lapse_booking_offers,
    make_bookable,
    take_out_booking,
    withdraw_registration,
)
from eventapp.registration.errors import (
    AlreadyBookable,
    BookingClosed,
    BookingEndsFirst,
    BookingNotOpen,
    CapacityBelowTaken,
    NotBookable,
    NotPossibleNow,
    SeatNotHeld,
    SessionBooked,
    SessionHasSeats,
)
from eventapp.registration.models import BookableSession, Booking, Places, Registration
from eventapp.registration.queries import bookings_of, find_bookings, seats_by_session, seats_shown, waiting_by_places
from tests.registration.guests import GUEST, make_category, own_page, register_guest
from tests.registration.seats import assert_seats_add_up, booking_states, limited_choice, make_seats, make_session


@pytest.fixture
def guests(event) -> list[Registration]:
    """Six confirmed guests."""
    category = make_category(event, None)
    return [register_guest(category, number) for number in range(6)]


def mails(template: str) -> list[str]:
    """To whom mails of a template go, in order."""
    query = select(OutboxMessage.recipient).where(OutboxMessage.template == template).order_by(OutboxMessage.id)
    return list(db.session.scalars(query))


def actions_of(booking: Booking) -> list[str]:
    query = select(AuditEntry.action).where(AuditEntry.subject_kind == "bookings", AuditEntry.subject_id == booking.id)
    return list(db.session.scalars(query.order_by(AuditEntry.id)))


# -- Booking -------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_who_comes_first_has_a_seat_and_the_next_waits_in_order(event, guests):
    seats = make_seats(event, 2)
    bookings = [book(guest.id, bookable_id=seats.id, by=GUEST) for guest in guests[:5]]
    assert [booking.state for booking in bookings] == ["confirmed", "confirmed", "waiting", "waiting", "waiting"]
    assert [booking.ticket for booking in bookings] == [1, 2, 3, 4, 5]
    assert [seat.position for guest in guests[:5] for seat in seats_shown(event.id, guest.id, now())] == [
        None, None, 1, 2, 3,
    ]  # fmt: skip
    assert waiting_by_places(event.id) == {seats.places_id: 3}
    assert seats_by_session(event.id) == {seats.session_id: 2}
    assert_seats_add_up(seats.places_id)


def test_the_same_wish_twice_is_one_booking(event, guests):
    seats = make_seats(event, 1)
    first, second = (book(guests[0].id, bookable_id=seats.id, by=GUEST) for _time in range(2))
    assert (first.id, first.ticket, actions_of(first)) == (second.id, second.ticket, ["book"])
    assert_seats_add_up(seats.places_id)


def test_a_seat_given_back_goes_to_the_first_who_waits_with_a_mail(event, guests):
    seats = make_seats(event, 1)
    bookings = [book(guest.id, bookable_id=seats.id, by=GUEST) for guest in guests[:3]]
    give_up_booking(bookings[0].id, by=GUEST)
    assert booking_states(seats) == ["ended", "confirmed", "waiting"]
    assert mails("booking_confirmed") == [guests[1].email]
    assert mails("booking_ended") == [guests[0].email]
    assert_seats_add_up(seats.places_id)


def test_who_books_again_after_giving_up_waits_behind_the_others(event, guests):
    seats = make_seats(event, 1)
    bookings = [book(guest.id, bookable_id=seats.id, by=GUEST) for guest in guests[:3]]
    give_up_booking(bookings[0].id, by=GUEST)
    again = book(guests[0].id, bookable_id=seats.id, by=GUEST)
    assert (again.id, again.state, again.ticket) == (bookings[0].id, "waiting", 4)
    assert actions_of(again) == ["book", "give_up_booking", "book"]


def test_giving_up_twice_frees_one_seat(event, guests):
    seats = make_seats(event, 2)
    booking, _other = (book(guest.id, bookable_id=seats.id, by=GUEST) for guest in guests[:2])
    for _time in range(2):
        assert give_up_booking(booking.id, by=GUEST).state == "ended"
    assert db.session.get_one(Places, seats.places_id).taken == 1


def test_a_guest_who_only_waited_is_not_written_to_when_giving_up(event, guests):
    seats = make_seats(event, 0)
    give_up_booking(book(guests[0].id, bookable_id=seats.id, by=GUEST).id, by=GUEST)
    assert mails("booking_ended") == []


def test_several_sessions_are_booked_at_once_and_none_if_one_cannot_be(event, guests):
    morning, noon = make_seats(event, 5), make_seats(event, 0, hour=12)
    booked = book_sessions(guests[0], (noon.id, morning.id), by=GUEST)
    assert [(row.bookable_id, row.state) for row in booked] == [(morning.id, "confirmed"), (noon.id, "waiting")]
    late = make_seats(event, 5, hour=15, closes_at=now() - timedelta(hours=1))
    with pytest.raises(BookingClosed):
        book_sessions(guests[1], (morning.id, late.id), by=GUEST)
    assert list(bookings_of(guests[1].id)) == []
    assert_seats_add_up(morning.places_id)


# -- Refused in words ----------------------------------------------------------------------------------------------


def test_before_it_opens_and_after_it_closes_guests_are_refused_in_words_and_the_team_is_not(event, guests):
    early = make_seats(event, 5, opens_at=now() + timedelta(hours=1))
    late = make_seats(event, 5, hour=12, closes_at=now() - timedelta(hours=1))
    with pytest.raises(BookingNotOpen) as refusal:
        book(guests[0].id, bookable_id=early.id, by=GUEST)
    assert str(refusal.value) == "“Forum at 9” cannot be booked yet."
    with pytest.raises(BookingClosed) as refusal:
        book(guests[0].id, bookable_id=late.id, by=GUEST)
    assert str(refusal.value) == "“Forum at 12” can no longer be booked."
    assert book(guests[0].id, bookable_id=late.id, by=SYSTEM).state == "confirmed"


def test_a_session_that_has_begun_is_booked_no_more(event, guests):
    seats = make_seats(event, 5)
    with time_machine.travel(seats.session.starts_at, tick=False), pytest.raises(BookingClosed):
        book(guests[0].id, bookable_id=seats.id, by=GUEST)


def test_another_events_session_and_one_that_is_gone_are_refused(event, new_event, guests):
    other = make_seats(new_event(slug="other-2026"), 5)
    for bookable_id in (other.id, 999):
        with pytest.raises(NotBookable):
            book(guests[0].id, bookable_id=bookable_id, by=GUEST)


def test_an_ended_registration_books_nothing(event, guests):
    seats = make_seats(event, 5)
    withdraw_registration(guests[0].id, by=GUEST)
    with pytest.raises(NotPossibleNow) as refusal:
        book(guests[0].id, bookable_id=seats.id, by=GUEST)
    assert str(refusal.value) == "This is no longer possible: the registration is now “Withdrawn”."


# -- Offers --------------------------------------------------------------------------------------------------------


@pytest.fixture
def offered(event, guests) -> tuple[BookableSession, list[Booking]]:
    """One seat, given back by the first and offered to the second for two hours; the third waits."""
    seats = make_seats(event, 1, offer_hours=2)
    bookings = [book(guest.id, bookable_id=seats.id, by=GUEST) for guest in guests[:3]]
    give_up_booking(bookings[0].id, by=GUEST)
    assert booking_states(seats) == ["ended", "offered", "waiting"]
    return seats, bookings


def test_an_offered_seat_is_held_until_its_time_and_told(guests, offered):
    seats, (_first, second, _third) = offered
    held_for = second.offer_expires_at - second.changed_at
    assert timedelta(hours=2) - timedelta(seconds=1) < held_for <= timedelta(hours=2)
    assert mails("booking_offered") == [guests[1].email]
    assert_seats_add_up(seats.places_id)
    for _time in range(2):
        assert accept_booking_offer(second.id, by=GUEST).state == "confirmed"
    assert second.offer_expires_at is None
    assert_seats_add_up(seats.places_id)


def test_an_offer_let_go_is_passed_on(offered):
    seats, (_first, second, _third) = offered
    for _time in range(2):
        decline_booking_offer(second.id, by=GUEST)
    assert booking_states(seats) == ["ended", "ended", "offered"]
    with pytest.raises(SeatNotHeld):
        accept_booking_offer(second.id, by=GUEST)


def test_an_offer_nobody_takes_lapses_and_goes_to_the_next(guests, offered):
    seats, (_first, second, third) = offered
    assert lapse_booking_offers(at=now(), by=SYSTEM) == 0
    with time_machine.travel(now() + timedelta(hours=2, minutes=1), tick=False):
        with pytest.raises(SeatNotHeld):
            accept_booking_offer(second.id, by=GUEST)
        assert lapse_booking_offers(at=now(), by=SYSTEM) == 1
        assert lapse_booking_offers(at=now(), by=SYSTEM) == 0
    assert booking_states(seats) == ["ended", "ended", "offered"]
    assert actions_of(second) == ["book", "promote_booking", "lapse_booking_offer"]
    assert (mails("booking_offered"), mails("booking_ended")) == (
        [guests[1].email, guests[2].email],
        [guests[0].email, guests[1].email],
    )
    assert third.state == "offered"
    assert_seats_add_up(seats.places_id)


def test_a_lapsed_offer_is_passed_on_before_a_newcomer_gets_anything(guests, offered):
    seats, _bookings = offered
    with time_machine.travel(now() + timedelta(hours=3), tick=False):
        assert book(guests[3].id, bookable_id=seats.id, by=GUEST).state == "waiting"
    assert booking_states(seats) == ["ended", "ended", "offered", "waiting"]


def test_no_offer_lasts_into_the_session(event, guests):
    seats = make_seats(event, 1, offer_hours=24 * 365)
    first, second = (book(guest.id, bookable_id=seats.id, by=GUEST) for guest in guests[:2])
    give_up_booking(first.id, by=GUEST)
    assert second.offer_expires_at == seats.session.starts_at


# -- The end of a registration -------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_the_end_of_a_registration_frees_its_seats_and_the_first_who_waits_gets_them(event, guests):
    morning, noon = make_seats(event, 1), make_seats(event, 1, hour=12)
    for guest in guests[:2]:
        book_sessions(guest, (morning.id, noon.id), by=GUEST)
    withdraw_registration(guests[0].id, by=GUEST)
    assert booking_states(morning) == booking_states(noon) == ["ended", "confirmed"]
    assert mails("booking_confirmed") == [guests[1].email] * 2
    # One letter for both seats.
    assert mails("booking_ended") == [guests[0].email]
    for seats in (morning, noon):
        assert_seats_add_up(seats.places_id)


def test_ending_bookings_again_changes_nothing(event, guests):
    seats = make_seats(event, 1)
    book(guests[0].id, bookable_id=seats.id, by=GUEST)
    assert [booking.state for booking in end_bookings(guests[0], by=GUEST)] == ["ended"]
    assert list(end_bookings(guests[0], by=GUEST)) == []


# -- A choice with a limit -----------------------------------------------------------------------------------------


def test_a_limited_choice_goes_through_the_same_machinery(event, guests):
    seats, choice = make_seats(event, 1), limited_choice(event, 1)
    for guest in guests[:3]:
        book(guest.id, choice_id=choice.id, by=GUEST)
        book(guest.id, bookable_id=seats.id, by=GUEST)
    assert booking_states(choice) == booking_states(seats) == ["confirmed", "waiting", "waiting"]
    withdraw_registration(guests[0].id, by=GUEST)
    assert booking_states(choice) == booking_states(seats) == ["ended", "confirmed", "waiting"]
    for places_id in (seats.places_id, choice.places_id):
        assert_seats_add_up(places_id)


def test_a_choice_without_a_limit_or_of_another_event_is_not_booked(event, new_event, guests):
    other = limited_choice(new_event(slug="other-2026"), 1)
    endless = limited_choice(event, None)
    for choice in (other, endless):
        with pytest.raises(NotBookable):
            book(guests[0].id, choice_id=choice.id, by=GUEST)


# -- What the team sets up -----------------------------------------------------------------------------------------


def test_more_seats_go_to_those_who_wait_and_fewer_than_are_taken_are_refused(event, guests):
    seats = make_seats(event, 1)
    for guest in guests[:4]:
        book(guest.id, bookable_id=seats.id, by=GUEST)
    change_bookable(seats.id, by=SYSTEM, capacity=3)
    assert booking_states(seats) == ["confirmed"] * 3 + ["waiting"]
    with pytest.raises(CapacityBelowTaken):
        change_bookable(seats.id, by=SYSTEM, capacity=2)
    change_bookable(seats.id, by=SYSTEM, capacity=None)
    assert booking_states(seats) == ["confirmed"] * 4
    assert_seats_add_up(seats.places_id)


def test_a_session_is_made_bookable_once_and_with_times_in_order(event):
    seats = make_seats(event, 1)
    with pytest.raises(AlreadyBookable):
        make_bookable(seats.session_id, by=SYSTEM, capacity=2)
    session = make_session(event, hour=12)
    times: dict[str, Any] = {"opens_at": now(), "closes_at": now() - timedelta(hours=1)}
    with pytest.raises(BookingEndsFirst):
        make_bookable(session.id, by=SYSTEM, capacity=2, **times)
    with pytest.raises(NotBookable):
        make_bookable(999, by=SYSTEM, capacity=2)
    assert len(db.session.scalars(select(BookableSession)).all()) == 1


def test_a_change_of_what_somebody_else_changed_is_refused(event):
    seats = make_seats(event, 1)
    with pytest.raises(Stale):
        change_bookable(seats.id, by=SYSTEM, capacity=2, version="0" * 16, in_form=False)


def test_when_booking_ends_everybody_is_told_why_and_the_page_of_it_is_gone(event, guests):
    seats = make_seats(event, 1)
    for guest in guests[:2]:
        book(guest.id, bookable_id=seats.id, by=GUEST)
    with pytest.raises(SessionBooked) as refusal:
        delete_session(seats.session_id, by=SYSTEM)
    assert "2 guests" in str(refusal.value)
    end_bookable(seats.id, by=SYSTEM, reason="The hall is closed.")
    assert mails("booking_ended") == [guests[0].email, guests[1].email]
    values = db.session.scalars(select(OutboxMessage.values).where(OutboxMessage.template == "booking_ended")).all()
    assert [(value["why"], value["reason"]) for value in values] == [("session_ended", "The hall is closed.")] * 2
    assert list(db.session.scalars(select(Booking))) == []
    for again in (lambda: end_bookable(seats.id, by=SYSTEM), lambda: change_bookable(seats.id, by=SYSTEM, capacity=1)):
        with pytest.raises(NotFound):
            again()
    delete_session(seats.session_id, by=SYSTEM)


def test_a_session_does_not_leave_the_agenda_with_its_seats(event):
    """An undo would bring it back without them."""
    seats = make_seats(event, 1)
    with pytest.raises(SessionHasSeats):
        delete_session(seats.session_id, by=SYSTEM)
    assert db.session.get(BookableSession, seats.id) is not None


def test_the_team_takes_a_guest_out_with_a_reason(event, guests):
    seats = make_seats(event, 1)
    first, second = (book(guest.id, bookable_id=seats.id, by=GUEST) for guest in guests[:2])
    take_out_booking(second.id, by=SYSTEM, reason="Asked on the phone.")
    take_out_booking(first.id, by=SYSTEM, reason="Does not belong here.")
    assert booking_states(seats) == ["ended", "ended"]
    assert mails("booking_ended") == [guests[1].email, guests[0].email]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "take_out_booking")).all()[-1]
    assert (entry.before, entry.after, entry.reason) == (
        {"state": "confirmed"},
        {"state": "ended"},
        "Does not belong here.",
    )


def test_the_list_of_who_booked_costs_the_same_for_few_and_many(event, count_statements):
    category, seats = make_category(event, None), make_seats(event, 4)

    def cost() -> int:
        db.session.rollback()
        with count_statements() as statements:
            page = find_bookings(seats.id)
            assert [registration.category.code for _booking, registration in page.rows] == ["industry"] * page.total
        return len(statements)

    for number in range(3):
        book(register_guest(category, number).id, bookable_id=seats.id, by=GUEST)
    few = cost()
    for number in range(3, 12):
        book(register_guest(category, number).id, bookable_id=seats.id, by=GUEST)
    assert (cost(), find_bookings(seats.id).total) == (few, 12)
    assert [booking.state for booking, _guest in find_bookings(seats.id).rows] == ["confirmed"] * 4 + ["waiting"] * 8
    assert [guest.email for _booking, guest in find_bookings(seats.id, words="guest7@example.org").rows] == [
        "guest7@example.org"
    ]


def test_when_the_event_changes_its_zone_booking_keeps_its_wall_times(event):
    opens, closes = event.starts_at - timedelta(days=2), event.starts_at - timedelta(days=1)
    seats = make_seats(event, 1, opens_at=opens, closes_at=closes)
    change_details(event.id, by=SYSTEM, time_zone="Asia/Tokyo")
    db.session.refresh(seats)
    # Nine o'clock in Tokyo is an hour earlier than in Shanghai.
    assert (seats.opens_at, seats.closes_at) == (opens - timedelta(hours=1), closes - timedelta(hours=1))


def test_the_page_of_a_guest_costs_the_same_for_few_sessions_and_many(event, guests, client, count_statements):
    page = f"{own_page(guests[0])}/sessions"

    def cost() -> int:
        with count_statements() as statements:
            client.get(page, status=200)
        return len(statements)

    book(guests[0].id, bookable_id=make_seats(event, 0).id, by=GUEST)
    few = cost()
    for hour in range(10, 20):
        book(guests[0].id, bookable_id=make_seats(event, hour % 2, hour=hour).id, by=GUEST)
    assert cost() == few
