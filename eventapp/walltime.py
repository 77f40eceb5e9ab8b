"""Between the clock on an event's wall and moments in UTC. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# What is planned lies within these; farther on, clocks of other zones come to the end of what a computer can tell.
YEARS = range(2000, 2101)


class SkippedTime(ValueError):  # noqa: N818 - "skipped" is what happened
    """A wall time that never shows on the clock, because daylight saving time begins and skips it."""


def local_to_utc(day: date, clock: time, zone: str) -> datetime:
    """The moment in UTC when a wall clock in `zone` shows this; of one shown twice, the first.

    Raises SkippedTime.
    """
    wall = datetime.combine(day, clock, ZoneInfo(zone))
    moment = wall.astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall.replace(tzinfo=None):
        raise SkippedTime(f"{day} {clock} in {zone}")
    return moment


def wall_of(moment: datetime, zone: str) -> datetime:
    """What the clock on the wall in `zone` shows at a moment, as a time without a zone."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def same_wall_time(moment: datetime, old_zone: str, new_zone: str, days: int = 0) -> datetime:
    """The moment, in UTC, when a clock in `new_zone` shows what one in `old_zone` showed, so many days later.

    A time that daylight saving skips becomes the one an hour later.
    """
    wall = wall_of(moment, old_zone) + timedelta(days=days)
    return wall.replace(tzinfo=ZoneInfo(new_zone)).astimezone(UTC)


def same_wall_times(
    starts: datetime, ends: datetime, old_zone: str, new_zone: str, days: int = 0
) -> tuple[datetime, datetime]:
    """A start and an end, each as `same_wall_time` has it.

    What would have no length, because it falls into the hour that daylight saving skips, lasts as long as before.
    """
    first, last = (same_wall_time(moment, old_zone, new_zone, days) for moment in (starts, ends))
    return first, last if first < last else first + (ends - starts)
