"""What guests follow of the agenda: whom a change concerns, and what one guest's own agenda is made of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from eventapp.agenda.queries import PublicAgenda, public_agenda
from eventapp.agenda.shown import ShownSession
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.registration.models import Booking, PersonalFeed, Registration, Star
from eventapp.registration.overlaps import overlaps
from eventapp.registration.queries.bookings import bookings_of
from eventapp.registration.queries.registrations import still_coming
from eventapp.sealing import token_hash, unseal


@dataclass(frozen=True)
class MySession:
    """A session of a guest's own agenda: followed, booked (with the booking) or one in which the guest appears."""

    session: ShownSession
    starred: bool
    booking: Booking | None
    appears: bool
    clashes: tuple[ShownSession, ...] = ()


def followers_of(
    event_id: int,
    session_uuids: Collection[str],
    *,
    after: datetime | None = None,
    until: datetime | None = None,
    only: int | None = None,
) -> dict[str, list[Registration]]:
    """Who follows these sessions and still comes or hopes to, by the session's uuid; one statement.

    `after` and `until` ask about those who began to within a time, `only` about one registration.
    """
    followed: dict[str, list[Registration]] = {}
    if session_uuids:
        query = (
            select(Star.session_uuid, Registration)
            .join(Registration, Registration.id == Star.registration_id)
            .where(still_coming(event_id), Star.session_uuid.in_(session_uuids))
            .options(joinedload(Registration.party))
            .order_by(Registration.id)
        )
        if after is not None:
            query = query.where(Star.starred_at > after)
        if until is not None:
            query = query.where(Star.starred_at <= until)
        if only is not None:
            query = query.where(Star.registration_id == only)
        for session_uuid, registration in db.session.execute(query):
            followed.setdefault(session_uuid, []).append(registration)
    return followed


def starred_by(registration_id: int) -> frozenset[str]:
    """The uuids of what a guest follows, also of what is on the agenda no more."""
    return frozenset(db.session.scalars(select(Star.session_uuid).where(Star.registration_id == registration_id)))


def own_agenda(event: Event, registration: Registration, at: datetime) -> list[MySession]:
    """What a guest follows, has booked or appears in as it was released, by time, with what runs at the same moment."""
    return _mine(registration, public_agenda(event, at), starred_by(registration.id))


def calendar_of(event: Event, registration: Registration, at: datetime) -> PublicAgenda:
    """The same as an agenda of its own, with what was followed and is gone, for calendars to take out."""
    shown, starred = public_agenda(event, at), starred_by(registration.id)
    mine = tuple(row.session for row in _mine(registration, shown, starred))
    return PublicAgenda(shown.version, mine, tuple(row for row in shown.dropped if row.uuid in starred))


def feed_of(registration_id: int) -> PersonalFeed | None:
    """The calendar of a guest, if there is one."""
    return db.session.get(PersonalFeed, registration_id)


def feed_token(feed: PersonalFeed) -> str:
    """The secret in the address of a guest's calendar, to be shown to that guest."""
    return unseal(feed.token_sealed, "personal_feed").decode()


def registration_by_feed(event_id: int, token: str) -> Registration | None:
    """Whose calendar has this address; None once it was ended or another one was made."""
    return db.session.scalar(
        select(Registration)
        .join(PersonalFeed, PersonalFeed.registration_id == Registration.id)
        .where(PersonalFeed.token_hash == token_hash(token), Registration.event_id == event_id)
    )


def _mine(registration: Registration, shown: PublicAgenda, starred: Collection[str]) -> list[MySession]:
    booked = {
        booking.bookable.session.uuid: booking
        for booking in bookings_of(registration.id)
        if booking.bookable is not None
    }
    mine = [
        MySession(session, session.uuid in starred, booked.get(session.uuid), _appears(registration, session))
        for session in shown.sessions
        if session.uuid in starred or session.uuid in booked or _appears(registration, session)
    ]
    return _with_clashes(mine)


def _appears(registration: Registration, session: ShownSession) -> bool:
    person_id = registration.person_id
    return person_id is not None and any(person.id == person_id for person, _parts in session.appearances)


def _with_clashes(mine: list[MySession]) -> list[MySession]:
    """What is cancelled takes nobody's time."""
    rows = {row.session.uuid: row for row in mine}
    times = {
        uuid: (row.session.starts_at, row.session.ends_at) for uuid, row in rows.items() if not row.session.is_cancelled
    }
    found = overlaps(times, times)
    return [
        MySession(
            row.session,
            row.starred,
            row.booking,
            row.appears,
            tuple(rows[other].session for other in found.get(uuid, ())),
        )
        for uuid, row in rows.items()
    ]
