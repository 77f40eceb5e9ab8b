"""Set up where passes are scanned."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.checkin.errors import CheckpointCodeTaken
from eventapp.checkin.models import Checkpoint, checkpoint_categories
from eventapp.db import transaction


def add_checkpoint(event_id: int, *, by: Actor, code: str, category_ids: Iterable[int] = (), **values: Any) -> Checkpoint:
    """Add a gate, a hall's door or a desk; without categories it admits all of them. Raises CheckpointCodeTaken."""
    with transaction() as session:
        last = session.scalar(select(func.max(Checkpoint.position)).where(Checkpoint.event_id == event_id)) or 0
        checkpoint = Checkpoint(event_id=event_id, code=code, position=last + 1, **values)
        session.add(checkpoint)
        try:
            session.flush()
        except IntegrityError:
            raise CheckpointCodeTaken from None
        limits = [{"checkpoint_id": checkpoint.id, "category_id": category_id} for category_id in category_ids]
        if limits:
            session.execute(insert(checkpoint_categories), limits)
        record("add_checkpoint", checkpoint, by=by, event_id=event_id, after={"code": code})
        return checkpoint
