"""What mends a clash and is no other action: the people of an item in the order set by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.agenda.actions.changing import open_item
from eventapp.agenda.actions.editing import edit
from eventapp.agenda.models import AgendaItem, AgendaSession, Part
from eventapp.agenda.queries import parts_in_order, terms_of
from eventapp.db import db, transaction
from eventapp.errors import NotFound


def order_people(item_id: int, *, by: Actor, sequence: int | None = None) -> None:
    """Put the people of each role in an item into the order of the event's people.

    Who is not among those, and organisations and things, stay where they are. Raises Stale.
    """
    with transaction() as session:
        found = session.get(AgendaItem, item_id)
        owner = session.get(AgendaSession, found.session_id) if found else None
        if found is None or owner is None:
            raise NotFound
        with edit("order_people", owner.event_id, by=by, about=found, sessions=(owner.id,)):
            item = open_item(item_id, sequence)
            parts = list(parts_in_order(item_id))
            before = [part.position for part in parts]
            for number, part in enumerate(_ordered(parts, terms_of(owner.event_id).ranks), start=1):
                part.position = number
            after = [part.position for part in parts]
            if before != after:
                places = {"positions": before}, {"positions": after}
                record("order_people", item, by=by, event_id=owner.event_id, before=places[0], after=places[1])
            db.session.flush()


def _ordered(parts: list[Part], ranks: Mapping[int, int]) -> list[Part]:
    """The parts, where those of one role and side whose people have a rank change places among each other."""
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, part in enumerate(parts):
        if part.person_id in ranks and part.reply != "declined":
            places[part.role, part.side].append(place)
    ordered = list(parts)
    for same in places.values():
        for place, part in zip(
            same, sorted((parts[p] for p in same), key=lambda one: ranks[one.person_id or 0]), strict=True
        ):
            ordered[place] = part
    return ordered
