"""Seats under everybody at once: never oversold, one booking for one wish, the right ones move up."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select, update

from eventapp.accounts.actor import SYSTEM
from eventapp.db import db, transaction
from eventapp.registration.actions import (
    accept_booking_offer,
    book,
    book_sessions,
    change_bookable,
    end_bookable,
    give_up_booking,
    lapse_booking_offers,
    withdraw_registration,
)
from eventapp.registration.actions.places import lock_places_of
from eventapp.registration.models import BookableSession, Booking, Places
from tests.ground.storms import while_others_look
from tests.registration.guests import GUEST, make_category, register_guest
from tests.registration.seats import assert_seats_add_up, booking_states, limited_choice, make_seats

pytestmark = [pytest.mark.storm, pytest.mark.both_databases]
TWENTY = {"processes": 4, "threads": 5}


def guests_of(event: Any, number: int) -> list[int]:
    category = make_category(event, None)
    return [register_guest(category, place).id for place in range(number)]


def book_one(index: int, ids: list[int], bookable_id: int) -> tuple[str, int | None]:
    booking = book(ids[index], bookable_id=bookable_id, by=GUEST)
    return booking.state, booking.ticket


def choose_one(index: int, ids: list[int], choice_id: int) -> str:
    return book(ids[index], choice_id=choice_id, by=GUEST).state


def book_naively(_index: int, places_id: int) -> bool:
    """What booking would be without the lock and the guarded UPDATE: look, think, write."""
    capacity, taken = db.session.execute(select(Places.capacity, Places.taken).where(Places.id == places_id)).one()
    db.session.rollback()
    while_others_look()
    if taken >= capacity:
        return False
    with transaction() as session:
        session.execute(update(Places).where(Places.id == places_id).values(taken=taken + 1))
    return True


def test_twenty_wish_five_seats(event, storm):
    naive = make_seats(event, 5, hour=15)
    outcomes = storm(book_naively, **TWENTY, args=(naive.places_id,))
    assert sum(bool(outcome.value) for outcome in outcomes) > 5, "the race must be real: looking first seats too many"

    seats, choice, ids = make_seats(event, 5), limited_choice(event, 5), guests_of(event, 20)
    outcomes = storm(book_one, **TWENTY, args=(ids, seats.id))
    assert [outcome.refusal for outcome in outcomes] == [None] * 20
    by_ticket = sorted((ticket, state) for state, ticket in (outcome.value for outcome in outcomes))
    assert by_ticket == [(number, "confirmed" if number <= 5 else "waiting") for number in range(1, 21)]
    assert_seats_add_up(seats.places_id)
    outcomes = storm(choose_one, **TWENTY, args=(ids, choice.id))
    assert Counter(outcome.value for outcome in outcomes) == {"confirmed": 5, "waiting": 15}
    assert_seats_add_up(choice.places_id)


def book_the_same(_index: int, registration_id: int, bookable_id: int) -> int:
    return book(registration_id, bookable_id=bookable_id, by=GUEST).id


def test_ten_clicks_book_one_seat(event, storm):
    seats, ids = make_seats(event, 5), guests_of(event, 1)
    outcomes = storm(book_the_same, processes=2, threads=5, args=(ids[0], seats.id))
    assert [outcome.refusal for outcome in outcomes] == [None] * 10
    assert len({outcome.value for outcome in outcomes}) == 1
    db.session.rollback()
    assert (seats.places.taken, booking_states(seats)) == (1, ["confirmed"])


def give_up_or_book(index: int, bookings: list[int], ids: list[int], bookable_id: int) -> str:
    if index % 2:
        return book(ids[index], bookable_id=bookable_id, by=GUEST).state
    return give_up_booking(bookings[index // 2], by=GUEST).state


def give_up_naively(index: int, bookings: list[int], places_id: int) -> int | None:
    """What passing a seat on would be without holding the places: the first who waits, as seen before writing."""
    waiting = select(Booking.id).where(Booking.places_id == places_id, Booking.state == "waiting")
    first = db.session.scalar(waiting.order_by(Booking.ticket).limit(1))
    db.session.rollback()
    while_others_look()
    with transaction() as session:
        session.execute(update(Booking).where(Booking.id == bookings[index]).values(state="ended"))
        session.execute(update(Booking).where(Booking.id == first).values(state="confirmed"))
    return first


def test_while_some_give_back_and_others_book_the_first_who_wait_move_up(event, storm):
    ids = guests_of(event, 40)
    naive = make_seats(event, 10, hour=15)
    bookings = [book(one, bookable_id=naive.id, by=GUEST).id for one in ids[:30]]
    outcomes = storm(give_up_naively, processes=2, threads=5, args=(bookings, naive.places_id))
    assert len({outcome.value for outcome in outcomes}) < 10, "the race must be real: seats get lost"

    seats = make_seats(event, 10)
    # Ten sit and ten wait; ten more come while the ten who sit leave.
    bookings = [book(one, bookable_id=seats.id, by=GUEST).id for one in ids[20:40]]
    outcomes = storm(give_up_or_book, **TWENTY, args=(bookings, ids, seats.id))
    assert [outcome.refusal for outcome in outcomes] == [None] * 20
    assert booking_states(seats) == ["ended"] * 10 + ["confirmed"] * 10 + ["waiting"] * 10
    assert_seats_add_up(seats.places_id)


def mixed_step(index: int, ids: list[int], seats: list[tuple[int, int]], bookings: list[int]) -> Any:
    """Booking two sessions in either order, giving back, withdrawing, changing seats, accepting and lapsing, at once."""
    (first, _places), (second, _other) = seats
    match index % 6:
        case 0:
            return book(ids[index], bookable_id=first, by=GUEST).state
        case 1:
            with transaction():
                registration = lock_places_of(ids[index], more=[places_id for _id, places_id in seats])
                return [booking.state for booking in book_sessions(registration, (second, first), by=GUEST)]
        case 2:
            return give_up_booking(bookings[index], by=GUEST).state
        case 3:
            return withdraw_registration(ids[index], by=GUEST).state
        case 4:
            return change_bookable(second, by=SYSTEM, capacity=8 + index).id
        case _:
            lapse_booking_offers(at=db.session.get_one(BookableSession, first).session.starts_at, by=SYSTEM)
            return accept_booking_offer(bookings[index], by=GUEST).state


def test_whatever_happens_at_once_the_seats_add_up(event, storm):
    ids = guests_of(event, 32)
    first, second = make_seats(event, 8, offer_hours=1), make_seats(event, 8, hour=12)
    bookings = []
    for one in ids:
        bookings += [book(one, bookable_id=seats.id, by=GUEST).id for seats in (first, second)]
    seats = [(first.id, first.places_id), (second.id, second.places_id)]
    outcomes = storm(mixed_step, processes=4, threads=8, args=(ids, seats, bookings))
    assert {outcome.refusal for outcome in outcomes} <= {None, "SeatNotHeld", "CapacityBelowTaken"}
    for one in (first, second):
        assert_seats_add_up(one.places_id)


def book_or_end(index: int, ids: list[int], bookable_id: int) -> str:
    if index == 7:
        end_bookable(bookable_id, by=SYSTEM)
        return "ended"
    return book(ids[index], bookable_id=bookable_id, by=GUEST).state


def test_who_books_while_booking_ends_is_refused_in_words_or_ended(event, storm):
    seats, ids = make_seats(event, 5), guests_of(event, 20)
    outcomes = storm(book_or_end, **TWENTY, args=(ids, seats.id))
    assert {outcome.refusal for outcome in outcomes} <= {None, "NotBookable"}
    db.session.rollback()
    assert db.session.scalars(select(Booking)).all() == []
