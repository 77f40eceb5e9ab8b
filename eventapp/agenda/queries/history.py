"""Reads of what was changed: whole rows as the history keeps them, who did what, what can be undone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from eventapp.accounts.actor import Actor
from eventapp.agenda import words
from eventapp.agenda.history import Key, State
from eventapp.agenda.models import AgendaChange, AgendaItem, AgendaSession, Part, Track
from eventapp.changing import plain
from eventapp.db import Base, db
from eventapp.events.models import Hall, Organisation
from eventapp.i18n import Bilingual
from eventapp.people.models import Person

KEPT: dict[str, type[Any]] = {model.__tablename__: model for model in (Track, AgendaSession, AgendaItem, Part)}
# What a row refers to, under the name that the history gives it.
REFERENCES: dict[str, dict[str, type[Any]]] = {
    "tracks": {},
    "agenda_sessions": {"hall": Hall, "track": Track},
    "agenda_items": {"session": AgendaSession},
    "parts": {"item": AgendaItem, "person": Person, "organisation": Organisation},
}
UNKEPT = frozenset({"id", "event_id"})
# How many changes are looked through at a time for the one that touched a row.
BATCH = 50
MOST_PAGES = 1_000_000


def rows_of_sessions(session_ids: Collection[int]) -> State:
    """These sessions with their items and parts, whole."""
    if not session_ids:
        return {}
    items = select(AgendaItem.id).where(AgendaItem.session_id.in_(session_ids))
    return {
        **_rows(AgendaSession, AgendaSession.id.in_(session_ids)),
        **_rows(AgendaItem, AgendaItem.session_id.in_(session_ids)),
        **_rows(Part, Part.item_id.in_(items)),
    }


def rows_of_tracks(track_ids: Collection[int]) -> State:
    return _rows(Track, Track.id.in_(track_ids)) if track_ids else {}


def rows_of_event(event_id: int) -> State:
    """The whole agenda of an event: tracks, sessions, items, parts."""
    sessions = db.session.scalars(select(AgendaSession.id).where(AgendaSession.event_id == event_id)).all()
    return {**_rows(Track, Track.event_id == event_id), **rows_of_sessions(sessions)}


def present_rows(keys: Iterable[Key]) -> State:
    """The rows with these ids that there are, as they stand now."""
    found: State = {}
    wanted = list(keys)
    for table, model in KEPT.items():
        ids = [public_id for name, public_id in wanted if name == table]
        if ids:
            found |= _rows(model, model.public_id.in_(ids))
    return found


def _rows(model: type[Any], *conditions: Any) -> State:
    table = model.__tablename__
    found = db.session.execute(_whole(table).where(*conditions)).mappings()
    return {(table, row["public_id"]): {name: plain(value) for name, value in row.items()} for row in found}


@cache
def _whole(table: str) -> Select[Any]:
    """Every column of a row; the rows it refers to by the ids they have outside the house."""
    model, references = KEPT[table], REFERENCES[table]
    inner = UNKEPT | {f"{name}_id" for name in references}
    query = select(*(column for column in model.__table__.columns if column.name not in inner)).select_from(model)
    for name, referred in references.items():
        other = aliased(referred)
        query = query.outerjoin(other, getattr(model, f"{name}_id") == other.id).add_columns(
            other.public_id.label(name)
        )
    return query


def ids_of(model: type[Base], public_ids: Collection[str]) -> dict[str, int]:
    """The inner ids of rows by their outer ones."""
    which: Any = model
    found = db.session.execute(select(which.public_id, which.id).where(which.public_id.in_(public_ids)))
    return {row.public_id: row.id for row in found}


def sessions_of_items(public_ids: Collection[str]) -> Sequence[int]:
    """The sessions that these items are in."""
    query = select(AgendaItem.session_id).where(AgendaItem.public_id.in_(public_ids))
    return db.session.scalars(query.distinct()).all()


def last_number(event_id: int) -> int:
    """The number of the last change of an event's agenda; 0 before the first."""
    return db.session.scalar(select(func.max(AgendaChange.number)).where(AgendaChange.event_id == event_id)) or 0


def changes_after(event_id: int, number: int) -> Sequence[AgendaChange]:
    """What was changed after a change, in the order in which it happened."""
    query = select(AgendaChange).where(AgendaChange.event_id == event_id, AgendaChange.number > number)
    return db.session.scalars(query.order_by(AgendaChange.number)).all()


def latest_changes(event_id: int, before: int | None = None, limit: int = BATCH) -> Sequence[AgendaChange]:
    """What was changed last, the newest first."""
    query = select(AgendaChange).where(AgendaChange.event_id == event_id)
    if before is not None:
        query = query.where(AgendaChange.number < before)
    return db.session.scalars(query.order_by(AgendaChange.number.desc()).limit(limit)).all()


def history_page(event_id: int, page: int) -> Pagination:
    """What was changed, the newest first, a page at a time."""
    query = select(AgendaChange).where(AgendaChange.event_id == event_id).order_by(AgendaChange.number.desc())
    return db.paginate(query, page=min(max(page, 1), MOST_PAGES), per_page=BATCH, error_out=False)


def find_change(event_id: int, number: int) -> AgendaChange | None:
    return db.session.scalar(
        select(AgendaChange).where(AgendaChange.event_id == event_id, AgendaChange.number == number)
    )


def last_change_of(event_id: int, keys: Collection[Key], after: int = 0) -> AgendaChange | None:
    """The last change that touched one of these rows, among those after a change."""
    before = None
    while found := latest_changes(event_id, before):
        for change in found:
            if change.number <= after:
                return None
            if any((row["table"], row["id"]) in keys for row in change.changes):
                return change
        before = found[-1].number
    return None


def change_to_undo(event_id: int, by: Actor) -> AgendaChange | None:
    """The last change of one's own that still holds."""
    return db.session.scalar(_own(event_id, by).where(AgendaChange.undoes.is_(None), AgendaChange.undone_by.is_(None)))


def undo_to_redo(event_id: int, by: Actor) -> AgendaChange | None:
    """The last undo of one's own after which one has changed nothing else."""
    undone = aliased(AgendaChange)
    # What was done again undoes an undo; it is neither.
    forward = select(undone.number).where(undone.event_id == event_id, undone.undoes.is_(None))
    last_edit = db.session.scalar(_own(event_id, by).where(AgendaChange.undoes.is_(None)))
    query = _own(event_id, by).where(AgendaChange.undoes.in_(forward), AgendaChange.undone_by.is_(None))
    return db.session.scalar(query.where(AgendaChange.number > (last_edit.number if last_edit else 0)))


def _own(event_id: int, by: Actor) -> Select[Any]:
    """One's own changes, the newest first."""
    query = select(AgendaChange).where(AgendaChange.event_id == event_id, AgendaChange.by_kind == by.kind)
    who = AgendaChange.by_id.is_(None) if by.id is None else AgendaChange.by_id == by.id
    return query.where(who).order_by(AgendaChange.number.desc()).limit(1)


def what_was_done(change: AgendaChange) -> str:
    """A change in the reader's language, as it follows a name: moved “Opening”."""
    return told_change(change.action, change.params)


def told_change(action: str, params: dict[str, Any]) -> str:
    if action in ("undo", "redo"):
        return str(words.CHANGES[action]) % {"what": told_change(params["of"], params["params"])}
    named = Bilingual(params.get("en", ""), params.get("zh", ""))
    kinds = words.ITEM_KINDS if params.get("table") == "agenda_items" else words.SESSION_KINDS
    name = str(named) if named else str(kinds.get(params.get("kind", ""), ""))
    return str(words.CHANGES[action]) % {**params, "name": name}


def who_did(change: AgendaChange) -> str:
    """Who did it, in the reader's language."""
    return change.by_name or str(words.ACTORS.get(change.by_kind, words.ACTORS["system"]))
