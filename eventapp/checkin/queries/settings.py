"""What an event decided about its doors, and in which categories they register whoever comes without a registration."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from eventapp.checkin.models import DOOR_SETTINGS, DoorSettings, walk_in_categories
from eventapp.db import db
from eventapp.registration.models import Category
from eventapp.registration.queries import categories_of

DOOR_RULES_VERSION = (*DOOR_SETTINGS, "walk_ins")


@dataclass(frozen=True)
class DoorRules:
    """The settings of an event's doors as a form shows them: with the ids of the categories that take walk-ins."""

    admit_unknown_offline: bool
    undo_needs_override: bool
    category_ids: frozenset[int]

    @property
    def walk_ins(self) -> str:
        """The categories, as forms compare them."""
        return " ".join(map(str, sorted(self.category_ids)))


@dataclass(frozen=True)
class WalkIn:
    """A category in which the door registers people: `held` until the team decides, `full` when nobody fits in now."""

    category: Category
    held: bool
    full: bool


def door_settings(event_id: int) -> DoorSettings:
    """The event's settings, or those of an event that decided nothing."""
    found = db.session.get(DoorSettings, event_id)
    return found or DoorSettings(event_id=event_id, admit_unknown_offline=False, undo_needs_override=False)


def door_rules(event_id: int) -> DoorRules:
    """The settings, with the categories that take walk-ins."""
    settings = door_settings(event_id)
    chosen = frozenset(one.category.id for one in walk_ins_of(event_id))
    return DoorRules(settings.admit_unknown_offline, settings.undo_needs_override, chosen)


def walk_ins_of(event_id: int) -> list[WalkIn]:
    """The categories that the event chose; until it did, all that everybody may choose for themselves."""
    rows = categories_of(event_id)
    if db.session.get(DoorSettings, event_id) is None:
        return [_walk_in(row) for row in rows if row.entry == "open" and not row.for_press]
    chosen = set(
        db.session.scalars(
            select(walk_in_categories.c.category_id).where(
                walk_in_categories.c.category_id.in_([row.id for row in rows])
            )
        )
    )
    return [_walk_in(row) for row in rows if row.id in chosen]


def _walk_in(row: Category) -> WalkIn:
    return WalkIn(row, held=row.needs_approval, full=not row.needs_approval and row.places.free == 0)
