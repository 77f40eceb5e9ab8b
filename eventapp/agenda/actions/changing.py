"""What all changes of an agenda share: one writer at a time, no stale change, no new clash, a new version."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import select

from eventapp.agenda.clashes import find_clashes, made_worse
from eventapp.agenda.errors import Clashes
from eventapp.agenda.models import AgendaItem, AgendaSession, Part
from eventapp.agenda.queries import blocks_of, tell_clashes
from eventapp.clock import now
from eventapp.db import db
from eventapp.errors import NotFound, Stale
from eventapp.events.models import Event

Changed = dict[str, Any]


def lock_agenda(event_id: int) -> None:
    """Let one change of an event's agenda at a time look for clashes and write."""
    # NO KEY UPDATE: guests who register at this moment refer to the event and need not wait.
    db.session.execute(select(Event.id).where(Event.id == event_id).with_for_update(key_share=True, of=Event))


def open_session(session_id: int, sequence: int | None) -> AgendaSession:
    """A session to change, as it stands now. Raises NotFound, Stale."""
    row = db.session.get(AgendaSession, session_id)
    if row is None:
        raise NotFound
    lock_agenda(row.event_id)
    db.session.refresh(row)
    if sequence is not None and row.sequence != sequence:
        raise Stale
    return row


def open_item(item_id: int, sequence: int | None) -> AgendaItem:
    """An item to change, with its session at this version. Raises NotFound, Stale."""
    item = db.session.get(AgendaItem, item_id)
    if item is None:
        raise NotFound
    open_session(item.session_id, sequence)
    db.session.refresh(item)
    return item


def open_part(part_id: int, sequence: int | None) -> Part:
    """A part to change, with its session at this version. Raises NotFound, Stale."""
    part = db.session.get(Part, part_id)
    if part is None:
        raise NotFound
    open_item(part.item_id, sequence)
    db.session.refresh(part)
    return part


@contextmanager
def no_new_clash(event_id: int, despite_clashes: bool) -> Iterator[None]:
    """Refuse what is changed inside if it makes a clash that was not there. Raises Clashes."""
    before = [] if despite_clashes else find_clashes(blocks_of(event_id))
    yield
    if despite_clashes:
        return
    worse = made_worse(before, find_clashes(blocks_of(event_id)))
    if worse:
        raise Clashes([told.sentence for told in tell_clashes(event_id, worse)])


def fill(row: Any, values: Changed, allowed: frozenset[str]) -> tuple[Changed, Changed]:
    """Set a row's columns; what really changed, before and after, as plain JSON values."""
    unknown = values.keys() - allowed
    if unknown:
        raise TypeError(f"no such values of {row.__tablename__}: {', '.join(sorted(unknown))}")
    changed = [key for key, value in values.items() if getattr(row, key) != value]
    before = {key: _plain(getattr(row, key)) for key in changed}
    for key in changed:
        setattr(row, key, values[key])
    return before, {key: _plain(values[key]) for key in changed}


def raise_sequence(row: AgendaSession) -> None:
    """Make a new version of a session, for calendars and for forms that are open elsewhere."""
    row.sequence += 1
    row.changed_at = now()


def put_in_order(rows: Sequence[Any]) -> None:
    """Number rows as they stand."""
    for position, row in enumerate(rows, start=1):
        row.position = position


def swapped(rows: Sequence[Any], row: Any, direction: str) -> list[Any]:
    """The rows with one moved 'up' or 'down' by one place; at the end of the list it stays."""
    order = list(rows)
    here = order.index(row)
    there = here + {"up": -1, "down": 1}[direction]
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
    return order


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
