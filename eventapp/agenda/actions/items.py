"""Items inside a session: add, change, move, delete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.agenda.actions.changing import (
    edit,
    fill,
    no_new_clash,
    open_item,
    open_session,
    put_in_order,
    swapped,
)
from eventapp.agenda.errors import SessionElsewhere
from eventapp.agenda.models import ITEM_KINDS, AgendaItem, AgendaSession
from eventapp.agenda.queries import items_in_order
from eventapp.db import transaction

VALUES = frozenset({"kind", "minutes", "title_en", "title_zh", "summary_en", "summary_zh"})


def add_item(
    session_id: int,
    *,
    by: Actor,
    kind: str,
    minutes: int = 0,
    sequence: int | None = None,
    despite_clashes: bool = False,
    **texts: str,
) -> AgendaItem:
    """Add an item at the end of a session; 0 minutes: of unknown length. Raises Stale, Clashes."""
    with transaction() as session:
        owner = open_session(session_id, sequence)
        item = AgendaItem(session_id=session_id, position=len(items_in_order(session_id)) + 1)
        _before, after = fill(item, {"kind": kind, "minutes": minutes, **texts}, VALUES)
        _check(item)
        with edit("add_item", owner.event_id, by=by, about=item, sessions=(owner.id,)):
            with no_new_clash(owner.event_id, despite_clashes):
                session.add(item)
            record("add_item", item, by=by, event_id=owner.event_id, after=after)
        return item


def change_item(
    item_id: int, *, by: Actor, sequence: int | None = None, despite_clashes: bool = False, **values: Any
) -> AgendaItem:
    """Change kind, length or texts of an item. Raises Stale, Clashes."""
    with transaction():
        item = open_item(item_id, sequence)
        event_id = item.session.event_id
        with edit("change_item", event_id, by=by, about=item, sessions=(item.session_id,)):
            with no_new_clash(event_id, despite_clashes):
                before, after = fill(item, values, VALUES)
                _check(item)
            if after:
                record("change_item", item, by=by, event_id=event_id, before=before, after=after)
        return item


def move_item(
    item_id: int, where: str | int, *, by: Actor, sequence: int | None = None, despite_clashes: bool = False
) -> None:
    """Move an item within its session: 'up' or 'down' by one place, or to a place counted from 1. Raises Stale, Clashes."""
    with transaction():
        item = open_item(item_id, sequence)
        before, event_id = item.position, item.session.event_id
        with edit("move_item", event_id, by=by, about=item, sessions=(item.session_id,)):
            with no_new_clash(event_id, despite_clashes):
                put_in_order(_moved(items_in_order(item.session_id), item, where))
            places = {"position": before}, {"position": item.position}
            record("move_item", item, by=by, event_id=event_id, before=places[0], after=places[1])


def move_item_to(
    item_id: int, session_id: int, *, by: Actor, sequence: int | None = None, despite_clashes: bool = False
) -> None:
    """Move an item with its parts to the end of another session of the event. Raises Stale, SessionElsewhere, Clashes."""
    with transaction() as session:
        item = open_item(item_id, sequence)
        old, new = item.session, session.get(AgendaSession, session_id)
        if new is None or new.event_id != old.event_id:
            raise SessionElsewhere
        if new is old:
            return
        with edit("move_item_to", old.event_id, by=by, about=item, sessions=(old.id, new.id)):
            with no_new_clash(old.event_id, despite_clashes):
                item.position = len(items_in_order(new.id)) + 1
                item.session = new
            places = {"session_id": old.id}, {"session_id": new.id}
            record("move_item_to", item, by=by, event_id=old.event_id, before=places[0], after=places[1])


def delete_item(item_id: int, *, by: Actor, sequence: int | None = None) -> None:
    """Take an item with its parts out of its session. Raises Stale."""
    with transaction() as session:
        item = open_item(item_id, sequence)
        owner = item.session
        before = {"kind": item.kind, "title_en": item.title_en, "title_zh": item.title_zh, "minutes": item.minutes}
        with edit("delete_item", owner.event_id, by=by, about=item, sessions=(owner.id,)):
            record("delete_item", item, by=by, event_id=owner.event_id, before=before)
            session.delete(item)


def _moved(items: Sequence[AgendaItem], item: AgendaItem, where: str | int) -> list[AgendaItem]:
    if isinstance(where, str):
        return swapped(items, item, where)
    order = [other for other in items if other is not item]
    order.insert(max(where - 1, 0), item)
    return order


def _check(item: AgendaItem) -> None:
    if item.kind not in ITEM_KINDS:
        raise ValueError(f"unknown kind of item {item.kind}")
    if item.minutes < 0:
        raise ValueError("an item cannot have less than no minutes")
