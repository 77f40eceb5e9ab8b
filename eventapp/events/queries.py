"""Reads about events, halls and organisations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import select

from eventapp.db import db
from eventapp.events.models import Event, EventOrganisation, Hall, Organisation
from eventapp.i18n import Bilingual


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
    rows = organisations_of(event_id)
    return [
        (label, [row.organisation for row in group]) for label, group in groupby(rows, key=lambda row: row.label)
    ]


def all_organisations() -> Sequence[Organisation]:
    """The directory of organisations by English name."""
    return db.session.scalars(select(Organisation).order_by(Organisation.name_en, Organisation.name_zh)).all()


def has_any_event() -> bool:
    return db.session.scalar(select(Event.id).limit(1)) is not None
