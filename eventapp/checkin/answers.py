"""The answer to one scan, as JSON text that is kept and given again word for word."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from eventapp.checkin.rules import Entry
from eventapp.checkin.words import verdict_message
from eventapp.i18n import Bilingual
from eventapp.people.models import printed_name


def answer_json(
    scan_id: str | None,
    verdict: str,
    *,
    first: dict[str, Any] | None,
    person: dict[str, Any] | None,
    rehearsal: bool = False,
) -> str:
    """One member of `verdicts`."""
    answer = {
        "id": scan_id,
        "verdict": verdict,
        "message": dict(verdict_message(verdict)),
        "first": first,
        "person": person,
        **({"rehearsal": True} if rehearsal else {}),
    }
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def person_json(row: Any) -> dict[str, Any]:
    """Who stands at the door, as far as door staff need to know; from a row of `queries.pass_rows`."""
    return {
        "name": printed_name(row).as_dict(),
        "organisation": row.organisation,
        "position": row.position,
        "category": {**Bilingual(row.category_en, row.category_zh).as_dict(), "colour": row.colour},
        "seat": row.seat_label,
        "note": row.door_note,
    }


def first_json(entry: Entry, gate_code: str, gate_name: Bilingual, zone: str) -> dict[str, Any]:
    """When, where and by which device a pass was let in first; the time in the event's zone."""
    return {
        "at": _local_iso(entry.admitted_at, zone),
        "checkpoint": gate_code,
        "checkpoint_name": gate_name.as_dict(),
        "device": entry.device,
    }


def _local_iso(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).isoformat(timespec="milliseconds")
