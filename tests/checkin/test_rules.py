"""The door's rules alone: days, hours, periods."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.checkin.rules import Entry, Gate, Holder, check_gate, check_pass, check_presence, day_of, period_of

ZONES = (
    "Asia/Shanghai",
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
    "America/St_Johns",
)
FOUR = time(4)
NINE = datetime(2026, 11, 23, 1, tzinfo=UTC)
moments = st.datetimes(datetime(1971, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))
starts = st.times(max_value=time(12)).map(lambda start: start.replace(second=0, microsecond=0))


def a_gate(rule: str = "once", **values: object) -> Gate:
    story = {"id": 1, "code": "gate", "rule": rule, "zone": "Asia/Shanghai", "day_starts": FOUR}
    return Gate(**{**story, **values})


def local(zone: str, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


# -- Which day a moment belongs to ---------------------------------------------------------------------------------

DAYS = [
    ("Asia/Shanghai", "2026-11-23T23:59", "2026-11-23"),
    ("Asia/Shanghai", "2026-11-24T00:00", "2026-11-23"),
    ("Asia/Shanghai", "2026-11-24T02:00", "2026-11-23"),
    ("Asia/Shanghai", "2026-11-24T03:59:59.999999", "2026-11-23"),
    ("Asia/Shanghai", "2026-11-24T04:00", "2026-11-24"),
    ("Asia/Shanghai", "2027-01-01T02:00", "2026-12-31"),
    ("America/New_York", "2026-11-23T20:00", "2026-11-23"),
    # The night in which clocks go forward has no 02:30, the one in which they go back has it twice.
    ("America/New_York", "2026-03-08T01:59", "2026-03-07"),
    ("America/New_York", "2026-03-08T03:59", "2026-03-07"),
    ("America/New_York", "2026-03-08T04:00", "2026-03-08"),
    ("Europe/Berlin", "2026-10-25T02:30", "2026-10-24"),
    ("Europe/Berlin", "2026-10-25T04:00", "2026-10-25"),
]


@pytest.mark.parametrize(("zone", "wall", "day"), DAYS)
def test_a_late_night_belongs_to_the_day_before(zone, wall, day):
    moment = local(zone, wall)
    assert day_of(FOUR, zone, moment) == day
    assert period_of(a_gate("daily", zone=zone), moment.astimezone(UTC), 0) == (day, 0)


def test_both_times_an_hour_is_shown_belong_to_one_day():
    first = local("Europe/Berlin", "2026-10-25T02:30")
    assert day_of(FOUR, "Europe/Berlin", first) == day_of(FOUR, "Europe/Berlin", first.replace(fold=1)) == "2026-10-24"


def test_where_the_day_starts_at_midnight_two_in_the_morning_is_today():
    assert day_of(time(0), "Asia/Shanghai", local("Asia/Shanghai", "2026-11-24T02:00")) == "2026-11-24"


@given(moment=moments, zone=st.sampled_from(ZONES), day_starts=starts)
def test_the_day_begins_on_the_events_own_clock(moment, zone, day_starts):
    wall = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    day = date.fromisoformat(day_of(day_starts, zone, moment))
    assert datetime.combine(day, day_starts) <= wall < datetime.combine(day + timedelta(days=1), day_starts)


@given(moment=moments, zone=st.sampled_from(ZONES), written_in=st.sampled_from(ZONES))
def test_the_zone_a_moment_is_written_in_changes_nothing(moment, zone, written_in):
    gate = a_gate("daily", zone=zone)
    assert period_of(gate, moment, 0) == period_of(gate, moment.astimezone(ZoneInfo(written_in)), 0)


@given(moment=moments, hours=st.floats(0, 400), zone=st.sampled_from(ZONES))
def test_a_second_entry_is_refused_on_the_same_day_and_only_then(moment, hours, zone):
    gate = a_gate("daily", zone=zone)
    later = moment + timedelta(hours=hours)
    entries = [Entry(*period_of(gate, moment, 0), admitted_at=moment)]
    same_day = day_of(FOUR, zone, moment) == day_of(FOUR, zone, later)
    assert check_presence(entries, gate, "in", later, 0) == ("already_in" if same_day else "admitted")


# -- Once, and visits ----------------------------------------------------------------------------------------------


@given(moment=moments, visits=st.integers(0, 1000))
def test_once_is_one_period_for_ever(moment, visits):
    assert period_of(a_gate("once"), moment, visits) == ("once", 0)


@given(visits=st.integers(0, 1000))
def test_each_visit_is_a_period_of_its_own(visits):
    assert period_of(a_gate("visits"), NINE, visits) == (f"visit-{visits + 1}", visits + 1)


@given(
    steps=st.lists(st.sampled_from(["in", "out"]), max_size=30),
    pause=st.integers(0, 3),
    capacity=st.none() | st.just(1),
)
def test_whoever_comes_and_goes_is_inside_at_most_once(steps, pause, capacity):
    gate = a_gate("visits", pause_seconds=pause, capacity=capacity)
    entries: list[Entry] = []
    for number, direction in enumerate(steps):
        at = NINE + timedelta(seconds=2 * number)
        inside = [entry for entry in entries if entry.left_at is None]
        verdict = check_presence(entries, gate, direction, at, len(inside))
        assert (verdict == "already_in") == (direction == "in" and bool(inside))
        assert (verdict == "not_inside") == (direction == "out" and not inside)
        if verdict == "admitted":
            entries.append(Entry(*period_of(gate, at, len(entries)), admitted_at=at))
        elif verdict == "left":
            inside[0].left_at = at
        assert len([entry for entry in entries if entry.left_at is None]) <= 1
    assert len({entry.period for entry in entries}) == len(entries)


def test_the_pause_ends_to_the_second():
    gate = a_gate("visits", pause_seconds=30)
    left = [Entry("visit-1", 1, NINE, left_at=NINE + timedelta(minutes=5))]
    almost, over = (left[0].left_at + timedelta(seconds=seconds) for seconds in (29.999, 30))
    assert [check_presence(left, gate, "in", at, 0) for at in (almost, over)] == ["too_soon", "admitted"]


# -- Passes and gates ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        ("confirmed", None),
        ("pending", "not_confirmed"),
        ("waiting", "not_confirmed"),
        ("offered", "not_confirmed"),
        ("declined", "not_confirmed"),
        ("withdrawn", "cancelled"),
        ("cancelled", "cancelled"),
    ],
)
def test_only_a_confirmed_registration_has_a_good_pass(state, verdict):
    holder = Holder(event_id=1, state=state, serial=2, category_id=1)
    assert [check_pass(holder, serial) for serial in (2, None)] == [verdict, verdict]
    assert [check_pass(holder, serial) for serial in (1, 3)] == ["revoked", "revoked"]


def test_nobody_has_no_pass():
    assert check_pass(None, 1) == "unknown"


def test_a_gate_opens_on_time_and_closes_on_time():
    holder = Holder(event_id=1, state="confirmed", serial=1, category_id=1)
    gate = a_gate(opens_at=NINE, closes_at=NINE + timedelta(hours=1))
    moments = [NINE + timedelta(seconds=seconds) for seconds in (-1, 0, 3599, 3600)]
    assert [check_gate(holder, gate, "in", at) for at in moments] == ["outside_hours", None, None, "outside_hours"]


def test_exits_are_recorded_only_where_visits_are():
    holder = Holder(event_id=1, state="confirmed", serial=1, category_id=1)
    verdicts = {rule: check_gate(holder, a_gate(rule), "out", NINE) for rule in ("once", "daily", "visits")}
    assert verdicts == {"once": "not_allowed", "daily": "not_allowed", "visits": None}
