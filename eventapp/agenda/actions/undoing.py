"""Undo and redo: put rows back as they were, if nobody has changed them since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.agenda.actions.changing import edit, lock_agenda, no_new_clash, stale
from eventapp.agenda.actions.editing import Edit
from eventapp.agenda.actions.sessions import SessionLeaves
from eventapp.agenda.errors import NoLongerThere, NothingToRedo, NothingToUndo
from eventapp.agenda.history import STAMPS, TABLES, Change, Key, Row, key_of, same_content, way_back
from eventapp.agenda.models import AgendaChange, AgendaItem, AgendaSession, Part, Track
from eventapp.agenda.queries.history import (
    KEPT,
    REFERENCES,
    change_to_undo,
    find_change,
    ids_of,
    last_number,
    present_rows,
    sessions_of_items,
    undo_to_redo,
)
from eventapp.clock import now
from eventapp.db import Moment, announce, db, transaction


@dataclass(frozen=True)
class ChangeUndone:
    """A change of an agenda was taken back."""

    event_id: int
    number: int
    by: Actor


@dataclass(frozen=True)
class ChangeRedone:
    """A change of an agenda that was taken back was done again."""

    event_id: int
    number: int
    by: Actor


def undo(event_id: int, *, by: Actor, number: int | None = None, despite_clashes: bool = False) -> AgendaChange:
    """Take back one's last change that still holds, or the change with this number, whoever made it.

    Every row comes back whole, with its ids. Returns what was taken back.
    Raises NothingToUndo, Stale, NoLongerThere, Clashes, OutsideScope, and what those raise who need a session that leaves.
    """
    with transaction():
        lock_agenda(event_id)
        change = find_change(event_id, number) if number is not None else change_to_undo(event_id, by)
        if change is None or change.undoes is not None or change.undone_by is not None:
            raise NothingToUndo
        change.undone_by = _put_back("undo", change, _told(change), by=by, despite_clashes=despite_clashes)
        announce(ChangeUndone(event_id, change.number, by))
        return change


def redo(event_id: int, *, by: Actor, despite_clashes: bool = False) -> AgendaChange:
    """Do again what one took back last, if one has changed nothing else since. Returns what was done again.

    Raises NothingToRedo, and what `undo` raises.
    """
    with transaction():
        lock_agenda(event_id)
        taken_back = undo_to_redo(event_id, by)
        change = find_change(event_id, taken_back.undoes or 0) if taken_back else None
        if taken_back is None or change is None:
            raise NothingToRedo
        taken_back.undone_by = _put_back("redo", taken_back, _told(change), by=by, despite_clashes=despite_clashes)
        change.undone_by = None
        announce(ChangeRedone(event_id, change.number, by))
        return change


def _told(change: AgendaChange) -> dict[str, Any]:
    return {"of": change.action, "params": change.params}


def _put_back(action: str, change: AgendaChange, told: dict[str, Any], *, by: Actor, despite_clashes: bool) -> int:
    """Apply the inverse of a change as a change of its own; returns its number."""
    event_id, back = change.event_id, way_back(change.changes)
    _refuse_if_changed_since(back, change)
    with edit(action, event_id, by=by, **told) as made:
        made.undoes = change.number
        touch_all(made, back)
        with no_new_clash(event_id, despite_clashes):
            put_rows(made, back, change.number)
        record(action, change, by=by, event_id=event_id, after={"number": change.number, "action": told["of"]})
    return made.number


def _refuse_if_changed_since(back: list[Change], change: AgendaChange) -> None:
    """Raises ChangedMeanwhile."""
    present = present_rows(key_of(row) for row in back)
    otherwise = [key_of(row) for row in back if not same_content(present.get(key_of(row)), row["before"])]
    if otherwise:
        raise stale(change.event_id, *otherwise, after=change.number)


def touch_all(made: Edit, back: list[Change]) -> None:
    """Every session whose rows are put back: those they are in now, and those they come back to."""
    by_table: dict[str, set[str]] = defaultdict(set)
    for change in back:
        by_table[change["table"]].add(change["id"])
        for row in (change["before"], change["after"]):
            if row and "session" in row:
                by_table["agenda_sessions"].add(row["session"])
            if row and "item" in row:
                by_table["agenda_items"].add(row["item"])
    made.touches(*ids_of(AgendaSession, by_table["agenda_sessions"]).values())
    made.touches(*sessions_of_items(by_table["agenda_items"]))
    made.touches_tracks(*ids_of(Track, by_table["tracks"]).values())


def put_rows(made: Edit, back: list[Change], after: int) -> None:
    """Insert and set parents first, then delete children first, so that nothing goes along with a parent."""
    for table in TABLES:
        rows = [row for row in back if row["table"] == table and row["after"] is not None]
        known = _known_references(table, rows)
        for row in rows:
            _write(made, KEPT[table], row, known)
    leaving = [key_of(row) for row in back if row["after"] is None]
    _refuse_if_more_would_go(leaving, made.event_id, after)
    for session_id in ids_of(AgendaSession, _ids(leaving, "agenda_sessions")).values():
        announce(SessionLeaves(session_id))
    for table in reversed(TABLES):
        model = KEPT[table]
        db.session.execute(delete(model).where(model.public_id.in_(_ids(leaving, table))))
    db.session.expire_all()


def _write(made: Edit, model: type[Any], change: Change, known: Mapping[str, Mapping[str, int]]) -> None:
    """Insert a row that was gone, with its ids, or set one that is there."""
    row: Row = change["after"]
    values = {**_plain_columns(model, row), **_references(row, known)}
    if change["before"] is not None:
        db.session.execute(update(model).where(model.public_id == change["id"]).values(values))
        return
    if model in (AgendaSession, Track):
        values["event_id"] = made.event_id
    if model is AgendaSession:
        # Higher than every version of it that anybody may hold.
        values |= {"sequence": row["sequence"] + last_number(made.event_id) + 1, "changed_at": now()}
    db.session.execute(insert(model).values(values))
    if model in (AgendaSession, Track):
        made.adds(db.session.scalars(select(model).where(model.public_id == change["id"])).one())


def _plain_columns(model: type[Any], row: Row) -> dict[str, Any]:
    names = row.keys() - STAMPS - REFERENCES[model.__tablename__].keys()
    return {name: _value(model.__table__.columns[name], row[name]) for name in names}


def _value(column: Any, kept: Any) -> Any:
    return datetime.fromisoformat(kept) if isinstance(column.type, Moment) and kept is not None else kept


def _known_references(table: str, rows: Iterable[Change]) -> dict[str, dict[str, int]]:
    """What the rows of a table refer to, by the column and the public id, as far as it is still there."""
    wanted = [change["after"] for change in rows]
    return {
        name: ids_of(referred, {row[name] for row in wanted if row[name] is not None})
        for name, referred in REFERENCES[table].items()
    }


def _references(row: Row, known: Mapping[str, Mapping[str, int]]) -> dict[str, int | None]:
    """Raises NoLongerThere."""
    if any(row[name] is not None and row[name] not in ids for name, ids in known.items()):
        raise NoLongerThere
    return {f"{name}_id": ids[row[name]] if row[name] is not None else None for name, ids in known.items()}


def _refuse_if_more_would_go(leaving: list[Key], event_id: int, after: int) -> None:
    """What others have put into a session, an item or a track since is not thrown away with it. Raises ChangedMeanwhile."""
    for parent, child, column in (
        (Track, AgendaSession, AgendaSession.track_id),
        (AgendaSession, AgendaItem, AgendaItem.session_id),
        (AgendaItem, Part, Part.item_id),
    ):
        table = child.__tablename__
        inside = select(child.public_id).join(parent, column == parent.id)
        within = inside.where(parent.public_id.in_(_ids(leaving, parent.__tablename__)))
        others = set(db.session.scalars(within)) - set(_ids(leaving, table))
        if others:
            raise stale(event_id, *((table, public_id) for public_id in others), after=after)


def _ids(keys: list[Key], table: str) -> list[str]:
    return [public_id for name, public_id in keys if name == table]
