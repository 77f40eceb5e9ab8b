"""Scans taken without a network: judged when they were taken; the earliest is the admission, and nothing is thrown away."""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.checkin.models import Admission, AdmissionConflict, Checkpoint, Device, Scan
from eventapp.db import db
from eventapp.registration.actions import cancel_registration, reissue_pass
from tests.checkin.conftest import MORNING
from tests.checkin.stage import a_scan, digits_of, make_checkpoint, make_guest, members_of

NINE = datetime.fromisoformat(MORNING)


def clock(minutes: float, ahead: float = 0) -> str:
    """What a device's clock shows so many minutes after nine, when it is so many minutes ahead."""
    return (NINE + timedelta(minutes=minutes + ahead)).isoformat()


def late(code: str, minutes: float, *, ahead: float = 0, **values) -> dict:
    """A scan taken without a network so many minutes after nine."""
    return a_scan(code, offline=True, scanned_at=clock(minutes, ahead), **{"local": "admitted", **values})


def conflicts() -> list[tuple[str, str, float]]:
    """Kind, device of the scan that is one too many, and its minute after nine; in the order they were found."""
    rows = db.session.execute(
        select(AdmissionConflict.kind, Device.name, AdmissionConflict.other_at)
        .join(Scan, Scan.id == AdmissionConflict.scan_id)
        .join(Device, Device.id == Scan.device_id)
        .order_by(AdmissionConflict.id)
    ).all()
    db.session.rollback()
    return [(kind, name, (at - NINE).total_seconds() / 60) for kind, name, at in rows]


def admissions() -> list[tuple[str, float, float | None]]:
    """Device, minute of coming and minute of leaving of every admission that stands, in order."""
    rows = db.session.execute(
        select(Device.name, Admission.admitted_at, Admission.left_at)
        .join(Device, Device.id == Admission.device_id)
        .where(Admission.voided_at.is_(None))
        .order_by(Admission.admitted_at)
    ).all()
    db.session.rollback()
    return [
        (name, (came - NINE).total_seconds() / 60, left and (left - NINE).total_seconds() / 60)
        for name, came, left in rows
    ]


def inside(code: str = "gate") -> int:
    found = db.session.scalars(select(Checkpoint.inside).where(Checkpoint.code == code)).one()
    db.session.rollback()
    return found


@pytest.fixture
def phones(gate, scanner_at):
    return scanner_at("Phone 1"), scanner_at("Phone 2"), scanner_at("Phone 3")


@pytest.fixture
def code(event):
    return digits_of(make_guest(event))


# -- Two doors let in the same pass --------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_the_earliest_is_the_admission_whoever_sends_first(morning, phones, code):
    one, two, three = phones
    morning.shift(3_600)
    assert two.send(late(code, 20))[0]["verdict"] == "admitted"
    assert three.send(late(code, 30))[0]["verdict"] == "already_in"
    assert one.send(late(code, 10))[0]["verdict"] == "admitted"
    assert admissions() == [("Phone 1", 10, None)]
    assert conflicts() == [("double", "Phone 3", 30), ("double", "Phone 2", 20)]
    assert inside() == 1


@pytest.mark.both_databases
def test_what_was_answered_once_is_answered_again_though_it_is_no_admission_any_more(morning, phones, code):
    one, two, _three = phones
    morning.shift(3_600)
    scan = late(code, 20)
    first = members_of(two.post([scan]))
    one.send(late(code, 10))
    for _ in range(2):
        assert members_of(two.post([scan])) == first
    assert conflicts() == [("double", "Phone 2", 20)]
    assert admissions() == [("Phone 1", 10, None)]


@pytest.mark.both_databases
def test_a_late_scan_comes_before_one_that_was_decided_with_a_network(morning, phones, code):
    one, two, _three = phones
    morning.shift(1_200)
    assert two.scan(code)["verdict"] == "admitted"
    morning.shift(1_200)
    assert one.send(late(code, 10))[0]["verdict"] == "admitted"
    assert admissions() == [("Phone 1", 10, None)]
    assert conflicts() == [("double", "Phone 2", 20)]


def test_both_in_one_request(morning, phones, code):
    morning.shift(3_600)
    verdicts = phones[0].send(late(code, 20), late(code, 10), late(code, 5))
    assert [verdict["verdict"] for verdict in verdicts] == ["admitted", "admitted", "admitted"]
    assert admissions() == [("Phone 1", 5, None)]
    assert [minute for _kind, _name, minute in conflicts()] == [20, 10]
    assert inside() == 1


def test_a_day_is_a_period_of_its_own(event, morning, scanner_at, code):
    make_checkpoint(event, rule="daily")
    one, two = scanner_at("Phone 1"), scanner_at("Phone 2")
    morning.shift(86_400 * 2)
    assert one.send(late(code, 1_440 + 30))[0]["verdict"] == "admitted"
    assert two.send(late(code, 20))[0]["verdict"] == "admitted"
    assert conflicts() == []
    assert two.send(late(code, 10), late(code, 1_440 + 10))[1]["verdict"] == "admitted"
    assert admissions() == [("Phone 2", 10, None), ("Phone 2", 1_450, None)]


# -- Visits --------------------------------------------------------------------------------------------------------


@pytest.fixture
def halls(event, scanner_at):
    make_checkpoint(event, "hall", rule="visits", capacity=5)
    return scanner_at("Phone 1"), scanner_at("Phone 2")


def test_a_late_scan_during_a_visit_that_is_over_is_one_too_many(morning, halls, code):
    one, two = halls
    one.scan(code, checkpoint="hall")
    morning.shift(1_800)
    one.scan(code, checkpoint="hall", direction="out")
    morning.shift(1_800)
    answer = two.send(late(code, 10, checkpoint="hall"))[0]
    assert (answer["verdict"], answer["first"]["device"]) == ("already_in", "Phone 1")
    assert conflicts() == [("double", "Phone 2", 10)]
    assert (admissions(), inside("hall")) == ([("Phone 1", 0, 30)], 0)


@pytest.mark.both_databases
@pytest.mark.parametrize("told", ["left", "not_inside", "unknown"])
@pytest.mark.parametrize("first", ["in", "out"])
def test_somebody_comes_by_one_door_and_leaves_by_another_whichever_is_heard_first(morning, halls, code, first, told):
    """The second device may not have heard of the entry: then it says that nobody is inside, and they leave all the same."""
    one, two = halls
    morning.shift(3_600)
    comes = late(code, 10, checkpoint="hall")
    leaves = late(code, 20, checkpoint="hall", direction="out", local=told)
    for scanner, scan in ((one, comes), (two, leaves)) if first == "in" else ((two, leaves), (one, comes)):
        scanner.send(scan)
    assert (admissions(), inside("hall")) == ([("Phone 1", 10, 20)], 0)
    # One exit ends one visit.
    assert two.send(late(code, 5, checkpoint="hall"))[0]["verdict"] == "admitted"
    assert conflicts() == [("double", "Phone 1", 10)]


@pytest.mark.both_databases
def test_who_left_by_a_door_that_knew_nothing_of_them_comes_back_later(morning, halls, code):
    one, two = halls
    one.scan(code, checkpoint="hall")
    morning.shift(3_600)
    left = two.send(late(code, 30, checkpoint="hall", direction="out", local="not_inside"))[0]
    assert (left["verdict"], inside("hall")) == ("left", 0)
    assert one.scan(code, checkpoint="hall")["verdict"] == "admitted"
    assert (admissions(), conflicts()) == ([("Phone 1", 0, 30), ("Phone 1", 60, None)], [])


def test_whoever_left_later_is_not_let_go_again(morning, halls, code):
    one, two = halls
    one.scan(code, checkpoint="hall")
    morning.shift(1_800)
    one.scan(code, checkpoint="hall", direction="out")
    two.send(late(code, 10, checkpoint="hall", direction="out", local="left"))
    assert (admissions(), inside("hall")) == ([("Phone 1", 0, 30)], 0)


# -- The team or the guest changed their mind meanwhile ------------------------------------------------------------


@pytest.mark.both_databases
def test_whoever_was_cancelled_meanwhile_is_told_to_the_team(event, morning, phones):
    guest = make_guest(event)
    code = digits_of(guest)
    cancel_registration(guest.id, by=SYSTEM)
    morning.shift(3_600)
    scan = late(code, 10)
    assert phones[0].send(scan)[0]["verdict"] == "cancelled"
    phones[0].send(scan)
    assert conflicts() == [("cancelled", "Phone 1", 10)]
    assert admissions() == []


def test_an_older_copy_and_a_full_room_are_told_too(event, morning, scanner_at):
    make_checkpoint(event, "hall", rule="visits", capacity=1)
    scanner = scanner_at()
    first, second, third = (make_guest(event) for _ in range(3))
    old = digits_of(third)
    reissue_pass(third.id, by=SYSTEM, reason="lost")
    morning.shift(3_600)
    verdicts = scanner.send(
        late(digits_of(first), 1, checkpoint="hall"),
        late(digits_of(second), 2, checkpoint="hall"),
        late(old, 3, checkpoint="hall"),
        late("garbage", 4, checkpoint="hall"),
        late(digits_of(second), 5, checkpoint="nowhere"),
    )
    assert [one["verdict"] for one in verdicts] == ["admitted", "full", "revoked", "malformed", "not_allowed"]
    kinds = [kind for kind, _name, _minute in conflicts()]
    assert kinds == ["overfull", "revoked", "refused", "not_allowed"]


def test_who_was_turned_away_is_not_let_in_afterwards(event, morning, phones, code):
    morning.shift(3_600)
    answer = phones[0].send(late(code, 10, local="unknown"))[0]
    assert answer["verdict"] == "unknown"
    assert (admissions(), conflicts(), inside()) == ([], [], 0)
    assert phones[1].scan(code)["verdict"] == "admitted"


def test_whoever_was_refused_here_and_there_is_no_conflict(event, morning, phones, code):
    morning.shift(3_600)
    phones[0].send(late(code, 10))
    phones[1].send(late(code, 20, local="already_in"))
    assert conflicts() == []


def test_a_device_that_does_not_tell_its_verdict_is_taken_to_have_let_them_in(event, morning, phones, code):
    gone = make_guest(event, "cancelled")
    morning.shift(3_600)
    one, two, _three = phones
    one.send(late(code, 10, local=None), late(code, 11, local=None))
    assert conflicts() == []
    two.send(late(code, 20, local=None), late(digits_of(gone), 21, local=None), late("garbage", 22, local=None))
    assert conflicts() == [("double", "Phone 2", 20), ("cancelled", "Phone 2", 21)]


def test_an_answer_that_came_too_late_leaves_a_conflict_when_the_scan_is_sent_again(event, morning, phones, code):
    one, two, _three = phones
    one.scan(code)
    scan = a_scan(code, scanned_at=clock(0.01))
    first = members_of(two.post([scan]))
    assert conflicts() == []
    # The device had given up waiting and let the guest in by itself.
    for _ in range(2):
        assert members_of(two.post([{**scan, "offline": True, "local": "admitted"}])) == first
    assert [(kind, name) for kind, name, _at in conflicts()] == [("double", "Phone 2")]


# -- Clocks --------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
@pytest.mark.parametrize("ahead", [-10, -3, 0, 7, 10, 56 * 365 * 24 * 60])
def test_a_wrong_clock_is_corrected(morning, phones, code, ahead):
    one, two, _three = phones
    morning.shift(3_600)
    two.send(late(code, 20))
    body = {"scans": [late(code, 18, ahead=ahead)], "sent_at": clock(60, ahead), "offset_ms": ahead * 60_000}
    one.post_text(json.dumps(body))
    assert admissions() == [("Phone 1", 18, None)]
    row = db.session.scalars(select(Scan).order_by(Scan.id.desc())).first()
    assert (row.offset_ms, row.scanned_at, row.sent_at) == (
        ahead * 60_000,
        NINE + timedelta(minutes=18 + ahead),
        NINE + timedelta(minutes=60 + ahead),
    )
    assert row.corrected_at == NINE + timedelta(minutes=18)


def test_a_device_that_does_not_know_its_error_is_corrected_by_when_it_sent(morning, phones, code):
    one, two, _three = phones
    morning.shift(3_600)
    two.send(late(code, 20))
    one.post_text(json.dumps({"scans": [late(code, 18, ahead=9)], "sent_at": clock(60, 9)}))
    assert admissions() == [("Phone 1", 18, None)]


@pytest.mark.parametrize("offset", ["x", True, None, [], 1e300, 10**30, -(10**17)])
def test_an_offset_that_cannot_be_read_is_none(morning, phones, code, offset):
    morning.shift(3_600)
    phones[0].post_text(json.dumps({"scans": [late(code, 18)], "offset_ms": offset, "sent_at": "yesterday"}))
    assert admissions() == [("Phone 1", 18, None)]


@pytest.mark.parametrize("scanned_at", ["1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
@pytest.mark.parametrize("offset", [3_000_000_000_000, -3_000_000_000_000])
def test_the_ends_of_time_are_survived(event, morning, scanner_at, code, scanned_at, offset):
    make_checkpoint(event, rule="daily")
    scan = {**late(code, 0), "scanned_at": scanned_at}
    scanner = scanner_at()
    for clock_told in ({"offset_ms": offset}, {"sent_at": "9999-12-30T00:00:00Z"}, {"sent_at": "1970-01-01T00:00:00Z"}):
        answer = scanner.post_text(json.dumps({"scans": [{**scan, "id": str(uuid.uuid4())}], **clock_told}))
        assert answer.json["verdicts"][0]["verdict"] in ("admitted", "already_in")


# -- Hours of the device -------------------------------------------------------------------------------------------


def test_scans_taken_within_the_devices_hours_may_be_sent_later(event, morning, gate, scanner_at, code):
    scanner = scanner_at()
    device = db.session.scalars(select(Device)).one()
    device.valid_from, device.valid_until = NINE, NINE + timedelta(minutes=30)
    db.session.commit()
    other = digits_of(make_guest(event))
    morning.shift(3_600)
    verdicts = scanner.send(late(code, 29), late(other, 31))
    assert [verdict["verdict"] for verdict in verdicts] == ["admitted", "not_allowed"]
    assert conflicts() == [("not_allowed", "Phone 1", 31)]


# -- Rehearsals ----------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_rehearsal_is_answered_and_marked_and_counts_nowhere(event, morning, phones, code, scanner_at):
    one, two, _three = phones
    for _ in range(2):
        answer = one.scan(code, rehearsal=True)
        assert (answer["verdict"], answer["rehearsal"]) == ("admitted", True)
    assert two.send(late(code, -5, rehearsal=True))[0]["rehearsal"] is True
    assert (admissions(), conflicts(), inside()) == ([], [], 0)
    assert one.get("stats")["admitted"] == 0
    assert [row.rehearsal for row in db.session.scalars(select(Scan))] == [True] * 3
    assert "rehearsal" not in two.scan(code)
    assert one.scan(code, rehearsal=True)["verdict"] == "already_in"
    assert one.send(late(code, 0, rehearsal=True))[0]["verdict"] == "already_in"
    assert conflicts() == []


def test_a_rehearsal_lets_nobody_go(event, halls, code):
    one, _two = halls
    one.scan(code, checkpoint="hall")
    assert one.scan(code, checkpoint="hall", direction="out", rehearsal=True)["verdict"] == "left"
    assert inside("hall") == 1
