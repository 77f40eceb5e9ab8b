"""What clashes are looked for in, and what is found: sessions as blocks of time, the terms of an event, clashes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from eventapp.agenda.times import day_of

# Rules about time, place and people: a change that breaks one is asked about, or refused.
OF_TIME = (
    "hall", "person", "walk", "turnaround", "hall_away", "person_away", "hours", "overrun", "capacity", "track",
)  # fmt: skip
# Rules about what is still to be done: never in the way of a change, only of a release.
OF_PREPARATION = ("unconfirmed", "translation", "precedence")
RULES = (*OF_TIME, *OF_PREPARATION)
# Nobody may break it, so no event sets it.
ALWAYS = "backwards"
LEVELS = ("block", "warn", "ignore")
DEFAULT_LEVEL = "warn"


@dataclass(frozen=True)
class Presence:
    """Somebody has to be in a hall from `start` to `end`."""

    person_id: int
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Order:
    """People of one role in one item, in the order in which they are listed."""

    item_id: int
    people: tuple[int, ...]


@dataclass(frozen=True)
class Block:
    """A session as far as clashes go.

    `item_minutes` is the length of its items together, `guests` how many seats it needs, `unconfirmed` who has not
    accepted, `missing` the languages in which a text of it is not written. One that is `fixed` is never moved by a mend.
    """

    session_id: int
    hall_id: int | None
    start: datetime
    end: datetime
    item_minutes: int = 0
    presences: tuple[Presence, ...] = ()
    track_id: int | None = None
    guests: int = 0
    fixed: bool = False
    unconfirmed: tuple[int, ...] = ()
    missing: tuple[str, ...] = ()
    orders: tuple[Order, ...] = ()

    def moved(self, start: datetime, end: datetime, hall_id: int | None) -> Block:
        """The same session at another time or in another hall, everybody in it as long after its start as before."""
        later = start - self.start
        presences = tuple(Presence(one.person_id, one.start + later, one.end + later) for one in self.presences)
        return replace(self, start=start, end=end, hall_id=hall_id, presences=presences)


@dataclass(frozen=True)
class HallTerms:
    """What a hall allows: so many seats (None: nobody counted), several sessions at once, minutes to make it ready again."""

    capacity: int | None = None
    parallel_ok: bool = False
    turnaround: int = 0


@dataclass(frozen=True)
class Absence:
    """A time in which a person or a hall cannot be had."""

    id: int
    start: datetime
    end: datetime
    person_id: int | None = None
    hall_id: int | None = None


@dataclass(frozen=True)
class Terms:
    """What an event's clashes go by. `walks` are minutes between two halls, the smaller id first; `ranks` the order of
    people set by hand; `hours` from when to when a day may hold sessions, by the clock on the event's wall.
    """

    halls: Mapping[int, HallTerms] = field(default_factory=dict)
    walks: Mapping[tuple[int, int], int] = field(default_factory=dict)
    absences: tuple[Absence, ...] = ()
    ranks: Mapping[int, int] = field(default_factory=dict)
    hours: tuple[time, time] | None = None
    zone: str = "UTC"
    day_starts: time = time(4)
    levels: Mapping[str, str] = field(default_factory=dict)

    def level(self, rule: str) -> str:
        """'block', 'warn' or 'ignore'."""
        return "block" if rule == ALWAYS else self.levels.get(rule, DEFAULT_LEVEL)

    def hall(self, hall_id: int | None) -> HallTerms:
        return self.halls.get(hall_id or 0, HallTerms())

    def walk(self, one: int | None, other: int | None) -> timedelta:
        """How long it takes from one hall to the other."""
        if one is None or other is None or one == other:
            return timedelta()
        return timedelta(minutes=self.walks.get((min(one, other), max(one, other)), 0))

    @property
    def longest_walk(self) -> timedelta:
        return timedelta(minutes=max(self.walks.values(), default=0))

    def open_hours(self, moment: datetime) -> tuple[datetime, datetime] | None:
        """From when to when sessions may run on the day to which a moment belongs."""
        if self.hours is None:
            return None
        (opens, closes), day = self.hours, day_of(moment, self.zone, self.day_starts)
        last = day + timedelta(days=1) if closes <= opens else day
        return _moment(day, opens, self.zone), _moment(last, closes, self.zone)

    def only(self, rules: tuple[str, ...]) -> Terms:
        """The same terms with every other rule ignored."""
        levels = {rule: self.level(rule) if rule in rules else "ignore" for rule in RULES}
        return replace(self, levels=levels)


@dataclass(frozen=True)
class Clash:
    """A rule that is broken by one session or by two, the earlier one first.

    `subject` is the hall, person, track, absence or item that it is about; `needs` and `has` are minutes or seats;
    `details` are people, or languages.
    """

    rule: str
    first: int
    start: datetime
    end: datetime
    second: int | None = None
    subject: int | None = None
    needs: int = 0
    has: int = 0
    details: tuple[int | str, ...] = ()

    @property
    def sessions(self) -> tuple[int, ...]:
        return (self.first,) if self.second is None else (self.first, self.second)

    @property
    def key(self) -> tuple[object, ...]:
        """What makes it the same clash after a change: the rule, what it is about, and between which sessions."""
        return self.rule, self.subject, frozenset(self.sessions)


def _moment(day: date, clock: time, zone: str) -> datetime:
    """When the clock shows this; a time that daylight saving skips is the one an hour later."""
    return datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)
