"""What clashes in an agenda: found by walks in order of time, checked against a slow and obvious search."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from eventapp.agenda.clashes import (
    Backwards,
    Block,
    Clash,
    HallClash,
    Overrun,
    PersonClash,
    Presence,
    find_clashes,
    made_worse,
)

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)


def minute(number: int) -> datetime:
    return NINE + timedelta(minutes=number)


def block(
    session_id: int, start: int, end: int, hall_id: int | None = 1, people: tuple[int, ...] = (), items: int = 0
) -> Block:
    presences = tuple(Presence(person, minute(start), minute(end)) for person in people)
    return Block(session_id, hall_id, minute(start), minute(end), items, presences)


def test_a_hall_that_is_taken_twice_is_a_clash() -> None:
    assert find_clashes([block(1, 0, 60), block(2, 45, 90)]) == [HallClash(1, 1, 2, minute(45), minute(60))]


def test_a_session_may_start_when_the_one_before_ends() -> None:
    assert find_clashes([block(1, 0, 60, people=(7,)), block(2, 60, 90, people=(7,))]) == []


def test_sessions_without_a_hall_do_not_take_one_from_each_other() -> None:
    assert find_clashes([block(1, 0, 60, None), block(2, 0, 60, None)]) == []


def test_a_person_in_two_halls_at_once_is_a_clash() -> None:
    blocks = [block(1, 0, 60, 1, (7,)), block(2, 30, 90, 2, (7, 8))]
    assert find_clashes(blocks) == [PersonClash(7, 1, 2, minute(30), minute(60))]


def test_a_person_may_speak_in_two_halls_one_after_the_other_while_both_sessions_run() -> None:
    first = Block(1, 1, minute(0), minute(60), 60, (Presence(7, minute(0), minute(20)),))
    second = Block(2, 2, minute(0), minute(60), 60, (Presence(7, minute(20), minute(40)),))
    assert find_clashes([first, second]) == []


def test_several_items_of_one_person_in_two_sessions_are_told_once() -> None:
    first = Block(
        1, 1, minute(0), minute(60), 0, (Presence(7, minute(0), minute(10)), Presence(7, minute(40), minute(60)))
    )
    second = Block(2, 2, minute(0), minute(60), 0, (Presence(7, minute(0), minute(60)),))
    assert find_clashes([first, second]) == [PersonClash(7, 1, 2, minute(0), minute(60))]


def test_a_person_with_two_parts_in_one_session_is_in_one_place() -> None:
    assert find_clashes([block(1, 0, 60, 1, (7, 7))]) == []


def test_items_that_are_longer_than_their_session_are_told() -> None:
    assert find_clashes([block(1, 0, 60, items=61), block(2, 60, 90, items=30)]) == [
        Overrun(1, minute(0), minute(60), 61)
    ]


def test_a_session_that_ends_before_it_starts_is_told_and_clashes_with_nothing_else() -> None:
    assert find_clashes([block(1, 30, 30), block(2, 0, 60)]) == [Backwards(1, minute(30), minute(30))]


def test_a_clash_that_was_there_already_is_not_the_fault_of_a_change() -> None:
    clash = HallClash(1, 1, 2, minute(0), minute(30))
    shorter = HallClash(1, 1, 2, minute(10), minute(30))
    longer = HallClash(1, 1, 2, minute(0), minute(31))
    assert made_worse([clash], [clash]) == []
    assert made_worse([clash], [shorter]) == []
    assert made_worse([clash], [longer]) == [longer]
    assert made_worse([], [clash]) == [clash]


def test_making_an_overrun_shorter_is_allowed() -> None:
    before = Overrun(1, minute(0), minute(60), 90)
    assert made_worse([before], [Overrun(1, minute(0), minute(60), 75)]) == []
    assert made_worse([before], [Overrun(1, minute(0), minute(50), 85)]) == [Overrun(1, minute(0), minute(50), 85)]


@st.composite
def agendas(draw: st.DrawFn) -> list[Block]:
    numbers = st.integers(0, 12)
    blocks = []
    for session_id in range(draw(st.integers(0, 8))):
        start, length = draw(numbers), draw(st.integers(-1, 6))
        spans = draw(st.lists(st.tuples(st.integers(1, 3), numbers, st.integers(1, 5)), max_size=4))
        presences = tuple(Presence(person, minute(begins), minute(begins + lasts)) for person, begins, lasts in spans)
        hall_id = draw(st.sampled_from([None, 1, 2]))
        blocks.append(Block(session_id, hall_id, minute(start), minute(start + length), draw(numbers), presences))
    return draw(st.permutations(blocks))


@given(agendas())
def test_the_quick_search_finds_exactly_what_the_slow_one_finds(blocks: list[Block]) -> None:
    found = find_clashes(blocks)
    assert len(found) == len(set(found))
    assert set(found) == slowly(blocks)


def slowly(blocks: list[Block]) -> set[Clash]:
    """Every pair compared minute by minute."""
    found: set[Clash] = {Backwards(one.session_id, one.start, one.end) for one in blocks if one.end <= one.start}
    sound = sorted((one for one in blocks if one.start < one.end), key=lambda one: (one.start, one.session_id))
    for one in sound:
        if len(minutes_of(one.start, one.end)) < one.item_minutes:
            found.add(Overrun(one.session_id, one.start, one.end, one.item_minutes))
    for one, other in combinations(sound, 2):
        shared = minutes_of(one.start, one.end) & minutes_of(other.start, other.end)
        if one.hall_id is not None and one.hall_id == other.hall_id and shared:
            found.add(
                HallClash(
                    one.hall_id, one.session_id, other.session_id, min(shared), max(shared) + timedelta(minutes=1)
                )
            )
        for person in {presence.person_id for presence in one.presences}:
            shared = minutes_of_person(one, person) & minutes_of_person(other, person)
            if shared:
                found.add(
                    PersonClash(
                        person, one.session_id, other.session_id, min(shared), max(shared) + timedelta(minutes=1)
                    )
                )
    return found


def minutes_of(start: datetime, end: datetime) -> set[datetime]:
    return {start + timedelta(minutes=number) for number in range(round((end - start) / timedelta(minutes=1)))}


def minutes_of_person(one: Block, person: int) -> set[datetime]:
    spans = [minutes_of(presence.start, presence.end) for presence in one.presences if presence.person_id == person]
    return set().union(*spans)
