"""Time zones in which a guest may read an agenda. Pure."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones


def is_zone(name: str) -> bool:
    """Whether there is a zone of this name, such as Europe/Berlin."""
    return name in _all()


@cache
def _all() -> frozenset[str]:
    return frozenset(available_timezones())
