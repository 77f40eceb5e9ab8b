"""How long it takes to find the clashes of a big agenda: 500 sessions in 45 halls over two days, every rule asked."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from itertools import combinations

from eventapp.agenda.clashes import Absence, Agenda, Block, HallTerms, Order, Presence, Terms, find_clashes

SESSIONS, HALLS, PEOPLE, TRACKS, DAYS = 500, 45, 600, 40, 2
MORNING = datetime(2027, 2, 6, 8, tzinfo=UTC)
TURNS = 20


def big_agenda() -> tuple[list[Block], Terms]:
    """Crowded as a published programme is, with some clashes of every rule; always the same."""
    chance = random.Random(2027)
    return [_block(chance, number) for number in range(1, SESSIONS + 1)], _terms(chance)


def _block(chance: random.Random, number: int) -> Block:
    start = MORNING + timedelta(days=chance.randrange(DAYS), minutes=5 * chance.randrange(100))
    end = start + timedelta(minutes=chance.choice((20, 25, 30, 50, 60)))
    people = tuple(chance.sample(range(1, PEOPLE), chance.choice((1, 1, 2, 4))))
    return Block(
        number,
        chance.randint(1, HALLS),
        start,
        end,
        item_minutes=chance.choice((0, 20, 55)),
        presences=tuple(Presence(person, start, end) for person in people),
        track_id=chance.randint(1, TRACKS),
        guests=chance.choice((0, 80, 900)),
        unconfirmed=people[:1],
        missing=chance.choice(((), ("zh",))),
        orders=(Order(number, people),),
    )


def _terms(chance: random.Random) -> Terms:
    halls = range(1, HALLS + 1)
    away = [MORNING + timedelta(hours=chance.randrange(8)) for _ in range(100)]
    return Terms(
        halls={hall: HallTerms(chance.choice((60, 100, 400)), hall % 9 == 0, chance.choice((0, 5))) for hall in halls},
        walks={pair: chance.randint(1, 12) for pair in combinations(halls, 2)},
        absences=tuple(
            Absence(number, start, start + timedelta(hours=1), person_id=chance.randrange(1, PEOPLE))
            for number, start in enumerate(away, 1)
        ),
        ranks={person: person for person in range(1, PEOPLE)},
        hours=(clock(9), clock(17)),
        zone="Europe/Brussels",
    )


def milliseconds() -> tuple[int, float, float, float]:
    """How many clashes there are, how long it takes to find them all, to try out one move, and to find a mend."""
    blocks, terms = big_agenda()
    found = find_clashes(blocks, terms)
    agenda = Agenda(blocks, terms)
    whole = _best(lambda: find_clashes(blocks, terms))
    moved = blocks[0].moved(blocks[0].start + timedelta(minutes=15), blocks[0].end + timedelta(minutes=15), 3)
    tried = _best(lambda: agenda.clashes_with(moved))
    asked = [clash for clash in found if clash.rule in ("hall", "person", "walk")][:TURNS]
    mended = _best(lambda: [agenda.mend_of(clash) for clash in asked]) / max(len(asked), 1)
    return len(found), whole, tried, mended


def line() -> str:
    """The figures as a line of the report."""
    number, whole, tried, mended = milliseconds()
    return (
        f"- {SESSIONS} sessions in {HALLS} halls: all {number} clashes are found in {whole:.1f} ms, a move is tried out in "
        f"{tried:.2f} ms, a mend is found in {mended:.1f} ms."
    )


def _best(act: Callable[[], object]) -> float:
    times = []
    for _ in range(TURNS):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times)[len(times) // 2]


if __name__ == "__main__":
    sys.stdout.write(line() + "\n")
