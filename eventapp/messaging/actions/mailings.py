"""One text to many: written, sent now or at a time, released once, cancelled, tried again."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import CursorResult, delete, func, select, update

from eventapp.changing import fill, load_to_change
from eventapp.clock import now
from eventapp.db import after_commit, announce, db, insert_new, transaction
from eventapp.jobs import jobs
from eventapp.messaging.actions.outbox import Outgoing, enqueue_many, enqueue_message
from eventapp.messaging.errors import (
    AlreadyReleased,
    HalfWritten,
    NotFailed,
    NothingToCancel,
    NothingWritten,
    OnItsWay,
    TimePassed,
    UnknownPlaceholder,
)
from eventapp.messaging.models import MAILING_TEXTS, MAILING_VERSION, Mailing, OutboxMessage
from eventapp.messaging.placeholders import unknown_in
from eventapp.messaging.queries import due_mailing_ids, mailing_by_form_key, unfinished_mailings

log = structlog.get_logger("eventapp.messaging")


@dataclass(frozen=True)
class Recipient:
    """Who is to get a mailing; `values` are plain ids that its renderer finds the person by."""

    email: str
    language: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Release:
    """Everybody a mailing goes to at this moment, and how many are left out for which reason."""

    recipients: list[Recipient]
    left_out: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class MailingChanged:
    """Something was done with a mailing; `by` is None for the worker."""

    mailing_id: int
    event_id: int
    action: str
    by: Any
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


def draft_mailing(
    event_id: int,
    audience: str,
    criteria: dict[str, str],
    texts: dict[str, str],
    *,
    known: Collection[str],
    form_key: str,
    by: Any,
) -> Mailing:
    """Write a message to the people of an audience who meet the criteria; nothing is sent yet.

    `known` are the placeholders of the audience. The same `form_key` gives the first draft again.
    Raises NothingWritten, HalfWritten, UnknownPlaceholder.
    """
    check_texts(texts, known)
    with transaction() as session:
        added = session.execute(
            insert_new(Mailing)
            .values(
                event_id=event_id,
                form_key=form_key,
                audience=audience,
                criteria=criteria,
                left_out={},
                created_by=by.id if by.kind == "user" else None,
                created_at=now(),
                **texts,
            )
            .returning(Mailing.id)
        ).first()
        mailing = mailing_by_form_key(event_id, form_key)
        if mailing is None:
            raise OnItsWay
        if added is not None:
            _tell(mailing, "draft_mailing", by, after={"audience": audience, "criteria": criteria, **texts})
        return mailing


def rewrite_mailing(
    mailing_id: int, texts: dict[str, str], *, known: Collection[str], version: str | None, by: Any
) -> None:
    """Change the texts of a message that nobody has got yet.

    Raises NothingWritten, HalfWritten, UnknownPlaceholder, AlreadyReleased, Stale.
    """
    check_texts(texts, known)
    with transaction():
        mailing = load_to_change(Mailing, mailing_id, version, MAILING_TEXTS)
        if not mailing.may_be_rewritten:
            raise AlreadyReleased
        before, after = fill(mailing, texts, MAILING_TEXTS)
        if after:
            _tell(mailing, "rewrite_mailing", by, before=before, after=after)


def schedule_mailing(mailing_id: int, *, at: datetime | None = None, version: str | None = None, by: Any) -> None:
    """Send a message at a moment, or now. One that was sent before goes to those who have not got it.

    `version` is what the organiser saw. Raises TimePassed, OnItsWay, Stale.
    """
    if at is not None and at <= now():
        raise TimePassed
    with transaction():
        mailing = load_to_change(Mailing, mailing_id, version, MAILING_VERSION)
        if mailing.state not in ("draft", "sent"):
            raise OnItsWay
        mailing.state, mailing.send_at = "scheduled", at or now()
        _tell(mailing, "schedule_mailing", by, after={"send_at": mailing.send_at.isoformat()})
        _wake_after_commit("release_mailings")


def release_due(find: Callable[[Mailing], Release]) -> int:
    """Put every mailing whose time has come into the outbox, to the people that `find` gives; returns how many.

    Of several workers one does it, in one transaction; after a crash it is done again as if for the first time.
    """
    released = 0
    for mailing_id in due_mailing_ids(now()):
        try:
            released += _release(mailing_id, find)
        except Exception as error:  # noqa: BLE001 - one mailing that cannot be released must not hold up the others
            log.error("mailing not released", mailing=mailing_id, error=f"{type(error).__name__}: {error}")
    return released


def finish_mailings() -> None:
    """Note which mailings have nothing left to send, and drop what a cancelled one still had in hand."""
    sending, cancelled = unfinished_mailings()
    if not (sending or cancelled):
        return
    waiting = select(OutboxMessage.mailing_id).where(
        OutboxMessage.mailing_id.in_(sending), OutboxMessage.state.in_(("queued", "sending"))
    )
    with transaction() as session:
        session.execute(
            update(Mailing)
            .where(Mailing.id.in_(sending), Mailing.state == "sending", Mailing.id.not_in(waiting))
            .values(state="sent")
        )
        session.execute(
            delete(OutboxMessage).where(OutboxMessage.mailing_id.in_(cancelled), OutboxMessage.state == "queued")
        )


def cancel_mailing(mailing_id: int, *, by: Any) -> int:
    """Send no more of a message; returns how many it now does not reach. Raises NothingToCancel."""
    with transaction() as session:
        mailing = load_to_change(Mailing, mailing_id)
        before = {"state": mailing.state}
        if mailing.state not in ("draft", "scheduled", "sending"):
            raise NothingToCancel
        stopped = _rows(
            session.execute(
                delete(OutboxMessage).where(OutboxMessage.mailing_id == mailing_id, OutboxMessage.state == "queued")
            )
        )
        if mailing.state == "sending" and not stopped:
            raise NothingToCancel
        # A second round that was not begun leaves the first as it was.
        second_round = mailing.state == "scheduled" and mailing.released_at is not None
        mailing.state = "sent" if second_round else "cancelled"
        _tell(mailing, "cancel_mailing", by, before=before, after={"state": mailing.state, "not_sent": stopped})
        return stopped


def retry_failed(mailing_id: int, *, by: Any, message: str | None = None) -> int:
    """Try what was not delivered again: all of it, or one message by its public id. Raises NotFailed."""
    with transaction() as session:
        mailing = load_to_change(Mailing, mailing_id)
        failed = OutboxMessage.mailing_id == mailing_id, OutboxMessage.state == "failed"
        chosen = (*failed, OutboxMessage.public_id == message) if message else failed
        again = {"state": "queued", "attempts": 0, "next_attempt_at": now()}
        retried = mailing.state != "cancelled" and _rows(
            session.execute(update(OutboxMessage).where(*chosen).values(again))
        )
        if not retried:
            raise NotFailed
        if mailing.state == "sent":
            mailing.state = "sending"
        _tell(mailing, "retry_mailing", by, after={"messages": retried})
        _wake_after_commit("deliver_outbox")
        return retried


def send_test(mailing_id: int, recipient: str, values: dict[str, Any], *, key: str, by: Any) -> list[str]:
    """Send the message to oneself in each language it is written in, as the person of `values` would read it.

    `key` names the click, so that a double one sends once. Returns the languages.
    """
    with transaction() as session:
        mailing = session.get_one(Mailing, mailing_id)
        languages = [code for code in ("en", "zh") if code not in mailing.body.missing()]
        sent = [
            enqueue_message(
                cause=f"mailing_test:{mailing.public_id}:{key}:{language}",
                recipient=recipient,
                language=language,
                template="mailing_test",
                values={"mailing": mailing.public_id, **values},
                event_id=mailing.event_id,
            )
            for language in languages
        ]
        if any(sent):
            _tell(mailing, "test_mailing", by, after={"languages": languages})
        return languages


def check_texts(texts: dict[str, str], known: Collection[str]) -> None:
    """Raises NothingWritten, HalfWritten, UnknownPlaceholder."""
    for language in ("en", "zh"):
        missing = [name for name in (f"subject_{language}", f"body_{language}") if not texts[name]]
        if len(missing) == 1:
            raise HalfWritten(field=missing[0])
    if not any(texts.values()):
        raise NothingWritten
    for name, text in texts.items():
        for placeholder in unknown_in(text, known):
            raise UnknownPlaceholder(
                field=name, placeholder=f"{{{placeholder}}}", known=" ".join(f"{{{one}}}" for one in known)
            )


def _release(mailing_id: int, find: Callable[[Mailing], Release]) -> bool:
    with transaction() as session:
        due = Mailing.id == mailing_id, Mailing.state == "scheduled", Mailing.send_at <= now()
        if not _rows(session.execute(update(Mailing).where(*due).values(state="sending", released_at=now()))):
            return False
        mailing = session.scalars(select(Mailing).where(Mailing.id == mailing_id)).one()
        release = find(mailing)
        enqueue_many(
            [_outgoing(mailing, one) for one in release.recipients], event_id=mailing.event_id, mailing_id=mailing_id
        )
        mailing.recipients = session.scalar(
            select(func.count()).select_from(OutboxMessage).where(OutboxMessage.mailing_id == mailing_id)
        )
        mailing.left_out = release.left_out
        after = {"recipients": mailing.recipients, "left_out": release.left_out}
        _tell(mailing, "release_mailing", None, after=after)
        return True


def _outgoing(mailing: Mailing, recipient: Recipient) -> Outgoing:
    """Who already got it, or shares an address with somebody before, is passed over: the cause is the same for all."""
    values = {"mailing": mailing.public_id, **recipient.values}
    return Outgoing(mailing.cause, recipient.email, recipient.language, "mailing", values)


def _rows(result: Any) -> int:
    """How many rows a statement changed."""
    changed: CursorResult[Any] = result
    return changed.rowcount


def _wake_after_commit(job: str) -> None:
    wake = jobs().wake
    after_commit(lambda: wake(job))


def _tell(mailing: Mailing, action: str, by: Any, **changed: Any) -> None:
    """Messaging is below accounts, so it announces what is to stand in the audit trail."""
    db.session.flush()
    announce(MailingChanged(mailing.id, mailing.event_id, action, by, **changed))
