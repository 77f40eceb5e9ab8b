"""Reads about sessions that can be booked, and who booked them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from eventapp.agenda.models import AgendaSession
from eventapp.agenda.queries import public_agenda, public_session, sessions_in_order
from eventapp.agenda.shown import ShownSession
from eventapp.clock import now
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.registration.booking import LIVE, booking_time
from eventapp.registration.models import BookableSession, Booking, Places, Registration
from eventapp.registration.overlaps import overlaps
from eventapp.registration.queries.registrations import PAGE_SIZE, Page, matches_words, still_coming


def bookables_of(event_id: int) -> Sequence[BookableSession]:
    """The sessions of an event that have seats of their own, by time; one statement."""
    return db.session.scalars(_by_time().where(BookableSession.event_id == event_id)).all()


def bookable_of_event(event_id: int, public_id: str) -> BookableSession | None:
    """One of them by its id outside the house; None if it is another event's."""
    of_event = _by_time().where(BookableSession.event_id == event_id)
    return db.session.scalar(of_event.where(BookableSession.public_id == public_id))


def bookable_of_session(event_id: int, session_public_id: str) -> BookableSession | None:
    """How a session of the agenda can be booked; None if it needs no booking."""
    of_event = _by_time().where(BookableSession.event_id == event_id)
    return db.session.scalar(of_event.where(AgendaSession.public_id == session_public_id))


def bookings_of(registration_id: int) -> Sequence[Booking]:
    """The bookings of sessions a registration has now, by time."""
    return db.session.scalars(
        select(Booking)
        .join(BookableSession, BookableSession.id == Booking.bookable_id)
        .join(AgendaSession, AgendaSession.id == BookableSession.session_id)
        .where(Booking.registration_id == registration_id, Booking.state.in_(LIVE))
        .options(
            contains_eager(Booking.bookable).contains_eager(BookableSession.session).joinedload(AgendaSession.hall)
        )
        .order_by(AgendaSession.starts_at, AgendaSession.id)
    ).all()


def bookers_of(
    event_id: int,
    session_uuids: Collection[str],
    *,
    after: datetime | None = None,
    until: datetime | None = None,
    only: int | None = None,
) -> dict[str, list[tuple[Booking, Registration]]]:
    """Who has a seat in these sessions, or waits for one, and still comes or hopes to, by the session's uuid; one statement.

    `after` and `until` ask about those who booked within a time, `only` about one registration.
    """
    booked: dict[str, list[tuple[Booking, Registration]]] = {}
    if session_uuids:
        query = (
            select(AgendaSession.uuid, Booking, Registration)
            .join(BookableSession, BookableSession.session_id == AgendaSession.id)
            .join(Booking, Booking.bookable_id == BookableSession.id)
            .join(Registration, Registration.id == Booking.registration_id)
            .where(still_coming(event_id), Booking.state.in_(LIVE), AgendaSession.uuid.in_(session_uuids))
            .options(joinedload(Registration.party))
            .order_by(Registration.id)
        )
        if after is not None:
            query = query.where(Booking.created_at > after)
        if until is not None:
            query = query.where(Booking.created_at <= until)
        if only is not None:
            query = query.where(Booking.registration_id == only)
        for session_uuid, booking, registration in db.session.execute(query):
            booked.setdefault(session_uuid, []).append((booking, registration))
    return booked


def booking_in(registration_id: int, bookable_id: int) -> Booking | None:
    """A registration's booking of one session, also one that ended."""
    return db.session.scalar(
        select(Booking).where(Booking.registration_id == registration_id, Booking.bookable_id == bookable_id)
    )


def booking_of_event(event_id: int, public_id: str) -> tuple[Booking, Registration] | None:
    """A booking and whose it is; None if it is another event's."""
    found = db.session.execute(
        select(Booking, Registration)
        .join(Registration, Registration.id == Booking.registration_id)
        .where(Booking.event_id == event_id, Booking.public_id == public_id)
    ).one_or_none()
    return (found[0], found[1]) if found else None


def positions_of(registration_id: int) -> dict[int, int]:
    """Where a registration stands on the waiting lists of its bookings (1 is the first), by the booking; one statement."""
    other = aliased(Booking)
    ahead = (
        select(func.count())
        .where(other.places_id == Booking.places_id, other.state == "waiting", other.ticket <= Booking.ticket)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Booking.id, ahead).where(Booking.registration_id == registration_id, Booking.state == "waiting")
    ).all()
    return dict(rows)


def waiting_by_places(event_id: int) -> dict[int, int]:
    """How many wait for each of an event's sessions with seats, by its places."""
    rows = db.session.execute(
        select(Booking.places_id, func.count())
        .where(Booking.event_id == event_id, Booking.state == "waiting")
        .group_by(Booking.places_id)
    ).all()
    return dict(rows)


def seats_by_session(event_id: int) -> dict[int, int]:
    """How many have a confirmed seat, by the session of the agenda."""
    rows = db.session.execute(
        select(BookableSession.session_id, func.count())
        .join(Booking, Booking.bookable_id == BookableSession.id)
        .join(Registration, Registration.id == Booking.registration_id)
        .where(BookableSession.event_id == event_id, Booking.state == "confirmed", Registration.state == "confirmed")
        .group_by(BookableSession.session_id)
    ).all()
    return dict(rows)


def live_bookings_of_session(session_id: int) -> int:
    """How many have booked a session of the agenda or wait for it."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Booking)
            .join(BookableSession, BookableSession.id == Booking.bookable_id)
            .where(BookableSession.session_id == session_id, Booking.state.in_(LIVE))
        )
        or 0
    )


def find_bookings(bookable_id: int, *, words: str = "", state: str = "", page: int = 1) -> Page:
    """Who booked a session: seats first, then those who wait in their order; ended ones only if asked for."""
    query = (
        select(Booking, Registration)
        .join(Registration, Registration.id == Booking.registration_id)
        .where(Booking.bookable_id == bookable_id)
        .where(Booking.state == state if state else Booking.state.in_(LIVE))
    )
    if words.strip():
        query = query.where(matches_words(words))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page = min(max(page, 1), max(1, -(-total // PAGE_SIZE)))
    rows = query.options(joinedload(Registration.category)).order_by(Booking.state, Booking.ticket, Booking.id)
    return Page(db.session.execute(rows.offset((page - 1) * PAGE_SIZE).limit(PAGE_SIZE)).all(), page, total)


def copied_sessions(source_id: int, copy_id: int) -> dict[int, int]:
    """The sessions of an event's copy by those of its source, as long as both agendas are still the same."""
    pairs = zip(sessions_in_order(source_id), sessions_in_order(copy_id), strict=False)
    return {old.id: new.id for old, new in pairs if _name(old) == _name(new)}


@dataclass(frozen=True)
class Offered:
    """A session with seats, and the session as guests know it."""

    bookable: BookableSession
    session: AgendaSession | ShownSession

    @property
    def id(self) -> int:
        return self.bookable.id

    @property
    def public_id(self) -> str:
        return self.bookable.public_id


@dataclass(frozen=True)
class ShownSeat:
    """A session with seats as one guest sees it: `state` of the booking ('' for none), `clashes` are sessions booked."""

    bookable: BookableSession
    session: AgendaSession | ShownSession
    booking: Booking | None
    time: str
    position: int | None
    clashes: list[Offered]

    @property
    def state(self) -> str:
        return self.booking.state if self.booking else ""


def seats_shown(event_id: int, registration_id: int, at: datetime) -> list[ShownSeat]:
    """The sessions with seats as the guest of a registration sees them at a moment; five statements."""
    booked = {booking.bookable_id: booking for booking in bookings_of(registration_id)}
    rows = {row.id: row for row in offered_to_guests(event_id, at, booked.keys())}
    positions = positions_of(registration_id)
    clashes = overlaps_of(rows.values(), {row_id for row_id in booked if row_id is not None})
    return [
        ShownSeat(
            bookable=row.bookable,
            session=row.session,
            booking=booked.get(row.id),
            time=booking_time(row.bookable.opens_at, row.bookable.closes_at, row.session.starts_at, at),
            position=positions.get(booked[row.id].id) if row.id in booked else None,
            clashes=[rows[other] for other in clashes.get(row.id, ())],
        )
        for row in rows.values()
    ]


def offered_to_guests(event_id: int, at: datetime, booked: Collection[int | None] = ()) -> list[Offered]:
    """The sessions with seats as the released agenda has them, by time.

    Of those that it does not have only what is booked is shown. Before the first release all of them are: whoever
    opens seats wants guests to know of the session.
    """
    shown = public_agenda(db.session.get_one(Event, event_id), at)
    released = {session.public_id: session for session in shown.sessions}
    rows = [
        Offered(row, released.get(row.session.public_id, row.session))
        for row in bookables_of(event_id)
        if row.session.public_id in released or row.id in booked or shown.version is None
    ]
    return sorted(rows, key=lambda row: row.session.starts_at)


def as_guests_know_it(session: AgendaSession) -> AgendaSession | ShownSession:
    """A session as it was released; before that, as it is planned."""
    event = db.session.get_one(Event, session.event_id)
    return public_session(event, session.public_id, now()) or session


def overlaps_of(rows: Collection[Offered], chosen: Collection[int]) -> dict[int, list[int]]:
    """Which of the chosen sessions run at the same time as each of these, by the ids of BookableSession."""
    times = {row.id: (row.session.starts_at, row.session.ends_at) for row in rows}
    return overlaps(times, [row_id for row_id in times if row_id in chosen])


def _by_time() -> Select[Any]:
    return (
        select(BookableSession)
        .join(AgendaSession, AgendaSession.id == BookableSession.session_id)
        .options(contains_eager(BookableSession.session).joinedload(AgendaSession.hall))
        .order_by(AgendaSession.starts_at, AgendaSession.id)
    )


def _name(row: AgendaSession) -> tuple[str, str, str]:
    return row.kind, row.title_en, row.title_zh


def seats_needed(event_id: int) -> dict[int, int]:
    """How many seats the sessions of an event need that can be booked: as many as are offered, without a limit as are taken."""
    query = select(BookableSession.session_id, Places.capacity, Places.taken).join(BookableSession.places)
    rows = db.session.execute(query.where(BookableSession.event_id == event_id))
    return {session_id: capacity or taken for session_id, capacity, taken in rows}
