"""The rooms of the venue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.changing import fill, load_to_change
from eventapp.db import announce, flush_or_refuse, transaction
from eventapp.events.actions.holding import load_with_event, move_in_order
from eventapp.events.errors import HallExists, NameMissing
from eventapp.events.models import HALL_VALUES, Event, Hall
from eventapp.events.queries import halls_of


@dataclass(frozen=True)
class HallLeaves:
    """A hall is about to be removed; whoever needs it refuses."""

    hall_id: int


def add_hall(event_id: int, *, by: Actor, name_en: str = "", name_zh: str = "", **values: Any) -> Hall:
    """Add a room to an event, after those already there. Raises NameMissing, HallExists."""
    with transaction() as session:
        if not (name_en or name_zh):
            raise NameMissing
        load_to_change(Event, event_id)
        values.setdefault("position", _last_position(event_id) + 1)
        hall = Hall(event_id=event_id, name_en=name_en, name_zh=name_zh, **values)
        session.add(hall)
        flush_or_refuse(HallExists)
        record("add_hall", hall, by=by, event_id=event_id, after={"name_en": name_en, "name_zh": name_zh})
        return hall


def change_hall(hall_id: int, *, by: Actor, version: str | None = None, **values: Any) -> Hall:
    """Rename a hall, or change its seats and colour. Raises Stale, NameMissing, HallExists."""
    with transaction():
        hall = load_to_change(Hall, hall_id, version, HALL_VALUES)
        before, after = fill(hall, values, HALL_VALUES)
        if not hall.name:
            raise NameMissing
        flush_or_refuse(HallExists)
        if after:
            record("change_hall", hall, by=by, event_id=hall.event_id, before=before, after=after)
        return hall


def move_hall(hall_id: int, direction: str, *, by: Actor) -> None:
    """Move a hall 'up' or 'down' by one place in the order of halls."""
    with transaction():
        hall = load_with_event(Hall, hall_id)
        move_in_order("move_hall", halls_of(hall.event_id), hall, direction, by=by)


def remove_hall(hall_id: int, *, by: Actor, version: str | None = None) -> None:
    """Take a hall out of an event. Raises Stale, and what those who need it raise."""
    with transaction() as session:
        hall = load_with_event(Hall, hall_id, version, HALL_VALUES)
        announce(HallLeaves(hall_id))
        before = {"name_en": hall.name_en, "name_zh": hall.name_zh}
        record("remove_hall", hall, by=by, event_id=hall.event_id, before=before)
        session.delete(hall)


def _last_position(event_id: int) -> int:
    return max((hall.position for hall in halls_of(event_id)), default=0)
