"""What a device is told of the guests, the event and its keys, as plain values for JSON. What is empty is left out."""

from __future__ import annotations

import base64
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from eventapp.checkin.rules import Gate
from eventapp.i18n import Bilingual
from eventapp.people.models import printed_name

# Nobody of these is let in or looked for at a door; that they are known there is enough.
TOMBSTONES = frozenset({"withdrawn", "cancelled", "declined"})


def guest_json(row: Any, booked: Collection[str], granted: Collection[str], entries: Sequence[Any]) -> dict[str, Any]:
    """One guest, from a row of `queries.roster_page`; of one who does not come, only what tells that."""
    told = {"id": row.public_id, "state": row.state, "serial": row.pass_serial, "short_code": row.short_code}
    if row.state in TOMBSTONES or row.purged_at is not None:
        return told
    rest = {
        "category": row.category,
        "name": printed_name(row).as_dict(),
        "organisation": row.organisation,
        "position": row.position,
        "seat": row.seat_label,
        "note": row.door_note,
        "phone_tail": row.phone_tail,
        "keys": search_text(row),
        "party": row.party,
        "head": row.party_role == "head",
        "booked": sorted(booked),
        "granted": sorted(granted),
        "entries": [_entry_json(entry) for entry in entries],
    }
    return {**told, **{name: value for name, value in rest.items() if value}}


def search_text(row: Any) -> str:
    """Everything a guest is found by, folded as `people.names` folds what is typed: native name, pinyin in every reading,
    initials and organisation."""
    readings = row.key_readings.split()
    full = [] if row.key_full in readings else [row.key_full]
    return " ".join(key for key in (row.key_plain, *full, *readings, row.key_initials, row.organisation_key) if key)


def gate_json(gate: Gate, name: Bilingual, inside: int, categories: dict[int, str]) -> dict[str, Any]:
    """One checkpoint, with the categories it admits by their codes; none means all."""
    return {
        "code": gate.code,
        "name_en": name.here("en"),
        "name_zh": name.here("zh"),
        "rule": gate.rule,
        "opens_at": utc_iso(gate.opens_at),
        "closes_at": utc_iso(gate.closes_at),
        "capacity": gate.capacity,
        "inside": inside,
        "pause_seconds": gate.pause_seconds,
        "categories": [code for category_id, code in categories.items() if category_id in gate.category_ids],
        "booking": gate.session_id is not None,
        "allowed": gate.allowed,
    }


def key_json(row: Any, event_id: int) -> dict[str, Any]:
    """One public key: whose passes it signs, and whether that is the event at this door."""
    key = base64.b64encode(row.public_key).decode("ascii")
    return {"id": row.key_id, "key": key, "event": row.slug, "here": row.id == event_id}


def utc_iso(moment: datetime | None) -> str | None:
    """A moment in UTC to the millisecond, as scripts read it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment else None


def _entry_json(entry: Any) -> dict[str, Any]:
    return {
        "checkpoint": entry.code,
        "period": entry.period,
        "visit": entry.visit,
        "at": utc_iso(entry.admitted_at),
        "left": utc_iso(entry.left_at),
        "device": entry.device,
    }
