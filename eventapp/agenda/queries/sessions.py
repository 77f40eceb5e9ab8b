"""Reads of the agenda: by day, one session, one person's parts, and what clashes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, TypeVar

from flask_babel import gettext as _
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from eventapp.accounts.models import AuditEntry
from eventapp.agenda import words
from eventapp.agenda.clashes import Block, Clash, HallClash, Overrun, PersonClash, Presence, find_clashes
from eventapp.agenda.models import AgendaItem, AgendaSession, Part
from eventapp.agenda.shown import AgendaDay, ShownItem, ShownPart, ShownSession, people_in
from eventapp.agenda.times import day_of, running_times
from eventapp.db import db
from eventapp.events.models import Event, Hall
from eventapp.i18n import format_clock, format_day
from eventapp.people.models import EventPerson, Person
from eventapp.people.queries import hidden_person_ids, people_of

Found = TypeVar("Found", AgendaSession, AgendaItem, Part)

# Ushers help on stage; they are part of the agenda but not announced among the speakers.
BEHIND_THE_SCENES = frozenset({"usher"})


@dataclass(frozen=True)
class ToldClash:
    """A clash in words, with the sessions it is about."""

    sentence: str
    sessions: tuple[AgendaSession, ...]


def agenda_of(event: Event, disclosed_at: datetime | None) -> list[AgendaDay]:
    """The agenda by day. With a moment: what the public may know by then; with None: all, for the team."""
    sessions = _shown(event, disclosed_at, AgendaSession.event_id == event.id)
    days = groupby(sessions, key=lambda session: day_of(session.starts_at, event.time_zone, event.day_starts))
    return [AgendaDay(day, event.time_zone, tuple(found)) for day, found in days]


def session_of(event: Event, public_id: str, disclosed_at: datetime | None) -> ShownSession | None:
    """One session of this event, as `agenda_of` shows it."""
    if not public_id.isalnum():
        return None
    found = _shown(event, disclosed_at, AgendaSession.event_id == event.id, AgendaSession.public_id == public_id)
    return found[0] if found else None


def sessions_in_order(event_id: int) -> Sequence[AgendaSession]:
    """The sessions of an event by time, without what is in them."""
    query = select(AgendaSession).where(AgendaSession.event_id == event_id).options(joinedload(AgendaSession.hall))
    return db.session.scalars(query.order_by(AgendaSession.starts_at, AgendaSession.id)).all()


def sessions_to_begin_with(event_id: int, at: datetime) -> Sequence[AgendaSession]:
    """The sessions without breaks that begin first among those not over at a moment; several, if they begin together."""
    query = select(AgendaSession).where(AgendaSession.event_id == event_id, AgendaSession.ends_at > at)
    query = query.where(AgendaSession.kind.not_in(("break", "meal"))).options(joinedload(AgendaSession.hall))
    found = db.session.scalars(query.order_by(AgendaSession.starts_at, AgendaSession.id).limit(8)).all()
    return [session for session in found if session.starts_at == found[0].starts_at]


def sessions_in_hall(hall_id: int) -> Sequence[AgendaSession]:
    query = select(AgendaSession).where(AgendaSession.hall_id == hall_id)
    return db.session.scalars(query.order_by(AgendaSession.starts_at, AgendaSession.id)).all()


def sessions_of_person(event_id: int, person_id: int) -> Sequence[AgendaSession]:
    """The sessions of an event in which a person has a part, whatever the reply."""
    parts = select(AgendaItem.session_id).join(Part, Part.item_id == AgendaItem.id).where(Part.person_id == person_id)
    query = select(AgendaSession).where(AgendaSession.event_id == event_id, AgendaSession.id.in_(parts))
    return db.session.scalars(query.order_by(AgendaSession.starts_at, AgendaSession.id)).all()


def whole_agenda(event_id: int) -> Sequence[AgendaSession]:
    """The sessions of an event by time with their items and parts, in three statements."""
    query = select(AgendaSession).where(AgendaSession.event_id == event_id)
    within = selectinload(AgendaSession.items).selectinload(AgendaItem.parts)
    return db.session.scalars(query.options(within).order_by(AgendaSession.starts_at, AgendaSession.id)).all()


def find_session(event_id: int, public_id: str) -> AgendaSession | None:
    """A session by its id outside the house; None if it is not of this event."""
    return _find(AgendaSession, public_id, AgendaSession.event_id == event_id)


def find_item(session_id: int, public_id: str) -> AgendaItem | None:
    """An item by its id outside the house; None if it is not of this session."""
    return _find(AgendaItem, public_id, AgendaItem.session_id == session_id)


def find_part(item_id: int, public_id: str) -> Part | None:
    """A part by its id outside the house; None if it is not of this item."""
    return _find(Part, public_id, Part.item_id == item_id)


def items_in_order(session_id: int) -> Sequence[AgendaItem]:
    query = select(AgendaItem).where(AgendaItem.session_id == session_id)
    return db.session.scalars(query.order_by(AgendaItem.position, AgendaItem.id)).all()


def parts_in_order(item_id: int) -> Sequence[Part]:
    return db.session.scalars(select(Part).where(Part.item_id == item_id).order_by(Part.position, Part.id)).all()


def sessions_with(
    days: Sequence[AgendaDay], person: Person
) -> list[tuple[ShownSession, list[tuple[ShownItem, ShownPart]]]]:
    """The sessions a person appears in, each with the person's parts."""
    found = []
    for session in (session for day in days for session in day.sessions):
        parts = [
            (item, part) for item in session.items for part in item.parts if part.person and part.person.id == person.id
        ]
        if parts:
            found.append((session, parts))
    return found


def speakers_of(event: Event, disclosed_at: datetime) -> list[Person]:
    """The people of an event whom the public may know: first in the order set by hand, then as they appear."""
    placed = {row.person_id: row.person for row in people_of(event.id, disclosed_at=disclosed_at)}
    sessions = [session for day in agenda_of(event, disclosed_at) for session in day.sessions]
    appearing = {person.id: person for person in people_in(sessions, without_roles=BEHIND_THE_SCENES)}
    return list({**placed, **appearing}.values())


def last_changed(event: Event, at: datetime) -> datetime | None:
    """When anything that the public agenda shows may last have changed: by the team, or by somebody's disclosure."""
    directory = AuditEntry.subject_kind.in_(("people", "organisations", "venues"))
    acted = select(func.max(AuditEntry.at)).where(or_(AuditEntry.event_id == event.id, directory))
    disclosed = select(func.max(EventPerson.undisclosed_until)).where(
        EventPerson.event_id == event.id, EventPerson.undisclosed_until <= at
    )
    row = db.session.execute(select(acted.scalar_subquery(), disclosed.scalar_subquery())).one()
    return max((moment for moment in row if moment is not None), default=None)


def blocks_of(event_id: int) -> list[Block]:
    """The sessions of an event as far as clashes go. Who declined or does not come in person is nowhere twice."""
    here = AgendaSession.event_id == event_id
    items = _grouped(
        select(AgendaItem.session_id, AgendaItem.id, AgendaItem.minutes)
        .join(AgendaItem.session)
        .where(here)
        .order_by(AgendaItem.session_id, AgendaItem.position, AgendaItem.id)
    )
    people = _grouped(
        select(Part.item_id, Part.person_id)
        .join(Part.item)
        .join(AgendaItem.session)
        .where(here, Part.person_id.is_not(None), Part.mode == "in_person", Part.reply != "declined")
    )
    sessions = select(AgendaSession.id, AgendaSession.hall_id, AgendaSession.starts_at, AgendaSession.ends_at).where(
        here
    )
    return [_block(row, items[row.id], people) for row in db.session.execute(sessions)]


def clashes_of(event_id: int) -> list[ToldClash]:
    """Every clash in the agenda of an event, in words."""
    return tell_clashes(event_id, find_clashes(blocks_of(event_id)))


def tell_clashes(event_id: int, clashes: Sequence[Clash]) -> list[ToldClash]:
    """Clashes as sentences in the reader's language: what clashes with what, and when."""
    if not clashes:
        return []
    zone = db.session.execute(select(Event.time_zone).where(Event.id == event_id)).scalar_one()
    sessions = {row.id: row for row in sessions_in_order(event_id)}
    halls = {row.id: row for row in db.session.scalars(select(Hall).where(Hall.event_id == event_id))}
    person_ids = {clash.person_id for clash in clashes if isinstance(clash, PersonClash)}
    people = {row.id: row for row in db.session.scalars(select(Person).where(Person.id.in_(person_ids)))}
    return [_told(clash, zone, sessions, halls, people) for clash in clashes]


def session_heading(row: AgendaSession | ShownSession) -> str:
    """The title in the reader's language, or what kind of session it is."""
    return str(row.title) if row.title else str(words.SESSION_KINDS[row.kind])


def _find(model: type[Found], public_id: str, owner: Any) -> Found | None:
    # PostgreSQL refuses a NUL in a text; no id holds anything but letters and digits.
    return db.session.scalar(select(model).where(model.public_id == public_id, owner)) if public_id.isalnum() else None


def _shown(event: Event, disclosed_at: datetime | None, *conditions: Any) -> list[ShownSession]:
    # Three statements whatever the size; relationship loading would ask once for every 500 rows.
    hidden = hidden_person_ids(event.id, disclosed_at) if disclosed_at is not None else frozenset()
    sessions = select(AgendaSession).options(joinedload(AgendaSession.hall)).where(*conditions)
    rows = db.session.scalars(sessions.order_by(AgendaSession.starts_at, AgendaSession.id)).all()
    items: dict[int, list[AgendaItem]] = defaultdict(list)
    item_query = select(AgendaItem).join(AgendaItem.session).where(*conditions)
    for item in db.session.scalars(item_query.order_by(AgendaItem.position, AgendaItem.id)):
        items[item.session_id].append(item)
    parts = _parts_by_item(conditions, hidden, for_public=disclosed_at is not None)
    rows = sorted(rows, key=lambda row: (row.starts_at, row.hall.position if row.hall else -1, row.id))
    return [_shown_session(row, items[row.id], parts) for row in rows]


def _parts_by_item(conditions: Sequence[Any], hidden: frozenset[int], *, for_public: bool) -> dict[int, list[Part]]:
    query = select(Part).join(Part.item).join(AgendaItem.session).where(*conditions)
    query = query.options(joinedload(Part.person), joinedload(Part.organisation)).order_by(Part.position, Part.id)
    found: dict[int, list[Part]] = defaultdict(list)
    for part in db.session.scalars(query):
        if part.person_id not in hidden and not (for_public and part.reply == "declined"):
            found[part.item_id].append(part)
    return found


def _shown_session(row: AgendaSession, items: list[AgendaItem], parts: dict[int, list[Part]]) -> ShownSession:
    times = running_times(row.starts_at, [item.minutes for item in items])
    return ShownSession(
        id=row.id,
        public_id=row.public_id,
        uuid=row.uuid,
        sequence=row.sequence,
        changed_at=row.changed_at,
        kind=row.kind,
        title=row.title,
        summary=row.summary,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        hall=row.hall,
        items=tuple(_shown_item(item, when, parts[item.id]) for item, when in zip(items, times, strict=True)),
    )


def _shown_item(item: AgendaItem, when: tuple[datetime, datetime] | None, parts: list[Part]) -> ShownItem:
    return ShownItem(
        id=item.id,
        public_id=item.public_id,
        kind=item.kind,
        title=item.title,
        summary=item.summary,
        minutes=item.minutes,
        starts_at=when[0] if when else None,
        ends_at=when[1] if when else None,
        parts=tuple(map(_shown_part, parts)),
    )


def _shown_part(part: Part) -> ShownPart:
    return ShownPart(
        id=part.id,
        public_id=part.public_id,
        role=part.role,
        side=part.side,
        mode=part.mode,
        reply=part.reply,
        as_what=part.as_what,
        person=part.person,
        organisation=part.organisation,
        object_name=part.object_name,
    )


def _grouped(query: Any) -> dict[int, list[Any]]:
    """Rows by their first column."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(query):
        found[row[0]].append(row)
    return found


def _block(row: Any, items: list[Any], people: dict[int, list[Any]]) -> Block:
    times = running_times(row.starts_at, [item.minutes for item in items])
    presences = [
        Presence(part.person_id, *(when or (row.starts_at, row.ends_at)))
        for item, when in zip(items, times, strict=True)
        for part in people.get(item.id, [])
    ]
    minutes = sum(item.minutes for item in items)
    return Block(row.id, row.hall_id, row.starts_at, row.ends_at, minutes, tuple(presences))


def _told(
    clash: Clash, zone: str, sessions: dict[int, AgendaSession], halls: dict[int, Hall], people: dict[int, Person]
) -> ToldClash:
    first = sessions[clash.first]
    when = {
        "day": format_day(clash.start, zone),
        "start": format_clock(clash.start, zone),
        "end": format_clock(clash.end, zone),
    }
    if isinstance(clash, Overrun):
        needed, has = clash.item_minutes, int((clash.end - clash.start).total_seconds() // 60)
        sentence = _(
            "The items of “%(session)s” need %(needed)s minutes, but it lasts %(has)s.",
            session=session_heading(first),
            needed=needed,
            has=has,
        )
        return ToldClash(sentence, (first,))
    if not isinstance(clash, HallClash | PersonClash):
        return ToldClash(_("“%(session)s” ends before it starts.", session=session_heading(first)), (first,))
    second = sessions[clash.second]
    pair = {"first": session_heading(first), "second": session_heading(second), **when}
    if isinstance(clash, HallClash):
        hall = str(halls[clash.hall_id].name)
        sentence = _(
            "%(hall)s is taken twice: “%(first)s” and “%(second)s” are both there on %(day)s from %(start)s to %(end)s.",
            hall=hall,
            **pair,
        )
    else:
        person = str(people[clash.person_id].shown_name)
        sentence = _(
            "%(person)s is needed in two places: in “%(first)s” and in “%(second)s” on %(day)s from %(start)s to %(end)s.",
            person=person,
            **pair,
        )
    return ToldClash(sentence, (first, second))
