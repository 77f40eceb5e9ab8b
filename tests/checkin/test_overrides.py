"""Letting somebody in all the same: who may, for what, and that it is written down."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.checkin.models import Admission, Checkpoint, Scan
from eventapp.checkin.rules import OVERRIDABLE
from eventapp.clock import now
from eventapp.db import db
from eventapp.passes.queries import code_digits
from eventapp.registration.actions import reissue_pass
from tests.checkin.stage import a_scan, digits_of, make_checkpoint, make_guest, with_digit_changed

pytestmark = pytest.mark.usefixtures("morning")
REASON = {"override": {"reason": "The minister's interpreter"}}


@pytest.fixture
def doors(event, scanner_at):
    """Gates where something is wrong, and two devices: one may override, one may not."""
    nine = now()
    make_checkpoint(event, "gate")
    make_checkpoint(event, "press", categories=("media",))
    make_checkpoint(event, "later", opens_at=nine + timedelta(hours=1))
    make_checkpoint(event, "hall", rule="visits", pause_seconds=60, capacity=1)
    make_checkpoint(event, "full", capacity=0)
    return scanner_at("Phone 1", may_override=True), scanner_at("Phone 2")


def scans_of_everything_refused(event, chief):
    """A scan for each refusal there is."""
    guest, old, inside = make_guest(event), make_guest(event), make_guest(event)
    old_code = digits_of(old)
    reissue_pass(old.id, by=SYSTEM, reason="Lost")
    assert chief.scan(digits_of(inside), checkpoint="hall")["verdict"] == "admitted"
    return {
        "not_confirmed": a_scan(digits_of(make_guest(event, "waiting"))),
        "not_allowed": a_scan(digits_of(guest), checkpoint="press"),
        "outside_hours": a_scan(digits_of(guest), checkpoint="later"),
        "too_soon": a_scan(digits_of(inside), checkpoint="hall", direction="out"),
        "not_inside": a_scan(digits_of(guest), checkpoint="hall", direction="out"),
        "already_in": a_scan(digits_of(inside), checkpoint="hall"),
        "full": a_scan(digits_of(guest), checkpoint="full"),
        "cancelled": a_scan(digits_of(make_guest(event, "cancelled"))),
        "revoked": a_scan(old_code),
        "unknown": a_scan(code_digits(event.id, "00" * 8, 1)),
        "forged": a_scan(with_digit_changed(digits_of(guest))),
        "malformed": a_scan("garbage"),
    }


def test_a_reason_overrides_these_refusals_and_no_others(event, doors):
    chief, _helper = doors
    scans = scans_of_everything_refused(event, chief)
    # Whoever is inside leaves last, so that the hall's one place is taken until then.
    too_soon = scans.pop("too_soon")
    before = {verdict: chief.send({**scan, "id": a_scan()["id"]})[0]["verdict"] for verdict, scan in scans.items()}
    assert before == {verdict: verdict for verdict in scans}
    after = {verdict: chief.send({**scan, **REASON})[0]["verdict"] for verdict, scan in scans.items()}
    overridden = {"not_confirmed", "not_allowed", "outside_hours"}
    assert after == {verdict: "admitted" if verdict in overridden else verdict for verdict in scans}
    assert chief.send({**too_soon, "id": a_scan()["id"]})[0]["verdict"] == "too_soon"
    assert chief.send({**too_soon, **REASON})[0]["verdict"] == "left"
    assert {*overridden, "too_soon"} == OVERRIDABLE


def test_a_device_without_the_right_overrides_nothing(event, doors):
    chief, helper = doors
    scans = scans_of_everything_refused(event, chief)
    after = {verdict: helper.send({**scan, **REASON})[0]["verdict"] for verdict, scan in scans.items()}
    assert after == {verdict: verdict for verdict in scans}
    assert set(db.session.scalars(select(Scan.override_reason))) == {""}


def test_an_override_is_written_down_with_its_reason(event, doors):
    chief, _helper = doors
    guest = make_guest(event, "waiting")
    reason = {"override": {"reason": " 省长随行\u202e人员\x00\ud83d  let in by\nMs. Chen "}}
    answer = chief.send({**a_scan(digits_of(guest)), **reason})[0]
    assert answer["verdict"] == "admitted"
    scan = db.session.scalars(select(Scan)).one()
    assert (scan.override_reason, scan.verdict, scan.registration_id) == (
        "省长随行人员 let in by Ms. Chen",
        "admitted",
        guest.id,
    )
    assert db.session.scalars(select(Admission.registration_id)).all() == [guest.id]


def test_an_override_does_not_make_a_hall_larger(event, doors, morning):
    chief, _helper = doors
    first, second = make_guest(event), make_guest(event)
    assert chief.scan(digits_of(first), checkpoint="hall")["verdict"] == "admitted"
    morning.shift(60)
    assert chief.scan(digits_of(first), checkpoint="hall", direction="out")["verdict"] == "left"
    assert chief.scan(digits_of(second), checkpoint="hall")["verdict"] == "admitted"
    # Too soon for the first, and no room either.
    assert chief.scan(digits_of(first), checkpoint="hall", **REASON)["verdict"] == "full"
    assert db.session.scalars(select(Checkpoint.inside).where(Checkpoint.code == "hall")).one() == 1


def test_an_override_opens_no_checkpoint_of_another_device_and_no_exit_where_there_is_none(event, doors, scanner_at):
    scanner = scanner_at("Phone 3", checkpoints=("gate",), may_override=True)
    guest, waiting = make_guest(event), make_guest(event, "waiting")
    assert scanner.scan(digits_of(guest), checkpoint="press", **REASON)["verdict"] == "not_allowed"
    assert scanner.scan(digits_of(guest), checkpoint="nowhere", **REASON)["verdict"] == "not_allowed"
    assert scanner.scan(digits_of(waiting), checkpoint="press", **REASON)["verdict"] == "not_confirmed"
    assert scanner.scan(digits_of(guest))["verdict"] == "admitted"
    assert scanner.scan(digits_of(guest), direction="out", **REASON)["verdict"] == "not_allowed"
    assert scanner.scan(digits_of(waiting), direction="out", **REASON)["verdict"] == "not_confirmed"
    assert db.session.execute(select(Admission.registration_id, Admission.left_at)).all() == [(guest.id, None)]


def test_an_override_that_was_not_needed_changes_nothing(event, doors):
    chief, _helper = doors
    guest = make_guest(event)
    verdicts = [chief.scan(digits_of(guest), **REASON)["verdict"] for _ in range(2)]
    assert verdicts == ["admitted", "already_in"]
    assert datetime.fromisoformat(chief.scan(digits_of(guest))["first"]["at"]) == now()
