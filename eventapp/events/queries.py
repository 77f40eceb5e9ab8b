"""Reads about events, halls and organisations."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import and_, func, select

from eventapp.db import db
from eventapp.events.models import Event, EventOrganisation, Hall, Organisation
from eventapp.i18n import Bilingual
from eventapp.sealing import SealBroken, token_hash, unseal


def find_event(slug: str) -> Event | None:
    """The event of this slug, whatever its state."""
    return db.session.scalar(select(Event).where(Event.slug == slug))


def get_event(event_id: int) -> Event:
    return db.session.get_one(Event, event_id)


def coming_events(at: datetime) -> Sequence[Event]:
    """Public events that are not over at a moment, the next one first."""
    return db.session.scalars(
        select(Event).where(Event.state == "published", Event.ends_at > at).order_by(Event.starts_at, Event.id)
    ).all()


def past_events(at: datetime, limit: int = 20) -> Sequence[Event]:
    """Public events that are over, the latest first."""
    over = (Event.state == "over") | (Event.state == "published") & (Event.ends_at <= at)
    return db.session.scalars(select(Event).where(over).order_by(Event.starts_at.desc()).limit(limit)).all()


def events_for_team(event_ids: Iterable[int] | None) -> Sequence[Event]:
    """Events a user works on, the next one first; None stands for all of them."""
    query = select(Event).order_by(Event.starts_at, Event.id)
    if event_ids is not None:
        query = query.where(Event.id.in_(list(event_ids)))
    return db.session.scalars(query).all()


def halls_of(event_id: int) -> Sequence[Hall]:
    return db.session.scalars(select(Hall).where(Hall.event_id == event_id).order_by(Hall.position, Hall.id)).all()


def organisations_of(event_id: int) -> Sequence[EventOrganisation]:
    """The organisations of an event in the order set by hand."""
    return db.session.scalars(
        select(EventOrganisation)
        .where(EventOrganisation.event_id == event_id)
        .order_by(EventOrganisation.position, EventOrganisation.id)
    ).all()


def organisations_by_label(event_id: int) -> list[tuple[Bilingual, list[Organisation]]]:
    """Organisations under their exact labels; neighbours with the same label stand together."""
    return under_labels(organisations_of(event_id))


def under_labels(rows: Iterable[EventOrganisation]) -> list[tuple[Bilingual, list[Organisation]]]:
    """Organisations of an event, already in order, under their labels."""
    return [(label, [row.organisation for row in group]) for label, group in groupby(rows, key=lambda row: row.label)]


def all_organisations() -> Sequence[Organisation]:
    """The directory of organisations by English name."""
    return db.session.scalars(select(Organisation).order_by(Organisation.name_en, Organisation.name_zh)).all()


def has_any_event() -> bool:
    return db.session.scalar(select(Event.id).limit(1)) is not None


def slugs_in_use(beginning: str) -> frozenset[str]:
    """The addresses of events that begin like this."""
    query = select(Event.slug).where(Event.slug.startswith(beginning, autoescape=True))
    return frozenset(db.session.scalars(query))


def find_hall(event_id: int, public_id: str) -> Hall | None:
    """A hall of this event."""
    return db.session.scalar(select(Hall).where(Hall.event_id == event_id, Hall.public_id == public_id))


def find_placed_organisation(event_id: int, public_id: str) -> EventOrganisation | None:
    """An organisation's part in this event."""
    return db.session.scalar(
        select(EventOrganisation).where(
            EventOrganisation.event_id == event_id, EventOrganisation.public_id == public_id
        )
    )


def preview_token(event: Event) -> str | None:
    """The secret of the event's preview link, for those who may hand it out; None without one that can be read."""
    try:
        return unseal(event.preview_sealed, "preview_link").decode() if event.preview_sealed else None
    except SealBroken:
        return None


def may_preview(event: Event, token: str) -> bool:
    """Whether this is the secret that shows the draft: of the whole event, or of the agenda of one that is public."""
    held = event.preview_hash if event.state != "archived" else None
    return bool(held and token) and hmac.compare_digest(held or "", token_hash(token))


def half_translated(text_en: Any, text_zh: Any, *where: Any) -> tuple[int, int]:
    """How many rows have a text only in Chinese, and how many only in English."""
    lacks_en = and_(text_en == "", text_zh != "")
    lacks_zh = and_(text_zh == "", text_en != "")
    query = select(func.count().filter(lacks_en), func.count().filter(lacks_zh)).where(*where)
    row = db.session.execute(query).one()
    return row[0], row[1]
