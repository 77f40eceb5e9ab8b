"""Sessions, items and people that the tests of the agenda tell of, made by the real actions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import add_item, add_part, create_session, release_agenda
from eventapp.agenda.models import AgendaItem, AgendaSession, Part, Release
from eventapp.agenda.queries import sessions_in_order
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.events.actions import add_hall
from eventapp.events.models import Event, Hall
from eventapp.people.actions import add_person
from eventapp.people.models import Person


def at(event: Event, hour: int, minute: int = 0) -> datetime:
    """A moment on the event's first day by its own clock, for an event that starts at nine."""
    return event.starts_at + timedelta(hours=hour - 9, minutes=minute)


def make_hall(event: Event, name_en: str = "Lake Hall", name_zh: str = "金鸡湖厅", **values: Any) -> Hall:
    return add_hall(event.id, by=SYSTEM, name_en=name_en, name_zh=name_zh, **values)


def make_session(
    event: Event, start: int = 9, end: int = 10, title_en: str = "Opening", kind: str = "keynote", **values: Any
) -> AgendaSession:
    """A session from one full hour to another."""
    times = {"starts_at": at(event, start), "ends_at": at(event, end)}
    return create_session(event.id, by=SYSTEM, kind=kind, title_en=title_en, **{**times, **values})


def make_item(session: AgendaSession, minutes: int = 0, kind: str = "speech", **values: Any) -> AgendaItem:
    return add_item(session.id, by=SYSTEM, kind=kind, minutes=minutes, **values)


def make_person(given: str = "Lan", family: str = "Chen", **values: Any) -> Person:
    return add_person(by=SYSTEM, given_en=given, family_en=family, **values)


def make_part(item: AgendaItem, person: Person, role: str = "speaker", **values: Any) -> Part:
    return add_part(item.id, by=SYSTEM, role=role, person_id=person.id, **values)


def publish(event: Event, **values: Any) -> Release:
    """What was made of the agenda so far is what the public sees."""
    return release_agenda(event.id, by=SYSTEM, **values)


def fill_agenda(event: Event, number: int, *, minutes: int = 5, items: int = 0, **values: Any) -> None:
    """Many sessions one after the other, written as rows: each action would look for clashes among all of them."""
    begun = len(sessions_in_order(event.id))
    with transaction() as session:
        for place in range(begun, begun + number):
            begins = at(event, 9, minutes * place)
            times = {"starts_at": begins, "ends_at": begins + timedelta(minutes=minutes), "changed_at": now()}
            row = AgendaSession(event_id=event.id, kind="forum", title_en=f"Talk {place}", **times, **values)
            row.items = [AgendaItem(kind="speech", title_en=f"Item {step}", position=step) for step in range(items)]
            session.add(row)


def cast(event: Event, person: Person) -> None:
    """Somebody who speaks in every item of an agenda."""
    with transaction() as session:
        for item in session.scalars(
            select(AgendaItem).join(AgendaItem.session).where(AgendaSession.event_id == event.id)
        ):
            if not item.parts:
                item.parts.append(Part(person_id=person.id, role="speaker"))
