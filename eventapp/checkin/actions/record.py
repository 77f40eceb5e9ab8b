"""Record scans: one or a thousand in one transaction, each answered once and for all.

A scan row is its own audit row: who (device), what (verdict), on what, when, by which method, with the answer given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import current_app
from sqlalchemy import Integer, bindparam, case, or_, update

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
from eventapp.db import db, insert_new, run, transaction, writing
from eventapp.turns import Gathering

MOST_SCANS = 1_000
TRIES = 20
# A larger request has a transaction of its own, so that nobody waits long for others' scans.
MOST_GATHERED = 20


class _LostRace(Exception):  # noqa: N818
    """Another device admitted the same pass, or sent the same scan, between our look and our write."""


@dataclass
class _Guest:
    """A registration as this transaction sees it; `person` is what the door is told of it."""

    id: int
    person: dict[str, Any]
    holder: Holder


@dataclass(frozen=True)
class _Sent:
    """What one device sent at once, and what its codes say."""

    door: Door
    scans: list[ScanInput]
    readings: list[Reading]


@dataclass
class _Batch:
    """What was found and decided so far; nothing is written before all of it is decided.

    Requests that are recorded in one transaction share all of it but the door.
    """

    door: Door
    at: datetime = field(default_factory=now)
    guests: dict[str, _Guest] = field(default_factory=dict)
    inside: dict[int, int] = field(default_factory=dict)
    admitted: list[tuple[_Guest, Gate, Entry, int]] = field(default_factory=list)
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
    sent = _Sent(door, scans, _read(scans, door))
    if len(scans) > MOST_GATHERED or writing():
        return _record_all([sent])[0]
    # Whoever waits holds no old view of the rows meanwhile.
    db.session.rollback()
    return _gathering(door.event_id).do(sent)


def _gathering(event_id: int) -> Gathering[_Sent, list[str]]:
    # In an hour of arrivals many scans wait for one disk: one transaction records all that wait in this process.
    known: dict[int, Gathering[_Sent, list[str]]] = current_app.extensions.setdefault("scans", {})
    return known.setdefault(event_id, Gathering(_record_all))


def _record_all(sent: list[_Sent]) -> list[list[str]]:
    """The answers to each of these requests to one event, recorded in one transaction. Raises DoorBusy."""
    for attempt in range(TRIES):
        try:
            with transaction():
                # Nearly every scan is new: earlier answers are looked up when a write has met one.
                return _record(sent, _answers_before(sent) if attempt else {})
        except _LostRace:
            continue
    raise DoorBusy


def _answers_before(sent: list[_Sent]) -> dict[int, dict[str, str]]:
    ids: dict[int, set[str]] = {}
    for request in sent:
        ids.setdefault(request.door.device_id, set()).update(scan.id for scan in request.scans if scan.id)
    return {device_id: stored_answers(device_id, scan_ids) for device_id, scan_ids in ids.items()}


def _read(scans: list[ScanInput], door: Door) -> list[Reading]:
    codes = read_codes({scan.code for scan in scans if scan.code}, door.event_id)
    return [_reading(scan, codes) for scan in scans]


def _reading(scan: ScanInput, codes: dict[str, Reading]) -> Reading:
    if scan.malformed:
        return Reading(problem="malformed")
    return Reading(registration=scan.registration) if scan.registration else codes[scan.code]


def _record(sent: list[_Sent], answers: dict[int, dict[str, str]]) -> list[list[str]]:
    shared = _Batch(sent[0].door)
    _load_guests(shared, sent)
    # Only now, so that no entry just read lies in the future.
    shared.at = now()
    given = [
        _answer_all(replace(shared, door=request.door), request, answers.setdefault(request.door.device_id, {}))
        for request in sent
    ]
    _write(shared)
    return given


def _answer_all(batch: _Batch, sent: _Sent, answers: dict[str, str]) -> list[str]:
    given = []
    for scan, reading in zip(sent.scans, sent.readings, strict=True):
        answer = answers.get(scan.id or "") or _answer(batch, scan, reading)
        if scan.id:
            answers[scan.id] = answer
        given.append(answer)
    return given


def _load_guests(batch: _Batch, sent: list[_Sent]) -> None:
    readings = [reading for request in sent for reading in request.readings]
    public_ids = {reading.registration for reading in readings if reading.registration}
    short_codes = {reading.short_code for reading in readings if reading.short_code}
    if not public_ids and not short_codes:
        return
    gates = (request.door.gates.get(scan.checkpoint) for request in sent for scan in request.scans)
    known = {gate.id: gate for gate in gates if gate}
    for row in pass_rows(batch.door.event_id, public_ids, short_codes, known.values()):
        if row.checkpoint_id is not None:
            batch.inside[row.checkpoint_id] = row.inside
        guest = batch.guests.get(row.public_id) or _Guest(
            row.id, person_json(row), Holder(row.event_id, row.state, row.pass_serial, row.category_id)
        )
        batch.guests[row.public_id] = batch.guests[row.short_code] = guest
        if row.checkpoint_id is not None and known[row.checkpoint_id].asks_for_more:
            _note_rights(guest.holder, row)
        if row.admission_id is not None:
            entry = Entry(row.period, row.visit, row.admitted_at, row.left_at, row.device_name, row.admission_id)
            guest.holder.entries.setdefault(row.checkpoint_id, []).append(entry)


def _note_rights(holder: Holder, row: Any) -> None:
    if row.booked:
        holder.booked.add(row.session_id)
    if row.granted:
        holder.granted.add(row.checkpoint_id)


def _answer(batch: _Batch, scan: ScanInput, reading: Reading) -> str:
    guest = batch.guests.get(reading.registration or reading.short_code)
    gate = batch.door.gates.get(scan.checkpoint)
    at = min(scan.scanned_at, batch.at) if scan.offline and scan.scanned_at else batch.at
    verdict, first = _decide(batch, scan, reading, guest, gate, at)
    answer = answer_json(scan.id, verdict, first=first, person=guest.person if guest else None)
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
    batch.admitted.append((guest, gate, entry, batch.door.device_id))
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
        "registration_id": guest.id if guest else None,
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
    if batch.left:
        _end_visits({entry.id: entry.left_at for entry in batch.left})
    if batch.admitted:
        rows = [_admission_row(*admitted) for admitted in batch.admitted]
        _insert_all(Admission, sorted(rows, key=_key))
    for checkpoint_id, change in sorted(batch.moved.items()):
        _move_count(checkpoint_id, change)
    if batch.rows:
        _insert_all(Scan, batch.rows)


def _insert_all(model: Any, rows: list[dict[str, Any]]) -> None:
    inserted = run(_insertion(model, db.engine.dialect.name), rows).all()
    if len(inserted) != len(rows):
        raise _LostRace


@lru_cache(maxsize=4)
def _insertion(model: Any, _dialect: str) -> Any:
    # Built once, and for the table: rows come as plain values, and nothing has to be made of them.
    return insert_new(model.__table__).returning(model.__table__.c.id)


def _end_visits(left_at: dict[int | None, datetime | None]) -> None:
    admissions: Any = Admission.__table__
    ended = run(
        update(admissions)
        .where(admissions.c.id.in_(left_at), admissions.c.left_at.is_(None))
        .values(left_at=case(left_at, value=admissions.c.id))
    )
    if ended.rowcount != len(left_at):
        raise _LostRace


def _move_count(checkpoint_id: int, change: int) -> None:
    if not run(_moving(), {"checkpoint": checkpoint_id, "change": change}).rowcount:
        raise _LostRace


@lru_cache(maxsize=1)
def _moving() -> Any:
    gates: Any = Checkpoint.__table__
    gate, change = gates.c, bindparam("change", type_=Integer)
    there_is_room = or_(gate.capacity.is_(None), gate.inside + change <= gate.capacity)
    found = update(gates).where(gate.id == bindparam("checkpoint"), there_is_room)
    return found.values(inside=gate.inside + change)


def _admission_row(guest: _Guest, gate: Gate, entry: Entry, device_id: int) -> dict[str, Any]:
    return {
        "registration_id": guest.id,
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
