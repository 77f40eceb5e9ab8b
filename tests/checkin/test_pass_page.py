"""Checking a guest in on the pass page: a phone's own camera opens it, and staff press the button."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from eventapp.accounts.actions import set_role
from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import User
from eventapp.checkin.actions import create_device
from eventapp.checkin.models import Admission, Device, Scan
from eventapp.db import db
from eventapp.registration.actions import cancel_registration, reissue_pass
from tests.checkin.stage import digits_of, make_checkpoint, make_guest, with_digit_changed

pytestmark = pytest.mark.usefixtures("gate", "morning")


@pytest.fixture
def guest(event):
    return make_guest(event)


@pytest.fixture
def page(guest):
    return f"/p/{digits_of(guest)}"


def check_in(visitor, page, status=200, **fields):
    """Post as the pass page's form would, with a token from another page of ours."""
    other_page = visitor.get("/sign-in")
    if other_page.status_code == 303:
        other_page = visitor.get("/manage/", status=200)
    csrf = other_page.tree.xpath("//input[@name='csrf_token']/@value")[0]
    data = {"csrf_token": csrf, "checkpoint": "gate", **fields}
    return visitor.post(f"{page}/check-in", data=data, status=status)


def admissions() -> list[int]:
    return list(db.session.scalars(select(Admission.registration_id)))


@pytest.mark.parametrize("role", ["owner", "organiser", "registrar", "door"])
def test_door_staff_check_a_guest_in_on_the_pass(role, staff, page, guest):
    member = staff(role)
    shown = member.press(member.get(page, status=200), "Check in", status=200)
    assert shown.heading == "Welcome. Let in."
    assert "Lan Chen" in shown.words
    assert "Lake Robotics" in shown.words
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.links()["Back to the pass"] == page
    again = member.press(member.get(page), "Check in", status=200)
    assert again.heading == "Already in. This pass was used here before."
    assert f"First at 09:00, Gate, {role.title()} 1" in again.words
    assert admissions() == [guest.id]
    assert db.session.execute(select(Scan.method, Scan.verdict)).all() == [
        ("manual", "admitted"),
        ("manual", "already_in"),
    ]


def test_a_member_has_one_device_and_it_stands_on_no_list(staff, page, event):
    member = staff("door")
    for _ in range(2):
        member.press(member.get(page), "Check in", status=200)
    device = db.session.scalars(select(Device)).one()
    assert (device.name, device.token_hash, device.user_id is None) == ("Door 1", None, False)
    assert "Door 1" not in member.get("/manage/delta-2026/check-in").tree.xpath("string(//section[2])")


def test_a_paired_phone_checks_a_guest_in_at_its_own_checkpoints(client, event, page, guest):
    make_checkpoint(event, "gift")
    _device, link = create_device(event.id, "Phone 1", by=SYSTEM, checkpoint_codes=["gift"])
    client.post_form(f"/door/pair/{link}", status=200)
    shown = client.get(page, status=200)
    assert shown.tree.xpath("//select[@id='checkpoint']/option/@value") == ["gift"]
    assert client.press(shown, "Check in", status=200).heading == "Welcome. Let in."
    assert check_in(client, page).heading == "Not for this entrance. Show the way to the right one."
    assert admissions() == [guest.id]


def test_a_chinese_reader_is_answered_in_chinese(staff, page):
    member = staff("door")
    member.language = "zh"
    shown = member.press(member.get(page), "签到", status=200)
    assert shown.heading == "欢迎，请入场。"
    assert "陈岚" in shown.words


def test_anybody_else_sees_no_button_and_checks_nobody_in(client, staff, visitor, page, new_event, user_with_role):
    others = [client, staff("viewer"), staff("editor"), staff(None), staff("door", new_event(slug="launch-2026"))]
    for other in others:
        assert "Check in" not in other.get(page, status=200).words
        refused = check_in(other, page, status=401)
        assert "This device is not paired" in refused.words
    assert admissions() == []
    assert db.session.scalars(select(Scan)).all() == []


def test_a_member_who_left_the_team_checks_nobody_in_any_more(staff, page, event):
    member = staff("door")
    member.press(member.get(page), "Check in", status=200)
    user = db.session.scalars(select(User).where(User.email == "door1@example.org")).one()
    set_role(event.id, user.email, "editor", by=SYSTEM)
    assert "Check in" not in member.get(page).words
    check_in(member, page, status=401)


def test_the_phone_of_another_event_helps_its_staff_no_further(staff, event, new_event, page):
    """Somebody works at two events: the phone is paired for the other one, and the role counts here."""
    _device, link = create_device(new_event(slug="launch-2026").id, "Their phone", by=SYSTEM)
    member = staff("door")
    member.post_form(f"/door/pair/{link}", status=200)
    assert member.press(member.get(page), "Check in", status=200).heading == "Welcome. Let in."


def test_looking_checks_nobody_in_and_neither_does_a_forged_form(staff, page):
    member = staff("door")
    member.get(page)
    member.get(f"{page}/check-in", status=405)
    member.post(f"{page}/check-in", data={"checkpoint": "gate"}, status=400)
    member.post(f"{page}/check-in", data={"checkpoint": "gate", "csrf_token": "made up"}, status=400)
    assert admissions() == []


def test_a_code_that_is_none_of_ours_is_not_found(staff, guest):
    member = staff("door")
    for digits in (with_digit_changed(digits_of(guest)), "1", "1" * 184, guest.short_code, guest.public_id):
        check_in(member, f"/p/{digits}", status=404)
    assert db.session.scalars(select(Scan)).all() == []


def test_what_is_wrong_with_a_pass_is_said_on_the_page(staff, event, guest, page):
    member = staff("door")
    assert (
        check_in(member, page, checkpoint="nowhere").heading == "Not for this entrance. Show the way to the right one."
    )
    reissue_pass(guest.id, by=SYSTEM, reason="Lost")
    assert check_in(member, page).heading == "Older copy of the pass. Ask for the newest one."
    cancel_registration(guest.id, by=SYSTEM)
    assert check_in(member, f"/p/{digits_of(guest)}").heading == "Cancelled. Do not let in."
    assert admissions() == []
