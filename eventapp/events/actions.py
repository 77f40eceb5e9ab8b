"""What the team does to an event, its venue, halls and organisations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.accounts.models import TeamMember
from eventapp.clock import now
from eventapp.db import announce, transaction
from eventapp.events.errors import EndsBeforeStart, HallExists, NameMissing, SlugTaken
from eventapp.events.models import EVENT_STATES, Event, EventOrganisation, Hall, Organisation, Venue


@dataclass(frozen=True)
class EventCreated:
    """There is a new event; higher rooms prepare what belongs to it."""

    event_id: int
    by: Actor


def create_event(*, by: Actor, slug: str, starts_at: datetime, ends_at: datetime, **values: Any) -> Event:
    """Create a draft; a user who creates it becomes its owner.

    Raises SlugTaken, NameMissing, EndsBeforeStart.
    """
    with transaction() as session:
        if not (values.get("name_en") or values.get("name_zh")):
            raise NameMissing
        if starts_at >= ends_at:
            raise EndsBeforeStart
        if session.scalar(select(Event.id).where(Event.slug == slug)):
            raise SlugTaken
        event = Event(slug=slug, starts_at=starts_at, ends_at=ends_at, created_at=now(), **values)
        session.add(event)
        _flush_or_refuse(session, SlugTaken)
        if by.kind == "user":
            session.add(TeamMember(event_id=event.id, user_id=by.id, role="owner", created_at=now()))
        record("create_event", event, by=by, event_id=event.id, after={"slug": slug})
        announce(EventCreated(event.id, by))
        return event


def set_event_state(event_id: int, state: str, *, by: Actor) -> None:
    """Publish, end, archive or take back an event."""
    if state not in EVENT_STATES:
        raise ValueError(f"unknown state {state}")
    with transaction() as session:
        event = session.get_one(Event, event_id)
        before, event.state = event.state, state
        record("set_event_state", event, by=by, event_id=event_id, before={"state": before}, after={"state": state})


def set_banner(event_id: int, banner_en: str, banner_zh: str, *, by: Actor) -> None:
    """Show a line on the event's site and passes at once; empty texts take it away."""
    with transaction() as session:
        event = session.get_one(Event, event_id)
        before = {"banner_en": event.banner_en, "banner_zh": event.banner_zh}
        event.banner_en, event.banner_zh = banner_en.strip(), banner_zh.strip()
        after = {"banner_en": event.banner_en, "banner_zh": event.banner_zh}
        record("set_banner", event, by=by, event_id=event_id, before=before, after=after)


def set_venue(event_id: int, *, by: Actor, **values: Any) -> Venue:
    """Say where an event takes place."""
    with transaction() as session:
        event = session.get_one(Event, event_id)
        venue = event.venue or Venue(is_sample=event.is_sample)
        for key, value in values.items():
            setattr(venue, key, value)
        session.add(venue)
        event.venue = venue
        record("set_venue", event, by=by, event_id=event_id, after=values)
        return venue


def add_hall(event_id: int, *, by: Actor, name_en: str = "", name_zh: str = "", **values: Any) -> Hall:
    """Add a room to an event. Raises NameMissing, HallExists."""
    with transaction() as session:
        if not (name_en or name_zh):
            raise NameMissing
        hall = Hall(event_id=event_id, name_en=name_en, name_zh=name_zh, **values)
        session.add(hall)
        _flush_or_refuse(session, HallExists)
        record("add_hall", hall, by=by, event_id=event_id, after={"name_en": name_en, "name_zh": name_zh})
        return hall


def add_organisation(*, by: Actor, name_en: str = "", name_zh: str = "", **values: Any) -> Organisation:
    """Add an organisation to the directory. Raises NameMissing."""
    with transaction() as session:
        if not (name_en or name_zh):
            raise NameMissing
        organisation = Organisation(name_en=name_en, name_zh=name_zh, **values)
        session.add(organisation)
        record("add_organisation", organisation, by=by, after={"name_en": name_en, "name_zh": name_zh})
        return organisation


def place_organisation(
    event_id: int, organisation_id: int, role: str, *, by: Actor, label_en: str, label_zh: str, position: int = 0
) -> EventOrganisation:
    """Give an organisation its part in an event, under the exact label that is printed."""
    with transaction() as session:
        row = EventOrganisation(
            event_id=event_id,
            organisation_id=organisation_id,
            role=role,
            label_en=label_en,
            label_zh=label_zh,
            position=position,
        )
        session.add(row)
        record("place_organisation", row, by=by, event_id=event_id, after={"role": role, "label_en": label_en, "label_zh": label_zh})
        return row


def delete_sample_events(*, by: Actor) -> None:
    """Delete the sample's events with all that hangs on them, its venues and organisations."""
    with transaction() as session:
        for model in (Event, Venue, Organisation):
            session.execute(delete(model).where(model.is_sample))


def _flush_or_refuse(session: Any, refusal: type[Exception]) -> None:
    """Another transaction may have taken the name since we looked; the constraint says so."""
    try:
        session.flush()
    except IntegrityError:
        raise refusal from None
