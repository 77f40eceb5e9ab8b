"""Random agendas of a few crowded minutes, and a slow and obvious search for what clashes in them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import combinations, pairwise
from zoneinfo import ZoneInfo

from eventapp.agenda.clashes import LEVELS, RULES, Absence, Block, Clash, HallTerms, Order, Presence, Terms

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
ZONE = "Asia/Shanghai"
HALLS, PEOPLE, TRACKS = (1, 2, 3), (1, 2, 3), (1, 2)


def minute(number: int) -> datetime:
    return NINE + timedelta(minutes=number)


# -- Random agendas ------------------------------------------------------------------------------------------------


def random_agenda(chance: random.Random) -> tuple[list[Block], Terms]:
    """Up to seven sessions in three halls within half an hour, and terms of every kind."""
    blocks = [_random_block(chance, number) for number in range(chance.randint(0, 7))]
    chance.shuffle(blocks)
    return blocks, _random_terms(chance)


def _random_block(chance: random.Random, session_id: int) -> Block:
    start, length = chance.randint(0, 20), chance.randint(-1, 10)
    spans = [(chance.choice(PEOPLE), chance.randint(0, 28), chance.randint(1, 6)) for _ in range(chance.randint(0, 3))]
    return Block(
        session_id,
        chance.choice((None, *HALLS)),
        minute(start),
        minute(start + length),
        item_minutes=chance.randint(0, 10),
        presences=tuple(Presence(person, minute(begins), minute(begins + lasts)) for person, begins, lasts in spans),
        track_id=chance.choice((None, *TRACKS)),
        guests=chance.choice((0, 50, 500)),
        fixed=chance.random() < 0.2,
        unconfirmed=tuple(chance.sample(PEOPLE, chance.choice((0, 0, 1, 2)))),
        missing=chance.choice(((), (), ("en",), ("en", "zh"))),
        orders=tuple(Order(10 * session_id + n, tuple(chance.sample(PEOPLE, 3))) for n in range(chance.randint(0, 2))),
    )


def _random_terms(chance: random.Random) -> Terms:
    pairs = combinations(HALLS, 2)
    return Terms(
        halls={
            hall: HallTerms(chance.choice((None, 40, 400)), chance.random() < 0.25, chance.choice((0, 0, 3)))
            for hall in HALLS
        },
        walks={pair: chance.choice((0, 2, 5)) for pair in pairs if chance.random() < 0.7},
        absences=tuple(_random_absence(chance, number) for number in range(chance.randint(0, 2))),
        ranks={person: chance.randint(1, 3) for person in PEOPLE if chance.random() < 0.8},
        hours=chance.choice((None, (time(17, 5), time(17, 24)), (time(17, 10), time(1)))),
        zone=ZONE,
        levels={rule: chance.choice(LEVELS) for rule in RULES if chance.random() < 0.4},
    )


def _random_absence(chance: random.Random, number: int) -> Absence:
    start = chance.randint(0, 20)
    whose = {"person_id": chance.choice(PEOPLE)} if chance.random() < 0.5 else {"hall_id": chance.choice(HALLS)}
    return Absence(number + 1, minute(start), minute(start + chance.randint(1, 15)), **whose)


# -- The slow search -----------------------------------------------------------------------------------------------


def slowly(blocks: list[Block], terms: Terms) -> set[Clash]:
    """Every rule for every session and every pair of them, minute by minute."""
    found = {Clash("backwards", one.session_id, one.start, one.end) for one in blocks if one.end <= one.start}
    sound = sorted((one for one in blocks if one.start < one.end), key=lambda one: (one.start, one.session_id))
    for one in sound:
        found.update(_alone(one, terms))
    for one, other in combinations(sound, 2):
        found.update(_together(one, other, terms))
    return {clash for clash in found if clash.rule == "backwards" or terms.levels.get(clash.rule) != "ignore"}


def _alone(one: Block, terms: Terms) -> Iterator[Clash]:
    whole, lasts = (one.session_id, one.start, one.end), len(_minutes(one.start, one.end))
    if lasts < one.item_minutes:
        yield Clash("overrun", *whole, needs=one.item_minutes, has=lasts)
    hall = terms.halls.get(one.hall_id)
    if hall and hall.capacity is not None and one.guests > hall.capacity:
        yield Clash("capacity", *whole, subject=one.hall_id, needs=one.guests, has=hall.capacity)
    if outside := [number for number in _minutes(one.start, one.end) if not _is_open(number, one, terms)]:
        yield Clash("hours", *whole, needs=len(outside))
    if one.unconfirmed:
        yield Clash("unconfirmed", *whole, details=one.unconfirmed)
    if one.missing:
        yield Clash("translation", *whole, details=one.missing)
    for order in one.orders:
        known = [person for person in order.people if person in terms.ranks]
        for ahead, behind in pairwise(known):
            if terms.ranks[ahead] > terms.ranks[behind]:
                yield Clash("precedence", *whole, subject=order.item_id, details=(ahead, behind))
                break
    for absence in terms.absences:
        away = _minutes(absence.start, absence.end)
        if absence.hall_id is not None and absence.hall_id == one.hall_id:
            yield from _shared("hall_away", one, away & _minutes(one.start, one.end), absence.id)
        if absence.person_id is not None:
            yield from _shared("person_away", one, away & _minutes_of(one, absence.person_id), absence.id)


def _shared(rule: str, one: Block, shared: set[int], subject: int) -> Iterator[Clash]:
    if shared:
        yield Clash(rule, one.session_id, minute(min(shared)), minute(max(shared) + 1), subject=subject)


def _together(one: Block, other: Block, terms: Terms) -> Iterator[Clash]:
    ids = {"first": one.session_id, "second": other.session_id}
    shared = _minutes(one.start, one.end) & _minutes(other.start, other.end)
    span = {"start": minute(min(shared)), "end": minute(max(shared) + 1)} if shared else {}
    if one.track_id is not None and one.track_id == other.track_id and shared:
        yield Clash("track", subject=one.track_id, **ids, **span)
    if one.hall_id is not None and one.hall_id == other.hall_id and not terms.halls[one.hall_id].parallel_ok:
        between = len(_minutes(one.end, other.start))
        needed = terms.halls[one.hall_id].turnaround
        if shared:
            yield Clash("hall", subject=one.hall_id, **ids, **span)
        elif between < needed:
            yield Clash(
                "turnaround", start=one.end, end=other.start, subject=one.hall_id, needs=needed, has=between, **ids
            )
    for person in PEOPLE:
        yield from _of_person(person, one, other, terms)


def _of_person(person: int, one: Block, other: Block, terms: Terms) -> Iterator[Clash]:
    ids = {"first": one.session_id, "second": other.session_id, "subject": person}
    here, there = _minutes_of(one, person), _minutes_of(other, person)
    if shared := here & there:
        yield Clash("person", start=minute(min(shared)), end=minute(max(shared) + 1), **ids)
        return
    gaps = sorted((abs(a - b) - 1, max(a, b)) for a in here for b in there)
    walk = terms.walks.get(tuple(sorted((one.hall_id or 0, other.hall_id or 0))), 0)
    if gaps and one.hall_id and other.hall_id and one.hall_id != other.hall_id and gaps[0][0] < walk:
        between, later = gaps[0]
        yield Clash("walk", start=minute(later - between), end=minute(later), needs=walk, has=between, **ids)


def _minutes(start: datetime, end: datetime) -> set[int]:
    first, last = ((moment - NINE) // timedelta(minutes=1) for moment in (start, end))
    return set(range(first, last))


def _minutes_of(one: Block, person: int) -> set[int]:
    return set().union(*(_minutes(span.start, span.end) for span in one.presences if span.person_id == person))


def _is_open(number: int, one: Block, terms: Terms) -> bool:
    if terms.hours is None:
        return True
    opens, closes = terms.hours
    day = one.start.astimezone(ZoneInfo(ZONE)).date()
    last = day if opens < closes else day + timedelta(days=1)
    wall = minute(number).astimezone(ZoneInfo(ZONE)).replace(tzinfo=None)
    return datetime.combine(day, opens) <= wall < datetime.combine(last, closes)
