"""Changes of an agenda as values: how two states differ, the way back, and the state that changes lead to. Pure.

A state holds whole rows by table and id. The ids are those that hold outside the house, and rows name each other by
them, so that a row which comes back is the one that was there. A session's stamps (its version and when it was changed)
only ever go forward: they belong to the row, but not to what is compared or put back.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

# Parents before children.
TABLES = ("tracks", "agenda_sessions", "agenda_items", "parts")
STAMPS = frozenset({"sequence", "changed_at"})

Key = tuple[str, str]
Row = dict[str, Any]
State = dict[Key, Row]
Change = dict[str, Any]


def changes_between(before: State, after: State) -> list[Change]:
    """What became otherwise, parents first: whole rows before and after, None where there was no row."""
    keys = sorted(before.keys() | after.keys(), key=_parents_first)
    return [
        {"table": key[0], "id": key[1], "before": before.get(key), "after": after.get(key)}
        for key in keys
        if before.get(key) != after.get(key)
    ]


def way_back(changes: Iterable[Change]) -> list[Change]:
    """The changes that undo these; a row of which only the stamps changed stays as it is."""
    return [
        {**change, "before": change["after"], "after": change["before"]}
        for change in changes
        if not same_content(change["before"], change["after"])
    ]


def replayed(history: Iterable[Iterable[Change]], start: State | None = None) -> State:
    """The state that a history leads to, from an empty agenda. Raises ValueError if a change does not fit the one before."""
    state: State = dict(start or {})
    for changes in history:
        for change in changes:
            key = key_of(change)
            if state.get(key) != change["before"]:
                raise ValueError(f"{key} was not what the change says it was")
            if change["after"] is None:
                del state[key]
            else:
                state[key] = change["after"]
    return state


def key_of(change: Change) -> Key:
    return change["table"], change["id"]


def same_content(one: Row | None, other: Row | None) -> bool:
    """Whether two states of a row are the same but for its stamps."""
    return content(one) == content(other)


def content(row: Row | None) -> Row | None:
    return None if row is None else {name: value for name, value in row.items() if name not in STAMPS}


def sessions_in(changes: Iterable[Change]) -> set[str]:
    """The sessions that were changed: every change of an item or a part makes a new version of its session, too."""
    return {change["id"] for change in changes if change["table"] == "agenda_sessions"}


def touched_sessions(before: State, after: State) -> set[str]:
    """The sessions whose content, items or parts are not the same in both states."""
    found: set[str] = set()
    for key in before.keys() | after.keys():
        if not same_content(before.get(key), after.get(key)):
            found |= {_session_of(key, state) for state in (before, after) if key in state} - {""}
    return found


def _session_of(key: Key, state: State) -> str:
    table, public_id = key
    match table:
        case "agenda_sessions":
            return public_id
        case "agenda_items":
            return str(state[key]["session"])
        case "parts":
            return str(state["agenda_items", state[key]["item"]]["session"])
        case _:
            return ""


def _parents_first(key: Key) -> tuple[int, str]:
    return TABLES.index(key[0]), key[1]
