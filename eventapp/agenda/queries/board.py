"""The agenda as its editor's board shows it, whole or as far as it changed after a change that the editor knows."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from eventapp.accounts.actor import Actor
from eventapp.agenda.history import sessions_in
from eventapp.agenda.models import AgendaChange, AgendaItem, AgendaSession, Part, Track
from eventapp.agenda.queries.arranging import tracks_of
from eventapp.agenda.queries.clashing import ToldClash, clashes_of
from eventapp.agenda.queries.history import (
    change_to_undo,
    changes_after,
    find_change,
    last_number,
    undo_to_redo,
    what_was_done,
    who_did,
)
from eventapp.agenda.scopes import Scope
from eventapp.agenda.times import day_of
from eventapp.db import db
from eventapp.events.models import Event, Hall
from eventapp.events.queries import halls_of
from eventapp.walltime import wall_of

Json = dict[str, Any]
MOST_DAYS = 60


class Reader:
    """Who looks at the board: what they did last, and what they may change."""

    def __init__(self, by: Actor, *, may_change: bool, scope: Scope | None) -> None:
        self.by, self.may_change, self.scope = by, may_change, scope

    def may_change_session(self, row: AgendaSession) -> bool:
        track, hall = (found.public_id if found else None for found in (row.track, row.hall))
        return self.may_change and (self.scope is None or self.scope.allows(track, hall))


def whole_board(event: Event, reader: Reader) -> Json:
    """All that the board shows. The number is read first: what is committed meanwhile is told once more."""
    number = last_number(event.id)
    rows = _sessions(event.id, None)
    halls = [_hall(hall) for hall in halls_of(event.id)]
    return {
        "number": number,
        "setup": _setup(event, halls),
        "event": {**_clock(event), "slug": event.slug, "days": [day.isoformat() for day in _days(event, rows)]},
        "halls": halls,
        "tracks": [_track(track) for track in tracks_of(event.id)],
        "sessions": _told(event, rows, reader),
        "removed": [],
        "changes": [],
        "clashes": _clashes(event.id),
        **_back_and_forth(event.id, reader.by),
    }


def board_after(event: Event, number: int, reader: Reader, setup: str = "") -> Json:
    """What changed after a change: sessions as they are now, those that are gone, who did what, and what clashes.

    Where nothing did, nothing is said of clashes. Where a track did, or a change is unknown here, the whole board; so
    where the editor's `setup` is known and the event's halls, days or clock are others by now.
    """
    changes = changes_after(event.id, number)
    others = bool(setup) and setup != _setup(event, [_hall(hall) for hall in halls_of(event.id)])
    if others or _needs_whole(event.id, number, changes):
        return {**whole_board(event, reader), "changes": _changes(changes, reader)}
    if not changes:
        return {"number": number, "sessions": [], "removed": [], "changes": [], **_back_and_forth(event.id, reader.by)}
    touched = set().union(*(sessions_in(change.changes) for change in changes))
    rows = _sessions(event.id, touched)
    return {
        "number": changes[-1].number,
        "sessions": _told(event, rows, reader),
        "removed": sorted(touched - {row.public_id for row in rows}),
        "changes": _changes(changes, reader),
        "clashes": _clashes(event.id),
        **_back_and_forth(event.id, reader.by),
    }


def session_on_board(event: Event, public_id: str, reader: Reader) -> Json | None:
    """One session as the board shows it; None if it is not there any more."""
    found = _told(event, _sessions(event.id, {public_id}), reader)
    return found[0] if found else None


def told_clash(clash: ToldClash) -> Json:
    """A clash with what would mend it, as a verb of the board and what is sent with it."""
    told = clash.as_json()
    mend = told["mend"]
    if mend:
        ways = {"move": ("starts_at", "ends_at", "hall"), "resize": ("starts_at", "ends_at"), "order": ("item",)}
        values = {name: mend[name] for name in ways[mend["verb"]]}
        told["mend"] = {**{name: mend[name] for name in ("verb", "sentence", "session", "sequence")}, "values": values}
    return told


def _setup(event: Event, halls: list[Json]) -> str:
    """A short name for what the board is drawn upon: the halls, the days, the clock."""
    told = json.dumps([_clock(event), event.starts_at.isoformat(), event.ends_at.isoformat(), halls])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _clock(event: Event) -> Json:
    return {"zone": event.time_zone, "day_starts": event.day_starts.isoformat("minutes")}


def _needs_whole(event_id: int, number: int, changes: Sequence[AgendaChange]) -> bool:
    if any(row["table"] == "tracks" for change in changes for row in change.changes):
        return True
    # A database that was put back from a backup has fewer changes than its editors know.
    return not changes and number > last_number(event_id)


def _sessions(event_id: int, only: Collection[str] | None) -> Sequence[AgendaSession]:
    query = select(AgendaSession).where(AgendaSession.event_id == event_id)
    if only is not None:
        query = query.where(AgendaSession.public_id.in_(only))
    query = query.options(joinedload(AgendaSession.hall), joinedload(AgendaSession.track))
    query = query.execution_options(populate_existing=True)
    return db.session.scalars(query.order_by(AgendaSession.starts_at, AgendaSession.id)).all()


def _told(event: Event, rows: Sequence[AgendaSession], reader: Reader) -> list[Json]:
    ids = [row.id for row in rows]
    items, people = _items(ids), _people(ids)
    return [
        {
            "id": row.public_id,
            "sequence": row.sequence,
            "kind": row.kind,
            "title_en": row.title_en,
            "title_zh": row.title_zh,
            "starts_at": row.starts_at.isoformat(),
            "ends_at": row.ends_at.isoformat(),
            "local_start": wall_of(row.starts_at, event.time_zone).isoformat("T", "minutes"),
            "minutes": (row.ends_at - row.starts_at) // timedelta(minutes=1),
            "hall": row.hall.public_id if row.hall else None,
            "track": row.track.public_id if row.track else None,
            "status": row.status,
            "in_tray": row.in_tray,
            "fixed": row.fixed,
            "language": row.language,
            "expected": row.expected,
            "items": [_item(item, people[item.id]) for item in items[row.id]],
            "may_change": reader.may_change_session(row),
        }
        for row in rows
    ]


def _items(session_ids: Sequence[int]) -> dict[int, list[AgendaItem]]:
    found: dict[int, list[AgendaItem]] = defaultdict(list)
    query = select(AgendaItem).where(AgendaItem.session_id.in_(session_ids)).execution_options(populate_existing=True)
    for item in db.session.scalars(query.order_by(AgendaItem.position, AgendaItem.id)):
        found[item.session_id].append(item)
    return found


def _people(session_ids: Sequence[int]) -> dict[int, list[str]]:
    """The names of who or what appears, by item."""
    found: dict[int, list[str]] = defaultdict(list)
    query = select(Part).join(Part.item).where(AgendaItem.session_id.in_(session_ids))
    query = query.options(joinedload(Part.person), joinedload(Part.organisation))
    for part in db.session.scalars(query.order_by(Part.position, Part.id)):
        found[part.item_id].append(_name(part))
    return found


def _name(part: Part) -> str:
    if part.person is not None:
        return str(part.person.shown_name)
    return str(part.organisation.name if part.organisation is not None else part.object_name)


def _item(item: AgendaItem, people: list[str]) -> Json:
    return {
        "id": item.public_id,
        "kind": item.kind,
        "title_en": item.title_en,
        "title_zh": item.title_zh,
        "minutes": item.minutes,
        "position": item.position,
        "people": people,
    }


def _hall(hall: Hall) -> Json:
    names = {"name_en": hall.name_en, "name_zh": hall.name_zh}
    return {"id": hall.public_id, **names, "colour": hall.colour, "capacity": hall.capacity}


def _track(track: Track) -> Json:
    return {"id": track.public_id, "name_en": track.name_en, "name_zh": track.name_zh, "colour": track.colour}


def _days(event: Event, rows: Sequence[AgendaSession]) -> list[date]:
    """The days of the event, and others on which something takes place."""
    first, last = (day_of(moment, event.time_zone, event.day_starts) for moment in (event.starts_at, event.ends_at))
    days = {first + timedelta(days=number) for number in range(min((last - first).days, MOST_DAYS) + 1)}
    taken = {day_of(row.starts_at, event.time_zone, event.day_starts) for row in rows if not row.in_tray}
    return sorted(days | taken)


def _clashes(event_id: int) -> list[Json]:
    return [told_clash(clash) for clash in clashes_of(event_id)]


def _changes(changes: Sequence[AgendaChange], reader: Reader) -> list[Json]:
    """Who did what. A session that others changed, too, is not told as one's own: who saw neither must look again."""
    mine = [(change.by_kind, change.by_id) == (reader.by.kind, reader.by.id) for change in changes]
    others = set().union(
        *(sessions_in(change.changes) for change, own in zip(changes, mine, strict=True) if not own), set()
    )
    return [
        {
            "number": change.number,
            "by": who_did(change),
            "at": change.at.isoformat(),
            "label": what_was_done(change),
            "mine": own,
            "sessions": sorted(sessions_in(change.changes) - (others if own else set())),
        }
        for change, own in zip(changes, mine, strict=True)
    ]


def _back_and_forth(event_id: int, by: Actor) -> Json:
    """What one may undo and do again."""
    done, undone = change_to_undo(event_id, by), undo_to_redo(event_id, by)
    again = find_change(event_id, undone.undoes) if undone and undone.undoes else None
    return {
        "undo": {"label": what_was_done(done)} if done else None,
        "redo": {"label": what_was_done(again)} if again else None,
    }
