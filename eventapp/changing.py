"""What changes of rows share: load as it stands, refuse what is stale, note what changed, keep an order set by hand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import select

from eventapp.db import Base, db
from eventapp.errors import NotFound, Stale

Row = TypeVar("Row", bound=Base)
Changed = dict[str, Any]


def version_of(row: Any, columns: Iterable[str]) -> str:
    """A short name for what these columns hold now; a form carries it, so that a change made meanwhile is noticed."""
    held = json.dumps({column: plain(attrgetter(column)(row)) for column in sorted(columns)})
    return hashlib.sha256(held.encode()).hexdigest()[:16]


def load_to_change(model: type[Row], row_id: int, version: str | None = None, columns: Iterable[str] = ()) -> Row:
    """A row as it stands now, held until the transaction ends; with a `version`, only if these columns still hold it.

    Raises NotFound, Stale.
    """
    which: Any = model
    row = db.session.scalars(
        select(model)
        .where(which.id == row_id)
        .with_for_update(key_share=True, of=model)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    if version is not None and version != version_of(row, columns):
        raise Stale
    return row


def fill(row: Any, values: Changed, allowed: Iterable[str]) -> tuple[Changed, Changed]:
    """Set a row's columns; what really changed, before and after, as plain JSON values."""
    unknown = values.keys() - set(allowed)
    if unknown:
        raise TypeError(f"no such values of {row.__tablename__}: {', '.join(sorted(unknown))}")
    changed = [key for key, value in values.items() if getattr(row, key) != value]
    before = {key: plain(getattr(row, key)) for key in changed}
    for key in changed:
        setattr(row, key, values[key])
    return before, {key: plain(values[key]) for key in changed}


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


def plain(value: Any) -> Any:
    """A column's value as JSON keeps it."""
    return value.isoformat() if isinstance(value, datetime | time) else value
