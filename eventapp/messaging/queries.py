"""What the outbox holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from eventapp.db import db
from eventapp.messaging.models import Mailing, OutboxMessage

# What is told of a release to those affected.
AGENDA_NEWS = "agenda_news"
# What goes to many waits for what is written to one.
TO_MANY = ("mailing", AGENDA_NEWS)


def due_ids(at: datetime, limit: int) -> Sequence[int]:
    """Rows to be delivered at a moment: queued ones, and those whose worker's lease has run out.

    The oldest first, but what is written to one person goes before what is written to many.
    """
    due = (OutboxMessage.state == "queued") & (OutboxMessage.next_attempt_at <= at)
    left_behind = (OutboxMessage.state == "sending") & (OutboxMessage.leased_until < at)
    return db.session.scalars(
        select(OutboxMessage.id)
        .where(due | left_behind, not_cancelled())
        .order_by(OutboxMessage.template.in_(TO_MANY), OutboxMessage.next_attempt_at, OutboxMessage.id)
        .limit(limit)
    ).all()


def sent_within(recipient: str, since: datetime) -> int:
    """How many messages one recipient was sent since a moment."""
    return (
        db.session.scalar(
            select(func.count()).where(OutboxMessage.recipient == recipient, OutboxMessage.sent_at >= since)
        )
        or 0
    )


def asked_for(
    template: str, event_id: int, *, cause: str = "", recipient: str = "", since: datetime | None = None
) -> int:
    """How many messages of a template an event has, by what caused them, to whom they go, or since when."""
    wanted = [OutboxMessage.template == template, OutboxMessage.event_id == event_id]
    if cause:
        wanted.append(OutboxMessage.cause == cause)
    if recipient:
        wanted.append(OutboxMessage.recipient == recipient)
    if since is not None:
        wanted.append(OutboxMessage.created_at >= since)
    return db.session.scalar(select(func.count()).select_from(OutboxMessage).where(*wanted)) or 0


def latest_messages(limit: int = 50) -> Sequence[OutboxMessage]:
    """The newest messages of the installation, for development's mail reader."""
    return db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(limit)).all()


def messages_of_event(event_id: int, state: str | None = None, limit: int = 200) -> Sequence[OutboxMessage]:
    """The newest messages of an event, optionally of one state."""
    query = select(OutboxMessage).where(OutboxMessage.event_id == event_id)
    if state:
        query = query.where(OutboxMessage.state == state)
    return db.session.scalars(query.order_by(OutboxMessage.id.desc()).limit(limit)).all()


def told_of(event_id: int, template: str, cause: str) -> Progress:
    """How far the messages of a template are whose cause begins with these words."""
    rows = db.session.execute(
        select(OutboxMessage.state, func.count())
        .where(OutboxMessage.event_id == event_id, OutboxMessage.template == template)
        .where(OutboxMessage.cause.startswith(f"{cause}:", autoescape=True))
        .group_by(OutboxMessage.state)
    ).all()
    states: dict[str, int] = dict(rows)
    return _progress(sum(states.values()), states)


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


# -- Mailings ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Progress:
    """How far a mailing is, in messages."""

    total: int = 0
    sent: int = 0
    waiting: int = 0
    failed: int = 0

    @property
    def stopped(self) -> int:
        """How many were cancelled before they were sent."""
        return self.total - self.sent - self.waiting - self.failed

    @property
    def settled(self) -> int:
        return self.total - self.waiting


def not_cancelled() -> ColumnElement[bool]:
    """A condition: the message is of no mailing, or of one that was not cancelled."""
    cancelled = select(Mailing.id).where(Mailing.state == "cancelled")
    return or_(OutboxMessage.mailing_id.is_(None), OutboxMessage.mailing_id.not_in(cancelled))


def mailings_of(event_id: int, audiences: Iterable[str], limit: int = 200) -> Sequence[Mailing]:
    """The mailings of an event to these audiences, the newest first."""
    query = select(Mailing).where(Mailing.event_id == event_id, Mailing.audience.in_(list(audiences)))
    return db.session.scalars(query.order_by(Mailing.id.desc()).limit(limit)).all()


def mailing_of_event(event_id: int, public_id: str) -> Mailing | None:
    """A mailing of one event; another event's is not found."""
    if not public_id.isalnum():
        return None
    return db.session.scalar(select(Mailing).where(Mailing.event_id == event_id, Mailing.public_id == public_id))


def mailing_by_public_id(public_id: str) -> Mailing | None:
    return db.session.scalar(select(Mailing).where(Mailing.public_id == public_id))


def mailing_by_form_key(event_id: int, form_key: str) -> Mailing | None:
    return db.session.scalar(select(Mailing).where(Mailing.event_id == event_id, Mailing.form_key == form_key))


def due_mailing_ids(at: datetime) -> Sequence[int]:
    """Mailings whose time has come, the earliest first."""
    due = Mailing.state == "scheduled", Mailing.send_at <= at
    return db.session.scalars(select(Mailing.id).where(*due).order_by(Mailing.send_at, Mailing.id)).all()


def unfinished_mailings() -> tuple[list[int], list[int]]:
    """Mailings at work, and cancelled ones of which a message came back into the queue."""
    sending = db.session.scalars(select(Mailing.id).where(Mailing.state == "sending")).all()
    came_back = select(OutboxMessage.mailing_id).join(Mailing, Mailing.id == OutboxMessage.mailing_id)
    cancelled = db.session.scalars(
        came_back.where(Mailing.state == "cancelled", OutboxMessage.state == "queued").distinct()
    ).all()
    return list(sending), [mailing_id for mailing_id in cancelled if mailing_id is not None]


def progress_of(mailings: Iterable[Mailing]) -> dict[int, Progress]:
    """How far each mailing is, by its id, in one statement."""
    totals = {mailing.id: mailing.recipients for mailing in mailings}
    counted: dict[int, dict[str, int]] = defaultdict(dict)
    query = select(OutboxMessage.mailing_id, OutboxMessage.state, func.count())
    query = query.where(OutboxMessage.mailing_id.in_(list(totals)))
    for mailing_id, state, number in db.session.execute(query.group_by(OutboxMessage.mailing_id, OutboxMessage.state)):
        if mailing_id is not None:
            counted[mailing_id][state] = number
    return {mailing_id: _progress(total, counted[mailing_id]) for mailing_id, total in totals.items()}


def addresses_told(mailing_id: int) -> set[str]:
    """Who got a mailing, or is about to."""
    return set(db.session.scalars(select(OutboxMessage.recipient).where(OutboxMessage.mailing_id == mailing_id)))


def failed_of_mailing(mailing_id: int, limit: int = 200) -> Sequence[OutboxMessage]:
    """The messages of a mailing that could not be delivered."""
    failed = OutboxMessage.mailing_id == mailing_id, OutboxMessage.state == "failed"
    return db.session.scalars(select(OutboxMessage).where(*failed).order_by(OutboxMessage.id).limit(limit)).all()


def _progress(total: int, states: dict[str, int]) -> Progress:
    waiting = states.get("queued", 0) + states.get("sending", 0)
    return Progress(total, states.get("sent", 0), waiting, states.get("failed", 0))
