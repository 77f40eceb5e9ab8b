"""Wall times and days of an event, and when each item of a session runs. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from eventapp.walltime import SkippedTime, local_to_utc

__all__ = ["FARTHEST", "SkippedTime", "day_of", "end_day", "local_to_utc", "running_times"]

# What is farther away from its event has a wrong year.
FARTHEST = timedelta(days=366)


def day_of(moment: datetime, zone: str, day_starts: time) -> date:
    """The day that a moment belongs to: what runs after midnight and before `day_starts` is still of the day before."""
    wall = moment.astimezone(ZoneInfo(zone))
    return wall.date() - timedelta(days=1) if wall.time() < day_starts else wall.date()


def end_day(day: date, start: time, end: time, day_starts: time) -> date:
    """The date on which a session that starts on `day` ends: one that runs past midnight ends on the next."""
    past_midnight = end <= start and end <= day_starts < start
    return day + timedelta(days=1) if past_midnight else day


def running_times(start: datetime, minutes: Iterable[int]) -> list[tuple[datetime, datetime] | None]:
    """When each item of a session runs, one after the other from `start`.

    An item without minutes has no known length, so neither it nor anything after it has a known time.
    """
    times: list[tuple[datetime, datetime] | None] = []
    begins: datetime | None = start
    for length in minutes:
        ends = begins + timedelta(minutes=length) if begins and length else None
        times.append((begins, ends) if begins and ends else None)
        begins = ends
    return times
