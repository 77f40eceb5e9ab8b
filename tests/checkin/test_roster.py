"""The roster: what a device needs offline, as changes since a cursor, complete whatever is committed late."""

from __future__ import annotations

import base64
import gzip
import json
import threading

import pytest
from sqlalchemy import delete, update

from eventapp.accounts.actor import SYSTEM
from eventapp.checkin.actions import begin_rosters_anew, grant_zones, revoke_device
from eventapp.checkin.models import Checkpoint, Device
from eventapp.db import db, transaction
from eventapp.passes.code import parse_code, public_from_bytes
from eventapp.registration.actions import (
    cancel_registration,
    reissue_pass,
)
from eventapp.registration.models import Registration
from tests.checkin.rosters import Copy
from tests.checkin.stage import (
    a_scan,
    digits_of,
    make_category,
    make_checkpoint,
    make_crowd,
    make_guest,
    qr_text_of,
)

# Writers of SQLite take turns: nobody commits there while another one writes.
ON_POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)

pytestmark = pytest.mark.usefixtures("gate")


@pytest.fixture
def copy(scanner):
    return Copy(scanner)


# -- What it holds -------------------------------------------------------------------------------------------------


def test_a_guest_is_told_as_the_door_needs_it_and_no_more(event, copy, scanner):
    guest = make_guest(event, phone="+8613800138000", email="lan.chen@lake.example", position="Engineer")
    scanner.scan(digits_of(guest))
    copy.sync()
    told = copy.guests[guest.public_id]
    entry = told.pop("entries")[0]
    assert told == {
        "id": guest.public_id,
        "state": "confirmed",
        "serial": 1,
        "short_code": guest.short_code,
        "category": "industry",
        "name": {"en": "Lan Chen", "zh": "陈岚"},
        "organisation": "Lake Robotics",
        "position": "Engineer",
        "phone_tail": "8000",
        "keys": told["keys"],
    }
    assert (entry["checkpoint"], entry["period"], entry["left"], entry["device"]) == ("gate", "once", None, "Phone 1")
    assert {"chenlan", "cl", "陈岚", "lake", "robotics"} <= set(told["keys"].split())


def test_no_contact_and_no_answer_leaves_the_house(event, copy):
    guest = make_guest(event, phone="+8613800138000", email="lan.chen@lake.example")
    copy.sync()
    text = json.dumps(copy.answers)
    assert guest.public_id in text
    for private in ("lan.chen@lake.example", "13800138000", guest.link_hash, guest.form_key):
        assert private not in text


@pytest.mark.parametrize("state", ["withdrawn", "cancelled", "declined"])
def test_of_whoever_does_not_come_only_that_is_told(event, copy, state):
    guest = make_guest(event, state)
    copy.sync()
    assert copy.guests[guest.public_id] == {
        "id": guest.public_id,
        "state": state,
        "serial": guest.pass_serial,
        "short_code": guest.short_code,
    }


def test_the_keys_check_our_passes_and_tell_those_of_other_events(event, new_event, copy):
    another_event = new_event(slug="launch-2026")
    guest = make_guest(event)
    copy.sync()
    keys = {key["id"]: key for key in copy.answers[-1]["keys"]}
    code = parse_code(digits_of(guest))
    assert keys[code.key_id]["here"] is True
    assert public_from_bytes(base64.b64decode(keys[code.key_id]["key"]))
    other = next(key for key in keys.values() if key["event"] == another_event.slug)
    assert other["here"] is False


def test_the_event_and_its_checkpoints_are_told(event, scanner_at):
    make_checkpoint(event, "hall", rule="visits", capacity=80, pause_seconds=5, categories=("media",))
    answer = Copy(scanner_at("Phone 3", checkpoints=("hall",))).fetch()
    hall = next(found for found in answer["checkpoints"] if found["code"] == "hall")
    gate = next(found for found in answer["checkpoints"] if found["code"] == "gate")
    assert (hall["rule"], hall["capacity"], hall["pause_seconds"], hall["categories"]) == ("visits", 80, 5, ["media"])
    assert (hall["allowed"], gate["allowed"]) == (True, False)
    assert answer["event"]["slug"] == event.slug
    assert answer["event"]["day_starts"] == "04:00"
    assert [category["code"] for category in answer["categories"]] == ["media"]
    assert answer["device"]["name"] == "Phone 3"
    assert answer["settings"]["admit_unknown_offline"] is False


def test_a_device_sees_no_movement_at_other_checkpoints(event, scanner, scanner_at):
    guest = make_guest(event)
    hall = make_checkpoint(event, "hall")
    grant_zones(guest.id, [hall.id], by=SYSTEM)
    scanner.scan(digits_of(guest))
    elsewhere = Copy(scanner_at("Phone 3", checkpoints=("hall",)))
    elsewhere.sync()
    assert "entries" not in elsewhere.guests[guest.public_id]
    assert elsewhere.guests[guest.public_id]["granted"] == ["hall"]


def test_a_device_sees_no_other_event(event, new_event, copy):
    another_event = new_event(slug="launch-2026")
    stranger = make_guest(another_event)
    copy.sync()
    assert stranger.public_id not in json.dumps(copy.answers)


def test_it_goes_out_compressed_to_whoever_takes_it_so(event, scanner):
    for _ in range(20):
        make_guest(event)
    answer = scanner.visitor.get(
        "/api/v1/checkin/roster", headers={**scanner.headers, "Accept-Encoding": "gzip, br"}, status=200
    )
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(json.loads(gzip.decompress(answer.data))["changed"]) == 20
    assert len(answer.data) * 3 < len(gzip.decompress(answer.data))


def test_a_device_whose_pairing_ended_is_told_nothing(event, scanner):
    revoke_device(db.session.scalars(db.select(Device.id)).one(), by=SYSTEM)
    problem = scanner.get("roster", status=401)
    assert "changed" not in problem


# -- Changes -------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_only_what_changed_comes_after_the_cursor(event, copy, scanner):
    guests = [make_guest(event) for _ in range(3)]
    assert copy.sync() == [guest.public_id for guest in guests]
    assert copy.answers[-1]["full"] is True
    assert copy.sync() == []
    assert copy.answers[-1]["full"] is False
    scanner.scan(digits_of(guests[1]))
    assert copy.sync() == [guests[1].public_id]
    assert copy.guests[guests[1].public_id]["entries"][0]["device"] == "Phone 1"
    assert copy.sync() == []


@pytest.mark.both_databases
def test_every_change_that_a_door_should_know_comes(event, gate, scanner_at):
    guest = make_guest(event)
    make_checkpoint(event, "hall", rule="visits")
    anywhere = Copy(scanner_at("Phone 9"))
    anywhere.sync()

    def comes() -> bool:
        return anywhere.sync() == [guest.public_id]

    grant_zones(guest.id, [gate.id], by=SYSTEM)
    assert comes()
    reissue_pass(guest.id, by=SYSTEM, reason="lost")
    assert comes()
    fresh = qr_text_of(db.session.get_one(Registration, guest.id))
    for direction in ("in", "out"):
        anywhere.scanner.scan(fresh, checkpoint="hall", direction=direction)
        assert comes()
    cancel_registration(guest.id, by=SYSTEM)
    assert comes()
    assert anywhere.state(guest) == "cancelled"


@pytest.mark.both_databases
def test_a_row_that_is_gone_is_removed(event, copy):
    guest, stays = make_guest(event), make_guest(event)
    copy.sync()
    with transaction() as session:
        session.execute(update(Registration).where(Registration.id == guest.id).values(door_note="soon gone"))
        session.execute(delete(Registration).where(Registration.id == guest.id))
    copy.sync()
    assert copy.answers[-1]["removed"] == [guest.public_id]
    assert set(copy.guests) == {stays.public_id}


@pytest.mark.both_databases
def test_pages_hold_everybody_once_and_can_be_taken_up_again(event, copy, scanner):
    make_crowd(event, 23)
    copy.limit = 5
    came = copy.sync()
    assert len(came) == 24
    assert len(set(came)) == 24
    assert [answer["full"] for answer in copy.answers] == [True, False, False, False, False]
    with transaction() as session:
        session.execute(update(Registration).values(seat_label="A1"))
    # The answer to a page was lost on the way: the same cursor gives the same page again.
    again = Copy(scanner, 5, copy.cursor, dict(copy.guests))
    assert again.fetch()["changed"] == Copy(scanner, 5, copy.cursor).fetch()["changed"]
    assert set(copy.sync()) == set(came)
    assert {guest["seat"] for guest in copy.guests.values()} == {"A1"}


@pytest.mark.both_databases
def test_what_changes_while_pages_are_fetched_comes_too(event, copy):
    make_crowd(event, 9)
    copy.limit = 4
    first = copy.fetch()["changed"][0]
    with transaction() as session:
        session.execute(update(Registration).where(Registration.public_id == first["id"]).values(seat_label="B2"))
    late = make_guest(event)
    copy.sync()
    copy.sync()
    assert copy.guests[first["id"]]["seat"] == "B2"
    assert late.public_id in copy.guests
    assert copy.sync() == []


@pytest.mark.parametrize("since", ["garbage", "a.b.c.d.e", "0123456789ab.1.w.0.0", "٣.٣.c.٣.٣", "x" * 5_000])
def test_an_unknown_cursor_begins_with_everything(event, copy, since):
    guest = make_guest(event)
    copy.sync()
    copy.cursor = since
    assert copy.sync() == [guest.public_id]
    assert copy.answers[-1]["full"] is True


def test_another_devices_cursor_begins_with_everything(event, copy, scanner_at):
    guest = make_guest(event)
    copy.sync()
    other = Copy(scanner_at("Phone 2"), cursor=copy.cursor)
    assert other.sync() == [guest.public_id]


def test_other_checkpoints_begin_with_everything(event, copy, scanner):
    guest = make_guest(event)
    copy.sync()
    make_checkpoint(event, "hall", for_paired_devices=True)
    assert copy.sync() == [guest.public_id]
    assert copy.answers[-1]["full"] is True


@pytest.mark.both_databases
def test_a_restored_database_begins_with_everything(event, copy):
    guest = make_guest(event)
    for _ in range(2):
        copy.sync()
        begin_rosters_anew()
        assert copy.sync() == [guest.public_id]
        assert copy.answers[-1]["full"] is True
        assert copy.sync() == []


def test_a_limit_out_of_range_is_brought_into_it(event, scanner):
    make_guest(event), make_guest(event)
    for limit, number in (("0", 2), ("-1", 1), ("x", 2), ("1", 1), ("999999", 2)):
        assert len(scanner.get("roster", limit=limit)["changed"]) == number, limit


# -- Complete ------------------------------------------------------------------------------------------------------


@ON_POSTGRESQL
def test_a_row_committed_late_is_not_missed(app, event, copy):
    """One writer begins, another one begins and commits, a device syncs, and only then the first one commits."""
    early, late = make_guest(event), make_guest(event)
    copy.sync()
    written, may_commit = threading.Event(), threading.Event()

    def hold() -> None:
        with app.app_context(), transaction() as session:
            session.execute(update(Registration).where(Registration.id == late.id).values(seat_label="late"))
            written.set()
            may_commit.wait(20)

    holder = threading.Thread(target=hold)
    holder.start()
    assert written.wait(20)
    with transaction() as session:
        session.execute(update(Registration).where(Registration.id == early.id).values(seat_label="early"))
    assert copy.sync() == [early.public_id]
    # A cursor that simply were the largest mark seen would now lie beyond the one that is still open.
    assert copy.sync() == [early.public_id]
    may_commit.set()
    holder.join(20)
    assert late.public_id in copy.sync()
    assert copy.guests[late.public_id]["seat"] == "late"
    assert copy.sync() == []


@ON_POSTGRESQL
def test_a_row_committed_between_two_pages_is_not_missed(app, event, copy):
    make_crowd(event, 6)
    late = make_guest(event)
    written, may_commit = threading.Event(), threading.Event()

    def hold() -> None:
        with app.app_context(), transaction() as session:
            session.execute(update(Registration).where(Registration.id == late.id).values(seat_label="late"))
            written.set()
            may_commit.wait(20)

    copy.sync()
    holder = threading.Thread(target=hold)
    holder.start()
    assert written.wait(20)
    with transaction() as session:
        session.execute(update(Registration).where(Registration.id != late.id).values(seat_label="soon"))
    copy.limit = 3
    assert copy.fetch()["more"] is True
    may_commit.set()
    holder.join(20)
    copy.sync()
    copy.sync()
    assert {guest["seat"] for guest in copy.guests.values()} == {"soon", "late"}


@pytest.mark.both_databases
def test_it_costs_the_same_number_of_statements_for_few_and_for_many(event, scanner, count_statements):
    def cost(since: str = "") -> tuple[int, str]:
        with count_statements() as statements:
            answer = scanner.get("roster", since=since, limit="5000")
        return len(statements), answer["cursor"]

    make_guest(event)
    few, cursor = cost()
    with transaction() as session:
        session.execute(update(Registration).values(seat_label="A1"))
    few_changes, _cursor = cost(cursor)
    for number in range(10):
        make_category(event, "media")
        make_checkpoint(event, f"gate-{number}", categories=("media",))
    codes = make_crowd(event, 300)
    scanner.send(*(a_scan(code) for code in codes))
    many, cursor = cost()
    with transaction() as session:
        session.execute(update(Registration).values(seat_label="B1"))
    many_changes, _cursor = cost(cursor)
    assert (many, many_changes) == (few, few_changes)
    assert few <= 13


@pytest.mark.both_databases
def test_the_database_marks_every_change_itself(event, copy):
    """A migration that copies a table would drop its triggers: this fails then."""
    guest = make_guest(event)
    copy.sync()
    with transaction() as session:
        session.execute(update(Registration).where(Registration.id == guest.id).values(email="new@example.org"))
    assert copy.sync() == []
    with transaction() as session:
        session.execute(update(Registration).where(Registration.id == guest.id).values(door_note="VIP"))
    assert copy.sync() == [guest.public_id]
    with transaction() as session:
        session.execute(delete(Checkpoint))
    copy.sync()
