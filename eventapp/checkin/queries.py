"""What the door needs to know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, distinct, func, or_, select, union
from sqlalchemy.orm import joinedload, lazyload

from eventapp.accounts.queries import role_in_event
from eventapp.accounts.roles import may
from eventapp.checkin.models import (
    Admission,
    Checkpoint,
    Device,
    Scan,
    checkpoint_categories,
    device_checkpoints,
)
from eventapp.checkin.rules import Gate, day_of
from eventapp.clock import now
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.events.queries import get_event
from eventapp.i18n import Bilingual
from eventapp.people.names import fold
from eventapp.registration.models import Category, Registration
from eventapp.registration.queries import matches_words
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

    def own_gates(self) -> list[Gate]:
        """The checkpoints this device may scan at, in order."""
        return [gate for gate in self.gates.values() if gate.allowed]


def door_by_token(token: str) -> Door | None:
    """The device of a bearer token, unless its pairing was ended. One statement."""
    return _door("token_hash", token_hash(token)) if token else None


def door_of_device(device_id: int) -> Door | None:
    return _door("id", device_id)


def _door(column: str, value: str | int) -> Door | None:
    rows = db.session.execute(_door_statement(column), {"value": value}).all()
    return _door_from(rows) if rows else None


@lru_cache(maxsize=2)
def _door_statement(column: str) -> Any:
    # Built once: putting a statement together takes longer than the database needs to answer it.
    return (
        select(
            Device.id,
            Device.name,
            Device.user_id,
            Device.may_override,
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
    ]


def _door_from(rows: Sequence[Any]) -> Door:
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
    if door is None or door.event_id != event_id:
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


def device_of_event(event_id: int, public_id: str) -> Device | None:
    return db.session.scalar(select(Device).where(Device.event_id == event_id, Device.public_id == public_id))


def device_to_pair(token: str, at: Any) -> Device | None:
    """The device that a pairing link would pair at a moment."""
    return db.session.scalar(
        select(Device).where(
            Device.pairing_hash == token_hash(token), Device.pairing_expires_at > at, Device.revoked_at.is_(None)
        )
    )


def stored_answers(device_id: int, scan_ids: Iterable[str]) -> dict[str, str]:
    """Answers this device was given before, word for word."""
    rows = db.session.execute(
        select(Scan.scan_id, Scan.answer).where(Scan.device_id == device_id, Scan.scan_id.in_(list(scan_ids)))
    ).all()
    return dict(rows)


def pass_rows(
    event_id: int, public_ids: Iterable[str], short_codes: Iterable[str], checkpoint_ids: Iterable[int]
) -> Sequence[Any]:
    """Registrations with their category, and at each of these checkpoints how many are inside and each admission."""
    wanted = {"public_ids": list(public_ids), "short_codes": list(short_codes)}
    given = {name: values for name, values in wanted.items() if values}
    values = {"event_id": event_id, "checkpoint_ids": list(checkpoint_ids), **given}
    return db.session.execute(_pass_statement(tuple(given)), values).all()


@lru_cache(maxsize=4)
def _pass_statement(given: tuple[str, ...]) -> Any:
    # An OR of two columns, one of them with nothing to look for, would read every registration of the event.
    found = [
        select(Registration.id).where(
            Registration.event_id == bindparam("event_id"), column.in_(bindparam(name, expanding=True))
        )
        for name, column in (("public_ids", Registration.public_id), ("short_codes", Registration.short_code))
        if name in given
    ]
    return (
        select(
            Registration,
            Category,
            Checkpoint.id.label("checkpoint_id"),
            Checkpoint.inside,
            Admission,
            Device.name.label("device_name"),
        )
        .join(Category, Category.id == Registration.category_id)
        .outerjoin(Checkpoint, Checkpoint.id.in_(bindparam("checkpoint_ids", expanding=True)))
        .outerjoin(
            Admission,
            (Admission.registration_id == Registration.id)
            & (Admission.checkpoint_id == Checkpoint.id)
            & Admission.voided_at.is_(None),
        )
        .outerjoin(Device, Device.id == Admission.device_id)
        .where(Registration.id.in_(union(*found) if len(found) > 1 else found[0]))
        .options(lazyload(Category.places))
        .order_by(Registration.id, Admission.admitted_at)
        .execution_options(populate_existing=True)
    )


def search_at_door(door: Door, words: str, limit: int = 20) -> list[tuple[Registration, bool]]:
    """Registrations that match what was typed, and whether each is in at one of the device's checkpoints."""
    if not fold(words):
        return []
    is_in = (
        select(Admission.id).where(Admission.registration_id == Registration.id, _stands_at(door.own_gates())).exists()
    )
    rows = db.session.execute(
        select(Registration, is_in)
        .options(joinedload(Registration.category))
        .where(Registration.event_id == door.event_id, matches_words(words))
        .order_by(Registration.state != "confirmed", Registration.key_sort, Registration.id)
        .limit(limit)
    ).all()
    return [(registration, bool(inside)) for registration, inside in rows]


def _stands_at(gates: Sequence[Gate]) -> ColumnElement[bool]:
    """A condition: the admission makes a second one refused now at one of these checkpoints of one event."""
    daily = [gate.id for gate in gates if gate.rule == "daily"]
    today = day_of(gates[0].day_starts, gates[0].zone, now()) if gates else ""
    return and_(
        Admission.checkpoint_id.in_([gate.id for gate in gates]),
        Admission.voided_at.is_(None),
        Admission.left_at.is_(None),
        or_(Admission.checkpoint_id.not_in(daily), Admission.period == today),
    )


@dataclass(frozen=True)
class Counts:
    """Where check-in stands at one checkpoint: who may come, who came, who is in now."""

    code: str
    name: Bilingual
    expected: int
    admitted: int
    inside: int


def counts_of(event_id: int) -> list[Counts]:
    """The counts of every checkpoint, in five statements whatever their number."""
    confirmed = dict(
        db.session.execute(
            select(Registration.category_id, func.count())
            .where(Registration.event_id == event_id, Registration.state == "confirmed")
            .group_by(Registration.category_id)
        ).all()
    )
    limits = limits_of(event_id)
    came = _came(event_id)
    return [
        Counts(
            code=checkpoint.code,
            name=checkpoint.name,
            expected=sum(
                number
                for category_id, number in confirmed.items()
                if checkpoint.id not in limits or category_id in limits[checkpoint.id]
            ),
            admitted=came.get(checkpoint.id, (0, 0))[0],
            inside=came.get(checkpoint.id, (0, 0))[1],
        )
        for checkpoint in checkpoints_of(event_id)
    ]


def admitted_people(event_id: int) -> int:
    """How many registrations were let in at any checkpoint of the event."""
    return (
        db.session.scalar(
            select(func.count(distinct(Admission.registration_id)))
            .join(Checkpoint, Checkpoint.id == Admission.checkpoint_id)
            .where(Checkpoint.event_id == event_id, Admission.voided_at.is_(None))
        )
        or 0
    )


def admissions_of(registration_id: int) -> Sequence[Any]:
    """Where and when one registration was let in, with the checkpoint and the device."""
    return db.session.execute(
        select(Admission, Checkpoint, Device)
        .join(Checkpoint, Checkpoint.id == Admission.checkpoint_id)
        .join(Device, Device.id == Admission.device_id)
        .where(Admission.registration_id == registration_id)
        .order_by(Admission.admitted_at)
    ).all()


def _came(event_id: int) -> dict[int, tuple[int, int]]:
    """By checkpoint, how many people were let in, and how many of them are in now; at a daily one, since today began."""
    event = get_event(event_id)
    today = day_of(event.day_starts, event.time_zone, now())
    is_in = and_(Admission.left_at.is_(None), or_(Checkpoint.rule != "daily", Admission.period == today))
    rows = db.session.execute(
        select(
            Admission.checkpoint_id,
            func.count(distinct(Admission.registration_id)),
            func.count().filter(is_in),
        )
        .join(Checkpoint, Checkpoint.id == Admission.checkpoint_id)
        .where(Checkpoint.event_id == event_id, Admission.voided_at.is_(None))
        .group_by(Admission.checkpoint_id)
    ).all()
    return {checkpoint_id: (admitted, inside) for checkpoint_id, admitted, inside in rows}
