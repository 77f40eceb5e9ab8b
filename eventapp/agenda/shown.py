"""The agenda as pages and feeds show it: read objects that hold nothing which the reader may not know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from eventapp.agenda.models import Track
from eventapp.events.models import Hall, Organisation
from eventapp.i18n import Bilingual
from eventapp.people.models import Person

CEREMONIES = frozenset({"unveiling", "appointment", "signing", "award", "announcement"})
MOST_HIGHLIGHTS = 5
# One that nobody ended is not shown as running over for ever.
LONGEST_OVER = timedelta(minutes=60)


@dataclass(frozen=True)
class ShownPart:
    """Who or what appears in an item; exactly one of person, organisation and object_name."""

    id: int
    public_id: str
    role: str
    side: str
    mode: str
    reply: str
    as_what: Bilingual
    person: Person | None
    organisation: Organisation | None
    object_name: Bilingual


@dataclass(frozen=True)
class ShownItem:
    """One step of a session; its times are None where they cannot be known."""

    id: int
    public_id: str
    kind: str
    title: Bilingual
    summary: Bilingual
    minutes: int
    starts_at: datetime | None
    ends_at: datetime | None
    parts: tuple[ShownPart, ...]


@dataclass(frozen=True)
class ShownSession:
    """A session with its items in order; moments in UTC. `planned` are its times as released, where the public sees it."""

    id: int
    public_id: str
    uuid: str
    sequence: int
    changed_at: datetime
    kind: str
    title: Bilingual
    summary: Bilingual
    starts_at: datetime
    ends_at: datetime
    hall: Hall | None
    items: tuple[ShownItem, ...]
    status: str = "planned"
    in_tray: bool = False
    track: Track | None = None
    language: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    planned: tuple[datetime, datetime] | None = None

    @property
    def is_moved(self) -> bool:
        """Whether it takes place at another time than was released."""
        return self.planned not in (None, (self.starts_at, self.ends_at)) and not self.is_cancelled

    @property
    def is_cancelled(self) -> bool:
        return self.status == "cancelled"

    @property
    def appearances(self) -> list[tuple[Person, list[ShownPart]]]:
        """Everybody who appears with all they do, in the order of the items."""
        found: dict[int, tuple[Person, list[ShownPart]]] = {}
        for part in (part for item in self.items for part in item.parts):
            if part.person is not None:
                found.setdefault(part.person.id, (part.person, []))[1].append(part)
        return list(found.values())

    @property
    def ceremonies(self) -> list[ShownItem]:
        """The items in which something is done on stage: an unveiling, an appointment, a signing."""
        return [item for item in self.items if item.kind in CEREMONIES]

    @property
    def is_solemn(self) -> bool:
        """Whether everybody should know of it: a ceremony, a keynote, or a forum in which something is unveiled."""
        return self.kind in ("ceremony", "keynote") or bool(self.ceremonies)

    def runs_at(self, at: datetime) -> bool:
        """By the plan, or since it was started; until it was ended."""
        begun = self.starts_at <= at or self.has_started(at)
        return begun and at < self.ends_at and not self.is_cancelled and not self.has_ended(at)

    def runs_over(self, at: datetime) -> bool:
        """Whether it was started, its time is over, and nobody has ended it."""
        late = self.ends_at <= at < self.ends_at + LONGEST_OVER
        return late and self.has_started(at) and not self.is_cancelled and not self.has_ended(at)

    def has_started(self, at: datetime) -> bool:
        return self.started_at is not None and self.started_at <= at

    def has_ended(self, at: datetime) -> bool:
        return self.ended_at is not None and self.ended_at <= at

    def item_at(self, at: datetime) -> ShownItem | None:
        """The item that runs at a moment, if the times of the items are known; as long after the real start as planned."""
        if self.started_at is not None and self.has_started(at):
            at += self.starts_at - self.started_at.replace(second=0, microsecond=0)
        return next(
            (item for item in self.items if item.starts_at and item.ends_at and item.starts_at <= at < item.ends_at),
            None,
        )


@dataclass(frozen=True)
class AgendaDay:
    """One day of an event in its own zone; what runs after midnight is still of this day."""

    day: date
    zone: str
    sessions: tuple[ShownSession, ...]

    @property
    def noon(self) -> datetime:
        """A moment that surely lies on this day; for the date in the reader's language."""
        return datetime.combine(self.day, time(12), ZoneInfo(self.zone))

    @property
    def number(self) -> int:
        """How many sessions there are."""
        return len(self.sessions)

    @property
    def anchor(self) -> str:
        return f"day-{self.day.isoformat()}"

    @property
    def highlights(self) -> tuple[ShownSession, ...]:
        """What a front page tells of the day, by time: ceremonies and keynotes, and others as far as there is room."""
        first = sorted(self._without_breaks(), key=lambda session: not session.is_solemn)[:MOST_HIGHLIGHTS]
        return tuple(session for session in self.sessions if session in first)

    @property
    def telling_moment(self) -> datetime:
        """A moment at which there is something to see, in the event's zone: 10:12, else soon after the first session began."""
        zone = ZoneInfo(self.zone)
        morning = datetime.combine(self.day, time(10, 12), zone)
        sessions = self._without_breaks() or list(self.sessions)
        if any(session.runs_at(morning) for session in sessions):
            return morning
        first = sessions[0]
        return min(first.starts_at + timedelta(minutes=12), first.ends_at - timedelta(minutes=1)).astimezone(zone)

    def _without_breaks(self) -> list[ShownSession]:
        return [session for session in self.sessions if session.kind not in ("break", "meal")]


@dataclass(frozen=True)
class HallNow:
    """What a hall shows at a moment: what runs, what comes next that day, and what of all this does not take place."""

    hall: Hall | None
    running: tuple[ShownSession, ...]
    following: ShownSession | None
    cancelled: tuple[ShownSession, ...] = ()


def people_in(sessions: Iterable[ShownSession], *, without_roles: frozenset[str] = frozenset()) -> list[Person]:
    """Everybody who appears in the sessions, each once, in the order of appearance."""
    found: dict[int, Person] = {}
    for session in sessions:
        for item in session.items:
            for part in item.parts:
                if part.person is not None and part.role not in without_roles:
                    found.setdefault(part.person.id, part.person)
    return list(found.values())


def now_and_next(days: Iterable[AgendaDay], at: datetime) -> list[HallNow]:
    """For each hall that is in use at a moment or later on the same day: what runs, and what follows."""
    day = next((day for day in days if day.sessions and _reaches(day, at)), None)
    if day is None:
        return []
    halls: dict[int | None, list[ShownSession]] = {}
    for session in day.sessions:
        halls.setdefault(session.hall.id if session.hall else None, []).append(session)
    rows = [_hall_now(sessions, at) for sessions in halls.values()]
    shown = [row for row in rows if row.running or row.following or row.cancelled]
    return sorted(
        shown, key=lambda row: (row.hall is None, row.hall.position if row.hall else 0, row.hall.id if row.hall else 0)
    )


def _reaches(day: AgendaDay, at: datetime) -> bool:
    return any(session.ends_at > at or session.runs_over(at) for session in day.sessions)


def _hall_now(sessions: list[ShownSession], at: datetime) -> HallNow:
    running = tuple(session for session in sessions if session.runs_at(at) or _runs_over(session, sessions, at))
    coming = [session for session in sessions if session.starts_at > at and session not in running]
    following = next((one for one in coming if not one.is_cancelled and not one.has_ended(at)), None)
    until = following.starts_at if following else max(session.ends_at for session in sessions)
    cancelled = (one for one in sessions if one.is_cancelled and one.ends_at > at and one.starts_at <= until)
    return HallNow(sessions[0].hall, running, following, tuple(cancelled))


def _runs_over(session: ShownSession, sessions: Iterable[ShownSession], at: datetime) -> bool:
    """Until the next one in the hall is due."""
    due = (other for other in sessions if session.ends_at <= other.starts_at <= at and not other.is_cancelled)
    return session.runs_over(at) and not any(due)
