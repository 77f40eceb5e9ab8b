"""What the scans of a transaction need to know of the guests they are about."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from eventapp.checkin.actions.record.batch import Batch, Guest, Sent, Stay
from eventapp.checkin.answers import person_json
from eventapp.checkin.queries import pass_rows, unmatched_exits
from eventapp.checkin.rules import Gate, Holder


def load_guests(batch: Batch, sent: list[Sent]) -> None:
    """Everybody whom these scans name, with the admissions and the counts at the checkpoints they are about."""
    readings = [reading for request in sent for reading in request.readings]
    public_ids = {reading.registration for reading in readings if reading.registration}
    short_codes = {reading.short_code for reading in readings if reading.short_code}
    if not public_ids and not short_codes:
        return
    gates = (request.door.gates.get(scan.checkpoint) for request in sent for scan in request.scans)
    known = {gate.id: gate for gate in gates if gate}
    for row in pass_rows(batch.door.event_id, public_ids, short_codes, known.values()):
        _note(batch, row, known)
    if late := list(_late_gates(sent)):
        _note_exits(batch, late)


def _note(batch: Batch, row: Any, gates: dict[int, Gate]) -> None:
    if row.checkpoint_id is not None:
        batch.inside[row.checkpoint_id] = row.inside
    guest = batch.guests.get(row.public_id) or Guest(
        row.id, person_json(row), Holder(row.event_id, row.state, row.pass_serial, row.category_id)
    )
    batch.guests[row.public_id] = batch.guests[row.short_code] = guest
    if row.checkpoint_id is None:
        return
    if gates[row.checkpoint_id].asks_for_more:
        _note_rights(guest.holder, row)
    if row.admission_id is not None:
        guest.stays(gates[row.checkpoint_id]).append(_stay(row))


def _stay(row: Any) -> Stay:
    return Stay(
        row.period,
        row.visit,
        row.admitted_at,
        row.left_at,
        row.device_name,
        row.admission_id,
        device_id=row.device_id,
        scan_id=row.scan_id,
    )


def _note_rights(holder: Holder, row: Any) -> None:
    if row.booked:
        holder.booked.add(row.session_id)
    if row.granted:
        holder.granted.add(row.checkpoint_id)


def _late_gates(sent: list[Sent]) -> Iterator[Gate]:
    """The checkpoints that count visits, where scans come in that were taken without us."""
    for request in sent:
        for scan in request.scans:
            gate = request.door.gates.get(scan.checkpoint)
            if scan.offline and gate and gate.rule == "visits":
                yield gate


def _note_exits(batch: Batch, gates: Collection[Gate]) -> None:
    by_id = {guest.id: guest for guest in batch.guests.values()}
    for row in unmatched_exits(by_id, {gate.id for gate in gates}):
        by_id[row.registration_id].exits.setdefault(row.checkpoint_id, []).append(row.corrected_at)
