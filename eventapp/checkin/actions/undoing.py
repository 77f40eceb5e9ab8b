"""Take a scan back: the guest is not in by it, and the counts follow. An undo's row is its own audit row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from eventapp.checkin.errors import DoorBusy, TooManyScans
from eventapp.checkin.models import Admission, AdmissionConflict, Checkpoint, Scan, ScanUndo
from eventapp.checkin.queries import Door, door_settings
from eventapp.checkin.scan import UndoInput, read_undo
from eventapp.clock import now
from eventapp.db import db, transaction

MOST_UNDOS = 1_000
TRIES = 20


def undo_scans(door: Door, raw_undos: Sequence[Any]) -> list[dict[str, Any]]:
    """Take scans of this device back, in order; an undo that was sent before gets its first result again.

    Raises TooManyScans, DoorBusy.
    """
    if len(raw_undos) > MOST_UNDOS:
        raise TooManyScans
    undos = [read_undo(raw) for raw in raw_undos]
    for _attempt in range(TRIES):
        try:
            with transaction():
                return [{"id": undo.id, "result": _undo(door, undo)} for undo in undos]
        except IntegrityError:
            # Somebody let the guest in again, or sent the same undo, between our look and our write.
            continue
    raise DoorBusy


def _undo(door: Door, undo: UndoInput) -> str:
    if undo.id is None or undo.scan_id is None:
        return "malformed"
    told = select(ScanUndo.result).where(ScanUndo.device_id == door.device_id, ScanUndo.undo_id == undo.id)
    if (before := db.session.scalar(told)) is not None:
        return before
    scan = db.session.scalar(select(Scan).where(Scan.device_id == door.device_id, Scan.scan_id == undo.scan_id))
    if scan is None:
        # Not kept: the scan may still be on its way.
        return "unknown_scan"
    result = _result(door, scan, undo)
    _keep(door, undo, result)
    return result


def _result(door: Door, scan: Scan, undo: UndoInput) -> str:
    if door_settings(door.event_id).undo_needs_override and not door.may_override:
        return "not_allowed"
    if scan.rehearsal:
        return "not_admitted"
    if _was_undone(scan):
        return "already_undone"
    if scan.verdict == "left":
        return _bring_back(scan)
    if _withdraw_claim(scan):
        return "undone"
    return _void(scan, undo.reason) if scan.verdict == "admitted" else "not_admitted"


def _was_undone(scan: Scan) -> bool:
    found = select(ScanUndo.id).where(
        ScanUndo.device_id == scan.device_id, ScanUndo.scan_id == scan.scan_id, ScanUndo.result == "undone"
    )
    return db.session.scalar(found.limit(1)) is not None


def _void(scan: Scan, reason: str) -> str:
    """The admission ends; if another door let the same pass in, it was that one all along."""
    own = (
        Admission.registration_id == scan.registration_id,
        Admission.checkpoint_id == scan.checkpoint_id,
        Admission.device_id == scan.device_id,
        Admission.scan_id == scan.scan_id,
        Admission.voided_at.is_(None),
    )
    admission = db.session.scalar(select(Admission).where(*own).with_for_update())
    if admission is None:
        return "already_undone"
    if not _hand_to_next(admission):
        void_admission(admission, reason)
    return "undone"


def void_admission(admission: Admission, reason: str) -> None:
    """End an admission, and count whoever was still in no more."""
    admission.voided_at, admission.void_reason = now(), reason
    db.session.flush()
    if admission.left_at is None:
        count_inside(admission.checkpoint_id, -1)


def _hand_to_next(admission: Admission) -> bool:
    """Whether another scan had let the same pass in; the earliest of these is the admission then."""
    waiting = (
        select(AdmissionConflict)
        .where(
            AdmissionConflict.admission_id == admission.id,
            AdmissionConflict.kind == "double",
            AdmissionConflict.decided_at.is_(None),
        )
        .order_by(AdmissionConflict.other_at, AdmissionConflict.id)
        .with_for_update()
    )
    following = db.session.scalars(waiting.limit(1)).one_or_none()
    if following is None:
        return False
    scan = db.session.get_one(Scan, following.scan_id)
    admission.device_id, admission.scan_id, admission.admitted_at = scan.device_id, scan.scan_id, following.other_at
    following.decision, following.decided_at = "noted", now()
    db.session.flush()
    return True


def _withdraw_claim(scan: Scan) -> bool:
    """Whether the scan was one that waits for the team's decision: there is nothing to decide any more."""
    ended: Any = db.session.execute(
        update(AdmissionConflict)
        .where(AdmissionConflict.scan_id == scan.id, AdmissionConflict.decided_at.is_(None))
        .values(decision="noted", decided_at=now())
        .execution_options(synchronize_session=False)
    )
    return bool(ended.rowcount)


def _bring_back(scan: Scan) -> str:
    """The visit that this exit ended goes on, unless the guest is in again or the room is full."""
    again = aliased(Admission)
    in_again = exists().where(
        again.registration_id == scan.registration_id,
        again.checkpoint_id == scan.checkpoint_id,
        again.left_at.is_(None),
        again.voided_at.is_(None),
    )
    reopened: Any = db.session.execute(
        update(Admission)
        .where(
            Admission.registration_id == scan.registration_id,
            Admission.checkpoint_id == scan.checkpoint_id,
            Admission.left_at == scan.corrected_at,
            Admission.voided_at.is_(None),
            ~in_again,
        )
        .values(left_at=None)
        .execution_options(synchronize_session=False)
    )
    if not reopened.rowcount:
        return "not_admitted"
    assert scan.checkpoint_id is not None
    if count_inside(scan.checkpoint_id, 1):
        return "undone"
    ended = update(Admission).where(
        Admission.registration_id == scan.registration_id,
        Admission.checkpoint_id == scan.checkpoint_id,
        Admission.left_at.is_(None),
        Admission.voided_at.is_(None),
    )
    db.session.execute(ended.values(left_at=scan.corrected_at).execution_options(synchronize_session=False))
    return "not_admitted"


def count_inside(checkpoint_id: int, change: int) -> bool:
    """Count so many more inside; False where there is no room for them."""
    counted: Any = db.session.execute(
        update(Checkpoint)
        .where(
            Checkpoint.id == checkpoint_id,
            or_(Checkpoint.capacity.is_(None), Checkpoint.inside + change <= Checkpoint.capacity),
        )
        .values(inside=Checkpoint.inside + change)
        .execution_options(synchronize_session=False)
    )
    return bool(counted.rowcount)


def _keep(door: Door, undo: UndoInput, result: str) -> None:
    db.session.add(
        ScanUndo(
            device_id=door.device_id,
            undo_id=undo.id,
            scan_id=undo.scan_id,
            reason=undo.reason,
            result=result,
            undone_at=undo.undone_at,
            received_at=now(),
        )
    )
    db.session.flush()
