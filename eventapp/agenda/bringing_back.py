"""The draft as it has to be for a release to be made of it again: rows as the history keeps them. Pure.

Nothing is thrown away that a release never held: what came into the agenda since goes to the tray, and who declined stays
noted as such. What a release cannot say (who is expected, what is fixed) is kept as it is.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Any

from eventapp.agenda.history import Row, State
from eventapp.agenda.release import Content, ReleasedItem, ReleasedPart, ReleasedSession

TEXTS = ("title_en", "title_zh", "summary_en", "summary_zh")
PART_VALUES = ("role", "side", "mode", "object_en", "object_zh", "as_en", "as_zh")
# What a row that is no longer there begins with.
NEW_SESSION: Row = {"fixed": False, "expected": None}
NEW_PART: Row = {"reply": "open"}


@dataclass(frozen=True)
class Known:
    """The ids of what there still is."""

    people: Container[str]
    organisations: Container[str]
    halls: Container[str]
    tracks: Container[str]


def brought_back(present: State, content: Content, known: Known) -> State:
    """The state of an agenda that is in `present` now, once this release is its draft again."""
    state = {key: dict(row) for key, row in present.items() if key[0] == "tracks"}
    kept = {session.id for session in content.sessions}
    for key, row in present.items():
        if key[0] == "agenda_sessions" and key[1] not in kept:
            state[key] = {**row, "in_tray": True}
    for session in content.sessions:
        state["agenda_sessions", session.id] = _session(present.get(("agenda_sessions", session.id)), session, known)
        for position, item in enumerate(session.items, 1):
            state["agenda_items", item.id] = _item(present.get(("agenda_items", item.id)), item, session.id, position)
            state |= _parts(present, item, known)
    return {**_in_the_tray(present, state), **state}


def _session(row: Row | None, session: ReleasedSession, known: Known) -> Row:
    stamps = {"sequence": session.sequence, "changed_at": session.changed_at.isoformat()}
    return {
        **(row or {**NEW_SESSION, **stamps}),
        "public_id": session.id,
        "uuid": session.uuid,
        "kind": session.kind,
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
        "status": session.status,
        "in_tray": False,
        "language": session.language,
        "hall": session.hall if session.hall in known.halls else None,
        "track": session.track if session.track in known.tracks else None,
        **{name: getattr(session, name) for name in TEXTS},
    }


def _item(row: Row | None, item: ReleasedItem, session_id: str, position: int) -> Row:
    texts = {name: getattr(item, name) for name in TEXTS}
    values = {"public_id": item.id, "session": session_id, "kind": item.kind, "minutes": item.minutes}
    return {**(row or {}), **values, "position": position, **texts}


def _parts(present: State, item: ReleasedItem, known: Known) -> State:
    found: State = {}
    for position, part in enumerate(_possible(item.parts, known), 1):
        found["parts", part.id] = _part(present.get(("parts", part.id)), part, item.id, position)
    for key, row in present.items():
        if key[0] == "parts" and row["item"] == item.id and row["reply"] == "declined" and key not in found:
            found[key] = dict(row)
    return found


def _possible(parts: Iterable[ReleasedPart], known: Known) -> list[ReleasedPart]:
    """Without people and organisations that were removed since."""
    return [
        part
        for part in parts
        if (not part.person or part.person in known.people)
        and (not part.organisation or part.organisation in known.organisations)
    ]


def _part(row: Row | None, part: ReleasedPart, item_id: str, position: int) -> Row:
    subject: dict[str, Any] = {"person": part.person or None, "organisation": part.organisation or None}
    replied = row if row and row["person"] == subject["person"] else {**(row or {}), **NEW_PART}
    values = {"public_id": part.id, "item": item_id, "position": position}
    return {**replied, **values, **subject, **{name: getattr(part, name) for name in PART_VALUES}}


def _in_the_tray(present: State, state: State) -> State:
    """The items and parts of the sessions that go to the tray, or lie there already, as far as they are not needed."""
    in_tray = {key[1] for key, row in state.items() if key[0] == "agenda_sessions" and row["in_tray"]}
    free = {key: row for key, row in present.items() if key not in state}
    items = {key: row for key, row in free.items() if key[0] == "agenda_items" and row["session"] in in_tray}
    parts = {key: row for key, row in free.items() if key[0] == "parts" and ("agenda_items", row["item"]) in items}
    return {**items, **parts}
