"""What the outbox holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from eventapp.db import db
from eventapp.messaging.models import OutboxMessage


def due_ids(at: datetime, limit: int) -> Sequence[int]:
    """Rows to be delivered at a moment, oldest first: queued ones, and those whose worker's lease has run out."""
    due = (OutboxMessage.state == "queued") & (OutboxMessage.next_attempt_at <= at)
    left_behind = (OutboxMessage.state == "sending") & (OutboxMessage.leased_until < at)
    return db.session.scalars(
        select(OutboxMessage.id).where(due | left_behind).order_by(OutboxMessage.next_attempt_at, OutboxMessage.id).limit(limit)
    ).all()


def sent_within(recipient: str, since: datetime) -> int:
    """How many messages one recipient was sent since a moment."""
    return (
        db.session.scalar(
            select(func.count()).where(OutboxMessage.recipient == recipient, OutboxMessage.sent_at >= since)
        )
        or 0
    )


def latest_messages(limit: int = 50) -> Sequence[OutboxMessage]:
    """The newest messages of the installation, for development's mail reader."""
    return db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(limit)).all()


def messages_of_event(event_id: int, state: str | None = None, limit: int = 200) -> Sequence[OutboxMessage]:
    """The newest messages of an event, optionally of one state."""
    query = select(OutboxMessage).where(OutboxMessage.event_id == event_id)
    if state:
        query = query.where(OutboxMessage.state == state)
    return db.session.scalars(query.order_by(OutboxMessage.id.desc()).limit(limit)).all()


def count_failed(event_id: int) -> int:
    """How many messages of an event failed for good."""
    return (
        db.session.scalar(
            select(func.count()).where(OutboxMessage.event_id == event_id, OutboxMessage.state == "failed")
        )
        or 0
    )


def find_message(public_id: str) -> OutboxMessage | None:
    return db.session.scalar(select(OutboxMessage).where(OutboxMessage.public_id == public_id))
