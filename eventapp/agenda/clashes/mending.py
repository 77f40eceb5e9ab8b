"""What would mend a clash: another hall, the next free time on the same day, more minutes, the order set by hand. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

from eventapp.agenda.clashes.finding import PLAIN, find_clashes, made_worse
from eventapp.agenda.clashes.shapes import OF_TIME, Block, Clash, Terms
from eventapp.agenda.times import day_of

# Rules that another hall mends; the others ask for another time.
BY_HALL = frozenset({"hall", "hall_away", "capacity", "turnaround"})
BY_TIME = frozenset({"hall", "person", "walk", "turnaround", "hall_away", "person_away", "hours", "track"})


@dataclass(frozen=True)
class Mend:
    """A change that would end a clash and make no other: `move` to a time and hall, `lengthen`, or `order` an item's people."""

    kind: Literal["move", "lengthen", "order"]
    session_id: int
    start: datetime
    end: datetime
    hall_id: int | None
    item_id: int | None = None


class Agenda:
    """An agenda in which would-be changes are tried out, one session at a time."""

    def __init__(self, blocks: Iterable[Block], terms: Terms = PLAIN) -> None:
        self.blocks = {block.session_id: block for block in blocks}
        self.terms = terms
        self._time_terms = terms.only(OF_TIME)

    def clashes_with(self, block: Block) -> list[Clash]:
        """What a session would clash with if it were like this; its place in the agenda as it stands is left out."""
        near = [other for other in self._sharing(block) if self._is_near(block, other)]
        found = find_clashes([block, *near], self._time_terms)
        return [clash for clash in found if block.session_id in clash.sessions]

    def mend_of(self, clash: Clash) -> Mend | None:
        """The first change found that ends a clash and makes nothing worse; the later session is moved rather than the earlier."""
        if clash.rule == "precedence":
            block = self.blocks[clash.first]
            return Mend("order", clash.first, block.start, block.end, block.hall_id, clash.subject)
        sessions = [self.blocks[session_id] for session_id in reversed(clash.sessions)]
        tries = (mend for block in sessions if not block.fixed for mend in self._tries(clash, block))
        return next((mend for mend in tries if self._ends(clash, mend)), None)

    def _tries(self, clash: Clash, block: Block) -> Iterator[Mend]:
        if clash.rule == "overrun":
            end = block.start + timedelta(minutes=block.item_minutes)
            yield Mend("lengthen", block.session_id, block.start, end, block.hall_id)
        if clash.rule in BY_HALL:
            for hall_id in self._other_halls(block):
                yield Mend("move", block.session_id, block.start, block.end, hall_id)
        if clash.rule in BY_TIME:
            for start in self._starts(block):
                end = start + (block.end - block.start)
                yield Mend("move", block.session_id, start, end, block.hall_id)

    def _ends(self, clash: Clash, mend: Mend) -> bool:
        block = self.blocks[mend.session_id]
        before = [known for known in self.clashes_with(block) if known.key != clash.key]
        after = self.clashes_with(block.moved(mend.start, mend.end, mend.hall_id))
        return all(left.key != clash.key for left in after) and not made_worse(before, after)

    def _other_halls(self, block: Block) -> list[int]:
        """Halls with seats enough, the smallest first; those whose seats nobody counted come last."""
        halls = self.terms.halls
        seats = {hall_id: hall.capacity for hall_id, hall in halls.items() if hall_id != block.hall_id}
        fitting = [hall_id for hall_id, number in seats.items() if number is None or number >= block.guests]
        return sorted(fitting, key=lambda hall_id: (seats[hall_id] is None, seats[hall_id] or 0))

    def _starts(self, block: Block) -> list[datetime]:
        """Moments later on the same day at which what keeps the session from starting may be over, the earliest first."""
        terms, day = self.terms, self._day(block.start)
        hours = terms.open_hours(block.start)
        moments = {hours[0]} if hours else set()
        for other in self._sharing(block):
            moments.add(other.end + timedelta(minutes=terms.hall(block.hall_id).turnaround))
            moments.update(self._freed(block, other))
        for absence in terms.absences:
            moments.add(absence.end)
            mine = [one for one in block.presences if one.person_id == absence.person_id]
            moments.update(absence.end - (one.start - block.start) for one in mine)
        length = block.end - block.start
        return sorted(
            start for start in moments if start > block.start and self._day(start) == day == self._day(start + length)
        )

    def _freed(self, block: Block, other: Block) -> Iterator[datetime]:
        """When the session could start so that its people come from another one in time."""
        walk = self.terms.walk(block.hall_id, other.hall_id)
        for mine in block.presences:
            for theirs in other.presences:
                if mine.person_id == theirs.person_id:
                    yield theirs.end + walk - (mine.start - block.start)

    def _sharing(self, block: Block) -> list[Block]:
        """Other sessions in the same hall, of the same track, or with the same people."""
        keys = _keys(block)
        ids = {session_id for key in keys for session_id in self._by_key.get(key, ()) if session_id != block.session_id}
        return [self.blocks[session_id] for session_id in sorted(ids)]

    @cached_property
    def _by_key(self) -> dict[tuple[str, int], list[int]]:
        found: dict[tuple[str, int], list[int]] = defaultdict(list)
        for block in self.blocks.values():
            for key in _keys(block):
                found[key].append(block.session_id)
        return found

    def _is_near(self, block: Block, other: Block) -> bool:
        distance = max(self.terms.longest_walk, timedelta(minutes=self.terms.hall(block.hall_id).turnaround))
        return _start(other) < _end(block) + distance and _start(block) < _end(other) + distance

    def _day(self, moment: datetime) -> object:
        return day_of(moment, self.terms.zone, self.terms.day_starts)


def _keys(block: Block) -> set[tuple[str, int]]:
    keys = {("person", presence.person_id) for presence in block.presences}
    keys |= {("hall", block.hall_id)} if block.hall_id is not None else set()
    return keys | ({("track", block.track_id)} if block.track_id is not None else set())


def _start(block: Block) -> datetime:
    return min([block.start, *(one.start for one in block.presences)])


def _end(block: Block) -> datetime:
    return max([block.end, *(one.end for one in block.presences)])
