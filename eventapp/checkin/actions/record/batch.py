"""What is known and decided while scans are recorded in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from eventapp.checkin.queries import Door
from eventapp.checkin.reading import Reading
from eventapp.checkin.rules import Entry, Gate, Holder
from eventapp.checkin.scan import DeviceClock, ScanInput
from eventapp.clock import now


class LostRace(Exception):  # noqa: N818
    """Another device admitted the same pass, or sent the same scan, between our look and our write."""


@dataclass
class Stay(Entry):
    """An admission with the scan that made it: the device, and the device's id of the scan."""

    device_id: int = 0
    scan_id: str | None = None


@dataclass
class Guest:
    """A registration as this transaction sees it; `person` is what the door is told of it.

    `exits` by checkpoint: when somebody was seen leaving whom nobody had seen coming.
    """

    id: int
    person: dict[str, Any]
    holder: Holder
    exits: dict[int, list[datetime]] = field(default_factory=dict)

    def stays(self, gate: Gate) -> list[Stay]:
        """The admissions at a checkpoint, in order; new ones are added to this list."""
        return self.holder.entries.setdefault(gate.id, [])  # type: ignore[return-value]


@dataclass(frozen=True)
class Sent:
    """What one device sent at once by which clock, and what its codes say."""

    door: Door
    scans: list[ScanInput]
    readings: list[Reading]
    clock: DeviceClock


@dataclass(frozen=True)
class Claim:
    """A scan that let somebody in whom the server does not count as let in by it; `stay` is the admission that stands."""

    kind: str
    device_id: int
    scan_id: str
    at: datetime
    guest: Guest | None = None
    gate: Gate | None = None
    stay: Stay | None = None


@dataclass
class Batch:
    """What was found and decided so far; nothing is written before all of it is decided.

    Requests that are recorded in one transaction share all of it but door and clock.
    """

    door: Door
    clock: DeviceClock
    at: datetime = field(default_factory=now)
    guests: dict[str, Guest] = field(default_factory=dict)
    inside: dict[int, int] = field(default_factory=dict)
    admitted: list[tuple[Guest, Gate, Stay]] = field(default_factory=list)
    left: list[Stay] = field(default_factory=list)
    brought_forward: dict[int, tuple[Stay, datetime]] = field(default_factory=dict)
    moved: dict[int, int] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)

    def count(self, gate: Gate, change: int) -> None:
        """So many more are inside. Counted where there is no limit, too: the team may set one while people are in."""
        self.inside[gate.id] += change
        self.moved[gate.id] = self.moved.get(gate.id, 0) + change
