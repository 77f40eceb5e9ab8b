"""Counts: who may come, who came, who is in now; and where one guest was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, distinct, func, or_, select

from eventapp.checkin.models import (
    Admission,
    Checkpoint,
    Device,
    Scan,
)
from eventapp.checkin.queries.doors import checkpoints_of, limits_of
from eventapp.checkin.rules import day_of
from eventapp.clock import now
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.events.queries import get_event
from eventapp.i18n import Bilingual
from eventapp.registration.models import Registration
from eventapp.registration.queries import seats_by_session


@dataclass(frozen=True)
class Counts:
    """Where check-in stands at one checkpoint: who may come, who came, who is in now."""

    code: str
    name: Bilingual
    rule: str
    expected: int
    admitted: int
    inside: int


def counts_of(event_id: int) -> list[Counts]:
    """The counts of every checkpoint, in five statements whatever their number; one more for doors of sessions."""
    return counts_among(event_id, confirmed_by_category(event_id))


def counts_among(event_id: int, confirmed: dict[int, int]) -> list[Counts]:
    """The counts of every checkpoint, where it is known how many of each category are confirmed."""
    limits = limits_of(event_id)
    came = _came(event_id)
    checkpoints = checkpoints_of(event_id)
    has_doors = any(checkpoint.session_id is not None for checkpoint in checkpoints)
    seats = seats_by_session(event_id) if has_doors else {}
    return [
        Counts(
            code=checkpoint.code,
            name=checkpoint.name,
            rule=checkpoint.rule,
            expected=_expected(checkpoint, confirmed, limits.get(checkpoint.id), seats),
            admitted=came.get(checkpoint.id, (0, 0))[0],
            inside=came.get(checkpoint.id, (0, 0))[1],
        )
        for checkpoint in checkpoints
    ]


def confirmed_by_category(event_id: int) -> dict[int, int]:
    """How many guests of each category have a place."""
    return dict(
        db.session.execute(
            select(Registration.category_id, func.count())
            .where(Registration.event_id == event_id, Registration.state == "confirmed")
            .group_by(Registration.category_id)
        ).all()
    )


def is_in(event: Event) -> ColumnElement[bool]:
    """A condition: the admission counts as being in now; at a daily checkpoint, since today began."""
    today = day_of(event.day_starts, event.time_zone, now())
    return and_(Admission.left_at.is_(None), or_(Checkpoint.rule != "daily", Admission.period == today))


def _expected(checkpoint: Checkpoint, confirmed: dict[int, int], limits: set[int] | None, seats: dict[int, int]) -> int:
    """How many may come: who booked the session this is the door of, or the confirmed of the categories let in."""
    if checkpoint.session_id is not None:
        return seats.get(checkpoint.session_id, 0)
    return sum(number for category_id, number in confirmed.items() if limits is None or category_id in limits)


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


def came_of_party(party_id: int) -> dict[int, datetime]:
    """When each member of a party who came was let in first, anywhere."""
    rows = db.session.execute(
        select(Admission.registration_id, func.min(Admission.admitted_at))
        .join(Registration, Registration.id == Admission.registration_id)
        .where(Registration.party_id == party_id, Admission.voided_at.is_(None))
        .group_by(Admission.registration_id)
    ).all()
    return dict(rows)


def came_by_party(event_id: int) -> dict[int, int]:
    """How many of each party of an event came; a party of whom nobody did is not named."""
    rows = db.session.execute(
        select(Registration.party_id, func.count(distinct(Admission.registration_id)))
        .join(Admission, Admission.registration_id == Registration.id)
        .where(Registration.event_id == event_id, Registration.party_id.is_not(None), Admission.voided_at.is_(None))
        .group_by(Registration.party_id)
    )
    return {party_id: number for party_id, number in rows if party_id is not None}


def scans_of(registration_id: int) -> Sequence[Any]:
    """Every reading of one registration's code, with the checkpoint, in the order they arrived."""
    return db.session.execute(
        select(Scan, Checkpoint)
        .outerjoin(Checkpoint, Checkpoint.id == Scan.checkpoint_id)
        .where(Scan.registration_id == registration_id)
        .order_by(Scan.id)
    ).all()


def _came(event_id: int) -> dict[int, tuple[int, int]]:
    """By checkpoint, how many people were let in, and how many of them are in now."""
    rows = db.session.execute(
        select(
            Admission.checkpoint_id,
            func.count(distinct(Admission.registration_id)),
            func.count().filter(is_in(get_event(event_id))),
        )
        .join(Checkpoint, Checkpoint.id == Admission.checkpoint_id)
        .where(Checkpoint.event_id == event_id, Admission.voided_at.is_(None))
        .group_by(Admission.checkpoint_id)
    ).all()
    return {checkpoint_id: (admitted, inside) for checkpoint_id, admitted, inside in rows}
