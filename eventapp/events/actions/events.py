"""The event itself: created, described, published, ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from eventapp.accounts.actions import delete_sample_rows, record
from eventapp.accounts.actor import Actor
from eventapp.accounts.models import TeamMember
from eventapp.changing import fill, load_to_change
from eventapp.clock import now
from eventapp.db import announce, flush_or_refuse, transaction
from eventapp.errors import Stale
from eventapp.events.colours import readable_on_wall
from eventapp.events.errors import ColourTooPale, EndsBeforeStart, NameMissing, RegistrationClosesFirst, SlugTaken
from eventapp.events.models import DETAILS, EVENT_STATES, Event, Organisation, Venue
from eventapp.walltime import same_wall_time

MOMENTS = ("starts_at", "ends_at", "registration_opens_at", "registration_closes_at")


@dataclass(frozen=True)
class EventCreated:
    """There is a new event; higher rooms prepare what belongs to it."""

    event_id: int
    by: Actor


@dataclass(frozen=True)
class EventZoneChanged:
    """The clock on the event's wall changed; higher rooms keep what it shows at their moments."""

    event_id: int
    old_zone: str
    new_zone: str
    by: Actor


def create_event(*, by: Actor, slug: str, starts_at: datetime, ends_at: datetime, **values: Any) -> Event:
    """Create a draft; a user who creates it becomes its owner.

    Raises SlugTaken, NameMissing, EndsBeforeStart.
    """
    with transaction() as session:
        event = Event(slug=slug, starts_at=starts_at, ends_at=ends_at, created_at=now(), **values)
        _check(event)
        if session.scalar(select(Event.id).where(Event.slug == slug)):
            raise SlugTaken
        session.add(event)
        flush_or_refuse(SlugTaken)
        if by.kind == "user":
            session.add(TeamMember(event_id=event.id, user_id=by.id, role="owner", created_at=now()))
        record("create_event", event, by=by, event_id=event.id, after={"slug": slug})
        announce(EventCreated(event.id, by))
        return event


def change_details(event_id: int, *, by: Actor, version: str | None = None, **values: Any) -> Event:
    """Change texts, times, colour and contact of an event; moments are given in the zone that is given.

    Another time zone keeps the wall times of everything that is not given.
    Raises Stale, NameMissing, EndsBeforeStart, ColourTooPale, RegistrationClosesFirst.
    """
    with transaction():
        event = load_to_change(Event, event_id, version, DETAILS)
        old_zone = event.time_zone
        before, after = fill(event, _with_wall_times(event, values), DETAILS)
        _check(event)
        if event.time_zone != old_zone:
            announce(EventZoneChanged(event_id, old_zone, event.time_zone, by))
        if after:
            record("change_details", event, by=by, event_id=event_id, before=before, after=after)
        return event


def set_event_state(event_id: int, state: str, *, by: Actor, was: str | None = None) -> None:
    """Publish, end, archive or take back an event; with `was`, only if it still is in that state. Raises Stale."""
    if state not in EVENT_STATES:
        raise ValueError(f"unknown state {state}")
    with transaction():
        event = load_to_change(Event, event_id)
        if was is not None and event.state != was:
            raise Stale
        before, event.state = event.state, state
        if before == "draft":
            # Who was shown a draft of the site was not promised every later draft of its agenda.
            event.preview_hash = event.preview_sealed = None
        record("set_event_state", event, by=by, event_id=event_id, before={"state": before}, after={"state": state})


def set_banner(event_id: int, banner_en: str, banner_zh: str, *, by: Actor) -> None:
    """Show a line on the event's site and passes at once; empty texts take it away."""
    with transaction() as session:
        event = session.get_one(Event, event_id)
        before = {"banner_en": event.banner_en, "banner_zh": event.banner_zh}
        event.banner_en, event.banner_zh = banner_en.strip(), banner_zh.strip()
        after = {"banner_en": event.banner_en, "banner_zh": event.banner_zh}
        record("set_banner", event, by=by, event_id=event_id, before=before, after=after)


def delete_sample_events() -> None:
    """Delete the sample's events with all that hangs on them, its venues and organisations."""
    with transaction():
        for model in (Event, Venue, Organisation):
            delete_sample_rows(model)


def _with_wall_times(event: Event, values: dict[str, Any]) -> dict[str, Any]:
    zone = values.get("time_zone", event.time_zone)
    if zone == event.time_zone:
        return values
    kept = {name: getattr(event, name) for name in MOMENTS if name not in values and getattr(event, name)}
    return {**values, **{name: same_wall_time(moment, event.time_zone, zone) for name, moment in kept.items()}}


def _check(event: Event) -> None:
    if not event.name:
        raise NameMissing
    if event.starts_at >= event.ends_at:
        raise EndsBeforeStart
    if event.colour and not readable_on_wall(event.colour):
        raise ColourTooPale
    opens, closes = event.registration_opens_at, event.registration_closes_at
    if opens and closes and opens >= closes:
        raise RegistrationClosesFirst
