"""Doors: devices at work, their checkpoints, and who may scan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select

from eventapp.accounts.queries import role_in_event
from eventapp.accounts.roles import may
from eventapp.checkin.models import (
    Admission,
    Checkpoint,
    Device,
    checkpoint_categories,
    device_checkpoints,
    zone_grants,
)
from eventapp.checkin.rules import Gate
from eventapp.clock import now
from eventapp.db import db, look_up
from eventapp.events.models import Event
from eventapp.i18n import Bilingual
from eventapp.sealing import token_hash


@dataclass(frozen=True)
class Door:
    """A device at work: its event's clock and its checkpoints, as plain values."""

    device_id: int
    device_name: str
    event_id: int
    event_slug: str
    event_name: Bilingual
    zone: str
    may_override: bool
    gates: dict[str, Gate]
    names: dict[int, Bilingual]
    may_register: bool = False
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    def works_at(self, at: datetime) -> bool:
        """Whether a moment lies within the device's hours; what was scanned within them may be sent later."""
        return (self.valid_from is None or at >= self.valid_from) and (
            self.valid_until is None or at < self.valid_until
        )

    def own_gates(self) -> list[Gate]:
        """The checkpoints this device may scan at, in order."""
        return [gate for gate in self.gates.values() if gate.allowed]


def door_by_token(token: str) -> Door | None:
    """The device of a bearer token, unless its pairing was ended. One statement."""
    return _door("token_hash", token_hash(token)) if token else None


def door_of_device(device_id: int) -> Door | None:
    return _door("id", device_id)


def _door(column: str, value: str | int) -> Door | None:
    rows = look_up(_door_statement(column), {"value": value})
    return _door_from(tuple(rows)) if rows else None


@lru_cache(maxsize=2)
def _door_statement(column: str) -> Any:
    # Built once: putting a statement together takes longer than the database needs to answer it.
    return (
        select(
            Device.id,
            Device.name,
            Device.user_id,
            Device.may_override,
            Device.may_register,
            Device.valid_from,
            Device.valid_until,
            Event.id.label("event_id"),
            Event.slug,
            Event.name_en.label("event_name_en"),
            Event.name_zh.label("event_name_zh"),
            Event.time_zone,
            Event.day_starts,
            *_checkpoint_columns(),
            device_checkpoints.c.device_id.label("paired"),
            checkpoint_categories.c.category_id,
        )
        .join(Event, Event.id == Device.event_id)
        .outerjoin(Checkpoint, Checkpoint.event_id == Event.id)
        .outerjoin(
            device_checkpoints,
            (device_checkpoints.c.device_id == Device.id) & (device_checkpoints.c.checkpoint_id == Checkpoint.id),
        )
        .outerjoin(checkpoint_categories, checkpoint_categories.c.checkpoint_id == Checkpoint.id)
        .where(getattr(Device, column) == bindparam("value"), Device.revoked_at.is_(None))
        .order_by(Checkpoint.position, Checkpoint.id)
    )


def _checkpoint_columns() -> list[Any]:
    return [
        Checkpoint.id.label("checkpoint_id"),
        Checkpoint.code,
        Checkpoint.name_en,
        Checkpoint.name_zh,
        Checkpoint.rule,
        Checkpoint.opens_at,
        Checkpoint.closes_at,
        Checkpoint.capacity,
        Checkpoint.pause_seconds,
        Checkpoint.session_id,
    ]


@lru_cache(maxsize=128)
def _door_from(rows: tuple[Any, ...]) -> Door:
    # The same rows make the same door; each scan reads them anew, but most are as they were.
    first = rows[0]
    gates: dict[str, Gate] = {}
    names: dict[int, Bilingual] = {}
    for row in rows:
        if row.checkpoint_id is not None:
            gates[row.code] = _gate(row, gates.get(row.code), first.time_zone, first.day_starts)
            names[row.checkpoint_id] = Bilingual(row.name_en, row.name_zh)
    return Door(
        device_id=first.id,
        device_name=first.name,
        event_id=first.event_id,
        event_slug=first.slug,
        event_name=Bilingual(first.event_name_en, first.event_name_zh),
        zone=first.time_zone,
        may_override=first.may_override,
        gates=gates,
        names=names,
        may_register=first.may_register,
        valid_from=first.valid_from,
        valid_until=first.valid_until,
    )


def _gate(row: Any, known: Gate | None, zone: str, day_starts: time) -> Gate:
    categories = (known.category_ids if known else frozenset()) | (
        {row.category_id} if row.category_id else frozenset()
    )
    return Gate(
        id=row.checkpoint_id,
        code=row.code,
        rule=row.rule,
        zone=zone,
        day_starts=day_starts,
        # A team member's own device scans at every checkpoint.
        allowed=row.paired is not None or row.user_id is not None,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        capacity=row.capacity,
        pause_seconds=row.pause_seconds,
        category_ids=categories,
        session_id=row.session_id,
    )


def may_scan(user: Any, event_id: int) -> bool:
    """Whether a signed-in user belongs to the door staff of an event."""
    if not user.is_authenticated:
        return False
    return bool(user.is_owner) or may(role_in_event(user.id, event_id), "checkin:scan")


def gates_for_visitor(event_id: int, user: Any, door_token: str) -> list[tuple[str, Bilingual]]:
    """The checkpoints (code and name) at which whoever looks at a pass may check its holder in."""
    if may_scan(user, event_id):
        return [(checkpoint.code, checkpoint.name) for checkpoint in checkpoints_of(event_id)]
    door = door_by_token(door_token)
    if door is None or door.event_id != event_id or not door.works_at(now()):
        return []
    return [(gate.code, door.names[gate.id]) for gate in door.own_gates()]


def checkpoints_of(event_id: int) -> Sequence[Checkpoint]:
    return db.session.scalars(
        select(Checkpoint).where(Checkpoint.event_id == event_id).order_by(Checkpoint.position, Checkpoint.id)
    ).all()


def limits_of(event_id: int) -> dict[int, set[int]]:
    """The categories each checkpoint is limited to; one that admits all of them is not named."""
    limits: dict[int, set[int]] = {}
    for checkpoint_id, category_id in db.session.execute(
        select(checkpoint_categories)
        .join(Checkpoint, Checkpoint.id == checkpoint_categories.c.checkpoint_id)
        .where(Checkpoint.event_id == event_id)
    ):
        limits.setdefault(checkpoint_id, set()).add(category_id)
    return limits


def was_used(checkpoint_id: int) -> bool:
    """Whether anybody was ever let in at a checkpoint."""
    return db.session.scalar(select(Admission.id).where(Admission.checkpoint_id == checkpoint_id).limit(1)) is not None


def grants_of(registration_id: int) -> set[int]:
    """The checkpoints that a guest may pass besides those of the category."""
    found = select(zone_grants.c.checkpoint_id).where(zone_grants.c.registration_id == registration_id)
    return set(db.session.scalars(found))
