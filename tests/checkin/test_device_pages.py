"""The organiser sees how devices stand, changes what they may, and hands a device on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.queries import history_of
from eventapp.checkin.actions import change_device, create_device, revoke_device
from eventapp.checkin.models import Device
from eventapp.checkin.queries import door_by_token
from eventapp.db import db
from eventapp.events.actions import change_details
from tests.checkin.stage import Scanner, a_scan, digits_of, make_checkpoint, make_guest

DESK = "/manage/delta-2026/check-in/devices"
BEAT = {
    "battery": 15, "charging": False, "version": "0.2.0", "queue": 12, "clock": "2026-11-23T09:04:00+08:00",
    "roster_at": "2026-11-23T00:15:00Z",
}  # fmt: skip

pytestmark = pytest.mark.usefixtures("morning")


def device(name: str = "Phone 1") -> Device:
    query = select(Device).where(Device.name == name).execution_options(populate_existing=True)
    return db.session.scalars(query).one()


def address(row: Device, what: str) -> str:
    return f"{DESK}/{row.public_id}/{what}"


def rows(page) -> list[list[str]]:
    """The words of each cell but the last, which holds the buttons."""
    found = page.tree.xpath("//table//tbody/tr")
    return [[" ".join("".join(cell.itertext()).split()) for cell in row.xpath("./*")] for row in found]


# -- How they stand ------------------------------------------------------------------------------------------------


def test_the_page_tells_in_words_how_a_device_stands(staff, event, scanner, morning):
    scanner.send(a_scan(digits_of(make_guest(event))))
    scanner.tell("heartbeat", BEAT)
    morning.shift(timedelta(minutes=12))
    [cells] = rows(staff("viewer").get(DESK, status=200))
    assert cells == [
        "Phone 1 Gate",
        "Paired not seen for 12 minutes12 scans waitingclock is 4 minutes offbattery at 15 %roster is 57 minutes old",
        "12 minutes ago",
        "15 %",
        "1",
        "12",
        "57 minutes ago",
        "0.2.0",
    ]


def test_a_device_that_only_scans_is_seen_all_the_same(staff, event, scanner, morning):
    scanner.send(a_scan(digits_of(make_guest(event))))
    morning.shift(30)
    [cells] = rows(staff("viewer").get(DESK, status=200))
    assert cells == ["Phone 1 Gate", "Paired", "just now", "–", "1", "–", "never", "–"]


def test_scans_of_a_rehearsal_are_told_apart(staff, event, scanner):
    scanner.send(a_scan(digits_of(make_guest(event)), rehearsal=True))
    organiser = staff()
    [cells] = rows(organiser.get(DESK, status=200))
    assert cells[4] == "0 + 1 in rehearsal"
    overview = organiser.get(DESK.removesuffix("/devices"), status=200)
    assert "1 scan was a rehearsal. It counts nowhere." in overview.words


def test_the_check_in_page_names_devices_to_see_to(staff, event, scanner, morning):
    scanner.tell("heartbeat", {**BEAT, "battery": 90, "clock": "2026-11-23T09:00:00+08:00", "queue": 1})
    page = staff().get(DESK.removesuffix("/devices"), status=200)
    assert "Phone 1: 1 scan waiting, roster is 45 minutes old" in page.words
    assert page.links()["Phone 1"] == f"{DESK}#device-{device().public_id}"


def test_the_list_costs_the_same_for_few_and_for_many(staff, event, scanner, count_statements):
    organiser = staff()

    def cost() -> int:
        with count_statements() as statements:
            organiser.get(DESK, status=200)
        return len(statements)

    few = cost()
    for number in range(5):
        create_device(event.id, f"Phone {number + 2}", by=SYSTEM)
        scanner.send(a_scan(digits_of(make_guest(event))))
    assert cost() == few


# -- What they may -------------------------------------------------------------------------------------------------


def test_a_device_is_renamed_and_told_what_it_may(staff, event, scanner):
    make_checkpoint(event, "hall")
    organiser = staff()
    path = address(device(), "change")
    page = organiser.get(path, status=200)
    assert page.tree.xpath("//input[@name='checkpoints'][@checked]/@value") == ["gate"]
    organiser.post_form(
        path, name="Phone at hall 1", checkpoints=["hall"], may_override="y", may_register="y",
        valid_from="2026-11-23T08:00", valid_until="2026-11-23T18:00",
    )  # fmt: skip
    row = device("Phone at hall 1")
    assert (row.may_override, row.may_register) == (True, True)
    assert (row.valid_from, row.valid_until) == (
        datetime(2026, 11, 23, 0, 0, tzinfo=UTC),
        datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
    )
    door = door_by_token(scanner.token)
    assert door is not None
    assert (door.device_name, [gate.code for gate in door.own_gates()]) == ("Phone at hall 1", ["hall"])
    assert scanner.scan(digits_of(make_guest(event)))["verdict"] == "not_allowed"
    entry = history_of("devices", row.id)[-1]
    assert (entry.action, entry.before["checkpoints"], entry.after["checkpoints"]) == (
        "change_device",
        ["gate"],
        ["hall"],
    )
    shown = rows(organiser.get(DESK))[0][0]
    assert shown == (
        "Phone at hall 1 Hall · may let in all the same · may register people · from 2026-11-23 08:00 · until 2026-11-23 18:00"
    )


def test_without_a_tick_it_scans_everywhere(staff, event, scanner):
    make_checkpoint(event, "hall")
    staff().post_form(address(device(), "change"), name="Phone 1", checkpoints=None)
    assert [checkpoint.code for checkpoint in device().checkpoints] == ["gate", "hall"]


def test_hours_that_end_before_they_begin_are_refused_and_stay_typed(staff, scanner):
    page = staff().post_form(
        address(device(), "change"), status=422, valid_from="2026-11-23T18:00", valid_until="2026-11-23T08:00"
    )
    assert any("A device must begin to work before it stops." in error for error in page.errors)
    assert page.tree.xpath("//input[@name='valid_from']/@value") == ["2026-11-23T18:00"]
    assert device().valid_from is None
    refused = staff("registrar").post_form(
        f"{DESK}/new", status=422, name="Phone 2", valid_from="2026-11-23T18:00", valid_until="2026-11-23T08:00"
    )
    assert any("A device must begin to work before it stops." in error for error in refused.errors)
    assert len(db.session.scalars(select(Device)).all()) == 1


def test_what_somebody_else_changed_meanwhile_is_not_written_over(staff, event, scanner):
    make_checkpoint(event, "hall")
    organiser, row = staff(), device()
    shown = organiser.get(address(row, "change"))
    change_device(row.id, by=SYSTEM, checkpoint_codes=["gate", "hall"])
    page = organiser.press(shown, "Save", status=409, name="Mine")
    assert page.tree.xpath("//input[@name='name']/@value") == ["Mine"]
    assert device().name == "Phone 1"


def test_a_device_whose_pairing_was_ended_is_not_changed_any_more(staff, scanner):
    organiser, row = staff(), device()
    shown = organiser.get(DESK)
    change = organiser.get(address(row, "change"))
    revoke_device(row.id, by=SYSTEM)
    assert organiser.press(change, "Save", status=409, name="Other").errors != []
    page = organiser.press(shown, "New link", status=409)
    assert "The pairing of this device was ended." in page.words
    assert device().pairing_hash is None
    assert "Change" not in organiser.get(DESK).links()


def test_hours_keep_their_wall_times_when_the_event_moves_to_another_zone(event, scanner):
    row = device()
    change_device(row.id, by=SYSTEM, checkpoint_codes=["gate"], valid_from=datetime(2026, 11, 23, 0, 0, tzinfo=UTC))
    change_details(event.id, by=SYSTEM, time_zone="Asia/Tokyo")
    assert device().valid_from == datetime(2026, 11, 22, 23, 0, tzinfo=UTC)


# -- Handed on -----------------------------------------------------------------------------------------------------


def test_a_new_link_hands_a_device_on_and_the_phone_before_is_refused_then(staff, event, scanner, visitor):
    organiser, guest = staff(), make_guest(event)
    page = organiser.press(organiser.get(DESK), "New link", status=200)
    link = urlsplit(page.tree.xpath("//input[@id='link']/@value")[0]).path
    # Until somebody uses it, the phone at the door goes on.
    assert scanner.scan(digits_of(guest))["verdict"] == "admitted"
    phone = visitor()
    token = phone.post_form(link, status=200).json["token"]
    scanner.post([], status=401)
    answer = Scanner(phone, token).scan(digits_of(guest))
    assert (answer["verdict"], answer["first"]["device"]) == ("already_in", "Phone 1")
    assert len(db.session.scalars(select(Device)).all()) == 1
    assert [entry.action for entry in history_of("devices", device().id)] == [
        "create_device", "pair_device", "renew_pairing", "pair_device",
    ]  # fmt: skip


def test_a_device_of_another_event_is_not_found(staff, event, new_event, gate):
    stranger, _link = create_device(new_event(slug="launch-2026").id, "Theirs", by=SYSTEM)
    ours, _link = create_device(event.id, "Ours", by=SYSTEM)
    public_ids, organiser = (stranger.public_id, ours.public_id), staff()
    organiser.get(f"{DESK}/{public_ids[0]}/change", status=404)
    organiser.get(f"{DESK}/{public_ids[1]}/change", status=200)
    token = organiser.get(DESK).tree.xpath("//input[@name='csrf_token']/@value")[0]
    organiser.post(f"{DESK}/{public_ids[0]}/link", data={"csrf_token": token}, status=404)


@pytest.mark.parametrize("role", ["door", "viewer"])
def test_whoever_only_reads_changes_no_device(role, staff, scanner):
    member, row = staff(role), device()
    page = member.get(DESK, status=200)
    assert "Pair a device" not in page.words
    token = member.get("/manage/").tree.xpath("//input[@name='csrf_token']/@value")[0]
    member.get(address(row, "change"), status=403)
    for what in ("change", "link", "revoke"):
        member.post(address(row, what), data={"csrf_token": token}, status=403)
