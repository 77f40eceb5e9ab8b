"""Record scans: one or a thousand in one transaction, each answered once and for all.

A scan row is its own audit row: who (device), what (verdict), on what, when, by which method, with the answer given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import current_app

from eventapp.checkin.actions.record.batch import Batch, LostRace, Sent
from eventapp.checkin.actions.record.deciding import answer_scan, claim_again
from eventapp.checkin.actions.record.loading import load_guests
from eventapp.checkin.actions.record.writing import write
from eventapp.checkin.errors import DoorBusy, TooManyScans
from eventapp.checkin.queries import Door, stored_answers
from eventapp.checkin.reading import Reading, read_codes
from eventapp.checkin.scan import DeviceClock, ScanInput, read_scan
from eventapp.clock import now
from eventapp.db import db, transaction, writing
from eventapp.turns import Gathering

MOST_SCANS = 1_000
TRIES = 20
# A larger request has a transaction of its own, so that nobody waits long for others' scans.
MOST_GATHERED = 20
OUR_CLOCK = DeviceClock()


def record_scans(door: Door, raw_scans: Sequence[Any], clock: DeviceClock = OUR_CLOCK) -> list[str]:
    """Decide and record scans of one device, in order; returns one JSON answer for each.

    A scan id this device sent before gets its first answer again. All is durable on return. `clock` is the device's.
    Raises TooManyScans, DoorBusy.
    """
    if len(raw_scans) > MOST_SCANS:
        raise TooManyScans
    scans = [read_scan(raw) for raw in raw_scans]
    # Reading checks signatures, which is slow: before the write lock is held.
    sent = Sent(door, scans, _read(scans, door), clock)
    if len(scans) > MOST_GATHERED or writing():
        return _record_all([sent])[0]
    # Whoever waits holds no old view of the rows meanwhile.
    db.session.rollback()
    return _gathering(door.event_id).do(sent)


def _gathering(event_id: int) -> Gathering[Sent, list[str]]:
    # In an hour of arrivals many scans wait for one disk: one transaction records all that wait in this process.
    known: dict[int, Gathering[Sent, list[str]]] = current_app.extensions.setdefault("scans", {})
    return known.setdefault(event_id, Gathering(_record_all))


def _record_all(sent: list[Sent]) -> list[list[str]]:
    """The answers to each of these requests to one event, recorded in one transaction. Raises DoorBusy."""
    for attempt in range(TRIES):
        try:
            with transaction():
                # Nearly every scan is new: earlier answers are looked up when a write has met one.
                return _record(sent, _answers_before(sent) if attempt else {})
        except LostRace:
            continue
    raise DoorBusy


def _answers_before(sent: list[Sent]) -> dict[int, dict[str, str]]:
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


def _record(sent: list[Sent], answers: dict[int, dict[str, str]]) -> list[list[str]]:
    shared = Batch(sent[0].door, sent[0].clock)
    load_guests(shared, sent)
    # Only now, so that no entry just read lies in the future.
    shared.at = now()
    given = [
        _answer_all(
            replace(shared, door=request.door, clock=request.clock),
            request,
            answers.setdefault(request.door.device_id, {}),
        )
        for request in sent
    ]
    write(shared)
    return given


def _answer_all(batch: Batch, sent: Sent, answers: dict[str, str]) -> list[str]:
    given = []
    for scan, reading in zip(sent.scans, sent.readings, strict=True):
        answer = answers.get(scan.id or "")
        if answer is None:
            answer = answer_scan(batch, scan, reading)
        else:
            claim_again(batch, scan, reading, answer)
        if scan.id:
            answers[scan.id] = answer
        given.append(answer)
    return given
