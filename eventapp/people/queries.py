"""Reads of the directory of people and of who is named in an event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select

from eventapp.db import db
from eventapp.people.models import EventPerson, Person
from eventapp.people.names import fold, letters


def people_of(event_id: int, *, disclosed_at: datetime | None) -> Sequence[EventPerson]:
    """The people of an event in the order set by hand; with a moment, only those disclosed by then."""
    query = select(EventPerson).where(EventPerson.event_id == event_id)
    if disclosed_at is not None:
        query = query.where(or_(EventPerson.undisclosed_until.is_(None), EventPerson.undisclosed_until <= disclosed_at))
    return db.session.scalars(query.order_by(EventPerson.position, EventPerson.id)).all()


def hidden_person_ids(event_id: int, at: datetime) -> frozenset[int]:
    """People whom the public may not know of at a moment."""
    return frozenset(
        db.session.scalars(
            select(EventPerson.person_id).where(EventPerson.event_id == event_id, EventPerson.undisclosed_until > at)
        )
    )


def find_person(public_id: str) -> Person | None:
    return db.session.scalar(select(Person).where(Person.public_id == public_id))


def search_people(query: str, limit: int = 20) -> Sequence[Person]:
    """People whose name, pinyin or initials begin with or hold what was typed."""
    words = fold(query)
    joined = letters(query)
    if not joined:
        return []
    matches = or_(
        Person.key_plain.contains(words, autoescape=True),
        Person.key_full.startswith(joined, autoescape=True),
        Person.key_initials.startswith(joined, autoescape=True),
        Person.key_readings.contains(joined, autoescape=True),
    )
    return db.session.scalars(select(Person).where(matches).order_by(Person.key_sort, Person.id).limit(limit)).all()


def all_people() -> Sequence[Person]:
    """The directory in pinyin order."""
    return db.session.scalars(select(Person).order_by(Person.key_sort, Person.id)).all()


def find_event_person(event_id: int, person_public_id: str) -> EventPerson | None:
    """A person's place among the people of this event."""
    return db.session.scalar(
        select(EventPerson)
        .join(Person, Person.id == EventPerson.person_id)
        .where(EventPerson.event_id == event_id, Person.public_id == person_public_id)
    )
