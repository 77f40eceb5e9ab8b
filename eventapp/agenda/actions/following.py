"""What happens to an agenda when something else of its event changes: the hall, the clock, the people, a copy."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from eventapp.accounts.actions import record
from eventapp.agenda.actions.changing import edit
from eventapp.agenda.actions.copies import SESSION_COLUMNS, TRACK_COLUMNS, columns, copy_item
from eventapp.agenda.actions.editing import Edit
from eventapp.agenda.errors import HallInRelease, HallInUse
from eventapp.agenda.models import AgendaSession, LiveSession, Track
from eventapp.agenda.queries import (
    heading_of,
    released_in_hall,
    session_heading,
    sessions_in_hall,
    sessions_in_order,
    sessions_of_person,
    whole_agenda,
)
from eventapp.agenda.queries.arranging import tracks_of
from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.events.actions import EventCopied, EventZoneChanged, HallLeaves
from eventapp.events.models import Event, Hall
from eventapp.people.actions import PersonLeaves
from eventapp.people.errors import PersonStillAppears
from eventapp.walltime import same_wall_times


def keep_hall_in_use(fact: HallLeaves) -> None:
    """Refuse that a hall is removed while sessions are in it, of the draft or of what the public sees. Raises HallInUse, HallInRelease."""
    sessions = sessions_in_hall(fact.hall_id)
    if sessions:
        raise HallInUse(sessions=_headings(sessions))
    released = released_in_hall(db.session.get_one(Hall, fact.hall_id))
    if released:
        raise HallInRelease(sessions=", ".join(map(heading_of, released)))


def keep_person_who_appears(fact: PersonLeaves) -> None:
    """Refuse that somebody is removed who still has a part. Raises PersonStillAppears."""
    sessions = sessions_of_person(fact.event_id, fact.person.id)
    if sessions:
        raise PersonStillAppears(name=fact.person.shown_name, sessions=_headings(sessions))


def keep_wall_times(fact: EventZoneChanged) -> None:
    """Sessions stay at the times that the clock on the wall shows, in the new zone."""
    with edit("keep_wall_times", fact.event_id, by=fact.by) as change:
        rows = sessions_in_order(fact.event_id)
        change.touches(*(row.id for row in rows))
        laid = db.session.scalars(select(LiveSession).where(LiveSession.event_id == fact.event_id))
        row: AgendaSession | LiveSession
        for row in (*rows, *laid):
            row.starts_at, row.ends_at = same_wall_times(row.starts_at, row.ends_at, fact.old_zone, fact.new_zone)


def copy_agenda(fact: EventCopied) -> None:
    """Tracks, sessions, items and parts of the source; without its people, only organisations and things have parts."""
    with transaction() as session, edit("copy_agenda", fact.event_id, by=fact.by) as change:
        source, event = session.get_one(Event, fact.source_id), session.get_one(Event, fact.event_id)
        tracks, sessions = _copy_tracks(fact, change), whole_agenda(fact.source_id)
        for row in sessions:
            starts_at, ends_at = same_wall_times(
                row.starts_at, row.ends_at, source.time_zone, event.time_zone, fact.days
            )
            copied = AgendaSession(
                event_id=event.id,
                hall_id=fact.halls.get(row.hall_id) if row.hall_id else None,
                track_id=tracks.get(row.track_id) if row.track_id else None,
                starts_at=starts_at,
                ends_at=ends_at,
                sequence=0,
                changed_at=now(),
                items=[copy_item(item, fact.with_people) for item in row.items],
                **columns(row, SESSION_COLUMNS),
            )
            session.add(copied)
            change.adds(copied)
        record("copy_agenda", event, by=fact.by, event_id=event.id, after={"sessions": len(sessions)})


def _copy_tracks(fact: EventCopied, change: Edit) -> dict[int, int]:
    copies = {row.id: Track(event_id=fact.event_id, **columns(row, TRACK_COLUMNS)) for row in tracks_of(fact.source_id)}
    db.session.add_all(copies.values())
    change.adds(*copies.values())
    return {track_id: copied.id for track_id, copied in copies.items()}


def _headings(sessions: Any) -> str:
    return ", ".join(session_heading(row) for row in sessions)
