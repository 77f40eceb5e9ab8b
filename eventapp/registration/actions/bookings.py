"""Seats in sessions and choices with a limit: booked, given up, passed on in ticket order, ended with the registration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.registration.actions.booking_mails import tell_of_bookings
from eventapp.registration.actions.places import (
    draw_ticket,
    lock_all,
    lock_places,
    lock_places_of,
    release_place,
    take_place,
)
from eventapp.registration.booking import HOLDING_SEAT, LIVE, booking_time
from eventapp.registration.errors import BookingClosed, BookingNotOpen, NotBookable, NotPossibleNow, SeatNotHeld
from eventapp.registration.models import BookableSession, Booking, Choice, Registration
from eventapp.registration.states import ALIVE, LABELS


def book(registration_id: int, *, bookable_id: int | None = None, choice_id: int | None = None, by: Actor) -> Booking:
    """Book a session with seats or a limited choice: confirmed if there is a place, else waiting with a ticket.

    The same wish twice gives the same row; after giving it up, booking again draws a new ticket. The team books
    whenever it likes, a guest within the times of the session.
    Raises NotBookable, NotPossibleNow, BookingNotOpen, BookingClosed.
    """
    with transaction():
        registration = lock_places_of(registration_id, more=[_places_of(bookable_id, choice_id)])
        return _book(registration, bookable_id, choice_id, by=by)


def book_sessions(registration: Registration, bookable_ids: Iterable[int], *, by: Actor) -> list[Booking]:
    """Book several sessions for a registration, in the transaction in which it came or changes. Raises what `book` does."""
    wanted = {_places_of(bookable_id, None): bookable_id for bookable_id in bookable_ids}
    with transaction():
        lock_all(wanted)
        return [_book(registration, wanted[places_id], None, by=by) for places_id in sorted(wanted)]


def give_up_booking(booking_id: int, *, by: Actor) -> Booking:
    """The guest gives a seat or the wish for one back; it goes to the next at once. One that ended stays ended."""
    return _leave(booking_id, by=by, action="give_up_booking", why="given_up")


def take_out_booking(booking_id: int, *, by: Actor, reason: str = "") -> Booking:
    """The team takes a guest out of a session; the guest is told with the reason, and the seat goes to the next."""
    return _leave(booking_id, by=by, action="take_out_booking", why="taken_out", reason=reason)


def accept_booking_offer(booking_id: int, *, by: Actor) -> Booking:
    """The guest takes the seat that is held; again is no harm. Raises SeatNotHeld once the offer has lapsed."""
    with transaction():
        booking = _held_booking(booking_id)
        if booking.state == "confirmed":
            return booking
        if booking.state != "offered" or (booking.offer_expires_at and booking.offer_expires_at <= now()):
            raise SeatNotHeld
        return _become(booking, "confirmed", by=by, action="accept_booking_offer")


def decline_booking_offer(booking_id: int, *, by: Actor) -> Booking:
    """The guest lets the offered seat go, and it is passed on at once. Raises SeatNotHeld if there is no offer."""
    with transaction():
        booking = _held_booking(booking_id)
        if booking.state not in ("offered", "ended"):
            raise SeatNotHeld
        return _leave(booking_id, by=by, action="decline_booking_offer", why="declined")


def end_bookings(registration: Registration, *, by: Actor) -> list[Booking]:
    """End all bookings of a registration in the transaction in which it ends; what they held goes on at once."""
    with transaction():
        lock_all(booking.places_id for booking in _live_bookings(registration.id))
        live = _live_bookings(registration.id)
        held = [booking for booking in live if booking.state in HOLDING_SEAT]
        seats = [booking for booking in live if booking.state == "confirmed"]
        for booking in live:
            end_booking(booking, by=by)
        tell_of_bookings(registration, seats, "ended", "registration_ended")
        for booking in held:
            promote_bookings(booking.places_id, by=by)
        return list(live)


def promote_bookings(places_id: int, *, by: Actor) -> list[Booking]:
    """Give, or offer, every free place to the first who wait for it, in the transaction that freed it.

    Offers that lapsed are ended first.
    """
    with transaction() as session:
        lock_places(places_id)
        _lapse(places_id, now(), by=by)
        bookable = session.scalar(select(BookableSession).where(BookableSession.places_id == places_id))
        promoted = []
        for booking in _first_waiting(places_id):
            if not take_place(places_id):
                break
            promoted.append(_promote(booking, bookable, by=by))
        return promoted


def lapse_booking_offers(*, at: datetime, by: Actor) -> int:
    """End the offers that nobody took by a moment, and pass their seats on; returns how many lapsed."""
    due = select(Booking.places_id).where(Booking.state == "offered", Booking.offer_expires_at <= at).distinct()
    with transaction() as session:
        places_ids = session.scalars(due.order_by(Booking.places_id)).all()
    lapsed = 0
    for places_id in places_ids:
        with transaction():
            lock_places(places_id)
            lapsed += _lapse(places_id, at, by=by)
            promote_bookings(places_id, by=by)
    return lapsed


def _places_of(bookable_id: int | None, choice_id: int | None) -> int:
    """The places that a wish is about. Raises NotBookable."""
    return _subject(bookable_id, choice_id)[1]


def _held_booking(booking_id: int) -> Booking:
    with transaction() as session:
        lock_places(session.scalars(select(Booking.places_id).where(Booking.id == booking_id)).one())
        found = select(Booking).where(Booking.id == booking_id).execution_options(populate_existing=True)
        return session.scalars(found).one()


def _book(registration: Registration, bookable_id: int | None, choice_id: int | None, *, by: Actor) -> Booking:
    with transaction() as session:
        subject, places_id = _subject(bookable_id, choice_id)
        booking = _booking_in(registration.id, places_id)
        if booking is not None and booking.state in LIVE:
            return booking
        _check(registration, subject, by)
        if isinstance(subject, BookableSession) and subject.offer_hours:
            # What lapsed a moment ago belongs to those who wait already.
            promote_bookings(places_id, by=by)
        ticket = draw_ticket(places_id)
        state = "confirmed" if take_place(places_id) else "waiting"
        if booking is None:
            booking = _new_booking(registration, bookable_id, choice_id, places_id)
            session.add(booking)
        booking.ticket = ticket
        return _become(booking, state, by=by, action="book")


def _subject(bookable_id: int | None, choice_id: int | None) -> tuple[BookableSession | Choice, int]:
    """What is wished for, as it is now, and its places. Raises NotBookable."""
    with transaction() as session:
        which: Any = BookableSession if choice_id is None else Choice
        subject = session.get(which, bookable_id if choice_id is None else choice_id, populate_existing=True)
        if subject is None or subject.places_id is None:
            raise NotBookable
        return subject, subject.places_id


def _new_booking(registration: Registration, bookable_id: int | None, choice_id: int | None, places_id: int) -> Booking:
    return Booking(
        event_id=registration.event_id,
        registration_id=registration.id,
        bookable_id=bookable_id,
        choice_id=choice_id,
        places_id=places_id,
        # The first state is the first version.
        sequence=-1,
        created_at=now(),
    )


def _booking_in(registration_id: int, places_id: int) -> Booking | None:
    with transaction() as session:
        found: Booking | None = session.scalar(
            select(Booking)
            .where(Booking.registration_id == registration_id, Booking.places_id == places_id)
            .execution_options(populate_existing=True)
        )
        return found


def _check(registration: Registration, subject: BookableSession | Choice, by: Actor) -> None:
    if registration.state not in ALIVE:
        raise NotPossibleNow(state=LABELS[registration.state])
    event_id = subject.event_id if isinstance(subject, BookableSession) else subject.question.event_id
    if event_id != registration.event_id:
        raise NotBookable
    if isinstance(subject, BookableSession) and by.kind == "attendee":
        _check_time(subject)


def _check_time(bookable: BookableSession) -> None:
    time = booking_time(bookable.opens_at, bookable.closes_at, bookable.session.starts_at, now())
    if time == "not_yet":
        raise BookingNotOpen(title=bookable.session.title)
    if time == "over":
        raise BookingClosed(title=bookable.session.title)


def _leave(booking_id: int, *, by: Actor, action: str, why: str, reason: str = "") -> Booking:
    with transaction() as session:
        booking = _held_booking(booking_id)
        if booking.state not in LIVE:
            return booking
        before = booking.state
        end_booking(booking, by=by, action=action, reason=reason)
        # A guest who lets a wish go knows it; a seat may be in a calendar, and what the team does is news.
        if before == "confirmed" or why == "taken_out":
            registration = session.get_one(Registration, booking.registration_id)
            tell_of_bookings(registration, [booking], "ended", why, reason=reason)
        if before in HOLDING_SEAT:
            promote_bookings(booking.places_id, by=by)
        return booking


def end_booking(booking: Booking, *, by: Actor, action: str = "end_booking", reason: str = "") -> None:
    """End one booking and give back what it held; its places are locked, and the caller passes them on."""
    if booking.state in HOLDING_SEAT:
        release_place(booking.places_id)
    _become(booking, "ended", by=by, action=action, reason=reason)


def _promote(booking: Booking, bookable: BookableSession | None, *, by: Actor) -> Booking:
    with transaction() as session:
        until = _offered_until(bookable)
        state = "offered" if until else "confirmed"
        _become(booking, state, by=by, action="promote_booking", until=until)
        registration = session.get_one(Registration, booking.registration_id)
        tell_of_bookings(registration, [booking], state)
        return booking


def _offered_until(bookable: BookableSession | None) -> datetime | None:
    """Until when a seat freed now is held; None if it is given at once, as are all once the session has begun."""
    if bookable is None or not bookable.offer_hours or bookable.session.starts_at <= now():
        return None
    return min(now() + timedelta(hours=bookable.offer_hours), bookable.session.starts_at)


def _lapse(places_id: int, at: datetime, *, by: Actor) -> int:
    with transaction() as session:
        due = session.scalars(
            select(Booking)
            .where(Booking.places_id == places_id, Booking.state == "offered", Booking.offer_expires_at <= at)
            .order_by(Booking.ticket)
            .execution_options(populate_existing=True)
        ).all()
        for booking in due:
            end_booking(booking, by=by, action="lapse_booking_offer")
            tell_of_bookings(session.get_one(Registration, booking.registration_id), [booking], "ended", "lapsed")
        return len(due)


def _first_waiting(places_id: int) -> Sequence[Booking]:
    with transaction() as session:
        found: Sequence[Booking] = session.scalars(
            select(Booking)
            .where(Booking.places_id == places_id, Booking.state == "waiting")
            .order_by(Booking.ticket)
            .limit(lock_places(places_id).free)
            .execution_options(populate_existing=True)
        ).all()
        return found


def _live_bookings(registration_id: int) -> Sequence[Booking]:
    with transaction() as session:
        found: Sequence[Booking] = session.scalars(
            select(Booking)
            .where(Booking.registration_id == registration_id, Booking.state.in_(LIVE))
            .order_by(Booking.places_id)
            .execution_options(populate_existing=True)
        ).all()
        return found


def _become(
    booking: Booking, state: str, *, by: Actor, action: str, reason: str = "", until: datetime | None = None
) -> Booking:
    with transaction() as session:
        before = {"state": booking.state} if booking.state else None
        booking.state, booking.offer_expires_at = state, until
        booking.sequence += 1
        booking.changed_at = now()
        session.flush()
        record(action, booking, by=by, event_id=booking.event_id, before=before, after={"state": state}, reason=reason)
        return booking
