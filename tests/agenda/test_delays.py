"""What becomes of the rest of a day: a table worked out by hand, a slow obvious checker, and what holds for any day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import delay_session, end_session, start_session, undo_live_change
from eventapp.agenda.delays import Absorbed, Collision, Plan, Standing, Ways, collisions, rest_of_day
from eventapp.agenda.models import AgendaItem, AgendaSession, HallWalk, LiveSession, Part
from eventapp.agenda.queries import agenda_of, agenda_xml
from eventapp.agenda.queries.live import live_agenda, plan_of_delay
from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.events.models import Event
from eventapp.events.queries import get_event
from tests.agenda.stage import at, make_hall, make_person, publish

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
TABLE = Path(__file__).with_name("delayed_day.txt")
HALLS = {"L": "Lake", "G": "Garden", "T": "Tower", "B": "Bridge", "F": "Foyer"}
TURNAROUND = {"L": 5, "T": 10}
WALKS = {("L", "G"): 10, ("L", "T"): 10, ("G", "T"): 5}
Clocks = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """A session of the table: what was planned, and what was worked out by hand for each of the two delays."""

    key: str
    planned: Clocks
    mark: str
    people: tuple[str, ...]
    late: Clocks
    got_back: Clocks

    @property
    def hall(self) -> str:
        return "" if self.key.startswith("-") else self.key[0]

    @property
    def lengths(self) -> list[int]:
        """The minutes of its items."""
        return [int(part) for part in self.mark.split("+")] if "+" in self.mark else [_length(self.planned)]


def lines() -> list[Line]:
    rows = [row.split("#")[0].split() for row in TABLE.read_text().splitlines()]
    return [_line(*row) for row in rows if row]


def _line(key: str, planned: str, mark: str, people: str, late: str, got_back: str) -> Line:
    times = [_clocks(planned if text == "=" else text) for text in (planned, late, got_back)]
    return Line(key, times[0], mark, () if people == "-" else tuple(people.split(",")), times[1], times[2])


def _clocks(text: str) -> Clocks:
    first, last = text.split("-")
    return first, last


def _length(clocks: Clocks) -> int:
    first, last = (int(clock[:2]) * 60 + int(clock[3:]) for clock in clocks)
    return last - first


# -- The table, computed -------------------------------------------------------------------------------------------


def _moment(clock: str) -> datetime:
    return NINE + timedelta(hours=int(clock[:2]) - 9, minutes=int(clock[3:]))


def _span(clocks: Clocks) -> tuple[datetime, datetime]:
    return _moment(clocks[0]), _moment(clocks[1])


def _standing(line: Line, times: Clocks) -> Standing:
    lengths = [timedelta(minutes=length) for length in line.lengths]
    whole = sum(lengths, timedelta())
    return Standing(
        line.key,
        line.hall,
        *_span(times),
        planned=_span(line.planned),
        fixed=line.mark == "fixed",
        cancelled=line.mark == "cancelled",
        started=line.mark in ("started", "ended"),
        ended=line.mark == "ended",
        needed=dict.fromkeys(line.people, (whole - lengths[-1], whole)),
    )


def _ways() -> Ways:
    return Ways(TURNAROUND, frozenset("F"), {frozenset(pair): minutes for pair, minutes in WALKS.items()})


def _after(day: list[Standing], plan: Plan) -> list[Standing]:
    moved = plan.times
    return [
        replace(one, starts=moved[one.uuid][0], ends=moved[one.uuid][1]) if one.uuid in moved else one for one in day
    ]


def test_the_table_is_a_day_of_sixty_items() -> None:
    assert len(lines()) == 60
    assert {line.hall for line in lines()} == {*HALLS, ""}


def test_a_day_of_sixty_items_is_pushed_exactly_as_worked_out_by_hand() -> None:
    table = lines()
    plan = rest_of_day(
        [_standing(line, line.planned) for line in table], "L2", _span(table[1].late), _ways(), at=_moment("09:20")
    )
    moved = {line.key: _span(line.late) for line in table if line.late != line.planned}
    assert plan.times == moved
    assert plan.moves[0].uuid == "L2"
    assert plan.kept == ("T2", "B6", "T6", "L8", "B9", "T9")
    assert set(plan.collisions) == {
        Collision("walk", "L2", "T2", 5, 10, "Ning"),
        Collision("person", "L5", "B6", 20, person="Bo"),
        Collision("hall", "L7", "L8", 15),
        Collision("hall", "T5", "T6", 10),
        Collision("hall", "B8", "B9", 10),
        Collision("turnaround", "T8", "T9", 5, 10),
    }
    assert set(plan.absorbed) == {
        Absorbed("L4", "L5", 5),
        Absorbed("L6", "L7", 5),
        Absorbed("G4", "G5", 5),
        Absorbed("G6", "G7", 10),
        Absorbed("G8", "G9", 5),
        Absorbed("T5", "T6", 10),
        Absorbed("T8", "T9", 5),
    }
    causes = {move.uuid: (move.by, move.person) for move in plan.moves}
    assert causes["L2"] == ("", "")
    assert (causes["L3"], causes["G3"], causes["B7"]) == (("L2", ""), ("L2", "Lan"), ("L6", "Wei"))


def test_what_is_got_back_is_exactly_as_worked_out_by_hand() -> None:
    table = lines()
    plan = rest_of_day(
        [_standing(line, line.late) for line in table], "L2", _span(table[1].got_back), _ways(), at=_moment("09:20")
    )
    assert plan.times == {line.key: _span(line.got_back) for line in table if line.got_back != line.late}
    assert plan.kept == ()
    assert set(plan.collisions) == {
        Collision("person", "L5", "B6", 5, person="Bo"),
        Collision("turnaround", "T5", "T6", 5, 10),
    }


# -- The table, through the actions and on the pages ---------------------------------------------------------------


def written(event: Event) -> dict[str, str]:
    """The day of the table as a release of an event; key → uuid."""
    halls = {
        letter: make_hall(event, name, "", turnaround_minutes=TURNAROUND.get(letter, 0), parallel_ok=letter == "F").id
        for letter, name in HALLS.items()
    }
    people = {name: make_person(name).id for name in sorted({one for line in lines() for one in line.people})}
    with transaction() as session:
        for (one, other), minutes in WALKS.items():
            pair = sorted((halls[one], halls[other]))
            session.execute(insert(HallWalk).values(hall_a_id=pair[0], hall_b_id=pair[1], minutes=minutes))
        for line in lines():
            session.add(_row(event, line, halls.get(line.hall), people))
    publish(event)
    rows = db.session.execute(select(AgendaSession.title_en, AgendaSession.uuid))
    return {row.title_en: row.uuid for row in rows}


def _row(event: Event, line: Line, hall_id: int | None, people: dict[str, int]) -> AgendaSession:
    starts, ends = (_on_the_day(event, clock) for clock in line.planned)
    items = [
        AgendaItem(kind="speech", title_en=f"{line.key}.{place}", minutes=length, position=place)
        for place, length in enumerate(line.lengths)
    ]
    items[-1].parts = [Part(person_id=people[name], role="speaker") for name in line.people]
    state = {"fixed": line.mark == "fixed", "status": "cancelled" if line.mark == "cancelled" else "planned"}
    return AgendaSession(
        event_id=event.id, hall_id=hall_id, kind="forum", title_en=line.key, starts_at=starts, ends_at=ends,
        changed_at=now(), items=items, **state,
    )  # fmt: skip


def _on_the_day(event: Event, clock: str) -> datetime:
    return at(event, int(clock[:2]), int(clock[3:]))


def shown(event_id: int) -> dict[str, list[datetime | None]]:
    """Key → start and end as guests see them, then when each of its items begins."""
    db.session.rollback()
    days = agenda_of(get_event(event_id), now())
    found = [session for day in days for session in day.sessions]
    return {one.title.en: [one.starts_at, one.ends_at, *(item.starts_at for item in one.items)] for one in found}


def expected(event: Event, column: str) -> dict[str, list[datetime | None]]:
    found: dict[str, list[datetime | None]] = {}
    for line in lines():
        starts, ends = (_on_the_day(event, clock) for clock in getattr(line, column))
        begins = [starts + timedelta(minutes=sum(line.lengths[:place])) for place in range(len(line.lengths))]
        found[line.key] = [starts, ends, *begins]
    return found


def test_the_day_of_the_table_is_published_as_worked_out_and_taken_back_exactly(event: Event, client: Any) -> None:
    uuids = written(event)
    with time_machine.travel(at(event, 9, 18), tick=False):
        start_session(event.id, uuids["B1"], by=SYSTEM)
        end_session(event.id, uuids["L1"], by=SYSTEM)
    states, xml = [_rows(event.id)], [_feed(event.id)]
    with time_machine.travel(at(event, 9, 20), tick=False):
        for minutes, column in ((25, "late"), (-15, "got_back")):
            live = live_agenda(event.id)
            assert live is not None
            plan = plan_of_delay(live, uuids["L2"], minutes, now())
            delay_session(event.id, uuids["L2"], minutes=minutes, by=SYSTEM)
            assert shown(event.id) == expected(event, column)
            assert {uuid: shown(event.id)[live.sessions[uuid].title_en][:2] for uuid in plan.times} == {
                uuid: list(times) for uuid, times in plan.times.items()
            }
            states.append(_rows(event.id))
            xml.append(_feed(event.id))
        for number, place in ((4, 1), (3, 0)):
            undo_live_change(event.id, number, by=SYSTEM)
            assert _rows(event.id) == states[place]
            assert _feed(event.id) == xml[place]
    assert shown(event.id) == expected(event, "planned")


def _rows(event_id: int) -> list[Any]:
    query = select(*LiveSession.__table__.columns).where(LiveSession.event_id == event_id)
    return [tuple(row) for row in db.session.execute(query.order_by(LiveSession.session_uuid))]


def _feed(event_id: int) -> list[str]:
    """The lines of the XML that tell a time of a session."""
    event = get_event(event_id)
    text = agenda_xml(event, agenda_of(event, now())).decode()
    return [line for line in text.splitlines() if "<date>" in line or "<start>" in line or "<duration>" in line]


# -- A slow obvious checker ----------------------------------------------------------------------------------------

MINUTES = st.integers(0, 24).map(lambda number: 5 * number)


@st.composite
def days(draw: Any) -> tuple[list[Standing], Ways]:
    found = []
    for place in range(draw(st.integers(1, 7))):
        starts = NINE + timedelta(minutes=draw(MINUTES))
        length = timedelta(minutes=5 * draw(st.integers(1, 6)))
        mark = draw(st.sampled_from(["", "", "", "", "fixed", "cancelled", "started", "ended"]))
        marks = {"fixed": mark == "fixed", "cancelled": mark == "cancelled", "started": mark in ("started", "ended")}
        people = draw(st.sets(st.sampled_from(["lan", "mei"]), max_size=1))
        found.append(
            Standing(
                f"s{place}", draw(st.sampled_from(["", "lake", "garden", "foyer"])), starts, starts + length,
                (starts, starts + length), ended=mark == "ended", needed=dict.fromkeys(people, (timedelta(), None)), **marks,
            )
        )  # fmt: skip
    turnaround = {"lake": draw(st.sampled_from([0, 5, 10])), "garden": 0}
    walks = {frozenset(("lake", "garden")): draw(st.sampled_from([0, 10]))}
    return found, Ways(turnaround, frozenset({"foyer"}), walks)


def _slow(day: list[Standing], uuid: str, late: timedelta, ways: Ways) -> dict[str, datetime]:
    """Move whatever is too early by a minute, again and again, until nothing is."""
    starts = {one.uuid: one.starts for one in day}
    starts[uuid] += late
    still = {one.uuid for one in day if one.fixed or one.cancelled or one.started or one.ended} | {uuid}
    apart = [(a, b, need) for a, b in product(day, day) for need in _needs(a, b, ways)]
    while True:
        early = {
            b.uuid
            for a, b, need in apart
            if b.uuid not in still and starts[b.uuid] < starts[a.uuid] + (a.ends - a.starts) + need
        }
        if not early:
            return starts
        for key in early:
            starts[key] += timedelta(minutes=1)


def _needs(a: Standing, b: Standing, ways: Ways) -> list[timedelta]:
    """What has to lie between two sessions of which one was planned after the other."""
    gap = b.starts - a.ends
    if a is b or gap < timedelta() or any(one.cancelled or one.ended for one in (a, b)):
        return []
    same_hall = a.hall == b.hall and a.hall not in ("", "foyer")
    needs = [ways.turnaround.get(a.hall, 0)] if same_hall else []
    if a.needed.keys() & b.needed.keys():
        needs.append(ways.walks.get(frozenset((a.hall, b.hall)), 0))
    return [min(gap, timedelta(minutes=minutes)) for minutes in needs]


@settings(max_examples=150, deadline=None)
@given(days(), st.integers(0, 6), st.integers(1, 12))
def test_a_push_agrees_with_a_slow_obvious_checker(made: tuple[list[Standing], Ways], pick: int, fives: int) -> None:
    day, ways = made
    session, late = day[pick % len(day)], timedelta(minutes=5 * fives)
    plan = rest_of_day(day, session.uuid, (session.starts + late, session.ends + late), ways)
    slow = _slow(day, session.uuid, late, ways)
    after = _after(day, plan)
    assert {one.uuid: one.starts for one in after} == slow
    assert all(new.ends - new.starts == old.ends - old.starts for old, new in zip(day, after, strict=True))
    told = {(one.first, one.second) for one in plan.collisions}
    assert {frozenset(pair) for pair in told} == _apart_too_little(day, after, ways, plan)


def _apart_too_little(day: list[Standing], after: list[Standing], ways: Ways, plan: Plan) -> set[frozenset[str]]:
    """Pairs with one that moved which have less between them than before, and less than they need."""
    now_at, found = {one.uuid: one for one in after}, set()
    for a, b in product(day, day):
        moved = {a.uuid, b.uuid} & plan.times.keys()
        if a is b or not moved or any(one.cancelled or one.ended for one in (a, b)):
            continue
        for need in _all_needs(a, b, ways):
            before, present = _between(a, b), _between(now_at[a.uuid], now_at[b.uuid])
            if present < min(before, timedelta(minutes=need)):
                found.add(frozenset((a.uuid, b.uuid)))
    return found


def _all_needs(a: Standing, b: Standing, ways: Ways) -> list[int]:
    same_hall = a.hall == b.hall and a.hall not in ("", "foyer")
    people = a.needed.keys() & b.needed.keys()
    walk = [ways.walks.get(frozenset((a.hall, b.hall)), 0)] if people else []
    return ([ways.turnaround.get(a.hall, 0)] if same_hall else []) + walk


def _between(a: Standing, b: Standing) -> timedelta:
    return max(a.starts, b.starts) - min(a.ends, b.ends)


@settings(max_examples=80, deadline=None)
@given(days(), st.integers(0, 6), st.integers(1, 12))
def test_getting_the_same_time_back_leaves_nothing_earlier_than_planned(
    made: tuple[list[Standing], Ways], pick: int, fives: int
) -> None:
    day, ways = made
    session, late = day[pick % len(day)], timedelta(minutes=5 * fives)
    pushed = _after(day, rest_of_day(day, session.uuid, (session.starts + late, session.ends + late), ways))
    back = _after(pushed, rest_of_day(pushed, session.uuid, session.times, ways))
    for planned, late_one, again in zip(day, pushed, back, strict=True):
        assert planned.starts <= again.starts <= late_one.starts
    assert collisions(day, ways) == ()


# -- Small cases that a table does not show ------------------------------------------------------------------------


def _block(key: str, start: int, length: int, hall: str = "lake", **values: Any) -> Standing:
    starts = NINE + timedelta(minutes=start)
    times = (starts, starts + timedelta(minutes=length))
    return Standing(key, hall, *times, **{"planned": times, **values})


def test_who_spoke_before_and_has_left_pushes_nothing() -> None:
    early = {"lan": (timedelta(), timedelta(minutes=20))}
    day = [_block("a", 0, 120, needed=early), _block("b", 30, 30, "garden", needed={"lan": (timedelta(), None)})]
    longer = (day[0].starts, day[0].ends + timedelta(minutes=30))
    assert [move.uuid for move in rest_of_day(day, "a", longer, Ways(), at=NINE + timedelta(minutes=25)).moves] == ["a"]
    # Before that, nobody knows whether it is her speech that takes longer.
    assert [move.uuid for move in rest_of_day(day, "a", longer, Ways(), at=NINE).moves] == ["a", "b"]


def test_what_is_over_by_the_clock_stays() -> None:
    day = [_block("a", 0, 30), _block("b", 30, 30)]
    times = day[0].moved(timedelta(minutes=10)).times
    assert [move.uuid for move in rest_of_day(day, "a", times, Ways(), at=day[1].ends).moves] == ["a"]


@pytest.mark.parametrize("mark", ["fixed", "started"])
def test_one_that_does_not_move_may_be_moved_when_asked_for_itself(mark: str) -> None:
    day = [_block("a", 0, 30, **{mark: True}), _block("b", 30, 30)]
    plan = rest_of_day(day, "a", day[0].moved(timedelta(minutes=10)).times, Ways())
    assert [move.uuid for move in plan.moves] == ["a", "b"]
    assert plan.kept == ()
