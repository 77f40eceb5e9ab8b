"""Which sessions run at the same time. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeVar

Key = TypeVar("Key")
Time = tuple[datetime, datetime]


def overlaps(times: Mapping[Key, Time], chosen: Iterable[Key]) -> dict[Key, list[Key]]:
    """For each of `times` (begin and end) the others among `chosen` that run at the same moment, in their order.

    One that begins when another ends does not overlap it. What overlaps nothing is not named.
    """
    picked = list(chosen)
    found = {key: [other for other in picked if other != key and _meet(times[key], times[other])] for key in times}
    return {key: others for key, others in found.items() if others}


def _meet(one: Time, other: Time) -> bool:
    return one[0] < other[1] and other[0] < one[1]
