"""Passes: what a scan needs to know of the guests it is about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, union
from sqlalchemy.orm import joinedload

from eventapp.checkin.models import (
    Admission,
    Checkpoint,
    Device,
    Scan,
    zone_grants,
)
from eventapp.checkin.queries.doors import Door
from eventapp.checkin.rules import Gate, day_of
from eventapp.clock import now
from eventapp.db import db, run
from eventapp.people.models import NAME_PARTS
from eventapp.people.names import fold
from eventapp.registration.models import BookableSession, Booking, Category, Registration
from eventapp.registration.queries import matches_words

# What a scan needs to know of a guest, and no more.
GUEST_COLUMNS = (
    "id", "public_id", "short_code", "event_id", "category_id", "state", "pass_serial", "organisation", "position",
    "seat_label", "door_note", *NAME_PARTS,
)  # fmt: skip


def stored_answers(device_id: int, scan_ids: Iterable[str]) -> dict[str, str]:
    """Answers this device was given before, word for word."""
    rows = run(select(Scan.scan_id, Scan.answer).where(Scan.device_id == device_id, Scan.scan_id.in_(list(scan_ids))))
    return dict(rows.all())


def unmatched_exits(registration_ids: Collection[int], checkpoint_ids: Collection[int]) -> Sequence[Any]:
    """When devices without a network saw somebody leave whom nobody had seen coming; exits that ended a visit since are out."""
    ended = select(Admission.id).where(
        Admission.registration_id == Scan.registration_id,
        Admission.checkpoint_id == Scan.checkpoint_id,
        Admission.left_at == Scan.corrected_at,
        Admission.voided_at.is_(None),
    )
    found = select(Scan.registration_id, Scan.checkpoint_id, Scan.corrected_at).where(
        Scan.registration_id.in_(list(registration_ids)),
        Scan.checkpoint_id.in_(list(checkpoint_ids)),
        Scan.verdict == "not_inside",
        Scan.offline,
        ~Scan.rehearsal,
        ~ended.exists(),
    )
    return run(found).all()  # type: ignore[no-any-return]


def pass_rows(
    event_id: int, public_ids: Iterable[str], short_codes: Iterable[str], gates: Collection[Gate]
) -> Sequence[Any]:
    """Plain rows: guests with their category, and at each of these checkpoints how many are inside and each admission.

    Where it matters at one of them, also the session it is the door of, and whether the guest booked or was granted it.
    """
    wanted = {"public_ids": list(public_ids), "short_codes": list(short_codes)}
    given = {name: values for name, values in wanted.items() if values}
    values = {"event_id": event_id, "checkpoint_ids": [gate.id for gate in gates], **given}
    asks_for_more = any(gate.asks_for_more for gate in gates)
    return run(_pass_statement(tuple(given), asks_for_more), values).all()  # type: ignore[no-any-return]


@lru_cache(maxsize=8)
def _pass_statement(given: tuple[str, ...], asks_for_more: bool) -> Any:
    # An OR of two columns, one of them with nothing to look for, would read every registration of the event; so would
    # SQLite for several public ids, by the event's index, unless the event is no column to look up but one to compare.
    event_id: Any = bindparam("event_id")
    here = Registration.event_id
    found = [
        select(Registration.id).where(of_the_event, column.in_(bindparam(name, expanding=True)))
        for name, column, of_the_event in (
            ("public_ids", Registration.public_id, here + 0 == event_id),
            ("short_codes", Registration.short_code, here == event_id),
        )
        if name in given
    ]
    return (
        select(
            *(getattr(Registration, name) for name in GUEST_COLUMNS),
            Category.name_en.label("category_en"),
            Category.name_zh.label("category_zh"),
            Category.colour,
            Checkpoint.id.label("checkpoint_id"),
            Checkpoint.inside,
            Admission.id.label("admission_id"),
            Admission.period,
            Admission.visit,
            Admission.admitted_at,
            Admission.left_at,
            Admission.device_id,
            Admission.scan_id,
            Device.name.label("device_name"),
            *(_entitlements() if asks_for_more else ()),
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
        .order_by(Registration.id, Admission.admitted_at)
    )


def _entitlements() -> list[Any]:
    """Of a guest at a checkpoint: the session it is the door of, a confirmed seat in it, a grant to go in there."""
    seat = (
        select(Booking.id)
        .join(BookableSession, BookableSession.id == Booking.bookable_id)
        .where(
            Booking.registration_id == Registration.id,
            Booking.state == "confirmed",
            BookableSession.session_id == Checkpoint.session_id,
        )
    )
    grant = select(zone_grants.c.checkpoint_id).where(
        zone_grants.c.registration_id == Registration.id, zone_grants.c.checkpoint_id == Checkpoint.id
    )
    # Named, since both tables stand in the statement around them.
    inside_of = (Registration, Checkpoint)
    return [
        Checkpoint.session_id,
        seat.correlate(*inside_of).exists().label("booked"),
        grant.correlate(*inside_of).exists().label("granted"),
    ]


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
