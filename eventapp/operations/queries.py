"""Counts of what the whole installation holds, and which workers are alive."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from eventapp.checkin.models import Scan
from eventapp.clock import now
from eventapp.db import db
from eventapp.messaging.models import STATES as MESSAGE_STATES
from eventapp.messaging.models import OutboxMessage
from eventapp.operations.models import WorkerBeat
from eventapp.registration.models import Registration
from eventapp.registration.states import STATES as REGISTRATION_STATES

# A worker beats every ten seconds; a busy machine may be late.
ALIVE_FOR = timedelta(seconds=60)


def workers_alive() -> int:
    """How many workers gave a sign of life within the last minute."""
    return db.session.scalar(select(func.count()).where(WorkerBeat.seen_at > now() - ALIVE_FOR)) or 0


def last_beat() -> datetime | None:
    """When any worker was alive last."""
    return db.session.scalar(select(func.max(WorkerBeat.seen_at)))


def scans_by_verdict() -> dict[str, int]:
    return _counted(Scan.verdict)


def messages_by_state() -> dict[str, int]:
    return dict.fromkeys(MESSAGE_STATES, 0) | _counted(OutboxMessage.state)


def registrations_by_state() -> dict[str, int]:
    return dict.fromkeys(REGISTRATION_STATES, 0) | _counted(Registration.state)


def _counted(column: Any) -> dict[str, int]:
    rows = db.session.execute(select(column, func.count()).group_by(column).order_by(column)).all()
    return dict(rows)
