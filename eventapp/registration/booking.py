"""What a booking may be, and when a session can be booked. Pure."""

from __future__ import annotations

from datetime import datetime

BOOKING_STATES = ("waiting", "offered", "confirmed", "ended")
# A place is held in these states: places.taken counts exactly them.
HOLDING_SEAT = frozenset({"offered", "confirmed"})
LIVE = frozenset({"waiting", "offered", "confirmed"})


def booking_time(opens_at: datetime | None, closes_at: datetime | None, starts_at: datetime, at: datetime) -> str:
    """Whether a guest may book at a moment: 'not_yet', 'open' or 'over'. Without a closing time, until it begins."""
    if opens_at is not None and at < opens_at:
        return "not_yet"
    return "open" if at < (closes_at or starts_at) else "over"
