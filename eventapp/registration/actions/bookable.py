"""Which sessions can be booked: made so, changed, ended; and what becomes of that when the event changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.agenda.actions import SessionLeaves
from eventapp.agenda.models import AgendaSession
from eventapp.changing import fill, load_to_change, plain
from eventapp.db import announce, flush_or_refuse, transaction
from eventapp.errors import NotFound
from eventapp.events.actions import EventCopied, EventZoneChanged
from eventapp.events.models import Event
from eventapp.registration.actions.booking_mails import tell_of_bookings
from eventapp.registration.actions.bookings import end_booking, promote_bookings
from eventapp.registration.actions.places import lock_places
from eventapp.registration.booking import LIVE
from eventapp.registration.errors import (
    AlreadyBookable,
    BookingEndsFirst,
    CapacityBelowTaken,
    NotBookable,
    SessionBooked,
    SessionHasSeats,
)
from eventapp.registration.models import BookableSession, Booking, Places, Registration
from eventapp.registration.queries import bookables_of, copied_sessions, live_bookings_of_session
from eventapp.walltime import same_wall_time

BOOKABLE_VALUES = ("in_form", "opens_at", "closes_at", "offer_hours")


@dataclass(frozen=True)
class SessionBookedNoMore:
    """A session lost its seats; whoever keeps its door opens it."""

    session_id: int
    by: Actor


def make_bookable(session_id: int, *, by: Actor, capacity: int | None, **values: Any) -> BookableSession:
    """Give a session of the agenda seats of its own (None: no limit). Raises NotBookable, AlreadyBookable, BookingEndsFirst."""
    with transaction() as session:
        row = session.get(AgendaSession, session_id)
        if row is None:
            raise NotBookable
        places = Places(event_id=row.event_id, capacity=capacity)
        session.add(places)
        session.flush()
        bookable = BookableSession(event_id=row.event_id, session_id=row.id, places_id=places.id, **values)
        _check(bookable)
        session.add(bookable)
        flush_or_refuse(AlreadyBookable)
        after = {"capacity": capacity, **{name: plain(value) for name, value in values.items()}}
        record("make_bookable", bookable, by=by, event_id=row.event_id, after=after)
        return bookable


def change_bookable(
    bookable_id: int, *, by: Actor, capacity: int | None, version: str | None = None, **values: Any
) -> BookableSession:
    """Change seats and times; new seats go to the first who wait, at once.

    Raises NotFound, Stale, CapacityBelowTaken, BookingEndsFirst.
    """
    with transaction() as session:
        places = _hold(bookable_id)
        bookable = load_to_change(BookableSession, bookable_id, version, BOOKABLE_VALUES)
        if capacity is not None and capacity < places.taken:
            raise CapacityBelowTaken(taken=places.taken)
        before, after = fill(bookable, values, BOOKABLE_VALUES)
        _check(bookable)
        if places.capacity != capacity:
            before, after = {**before, "capacity": places.capacity}, {**after, "capacity": capacity}
            places.capacity = capacity
        if after:
            session.flush()
            record("change_bookable", bookable, by=by, event_id=bookable.event_id, before=before, after=after)
        promote_bookings(places.id, by=by)
        return bookable


def end_bookable(bookable_id: int, *, by: Actor, reason: str = "") -> None:
    """A session is booked no more: whoever has a seat or waits is told, with the reason. Raises NotFound."""
    with transaction() as session:
        places = _hold(bookable_id)
        bookable = session.get_one(BookableSession, bookable_id, populate_existing=True)
        live = select(Booking).where(Booking.bookable_id == bookable_id, Booking.state.in_(LIVE))
        for booking in session.scalars(live.order_by(Booking.ticket).execution_options(populate_existing=True)).all():
            end_booking(booking, by=by, reason=reason)
            registration = session.get_one(Registration, booking.registration_id)
            tell_of_bookings(registration, [booking], "ended", "session_ended", reason=reason)
        before = {"session_id": bookable.session_id, "capacity": places.capacity}
        record("end_bookable", bookable, by=by, event_id=bookable.event_id, before=before, reason=reason)
        # The row of places stays, for whoever waits for its lock; nothing leads to it any more.
        session.delete(bookable)
        announce(SessionBookedNoMore(bookable.session_id, by))


def keep_booked_session(fact: SessionLeaves) -> None:
    """Refuse that a session leaves the agenda with its seats: an undo would bring it back without them.

    Raises SessionBooked, SessionHasSeats.
    """
    number = live_bookings_of_session(fact.session_id)
    if number:
        raise SessionBooked(number=number)
    with transaction() as session:
        if session.scalar(select(BookableSession.id).where(BookableSession.session_id == fact.session_id)) is not None:
            raise SessionHasSeats


def keep_booking_times(fact: EventZoneChanged) -> None:
    """Booking opens and closes at the times that the clock on the wall shows, in the new zone."""
    with transaction():
        for row in bookables_of(fact.event_id):
            for name in ("opens_at", "closes_at"):
                moment = getattr(row, name)
                if moment is not None:
                    setattr(row, name, same_wall_time(moment, fact.old_zone, fact.new_zone))


def copy_bookables(fact: EventCopied) -> None:
    """The same sessions can be booked in the copy, with as many seats; no booking."""
    with transaction() as session:
        source, event = session.get_one(Event, fact.source_id), session.get_one(Event, fact.event_id)
        copies = copied_sessions(fact.source_id, fact.event_id)
        for row in bookables_of(source.id):
            values = {name: getattr(row, name) for name in BOOKABLE_VALUES}
            for name in ("opens_at", "closes_at"):
                values[name] = fact.moved(values[name], source.time_zone, event.time_zone)
            if row.session_id in copies:
                make_bookable(copies[row.session_id], by=fact.by, capacity=row.places.capacity, **values)


def _hold(bookable_id: int) -> Places:
    """The session's places, held. Raises NotFound."""
    with transaction() as session:
        places_id = session.scalar(select(BookableSession.places_id).where(BookableSession.id == bookable_id))
        if places_id is None:
            raise NotFound
        places = lock_places(places_id)
        # Somebody may have ended it while we waited.
        if session.scalar(select(BookableSession.id).where(BookableSession.id == bookable_id)) is None:
            raise NotFound
        return places


def _check(bookable: BookableSession) -> None:
    if bookable.opens_at and bookable.closes_at and bookable.opens_at >= bookable.closes_at:
        raise BookingEndsFirst
