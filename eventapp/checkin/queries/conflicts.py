"""Conflicts: scans that let somebody in against what we know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from eventapp.accounts.models import User
from eventapp.checkin.models import Admission, AdmissionConflict, Checkpoint, Device, Scan
from eventapp.db import db
from eventapp.registration.models import Registration
from eventapp.registration.queries.registrations import PAGE_SIZE, Page


@dataclass(frozen=True)
class ConflictRow:
    """One conflict with whom, where and by which device; of a double entry also the admission that stands."""

    conflict: AdmissionConflict
    guest: Registration | None
    checkpoint: Checkpoint | None
    device: Device
    stands_at: datetime | None
    stands_by: str | None
    decided_by: User | None


def page_of_conflicts(event_id: int, page: int, *, decided: bool = False) -> Page:
    """Those that wait for a decision, oldest first; or those decided, latest first."""
    which, total = AdmissionConflict.decided_at, open_conflicts(event_id, decided=decided)
    page = min(max(page, 1), max(1, -(-total // PAGE_SIZE)))
    found = _rows().where(AdmissionConflict.event_id == event_id, which.is_not(None) if decided else which.is_(None))
    order = (which.desc(), AdmissionConflict.id) if decided else (AdmissionConflict.other_at, AdmissionConflict.id)
    rows = db.session.execute(found.order_by(*order).offset((page - 1) * PAGE_SIZE).limit(PAGE_SIZE)).all()
    return Page([ConflictRow(*row) for row in rows], page, total)


def open_conflicts(event_id: int, *, decided: bool = False) -> int:
    """How many wait for a decision, or were decided."""
    which = AdmissionConflict.decided_at
    found = select(func.count()).where(
        AdmissionConflict.event_id == event_id, which.is_not(None) if decided else which.is_(None)
    )
    return db.session.scalar(found) or 0


def conflict_of_event(event_id: int, public_id: str) -> ConflictRow | None:
    """One conflict by the name it has outside the house."""
    found = _rows().where(AdmissionConflict.event_id == event_id, AdmissionConflict.public_id == public_id)
    row = db.session.execute(found).one_or_none()
    return ConflictRow(*row) if row else None


def _rows() -> Any:
    by = aliased(Device)
    return (
        select(AdmissionConflict, Registration, Checkpoint, Device, Admission.admitted_at, by.name, User)
        .join(Scan, Scan.id == AdmissionConflict.scan_id)
        .join(Device, Device.id == Scan.device_id)
        .outerjoin(Registration, Registration.id == AdmissionConflict.registration_id)
        .outerjoin(Checkpoint, Checkpoint.id == AdmissionConflict.checkpoint_id)
        .outerjoin(Admission, (Admission.id == AdmissionConflict.admission_id) & Admission.voided_at.is_(None))
        .outerjoin(by, by.id == Admission.device_id)
        .outerjoin(User, User.id == AdmissionConflict.decided_by)
    )
