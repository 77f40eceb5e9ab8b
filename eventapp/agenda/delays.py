"""What becomes of the rest of a day when one session runs late: what is pushed, what holds, what collides. Pure.

A session pushes those that follow it in its hall, and those in other halls that need the same people. Free time between two
is used up first, but for what the hall needs to be made ready and people to walk. What is fixed, has begun, is over or
cancelled never moves: what does not fit before it runs into it, and that is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import combinations

NOTHING = timedelta()
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Standing:
    """A session as it stands on the day; `planned` are its times as released.

    `needed` tells of each person who is there from how long after the start until how long after it; None: until the end.
    """

    uuid: str
    hall: str
    starts: datetime
    ends: datetime
    planned: Span
    fixed: bool = False
    cancelled: bool = False
    started: bool = False
    ended: bool = False
    needed: Mapping[str, tuple[timedelta, timedelta | None]] = field(default_factory=dict)

    @property
    def times(self) -> Span:
        return self.starts, self.ends

    @property
    def takes_place(self) -> bool:
        """Whether it still needs its hall and its people."""
        return not self.cancelled and not self.ended

    @property
    def late(self) -> timedelta:
        """How much later than planned it starts."""
        return max(self.starts - self.planned[0], NOTHING)

    def needs(self, person: str) -> Span:
        """From when to when somebody has to be there. Who speaks in one that runs longer may come on as much later."""
        return self._needs(person, self.starts, self.ends)

    def was_to_need(self, person: str) -> Span:
        """The same as planned."""
        return self._needs(person, *self.planned)

    def _needs(self, person: str, starts: datetime, ends: datetime) -> Span:
        first, last = self.needed[person]
        longer = max((ends - starts) - (self.planned[1] - self.planned[0]), NOTHING)
        return starts + first, ends if last is None else starts + last + longer

    def moved(self, by: timedelta) -> Standing:
        return replace(self, starts=self.starts + by, ends=self.ends + by)


@dataclass(frozen=True)
class Ways:
    """The minutes a hall needs between two sessions, the halls that several may use at once, the minutes between two halls."""

    turnaround: Mapping[str, int] = field(default_factory=dict)
    shared: frozenset[str] = frozenset()
    walks: Mapping[frozenset[str], int] = field(default_factory=dict)

    def in_hall(self, hall: str) -> timedelta:
        return timedelta(minutes=self.turnaround.get(hall, 0))

    def between(self, one: str, other: str) -> timedelta:
        return timedelta(minutes=self.walks.get(frozenset((one, other)), 0))


@dataclass(frozen=True)
class Move:
    """A session that moves, and what pushes it: `by` is the session, `person` who is needed in both; empty for the first."""

    uuid: str
    before: Span
    after: Span
    by: str = ""
    person: str = ""


@dataclass(frozen=True)
class Absorbed:
    """Minutes of free time between two sessions of a hall that are used up."""

    first: str
    second: str
    minutes: int


@dataclass(frozen=True)
class Collision:
    """Two sessions that do not go together any more, the earlier one first.

    `kind`: 'hall' and 'person' overlap by so many minutes; between 'turnaround' and 'walk' so many are left of `needs`.
    """

    kind: str
    first: str
    second: str
    minutes: int
    needs: int = 0
    person: str = ""


@dataclass(frozen=True)
class Plan:
    """The rest of the day: what moves (first the session that was asked for), what gives way and what does not."""

    moves: tuple[Move, ...]
    absorbed: tuple[Absorbed, ...]
    kept: tuple[str, ...]
    collisions: tuple[Collision, ...]

    @property
    def times(self) -> dict[str, Span]:
        return {move.uuid: move.after for move in self.moves}


@dataclass(frozen=True)
class _Bond:
    """An earlier session and what it lets a later one not do before: the length by which that one has to move."""

    earlier: str
    push: timedelta
    waits: bool
    person: str = ""


def rest_of_day(day: Iterable[Standing], uuid: str, times: Span, ways: Ways, *, at: datetime | None = None) -> Plan:
    """The day when one session has these times instead. `at` is the present moment: what is over by then stays.

    One that ends earlier than it stood takes along what waited for it alone, never to before its planned start.
    """
    old = sorted(day, key=lambda one: (one.starts, one.uuid))
    new: dict[str, Standing] = {}
    causes: dict[str, _Bond] = {}
    kept: list[str] = []
    for session in old:
        if session.uuid == uuid:
            new[uuid] = replace(session, starts=times[0], ends=times[1])
            continue
        bonds = [bond for one in old if one.uuid in new for bond in _bonds(one, new[one.uuid], session, ways, at)]
        shift, cause = _shift(session, bonds)
        stays = _stays(session, at)
        if stays and session.takes_place and shift > NOTHING:
            kept.append(session.uuid)
        new[session.uuid] = session if stays else session.moved(shift)
        if cause and shift and not stays:
            causes[session.uuid] = cause
    moves = _moves(old, new, causes, uuid)
    after = list(new.values())
    return Plan(
        moves, tuple(_absorbed(old, new, ways)), tuple(kept), collisions(after, ways, {one.uuid for one in moves})
    )


def collisions(day: Sequence[Standing], ways: Ways, moved: Iterable[str] | None = None) -> tuple[Collision, ...]:
    """What does not go together, although it was planned to: among these sessions, or in pairs with one of `moved`."""
    asked = {one.uuid for one in day if one.times != one.planned} if moved is None else set(moved)
    standing = sorted((one for one in day if one.takes_place), key=lambda one: (one.starts, one.ends, one.uuid))
    pairs = (pair for pair in combinations(standing, 2) if pair[0].uuid in asked or pair[1].uuid in asked)
    return tuple(found for one, other in pairs for found in _collide(one, other, ways))


def _stays(session: Standing, at: datetime | None) -> bool:
    over = at is not None and session.ends <= at
    return session.fixed or session.started or over or not session.takes_place


def _shift(session: Standing, bonds: Sequence[_Bond]) -> tuple[timedelta, _Bond | None]:
    """By how much a session moves, and what decides it; earlier only if it waited for something."""
    lowest = -session.late if any(bond.waits for bond in bonds) else NOTHING
    strongest = max(bonds, key=lambda bond: bond.push, default=None)
    if strongest is None or strongest.push <= lowest:
        return lowest, next((bond for bond in bonds if bond.waits), None)
    return strongest.push, strongest


def _bonds(old: Standing, new: Standing, later: Standing, ways: Ways, at: datetime | None) -> Iterator[_Bond]:
    """What an earlier session means for a later one. Two that overlap already are none of each other's business."""
    if not old.takes_place or not later.takes_place:
        return
    if old.hall and old.hall == later.hall and old.hall not in ways.shared and old.ends <= later.starts:
        yield _bond(old.uuid, old.ends, new.ends, later.starts, ways.in_hall(old.hall))
    for person in old.needed.keys() & later.needed.keys():
        free, begins = old.needs(person)[1], later.needs(person)[0]
        if free <= begins and (at is None or free > at):
            yield _bond(old.uuid, free, new.needs(person)[1], begins, ways.between(old.hall, later.hall), person)


def _bond(
    earlier: str, free: datetime, free_now: datetime, begins: datetime, between: timedelta, person: str = ""
) -> _Bond:
    # Who was planned with less time between than is needed does not get more by a delay.
    gap = min(begins - free, between)
    return _Bond(earlier, free_now + gap - begins, free_now < free and begins - free <= between, person)


def _moves(
    old: Sequence[Standing], new: Mapping[str, Standing], causes: Mapping[str, _Bond], uuid: str
) -> tuple[Move, ...]:
    changed = [one for one in old if new[one.uuid].times != one.times]
    moves = []
    for one in sorted(changed, key=lambda one: one.uuid != uuid):
        cause = causes.get(one.uuid)
        by, person = (cause.earlier, cause.person) if cause else ("", "")
        moves.append(Move(one.uuid, one.times, new[one.uuid].times, by, person))
    return tuple(moves)


def _absorbed(old: Sequence[Standing], new: Mapping[str, Standing], ways: Ways) -> Iterator[Absorbed]:
    """Where free time is used up: between each session of a hall and the one that followed it."""
    last: dict[str, Standing] = {}
    for one in old:
        if not one.hall or one.hall in ways.shared or not one.takes_place:
            continue
        before = last.get(one.hall)
        if before is not None and before.ends <= one.starts:
            left = max(new[one.uuid].starts - new[before.uuid].ends, NOTHING)
            used = (one.starts - before.ends) - left
            if used > NOTHING and new[before.uuid].ends > before.ends:
                yield Absorbed(before.uuid, one.uuid, _minutes(used))
        if before is None or one.ends >= before.ends:
            last[one.hall] = one


def _collide(one: Standing, other: Standing, ways: Ways) -> Iterator[Collision]:
    if one.hall and one.hall == other.hall and one.hall not in ways.shared:
        spans = (one.times, other.times), (one.planned, other.planned)
        yield from _too_close("hall", "turnaround", (one, other), spans, ways.in_hall(one.hall))
        if one.starts < other.ends and other.starts < one.ends:
            return
    for person in sorted(one.needed.keys() & other.needed.keys()):
        spans = (one.needs(person), other.needs(person)), (one.was_to_need(person), other.was_to_need(person))
        yield from _too_close("person", "walk", (one, other), spans, ways.between(one.hall, other.hall), person)


def _too_close(
    overlap: str,
    near: str,
    pair: tuple[Standing, Standing],
    spans: tuple[tuple[Span, Span], tuple[Span, Span]],
    between: timedelta,
    person: str = "",
) -> Iterator[Collision]:
    """Two times that overlap more, or leave less of what is needed between them, than was planned."""
    gap, planned = (_gap(*both) for both in spans)
    if gap >= min(planned, between):
        return
    first, second = (one.uuid for one in pair)
    if gap < NOTHING:
        yield Collision(overlap, first, second, _minutes(-gap), person=person)
    else:
        yield Collision(near, first, second, _minutes(gap), _minutes(between), person)


def _gap(one: Span, other: Span) -> timedelta:
    """The time between two, whichever is first; negative: for so long they are at once."""
    return max(one[0], other[0]) - min(one[1], other[1])


def _minutes(length: timedelta) -> int:
    return length // timedelta(minutes=1)
