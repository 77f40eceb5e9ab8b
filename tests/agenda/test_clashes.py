"""What clashes in an agenda: found by walks in order of time, checked against a slow and obvious search."""

from __future__ import annotations

import random
from datetime import UTC, datetime, time, timedelta

from eventapp.agenda.clashes import (
    OF_PREPARATION,
    OF_TIME,
    RULES,
    Absence,
    Agenda,
    Block,
    Clash,
    HallTerms,
    Mend,
    Order,
    Presence,
    Terms,
    find_clashes,
    made_worse,
)
from tests.agenda.random_agendas import minute, random_agenda, slowly

AGENDAS = 10_000


def block(
    session_id: int,
    start: int,
    end: int,
    hall_id: int | None = 1,
    people: tuple[int, ...] = (),
    items: int = 0,
    **more: object,
) -> Block:
    presences = tuple(Presence(person, minute(start), minute(end)) for person in people)
    return Block(session_id, hall_id, minute(start), minute(end), items, presences, **more)


def rules_of(blocks: list[Block], **terms: object) -> list[str]:
    return [clash.rule for clash in find_clashes(blocks, Terms(**terms))]


# -- One rule after the other --------------------------------------------------------------------------------------


def test_a_hall_that_is_taken_twice_is_a_clash() -> None:
    assert find_clashes([block(1, 0, 60), block(2, 45, 90)]) == [Clash("hall", 1, minute(45), minute(60), 2, 1)]


def test_some_halls_may_be_used_by_several_sessions_at_once() -> None:
    assert rules_of([block(1, 0, 60), block(2, 45, 90)], halls={1: HallTerms(parallel_ok=True, turnaround=30)}) == []


def test_a_session_may_start_when_the_one_before_ends() -> None:
    assert find_clashes([block(1, 0, 60, people=(7,)), block(2, 60, 90, people=(7,))]) == []


def test_sessions_without_a_hall_do_not_take_one_from_each_other() -> None:
    assert find_clashes([block(1, 0, 60, None), block(2, 0, 60, None)]) == []


def test_a_hall_is_not_ready_before_its_turnaround_is_over() -> None:
    halls = {1: HallTerms(turnaround=15)}
    assert find_clashes([block(1, 0, 60), block(2, 70, 90)], Terms(halls)) == [
        Clash("turnaround", 1, minute(60), minute(70), 2, 1, needs=15, has=10)
    ]
    assert rules_of([block(1, 0, 60), block(2, 75, 90)], halls=halls) == []


def test_a_person_in_two_halls_at_once_is_a_clash() -> None:
    blocks = [block(1, 0, 60, 1, (7,)), block(2, 30, 90, 2, (7, 8))]
    assert find_clashes(blocks) == [Clash("person", 1, minute(30), minute(60), 2, 7)]


def test_a_person_may_speak_in_two_halls_one_after_the_other_while_both_sessions_run() -> None:
    first = Block(1, 1, minute(0), minute(60), 60, (Presence(7, minute(0), minute(20)),))
    second = Block(2, 2, minute(0), minute(60), 60, (Presence(7, minute(20), minute(40)),))
    assert find_clashes([first, second]) == []
    assert find_clashes([first, second], Terms(walks={(1, 2): 5})) == [
        Clash("walk", 1, minute(20), minute(20), 2, 7, needs=5, has=0)
    ]


def test_a_walk_takes_its_minutes_either_way_and_none_within_a_hall() -> None:
    walks = {(1, 2): 10}
    assert rules_of([block(1, 0, 60, 2, (7,)), block(2, 65, 90, 1, (7,))], walks=walks) == ["walk"]
    assert rules_of([block(1, 0, 60, 1, (7,)), block(2, 70, 90, 2, (7,))], walks=walks) == []
    assert rules_of([block(1, 0, 60, 1, (7,)), block(2, 60, 90, 1, (7,))], walks=walks) == []
    assert rules_of([block(1, 0, 60, 1, (7,)), block(2, 60, 90, None, (7,))], walks=walks) == []


def test_several_items_of_one_person_in_two_sessions_are_told_once() -> None:
    first = Block(
        1, 1, minute(0), minute(60), 0, (Presence(7, minute(0), minute(10)), Presence(7, minute(40), minute(60)))
    )
    second = Block(2, 2, minute(0), minute(60), 0, (Presence(7, minute(0), minute(60)),))
    assert find_clashes([first, second]) == [Clash("person", 1, minute(0), minute(60), 2, 7)]


def test_a_person_with_two_parts_in_one_session_is_in_one_place() -> None:
    assert find_clashes([block(1, 0, 60, 1, (7, 7))]) == []


def test_somebody_or_a_hall_that_cannot_be_had_is_a_clash_for_as_long_as_it_is_missed() -> None:
    absences = (
        Absence(3, minute(30), minute(90), person_id=7),
        Absence(4, minute(50), minute(55), hall_id=1),
        Absence(5, minute(60), minute(70), hall_id=1),
        Absence(6, minute(0), minute(60), person_id=8),
    )
    assert find_clashes([block(1, 0, 60, 1, (7,))], Terms(absences=absences)) == [
        Clash("person_away", 1, minute(30), minute(60), subject=3),
        Clash("hall_away", 1, minute(50), minute(55), subject=4),
    ]


def test_two_sessions_of_one_track_at_once_are_a_clash() -> None:
    blocks = [block(1, 0, 60, 1, track_id=9), block(2, 30, 90, 2, track_id=9), block(3, 30, 90, 3, track_id=8)]
    assert find_clashes(blocks) == [Clash("track", 1, minute(30), minute(60), 2, 9)]


def test_what_runs_outside_the_hours_of_its_day_is_told_with_the_minutes() -> None:
    # Nine in the morning in UTC is five in the afternoon in Suzhou.
    terms = Terms(hours=(time(17, 30), time(18)), zone="Asia/Shanghai")
    assert find_clashes([block(1, 0, 70)], terms) == [Clash("hours", 1, minute(0), minute(70), needs=40)]
    assert find_clashes([block(1, 30, 60)], terms) == []


def test_a_day_may_close_after_midnight() -> None:
    late = Terms(hours=(time(9), time(1)), zone="UTC")
    assert find_clashes([block(1, 14 * 60, 16 * 60)], late) == []
    assert find_clashes([block(1, 14 * 60, 16 * 60 + 1)], late)[0].needs == 1


def test_a_journey_of_several_days_has_no_hours() -> None:
    assert rules_of([block(1, 0, 24 * 60)], hours=(time(9), time(18))) == []


def test_hours_hold_on_the_day_on_which_the_clocks_change() -> None:
    terms = Terms(hours=(time(9), time(18)), zone="Europe/London")
    sunday = datetime(2027, 3, 28, 8, tzinfo=UTC)
    assert find_clashes([Block(1, None, sunday, sunday + timedelta(hours=9))], terms) == []


def test_items_that_are_longer_than_their_session_are_told() -> None:
    assert find_clashes([block(1, 0, 60, items=61), block(2, 60, 90, items=30)]) == [
        Clash("overrun", 1, minute(0), minute(60), needs=61, has=60)
    ]


def test_a_hall_with_fewer_seats_than_guests_is_told() -> None:
    halls = {1: HallTerms(100), 2: HallTerms()}
    blocks = [block(1, 0, 60, 1, guests=101), block(2, 60, 90, 1, guests=100), block(3, 0, 60, 2, guests=9999)]
    assert find_clashes(blocks, Terms(halls)) == [Clash("capacity", 1, minute(0), minute(60), None, 1, 101, 100)]


def test_what_is_still_to_be_done_is_told() -> None:
    blocks = [block(1, 0, 60, unconfirmed=(7, 8), missing=("zh",), orders=(Order(5, (3, 9, 1)),))]
    assert find_clashes(blocks, Terms(ranks={1: 1, 3: 2})) == [
        Clash("unconfirmed", 1, minute(0), minute(60), details=(7, 8)),
        Clash("translation", 1, minute(0), minute(60), details=("zh",)),
        Clash("precedence", 1, minute(0), minute(60), subject=5, details=(3, 1)),
    ]


def test_a_session_that_ends_before_it_starts_is_told_and_clashes_with_nothing_else() -> None:
    assert find_clashes([block(1, 30, 30), block(2, 0, 60)]) == [Clash("backwards", 1, minute(30), minute(30))]


def test_a_rule_that_is_ignored_finds_nothing_and_backwards_cannot_be_ignored() -> None:
    blocks = [block(1, 0, 60), block(2, 0, 60), block(3, 9, 9)]
    assert rules_of(blocks, levels={"hall": "ignore", "backwards": "ignore"}) == ["backwards"]


# -- What a change is blamed for -----------------------------------------------------------------------------------


def test_a_clash_that_was_there_already_is_not_the_fault_of_a_change() -> None:
    clash = Clash("hall", 1, minute(0), minute(30), 2, 1)
    shorter = Clash("hall", 1, minute(10), minute(30), 2, 1)
    longer = Clash("hall", 2, minute(0), minute(31), 1, 1)
    assert made_worse([clash], [clash]) == []
    assert made_worse([clash], [shorter]) == []
    assert made_worse([clash], [longer]) == [longer]
    assert made_worse([], [clash]) == [clash]


def test_making_an_overrun_shorter_is_allowed_wherever_it_is_moved() -> None:
    before = Clash("overrun", 1, minute(0), minute(60), needs=90, has=60)
    assert made_worse([before], [Clash("overrun", 1, minute(9), minute(69), needs=75, has=60)]) == []
    worse = Clash("overrun", 1, minute(0), minute(50), needs=85, has=50)
    assert made_worse([before], [worse]) == [worse]


def test_what_is_still_to_be_done_is_nobodys_fault() -> None:
    assert made_worse([], [Clash(rule, 1, minute(0), minute(9)) for rule in OF_PREPARATION]) == []


# -- Mends ---------------------------------------------------------------------------------------------------------


def mend(blocks: list[Block], **terms: object) -> Mend | None:
    agenda = Agenda(blocks, Terms(**terms))
    return agenda.mend_of(find_clashes(blocks, agenda.terms)[0])


def test_a_hall_taken_twice_is_mended_by_another_hall_with_seats_enough() -> None:
    halls = {1: HallTerms(900), 2: HallTerms(300), 3: HallTerms(100), 4: HallTerms(50)}
    blocks = [block(1, 0, 60, 1), block(2, 30, 90, 1, guests=90), block(3, 0, 60, 3)]
    assert mend(blocks, halls=halls) == Mend("move", 2, minute(30), minute(90), 2)


def test_without_another_hall_the_later_session_waits_until_the_hall_is_free_and_ready() -> None:
    blocks = [block(1, 0, 60), block(2, 30, 90), block(3, 90, 100)]
    assert mend(blocks, halls={1: HallTerms(turnaround=5)}) == Mend("move", 2, minute(105), minute(165), 1)


def test_a_fixed_point_of_the_day_stays_and_the_other_session_is_moved() -> None:
    blocks = [block(1, 0, 60), block(2, 30, 90, fixed=True)]
    assert mend(blocks) == Mend("move", 1, minute(90), minute(150), 1)
    assert mend([block(1, 0, 60, fixed=True), block(2, 30, 90, fixed=True)]) is None


def test_somebody_who_has_to_walk_is_given_the_time() -> None:
    later = Block(2, 2, minute(60), minute(90), 0, (Presence(7, minute(65), minute(75)),))
    assert mend([block(1, 0, 60, 1, (7,)), later], walks={(1, 2): 15}) == Mend("move", 2, minute(70), minute(100), 2)


def test_somebody_who_comes_late_is_waited_for() -> None:
    absences = (Absence(1, minute(-60), minute(20), person_id=7),)
    assert mend([block(1, 0, 60, 1, (7,))], absences=absences) == Mend("move", 1, minute(20), minute(80), 1)


def test_nothing_is_put_off_until_after_the_day_closes() -> None:
    blocks = [block(1, 0, 60), block(2, 30, 90)]
    assert mend(blocks, hours=(time(9), time(10, 30))) is None


def test_a_small_hall_is_mended_by_the_smallest_that_is_big_enough_and_free() -> None:
    halls = {1: HallTerms(50), 2: HallTerms(500), 3: HallTerms(200), 4: HallTerms(300)}
    blocks = [block(1, 0, 60, 1, guests=180), block(2, 30, 90, 3)]
    assert mend(blocks, halls=halls) == Mend("move", 1, minute(0), minute(60), 4)


def test_too_many_items_are_mended_by_more_time_if_there_is_some() -> None:
    assert mend([block(1, 0, 60, items=75)]) == Mend("lengthen", 1, minute(0), minute(75), 1)
    assert mend([block(1, 0, 60, items=75), block(2, 60, 90)]) is None


def test_a_wrong_order_is_mended_by_the_order_set_by_hand() -> None:
    blocks = [block(1, 0, 60, orders=(Order(5, (3, 1)),))]
    assert mend(blocks, ranks={1: 1, 3: 2}) == Mend("order", 1, minute(0), minute(60), 1, item_id=5)


def test_a_would_be_session_is_tried_against_all_but_itself() -> None:
    agenda = Agenda([block(1, 0, 60), block(2, 60, 90)])
    assert agenda.clashes_with(block(1, 10, 60)) == []
    assert [clash.sessions for clash in agenda.clashes_with(block(1, 30, 75))] == [(1, 2)]


# -- Against the slow search ---------------------------------------------------------------------------------------


def test_the_quick_search_finds_exactly_what_the_slow_one_finds_in_ten_thousand_agendas() -> None:
    seen: set[str] = set()
    for number in range(AGENDAS):
        blocks, terms = random_agenda(random.Random(number))
        found = find_clashes(blocks, terms)
        assert len(found) == len(set(found)), f"agenda {number}"
        assert set(found) == slowly(blocks, terms), f"agenda {number}"
        seen |= {clash.rule for clash in found}
    assert seen == {*RULES, "backwards"}


def test_a_mend_ends_its_clash_and_makes_nothing_worse() -> None:
    kinds: set[str] = set()
    for number in range(400):
        blocks, terms = random_agenda(random.Random(number))
        blocks = [one for one in blocks if one.start < one.end]
        before = find_clashes(blocks, terms)
        for clash, tried in [(clash, Agenda(blocks, terms).mend_of(clash)) for clash in before]:
            if tried is None or tried.kind == "order":
                continue
            kinds.add(f"{clash.rule} {tried.kind}")
            moved = [
                one.moved(tried.start, tried.end, tried.hall_id) if one.session_id == tried.session_id else one
                for one in blocks
            ]
            after = find_clashes(moved, terms)
            assert clash.key not in {left.key for left in after}, f"agenda {number}: {clash}"
            assert made_worse(before, after) == [], f"agenda {number}: {clash}"
    assert {kind.split()[0] for kind in kinds} == set(OF_TIME)
