"""What an event decides about all of its doors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, insert

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.changing import fill, load_to_change, version_of
from eventapp.checkin.errors import CategoriesElsewhere
from eventapp.checkin.models import DOOR_SETTINGS, DoorSettings, walk_in_categories
from eventapp.checkin.queries import door_rules
from eventapp.checkin.queries.settings import DOOR_RULES_VERSION
from eventapp.db import transaction
from eventapp.errors import Stale
from eventapp.events.actions import EventCopied
from eventapp.events.models import Event
from eventapp.registration.queries import categories_of


def change_door_rules(
    event_id: int, *, by: Actor, category_ids: Iterable[int], version: str | None = None, **values: Any
) -> None:
    """Decide what all doors of the event do: offline, with scans taken back, and with walk-ins in these categories.

    Raises Stale, CategoriesElsewhere.
    """
    with transaction() as session:
        event = load_to_change(Event, event_id)
        held = door_rules(event_id)
        if version is not None and version != version_of(held, DOOR_RULES_VERSION):
            raise Stale
        codes = {row.id: row.code for row in categories_of(event_id)}
        wanted = frozenset(category_ids)
        if not wanted <= codes.keys():
            raise CategoriesElsewhere
        settings = session.get(DoorSettings, event_id) or DoorSettings(
            event_id=event_id, **{name: getattr(held, name) for name in DOOR_SETTINGS}
        )
        session.add(settings)
        before, after = fill(settings, values, DOOR_SETTINGS)
        _take_walk_ins(codes, wanted)
        if wanted != held.category_ids:
            before["categories"], after["categories"] = (
                sorted(codes[one] for one in chosen) for chosen in (held.category_ids, wanted)
            )
        if after:
            record("change_door_rules", event, by=by, event_id=event_id, before=before, after=after)


def copy_door_rules(fact: EventCopied) -> None:
    """The rules of the source, with its categories' copies; the defaults stay defaults."""
    with transaction() as session:
        if session.get(DoorSettings, fact.source_id) is None:
            return
        rules = door_rules(fact.source_id)
        copies = {row.code: row.id for row in categories_of(fact.event_id)}
        chosen = [copies[row.code] for row in categories_of(fact.source_id) if row.id in rules.category_ids]
        values = {name: getattr(rules, name) for name in DOOR_SETTINGS}
        change_door_rules(fact.event_id, by=fact.by, category_ids=chosen, **values)


def _take_walk_ins(codes: dict[int, str], wanted: frozenset[int]) -> None:
    with transaction() as session:
        session.execute(delete(walk_in_categories).where(walk_in_categories.c.category_id.in_(codes)))
        if wanted:
            session.execute(insert(walk_in_categories), [{"category_id": one} for one in sorted(wanted)])
