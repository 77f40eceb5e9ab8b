"""How the day stands: the latest release with what went otherwise, what a delay would do to the rest, what was changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from eventapp.accounts.queries import user_names
from eventapp.agenda import words
from eventapp.agenda.delays import Plan, Span, Standing, Ways, rest_of_day
from eventapp.agenda.errors import ChangedMeanwhile
from eventapp.agenda.models import AgendaSession, HallWalk, LiveChange, LiveSession, Release
from eventapp.agenda.queries.released import latest_release
from eventapp.agenda.queries.releases import content_of
from eventapp.agenda.queries.telling import heading_of
from eventapp.agenda.release import ReleasedSession, as_laid
from eventapp.agenda.times import day_of, running_times
from eventapp.changing import plain
from eventapp.db import db
from eventapp.events.models import Event, Hall
from eventapp.events.queries import halls_of

# What a row of the day says of its session.
STATE = tuple(
    column.name for column in LiveSession.__table__.columns if column.name not in ("session_uuid", "event_id")
)
State = dict[str, Any]


@dataclass(frozen=True)
class LiveAgenda:
    """What the public sees of an event, and what is different on the day; `number` is that of the last live change."""

    event: Event
    release: Release
    number: int
    sessions: Mapping[str, ReleasedSession]
    rows: Mapping[str, LiveSession]
    fixed: frozenset[str]
    halls: Mapping[str, Hall]
    ways: Ways

    def state_of(self, uuid: str) -> State:
        """How a session stands; `laid` says whether that differs from what was released or is only so for now."""
        row = self.rows.get(uuid)
        if row is not None:
            return {"laid": True, **{name: plain(getattr(row, name)) for name in STATE}}
        session = self.sessions[uuid]
        return {"laid": False, **{name: plain(getattr(session, name, None)) for name in STATE}}

    def standing_of(self, uuid: str) -> Standing:
        session, row = self.sessions[uuid], self.rows.get(uuid)
        stands: Any = row or session
        return Standing(
            uuid=uuid,
            hall=session.hall,
            starts=stands.starts_at,
            ends=stands.ends_at,
            planned=(session.starts_at, session.ends_at),
            fixed=uuid in self.fixed,
            cancelled=stands.status == "cancelled",
            started=row is not None and row.started_at is not None,
            ended=row is not None and row.ended_at is not None,
            needed=_needed(self.as_it_stands(uuid)),
        )

    def as_it_stands(self, uuid: str) -> ReleasedSession:
        """A session with those who appear in it on the day."""
        row = self.rows.get(uuid)
        return as_laid(self.sessions[uuid], row.parts if row else None)

    def day_of(self, uuid: str) -> date:
        """The day that a session belongs to, as it was released."""
        return self.day_at(self.sessions[uuid].starts_at)

    def day_at(self, moment: datetime) -> date:
        return day_of(moment, self.event.time_zone, self.event.day_starts)

    def on_day(self, day: date) -> list[Standing]:
        """Everything on a day, by hall and time."""
        places = {hall: place for place, hall in enumerate(self.halls)}
        found = [self.standing_of(uuid) for uuid in self.sessions if self.day_of(uuid) == day]
        return sorted(found, key=lambda one: (places.get(one.hall, len(places)), one.starts, one.ends, one.uuid))

    def hall_of(self, uuid: str) -> Hall | None:
        return self.halls.get(self.sessions[uuid].hall)


def live_agenda(event_id: int) -> LiveAgenda | None:
    """How an event's days stand; None before the first release."""
    release = latest_release(event_id)
    if release is None:
        return None
    event = db.session.get_one(Event, event_id)
    rows = db.session.scalars(
        select(LiveSession).where(LiveSession.event_id == event_id).execution_options(populate_existing=True)
    )
    fixed = select(AgendaSession.uuid).where(AgendaSession.event_id == event_id, AgendaSession.fixed)
    halls = halls_of(event_id)
    return LiveAgenda(
        event=event,
        release=release,
        number=last_live_number(event_id),
        sessions=content_of(release, event.time_zone).by_uuid,
        rows={row.session_uuid: row for row in rows},
        fixed=frozenset(db.session.scalars(fixed)),
        halls={hall.public_id: hall for hall in halls},
        ways=_ways(halls),
    )


def times_if_late(standing: Standing, minutes: int) -> Span:
    """When a session is, if it runs so many minutes later than it stands: one that has begun goes on for longer."""
    later = timedelta(minutes=minutes)
    return (standing.starts if standing.started else standing.starts + later), standing.ends + later


def plan_of_delay(live: LiveAgenda, uuid: str, minutes: int, at: datetime) -> Plan:
    """What becomes of the rest of the day; what is on the day after is not moved by it, only run into."""
    day = live.day_of(uuid)
    standing = live.standing_of(uuid)
    next_day = [replace(one, fixed=True) for one in live.on_day(day + timedelta(days=1))]
    times = times_if_late(standing, minutes)
    return rest_of_day([*live.on_day(day), *next_day], uuid, times, live.ways, at=at)


def seen_of(live: LiveAgenda, plan: Plan) -> str:
    """A short name for a plan and for when it was made, so that what is published is what was looked at."""
    told = "|".join(f"{move.uuid} {move.after[0].isoformat()} {move.after[1].isoformat()}" for move in plan.moves)
    return f"{state_of_day(live.event.id)}.{hashlib.sha256(told.encode()).hexdigest()[:32]}"


def state_of_day(event_id: int) -> str:
    """A short name for how the days of an event stand: the release, the last live change, how many were taken back."""
    released = select(func.max(Release.number)).where(Release.event_id == event_id, Release.state == "published")
    here = LiveChange.event_id == event_id
    last = select(func.max(LiveChange.number)).where(here)
    undone = select(func.count(LiveChange.undone_at)).where(here)
    row = db.session.execute(select(released.scalar_subquery(), last.scalar_subquery(), undone.scalar_subquery())).one()
    return ".".join(str(number or 0) for number in row)


def changed_since(live: LiveAgenda, seen: str) -> ChangedMeanwhile:
    """The refusal of what was seen before somebody else changed the day, telling who did what."""
    release, number, undone = (
        [int(part) for part in seen.split(".")[:3] if part.isdecimal() and len(part) < 10] + [0, 0, 0]
    )[:3]
    changes = live_changes_of(live.event.id)
    newer = [change for change in changes if change.number > number]
    taken_back = [change for change in changes if change.undone_at is not None]
    newer += taken_back if len(taken_back) != undone else []
    if release != live.release.number:
        who = user_names({live.release.created_by}) if live.release.created_by else {}
        name = who.get(live.release.created_by or 0) or str(words.ACTORS["system"])
        what = str(words.LIVE_CHANGES["release"]) % {"number": live.release.number}
        return ChangedMeanwhile(name, what, live.release.published_at)
    if not newer:
        return ChangedMeanwhile()
    last = max(newer, key=lambda change: change.undone_at or change.at)
    return ChangedMeanwhile(who_did(last), what_was_done(last, live), last.undone_at or last.at)


def last_live_number(event_id: int) -> int:
    """The number of the last change on the day; 0 before the first."""
    return db.session.scalar(select(func.max(LiveChange.number)).where(LiveChange.event_id == event_id)) or 0


def live_changes_of(event_id: int) -> Sequence[LiveChange]:
    """What was changed on the day, the newest first."""
    query = select(LiveChange).where(LiveChange.event_id == event_id).order_by(LiveChange.number.desc())
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def live_parts_of(event_id: int) -> dict[str, Any]:
    """Who appears instead on the day, by the part's public id."""
    rows = db.session.scalars(select(LiveSession.parts).where(LiveSession.event_id == event_id))
    return {part: told for parts in rows for part, told in (parts or {}).items()}


def who_did(change: LiveChange) -> str:
    return change.by_name or str(words.ACTORS.get(change.by_kind, words.ACTORS["system"]))


def what_was_done(change: LiveChange, live: LiveAgenda) -> str:
    """A change on the day in the reader's language, as it follows a name: started “Opening”."""
    uuid = next(iter(change.after), "")
    session = live.sessions.get(uuid)
    name = heading_of(session) if session else str(words.GONE)
    minutes = minutes_of(change) if change.kind == "delay" else ""
    told = str(words.LIVE_CHANGES[change.kind]) % {"name": name, "minutes": minutes}
    return str(words.LIVE_CHANGES["undone"]) % {"what": told} if change.undone_at else told


def minutes_of(change: LiveChange) -> str:
    """By how much the session of a change was moved, with its sign."""
    uuid = next(iter(change.after), "")
    ends = [datetime.fromisoformat(state[uuid]["ends_at"]) for state in (change.before, change.after) if uuid in state]
    return f"{(ends[-1] - ends[0]) // timedelta(minutes=1):+d}".replace("-", "−")


def _needed(session: ReleasedSession) -> dict[str, tuple[timedelta, timedelta | None]]:
    """Who has to be there in person, from when until when after the start."""
    times = running_times(session.starts_at, [item.minutes for item in session.items])
    found: dict[str, tuple[timedelta, timedelta | None]] = {}
    for item, when in zip(session.items, times, strict=True):
        first, last = (when[0] - session.starts_at, when[1] - session.starts_at) if when else (timedelta(), None)
        for part in item.parts:
            if part.person and part.mode == "in_person":
                known = found.get(part.person, (first, last))
                found[part.person] = min(known[0], first), _later(known[1], last)
    return found


def _later(one: timedelta | None, other: timedelta | None) -> timedelta | None:
    return None if one is None or other is None else max(one, other)


def _ways(halls: Sequence[Hall]) -> Ways:
    ids = {hall.id: hall.public_id for hall in halls}
    walks = db.session.scalars(select(HallWalk).where(HallWalk.hall_a_id.in_(ids)))
    return Ways(
        turnaround={hall.public_id: hall.turnaround_minutes for hall in halls},
        shared=frozenset(hall.public_id for hall in halls if hall.parallel_ok),
        walks={frozenset((ids[row.hall_a_id], ids[row.hall_b_id])): row.minutes for row in walks},
    )
