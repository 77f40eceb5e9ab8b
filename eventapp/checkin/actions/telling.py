"""What a device tells of itself now and then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from eventapp.checkin.models import Device
from eventapp.clock import now
from eventapp.db import transaction

# Nobody's clock is further off; what would not fit into a column is not kept.
MOST_OFF_MS = 10**12


@dataclass(frozen=True)
class Heartbeat:
    """How a device stands by its own account; `clock` is what its clock showed when it sent this."""

    battery: int | None = None
    charging: bool | None = None
    version: str = ""
    queue: int | None = None
    clock: datetime | None = None
    roster_at: datetime | None = None


def note_heartbeat(device_id: int, beat: Heartbeat) -> datetime:
    """Keep what the device told last, and when; returns that moment. No audit row: it changes nothing for anybody."""
    at = now()
    with transaction() as session:
        session.execute(
            update(Device)
            .where(Device.id == device_id)
            .values(
                battery=beat.battery,
                charging=beat.charging,
                app_version=beat.version,
                queue_length=beat.queue,
                clock_offset_ms=_offset(beat.clock, at),
                roster_at=beat.roster_at,
                last_seen_at=at,
            )
            .execution_options(synchronize_session=False)
        )
    return at


def _offset(clock: datetime | None, at: datetime) -> int | None:
    if clock is None:
        return None
    ahead = round((clock - at).total_seconds() * 1000)
    return max(-MOST_OFF_MS, min(MOST_OFF_MS, ahead))
