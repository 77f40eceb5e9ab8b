"""Decide about those who were let in against what we know."""

from __future__ import annotations

from sqlalchemy import func, select

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.changing import load_to_change
from eventapp.checkin.actions.undoing import count_inside, void_admission
from eventapp.checkin.conflicts import decisions_on
from eventapp.checkin.errors import ConflictDecided, NoRoomInside, NotToDecide
from eventapp.checkin.models import CONFLICT_VALUES, Admission, AdmissionConflict, Checkpoint, Scan
from eventapp.checkin.rules import Gate, period_of
from eventapp.clock import now
from eventapp.db import db, insert_new, transaction
from eventapp.events.models import Event


def decide_conflict(
    conflict_id: int, decision: str, *, by: Actor, note: str = "", version: str | None = None
) -> AdmissionConflict:
    """Decide once: of two entries 'kept', 'voided' or 'noted'; else whether whoever came in counts, 'kept' or 'noted'.

    Raises Stale, ConflictDecided, NotToDecide, NoRoomInside.
    """
    with transaction():
        admission = _hold_admission(conflict_id)
        conflict = load_to_change(AdmissionConflict, conflict_id, version, CONFLICT_VALUES)
        if conflict.decided_at is not None:
            raise ConflictDecided
        if decision not in decisions_on(conflict.kind, known=conflict.registration_id is not None):
            raise NotToDecide
        if decision == "voided" and admission is not None and admission.voided_at is None:
            void_admission(admission, note)
        if decision == "kept" and conflict.kind != "double":
            _count_as_let_in(conflict)
        conflict.decision, conflict.note, conflict.decided_at = decision, note, now()
        conflict.decided_by = by.id if by.kind == "user" else None
        after = {"kind": conflict.kind, "decision": decision}
        record("decide_conflict", conflict, by=by, event_id=conflict.event_id, after=after, reason=note)
        return conflict


def _hold_admission(conflict_id: int) -> Admission | None:
    """The admission before the conflict: a device that takes its scan back locks them in this order."""
    admission_id = db.session.scalar(select(AdmissionConflict.admission_id).where(AdmissionConflict.id == conflict_id))
    return load_to_change(Admission, admission_id) if admission_id is not None else None


def _count_as_let_in(conflict: AdmissionConflict) -> None:
    """An admission by the scan that let them in, unless they were let in there since."""
    scan = db.session.get_one(Scan, conflict.scan_id)
    if conflict.checkpoint_id is None or conflict.registration_id is None:
        raise NotToDecide
    gate = _gate(db.session.get_one(Checkpoint, conflict.checkpoint_id))
    visits = db.session.scalar(
        select(func.max(Admission.visit)).where(
            Admission.registration_id == conflict.registration_id, Admission.checkpoint_id == gate.id
        )
    )
    period, visit = period_of(gate, conflict.other_at, visits or 0)
    values = {
        "registration_id": conflict.registration_id,
        "checkpoint_id": gate.id,
        "device_id": scan.device_id,
        "scan_id": scan.scan_id,
        "period": period,
        "visit": visit,
        "admitted_at": conflict.other_at,
    }
    made = db.session.execute(insert_new(Admission).values(**values).returning(Admission.id)).first()
    if made is not None and not count_inside(gate.id, 1):
        raise NoRoomInside


def _gate(checkpoint: Checkpoint) -> Gate:
    event = db.session.get_one(Event, checkpoint.event_id)
    return Gate(checkpoint.id, checkpoint.code, checkpoint.rule, event.time_zone, event.day_starts)
