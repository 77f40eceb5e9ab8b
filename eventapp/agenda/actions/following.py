"""What happens to an agenda when something else of its event changes: the hall, the clock, the people, a copy."""

from __future__ import annotations

from typing import Any

from eventapp.accounts.actions import record
from eventapp.agenda.actions.changing import lock_agenda, raise_sequence
from eventapp.agenda.errors import HallInUse
from eventapp.agenda.models import AgendaItem, AgendaSession, Part
from eventapp.agenda.queries import (
    session_heading,
    sessions_in_hall,
    sessions_in_order,
    sessions_of_person,
    whole_agenda,
)
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.events.actions import EventCopied, EventZoneChanged, HallLeaves
from eventapp.events.models import Event
from eventapp.people.actions import PersonLeaves
from eventapp.people.errors import PersonStillAppears
from eventapp.walltime import same_wall_time

SESSION_COLUMNS = ("kind", "title_en", "title_zh", "summary_en", "summary_zh")
ITEM_COLUMNS = (*SESSION_COLUMNS, "minutes", "position")
PART_COLUMNS = (
    "person_id", "organisation_id", "object_en", "object_zh", "role", "side", "position", "mode", "as_en", "as_zh",
)  # fmt: skip


def keep_hall_in_use(fact: HallLeaves) -> None:
    """Refuse that a hall is removed while sessions are in it. Raises HallInUse."""
    sessions = sessions_in_hall(fact.hall_id)
    if sessions:
        raise HallInUse(sessions=_headings(sessions))


def keep_person_who_appears(fact: PersonLeaves) -> None:
    """Refuse that somebody is removed who still has a part. Raises PersonStillAppears."""
    sessions = sessions_of_person(fact.event_id, fact.person.id)
    if sessions:
        raise PersonStillAppears(name=fact.person.shown_name, sessions=_headings(sessions))


def keep_wall_times(fact: EventZoneChanged) -> None:
    """Sessions stay at the times that the clock on the wall shows, in the new zone."""
    with transaction():
        lock_agenda(fact.event_id)
        for row in sessions_in_order(fact.event_id):
            row.starts_at = same_wall_time(row.starts_at, fact.old_zone, fact.new_zone)
            row.ends_at = same_wall_time(row.ends_at, fact.old_zone, fact.new_zone)
            raise_sequence(row)


def copy_agenda(fact: EventCopied) -> None:
    """Sessions, items and parts of the source; without its people, only organisations and things have parts."""
    with transaction() as session:
        source, event = session.get_one(Event, fact.source_id), session.get_one(Event, fact.event_id)
        sessions = whole_agenda(fact.source_id)
        for row in sessions:
            copied = AgendaSession(
                event_id=event.id,
                hall_id=fact.halls.get(row.hall_id) if row.hall_id else None,
                starts_at=fact.moved(row.starts_at, source.time_zone, event.time_zone),
                ends_at=fact.moved(row.ends_at, source.time_zone, event.time_zone),
                sequence=0,
                changed_at=now(),
                items=[_copy_item(item, fact.with_people) for item in row.items],
                **_columns(row, SESSION_COLUMNS),
            )
            session.add(copied)
        record("copy_agenda", event, by=fact.by, event_id=event.id, after={"sessions": len(sessions)})


def _copy_item(item: AgendaItem, with_people: bool) -> AgendaItem:
    parts = [part for part in item.parts if with_people or part.person_id is None]
    # Nobody has been asked yet for the copy.
    copied = [Part(reply="open", **_columns(part, PART_COLUMNS)) for part in parts]
    return AgendaItem(parts=copied, **_columns(item, ITEM_COLUMNS))


def _columns(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _headings(sessions: Any) -> str:
    return ", ".join(session_heading(row) for row in sessions)
