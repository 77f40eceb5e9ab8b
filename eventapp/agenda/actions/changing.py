"""What all changes of an agenda share: one writer at a time, no stale change, no new clash, a new version."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from eventapp.agenda.clashes import find_clashes, made_worse
from eventapp.agenda.errors import Clashes
from eventapp.agenda.models import AgendaItem, AgendaSession, Part
from eventapp.agenda.queries import blocks_of, tell_clashes
from eventapp.changing import fill, put_in_order, swapped
from eventapp.clock import now
from eventapp.db import db
from eventapp.errors import NotFound, Stale
from eventapp.events.models import Event

__all__ = [
    "fill",
    "lock_agenda",
    "no_new_clash",
    "open_item",
    "open_part",
    "open_session",
    "put_in_order",
    "raise_sequence",
    "swapped",
]


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


def raise_sequence(row: AgendaSession) -> None:
    """Make a new version of a session, for calendars and for forms that are open elsewhere."""
    row.sequence += 1
    row.changed_at = now()
