"""Where an event takes place."""

from __future__ import annotations

from typing import Any

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.changing import fill, load_to_change, version_of
from eventapp.db import transaction
from eventapp.errors import Stale
from eventapp.events.models import VENUE_TEXTS, Event, Venue


def set_venue(event_id: int, *, by: Actor, version: str | None = None, **values: Any) -> Venue:
    """Say where an event takes place. Raises Stale."""
    with transaction() as session:
        event = load_to_change(Event, event_id)
        if version is not None and version != version_of(event.venue or Venue.empty(), VENUE_TEXTS):
            raise Stale
        venue = event.venue or Venue.empty(is_sample=event.is_sample)
        before, after = fill(venue, values, VENUE_TEXTS)
        session.add(venue)
        event.venue = venue
        record("set_venue", event, by=by, event_id=event_id, before=before, after=after)
        return venue
