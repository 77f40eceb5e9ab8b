"""Sessions: create, change, move, delete."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.agenda.actions.changing import fill, lock_agenda, no_new_clash, open_session, raise_sequence
from eventapp.agenda.errors import HallElsewhere
from eventapp.agenda.models import SESSION_KINDS, AgendaSession
from eventapp.clock import now
from eventapp.db import announce, db, transaction
from eventapp.events.errors import EndsBeforeStart
from eventapp.events.models import Hall

TEXTS = frozenset({"title_en", "title_zh", "summary_en", "summary_zh"})
VALUES = TEXTS | {"kind", "starts_at", "ends_at", "hall_id"}


@dataclass(frozen=True)
class SessionLeaves:
    """A session is about to be taken out of the agenda; whoever needs it refuses."""

    session_id: int


def create_session(
    event_id: int,
    *,
    by: Actor,
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    hall_id: int | None = None,
    despite_clashes: bool = False,
    **texts: str,
) -> AgendaSession:
    """Put a session into the agenda; moments with a zone; `texts` are title and summary in _en and _zh.

    Raises EndsBeforeStart, HallElsewhere, Clashes.
    """
    with transaction() as session:
        lock_agenda(event_id)
        row = AgendaSession(event_id=event_id, sequence=0, changed_at=now())
        values = {"kind": kind, "starts_at": starts_at, "ends_at": ends_at, "hall_id": hall_id, **texts}
        _before, after = fill(row, values, VALUES)
        _check(row)
        with no_new_clash(event_id, despite_clashes):
            session.add(row)
        record("create_session", row, by=by, event_id=event_id, after=after)
        return row


def change_session(
    session_id: int, *, by: Actor, sequence: int | None = None, despite_clashes: bool = False, **values: Any
) -> AgendaSession:
    """Change kind, texts, times or hall of a session. Raises Stale, EndsBeforeStart, HallElsewhere, Clashes."""
    return _change("change_session", session_id, values, by=by, sequence=sequence, despite_clashes=despite_clashes)


def move_session(
    session_id: int,
    *,
    by: Actor,
    starts_at: datetime,
    ends_at: datetime,
    hall_id: int | None,
    sequence: int | None = None,
    despite_clashes: bool = False,
) -> AgendaSession:
    """Move a session to another time or hall, its items with it. Raises Stale, EndsBeforeStart, HallElsewhere, Clashes."""
    values = {"starts_at": starts_at, "ends_at": ends_at, "hall_id": hall_id}
    return _change("move_session", session_id, values, by=by, sequence=sequence, despite_clashes=despite_clashes)


def delete_session(session_id: int, *, by: Actor, sequence: int | None = None) -> None:
    """Take a session with its items and parts out of the agenda. Raises Stale."""
    with transaction() as session:
        row = open_session(session_id, sequence)
        announce(SessionLeaves(session_id))
        before = {"title_en": row.title_en, "title_zh": row.title_zh, "starts_at": row.starts_at.isoformat()}
        record("delete_session", row, by=by, event_id=row.event_id, before=before)
        session.delete(row)


def _change(
    action: str, session_id: int, values: dict[str, Any], *, by: Actor, sequence: int | None, despite_clashes: bool
) -> AgendaSession:
    with transaction():
        row = open_session(session_id, sequence)
        with no_new_clash(row.event_id, despite_clashes):
            before, after = fill(row, values, VALUES)
            _check(row)
        if after:
            raise_sequence(row)
            record(action, row, by=by, event_id=row.event_id, before=before, after=after)
        return row


def _check(row: AgendaSession) -> None:
    if row.kind not in SESSION_KINDS:
        raise ValueError(f"unknown kind of session {row.kind}")
    if row.starts_at >= row.ends_at:
        raise EndsBeforeStart
    with db.session.no_autoflush:
        hall = db.session.get(Hall, row.hall_id) if row.hall_id is not None else None
    if row.hall_id is not None and (hall is None or hall.event_id != row.event_id):
        raise HallElsewhere
