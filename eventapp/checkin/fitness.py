"""What troubles a device, from what it told last. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

UNSEEN_MINUTES = 10
OLD_ROSTER_MINUTES = 30
CLOCK_OFF_SECONDS = 90
LOW_BATTERY = 20
# After so long without a word nobody is surprised any more: the device was put away.
PUT_AWAY = timedelta(hours=18)


@dataclass(frozen=True)
class Trouble:
    """`kind` and its number: unseen and silent (minutes), queue (scans), clock, roster (minutes), battery (percent), no_roster."""

    kind: str
    number: int = 0


def troubles_of(device: Any, seen_at: datetime | None, at: datetime) -> list[Trouble]:
    """What somebody should see to, the worst first; of a device that is not paired or not at work, only what waits.

    `seen_at` is its last sign of life of any kind.
    """
    waiting = [Trouble("queue", device.queue_length)] if device.queue_length else []
    if not _is_at_work(device, seen_at, at):
        return waiting
    return [*_silence(device, seen_at, at), *waiting, *_own_account(device, at)]


def _is_at_work(device: Any, seen_at: datetime | None, at: datetime) -> bool:
    within = (device.valid_from is None or at >= device.valid_from) and (
        device.valid_until is None or at < device.valid_until
    )
    put_away = at - (seen_at or device.paired_at or at) > PUT_AWAY
    return bool(device.token_hash) and device.revoked_at is None and within and not put_away


def _silence(device: Any, seen_at: datetime | None, at: datetime) -> list[Trouble]:
    since = seen_at or device.paired_at
    minutes = _minutes(at - since) if since else 0
    if minutes < UNSEEN_MINUTES:
        return []
    return [Trouble("unseen" if seen_at else "silent", minutes)]


def _own_account(device: Any, at: datetime) -> list[Trouble]:
    if device.last_seen_at is None:
        return []
    found = []
    seconds = abs(device.clock_offset_ms or 0) // 1000
    if seconds >= CLOCK_OFF_SECONDS:
        found.append(Trouble("clock", round(seconds / 60)))
    if device.battery is not None and device.battery <= LOW_BATTERY and not device.charging:
        found.append(Trouble("battery", device.battery))
    if device.roster_at is None:
        found.append(Trouble("no_roster"))
    elif (minutes := _minutes(at - device.roster_at)) >= OLD_ROSTER_MINUTES:
        found.append(Trouble("roster", minutes))
    return found


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
