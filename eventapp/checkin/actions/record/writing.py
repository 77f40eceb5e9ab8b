"""Write what was decided. The constraints say whether somebody was faster, and then all is looked at again."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, bindparam, case, or_, select, update

from eventapp.checkin.actions.record.batch import Batch, Claim, Gate, Guest, LostRace, Stay
from eventapp.checkin.models import Admission, AdmissionConflict, Checkpoint, Scan
from eventapp.db import Moment, db, insert_new, new_public_id, run


def write(batch: Batch) -> None:
    """Visits end before others begin, since a guest who left may be back in the same batch. Raises LostRace."""
    if batch.claims:
        _hold_standing(batch.claims)
    if batch.left:
        _end_visits({stay.id: stay.left_at for stay in batch.left})
    if batch.brought_forward:
        _bring_forward(batch.brought_forward)
    if batch.admitted:
        rows = [_admission_row(*admitted) for admitted in batch.admitted]
        _insert_all(Admission, sorted(rows, key=_key))
    for checkpoint_id, change in sorted(batch.moved.items()):
        if change:
            _move_count(checkpoint_id, change)
    if batch.rows:
        _insert_all(Scan, batch.rows)
    if batch.claims:
        _tell_conflicts(batch)


def _insert_all(model: Any, rows: list[dict[str, Any]]) -> None:
    # Most requests bring one scan: a plain INSERT, without the machinery that many rows need.
    inserted = run(_insertion(model, db.engine.dialect.name), rows if len(rows) > 1 else rows[0]).all()
    if len(inserted) != len(rows):
        raise LostRace


@lru_cache(maxsize=4)
def _insertion(model: Any, _dialect: str) -> Any:
    # Built once, and for the table: rows come as plain values, and nothing has to be made of them.
    return insert_new(model.__table__).returning(model.__table__.c.id)


def _end_visits(left_at: dict[int | None, datetime | None]) -> None:
    admissions: Any = Admission.__table__
    ended = run(
        update(admissions)
        .where(admissions.c.id.in_(left_at), admissions.c.left_at.is_(None), admissions.c.voided_at.is_(None))
        .values(left_at=case(left_at, value=admissions.c.id))
    )
    if ended.rowcount != len(left_at):
        raise LostRace


def _bring_forward(stays: dict[int, tuple[Stay, datetime]]) -> None:
    rows = [
        {"id_": id_, "known": known, "at": stay.admitted_at, "device": stay.device_id, "scan": stay.scan_id}
        for id_, (stay, known) in sorted(stays.items())
    ]
    if run(_bringing_forward(), rows).rowcount != len(rows):
        raise LostRace


@lru_cache(maxsize=1)
def _bringing_forward() -> Any:
    admissions: Any = Admission.__table__
    found = update(admissions).where(
        admissions.c.id == bindparam("id_"),
        admissions.c.admitted_at == bindparam("known", type_=Moment),
        admissions.c.voided_at.is_(None),
    )
    return found.values(
        admitted_at=bindparam("at", type_=Moment), device_id=bindparam("device"), scan_id=bindparam("scan")
    )


def _move_count(checkpoint_id: int, change: int) -> None:
    if not run(_moving(), {"checkpoint": checkpoint_id, "change": change}).rowcount:
        raise LostRace


@lru_cache(maxsize=1)
def _moving() -> Any:
    gates: Any = Checkpoint.__table__
    gate, change = gates.c, bindparam("change", type_=Integer)
    there_is_room = or_(gate.capacity.is_(None), gate.inside + change <= gate.capacity)
    found = update(gates).where(gate.id == bindparam("checkpoint"), there_is_room)
    return found.values(inside=gate.inside + change)


def _admission_row(guest: Guest, gate: Gate, stay: Stay) -> dict[str, Any]:
    return {
        "registration_id": guest.id,
        "checkpoint_id": gate.id,
        "device_id": stay.device_id,
        "period": stay.period,
        "visit": stay.visit,
        "admitted_at": stay.admitted_at,
        "left_at": stay.left_at,
        "scan_id": stay.scan_id,
    }


def _key(row: dict[str, Any]) -> tuple[int, int, str]:
    # One order for everybody, so that two batches never wait for each other in a circle.
    return row["registration_id"], row["checkpoint_id"], row["period"]


def _tell_conflicts(batch: Batch) -> None:
    """One row for each scan, however often it is sent."""
    ids = _scan_ids(batch.claims)
    admissions = _admission_ids(batch.claims)
    rows = [_conflict_row(batch, claim, ids[key], admissions) for claim in batch.claims if (key := _of(claim)) in ids]
    if rows:
        run(insert_new(AdmissionConflict.__table__), rows)  # type: ignore[arg-type]


def _hold_standing(claims: list[Claim]) -> None:
    """What others were let in against still stands when we commit: whoever undoes it then sees who comes next."""
    ids = {claim.stay.id for claim in claims if claim.stay and claim.stay.id is not None}
    if not ids:
        return
    admissions: Any = Admission.__table__.c
    standing = select(admissions.id).where(admissions.id.in_(ids), admissions.voided_at.is_(None))
    if len(run(standing.order_by(admissions.id).with_for_update(read=True)).all()) != len(ids):
        raise LostRace


def _of(claim: Claim) -> tuple[int, str]:
    return claim.device_id, claim.scan_id


def _scan_ids(claims: list[Claim]) -> dict[tuple[int, str], int]:
    scans: Any = Scan.__table__.c
    devices, ids = {claim.device_id for claim in claims}, {claim.scan_id for claim in claims}
    found = select(scans.device_id, scans.scan_id, scans.id).where(scans.device_id.in_(devices), scans.scan_id.in_(ids))
    return {(row.device_id, row.scan_id): row.id for row in run(found)}


def _admission_ids(claims: list[Claim]) -> dict[tuple[int, int, str], int]:
    """The admissions that stand, by registration, checkpoint and period: some were made just now."""
    doubles = [claim for claim in claims if claim.stay]
    guests = {claim.guest.id for claim in doubles if claim.guest}
    gates = {claim.gate.id for claim in doubles if claim.gate}
    if not doubles:
        return {}
    admissions: Any = Admission.__table__.c
    found = select(admissions.registration_id, admissions.checkpoint_id, admissions.period, admissions.id).where(
        admissions.registration_id.in_(guests), admissions.checkpoint_id.in_(gates), admissions.voided_at.is_(None)
    )
    return {(row.registration_id, row.checkpoint_id, row.period): row.id for row in run(found)}


def _conflict_row(
    batch: Batch, claim: Claim, scan_id: int, admissions: dict[tuple[int, int, str], int]
) -> dict[str, Any]:
    guest, gate, stay = claim.guest, claim.gate, claim.stay
    standing = admissions.get((guest.id, gate.id, stay.period)) if guest and gate and stay else None
    return {
        "public_id": new_public_id(),
        "event_id": batch.door.event_id,
        "registration_id": guest.id if guest else None,
        "checkpoint_id": gate.id if gate else None,
        "kind": claim.kind,
        "scan_id": scan_id,
        "admission_id": standing,
        "admitted_at": stay.admitted_at if stay else None,
        "other_at": claim.at,
        "created_at": batch.at,
        "decision": "",
        "note": "",
    }
