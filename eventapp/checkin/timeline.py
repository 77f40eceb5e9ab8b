"""Scans that arrive late: who was in at a moment of the past, and whom a late entry comes before. No database, no web."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from eventapp.checkin.rules import Entry, Gate, period_of

AnyEntry = TypeVar("AnyEntry", bound=Entry)


def as_of(entries: Sequence[AnyEntry], at: datetime) -> list[AnyEntry]:
    """The entries as they were known at a moment: later ones are not there yet, and who left later is still in."""
    return [
        replace(entry, left_at=None) if entry.left_at is not None and entry.left_at > at else entry
        for entry in entries
        if entry.admitted_at <= at
    ]


def next_entry(entries: Sequence[AnyEntry], gate: Gate, at: datetime) -> AnyEntry | None:
    """The entry that one at this moment comes before: of the same period, or the next visit."""
    later = [entry for entry in entries if entry.admitted_at > at]
    if gate.rule != "visits":
        period, _visit = period_of(gate, at, 0)
        later = [entry for entry in later if entry.period == period]
    return min(later, key=lambda entry: entry.admitted_at, default=None)


def exit_after(exits: Sequence[datetime], at: datetime, following: Entry | None) -> datetime | None:
    """When somebody who came in at this moment was seen leaving, before the next visit: the exit was heard of first."""
    until = following.admitted_at if following else None
    return min((left for left in exits if left > at and (until is None or left < until)), default=None)
