"""What the team does in the directory of people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.people.errors import PersonNameMissing
from eventapp.people.models import EventPerson, Person

NAME_PARTS = ("family_en", "given_en", "family_zh", "given_zh", "printed_en", "printed_zh", "family_first")


def add_person(*, by: Actor, **values: Any) -> Person:
    """Add somebody to the directory; a name in one script is enough. Raises PersonNameMissing."""
    with transaction() as session:
        person = Person(created_at=now())
        _fill(person, values)
        session.add(person)
        record("add_person", person, by=by, after={"name": person.name.as_dict()})
        return person


def change_person(person_id: int, *, by: Actor, **values: Any) -> Person:
    """Correct a directory entry. Raises PersonNameMissing."""
    with transaction() as session:
        person = session.get_one(Person, person_id)
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


def delete_sample_people(*, by: Actor) -> None:
    """Delete the people whom the sample brought."""
    with transaction() as session:
        session.execute(delete(Person).where(Person.is_sample))


def _fill(person: Person, values: dict[str, Any]) -> None:
    person.set_name(**{key: values[key] for key in NAME_PARTS if key in values})
    if not person.name:
        raise PersonNameMissing
    for key, value in values.items():
        if key not in NAME_PARTS:
            setattr(person, key, value)
