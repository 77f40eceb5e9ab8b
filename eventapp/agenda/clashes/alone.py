"""Rules that look at one session by itself. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise

from eventapp.agenda.clashes.shapes import Block, Clash, Terms

A_DAY = timedelta(days=1)
A_MINUTE = timedelta(minutes=1)


def _overrun(block: Block, _terms: Terms) -> Iterator[Clash]:
    """Items longer than their session."""
    if timedelta(minutes=block.item_minutes) > block.end - block.start:
        has = (block.end - block.start) // A_MINUTE
        yield Clash("overrun", block.session_id, block.start, block.end, needs=block.item_minutes, has=has)


def _capacity(block: Block, terms: Terms) -> Iterator[Clash]:
    """A hall with fewer seats than guests are expected or booked."""
    seats = terms.hall(block.hall_id).capacity
    if seats is not None and block.guests > seats:
        yield Clash(
            "capacity", block.session_id, block.start, block.end, subject=block.hall_id, needs=block.guests, has=seats
        )


def _hours(block: Block, terms: Terms) -> Iterator[Clash]:
    """Outside the hours of its day; what goes on for whole days has none."""
    hours = terms.open_hours(block.start)
    if hours is None or block.end - block.start >= A_DAY:
        return
    inside = max(min(block.end, hours[1]) - max(block.start, hours[0]), timedelta())
    outside = block.end - block.start - inside
    if outside:
        yield Clash("hours", block.session_id, block.start, block.end, needs=-(-outside // A_MINUTE))


def _unconfirmed(block: Block, _terms: Terms) -> Iterator[Clash]:
    if block.unconfirmed:
        yield Clash("unconfirmed", block.session_id, block.start, block.end, details=block.unconfirmed)


def _translation(block: Block, _terms: Terms) -> Iterator[Clash]:
    if block.missing:
        yield Clash("translation", block.session_id, block.start, block.end, details=block.missing)


def _precedence(block: Block, terms: Terms) -> Iterator[Clash]:
    """Somebody is listed after one before whom they stand in the order of the event's people; the first such two."""
    for order in block.orders:
        placed = [person for person in order.people if person in terms.ranks]
        wrong = next((two for two in pairwise(placed) if terms.ranks[two[0]] > terms.ranks[two[1]]), None)
        if wrong:
            yield Clash("precedence", block.session_id, block.start, block.end, subject=order.item_id, details=wrong)


ALONE: dict[str, Callable[[Block, Terms], Iterator[Clash]]] = {
    "overrun": _overrun,
    "capacity": _capacity,
    "hours": _hours,
    "unconfirmed": _unconfirmed,
    "translation": _translation,
    "precedence": _precedence,
}
