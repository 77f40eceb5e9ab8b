"""What cannot be in an agenda: a hall taken twice, a person in two places, more items than time. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import TypeVar


@dataclass(frozen=True)
class Presence:
    """Somebody has to be in a hall from `start` to `end`."""

    person_id: int
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Block:
    """A session as far as clashes go; `item_minutes` is the length of its items together."""

    session_id: int
    hall_id: int | None
    start: datetime
    end: datetime
    item_minutes: int = 0
    presences: tuple[Presence, ...] = ()


@dataclass(frozen=True)
class HallClash:
    """Two sessions use one hall at the same time."""

    hall_id: int
    first: int
    second: int
    start: datetime
    end: datetime


@dataclass(frozen=True)
class PersonClash:
    """One person is needed in two sessions; from the first moment of it to the last."""

    person_id: int
    first: int
    second: int
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Overrun:
    """A session's items need more minutes than it has."""

    first: int
    start: datetime
    end: datetime
    item_minutes: int


@dataclass(frozen=True)
class Backwards:
    """A session does not end after it starts."""

    first: int
    start: datetime
    end: datetime


Clash = HallClash | PersonClash | Overrun | Backwards
Timed = TypeVar("Timed", Block, Presence)


def find_clashes(blocks: Iterable[Block]) -> list[Clash]:
    """Every clash among the sessions of an event, the earliest first. One that ends as another starts is no clash."""
    blocks = list(blocks)
    sound = sorted((block for block in blocks if block.start < block.end), key=_order)
    backwards = (Backwards(block.session_id, block.start, block.end) for block in blocks if block.start >= block.end)
    found: Iterable[Clash] = chain(backwards, _overruns(sound), _hall_clashes(sound), _person_clashes(sound))
    return sorted(found, key=lambda clash: (clash.start, clash.first, type(clash).__name__, repr(clash)))


def made_worse(before: Iterable[Clash], after: Iterable[Clash]) -> list[Clash]:
    """The clashes that a change made or made longer; those that were there already are not its fault."""
    known = {_key(clash): clash for clash in before}
    return [clash for clash in after if not _covers(known.get(_key(clash)), clash)]


def _overruns(blocks: list[Block]) -> Iterator[Overrun]:
    for block in blocks:
        if timedelta(minutes=block.item_minutes) > block.end - block.start:
            yield Overrun(block.session_id, block.start, block.end, block.item_minutes)


def _hall_clashes(blocks: list[Block]) -> Iterator[HallClash]:
    by_hall: dict[int, list[Block]] = defaultdict(list)
    for block in blocks:
        if block.hall_id is not None:
            by_hall[block.hall_id].append(block)
    for hall_id, taken in by_hall.items():
        for one, other in _overlapping(taken):
            start, end = _overlap(one, other)
            yield HallClash(hall_id, one.session_id, other.session_id, start, end)


def _person_clashes(blocks: list[Block]) -> Iterator[PersonClash]:
    places = {block.session_id: place for place, block in enumerate(blocks)}
    spans: dict[tuple[int, int, int], tuple[datetime, datetime]] = {}
    for person_id, needed in _presences_by_person(blocks).items():
        session_of = {id(presence): session_id for session_id, presence in needed}
        for one, other in _overlapping([presence for _session_id, presence in needed]):
            pair = sorted((session_of[id(one)], session_of[id(other)]), key=places.__getitem__)
            if pair[0] != pair[1]:
                _widen(spans, (person_id, pair[0], pair[1]), _overlap(one, other))
    for (person_id, first, second), (start, end) in spans.items():
        yield PersonClash(person_id, first, second, start, end)


def _presences_by_person(blocks: list[Block]) -> dict[int, list[tuple[int, Presence]]]:
    by_person: dict[int, list[tuple[int, Presence]]] = defaultdict(list)
    for block in blocks:
        for presence in block.presences:
            # A copy of its own: two equal presences in two sessions must stay two.
            own = Presence(presence.person_id, presence.start, presence.end)
            by_person[presence.person_id].append((block.session_id, own))
    return by_person


def _overlapping(spans: list[Timed]) -> Iterator[tuple[Timed, Timed]]:
    """Every pair that overlaps, by one walk in order of starts."""
    running: list[Timed] = []
    for span in sorted(spans, key=lambda span: span.start):
        running = [earlier for earlier in running if earlier.end > span.start]
        yield from ((earlier, span) for earlier in running)
        running.append(span)


def _overlap(one: Timed, other: Timed) -> tuple[datetime, datetime]:
    return max(one.start, other.start), min(one.end, other.end)


def _widen(
    spans: dict[tuple[int, int, int], tuple[datetime, datetime]],
    key: tuple[int, int, int],
    span: tuple[datetime, datetime],
) -> None:
    known = spans.get(key, span)
    spans[key] = (min(known[0], span[0]), max(known[1], span[1]))


def _order(block: Block) -> tuple[datetime, int]:
    return block.start, block.session_id


def _key(clash: Clash) -> tuple[object, ...]:
    match clash:
        case HallClash():
            return "hall", clash.hall_id, frozenset((clash.first, clash.second))
        case PersonClash():
            return "person", clash.person_id, frozenset((clash.first, clash.second))
        case _:
            return type(clash).__name__, clash.first


def _covers(known: Clash | None, clash: Clash) -> bool:
    if known is None:
        return False
    if isinstance(known, Overrun) and isinstance(clash, Overrun):
        return _minutes_over(known) >= _minutes_over(clash)
    return known.start <= clash.start and clash.end <= known.end


def _minutes_over(clash: Overrun) -> float:
    return clash.item_minutes - (clash.end - clash.start) / timedelta(minutes=1)
