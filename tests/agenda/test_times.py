"""Wall times, days and the times of items."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from eventapp.agenda.times import SkippedTime, day_of, end_day, local_to_utc, running_times

MIDNIGHT, FOUR = time(0), time(4)


def test_a_wall_time_in_shanghai_is_eight_hours_ahead() -> None:
    assert local_to_utc(date(2026, 11, 23), time(9, 30), "Asia/Shanghai") == datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def test_a_wall_time_that_daylight_saving_skips_is_refused() -> None:
    with pytest.raises(SkippedTime):
        local_to_utc(date(2026, 3, 29), time(1, 30), "Europe/London")
    assert local_to_utc(date(2026, 3, 29), time(2), "Europe/London") == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_of_a_wall_time_that_comes_twice_the_first_is_meant() -> None:
    assert local_to_utc(date(2026, 10, 25), time(1, 30), "Europe/London") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_what_runs_after_midnight_belongs_to_the_day_before() -> None:
    half_past_one = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
    assert day_of(half_past_one, "Asia/Shanghai", FOUR) == date(2026, 11, 23)
    assert day_of(half_past_one, "Asia/Shanghai", MIDNIGHT) == date(2026, 11, 24)
    assert day_of(datetime(2026, 11, 23, 20, tzinfo=UTC), "Asia/Shanghai", FOUR) == date(2026, 11, 24)


def test_a_session_that_ends_after_midnight_ends_on_the_next_date() -> None:
    day, next_day = date(2026, 11, 23), date(2026, 11, 24)
    assert end_day(day, time(22), time(0, 30), FOUR) == next_day
    assert end_day(day, time(9), time(10), FOUR) == day
    assert end_day(day, time(10), time(9), FOUR) == day
    assert end_day(day, time(1), time(0, 30), FOUR) == day


def test_items_run_one_after_the_other_until_one_has_no_length() -> None:
    nine = datetime(2026, 11, 23, 9, tzinfo=UTC)
    half_past, ten = nine.replace(minute=30), nine.replace(hour=10)
    assert running_times(nine, [30, 30, 0, 15]) == [(nine, half_past), (half_past, ten), None, None]
    assert running_times(nine, []) == []
