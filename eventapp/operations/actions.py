"""Signs of life of the workers."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, update

from eventapp.clock import now
from eventapp.db import insert_new, transaction
from eventapp.operations.models import WorkerBeat

FORGOTTEN_AFTER = timedelta(days=1)


def beat(name: str) -> None:
    """Note that the worker of this name is alive; rows of those that died long ago are cleared away."""
    with transaction() as session:
        at = now()
        beaten = session.execute(
            update(WorkerBeat)
            .where(WorkerBeat.name == name)
            .values(seen_at=at)
            .execution_options(synchronize_session=False)
        )
        if not beaten.rowcount:
            session.execute(insert_new(WorkerBeat).values(name=name, started_at=at, seen_at=at))
            session.execute(delete(WorkerBeat).where(WorkerBeat.seen_at < at - FORGOTTEN_AFTER))


def stop_beating(name: str) -> None:
    """The worker of this name ends by itself."""
    with transaction() as session:
        session.execute(delete(WorkerBeat).where(WorkerBeat.name == name))
