"""Write messages into the outbox, and deliver what is due."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import delete, select, update

from eventapp.clock import now
from eventapp.db import after_commit, announce, db, insert_new, transaction
from eventapp.jobs import jobs
from eventapp.messaging.errors import DeliveryFailed, NotFailed, NothingToSay
from eventapp.messaging.models import OutboxMessage
from eventapp.messaging.queries import due_ids, not_cancelled, sent_within

LEASE = timedelta(minutes=5)
# Exponential: 1, 2, 4 … minutes, at most 6 hours; after twelve tries (about a day) the row fails.
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
MOST_ATTEMPTS = 12
# One recipient gets at most this many messages an hour; the rest wait.
RECIPIENT_LIMIT = 20
RECIPIENT_WINDOW = timedelta(hours=1)
# So many rows are written by one statement.
CHUNK = 1000
# Also what a worker is about to send: it may fail, or have died.
UNSENT = OutboxMessage.state != "sent"

log = structlog.get_logger("eventapp.messaging")


@dataclass(frozen=True)
class Outgoing:
    """One of many messages: what it tells, to whom, and the plain values that its renderer needs."""

    cause: str
    recipient: str
    language: str
    template: str
    values: dict[str, Any]


@dataclass(frozen=True)
class MessageRetried:
    """Someone asked to try a failed message again."""

    message_id: int
    event_id: int | None
    by: Any


@dataclass(frozen=True)
class MessageFailed:
    """A message was given up: the mail server refused it for good, or could not be reached for a day."""

    message_id: int
    event_id: int | None
    recipient: str
    template: str
    values: dict[str, Any]


def enqueue_message(
    *, cause: str, recipient: str, language: str, template: str, values: dict[str, Any], event_id: int | None = None
) -> bool:
    """Put a message into the outbox, in the transaction of the fact it tells.

    Returns False, and changes nothing, when this cause was already told to this recipient.
    """
    with transaction() as session:
        added = session.execute(
            insert_new(OutboxMessage)
            .values(
                cause=cause,
                recipient=recipient,
                language=language,
                template=template,
                values=values,
                event_id=event_id,
                created_at=now(),
                next_attempt_at=now(),
            )
            .returning(OutboxMessage.id)
        ).first()
        if added is not None:
            wake = jobs().wake
            after_commit(lambda: wake("deliver_outbox"))
        return added is not None


def enqueue_many(messages: Sequence[Outgoing], *, event_id: int, mailing_id: int | None = None) -> None:
    """Put many messages into the outbox, in the transaction of the fact they tell.

    Whom the cause was told to already is passed over.
    """
    if not messages:
        return
    at = now()
    same = {"event_id": event_id, "mailing_id": mailing_id, "created_at": at, "next_attempt_at": at}
    with transaction() as session:
        for start in range(0, len(messages), CHUNK):
            rows = [{**asdict(message), **same} for message in messages[start : start + CHUNK]]
            session.execute(insert_new(OutboxMessage), rows)
        wake = jobs().wake
        after_commit(lambda: wake("deliver_outbox"))


def deliver_due(send: Callable[[OutboxMessage], None], limit: int = 100) -> int:
    """Deliver what is due by `send`, one message after the other; returns how many were sent.

    Each row is leased before it is sent, so that any number of workers may run. A worker that dies while
    sending leaves a lease that ends by itself: at least once, with the same Message-ID.
    """
    sent = 0
    for message_id in due_ids(now(), limit):
        lease = _lease(message_id)
        if lease and _deliver(message_id, lease, send):
            sent += 1
    return sent


def retry_message(message_id: int, *, by: Any) -> None:
    """Put a failed message back into the queue. Raises NotFailed."""
    with transaction() as session:
        changed = session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == message_id, OutboxMessage.state == "failed", not_cancelled())
            .values(state="queued", attempts=0, next_attempt_at=now())
            .returning(OutboxMessage.event_id)
        ).first()
        if changed is None:
            raise NotFailed
        announce(MessageRetried(message_id, changed.event_id, by))
        wake = jobs().wake
        after_commit(lambda: wake("deliver_outbox"))


def take_back_messages(
    event_id: int,
    is_meant: Callable[[OutboxMessage], bool],
    *,
    recipient: str | None = None,
    templates: Collection[str] = (),
) -> None:
    """Delete an event's messages that were not sent and must not be any more, by where they go or of what kind they are.

    What a worker is sending is deleted, too, so that it is not tried again.
    """
    with transaction() as session:
        found = select(OutboxMessage).where(OutboxMessage.event_id == event_id, UNSENT)
        if recipient is not None:
            found = found.where(OutboxMessage.recipient == recipient)
        if templates:
            found = found.where(OutboxMessage.template.in_(templates))
        ids = [message.id for message in session.scalars(found) if is_meant(message)]
        session.execute(delete(OutboxMessage).where(OutboxMessage.id.in_(ids), UNSENT))


def readdress_messages(
    event_id: int, templates: Collection[str], new: str, is_meant: Callable[[OutboxMessage], bool]
) -> None:
    """Send an event's messages of these kinds that were not sent, or could not be delivered where they went, to another address.

    A worker that is sending one loses its lease: whatever comes of it, the new address is written to.
    """
    with transaction() as session:
        found = select(OutboxMessage).where(
            OutboxMessage.event_id == event_id,
            OutboxMessage.template.in_(templates),
            OutboxMessage.recipient != new,
            UNSENT,
        )
        ids = [message.id for message in session.scalars(found) if is_meant(message)]
        again = {"recipient": new, "state": "queued", "attempts": 0, "next_attempt_at": now()}
        unleased = {"lease": None, "leased_until": None}
        session.execute(update(OutboxMessage).where(OutboxMessage.id.in_(ids), UNSENT).values(**again, **unleased))


def delete_messages_to(recipients: Collection[str]) -> None:
    """Forget the messages to these addresses that belong to no event; an event's go with the event."""
    with transaction() as session:
        session.execute(
            delete(OutboxMessage).where(OutboxMessage.event_id.is_(None), OutboxMessage.recipient.in_(recipients))
        )


def _lease(message_id: int) -> str | None:
    """Claim one row for a while; None when another worker has it."""
    lease, at = secrets.token_hex(8), now()
    with transaction() as session:
        claimed = session.execute(
            update(OutboxMessage)
            .where(
                OutboxMessage.id == message_id,
                (OutboxMessage.state == "queued") & (OutboxMessage.next_attempt_at <= at)
                | (OutboxMessage.state == "sending") & (OutboxMessage.leased_until < at),
            )
            .values(state="sending", lease=lease, leased_until=at + LEASE, attempts=OutboxMessage.attempts + 1)
        )
        return lease if claimed.rowcount else None


def _deliver(message_id: int, lease: str, send: Callable[[OutboxMessage], None]) -> bool:
    message = db.session.scalars(select(OutboxMessage).where(OutboxMessage.id == message_id)).one()
    if sent_within(message.recipient, now() - RECIPIENT_WINDOW) >= RECIPIENT_LIMIT:
        _settle(
            message_id,
            lease,
            state="queued",
            next_attempt_at=now() + RECIPIENT_WINDOW / 6,
            attempts=message.attempts - 1,
        )
        return False
    attempts = message.attempts
    given_up = MessageFailed(message_id, message.event_id, message.recipient, message.template, message.values)
    try:
        send(message)
    except NothingToSay:
        _drop(message_id, lease)
        return False
    except DeliveryFailed as failure:
        _settle(message_id, lease, given_up, **_after_failure(failure, attempts, now()))
        log.warning(
            "mail not sent", message=message_id, attempts=attempts, error=str(failure), permanent=failure.permanent
        )
        return False
    _settle(message_id, lease, state="sent", sent_at=now(), last_error="")
    return True


def _drop(message_id: int, lease: str) -> None:
    with transaction() as session:
        session.execute(delete(OutboxMessage).where(OutboxMessage.id == message_id, OutboxMessage.lease == lease))


def _after_failure(failure: DeliveryFailed, attempts: int, at: datetime) -> dict[str, Any]:
    if failure.permanent or attempts >= MOST_ATTEMPTS:
        return {"state": "failed", "last_error": str(failure)}
    pause = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    return {"state": "queued", "next_attempt_at": at + pause, "last_error": str(failure)}


def _settle(message_id: int, lease: str, given_up: MessageFailed | None = None, **values: Any) -> None:
    with transaction() as session:
        settled = session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == message_id, OutboxMessage.lease == lease)
            .values(lease=None, leased_until=None, **values)
        )
        if given_up is not None and values["state"] == "failed" and settled.rowcount:
            announce(given_up)
