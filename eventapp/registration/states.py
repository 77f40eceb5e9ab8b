"""The states of a registration and the closed table of ways between them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

STATES = ("pending", "waiting", "offered", "confirmed", "declined", "withdrawn", "cancelled")

# A place is held in these states: places.taken counts exactly them.
HOLDING = frozenset({"offered", "confirmed"})
# In these states a guest still has a wish or a place, and may withdraw it.
ALIVE = frozenset({"pending", "waiting", "offered", "confirmed"})

TRANSITIONS: dict[str, frozenset[str]] = {
    "pending": frozenset({"confirmed", "waiting", "declined", "withdrawn", "cancelled"}),
    "waiting": frozenset({"confirmed", "offered", "withdrawn", "cancelled"}),
    "offered": frozenset({"confirmed", "declined", "withdrawn", "cancelled"}),
    "confirmed": frozenset({"withdrawn", "cancelled"}),
    "declined": frozenset(),
    "withdrawn": frozenset(),
    "cancelled": frozenset(),
}

LABELS = {
    "pending": _l("Awaiting approval"),
    "waiting": _l("On the waiting list"),
    "offered": _l("Place offered"),
    "confirmed": _l("Confirmed"),
    "declined": _l("Declined"),
    "withdrawn": _l("Withdrawn"),
    "cancelled": _l("Cancelled"),
}

BOOKING_LABELS = {
    "waiting": _l("On the waiting list"),
    "offered": _l("Seat offered"),
    "confirmed": _l("Booked"),
    "ended": _l("Given back"),
}


def may_become(old: str, new: str) -> bool:
    """Whether a registration may go from one state to the other."""
    return new in TRANSITIONS[old]
