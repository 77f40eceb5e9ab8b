"""A new event after the pattern of one that was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.changing import load_to_change
from eventapp.db import announce, transaction
from eventapp.events.actions.events import create_event
from eventapp.events.actions.halls import add_hall
from eventapp.events.actions.organisations import place_organisation
from eventapp.events.actions.venue import set_venue
from eventapp.events.models import HALL_VALUES, VENUE_TEXTS, Event
from eventapp.events.queries import halls_of, organisations_of
from eventapp.walltime import same_wall_time, wall_of

KEPT = (
    "tagline_en", "tagline_zh", "about_en", "about_zh", "footnote_en", "footnote_zh", "day_starts", "phone_suffices",
    "colour", "cover_pattern", "contact_email",
)  # fmt: skip


@dataclass(frozen=True)
class EventCopied:
    """An event was made after another; higher rooms copy what is theirs, `days` later by the clock on the wall."""

    source_id: int
    event_id: int
    days: int
    halls: dict[int, int]
    with_people: bool
    by: Actor

    def moved(self, moment: datetime | None, old_zone: str, new_zone: str) -> datetime | None:
        """A moment of the source as the copy has it."""
        return same_wall_time(moment, old_zone, new_zone, self.days) if moment else None


def create_event_at(venue: dict[str, str], *, by: Actor, **values: Any) -> Event:
    """Create a draft and say where it takes place, as far as that is known. Raises what `create_event` raises."""
    with transaction():
        event = create_event(by=by, **values)
        if venue:
            set_venue(event.id, by=by, **venue)
        return event


def copy_event(
    source_id: int,
    *,
    by: Actor,
    slug: str,
    starts_at: datetime,
    ends_at: datetime,
    with_people: bool,
    venue: dict[str, str] | None = None,
    **values: Any,
) -> Event:
    """Create a draft with halls, organisations, agenda, categories and checkpoints of another event, and no registration.

    `venue` takes the place of the source's. Raises SlugTaken, NameMissing, EndsBeforeStart.
    """
    with transaction():
        source = load_to_change(Event, source_id)
        kept = {name: getattr(source, name) for name in KEPT}
        event = create_event(by=by, slug=slug, starts_at=starts_at, ends_at=ends_at, **{**kept, **values})
        if venue or source.venue:
            set_venue(event.id, by=by, **(venue or {name: getattr(source.venue, name) for name in VENUE_TEXTS}))
        halls = _copy_halls(source_id, event.id, by=by)
        _copy_organisations(source_id, event.id, by=by)
        days = wall_of(starts_at, event.time_zone).date() - wall_of(source.starts_at, source.time_zone).date()
        record("copy_event", event, by=by, event_id=event.id, after={"from": source.slug, "days": days.days})
        announce(EventCopied(source_id, event.id, days.days, halls, with_people, by))
        return event


def _copy_halls(source_id: int, event_id: int, *, by: Actor) -> dict[int, int]:
    return {
        hall.id: add_hall(event_id, by=by, **{name: getattr(hall, name) for name in HALL_VALUES}).id
        for hall in halls_of(source_id)
    }


def _copy_organisations(source_id: int, event_id: int, *, by: Actor) -> None:
    for row in organisations_of(source_id):
        place_organisation(event_id, row.organisation_id, row.role, by=by, label_en=row.label_en, label_zh=row.label_zh)
