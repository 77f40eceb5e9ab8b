"""Access codes: made, changed, ended. How they are used stands in `ways`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.changing import fill, load_to_change
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.registration.errors import CodeTaken, UsesBelowUsed
from eventapp.registration.models import ACCESS_CODE_VALUES, ACCESS_CODE_VERSION, AccessCode, Category
from eventapp.registration.queries import code_key


def add_access_code(
    event_id: int,
    *,
    by: Actor,
    code: str,
    categories: Collection[int],
    most_uses: int | None = None,
    expires_at: datetime | None = None,
    note: str = "",
) -> AccessCode:
    """Make a word that opens these categories (their ids) of the event. `expires_at` in UTC. Raises CodeTaken."""
    with transaction() as session:
        row = AccessCode(
            event_id=event_id,
            code=code,
            code_key=code_key(code),
            most_uses=most_uses,
            used=0,
            expires_at=expires_at,
            note=note,
            created_at=now(),
            categories=_categories(event_id, categories),
        )
        session.add(row)
        _flush()
        after = {"code": code, "most_uses": most_uses, "categories": [category.code for category in row.categories]}
        record("add_access_code", row, by=by, event_id=event_id, after=after)
        return row


def change_access_code(
    code_id: int, *, by: Actor, categories: Collection[int], version: str | None = None, **values: Any
) -> AccessCode:
    """Change the word, what it opens, how often, until when. Raises CodeTaken, UsesBelowUsed, Stale."""
    with transaction():
        row = load_to_change(AccessCode, code_id, version, ACCESS_CODE_VERSION)
        most_uses = values.get("most_uses", row.most_uses)
        if most_uses is not None and most_uses < row.used:
            raise UsesBelowUsed(used=row.used)
        opened = row.opens
        before, after = fill(row, values, ACCESS_CODE_VALUES)
        row.code_key = code_key(row.code)
        row.categories = _categories(row.event_id, categories)
        _flush()
        if row.opens != opened:
            before, after = {**before, "categories": opened}, {**after, "categories": row.opens}
        if after:
            record("change_access_code", row, by=by, event_id=row.event_id, before=before, after=after)
        return row


def end_access_code(code_id: int, *, by: Actor) -> None:
    """Let nobody else in with this code; those who came with it stay. Ending it again changes nothing."""
    with transaction():
        row = load_to_change(AccessCode, code_id)
        if row.ended_at is None:
            row.ended_at = now()
            record("end_access_code", row, by=by, event_id=row.event_id, after={"code": row.code, "used": row.used})


def _categories(event_id: int, ids: Collection[int]) -> list[Category]:
    """Those of the ids that are categories of this event."""
    with transaction() as session:
        query = select(Category).where(Category.event_id == event_id, Category.id.in_(list(ids)))
        return list(session.scalars(query.order_by(Category.position)))


def _flush() -> None:
    with transaction() as session:
        try:
            session.flush()
        except IntegrityError:
            raise CodeTaken from None
