"""The door's rules: from what is known about a pass and a checkpoint to one verdict. No database, no web."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

# The door app on a device without a network decides by the same data and by the same functions in static/checkin/rules.js;
# the vectors in tests/checkin/vectors/ hold the two together.
_DATA = json.loads((Path(__file__).resolve().parents[2] / "static/checkin/rules.json").read_text(encoding="utf-8"))
# In the order in which they are asked; the first that applies is the verdict.
PRECEDENCE: tuple[str, ...] = tuple(_DATA["precedence"])
CONFIRMED: str = _DATA["confirmed_state"]
CANCELLED_STATES = frozenset(_DATA["cancelled_states"])
# What a device that may override can let pass with a reason. A forged or cancelled pass is never let in.
OVERRIDABLE = frozenset(_DATA["overridable"])
# The rules by which people also leave.
COUNTS_EXITS = frozenset(_DATA["counts_exits"])


@dataclass(frozen=True)
class Gate:
    """A checkpoint as its event set it up. Moments in UTC; `zone` and `day_starts` say which day a moment belongs to.

    The door of a session with seats has a `session_id`.
    """

    id: int
    code: str
    rule: str
    zone: str
    day_starts: time
    allowed: bool = True
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    capacity: int | None = None
    pause_seconds: int = 0
    category_ids: frozenset[int] = frozenset()
    session_id: int | None = None

    @property
    def asks_for_more(self) -> bool:
        """Whether it matters here what a guest booked or was granted."""
        return self.session_id is not None or bool(self.category_ids)

    def admits(self, holder: Holder) -> bool:
        """Whether this pass may come in here at all: by its category, by a booked seat or by a grant of its own."""
        if holder.category_id in self.category_ids or self.id in holder.granted:
            return True
        if self.session_id is not None:
            return self.session_id in holder.booked
        return not self.category_ids

    def serves(self, direction: str) -> bool:
        """Whether the device may scan here in this direction at all; no reason given overrides that."""
        return self.allowed and (direction == "in" or self.rule in COUNTS_EXITS)


@dataclass
class Entry:
    """One admission of a pass at a checkpoint, by a device of this name. `id` is None while it is new."""

    period: str
    visit: int
    admitted_at: datetime
    left_at: datetime | None = None
    device: str = ""
    id: int | None = None


@dataclass
class Holder:
    """What is known about a pass: its registration's state, the serial in force, and earlier entries by checkpoint.

    `booked` holds sessions with a confirmed seat, `granted` checkpoints; both only as far as the scan asks for them.
    """

    event_id: int
    state: str
    serial: int
    category_id: int
    entries: dict[int, list[Entry]] = field(default_factory=dict)
    booked: set[int] = field(default_factory=set)
    granted: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Asked:
    """What is asked at a checkpoint: what the code said, who holds it, and how it is there at this moment.

    `overrides` says that a device which may has given a reason to let the guest in all the same.
    """

    gate: Gate | None
    direction: str
    at: datetime
    holder: Holder | None = None
    problem: str | None = None
    serial: int | None = None
    inside: int = 0
    overrides: bool = False


def judge(asked: Asked) -> str:
    """The verdict."""
    holder, gate = asked.holder, asked.gate
    refusal = asked.problem or check_pass(holder, asked.serial)
    if holder is None or (refusal and refusal not in OVERRIDABLE):
        return refusal or "unknown"
    refusal = refusal or check_gate(holder, gate, asked.direction, asked.at)
    if gate is None or not gate.serves(asked.direction) or (refusal and not asked.overrides):
        return refusal or "not_allowed"
    # Whoever overrides may pass too soon, and still only where there is room.
    rules = replace(gate, pause_seconds=0) if asked.overrides else gate
    return check_presence(holder.entries.get(gate.id, []), rules, asked.direction, asked.at, asked.inside)


def period_of(gate: Gate, at: datetime, visits: int) -> tuple[str, int]:
    """The period an admission at this moment belongs to, and its visit number (0 where visits are not counted)."""
    if gate.rule == "once":
        return "once", 0
    if gate.rule == "daily":
        return day_of(gate.day_starts, gate.zone, at), 0
    return f"visit-{visits + 1}", visits + 1


def day_of(day_starts: time, zone: str, at: datetime) -> str:
    """The event's own date a moment belongs to: until the day starts, it is still the day before."""
    wall = at.astimezone(ZoneInfo(zone))
    before = timedelta(hours=day_starts.hour, minutes=day_starts.minute)
    return (wall.replace(tzinfo=None) - before).date().isoformat()


def check_pass(holder: Holder | None, serial: int | None) -> str | None:
    """The verdict on the pass alone; None when it is good. `serial` is that of the code, if one was read."""
    if holder is None:
        return "unknown"
    if serial is not None and serial != holder.serial:
        return "revoked"
    if holder.state in CANCELLED_STATES:
        return "cancelled"
    return None if holder.state == CONFIRMED else "not_confirmed"


def check_gate(holder: Holder, gate: Gate | None, direction: str, at: datetime) -> str | None:
    """The verdict on this pass at this checkpoint at this moment, whoever is inside; None when it may go on."""
    if gate is None or not gate.serves(direction):
        return "not_allowed"
    if not gate.admits(holder):
        return "not_allowed"
    if (gate.opens_at and at < gate.opens_at) or (gate.closes_at and at >= gate.closes_at):
        return "outside_hours"
    return None


def check_presence(entries: list[Entry], gate: Gate, direction: str, at: datetime, inside: int) -> str:
    """The verdict that depends on who is in: admitted, left, or why not."""
    if direction == "out":
        return _leave(entries, gate, at)
    if standing_entry(entries, gate, at) is not None:
        return "already_in"
    last_left = max((entry.left_at for entry in entries if entry.left_at), default=None)
    if last_left and at - last_left < timedelta(seconds=gate.pause_seconds):
        return "too_soon"
    if gate.capacity is not None and inside >= gate.capacity:
        return "full"
    return "admitted"


def standing_entry(entries: list[Entry], gate: Gate, at: datetime) -> Entry | None:
    """The entry that makes a second one refused: the period's, or the visit that is not over."""
    if gate.rule == "visits":
        return next((entry for entry in entries if entry.left_at is None), None)
    period, _visit = period_of(gate, at, 0)
    return next((entry for entry in entries if entry.period == period), None)


def _leave(entries: list[Entry], gate: Gate, at: datetime) -> str:
    entry = standing_entry(entries, gate, at)
    if entry is None:
        return "not_inside"
    return "too_soon" if at - entry.admitted_at < timedelta(seconds=gate.pause_seconds) else "left"
