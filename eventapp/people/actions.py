"""What the team does in the directory of people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from eventapp.accounts.actions import delete_sample_rows, record
from eventapp.accounts.actor import Actor
from eventapp.changing import load_to_change
from eventapp.clock import now
from eventapp.db import announce, transaction
from eventapp.events.actions import EventCopied, EventZoneChanged, load_with_event, move_in_order
from eventapp.events.models import Event
from eventapp.people.errors import PersonNameMissing
from eventapp.people.models import NAME_PARTS, PERSON_VALUES, PLACED_VERSION, EventPerson, Person
from eventapp.people.queries import people_of
from eventapp.walltime import same_wall_time


@dataclass(frozen=True)
class PersonLeaves:
    """Somebody is about to be removed from the people of an event; whoever needs them refuses."""

    event_id: int
    person: Person


def add_person(*, by: Actor, **values: Any) -> Person:
    """Add somebody to the directory; a name in one script is enough. Raises PersonNameMissing."""
    with transaction() as session:
        person = Person(created_at=now())
        _fill(person, values)
        session.add(person)
        record("add_person", person, by=by, after={"name": person.name.as_dict()})
        return person


def change_person(person_id: int, *, by: Actor, version: str | None = None, **values: Any) -> Person:
    """Correct a directory entry. Raises Stale, PersonNameMissing."""
    with transaction():
        person = load_to_change(Person, person_id, version, PERSON_VALUES)
        before = {key: getattr(person, key) for key in values if getattr(person, key) != values[key]}
        _fill(person, values)
        record("change_person", person, by=by, before=before, after={key: values[key] for key in before})
        return person


def place_person(event_id: int, person_id: int, *, by: Actor, undisclosed_until: datetime | None = None) -> EventPerson:
    """Name a person in an event, after those already there; changes `undisclosed_until` of one who is."""
    with transaction() as session:
        row = session.scalar(
            select(EventPerson).where(EventPerson.event_id == event_id, EventPerson.person_id == person_id)
        )
        if row is None:
            last = session.scalar(select(func.max(EventPerson.position)).where(EventPerson.event_id == event_id))
            row = EventPerson(event_id=event_id, person_id=person_id, position=(last or 0) + 1)
            session.add(row)
        row.undisclosed_until = undisclosed_until
        after = {"undisclosed_until": undisclosed_until.isoformat() if undisclosed_until else None}
        record("place_person", row, by=by, event_id=event_id, after=after)
        return row


def add_person_to_event(event_id: int, *, by: Actor, undisclosed_until: datetime | None, **values: Any) -> EventPerson:
    """Add somebody to the directory and name them in an event. Raises PersonNameMissing."""
    with transaction() as session:
        person = add_person(by=by, **values)
        session.flush()
        return place_person(event_id, person.id, by=by, undisclosed_until=undisclosed_until)


def change_person_in_event(
    row_id: int, *, by: Actor, version: str | None = None, undisclosed_until: datetime | None, **values: Any
) -> EventPerson:
    """Correct somebody's directory entry, and until when the event keeps them to itself. Raises Stale, PersonNameMissing."""
    with transaction():
        row = load_to_change(EventPerson, row_id, version, PLACED_VERSION)
        change_person(row.person_id, by=by, **values)
        if row.undisclosed_until != undisclosed_until:
            place_person(row.event_id, row.person_id, by=by, undisclosed_until=undisclosed_until)
        return row


def move_person(row_id: int, direction: str, *, by: Actor) -> None:
    """Move somebody 'up' or 'down' by one place: the order of people is set by hand."""
    with transaction():
        row = load_with_event(EventPerson, row_id)
        move_in_order("move_person", people_of(row.event_id, disclosed_at=None), row, direction, by=by)


def remove_person(row_id: int, *, by: Actor) -> None:
    """Take somebody out of the people of an event; they stay in the directory. Raises what those who need them raise."""
    with transaction() as session:
        row = load_with_event(EventPerson, row_id)
        announce(PersonLeaves(row.event_id, row.person))
        before = {"name": row.person.name.as_dict()}
        record("remove_person", row, by=by, event_id=row.event_id, before=before)
        session.delete(row)


def keep_wall_times(fact: EventZoneChanged) -> None:
    """What was kept undisclosed until a time on the wall's clock stays so in the new zone."""
    with transaction():
        for row in people_of(fact.event_id, disclosed_at=None):
            if row.undisclosed_until is not None:
                row.undisclosed_until = same_wall_time(row.undisclosed_until, fact.old_zone, fact.new_zone)


def copy_people(fact: EventCopied) -> None:
    """The people of the source in their order, if they are wanted; who was undisclosed is so again, as much later."""
    if not fact.with_people:
        return
    with transaction() as session:
        source, event = session.get_one(Event, fact.source_id), session.get_one(Event, fact.event_id)
        for row in people_of(source.id, disclosed_at=None):
            until = fact.moved(row.undisclosed_until, source.time_zone, event.time_zone)
            place_person(event.id, row.person_id, by=fact.by, undisclosed_until=until)


def delete_sample_people() -> None:
    """Delete the people whom the sample brought."""
    delete_sample_rows(Person)


def _fill(person: Person, values: dict[str, Any]) -> None:
    person.set_name(**{key: values[key] for key in NAME_PARTS if key in values})
    if not person.name:
        raise PersonNameMissing
    for key, value in values.items():
        if key not in NAME_PARTS:
            setattr(person, key, value)
