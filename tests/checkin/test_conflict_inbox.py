"""The organiser's inbox of entries against what we know: who, where, when, by which device; decided once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import AuditEntry
from eventapp.checkin.actions import decide_conflict
from eventapp.checkin.errors import ConflictDecided, NoRoomInside, NotToDecide
from eventapp.checkin.models import AdmissionConflict
from eventapp.db import db
from eventapp.errors import Stale
from eventapp.registration.actions import cancel_registration
from tests.checkin.stage import digits_of, make_checkpoint, make_guest
from tests.checkin.test_late_scans import admissions, inside, late

INBOX = "/manage/delta-2026/check-in/conflicts"


@pytest.fixture
def phones(gate, scanner_at):
    return scanner_at("East door"), scanner_at("West door")


@pytest.fixture
def double(event, morning, phones):
    """The id of the conflict of a guest whom two doors let in at ten and twenty past nine."""
    code = digits_of(make_guest(event))
    morning.shift(3_600)
    phones[0].send(late(code, 10))
    phones[1].send(late(code, 20))
    return only_conflict().id


def only_conflict() -> AdmissionConflict:
    found = db.session.scalars(select(AdmissionConflict)).one()
    db.session.refresh(found)
    return found


@pytest.mark.both_databases
def test_two_devices_and_a_pass_that_was_cancelled_meanwhile_are_exactly_what_the_inbox_shows(
    event, morning, phones, staff
):
    """Done when: two devices offline admit the same pass, a third pass was cancelled meanwhile."""
    east, west = phones
    shared, gone, good = make_guest(event), make_guest(event, family_en="Wang", given_en="Fang"), make_guest(event)
    codes = {guest: digits_of(guest) for guest in (shared, gone, good)}
    organiser = staff("organiser")
    cancel_registration(gone.id, by=SYSTEM)
    morning.shift(3_600)
    east.send(late(codes[shared], 10), late(codes[gone], 12), late(codes[good], 14))
    west.send(late(codes[shared], 20))
    page = organiser.get(INBOX, status=200)
    rows = [[" ".join(cell.text_content().split()) for cell in row][:5] for row in page.tree.xpath("//tbody/tr")]
    assert [[who, what, where] for who, what, where, _in, _counts in rows] == [
        ["Fang Wang Lake Robotics", "Let in, though cancelled or withdrawn", "Gate"],
        ["Lan Chen Lake Robotics", "Let in twice with the same pass", "Gate"],
    ]
    cancelled, shared_twice = rows
    for cell, clock, device in (
        (cancelled[3], "09:12", "East door"),
        (shared_twice[3], "09:20", "West door"),
        (shared_twice[4], "09:10", "East door"),
    ):
        assert clock in cell
        assert device in cell
    assert cancelled[4] == "–"


@pytest.mark.parametrize("decision", ["kept", "voided", "noted"])
def test_the_team_decides_on_the_page(staff, double, decision):
    organiser = staff("organiser")
    page = organiser.get(f"{INBOX}/{only_conflict().public_id}", status=200)
    assert page.heading == "Let in twice with the same pass"
    organiser.press(page, "Decide", decision=decision, note="Spoke with both")
    conflict = only_conflict()
    assert (conflict.decision, conflict.note) == (decision, "Spoke with both")
    assert conflict.decided_by is not None
    assert (len(admissions()), inside()) == ((0, 0) if decision == "voided" else (1, 1))
    assert "No conflicts" in organiser.get(INBOX, status=200).words
    assert "Spoke with both" in organiser.get(f"{INBOX}?show=decided", status=200).words
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "decide_conflict")).one()
    assert (entry.after, entry.reason) == ({"kind": "double", "decision": decision}, "Spoke with both")


def test_a_decision_on_a_page_that_is_old_is_refused(staff, double):
    organiser = staff("organiser")
    page = organiser.get(f"{INBOX}/{only_conflict().public_id}", status=200)
    decide_conflict(double, "kept", by=SYSTEM)
    answer = organiser.press(page, "Decide", status=409, decision="voided")
    assert "changed by someone else" in answer.words
    assert (only_conflict().decision, len(admissions())) == ("kept", 1)


def test_a_form_without_an_answer_is_shown_again(staff, double):
    organiser = staff("organiser")
    page = organiser.get(f"{INBOX}/{only_conflict().public_id}", status=200)
    answer = organiser.press(page, "Decide", status=422, note="Hm")
    assert "Please choose one of the answers." in " ".join(answer.errors)


def test_who_only_reads_cannot_decide(staff, double):
    door = staff("door")
    assert "Let in twice" in door.get(INBOX, status=200).words
    door.get(f"{INBOX}/{only_conflict().public_id}", status=403)


def test_another_events_conflict_is_not_found(staff, double, new_event, user_with_role):
    new_event(slug="launch-2026")
    organiser = staff("organiser")
    organiser.get(f"/manage/delta-2026/check-in/conflicts/{'0' * 16}", status=404)


@pytest.mark.both_databases
def test_it_is_decided_once(double):
    decide_conflict(double, "noted", by=SYSTEM)
    for decision in ("noted", "voided"):
        with pytest.raises(ConflictDecided):
            decide_conflict(double, decision, by=SYSTEM)
    assert len(admissions()) == 1


def test_a_version_of_before_is_refused(double):
    with pytest.raises(Stale):
        decide_conflict(double, "noted", by=SYSTEM, version="0" * 16)


def decide(index: int, conflict_id: int) -> str:
    decide_conflict(conflict_id, ("voided", "kept")[index % 2], by=SYSTEM)
    return "decided"


@pytest.mark.both_databases
@pytest.mark.storm
def test_of_many_who_decide_at_once_one_does(double, storm):
    outcomes = storm(decide, processes=2, threads=4, args=(double,))
    assert sorted(str(outcome.value or outcome.refusal) for outcome in outcomes) == ["ConflictDecided"] * 7 + [
        "decided"
    ]
    assert len(admissions()) == (0 if only_conflict().decision == "voided" else 1)
    assert inside() == len(admissions())


# -- Others than doubles -------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_whoever_was_cancelled_and_let_in_can_be_counted(event, morning, phones):
    code = digits_of(make_guest(event, "cancelled"))
    morning.shift(3_600)
    phones[0].send(late(code, 10))
    conflict = only_conflict()
    with pytest.raises(NotToDecide):
        decide_conflict(conflict.id, "voided", by=SYSTEM)
    decide_conflict(conflict.id, "kept", by=SYSTEM)
    assert (admissions(), inside()) == ([("East door", 10, None)], 1)


def test_nobody_is_counted_beyond_the_limit(event, morning, scanner_at):
    make_checkpoint(event, "hall", rule="visits", capacity=1)
    scanner = scanner_at("East door")
    codes = [digits_of(make_guest(event)) for _ in range(2)]
    morning.shift(3_600)
    scanner.send(*(late(code, 10, checkpoint="hall") for code in codes))
    conflict = only_conflict()
    with pytest.raises(NoRoomInside):
        decide_conflict(conflict.id, "kept", by=SYSTEM)
    assert (inside("hall"), len(admissions())) == (1, 1)
    scanner.scan(codes[0], checkpoint="hall", direction="out")
    decide_conflict(conflict.id, "kept", by=SYSTEM)
    assert inside("hall") == 1


def test_of_a_code_that_is_none_of_ours_there_is_nothing_to_count(morning, phones):
    morning.shift(3_600)
    phones[0].send(late("garbage", 10))
    conflict = only_conflict()
    with pytest.raises(NotToDecide):
        decide_conflict(conflict.id, "kept", by=SYSTEM)
    decide_conflict(conflict.id, "noted", by=SYSTEM)
