"""On the day: start, end, put off, cancel and reinstate what was released, and take that back exactly.

Each is one row of `live_changes`, numbered in the order in which it happened, and shows to the public at once. The draft is
not touched: what is different on the day lies over the latest release.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.agenda.actions.changing import lock_agenda
from eventapp.agenda.actions.editing import name_of, scope_of_actor
from eventapp.agenda.delays import Plan
from eventapp.agenda.errors import (
    AlreadyCancelled,
    AlreadyEnded,
    AlreadyStarted,
    EarlierThanPlanned,
    LiveChangeFollowed,
    MinutesOutOfRange,
    NotBegun,
    NotCancelled,
    NothingReleased,
    NothingToUndo,
    NotToday,
    OutsideScope,
    PastTheDay,
    ReleasedSince,
)
from eventapp.agenda.models import LiveChange, LiveSession, Release
from eventapp.agenda.queries import content_of, heading_of
from eventapp.agenda.queries.live import (
    STATE,
    LiveAgenda,
    State,
    changed_since,
    live_agenda,
    live_changes_of,
    plan_of_delay,
    seen_of,
    times_if_late,
    what_was_done,
    who_did,
)
from eventapp.agenda.release import Content, ReleasedSession
from eventapp.clock import now
from eventapp.db import Moment, db, transaction
from eventapp.errors import NotFound
from eventapp.events.models import Event
from eventapp.i18n import format_clock, format_day, format_moment

MOST_MINUTES = 720


def start_session(event_id: int, session_uuid: str, *, by: Actor) -> LiveChange:
    """Note that a session has begun. Raises NotToday, AlreadyStarted, and what `open_live` and `change_live` raise."""
    with transaction():
        live, row = _open_running(event_id, session_uuid)
        if row is not None and row.started_at is not None:
            raise AlreadyStarted(time=format_clock(row.started_at, live.event.time_zone))
        return change_live(live, "start", {session_uuid: {"started_at": now()}}, by=by, action="start_session")


def end_session(event_id: int, session_uuid: str, *, by: Actor) -> LiveChange:
    """Note that a session is over. Raises NotToday, NotBegun, and what `open_live` and `change_live` raise."""
    with transaction():
        live, row = _open_running(event_id, session_uuid)
        if (row is None or row.started_at is None) and now() < live.standing_of(session_uuid).starts:
            raise NotBegun
        return change_live(live, "end", {session_uuid: {"ended_at": now()}}, by=by, action="end_session")


def delay_session(event_id: int, session_uuid: str, *, minutes: int, by: Actor, seen: str | None = None) -> LiveChange:
    """Publish that a session runs later than it stands, with all that follows from it, as one change.

    Fewer minutes than none get time back, as far as what was planned. `seen` names the plan that was looked at
    (`seen_of`); if it is another one by now, nothing is published.
    Raises ChangedMeanwhile, MinutesOutOfRange, EarlierThanPlanned, PastTheDay, and what `open_live` and `change_live` raise.
    """
    with transaction():
        live = open_live(event_id, session_uuid)
        plan = checked_plan(live, session_uuid, minutes, now())
        if seen is not None and seen.rpartition(".")[2] != seen_of(live, plan).rpartition(".")[2]:
            raise changed_since(live, seen)
        times = {uuid: {"starts_at": starts, "ends_at": ends} for uuid, (starts, ends) in plan.times.items()}
        return change_live(live, "delay", times, by=by, action="delay_session", minutes=minutes)


def cancel_on_the_day(event_id: int, session_uuid: str, *, by: Actor) -> LiveChange:
    """Have a session not take place; everything else stays where it is."""
    with transaction():
        live = open_live(event_id, session_uuid)
        return change_live(live, "cancel", {session_uuid: {"status": "cancelled"}}, by=by, action="cancel_on_the_day")


def reinstate_on_the_day(event_id: int, session_uuid: str, *, by: Actor) -> LiveChange:
    """Have a session take place after all, whether it was cancelled on the day or in the release. Raises NotCancelled."""
    with transaction():
        live = open_live(event_id, session_uuid, cancelled=True)
        values = {session_uuid: {"status": "planned"}}
        return change_live(live, "reinstate", values, by=by, action="reinstate_on_the_day")


def substitute_on_the_day(
    event_id: int, instead: Mapping[str, Mapping[str, State | None]], *, by: Actor
) -> LiveChange | None:
    """Show the public at once who appears in a part instead; by the session's uuid and the part's public id.

    Values are `person`, `mode`, `as_en` and `as_zh` of the part, or `gone`; None shows it as it was released. What the latest
    release does not have is passed over; None if nothing is left to show. Raises NothingReleased, OutsideScope.
    """
    with transaction():
        live = open_live(event_id)
        values = {
            uuid: {"parts": laid}
            for uuid, parts in instead.items()
            if uuid in live.sessions and (laid := _laid_parts(live, uuid, parts)) != _parts_of(live, uuid)
        }
        return change_live(live, "substitute", values, by=by, action="substitute_on_the_day") if values else None


def _parts_of(live: LiveAgenda, uuid: str) -> State | None:
    row = live.rows.get(uuid)
    return row.parts if row is not None else None


def _laid_parts(live: LiveAgenda, uuid: str, parts: Mapping[str, State | None]) -> State | None:
    released = {part.id for item in live.sessions[uuid].items for part in item.parts}
    laid = {**(_parts_of(live, uuid) or {}), **{name: told for name, told in parts.items() if name in released}}
    return {name: told for name, told in laid.items() if told is not None} or None


def undo_live_change(event_id: int, number: int, *, by: Actor) -> LiveChange:
    """Take back a change of the day, whoever made it: every session stands exactly as before.

    Raises NotFound, NothingToUndo, LiveChangeFollowed, ReleasedSince, OutsideScope, NothingReleased.
    """
    with transaction():
        live = open_live(event_id)
        changes = live_changes_of(event_id)
        change = next((change for change in changes if change.number == number), None)
        if change is None:
            raise NotFound
        if change.undone_at is not None:
            raise NothingToUndo
        check_nothing_followed(live, change)
        _check_scope(live, change.after, by)
        for uuid, state in change.before.items():
            _put(event_id, uuid, state)
        change.undone_at = now()
        record(
            "undo_live_change", change, by=by, event_id=event_id, before={"number": number, "kind": change.kind},
            after={"sessions": _names(live, change.after)},
        )  # fmt: skip
        return change


def open_live(event_id: int, session_uuid: str | None = None, *, cancelled: bool = False) -> LiveAgenda:
    """The day to change, as it stands now; nobody else changes it meanwhile.

    With a session: one that is not over, and cancelled or not as asked for.
    Raises NothingReleased, NotFound, AlreadyEnded, AlreadyCancelled, NotCancelled.
    """
    if db.session.get(Event, event_id) is None:
        raise NotFound
    lock_agenda(event_id)
    live = live_agenda(event_id)
    if live is None:
        raise NothingReleased
    if session_uuid is not None:
        open_session_of(live, session_uuid, cancelled=cancelled)
    return live


def checked_plan(live: LiveAgenda, session_uuid: str, minutes: int, at: datetime) -> Plan:
    """What a delay does to the rest of the day. Raises MinutesOutOfRange, EarlierThanPlanned, PastTheDay."""
    if not minutes or abs(minutes) > MOST_MINUTES:
        raise MinutesOutOfRange(most=MOST_MINUTES)
    standing, zone = live.standing_of(session_uuid), live.event.time_zone
    place = 1 if standing.started else 0
    if times_if_late(standing, minutes)[place] < standing.planned[place]:
        raise EarlierThanPlanned(time=format_clock(standing.planned[place], zone))
    plan = plan_of_delay(live, session_uuid, minutes, at)
    for uuid, (starts, _ends) in plan.times.items():
        if live.day_at(starts) != live.day_of(uuid):
            raise PastTheDay(session=heading_of(live.sessions[uuid]), time=format_moment(starts, zone))
    return plan


def change_live(
    live: LiveAgenda, kind: str, values: Mapping[str, Mapping[str, Any]], *, by: Actor, action: str, **told: Any
) -> LiveChange:
    """Lay what is different over these sessions, as the next change of the day. Raises OutsideScope."""
    _check_scope(live, values, by)
    before = {uuid: live.state_of(uuid) for uuid in values}
    after = {uuid: {**before[uuid], "laid": True, **_plain(values[uuid])} for uuid in values}
    for uuid, state in after.items():
        _put(live.event.id, uuid, state)
    change = LiveChange(
        event_id=live.event.id, number=live.number + 1, kind=kind, before=before, after=after, at=now(),
        by_kind=by.kind, by_id=by.id, by_name=name_of(by),
    )  # fmt: skip
    db.session.add(change)
    told = {"number": change.number, "sessions": _names(live, values), **told}
    record(action, change, by=by, event_id=live.event.id, after=told)
    db.session.flush()
    return change


def check_nothing_followed(live: LiveAgenda, change: LiveChange) -> None:
    """Refuse to take back what something later builds upon. Raises LiveChangeFollowed, ReleasedSince."""
    for later in live_changes_of(live.event.id):
        if later.number > change.number and later.undone_at is None and later.after.keys() & change.after.keys():
            raise LiveChangeFollowed(who=who_did(later), what=what_was_done(later, live))
    for uuid, state in change.after.items():
        if uuid not in live.sessions or live.state_of(uuid) != state:
            raise ReleasedSince


def settle_on_release(before: Release | None, release: Release, zone: str) -> None:
    """What the day says of a session holds on, unless the new release says something else of when it is than the last one.

    That it has begun or is over is a fact and stays, as long as the session does. Who appears is for the release to say, unless
    that was changed after the release was made: one that waited for its hour does not know of it.
    """
    old = content_of(before, zone) if before else Content()
    new, was = content_of(release, zone).by_uuid, old.by_uuid
    unknown = _laid_after(release)
    for row in db.session.scalars(select(LiveSession).where(LiveSession.event_id == release.event_id)):
        session, previous = new.get(row.session_uuid), was.get(row.session_uuid)
        row.parts = _of_session(session, unknown.get(row.session_uuid, {}))
        if session is None:
            db.session.delete(row)
        elif previous is None or _when(previous) != _when(session):
            if row.started_at is None and row.ended_at is None and not row.parts:
                db.session.delete(row)
            else:
                row.starts_at, row.ends_at, row.status = _when(session)
    db.session.flush()


def _laid_after(release: Release) -> dict[str, State]:
    """Who appears instead by changes of the day that came after a release was made, by session and part."""
    made_later = select(LiveChange).where(
        LiveChange.event_id == release.event_id,
        LiveChange.kind == "substitute",
        LiveChange.at > release.created_at,
        LiveChange.undone_at.is_(None),
    )
    laid: dict[str, State] = {}
    for change in db.session.scalars(made_later.order_by(LiveChange.number)):
        for uuid, state in change.after.items():
            before, after = change.before[uuid].get("parts") or {}, state["parts"] or {}
            changed = {part for part in before.keys() | after.keys() if before.get(part) != after.get(part)}
            laid[uuid] = {**laid.get(uuid, {}), **{part: after.get(part) for part in changed}}
    return laid


def _of_session(session: ReleasedSession | None, laid: State) -> State | None:
    known = {part.id for item in session.items for part in item.parts} if session else set()
    return {part: told for part, told in laid.items() if told is not None and part in known} or None


def _when(session: Any) -> tuple[datetime, datetime, str]:
    return session.starts_at, session.ends_at, session.status


def _open_running(event_id: int, session_uuid: str) -> tuple[LiveAgenda, LiveSession | None]:
    """The day, and what it says of a session of today; or of one that has begun, since it may run into the next day."""
    live = open_live(event_id, session_uuid)
    standing = live.standing_of(session_uuid)
    if not standing.started and live.day_at(now()) != live.day_of(session_uuid):
        raise NotToday(day=format_day(standing.starts, live.event.time_zone))
    return live, live.rows.get(session_uuid)


def open_session_of(live: LiveAgenda, session_uuid: str, *, cancelled: bool = False) -> None:
    """Raises NotFound, AlreadyEnded, AlreadyCancelled, NotCancelled."""
    if session_uuid not in live.sessions:
        raise NotFound
    row, standing = live.rows.get(session_uuid), live.standing_of(session_uuid)
    if row is not None and row.ended_at is not None:
        raise AlreadyEnded(time=format_clock(row.ended_at, live.event.time_zone))
    if standing.cancelled != cancelled:
        raise NotCancelled if cancelled else AlreadyCancelled


def _check_scope(live: LiveAgenda, uuids: Mapping[str, Any], by: Actor) -> None:
    scope = scope_of_actor(live.event.id, by)
    touched = [live.sessions[uuid] for uuid in uuids if uuid in live.sessions]
    if scope is not None and not all(scope.allows(one.track, one.hall) for one in touched):
        raise OutsideScope(scope.names)


def _names(live: LiveAgenda, uuids: Mapping[str, Any]) -> list[str]:
    return [heading_of(live.sessions[uuid]) for uuid in uuids if uuid in live.sessions]


def _plain(values: Mapping[str, Any]) -> State:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _put(event_id: int, uuid: str, state: State) -> None:
    """Have a session stand like this on the day; without a row, if none was laid."""
    row = db.session.get(LiveSession, uuid)
    if not state["laid"]:
        if row is not None:
            db.session.delete(row)
    else:
        row = row or LiveSession(session_uuid=uuid, event_id=event_id)
        for name in STATE:
            setattr(row, name, _value(name, state.get(name)))
        db.session.add(row)
    db.session.flush()


def _value(name: str, kept: Any) -> Any:
    is_moment = isinstance(LiveSession.__table__.columns[name].type, Moment)
    return datetime.fromisoformat(kept) if is_moment and kept is not None else kept
