"""The verbs of the board: each from what was sent to one action."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from eventapp.access import current_actor, current_event
from eventapp.agenda import actions, schemas
from eventapp.agenda.actions.changing import stale
from eventapp.agenda.errors import FarFromEvent, HallElsewhere, TimeSkipped, TrackElsewhere
from eventapp.agenda.models import AgendaItem, AgendaSession
from eventapp.agenda.queries import find_item, find_session
from eventapp.agenda.queries.arranging import find_track
from eventapp.agenda.queries.history import last_change_of
from eventapp.errors import Malformed, NotFound
from eventapp.events.queries import halls_of
from eventapp.walltime import YEARS, SkippedTime, local_to_utc

DETAILS = ("kind", "title_en", "title_zh", "summary_en", "summary_zh", "language", "expected", "fixed")
Verb = Callable[[Any, dict[str, Any]], object]


def _create(sent: schemas.Create, by: dict[str, Any]) -> None:
    starts, ends = times(sent, None)
    values = {**_details(sent), "hall_id": hall_id_of(sent.hall), "in_tray": sent.in_tray}
    actions.create_session(current_event().id, starts_at=starts, ends_at=ends, **values, **by)


def _change(sent: schemas.Change, by: dict[str, Any]) -> None:
    actions.change_session(load_session_of_board(sent.session).id, **_details(sent), **by)


def _move(sent: schemas.Move, by: dict[str, Any]) -> None:
    row = load_session_of_board(sent.session)
    starts, ends = times(sent, row)
    actions.move_session(row.id, starts_at=starts, ends_at=ends, hall_id=hall_or_same(sent, row), **by)


def _resize(sent: schemas.Resize, by: dict[str, Any]) -> None:
    row = load_session_of_board(sent.session)
    starts = _start(sent) or row.starts_at
    ends = _end(sent, starts) or row.ends_at
    actions.resize_session(row.id, starts_at=starts, ends_at=ends, **by)


def _place(sent: schemas.Move, by: dict[str, Any]) -> None:
    row = load_session_of_board(sent.session)
    starts, ends = times(sent, row)
    actions.place_session(row.id, starts_at=starts, ends_at=ends, hall_id=hall_or_same(sent, row), **by)


def _copy(sent: schemas.Move, by: dict[str, Any]) -> None:
    row = load_session_of_board(sent.session)
    actions.copy_session(row.id, starts_at=_start(sent), hall_id=hall_or_same(sent, row), **by)


def _split(sent: schemas.Split, by: dict[str, Any]) -> None:
    row = load_session_of_board(sent.session)
    at = row.starts_at + timedelta(minutes=sent.minutes) if sent.minutes else sent.at
    actions.split_session(row.id, at=at, item_id=_item(row, sent.item).id if sent.item else None, **by)


def _swap(sent: schemas.Swap, by: dict[str, Any]) -> None:
    other = load_session_of_board(sent.other)
    actions.swap_sessions(load_session_of_board(sent.session).id, other.id, other_sequence=sent.other_sequence, **by)


def _shift(sent: schemas.Shift, by: dict[str, Any]) -> None:
    actions.shift_after(load_session_of_board(sent.session).id, sent.minutes, all_halls=sent.all_halls, **by)


def _plain(action: Callable[..., object]) -> Verb:
    """A verb that takes nothing but its session, and cannot clash."""

    def act(sent: schemas.OfSession, by: dict[str, Any]) -> None:
        action(load_session_of_board(sent.session).id, by=by["by"], sequence=by["sequence"])

    return act


def _reinstate(sent: schemas.OfSession, by: dict[str, Any]) -> None:
    actions.reinstate_session(load_session_of_board(sent.session).id, **by)


def _item_move(sent: schemas.ItemMove, by: dict[str, Any]) -> None:
    item = _item(load_session_of_board(sent.session), sent.item)
    if sent.to_session:
        actions.move_item_to(item.id, load_session_of_board(sent.to_session).id, **by)
    else:
        actions.move_item(item.id, sent.direction or sent.position or 1, **by)


def _item_minutes(sent: schemas.ItemMinutes, by: dict[str, Any]) -> None:
    actions.change_item(_item(load_session_of_board(sent.session), sent.item).id, minutes=sent.minutes, **by)


def _order(sent: schemas.OfItem, by: dict[str, Any]) -> None:
    item = _item(load_session_of_board(sent.session), sent.item)
    actions.order_people(item.id, by=by["by"], sequence=by["sequence"])


def _undo(sent: schemas.Undo, by: dict[str, Any]) -> None:
    actions.undo(current_event().id, number=sent.number, **by)


def _redo(_sent: schemas.Asked, by: dict[str, Any]) -> None:
    actions.redo(current_event().id, **by)


VERBS: dict[str, tuple[type[schemas.Asked], Verb]] = {
    "create": (schemas.Create, _create),
    "change": (schemas.Change, _change),
    "move": (schemas.Move, _move),
    "resize": (schemas.Resize, _resize),
    "to-tray": (schemas.OfSession, _plain(actions.put_in_tray)),
    "place": (schemas.Move, _place),
    "copy": (schemas.Move, _copy),
    "split": (schemas.Split, _split),
    "swap": (schemas.Swap, _swap),
    "shift": (schemas.Shift, _shift),
    "delete": (schemas.OfSession, _plain(actions.delete_session)),
    "cancel": (schemas.OfSession, _plain(actions.cancel_session)),
    "reinstate": (schemas.OfSession, _reinstate),
    "item-move": (schemas.ItemMove, _item_move),
    "item-minutes": (schemas.ItemMinutes, _item_minutes),
    "order": (schemas.OfItem, _order),
    "undo": (schemas.Undo, _undo),
    "redo": (schemas.Asked, _redo),
}


def going_on(sent: schemas.Asked) -> dict[str, Any]:
    """What every action is told: who does it, upon which version, and whether in spite of clashes."""
    found = {"by": current_actor(), "despite_clashes": sent.despite_clashes}
    return {**found, "sequence": sent.sequence} if isinstance(sent, schemas.OfSession) else found


def load_session_of_board(public_id: str) -> AgendaSession:
    """A session of this event. Raises NotFound; Stale if somebody has deleted it."""
    here = current_event()
    row = find_session(here.id, public_id)
    if row is None:
        key = ("agenda_sessions", public_id)
        raise stale(here.id, key) if last_change_of(here.id, [key]) else NotFound
    return row


def _item(row: AgendaSession, public_id: str) -> AgendaItem:
    """An item of a session. Raises NotFound; Stale if somebody has deleted or moved it."""
    item = find_item(row.id, public_id)
    if item is None:
        key = ("agenda_items", public_id)
        raise stale(row.event_id, key) if last_change_of(row.event_id, [key]) else NotFound
    return item


def times(sent: schemas.Times, row: AgendaSession | None) -> tuple[datetime, datetime]:
    """Start and end; what is not sent is as it was, and a session that only moves is as long as it was."""
    starts = _start(sent) or (row.starts_at if row else current_event().starts_at)
    length = row.ends_at - row.starts_at if row else timedelta(minutes=30)
    return starts, _end(sent, starts) or starts + length


def _start(sent: schemas.Times) -> datetime | None:
    """Raises TimeSkipped, FarFromEvent."""
    if sent.local_start is None:
        return sent.starts_at
    try:
        wall = datetime.fromisoformat(sent.local_start)
        if wall.year not in YEARS:
            raise FarFromEvent
        return local_to_utc(wall.date(), wall.time(), current_event().time_zone)
    except SkippedTime:
        raise TimeSkipped(clock=sent.local_start[11:]) from None
    except ValueError:
        raise Malformed from None


def _end(sent: schemas.Times, starts: datetime) -> datetime | None:
    return starts + timedelta(minutes=sent.minutes) if sent.minutes else sent.ends_at


def hall_or_same(sent: schemas.Place, row: AgendaSession | None) -> int | None:
    """The hall that was sent; without the word the session stays in its own. Raises HallElsewhere."""
    return hall_id_of(sent.hall) if row is None or "hall" in sent.model_fields_set else row.hall_id


def hall_id_of(public_id: str | None) -> int | None:
    """Raises HallElsewhere."""
    halls = {hall.public_id: hall.id for hall in halls_of(current_event().id)}
    if public_id is not None and public_id not in halls:
        raise HallElsewhere
    return halls[public_id] if public_id else None


def _details(sent: schemas.Details) -> dict[str, Any]:
    """What was sent of a session's own values. Raises TrackElsewhere."""
    # Only `expected` and the track can be nothing; a null for another value is as if it had not been sent.
    found = {name: getattr(sent, name) for name in DETAILS if name in sent.model_fields_set}
    values = {name: value for name, value in found.items() if value is not None or name == "expected"}
    if "track" in sent.model_fields_set:
        track = find_track(current_event().id, sent.track) if sent.track else None
        if sent.track and track is None:
            raise TrackElsewhere
        values["track_id"] = track.id if track else None
    return values
