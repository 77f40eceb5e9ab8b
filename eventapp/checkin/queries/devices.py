"""Devices of an event and how each of them stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from eventapp.checkin.fitness import Trouble, troubles_of
from eventapp.checkin.models import Device, Scan
from eventapp.clock import now
from eventapp.db import db
from eventapp.sealing import token_hash


@dataclass(frozen=True)
class Standing:
    """A device, its last sign of life of any kind, its scans that count, those of a rehearsal, and what troubles it."""

    device: Device
    seen_at: datetime | None
    scans: int
    rehearsed: int
    rehearsed_at: datetime | None
    troubles: Sequence[Trouble]

    @property
    def state(self) -> str:
        """'ended', 'paired' or 'unpaired'."""
        if self.device.revoked_at is not None:
            return "ended"
        return "paired" if self.device.token_hash else "unpaired"


def devices_of(event_id: int) -> Sequence[Device]:
    """Paired and still to be paired devices of an event; members' own ones are left out."""
    return (
        db.session.scalars(
            select(Device)
            .where(Device.event_id == event_id, Device.user_id.is_(None))
            .options(joinedload(Device.checkpoints))
            .order_by(Device.id)
        )
        .unique()
        .all()
    )


def standings_of(event_id: int) -> list[Standing]:
    """How every device of the event stands, those that work before those that were ended; two statements."""
    scans, at = _scans(event_id), now()
    rows = sorted(devices_of(event_id), key=lambda device: device.revoked_at is not None)
    return [_standing(device, scans.get(device.id), at) for device in rows]


def device_of_event(event_id: int, public_id: str) -> Device | None:
    return db.session.scalar(select(Device).where(Device.event_id == event_id, Device.public_id == public_id))


def device_to_pair(token: str, at: Any) -> Device | None:
    """The device that a pairing link would pair at a moment."""
    return db.session.scalar(
        select(Device).where(
            Device.pairing_hash == token_hash(token), Device.pairing_expires_at > at, Device.revoked_at.is_(None)
        )
    )


def _scans(event_id: int) -> dict[int, Any]:
    counted = func.count().filter(Scan.rehearsal.is_(False))
    rehearsed = func.count().filter(Scan.rehearsal.is_(True))
    rehearsed_at = func.max(Scan.received_at).filter(Scan.rehearsal.is_(True))
    rows = db.session.execute(
        select(
            Scan.device_id,
            func.max(Scan.received_at).label("seen_at"),
            counted.label("scans"),
            rehearsed.label("rehearsed"),
            rehearsed_at.label("rehearsed_at"),
        )
        .join(Device, Device.id == Scan.device_id)
        .where(Device.event_id == event_id)
        .group_by(Scan.device_id)
    )
    return {row.device_id: row for row in rows}


def _standing(device: Device, scans: Any, at: datetime) -> Standing:
    signs = [moment for moment in (device.last_seen_at, scans and scans.seen_at) if moment]
    seen_at = max(signs, default=None)
    return Standing(
        device=device,
        seen_at=seen_at,
        scans=scans.scans if scans else 0,
        rehearsed=scans.rehearsed if scans else 0,
        rehearsed_at=scans.rehearsed_at if scans else None,
        troubles=troubles_of(device, seen_at, at),
    )
