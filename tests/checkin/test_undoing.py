"""Taking a scan back: by the device that made it, once, and the counts follow."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from sqlalchemy import select

from eventapp.checkin.models import Admission, DoorSettings, ScanUndo
from eventapp.db import db, transaction
from tests.checkin.stage import Scanner, a_scan, digits_of, make_checkpoint, make_guest
from tests.checkin.test_late_scans import admissions, conflicts, inside, late

UNDOS = "/api/v1/checkin/undos"


def post(scanner: Scanner, body: Any, status: int = 200) -> Any:
    return scanner.visitor.post(
        UNDOS, data=json.dumps(body), content_type="application/json", headers=scanner.headers, status=status
    ).json


def an_undo(scan: str, reason: str = "Wrong person", **values: Any) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), "scan": scan, "reason": reason, **values}


def undo(scanner: Scanner, scan: str) -> str:
    """The result of taking one scan back."""
    return str(post(scanner, {"undos": [an_undo(scan)]})["undone"][0]["result"])


@pytest.fixture
def code(event):
    return digits_of(make_guest(event))


@pytest.mark.both_databases
def test_an_admission_is_taken_back_with_its_reason_and_the_pass_is_good_again(scanner, code):
    scan = scanner.scan(code)
    assert undo(scanner, scan["id"]) == "undone"
    assert (admissions(), inside()) == ([], 0)
    assert db.session.scalars(select(Admission.void_reason)).one() == "Wrong person"
    assert undo(scanner, scan["id"]) == "already_undone"
    assert scanner.scan(code)["verdict"] == "admitted"
    assert inside() == 1


@pytest.mark.both_databases
def test_an_undo_sent_twice_is_answered_alike_and_done_once(scanner, code):
    body = {"undos": [an_undo(scanner.scan(code)["id"])]}
    first = post(scanner, body)
    scanner.scan(code)
    assert post(scanner, body) == first
    assert (len(admissions()), inside()) == (1, 1)
    assert len(db.session.scalars(select(ScanUndo.id)).all()) == 1


def test_an_undo_that_comes_before_its_scan_is_done_when_it_is_sent_again(scanner, code):
    scan = a_scan(code)
    body = {"undos": [an_undo(scan["id"])]}
    assert post(scanner, body)["undone"][0]["result"] == "unknown_scan"
    scanner.send(scan)
    assert post(scanner, body)["undone"][0]["result"] == "undone"
    assert admissions() == []


def test_a_device_takes_back_only_its_own_scans(scanner, scanner_at, code):
    scan = scanner.scan(code)
    assert undo(scanner_at("Phone 2"), scan["id"]) == "unknown_scan"
    assert inside() == 1


def test_what_let_nobody_in_cannot_be_taken_back(event, scanner, code):
    refused = scanner.scan(digits_of(make_guest(event, "pending")))
    rehearsed = scanner.scan(code, rehearsal=True)
    scanner.scan(code)
    again = scanner.scan(code)
    for scan in (refused, rehearsed, again):
        assert undo(scanner, scan["id"]) == "not_admitted"
    assert inside() == 1


@pytest.mark.both_databases
def test_an_exit_is_taken_back(event, scanner_at, code):
    make_checkpoint(event, "hall", rule="visits")
    scanner = scanner_at()
    scanner.scan(code, checkpoint="hall")
    gone = scanner.scan(code, checkpoint="hall", direction="out")
    assert undo(scanner, gone["id"]) == "undone"
    assert inside("hall") == 1
    assert [left for _name, _came, left in admissions()] == [None]
    assert undo(scanner, gone["id"]) == "already_undone"


def test_an_exit_is_not_taken_back_when_the_guest_is_in_again_or_the_room_is_full(event, scanner_at, code):
    make_checkpoint(event, "hall", rule="visits", capacity=1)
    scanner, other = scanner_at(), digits_of(make_guest(event))
    scanner.scan(code, checkpoint="hall")
    gone = scanner.scan(code, checkpoint="hall", direction="out")
    scanner.scan(other, checkpoint="hall")
    assert undo(scanner, gone["id"]) == "not_admitted"
    scanner.scan(other, checkpoint="hall", direction="out")
    scanner.scan(code, checkpoint="hall")
    assert undo(scanner, gone["id"]) == "not_admitted"
    assert inside("hall") == 1
    assert len([left for _name, _came, left in admissions() if left is None]) == 1


@pytest.mark.both_databases
def test_when_the_earlier_of_two_is_taken_back_the_other_is_the_admission(morning, gate, scanner_at, code):
    one, two = scanner_at("Phone 1"), scanner_at("Phone 2")
    morning.shift(3_600)
    earlier = one.send(late(code, 10))[0]
    two.send(late(code, 20))
    assert undo(one, earlier["id"]) == "undone"
    assert (admissions(), inside()) == ([("Phone 2", 20, None)], 1)
    assert len(conflicts()) == 1


@pytest.mark.both_databases
def test_a_device_that_let_in_took_back_and_let_in_again_has_one_admission(morning, gate, scanner, code):
    """All of it without a network: scans arrive before undos."""
    morning.shift(3_600)
    first, second = late(code, 10), late(code, 12)
    scanner.send(first, second)
    assert undo(scanner, first["id"]) == "undone"
    assert (admissions(), inside()) == ([("Phone 1", 12, None)], 1)


def test_a_scan_that_was_one_too_many_leaves_no_question_when_it_is_taken_back(morning, gate, scanner_at, code):
    one, two = scanner_at("Phone 1"), scanner_at("Phone 2")
    morning.shift(3_600)
    one.send(late(code, 10))
    double = two.send(late(code, 20))[0]
    assert undo(two, double["id"]) == "undone"
    assert undo(two, double["id"]) == "already_undone"
    assert (admissions(), inside()) == ([("Phone 1", 10, None)], 1)


def test_the_team_may_leave_undoing_to_devices_that_may_override(event, scanner, scanner_at, code):
    with transaction() as session:
        session.add(DoorSettings(event_id=event.id, undo_needs_override=True))
    assert undo(scanner, scanner.scan(code)["id"]) == "not_allowed"
    chief = scanner_at("Phone 9", may_override=True)
    other = chief.scan(digits_of(make_guest(event)))
    assert undo(chief, other["id"]) == "undone"


@pytest.mark.parametrize("body", [[], {}, {"undos": 1}, {"undos": None}])
def test_what_is_no_list_of_undos_is_refused(scanner, body):
    post(scanner, body, status=400)


def test_a_damaged_undo_spoils_no_other(scanner, code):
    scan = scanner.scan(code)
    good = an_undo(scan["id"], reason=None, undone_at="yesterday")
    bad = [1, None, {}, {"id": 1, "scan": scan["id"]}, {"id": str(uuid.uuid4()), "scan": "x"}]
    results = post(scanner, {"undos": [*bad, good]})["undone"]
    assert [one["result"] for one in results] == ["malformed"] * 5 + ["undone"]


def test_more_than_a_thousand_are_refused(scanner):
    post(scanner, {"undos": [an_undo(str(uuid.uuid4()))] * 1_001}, status=413)
