"""Record scans: one or a thousand in one transaction, each answered once and for all.

A scan row is its own audit row: who (device), what (verdict), on what, when, by which method, with the answer given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import case, or_, update

from eventapp.checkin.answers import answer_json, first_json, person_json
from eventapp.checkin.errors import DoorBusy, TooManyScans
from eventapp.checkin.models import Admission, Checkpoint, Scan
from eventapp.checkin.queries import Door, pass_rows, stored_answers
from eventapp.checkin.reading import Reading, read_codes
from eventapp.checkin.rules import (
    OVERRIDABLE,
    Entry,
    Gate,
    Holder,
    check_gate,
    check_pass,
    check_presence,
    period_of,
    standing_entry,
)
from eventapp.checkin.scan import ScanInput, read_scan
from eventapp.clock import now
from eventapp.db import db, insert_new, transaction
from eventapp.registration.models import Category, Registration

MOST_SCANS = 1_000
TRIES = 20


class _LostRace(Exception):  # noqa: N818
    """Another device admitted the same pass, or sent the same scan, between our look and our write."""


@dataclass
class _Guest:
    """A registration as this batch sees it."""

    registration: Registration
    category: Category
    holder: Holder


@dataclass
class _Batch:
    """What a batch has found and decided so far; nothing is written before all of it is decided."""

    door: Door
    at: datetime = field(default_factory=now)
    guests: dict[str, _Guest] = field(default_factory=dict)
    inside: dict[int, int] = field(default_factory=dict)
    admitted: list[tuple[_Guest, Gate, Entry]] = field(default_factory=list)
    left: list[Entry] = field(default_factory=list)
    moved: dict[int, int] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)


def record_scans(door: Door, raw_scans: Sequence[Any]) -> list[str]:
    """Decide and record scans of one device, in order; returns one JSON answer for each.

    A scan id this device sent before gets its first answer again. All is durable on return.
    Raises TooManyScans, DoorBusy.
    """
    if len(raw_scans) > MOST_SCANS:
        raise TooManyScans
    scans = [read_scan(raw) for raw in raw_scans]
    # Reading checks signatures, which is slow: before the write lock is held.
    readings = _read(scans, door)
    for attempt in range(TRIES):
        try:
            with transaction():
                # Nearly every scan is new: earlier answers are looked up when a write has met one.
                answers = stored_answers(door.device_id, _ids(scans)) if attempt else {}
                return _record(door, scans, readings, answers)
        except _LostRace:
            continue
    raise DoorBusy


def _read(scans: list[ScanInput], door: Door) -> list[Reading]:
    codes = read_codes({scan.code for scan in scans if scan.code}, door.event_id)
    return [_reading(scan, codes) for scan in scans]


def _reading(scan: ScanInput, codes: dict[str, Reading]) -> Reading:
    if scan.malformed:
        return Reading(problem="malformed")
    return Reading(registration=scan.registration) if scan.registration else codes[scan.code]


def _ids(scans: list[ScanInput]) -> set[str]:
    return {scan.id for scan in scans if scan.id}


def _record(door: Door, scans: list[ScanInput], readings: list[Reading], answers: dict[str, str]) -> list[str]:
    batch = _Batch(door)
    fresh = [(scan, reading) for scan, reading in zip(scans, readings, strict=True) if scan.id not in answers]
    _load_guests(batch, fresh)
    # Only now, so that no entry just read lies in the future.
    batch.at = now()
    given = []
    for scan, reading in zip(scans, readings, strict=True):
        answer = answers.get(scan.id or "") or _answer(batch, scan, reading)
        if scan.id:
            answers[scan.id] = answer
        given.append(answer)
    _write(batch)
    return given


def _load_guests(batch: _Batch, scans: list[tuple[ScanInput, Reading]]) -> None:
    gate_ids = {gate.id for scan, _reading in scans if (gate := batch.door.gates.get(scan.checkpoint))}
    public_ids = {reading.registration for _scan, reading in scans if reading.registration}
    short_codes = {reading.short_code for _scan, reading in scans if reading.short_code}
    if not public_ids and not short_codes:
        return
    for registration, category, gate_id, inside, admission, device in pass_rows(
        batch.door.event_id, public_ids, short_codes, gate_ids
    ):
        if gate_id is not None:
            batch.inside[gate_id] = inside
        guest = batch.guests.get(registration.public_id) or _Guest(
            registration,
            category,
            Holder(registration.event_id, registration.state, registration.pass_serial, registration.category_id),
        )
        batch.guests[registration.public_id] = batch.guests[registration.short_code] = guest
        if admission is not None:
            entry = Entry(
                admission.period, admission.visit, admission.admitted_at, admission.left_at, device, admission.id
            )
            guest.holder.entries.setdefault(admission.checkpoint_id, []).append(entry)


def _answer(batch: _Batch, scan: ScanInput, reading: Reading) -> str:
    guest = batch.guests.get(reading.registration or reading.short_code)
    gate = batch.door.gates.get(scan.checkpoint)
    at = min(scan.scanned_at, batch.at) if scan.offline and scan.scanned_at else batch.at
    verdict, first = _decide(batch, scan, reading, guest, gate, at)
    person = person_json(guest.registration, guest.category) if guest else None
    answer = answer_json(scan.id, verdict, first=first, person=person)
    if scan.id:
        batch.rows.append(_row(batch, scan, verdict, guest, gate, answer))
    return answer


def _decide(
    batch: _Batch, scan: ScanInput, reading: Reading, guest: _Guest | None, gate: Gate | None, at: datetime
) -> tuple[str, dict[str, Any] | None]:
    refusal = reading.problem or check_pass(guest.holder if guest else None, reading.serial)
    if guest is None or (refusal and refusal not in OVERRIDABLE):
        return refusal or "unknown", None
    refusal = refusal or check_gate(guest.holder, gate, scan.direction, at)
    overrides = bool(scan.override_reason) and batch.door.may_override
    if gate is None or not gate.serves(scan.direction) or (refusal and not overrides):
        return refusal or "not_allowed", None
    return _presence(batch, scan, guest, gate, at, overrides)


def _presence(
    batch: _Batch, scan: ScanInput, guest: _Guest, gate: Gate, at: datetime, overrides: bool
) -> tuple[str, dict[str, Any] | None]:
    entries = guest.holder.entries.setdefault(gate.id, [])
    # Whoever overrides may pass too soon, and still only where there is room.
    rules = replace(gate, pause_seconds=0) if overrides else gate
    verdict = check_presence(entries, rules, scan.direction, at, batch.inside[gate.id])
    if verdict == "admitted":
        _admit(batch, guest, gate, entries, at)
    elif verdict == "left":
        _let_go(batch, gate, entries, at)
    elif verdict == "already_in":
        return verdict, _first(batch, guest, gate, at)
    return verdict, None


def _admit(batch: _Batch, guest: _Guest, gate: Gate, entries: list[Entry], at: datetime) -> None:
    period, visit = period_of(gate, at, max((entry.visit for entry in entries), default=0))
    entry = Entry(period, visit, at, device=batch.door.device_name)
    entries.append(entry)
    batch.admitted.append((guest, gate, entry))
    _count(batch, gate, 1)


def _let_go(batch: _Batch, gate: Gate, entries: list[Entry], at: datetime) -> None:
    entry = standing_entry(entries, gate, at)
    if entry is not None:
        entry.left_at = at
        if entry.id is not None:
            batch.left.append(entry)
        _count(batch, gate, -1)


def _count(batch: _Batch, gate: Gate, change: int) -> None:
    # Counted where there is no limit, too: the team may set one while people are inside.
    batch.inside[gate.id] += change
    batch.moved[gate.id] = batch.moved.get(gate.id, 0) + change


def _first(batch: _Batch, guest: _Guest, gate: Gate, at: datetime) -> dict[str, Any] | None:
    entry = standing_entry(guest.holder.entries[gate.id], gate, at)
    if entry is None:
        return None
    return first_json(entry, gate.code, batch.door.names[gate.id], gate.zone)


def _row(
    batch: _Batch, scan: ScanInput, verdict: str, guest: _Guest | None, gate: Gate | None, answer: str
) -> dict[str, Any]:
    return {
        "device_id": batch.door.device_id,
        "scan_id": scan.id,
        "checkpoint_id": gate.id if gate else None,
        "registration_id": guest.registration.id if guest else None,
        "verdict": verdict,
        "direction": scan.direction,
        "method": scan.method,
        "offline": scan.offline,
        "override_reason": scan.override_reason if batch.door.may_override else "",
        "scanned_at": scan.scanned_at,
        "received_at": batch.at,
        "answer": answer,
    }


def _write(batch: _Batch) -> None:
    """The constraints say whether somebody was faster, and then all is looked at again.

    Visits end before others begin, since a guest who left may be back in the same batch.
    """
    with transaction() as session:
        if batch.left:
            _end_visits(session, {entry.id: entry.left_at for entry in batch.left})
        if batch.admitted:
            rows = [_admission_row(*admitted, batch.door.device_id) for admitted in batch.admitted]
            _insert_all(session, Admission, sorted(rows, key=_key))
        for checkpoint_id, change in sorted(batch.moved.items()):
            _move_count(session, checkpoint_id, change)
        if batch.rows:
            _insert_all(session, Scan, batch.rows)


def _insert_all(session: Any, model: Any, rows: list[dict[str, Any]]) -> None:
    inserted = session.execute(_insertion(model, db.engine.dialect.name), rows).all()
    if len(inserted) != len(rows):
        raise _LostRace


@lru_cache(maxsize=4)
def _insertion(model: Any, _dialect: str) -> Any:
    # Built once, and for the table: rows come as plain values, and nothing has to be made of them.
    return insert_new(model.__table__).returning(model.__table__.c.id)


def _end_visits(session: Any, left_at: dict[int | None, datetime | None]) -> None:
    ended = session.execute(
        update(Admission)
        .where(Admission.id.in_(left_at), Admission.left_at.is_(None))
        .values(left_at=case(left_at, value=Admission.id))
        .execution_options(synchronize_session=False)
    )
    if ended.rowcount != len(left_at):
        raise _LostRace


def _move_count(session: Any, checkpoint_id: int, change: int) -> None:
    there_is_room = or_(Checkpoint.capacity.is_(None), Checkpoint.inside + change <= Checkpoint.capacity)
    moved = session.execute(
        update(Checkpoint)
        .where(Checkpoint.id == checkpoint_id, there_is_room)
        .values(inside=Checkpoint.inside + change)
        .execution_options(synchronize_session=False)
    )
    if not moved.rowcount:
        raise _LostRace


def _admission_row(guest: _Guest, gate: Gate, entry: Entry, device_id: int) -> dict[str, Any]:
    return {
        "registration_id": guest.registration.id,
        "checkpoint_id": gate.id,
        "device_id": device_id,
        "period": entry.period,
        "visit": entry.visit,
        "admitted_at": entry.admitted_at,
        "left_at": entry.left_at,
    }


def _key(row: dict[str, Any]) -> tuple[int, int, str]:
    # One order for everybody, so that two batches never wait for each other in a circle.
    return row["registration_id"], row["checkpoint_id"], row["period"]
