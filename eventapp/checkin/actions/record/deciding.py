"""The verdict on one scan, and what comes of it in memory: by the rules, at the moment the scan was taken."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from eventapp.checkin.actions.record.batch import Batch, Claim, Guest, Stay
from eventapp.checkin.answers import answer_json, first_json
from eventapp.checkin.conflicts import LET_PASS, UNKNOWABLE, conflict_kind
from eventapp.checkin.reading import Reading
from eventapp.checkin.rules import Asked, Gate, Holder, judge, period_of, standing_entry
from eventapp.checkin.scan import ScanInput
from eventapp.checkin.timeline import as_of, exit_after, next_entry


def answer_scan(batch: Batch, scan: ScanInput, reading: Reading) -> str:
    """Decide a scan that is new; what follows from it is noted in the batch."""
    guest = batch.guests.get(reading.registration or reading.short_code)
    at = _moment(batch, scan)
    gate = _gate(batch, scan, at)
    verdict = _verdict(batch, scan, reading, guest, gate, at)
    # By the moment of the answer: a device outside its hours reads nobody, whenever it says that it scanned.
    reads = batch.door.works_at(batch.at)
    first = _first(batch, guest, gate, scan, at) if reads and verdict == "already_in" else None
    if verdict in LET_PASS and not scan.rehearsal and guest and gate:
        if scan.turned_away:
            # Whoever was turned away at the door did not come in, whatever we know by now.
            verdict = scan.local
        else:
            (_admit if verdict == "admitted" else _let_go)(batch, scan, guest, gate, at)
    elif verdict == "not_inside" and scan.offline and not scan.rehearsal and guest and gate:
        guest.exits.setdefault(gate.id, []).append(at)
    person = guest.person if reads and guest else None
    answer = answer_json(scan.id, verdict, first=first, person=person, rehearsal=scan.rehearsal)
    if scan.id:
        batch.rows.append(_row(batch, scan, verdict, guest, gate, at, answer))
        _claim(batch, scan, verdict, guest, gate, at)
    return answer


def claim_again(batch: Batch, scan: ScanInput, reading: Reading, answer: str) -> None:
    """A scan that was answered before: the answer may never have reached the device, which then let somebody in."""
    if scan.offline and scan.local == "admitted" and scan.id:
        guest = batch.guests.get(reading.registration or reading.short_code)
        at = _moment(batch, scan)
        _claim(batch, scan, json.loads(answer)["verdict"], guest, _gate(batch, scan, at), at)


def _moment(batch: Batch, scan: ScanInput) -> datetime:
    """When the scan was taken, by our clock; a device that asks us at once is asked about now."""
    if not scan.offline or scan.scanned_at is None:
        return batch.at
    return min(batch.clock.corrected(scan.scanned_at), batch.at)


def _gate(batch: Batch, scan: ScanInput, at: datetime) -> Gate | None:
    gate = batch.door.gates.get(scan.checkpoint)
    return gate if gate is None or batch.door.works_at(at) else replace(gate, allowed=False)


def _verdict(
    batch: Batch, scan: ScanInput, reading: Reading, guest: Guest | None, gate: Gate | None, at: datetime
) -> str:
    inside = batch.inside.get(gate.id, 0) if gate else 0
    # Who is counted already, by an entry or an exit that came before this one was heard of, takes up no more room.
    if guest and gate and scan.offline and (_following(guest, gate, at) or _exit(guest, gate, at)):
        inside = 0
    return judge(
        Asked(
            gate=gate,
            direction=scan.direction,
            at=at,
            holder=_holder(scan, guest, gate, at),
            problem=reading.problem,
            serial=reading.serial,
            inside=inside,
            overrides=bool(scan.override_reason) and batch.door.may_override,
        )
    )


def _holder(scan: ScanInput, guest: Guest | None, gate: Gate | None, at: datetime) -> Holder | None:
    """What was known of a guest at the moment of the scan."""
    if guest is None or gate is None or not scan.offline:
        return guest.holder if guest else None
    return replace(guest.holder, entries={gate.id: as_of(guest.stays(gate), at)})


def _standing(guest: Guest, gate: Gate, scan: ScanInput, at: datetime) -> Stay | None:
    stays = guest.stays(gate)
    found = standing_entry(as_of(stays, at) if scan.offline else stays, gate, at)  # type: ignore[arg-type]
    return next((stay for stay in stays if found and stay.period == found.period), None)


def _following(guest: Guest, gate: Gate, at: datetime) -> Stay | None:
    """The admission that one at this moment comes before, with nobody seen leaving in between."""
    following = next_entry(guest.stays(gate), gate, at)
    return None if exit_after(guest.exits.get(gate.id, ()), at, following) else following


def _exit(guest: Guest, gate: Gate, at: datetime) -> datetime | None:
    return exit_after(guest.exits.get(gate.id, ()), at, next_entry(guest.stays(gate), gate, at))


def _admit(batch: Batch, scan: ScanInput, guest: Guest, gate: Gate, at: datetime) -> None:
    following = _following(guest, gate, at) if scan.offline else None
    if following is not None:
        _bring_forward(batch, scan, guest, gate, following, at)
        return
    stays = guest.stays(gate)
    period, visit = period_of(gate, at, max((stay.visit for stay in stays), default=0))
    stay = Stay(period, visit, at, device=batch.door.device_name, device_id=batch.door.device_id, scan_id=scan.id)
    stays.append(stay)
    stays.sort(key=lambda one: one.admitted_at)
    batch.admitted.append((guest, gate, stay))
    if scan.offline and gate.rule == "visits" and (left_at := _exit_of(guest, gate, stay)):
        stay.left_at = left_at
    else:
        batch.count(gate, 1)


def _exit_of(guest: Guest, gate: Gate, stay: Stay) -> datetime | None:
    """When the guest was seen leaving after this visit began; an exit ends one visit."""
    left_at = _exit(guest, gate, stay.admitted_at)
    if left_at:
        guest.exits[gate.id].remove(left_at)
    return left_at


def _bring_forward(batch: Batch, scan: ScanInput, guest: Guest, gate: Gate, stay: Stay, at: datetime) -> None:
    """The earliest is the admission: it is this scan's from now on, and the scan that made it is one too many."""
    if stay.scan_id:
        batch.claims.append(Claim("double", stay.device_id, stay.scan_id, stay.admitted_at, guest, gate, stay))
    if stay.id is not None:
        _stay, known_as = batch.brought_forward.get(stay.id, (stay, stay.admitted_at))
        batch.brought_forward[stay.id] = (stay, known_as)
    stay.admitted_at, stay.device, stay.device_id, stay.scan_id = (
        at,
        batch.door.device_name,
        batch.door.device_id,
        scan.id,
    )


def _let_go(batch: Batch, scan: ScanInput, guest: Guest, gate: Gate, at: datetime) -> None:
    stay = _standing(guest, gate, scan, at)
    # Seen leaving later, too: then that is when the visit ended.
    if stay is None or stay.left_at is not None:
        return
    stay.left_at = at
    if stay.id is not None:
        batch.left.append(stay)
    batch.count(gate, -1)


def _claim(batch: Batch, scan: ScanInput, verdict: str, guest: Guest | None, gate: Gate | None, at: datetime) -> None:
    """Note a scan that let somebody in against what we know, for the team to decide."""
    if scan.rehearsal or not scan.offline or scan.direction != "in" or verdict in LET_PASS or not scan.id:
        return
    stay = _standing(guest, gate, scan, at) if guest and gate and verdict == "already_in" else None
    if scan.local == "admitted" or (not scan.local and _was_let_in(batch, verdict, stay)):
        batch.claims.append(Claim(conflict_kind(verdict), batch.door.device_id, scan.id, at, guest, gate, stay))


def _was_let_in(batch: Batch, verdict: str, stay: Stay | None) -> bool:
    """Whether a device that does not tell its own verdict let them in: unless it could know better."""
    return verdict in UNKNOWABLE and (stay is None or stay.device_id != batch.door.device_id)


def _first(
    batch: Batch, guest: Guest | None, gate: Gate | None, scan: ScanInput, at: datetime
) -> dict[str, Any] | None:
    stay = _standing(guest, gate, scan, at) if guest and gate else None
    if stay is None or gate is None:
        return None
    return first_json(stay, gate.code, batch.door.names[gate.id], gate.zone)


def _row(
    batch: Batch,
    scan: ScanInput,
    verdict: str,
    guest: Guest | None,
    gate: Gate | None,
    at: datetime,
    answer: str,
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
        "rehearsal": scan.rehearsal,
        "sent_at": batch.clock.sent_at,
        "offset_ms": batch.clock.offset_ms,
        "corrected_at": at,
        "local_verdict": scan.local,
    }
