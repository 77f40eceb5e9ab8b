"""Which sessions run at the same time, and when a session can be booked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from eventapp.registration.booking import booking_time
from eventapp.registration.overlaps import overlaps

NINE = datetime(2026, 12, 8, 1, tzinfo=UTC)


def at(hour: float, hours: float = 1) -> tuple[datetime, datetime]:
    """From so many hours after nine, so long."""
    return NINE + timedelta(hours=hour), NINE + timedelta(hours=hour + hours)


def test_sessions_that_share_a_moment_overlap_and_those_that_touch_do_not():
    times = {"nine": at(0), "half past": at(0.5), "ten": at(1), "all day": at(0, 9)}
    assert overlaps(times, ["nine", "ten"]) == {"half past": ["nine", "ten"], "all day": ["nine", "ten"]}
    assert overlaps(times, ["nine", "half past"]) == {
        "nine": ["half past"],
        "half past": ["nine"],
        "ten": ["half past"],
        "all day": ["nine", "half past"],
    }
    assert overlaps(times, []) == {}


@pytest.mark.parametrize(
    ("opens", "closes", "hour", "told"),
    [
        (None, None, -1, "open"),
        (None, None, 0, "over"),
        (-2, None, -3, "not_yet"),
        (-2, None, -2, "open"),
        (None, -1, -1.5, "open"),
        (None, -1, -1, "over"),
        (None, 1, 0.5, "open"),
        (None, 1, 1, "over"),
    ],
)
def test_a_session_is_booked_from_its_opening_to_its_closing_or_its_beginning(opens, closes, hour, told):
    moments = [None if value is None else at(value)[0] for value in (opens, closes)]
    assert booking_time(*moments, NINE, at(hour)[0]) == told
