"""Reads for arranging an agenda: its tracks, and what comes after a session."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from eventapp.agenda.models import AgendaSession, Track
from eventapp.agenda.times import day_of
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.people.models import EventPerson


def tracks_of(event_id: int) -> Sequence[Track]:
    """The tracks of an event, in the order set by hand."""
    query = select(Track).where(Track.event_id == event_id).order_by(Track.position, Track.id)
    return db.session.scalars(query).all()


def find_track(event_id: int, public_id: str) -> Track | None:
    """A track by its id outside the house; None if it is not of this event."""
    if not public_id.isalnum():
        return None
    return db.session.scalar(select(Track).where(Track.event_id == event_id, Track.public_id == public_id))


def sessions_of_track(track_id: int) -> Sequence[AgendaSession]:
    query = select(AgendaSession).where(AgendaSession.track_id == track_id)
    return db.session.scalars(query.order_by(AgendaSession.starts_at, AgendaSession.id)).all()


def sessions_after(row: AgendaSession, *, all_halls: bool) -> list[AgendaSession]:
    """What takes place later on the day of a session: what begins after it does, in its hall or in all halls."""
    event = db.session.get_one(Event, row.event_id)
    query = select(AgendaSession).where(
        AgendaSession.event_id == row.event_id,
        AgendaSession.starts_at > row.starts_at,
        AgendaSession.in_tray.is_(False),
        AgendaSession.status == "planned",
    )
    if not all_halls:
        query = query.where(AgendaSession.hall_id.is_not_distinct_from(row.hall_id))
    day = day_of(row.starts_at, event.time_zone, event.day_starts)
    found = db.session.scalars(query.order_by(AgendaSession.starts_at, AgendaSession.id))
    return [later for later in found if day_of(later.starts_at, event.time_zone, event.day_starts) == day]


def people_ranks(event_id: int) -> dict[int, int]:
    """Where each person of an event stands in the order set by hand."""
    query = select(EventPerson.person_id, EventPerson.position).where(EventPerson.event_id == event_id)
    return {row.person_id: row.position for row in db.session.execute(query)}
