"""Tell everybody whom a release concerns, once: prepared when it is published, approved by the team, sent now or at an hour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import select, update

from eventapp.accounts.actions import record
from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.agenda.actions.changing import lock_agenda
from eventapp.agenda.actions.editing import refuse_limited
from eventapp.agenda.actions.releases import AgendaReleased
from eventapp.agenda.errors import EventNotPublic, NobodyToTell, NoticeSettled, NoticeTimePassed
from eventapp.agenda.models import ReleaseNotice
from eventapp.agenda.models.notices import UNDECIDED
from eventapp.agenda.queries.notices import due_notices
from eventapp.clock import now
from eventapp.db import db, flush_or_refuse, transaction
from eventapp.errors import NotFound, Stale
from eventapp.events.models import Event
from eventapp.messaging.actions import Outgoing, Recipient, Release, enqueue_many
from eventapp.messaging.queries import AGENDA_NEWS

# Finds who gets the message that is sent now: the rooms above know, the agenda does not.
Find = Callable[[ReleaseNotice], Release]

log = structlog.get_logger("eventapp.agenda")


def prepare_notice(fact: AgendaReleased, find: Find) -> None:
    """Have it decided whether those whom a release concerns are told, in the transaction that publishes it.

    What nobody was told of the release before is told along, so that nobody gets two messages which contradict each other.
    """
    with transaction() as session:
        untold = _take_over(fact.event_id)
        base_id = untold.base_id if untold else fact.previous_id
        notice = ReleaseNotice(
            event_id=fact.event_id, release_id=fact.release_id, base_id=base_id, state="open", created_at=now()
        )
        session.add(notice)
        flush_or_refuse(Stale)
        found = find(notice)
        notice.recipients, notice.left_out = len(found.recipients), sum(found.left_out.values())
        if not (notice.recipients or notice.left_out):
            session.delete(notice)
        session.flush()


def send_notice(notice_id: int, *, find: Find, by: Actor) -> int:
    """Put one message to everybody concerned into the outbox; returns how many.

    Raises NoticeSettled, EventNotPublic, NobodyToTell, OutsideScope.
    """
    with transaction():
        _check_may_tell(notice_id, by)
        event = _lock_event(notice_id)
        notice = _claim(notice_id, UNDECIDED, **_sent())
        _refuse_unless_public(event)
        number = _send(notice, find, by)
        if not number:
            raise NobodyToTell
        return number


def schedule_notice(notice_id: int, at: datetime, *, by: Actor) -> None:
    """Have it sent at an hour to come, or at another one than before.

    Raises NoticeTimePassed, NoticeSettled, EventNotPublic, OutsideScope.
    """
    if at <= now():
        raise NoticeTimePassed
    with transaction():
        _check_may_tell(notice_id, by)
        event = _lock_event(notice_id)
        notice = _claim(notice_id, UNDECIDED, state="scheduled", send_at=at)
        _refuse_unless_public(event)
        record("schedule_notice", notice, by=by, event_id=notice.event_id, after={"send_at": at.isoformat()})


def stop_notice(notice_id: int, *, by: Actor) -> None:
    """Do not send it at its hour; it awaits a decision again. Raises NoticeSettled, OutsideScope."""
    with transaction():
        _check_may_tell(notice_id, by)
        notice = _claim(notice_id, ("scheduled",), state="open", send_at=None)
        record("stop_notice", notice, by=by, event_id=notice.event_id)


def dismiss_notice(notice_id: int, reason: str, *, by: Actor) -> None:
    """Tell nobody of this release, for a reason. Raises NoticeSettled, OutsideScope."""
    with transaction():
        _check_may_tell(notice_id, by)
        notice = _claim(notice_id, UNDECIDED, state="dismissed", settled_at=now(), reason=reason.strip())
        record("dismiss_notice", notice, by=by, event_id=notice.event_id, reason=notice.reason)


def send_due_notices(find: Find) -> int:
    """Send what waits for its hour; how many notices there were. Any number of workers may try at once.

    Each is sent in one transaction: after a crash it is sent again as if for the first time. One whose event is not
    public by then awaits a decision again.
    """
    return sum(_send_if_due(notice_id, find) for notice_id in due_notices(now()))


def _send_if_due(notice_id: int, find: Find) -> bool:
    try:
        return _send_or_put_back(notice_id, find)
    except NoticeSettled:
        # Another worker, or whoever stopped it, was faster.
        return False
    except Exception as error:  # noqa: BLE001 - one that cannot be sent must not hold up the others
        log.error("notice not sent", notice=notice_id, error=f"{type(error).__name__}: {error}")
        return False


def _send_or_put_back(notice_id: int, find: Find) -> bool:
    with transaction():
        event, due_at = _lock_event(notice_id), now()
        if event.is_public:
            _send(_claim(notice_id, ("scheduled",), due_at=due_at, **_sent()), find, SYSTEM)
            return True
        notice = _claim(notice_id, ("scheduled",), due_at=due_at, state="open", send_at=None)
        after = {"event_state": event.state}
        record("put_back_notice", notice, by=SYSTEM, event_id=event.id, after=after)
        return False


def _send(notice: ReleaseNotice, find: Find, by: Actor) -> int:
    """Write the messages of a notice that was claimed."""
    found = find(notice)
    enqueue_many([_outgoing(notice, one) for one in found.recipients], event_id=notice.event_id)
    notice.recipients, notice.left_out = len(found.recipients), sum(found.left_out.values())
    after = {"recipients": notice.recipients, "left_out": notice.left_out}
    record("send_notice", notice, by=by, event_id=notice.event_id, after=after)
    return notice.recipients


def _sent() -> dict[str, Any]:
    return {"state": "sent", "send_at": None, "settled_at": now()}


def _outgoing(notice: ReleaseNotice, one: Recipient) -> Outgoing:
    """One message each, also to those who share an address."""
    cause = f"{notice.cause}:{one.values['person'] or one.values['registration']}"
    return Outgoing(cause, one.email, one.language, AGENDA_NEWS, {"notice": notice.public_id, **one.values})


def _claim(notice_id: int, states: tuple[str, ...], *, due_at: datetime | None = None, **values: Any) -> ReleaseNotice:
    """Move a notice on from one of these states: of any number who try at once, one does. Raises NotFound, NoticeSettled."""
    which = [ReleaseNotice.id == notice_id, ReleaseNotice.state.in_(states)]
    if due_at is not None:
        which.append(ReleaseNotice.send_at <= due_at)
    moved = db.session.execute(update(ReleaseNotice).where(*which).values(**values).returning(ReleaseNotice.id)).first()
    notice = db.session.get(ReleaseNotice, notice_id, populate_existing=True)
    if notice is None:
        raise NotFound
    if moved is None:
        raise NoticeSettled(notice.state)
    return notice


def _take_over(event_id: int) -> ReleaseNotice | None:
    """The notice about which nobody has decided: what it would have told, the next one tells."""
    undecided = ReleaseNotice.event_id == event_id, ReleaseNotice.state.in_(UNDECIDED)
    superseded = {"state": "superseded", "send_at": None, "settled_at": now()}
    row = db.session.execute(
        update(ReleaseNotice).where(*undecided).values(superseded).returning(ReleaseNotice.id)
    ).first()
    return db.session.get(ReleaseNotice, row.id, populate_existing=True) if row else None


def _check_may_tell(notice_id: int, by: Actor) -> None:
    notice = db.session.get(ReleaseNotice, notice_id)
    if notice is None:
        raise NotFound
    refuse_limited(notice.event_id, by)


def _lock_event(notice_id: int) -> Event:
    """The event of a notice, which nobody publishes or archives until this is done. Raises NotFound.

    A release locks the event before its notices, so whoever tells of one does, too.
    """
    event_id = db.session.scalar(select(ReleaseNotice.event_id).where(ReleaseNotice.id == notice_id))
    if event_id is None:
        raise NotFound
    lock_agenda(event_id)
    return db.session.get_one(Event, event_id, populate_existing=True)


def _refuse_unless_public(event: Event) -> None:
    """What a message links to has to be there for those who read it."""
    if not event.is_public:
        raise EventNotPublic
