"""The draft of an agenda as a release would hold it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import or_, select

from eventapp.agenda.models import AgendaItem, AgendaSession, Part, Track
from eventapp.agenda.release import Content, ReleasedItem, ReleasedPart, ReleasedSession
from eventapp.db import db
from eventapp.events.models import Event, Hall, Organisation
from eventapp.people.models import Person

TEXTS = ("title_en", "title_zh", "summary_en", "summary_zh")
PART_TEXTS = ("role", "side", "mode", "object_en", "object_zh", "as_en", "as_zh")


def draft_content(event_id: int) -> Content:
    """The draft as a release would hold it: what is in the tray stays there, and whoever declined is left out."""
    parts = _parts(event_id)
    items: dict[int, list[ReleasedItem]] = defaultdict(list)
    query = select(AgendaItem).join(AgendaItem.session).where(_placed(event_id))
    for item in db.session.scalars(query.order_by(AgendaItem.position, AgendaItem.id)):
        texts = {name: getattr(item, name) for name in TEXTS}
        found = tuple(parts[item.id])
        items[item.session_id].append(
            ReleasedItem(item.public_id, item.kind, minutes=item.minutes, parts=found, **texts)
        )
    rows = db.session.execute(
        select(AgendaSession, Hall.public_id.label("hall"), Track.public_id.label("track"))
        .outerjoin(Hall, Hall.id == AgendaSession.hall_id)
        .outerjoin(Track, Track.id == AgendaSession.track_id)
        .where(_placed(event_id))
        .order_by(AgendaSession.starts_at, AgendaSession.id)
    )
    sessions = tuple(_session(*row, items) for row in rows)
    return Content(sessions, zone=db.session.get_one(Event, event_id).time_zone)


def _placed(event_id: int) -> Any:
    return (AgendaSession.event_id == event_id) & AgendaSession.in_tray.is_(False)


def _parts(event_id: int) -> dict[int, list[ReleasedPart]]:
    query = (
        select(Part, Person.public_id.label("person"), Organisation.public_id.label("organisation"))
        .join(Part.item)
        .join(AgendaItem.session)
        .outerjoin(Person, Person.id == Part.person_id)
        .outerjoin(Organisation, Organisation.id == Part.organisation_id)
        .where(_placed(event_id), or_(Part.person_id.is_(None), Part.reply != "declined"))
        .order_by(Part.position, Part.id)
    )
    found: dict[int, list[ReleasedPart]] = defaultdict(list)
    for part, person, organisation in db.session.execute(query):
        texts = {name: getattr(part, name) for name in PART_TEXTS}
        subject = {"person": person or "", "organisation": organisation or ""}
        found[part.item_id].append(ReleasedPart(part.public_id, **subject, **texts))
    return found


def _session(
    row: AgendaSession, hall: str | None, track: str | None, items: dict[int, list[ReleasedItem]]
) -> ReleasedSession:
    return ReleasedSession(
        uuid=row.uuid,
        id=row.public_id,
        kind=row.kind,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        sequence=row.sequence,
        changed_at=row.changed_at,
        status=row.status,
        hall=hall or "",
        track=track or "",
        language=row.language,
        items=tuple(items[row.id]),
        **{name: getattr(row, name) for name in TEXTS},
    )
