"""One change at a time of what an event has several of in an order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.changing import Row, load_to_change, put_in_order, swapped
from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.events.models import Event


def load_with_event(model: type[Row], row_id: int, version: str | None = None, columns: Iterable[str] = ()) -> Any:
    """A row of an event to change. The event is held first, so that two changes of one order cannot cross.

    Raises NotFound, Stale.
    """
    row: Any = db.session.get(model, row_id)
    if row is None:
        raise NotFound
    load_to_change(Event, row.event_id)
    return load_to_change(model, row_id, version, columns)


def move_in_order(action: str, rows: Sequence[Any], row: Any, direction: str, *, by: Actor) -> None:
    """Move one of an event's rows 'up' or 'down' by one place; the event is held already."""
    before = row.position
    put_in_order(swapped(rows, row, direction))
    places = {"position": before}, {"position": row.position}
    record(action, row, by=by, event_id=row.event_id, before=places[0], after=places[1])
