"""Sessions in the grid: copied, split, exchanged, moved along, laid into the tray and placed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.agenda.actions.changing import edit, no_new_clash, open_session, put_in_order
from eventapp.agenda.actions.copies import SESSION_COLUMNS, columns, copy_item
from eventapp.agenda.actions.sessions import check_near, check_session, set_values
from eventapp.agenda.errors import NothingToSplit, NotInTray, SessionElsewhere
from eventapp.agenda.models import AgendaItem, AgendaSession
from eventapp.agenda.queries import items_in_order
from eventapp.agenda.queries.arranging import sessions_after
from eventapp.clock import now
from eventapp.db import transaction


def copy_session(
    session_id: int,
    *,
    by: Actor,
    starts_at: datetime | None = None,
    hall_id: int | None = None,
    sequence: int | None = None,
    despite_clashes: bool = False,
) -> AgendaSession:
    """A second session with the same items and parts, as long as this: in a hall at a time, or in the tray without one.

    Nobody has replied for the copy. Raises Stale, FarFromEvent, HallElsewhere, Clashes, OutsideScope.
    """
    with transaction() as session:
        row = open_session(session_id, sequence)
        begins = starts_at or row.starts_at
        copied = AgendaSession(
            event_id=row.event_id,
            hall_id=hall_id if starts_at else row.hall_id,
            track_id=row.track_id,
            starts_at=begins,
            ends_at=begins + (row.ends_at - row.starts_at),
            changed_at=now(),
            items=[copy_item(item, with_people=True) for item in row.items],
            **{**columns(row, SESSION_COLUMNS), "in_tray": starts_at is None},
        )
        check_session(copied)
        check_near(copied)
        with edit("copy_session", row.event_id, by=by, about=row) as change:
            with no_new_clash(row.event_id, despite_clashes):
                session.add(copied)
                change.adds(copied)
            record("copy_session", copied, by=by, event_id=row.event_id, after={"from": row.public_id})
        return copied


def split_session(
    session_id: int,
    *,
    by: Actor,
    at: datetime | None = None,
    item_id: int | None = None,
    sequence: int | None = None,
    despite_clashes: bool = False,
) -> AgendaSession:
    """End a session at a moment and begin a second one there, with the items that begin then or later.

    With `item_id`, the second session begins with this item; without a moment, when that item begins.
    Raises Stale, NothingToSplit, Clashes, OutsideScope.
    """
    with transaction() as session:
        row = open_session(session_id, sequence)
        moment, later = _second_half(row, items_in_order(row.id), at, item_id)
        if not row.starts_at < moment < row.ends_at:
            raise NothingToSplit(field="at")
        with edit("split_session", row.event_id, by=by, about=row, sessions=(row.id,)) as change:
            with no_new_clash(row.event_id, despite_clashes):
                second = AgendaSession(
                    event_id=row.event_id,
                    hall_id=row.hall_id,
                    track_id=row.track_id,
                    starts_at=moment,
                    ends_at=row.ends_at,
                    changed_at=now(),
                    **{**columns(row, SESSION_COLUMNS), "status": row.status},
                )
                session.add(second)
                row.ends_at = moment
                change.adds(second)
                for item in later:
                    item.session = second
                put_in_order(later)
            record("split_session", row, by=by, event_id=row.event_id, after={"at": moment.isoformat()})
        return second


def swap_sessions(
    session_id: int,
    other_id: int,
    *,
    by: Actor,
    sequence: int | None = None,
    other_sequence: int | None = None,
    despite_clashes: bool = False,
) -> None:
    """Let two sessions exchange their places: hall and start; each keeps its length. One in the tray lies there then.

    Raises Stale, SessionElsewhere, FarFromEvent, Clashes, OutsideScope.
    """
    with transaction():
        row, other = open_session(session_id, sequence), open_session(other_id, other_sequence)
        if other.event_id != row.event_id or other.id == row.id:
            raise SessionElsewhere
        with edit("swap_sessions", row.event_id, by=by, about=row, sessions=(row.id, other.id)):
            with no_new_clash(row.event_id, despite_clashes):
                _exchange(row, other)
                check_near(row, other)
            record("swap_sessions", row, by=by, event_id=row.event_id, after={"with": other.public_id})


def shift_after(
    session_id: int,
    minutes: int,
    *,
    by: Actor,
    all_halls: bool = False,
    sequence: int | None = None,
    despite_clashes: bool = False,
) -> Sequence[AgendaSession]:
    """Move all that begins later on the same day than this session by some minutes, in its hall or in all halls.

    Fixed points and what is cancelled stay where they are. Raises Stale, FarFromEvent, Clashes, OutsideScope.
    """
    with transaction():
        row = open_session(session_id, sequence)
        later = [other for other in sessions_after(row, all_halls=all_halls) if not other.fixed]
        touched = tuple(other.id for other in later)
        with edit("shift_after", row.event_id, by=by, about=row, sessions=touched, minutes=minutes):
            with no_new_clash(row.event_id, despite_clashes):
                for other in later:
                    other.starts_at += timedelta(minutes=minutes)
                    other.ends_at += timedelta(minutes=minutes)
                check_near(*later)
            after = {"minutes": minutes, "sessions": len(later)}
            record("shift_after", row, by=by, event_id=row.event_id, after=after)
        return later


def put_in_tray(session_id: int, *, by: Actor, sequence: int | None = None) -> AgendaSession:
    """Lay a session aside: it has no place until somebody gives it one, and keeps its length. Raises Stale, OutsideScope."""
    return set_values("put_in_tray", session_id, {"in_tray": True}, by=by, sequence=sequence)


def place_session(
    session_id: int,
    *,
    by: Actor,
    starts_at: datetime,
    ends_at: datetime | None = None,
    hall_id: int | None,
    sequence: int | None = None,
    despite_clashes: bool = False,
) -> AgendaSession:
    """Give a session that lies in the tray its place; without an end it is as long as it was.

    Raises Stale, NotInTray, EndsBeforeStart, FarFromEvent, HallElsewhere, Clashes, OutsideScope.
    """
    with transaction():
        row = open_session(session_id, sequence)
        if not row.in_tray:
            raise NotInTray
        ends = ends_at or starts_at + (row.ends_at - row.starts_at)
        values = {"starts_at": starts_at, "ends_at": ends, "hall_id": hall_id, "in_tray": False}
        return set_values("place_session", session_id, values, by=by, despite_clashes=despite_clashes)


def _second_half(
    row: AgendaSession, items: Sequence[AgendaItem], at: datetime | None, item_id: int | None
) -> tuple[datetime, list[AgendaItem]]:
    """When the second half begins, and its items."""
    begins = row.starts_at
    for place, item in enumerate(items):
        if item.id == item_id or (item_id is None and at is not None and begins >= at):
            return at or begins, list(items[place:])
        begins += timedelta(minutes=item.minutes)
    return at or row.starts_at, []


def _exchange(row: AgendaSession, other: AgendaSession) -> None:
    first, second = row.ends_at - row.starts_at, other.ends_at - other.starts_at
    row.hall_id, other.hall_id = other.hall_id, row.hall_id
    row.in_tray, other.in_tray = other.in_tray, row.in_tray
    row.starts_at, other.starts_at = other.starts_at, row.starts_at
    row.ends_at, other.ends_at = row.starts_at + first, other.starts_at + second
