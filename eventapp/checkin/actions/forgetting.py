"""Forget who came: the fact of each scan and admission stays, and is counted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from eventapp.checkin.models import Admission, AdmissionConflict, Scan, ScanUndo
from eventapp.db import db, transaction
from eventapp.registration.actions import RegistrationsPurged

CHUNK = 500


def forget_people(fact: RegistrationsPurged) -> None:
    """Take the person out of the answers that were kept, and what was typed to let them in."""
    ids = fact.registration_ids
    with transaction() as session:
        for start in range(0, len(ids), CHUNK):
            scans = select(Scan.id, Scan.answer).where(Scan.registration_id.in_(ids[start : start + CHUNK]))
            rows = [
                {"id": scan_id, "answer": _nameless(answer), "override_reason": ""}
                for scan_id, answer in session.execute(scans).all()
            ]
            if rows:
                session.execute(update(Scan), rows)
            _forget_reasons(ids[start : start + CHUNK])


def _forget_reasons(ids: Sequence[int]) -> None:
    """What was typed about these guests when a scan was taken back or a conflict decided."""
    for table, column in ((Admission, "void_reason"), (AdmissionConflict, "note")):
        about: Any = table
        emptied = update(table).where(about.registration_id.in_(ids), getattr(table, column) != "")
        db.session.execute(emptied.values({column: ""}).execution_options(synchronize_session=False))
    scans = select(Scan.device_id, Scan.scan_id).where(Scan.registration_id.in_(ids)).subquery()
    theirs = (ScanUndo.device_id == scans.c.device_id) & (ScanUndo.scan_id == scans.c.scan_id)
    undone = update(ScanUndo).where(ScanUndo.reason != "", select(scans.c.scan_id).where(theirs).exists())
    db.session.execute(undone.values(reason="").execution_options(synchronize_session=False))


def _nameless(answer: str) -> str:
    return json.dumps({**json.loads(answer), "person": None}, ensure_ascii=False, separators=(",", ":"))
