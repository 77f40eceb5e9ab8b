"""When the plan reminds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from eventapp.speakers.plan import next_reminder, parse_days

ASKED = datetime(2026, 11, 1, 9, tzinfo=UTC)
FAR = ASKED + timedelta(days=300)


def day(number: float) -> datetime:
    return ASKED + timedelta(days=number)


@pytest.mark.parametrize(
    ("at", "reminded_at", "ends", "expected"),
    [
        (day(0), None, FAR, day(5)),
        (day(5), day(5), FAR, day(10)),
        (day(10), day(10), FAR, None),
        # The event begins before.
        (day(0), None, day(5), None),
        (day(0), None, day(5.1), day(5)),
        # The worker slept: what was missed is not sent twice in a row.
        (day(9.5), day(9.5), FAR, None),
        (day(12), day(12), FAR, None),
        # Reminded by hand a little before the plan would.
        (day(4.5), day(4.5), FAR, day(10)),
    ],
)
def test_the_next_reminder_is_the_next_day_of_the_plan(at, reminded_at, ends, expected):
    assert next_reminder(ASKED, [10, 5], reminded_at=reminded_at, at=at, ends=ends) == expected


def test_without_days_nobody_is_reminded():
    assert next_reminder(ASKED, [], reminded_at=None, at=ASKED, ends=FAR) is None


@pytest.mark.parametrize(
    ("text", "days"), [("5, 10", [5, 10]), ("10 5 5", [5, 10]), ("3，7、14", [3, 7, 14]), ("", []), ("365", [365])]
)
def test_days_are_read_as_people_write_them(text, days):
    assert parse_days(text) == days


@pytest.mark.parametrize("text", ["0", "366", "-5", "5.5", "five", "1 2 3 4 5 6 7", "9999", "5;10"])
def test_other_things_are_no_days(text):
    with pytest.raises(ValueError):
        parse_days(text)
