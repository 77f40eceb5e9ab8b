"""Forget who came: the fact of each scan and admission stays, and is counted."""

from __future__ import annotations

import json

from sqlalchemy import select, update

from eventapp.checkin.models import Scan
from eventapp.db import transaction
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


def _nameless(answer: str) -> str:
    return json.dumps({**json.loads(answer), "person": None}, ensure_ascii=False, separators=(",", ":"))
