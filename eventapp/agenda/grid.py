"""A day of the agenda as a grid of hours and halls: where each session stands. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from eventapp.agenda.shown import AgendaDay, ShownSession
from eventapp.events.models import Hall

# With more columns than this a wide screen keeps the list: titles would be cut to a few letters.
MOST_COLUMNS = 8
LONGEST = timedelta(hours=30)
TINY_MINUTES, SHORT_MINUTES = 20, 35
# What a minute is high at each pace, in thousandths of a rem; the style sheet knows the paces by their number.
PACES = (165, 220, 290, 380)
# What a line of a session's words needs, in the same measure, with the space around it.
LINE = 1650


@dataclass(frozen=True)
class Place:
    """Where a session stands: hours and minutes since the grid begins, its length, its column from 1 (0: all of them)."""

    at: str
    length: str
    column: int
    size: str


@dataclass(frozen=True)
class Column:
    """What stands over columns: a hall (None: no hall), from which column on, and over how many."""

    hall: Hall | None
    first: int
    breadth: int


@dataclass(frozen=True)
class Mark:
    """A moment beside the grid."""

    at: str
    moment: datetime


@dataclass(frozen=True)
class DayGrid:
    """The grid of a day; without columns it cannot be drawn, and the list stays."""

    begins: datetime
    ends: datetime
    columns: int
    heads: tuple[Column, ...]
    hours: tuple[Mark, ...]
    places: dict[int, Place]
    pace: int = 1

    def now(self, at: datetime) -> Mark | None:
        """Where the present stands, if it lies within the grid."""
        return Mark(_clock(at - self.begins), at) if self.columns and self.begins <= at < self.ends else None


def grid_of(day: AgendaDay, *, drawn: bool = True) -> DayGrid:
    """Lay out a day; `drawn` unless it is to stay a list. What runs while nothing else does concerns everybody, and stands across all halls."""
    begins = min(session.starts_at for session in day.sessions).replace(second=0, microsecond=0)
    begins -= timedelta(minutes=begins.minute % 30)
    ends = max(session.ends_at for session in day.sessions)
    beside = [session for session in day.sessions if _runs_beside_others(session, day.sessions)]
    heads, columns = _columns(beside)
    breadth = max(1, sum(head.breadth for head in heads))
    drawable = drawn and breadth <= MOST_COLUMNS and ends - begins <= LONGEST
    places = {
        session.id: Place(
            _clock(session.starts_at - begins),
            _clock(session.ends_at - session.starts_at),
            columns.get(session.id, 0),
            _size(session),
        )
        for session in day.sessions
    }
    pace = _pace([(session, columns.get(session.id, 0)) for session in day.sessions])
    hours = _hours(begins, ends)
    return DayGrid(begins, ends, breadth if drawable else 0, heads, hours, places if drawable else {}, pace)


def _pace(placed: Sequence[tuple[ShownSession, int]]) -> int:
    """The number of the slowest pace that is needed for the words of the fullest session to be seen."""
    needed = max((_needed(session, column) for session, column in placed if _size(session) == "long"), default=0.0)
    return next((number for number, pace in enumerate(PACES, 1) if pace >= needed), len(PACES))


def _needed(session: ShownSession, column: int) -> float:
    """How high a minute must be for this session's words, in thousandths of a rem. Items stand in two columns across halls."""
    items = sum(1 + len(item.parts) + bool(item.title.other("en")) for item in session.items)
    words = 3 + (items if column else -(-items // 2))
    return words * LINE / ((session.ends_at - session.starts_at) / timedelta(minutes=1))


def _runs_beside_others(session: ShownSession, sessions: Sequence[ShownSession]) -> bool:
    return any(
        other is not session and other.starts_at < session.ends_at and session.starts_at < other.ends_at
        for other in sessions
    )


def _columns(sessions: Sequence[ShownSession]) -> tuple[tuple[Column, ...], dict[int, int]]:
    """The halls in their order, and each session's column; who shares a hall at one time stands side by side in it."""
    halls: dict[int | None, list[ShownSession]] = {}
    for session in sorted(sessions, key=_hall_order):
        halls.setdefault(session.hall.id if session.hall else None, []).append(session)
    heads, columns, first = [], {}, 1
    for shared in halls.values():
        lanes = _lanes(shared)
        breadth = max(lanes.values()) + 1
        heads.append(Column(shared[0].hall, first, breadth))
        columns.update({id_: first + lane for id_, lane in lanes.items()})
        first += breadth
    return tuple(heads), columns


def _hall_order(session: ShownSession) -> tuple[bool, int, int, datetime]:
    hall = session.hall
    return (hall is None, hall.position if hall else 0, hall.id if hall else 0, session.starts_at)


def _lanes(sessions: Sequence[ShownSession]) -> dict[int, int]:
    """The first free lane for each session, by time."""
    free_from: list[datetime] = []
    lanes = {}
    for session in sessions:
        lane = next((index for index, free in enumerate(free_from) if free <= session.starts_at), len(free_from))
        free_from[lane : lane + 1] = [session.ends_at]
        lanes[session.id] = lane
    return lanes


def _hours(begins: datetime, ends: datetime) -> tuple[Mark, ...]:
    first = begins + timedelta(minutes=-begins.minute % 60)
    count = max(0, int((ends - first) / timedelta(hours=1))) + 1
    moments = [first + timedelta(hours=number) for number in range(count)]
    return tuple(Mark(_clock(moment - begins), moment) for moment in moments if moment <= ends)


def _size(session: ShownSession) -> str:
    minutes = (session.ends_at - session.starts_at) / timedelta(minutes=1)
    if minutes <= TINY_MINUTES:
        return "tiny"
    return "short" if minutes <= SHORT_MINUTES else "long"


def _clock(length: timedelta) -> str:
    """Hours and minutes as four digits, as the style sheet reads them."""
    hours, minutes = divmod(round(length / timedelta(minutes=1)), 60)
    return f"{hours:02d}{minutes:02d}"
