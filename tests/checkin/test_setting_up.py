"""Checkpoints, as the team sets them up."""

from __future__ import annotations

import pytest

from eventapp.accounts.actor import SYSTEM
from eventapp.checkin.actions import add_checkpoint, change_checkpoint, create_device, pair_device
from eventapp.checkin.errors import CheckpointClosesFirst, FewerThanInside, LimitNeedsVisits, RuleInUse
from eventapp.checkin.models import Admission, Checkpoint
from eventapp.checkin.queries import checkpoints_of, devices_of, limits_of
from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.errors import Stale
from eventapp.registration.actions import add_category, register_attendee
from eventapp.registration.actions.register import Attendee

DESK = "/manage/delta-2026/check-in/checkpoints"


def test_a_checkpoint_is_added_for_some_categories_with_hours_and_room(staff, event):
    vip = add_category(event.id, by=SYSTEM, code="vip", capacity=5, name_en="VIP")
    add_category(event.id, by=SYSTEM, code="press", capacity=5, name_en="Press")
    staff("registrar").post_form(
        f"{DESK}/new",
        name_en="VIP lounge", name_zh="贵宾厅", kind="hall", rule="visits", categories=[vip.public_id], capacity="30",
        opens_at="2031-05-08T08:00", closes_at="2031-05-08T18:00", pause_seconds="",
    )  # fmt: skip
    [row] = checkpoints_of(event.id)
    assert (row.code, row.kind, row.rule, row.capacity, row.pause_seconds) == ("vip-lounge", "hall", "visits", 30, 0)
    assert row.opens_at.isoformat() == "2031-05-08T00:00:00+00:00"
    assert limits_of(event.id) == {row.id: {vip.id}}


@pytest.mark.parametrize(("ticked", "opened"), [("y", ["gate", "side"]), (None, ["gate"])])
def test_devices_that_are_paired_already_scan_at_a_new_checkpoint_if_the_team_says_so(staff, event, ticked, opened):
    add_checkpoint(event.id, by=SYSTEM, code="gate", name_en="Gate")
    pair_device(create_device(event.id, "Phone", by=SYSTEM)[1], by=SYSTEM)
    staff("registrar").post_form(f"{DESK}/new", name_en="Side", for_paired_devices=ticked)
    [device] = devices_of(event.id)
    assert [checkpoint.code for checkpoint in device.checkpoints] == opened


def test_checkpoints_are_changed_and_put_in_order_by_hand(staff, event):
    for code in ("one", "two", "three"):
        add_checkpoint(event.id, by=SYSTEM, code=code, name_en=code)
    desk = staff("registrar")
    desk.post_form(f"{DESK}/three/step", page=DESK, direction="up")
    desk.post_form(f"{DESK}/three/change", name_zh="三号门", rule="daily")
    rows = [(row.code, row.name_zh, row.rule) for row in checkpoints_of(event.id)]
    assert rows == [("one", "", "once"), ("three", "三号门", "daily"), ("two", "", "once")]


def test_a_stale_change_is_refused_and_nothing_changes(staff, event):
    row = add_checkpoint(event.id, by=SYSTEM, code="gate", name_en="Gate")
    desk = staff("registrar")
    page = desk.get(f"{DESK}/gate/change")
    desk.press(page, "Save", name_en="Main gate")
    desk.press(page, "Save", name_en="Other gate", status=409)
    with pytest.raises(Stale):
        change_checkpoint(row.id, by=SYSTEM, version="0123456789abcdef", name_en="Mine")
    db.session.rollback()
    assert [row.name_en for row in checkpoints_of(event.id)] == ["Main gate"]


def test_a_rule_by_which_people_were_let_in_stays(staff, event):
    row = add_checkpoint(event.id, by=SYSTEM, code="gate", name_en="Gate")
    _let_somebody_in(event, row)
    with pytest.raises(RuleInUse):
        change_checkpoint(row.id, by=SYSTEM, rule="daily")
    page = staff("registrar").post_form(f"{DESK}/gate/change", status=422, rule="daily")
    assert "People were let in here already, so the rule stays." in page.words


def test_hours_and_room_that_cannot_be_are_refused(staff, event):
    row = add_checkpoint(event.id, by=SYSTEM, code="gate", name_en="Gate", rule="visits")
    with pytest.raises(CheckpointClosesFirst):
        change_checkpoint(row.id, by=SYSTEM, opens_at=event.ends_at, closes_at=event.starts_at)
    with transaction() as session:
        session.get_one(Checkpoint, row.id).inside = 3
    with pytest.raises(FewerThanInside):
        change_checkpoint(row.id, by=SYSTEM, capacity=2)
    page = staff("registrar").post_form(f"{DESK}/new", status=422, name_en="Hall", rule="once", capacity="5")
    assert page.errors[-1] == "Error: Choose the rule that counts who is inside, or leave this empty."


def test_door_staff_see_checkpoints_without_buttons(staff, event):
    add_checkpoint(event.id, by=SYSTEM, code="gate", name_en="Gate")
    page = staff("door").get(DESK, status=200)
    assert page.tree.xpath("//main//form | //main//a[contains(@class, 'button')]") == []
    staff("door").get(f"{DESK}/gate/change", status=403)


def _let_somebody_in(event, checkpoint) -> None:
    category = add_category(event.id, by=SYSTEM, code="guest", capacity=5, name_en="Guest")
    guest = Attendee(name={"printed_en": "Mei Lin"}, email="mei@example.com")
    registration = register_attendee(event.id, category.id, guest, by=SYSTEM, form_key="k" * 24, notice_id=None)
    device, _token = create_device(event.id, "Phone", by=SYSTEM)
    with transaction() as session:
        session.add(
            Admission(
                registration_id=registration.id,
                checkpoint_id=checkpoint.id,
                device_id=device.id,
                period="once",
                admitted_at=now(),
            )
        )


def test_a_daily_gate_cannot_hold_a_limited_number(event):
    with pytest.raises(LimitNeedsVisits):
        add_checkpoint(event.id, by=SYSTEM, code="daily", name_en="Daily gate", rule="daily", capacity=10)
    hall = add_checkpoint(event.id, by=SYSTEM, code="hall", name_en="Hall", rule="visits", capacity=10)
    with pytest.raises(LimitNeedsVisits):
        change_checkpoint(hall.id, by=SYSTEM, rule="daily")
    assert (hall.rule, hall.capacity) == ("visits", 10)
