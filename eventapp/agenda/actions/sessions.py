"""Sessions: create, change, move, cancel, delete."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.agenda.actions.changing import edit, fill, no_new_clash, open_session
from eventapp.agenda.errors import AlreadyCancelled, FarFromEvent, HallElsewhere, NotCancelled, TrackElsewhere
from eventapp.agenda.models import SESSION_KINDS, SESSION_LANGUAGES, AgendaSession, Track
from eventapp.agenda.times import FARTHEST
from eventapp.clock import now
from eventapp.db import announce, db, transaction
from eventapp.events.errors import EndsBeforeStart
from eventapp.events.models import Event, Hall

TEXTS = frozenset({"title_en", "title_zh", "summary_en", "summary_zh"})
TIMES = frozenset({"starts_at", "ends_at"})
DETAILS = frozenset({"track_id", "language", "expected", "fixed"})
VALUES = TEXTS | TIMES | DETAILS | {"kind", "hall_id"}


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
    in_tray: bool = False,
    despite_clashes: bool = False,
    **values: Any,
) -> AgendaSession:
    """Put a session into the agenda, or into the tray, where its moments tell only how long it is.

    `values` are title and summary in _en and _zh, track_id, language, expected and fixed.
    Raises EndsBeforeStart, FarFromEvent, HallElsewhere, TrackElsewhere, Clashes, OutsideScope.
    """
    with edit("create_session", event_id, by=by) as change:
        row = AgendaSession(event_id=event_id, sequence=0, changed_at=now(), in_tray=in_tray)
        values = {"kind": kind, "starts_at": starts_at, "ends_at": ends_at, "hall_id": hall_id, **values}
        _before, after = fill(row, values, VALUES)
        check_session(row)
        check_near(row)
        with no_new_clash(event_id, despite_clashes):
            db.session.add(row)
            change.adds(row)
        change.about(row)
        record("create_session", row, by=by, event_id=event_id, after=after)
        return row


def change_session(
    session_id: int, *, by: Actor, sequence: int | None = None, despite_clashes: bool = False, **values: Any
) -> AgendaSession:
    """Change kind, texts, details, times or hall of a session. Raises what `create_session` raises, and Stale."""
    return set_values("change_session", session_id, values, by=by, sequence=sequence, despite_clashes=despite_clashes)


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
    """Move a session to another time, day or hall, its items with it; out of the tray, if it lies there.

    Raises Stale, EndsBeforeStart, FarFromEvent, HallElsewhere, Clashes, OutsideScope.
    """
    values = {"starts_at": starts_at, "ends_at": ends_at, "hall_id": hall_id, "in_tray": False}
    return set_values("move_session", session_id, values, by=by, sequence=sequence, despite_clashes=despite_clashes)


def resize_session(
    session_id: int,
    *,
    by: Actor,
    starts_at: datetime,
    ends_at: datetime,
    sequence: int | None = None,
    despite_clashes: bool = False,
) -> AgendaSession:
    """Let a session begin or end at another time. Raises Stale, EndsBeforeStart, FarFromEvent, Clashes, OutsideScope."""
    values = {"starts_at": starts_at, "ends_at": ends_at}
    return set_values("resize_session", session_id, values, by=by, sequence=sequence, despite_clashes=despite_clashes)


def cancel_session(session_id: int, *, by: Actor, sequence: int | None = None) -> AgendaSession:
    """A session does not take place; it stays in the agenda, so that everybody can see that. Raises Stale, AlreadyCancelled."""
    return _set_status("cancel_session", session_id, "cancelled", AlreadyCancelled, by=by, sequence=sequence)


def reinstate_session(
    session_id: int, *, by: Actor, sequence: int | None = None, despite_clashes: bool = False
) -> AgendaSession:
    """A cancelled session takes place after all. Raises Stale, NotCancelled, Clashes."""
    return _set_status(
        "reinstate_session",
        session_id,
        "planned",
        NotCancelled,
        by=by,
        sequence=sequence,
        despite_clashes=despite_clashes,
    )


def delete_session(session_id: int, *, by: Actor, sequence: int | None = None) -> None:
    """Take a session with its items and parts out of the agenda. Raises Stale, OutsideScope, and what those who need it raise."""
    with transaction() as session:
        row = open_session(session_id, sequence)
        with edit("delete_session", row.event_id, by=by, about=row, sessions=(row.id,)):
            announce(SessionLeaves(session_id))
            before = {"title_en": row.title_en, "title_zh": row.title_zh, "starts_at": row.starts_at.isoformat()}
            record("delete_session", row, by=by, event_id=row.event_id, before=before)
            session.delete(row)


def set_values(
    action: str,
    session_id: int,
    values: dict[str, Any],
    *,
    by: Actor,
    sequence: int | None = None,
    despite_clashes: bool = False,
) -> AgendaSession:
    """One action that sets columns of a session, with what all of them check."""
    with transaction():
        row = open_session(session_id, sequence)
        with edit(action, row.event_id, by=by, about=row, sessions=(row.id,)):
            with no_new_clash(row.event_id, despite_clashes):
                before, after = fill(row, values, VALUES | {"in_tray", "status"})
                check_session(row)
                if after.keys() & TIMES:
                    check_near(row)
            if after:
                record(action, row, by=by, event_id=row.event_id, before=before, after=after)
        return row


def check_session(row: AgendaSession) -> None:
    """Raises EndsBeforeStart, HallElsewhere, TrackElsewhere."""
    if row.kind not in SESSION_KINDS or (row.language or "") not in SESSION_LANGUAGES:
        raise ValueError(f"unknown kind or language of session: {row.kind}, {row.language}")
    if row.starts_at >= row.ends_at:
        raise EndsBeforeStart
    if not _is_of_event(Hall, row.hall_id, row.event_id):
        raise HallElsewhere
    if not _is_of_event(Track, row.track_id, row.event_id):
        raise TrackElsewhere


def check_near(*rows: AgendaSession) -> None:
    """Raises FarFromEvent. Only what is given a time is looked at: an event that moves may leave sessions behind."""
    for row in rows:
        with db.session.no_autoflush:
            event = db.session.get_one(Event, row.event_id)
        if row.starts_at < event.starts_at - FARTHEST or row.ends_at > event.ends_at + FARTHEST:
            raise FarFromEvent


def _set_status(
    action: str,
    session_id: int,
    status: str,
    refusal: type[AlreadyCancelled | NotCancelled],
    *,
    by: Actor,
    sequence: int | None,
    despite_clashes: bool = False,
) -> AgendaSession:
    with transaction():
        if open_session(session_id, sequence).status == status:
            raise refusal
        values = {"status": status}
        return set_values(action, session_id, values, by=by, sequence=sequence, despite_clashes=despite_clashes)


def _is_of_event(model: type[Any], row_id: int | None, event_id: int) -> bool:
    with db.session.no_autoflush:
        row = db.session.get(model, row_id) if row_id is not None else None
    return row_id is None or (row is not None and row.event_id == event_id)
