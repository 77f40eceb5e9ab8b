"""Parts: who or what appears in an item, and what they reply."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.agenda.actions.changing import (
    edit,
    fill,
    no_new_clash,
    open_item,
    open_part,
    put_in_order,
    swapped,
)
from eventapp.agenda.errors import OneSubject
from eventapp.agenda.models import PART_MODES, PART_REPLIES, PART_ROLES, Part
from eventapp.agenda.queries import parts_in_order
from eventapp.agenda.queries.arranging import people_ranks
from eventapp.db import transaction

VALUES = frozenset({"role", "person_id", "organisation_id", "object_en", "object_zh", "side", "mode", "as_en", "as_zh"})


def add_part(
    item_id: int, *, by: Actor, role: str, sequence: int | None = None, despite_clashes: bool = False, **values: Any
) -> Part:
    """Add a person, an organisation or an object to an item, after those already there.

    `values`: exactly one of person_id, organisation_id, object_en/object_zh; side, mode, as_en, as_zh.
    Raises Stale, OneSubject, Clashes.
    """
    with transaction() as session:
        item = open_item(item_id, sequence)
        owner = item.session
        part = Part(item_id=item_id, position=len(parts_in_order(item_id)) + 1, mode="in_person", reply="open")
        _before, after = fill(part, {"role": role, **values}, VALUES)
        _check(part)
        with edit("add_part", owner.event_id, by=by, about=item, sessions=(owner.id,)):
            with no_new_clash(owner.event_id, despite_clashes):
                session.add(part)
            record("add_part", part, by=by, event_id=owner.event_id, after=after)
        return part


def change_part(
    part_id: int, *, by: Actor, sequence: int | None = None, despite_clashes: bool = False, **values: Any
) -> Part:
    """Change who appears, the role, the mode or what they appear as. Raises Stale, OneSubject, Clashes."""
    with transaction():
        part = open_part(part_id, sequence)
        owner = part.item.session
        with edit("change_part", owner.event_id, by=by, about=part.item, sessions=(owner.id,)):
            with no_new_clash(owner.event_id, despite_clashes):
                before, after = fill(part, values, VALUES)
                _check(part)
            if after:
                record("change_part", part, by=by, event_id=owner.event_id, before=before, after=after)
        return part


def move_part(part_id: int, direction: str, *, by: Actor, sequence: int | None = None) -> None:
    """Move a part 'up' or 'down' by one place within its item: the order is set by hand. Raises Stale."""
    with transaction():
        part = open_part(part_id, sequence)
        before, owner = part.position, part.item.session
        with edit("move_part", owner.event_id, by=by, about=part.item, sessions=(owner.id,)):
            put_in_order(swapped(parts_in_order(part.item_id), part, direction))
            places = {"position": before}, {"position": part.position}
            record("move_part", part, by=by, event_id=owner.event_id, before=places[0], after=places[1])


def order_people(item_id: int, *, by: Actor, sequence: int | None = None) -> None:
    """Put those who do the same in an item into the order of the event's people. Raises Stale, OutsideScope."""
    with transaction():
        item = open_item(item_id, sequence)
        owner = item.session
        with edit("order_people", owner.event_id, by=by, about=item, sessions=(owner.id,)):
            parts = parts_in_order(item_id)
            ordered = _by_precedence(parts, people_ranks(owner.event_id))
            if ordered != list(parts):
                put_in_order(ordered)
                record("order_people", item, by=by, event_id=owner.event_id)


def delete_part(part_id: int, *, by: Actor, sequence: int | None = None) -> None:
    """Take a person, an organisation or an object out of an item. Raises Stale."""
    with transaction() as session:
        part = open_part(part_id, sequence)
        owner = part.item.session
        before = {"role": part.role, "person_id": part.person_id, "organisation_id": part.organisation_id}
        with edit("delete_part", owner.event_id, by=by, about=part.item, sessions=(owner.id,)):
            record("delete_part", part, by=by, event_id=owner.event_id, before=before)
            session.delete(part)


def set_reply(part_id: int, reply: str, *, by: Actor) -> None:
    """Note what somebody replied: 'open', 'accepted' or 'declined'. Who declined is no longer on public pages."""
    if reply not in PART_REPLIES:
        raise ValueError(f"unknown reply {reply}")
    with transaction():
        part = open_part(part_id, None)
        owner = part.item.session
        with edit("set_reply", owner.event_id, by=by, about=part.item, sessions=(owner.id,)):
            before, after = fill(part, {"reply": reply}, frozenset({"reply"}))
            if after:
                record("set_reply", part, by=by, event_id=owner.event_id, before=before, after=after)


def _by_precedence(parts: Sequence[Part], ranks: dict[int, int]) -> list[Part]:
    """The parts with the people of each role and side exchanged so that they stand by rank; nobody else moves."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, part in enumerate(parts):
        if part.person_id in ranks and part.reply != "declined":
            groups[part.role, part.side].append(place)
    ordered = list(parts)
    for places in groups.values():
        people = sorted((parts[place] for place in places), key=lambda part: ranks[part.person_id or 0])
        for place, part in zip(places, people, strict=True):
            ordered[place] = part
    return ordered


def _check(part: Part) -> None:
    if part.role not in PART_ROLES or part.mode not in PART_MODES:
        raise ValueError(f"unknown role or mode: {part.role}, {part.mode}")
    subjects = (part.person_id, part.organisation_id, part.object_en or part.object_zh or None)
    if sum(subject is not None for subject in subjects) != 1:
        raise OneSubject
