"""Reads of the agenda: by day, one session, and one person's parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from eventapp.accounts.models import AuditEntry
from eventapp.agenda import words
from eventapp.agenda.models import AgendaItem, AgendaSession, Part
from eventapp.agenda.queries.released import by_days, public_agenda, public_session
from eventapp.agenda.shown import AgendaDay, ShownItem, ShownPart, ShownSession, people_in
from eventapp.agenda.times import running_times
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.people.models import EventPerson, Person
from eventapp.people.queries import people_of

Found = TypeVar("Found", AgendaSession, AgendaItem, Part)

# Ushers help on stage; they are part of the agenda but not announced among the speakers.
BEHIND_THE_SCENES = frozenset({"usher"})
MOST_TO_BEGIN_WITH = 8
# Whose changes the public agenda shows as they are made: of the event, and of the directory that all events share.
SHOWN_AT_ONCE = ("events", "halls", "tracks", "event_people", "agenda_releases", "live_changes", "live_sessions")
DIRECTORY = ("people", "organisations", "venues")


def agenda_of(event: Event, disclosed_at: datetime | None, *, draft: bool = False) -> list[AgendaDay]:
    """The agenda by day. With a moment: what the public may know by then; with None: the draft, for the team.

    `draft` shows the draft to those whom it may be shown, as the public would see it if it were released.
    """
    if disclosed_at is None:
        return by_days(event, _shown(AgendaSession.event_id == event.id, AgendaSession.in_tray.is_(False)))
    return by_days(event, public_agenda(event, disclosed_at, draft=draft).sessions)


def tray_of(event: Event) -> list[ShownSession]:
    """What lies in the tray, for the team: sessions that have no place yet."""
    return _shown(AgendaSession.event_id == event.id, AgendaSession.in_tray.is_(True))


def draft_sessions(event: Event) -> list[ShownSession]:
    """The whole draft, for the team: the placed sessions by time, then what lies in the tray."""
    return sorted(_shown(AgendaSession.event_id == event.id), key=lambda session: session.in_tray)


def session_of(
    event: Event, public_id: str, disclosed_at: datetime | None, *, draft: bool = False
) -> ShownSession | None:
    """One session of this event, as `agenda_of` shows it."""
    if not public_id.isalnum():
        return None
    if disclosed_at is not None:
        return public_session(event, public_id, disclosed_at, draft=draft)
    found = _shown(AgendaSession.event_id == event.id, AgendaSession.public_id == public_id)
    return found[0] if found else None


def sessions_in_order(event_id: int) -> Sequence[AgendaSession]:
    """The sessions of an event by time, without what is in them."""
    query = select(AgendaSession).where(AgendaSession.event_id == event_id).options(joinedload(AgendaSession.hall))
    return db.session.scalars(query.order_by(AgendaSession.starts_at, AgendaSession.id)).all()


def sessions_to_begin_with(event: Event, at: datetime) -> list[ShownSession]:
    """The public sessions without breaks that begin first among those not over; several, if they begin together."""
    found = [
        session
        for session in public_agenda(event, at).sessions
        if session.ends_at > at and session.kind not in ("break", "meal") and not session.is_cancelled
    ]
    return [session for session in found if session.starts_at == found[0].starts_at][:MOST_TO_BEGIN_WITH]


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


def speakers_of(event: Event, disclosed_at: datetime, *, draft: bool = False) -> list[Person]:
    """The people of an event whom the public may know: first in the order set by hand, then as they appear."""
    placed = {row.person_id: row.person for row in people_of(event.id, disclosed_at=disclosed_at)}
    sessions = public_agenda(event, disclosed_at, draft=draft).sessions
    appearing = {person.id: person for person in people_in(sessions, without_roles=BEHIND_THE_SCENES)}
    return list({**placed, **appearing}.values())


def last_changed(event: Event, at: datetime) -> datetime | None:
    """When anything that the public agenda shows may last have changed: by the team, or by somebody's disclosure.

    What is done to the draft does not count: it shows with the next release.
    """
    directory = AuditEntry.subject_kind.in_(DIRECTORY)
    here = and_(AuditEntry.event_id == event.id, AuditEntry.subject_kind.in_(SHOWN_AT_ONCE))
    acted = select(func.max(AuditEntry.at)).where(or_(here, directory))
    disclosed = select(func.max(EventPerson.undisclosed_until)).where(
        EventPerson.event_id == event.id, EventPerson.undisclosed_until <= at
    )
    row = db.session.execute(select(acted.scalar_subquery(), disclosed.scalar_subquery())).one()
    return max((moment for moment in row if moment is not None), default=None)


def session_heading(row: AgendaSession | ShownSession) -> str:
    """The title in the reader's language, or what kind of session it is."""
    return str(row.title) if row.title else str(words.SESSION_KINDS[row.kind])


def _find(model: type[Found], public_id: str, owner: Any) -> Found | None:
    # PostgreSQL refuses a NUL in a text; no id holds anything but letters and digits.
    return db.session.scalar(select(model).where(model.public_id == public_id, owner)) if public_id.isalnum() else None


def _shown(*conditions: Any) -> list[ShownSession]:
    # Three statements whatever the size; relationship loading would ask once for every 500 rows.
    sessions = select(AgendaSession).options(joinedload(AgendaSession.hall), joinedload(AgendaSession.track))
    sessions = sessions.where(*conditions)
    rows = db.session.scalars(sessions.order_by(AgendaSession.starts_at, AgendaSession.id)).all()
    items: dict[int, list[AgendaItem]] = defaultdict(list)
    item_query = select(AgendaItem).join(AgendaItem.session).where(*conditions)
    for item in db.session.scalars(item_query.order_by(AgendaItem.position, AgendaItem.id)):
        items[item.session_id].append(item)
    parts = _parts_by_item(conditions)
    rows = sorted(rows, key=lambda row: (row.starts_at, row.hall.position if row.hall else -1, row.id))
    return [_shown_session(row, items[row.id], parts) for row in rows]


def _parts_by_item(conditions: Sequence[Any]) -> dict[int, list[Part]]:
    query = select(Part).join(Part.item).join(AgendaItem.session).where(*conditions)
    query = query.options(joinedload(Part.person), joinedload(Part.organisation)).order_by(Part.position, Part.id)
    found: dict[int, list[Part]] = defaultdict(list)
    for part in db.session.scalars(query):
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
        status=row.status,
        in_tray=row.in_tray,
        track=row.track,
        language=row.language,
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
