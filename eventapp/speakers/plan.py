"""When speakers who have not answered are reminded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

DEFAULT_DAYS = (5, 10)
MOST_REMINDERS = 6
LONGEST_DAYS = 365
# Two reminders never follow each other faster than this, even after a worker slept for weeks.
SHORTEST_PAUSE = timedelta(days=1)


def next_reminder(
    asked_at: datetime, days: Iterable[int], *, reminded_at: datetime | None, at: datetime, ends: datetime
) -> datetime | None:
    """The next moment of the plan that is still to come at `at`; None when there is none before `ends` (all UTC)."""
    earliest = max(at, reminded_at + SHORTEST_PAUSE) if reminded_at else at
    moments = (asked_at + timedelta(days=number) for number in sorted(days))
    return next((moment for moment in moments if earliest <= moment < ends), None)


def parse_days(text: str) -> list[int]:
    """'5, 10' as numbers in order. Raises ValueError for anything but a few whole days from 1 to 365."""
    words = text.replace("，", ",").replace("、", ",").replace(",", " ").split()
    if any(not word.isdecimal() or len(word) > 3 for word in words):
        raise ValueError(text)
    days = sorted({int(word) for word in words})
    if len(days) > MOST_REMINDERS or any(not 1 <= day <= LONGEST_DAYS for day in days):
        raise ValueError(text)
    return days
