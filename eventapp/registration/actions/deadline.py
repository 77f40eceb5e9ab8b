"""Until when guests change their registrations by themselves."""

from __future__ import annotations

from datetime import datetime

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.changing import fill, load_to_change, version_of
from eventapp.db import insert_new, transaction
from eventapp.errors import Stale
from eventapp.events.actions import EventZoneChanged
from eventapp.events.models import Event
from eventapp.registration.models import RegistrationSettings
from eventapp.walltime import same_wall_time

DEADLINE = ("changes_until",)


def set_changes_until(event_id: int, moment: datetime | None, *, by: Actor, version: str | None = None) -> None:
    """Set the deadline; None: when the event begins. Raises Stale."""
    with transaction() as session:
        event = load_to_change(Event, event_id)
        settings = own_settings(event_id)
        if version is not None and version != version_of(settings, DEADLINE):
            raise Stale
        before, after = fill(settings, {"changes_until": moment}, DEADLINE)
        if after:
            session.flush()
            record("set_changes_until", event, by=by, event_id=event_id, before=before, after=after)


def keep_wall_time_of_deadline(fact: EventZoneChanged) -> None:
    """The deadline stays at the time that the clock on the wall shows, in the new zone."""
    with transaction():
        settings = own_settings(fact.event_id)
        if settings.changes_until is not None:
            settings.changes_until = same_wall_time(settings.changes_until, fact.old_zone, fact.new_zone)


def own_settings(event_id: int) -> RegistrationSettings:
    """The event's row of settings, made if there was none."""
    with transaction() as session:
        session.execute(insert_new(RegistrationSettings).values(event_id=event_id))
        return session.get_one(RegistrationSettings, event_id, populate_existing=True)
