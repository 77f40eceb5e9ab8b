"""What all changes of an agenda share: one writer at a time, no stale change, no new clash, a line in the history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from eventapp.accounts.actor import Actor
from eventapp.agenda.actions.editing import edit, lock_agenda
from eventapp.agenda.errors import ChangedMeanwhile, Clashes
from eventapp.agenda.models import AgendaItem, AgendaSession, Part
from eventapp.agenda.queries import blocks_of, terms_of, worsened
from eventapp.agenda.queries.history import last_change_of, what_was_done, who_did
from eventapp.changing import fill, put_in_order, swapped
from eventapp.db import db
from eventapp.errors import NotFound

__all__ = [
    "edit",
    "fill",
    "lock_agenda",
    "made_at_once",
    "no_new_clash",
    "open_item",
    "open_part",
    "open_session",
    "put_in_order",
    "stale",
    "swapped",
]


def open_session(session_id: int, sequence: int | None) -> AgendaSession:
    """A session to change, as it stands now. Raises NotFound, Stale."""
    event_id = db.session.scalar(select(AgendaSession.event_id).where(AgendaSession.id == session_id))
    if event_id is None:
        raise NotFound
    lock_agenda(event_id)
    # Whoever held the lock before may have deleted it.
    row = db.session.get(AgendaSession, session_id, populate_existing=True)
    if row is None:
        raise NotFound
    if sequence is not None and row.sequence != sequence:
        raise stale(event_id, ("agenda_sessions", row.public_id))
    return row


def open_item(item_id: int, sequence: int | None) -> AgendaItem:
    """An item to change, with its session at this version. Raises NotFound, Stale."""
    session_id = db.session.scalar(select(AgendaItem.session_id).where(AgendaItem.id == item_id))
    if session_id is None:
        raise NotFound
    open_session(session_id, sequence)
    item = db.session.get(AgendaItem, item_id, populate_existing=True)
    if item is None:
        raise NotFound
    return item


def open_part(part_id: int, sequence: int | None) -> Part:
    """A part to change, with its session at this version. Raises NotFound, Stale."""
    item_id = db.session.scalar(select(Part.item_id).where(Part.id == part_id))
    if item_id is None:
        raise NotFound
    open_item(item_id, sequence)
    part = db.session.get(Part, part_id, populate_existing=True)
    if part is None:
        raise NotFound
    return part


def stale(event_id: int, *keys: tuple[str, str], after: int = 0) -> ChangedMeanwhile:
    """The refusal of a change to rows that others changed since, telling who did what."""
    change = last_change_of(event_id, keys, after)
    return ChangedMeanwhile(who_did(change), what_was_done(change), change.at) if change else ChangedMeanwhile()


@contextmanager
def made_at_once(action: str, event_id: int, *, by: Actor) -> Iterator[None]:
    """Many actions as one change of the history, with one look at what clashes, whatever it is."""
    with edit(action, event_id, by=by), no_new_clash(event_id, despite_clashes=True):
        yield


@contextmanager
def no_new_clash(event_id: int, despite_clashes: bool) -> Iterator[None]:
    """Refuse what is changed inside if it makes a clash that was not there.

    `despite_clashes` goes on where the event's rules only warn, never where they block. One inside another leaves the
    look to the outer one, which sees what all of it leads to. Raises Clashes.
    """
    held = db.session().info
    if held.get("looks_for_clashes"):
        yield
        return
    before = blocks_of(event_id), terms_of(event_id)
    held["looks_for_clashes"] = True
    try:
        yield
    finally:
        del held["looks_for_clashes"]
    refused = [told for told in worsened(before, event_id) if told.level == "block" or not despite_clashes]
    if refused:
        raise Clashes([told.sentence for told in refused], blocked=any(told.level == "block" for told in refused))
