"""A device tells how it stands, and works within its hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask_login import AnonymousUserMixin
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.queries import history_of
from eventapp.checkin.actions import create_device
from eventapp.checkin.models import Device, Scan
from eventapp.checkin.queries import gates_for_visitor
from eventapp.clock import now
from eventapp.db import db
from tests.checkin.stage import a_scan, digits_of, make_guest

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
BEAT = {
    "battery": 64,
    "charging": False,
    "version": "0.2.0",
    "queue": 12,
    "clock": "2026-11-23T09:04:00.250+08:00",
    "roster_at": "2026-11-23T00:58:00Z",
}

pytestmark = pytest.mark.usefixtures("morning")


def device() -> Device:
    return db.session.scalars(select(Device).execution_options(populate_existing=True)).one()


def test_a_device_tells_how_it_stands(scanner):
    assert scanner.tell("heartbeat", BEAT) == {"now": "2026-11-23T01:00:00.000Z", "within_hours": True, "messages": []}
    row = device()
    assert (row.battery, row.charging, row.app_version, row.queue_length) == (64, False, "0.2.0", 12)
    # The device's clock is four minutes and a quarter of a second ahead.
    assert row.clock_offset_ms == 240_250
    assert (row.last_seen_at, row.roster_at) == (NOW, datetime(2026, 11, 23, 0, 58, tzinfo=UTC))
    assert [entry.action for entry in history_of("devices", row.id)] == ["create_device", "pair_device"]


def test_what_a_device_leaves_out_is_not_known_any_more(scanner, morning):
    scanner.tell("heartbeat", BEAT)
    morning.shift(60)
    scanner.tell("heartbeat", {"queue": 0})
    row = device()
    assert (row.battery, row.charging, row.app_version, row.queue_length) == (None, None, "", 0)
    assert (row.clock_offset_ms, row.roster_at, row.last_seen_at) == (None, None, NOW + timedelta(seconds=60))


def test_a_clock_that_stands_in_another_age_is_told_as_it_is(scanner):
    for clock in ("1970-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"):
        scanner.tell("heartbeat", {"clock": clock})
        assert abs(device().clock_offset_ms) > 10**11


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        ("battery", 101),
        ("battery", -1),
        ("battery", "full"),
        ("queue", -1),
        ("queue", 10**12),
        ("clock", "soon"),
        ("clock", "2026-11-23T09:04:00"),
        ("roster_at", "1970-01-01T00:00:00Z"),
        ("version", "9" * 201),
    ],
)
def test_what_cannot_be_is_refused_and_the_place_is_named(scanner, place, wrong):
    answer = scanner.tell("heartbeat", {**BEAT, place: wrong}, status=422)
    assert [found["field"] for found in answer["errors"]] == [place]
    assert device().last_seen_at is None


def test_signs_that_nobody_sees_are_dropped_from_a_version(scanner):
    scanner.tell("heartbeat", {"version": "1.0\x00\u202e" + "x" * 60})
    assert device().app_version == "1.0" + "x" * 37


def test_a_device_whose_pairing_was_ended_is_told_so_by_every_call(scanner, event):
    device().revoked_at = now()
    db.session.commit()
    answer = scanner.tell("heartbeat", BEAT, status=401)
    assert answer["type"] == "DeviceUnknown"
    for path in ("stats", "stats/stream", "search", "roster"):
        scanner.get(path, status=401)
    scanner.tell("walk-ins", {}, status=401)
    scanner.post([], status=401)
    assert device().last_seen_at is None


# -- Hours ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def one_hour(gate, scanner_at):
    """A device that works from nine to ten."""
    return scanner_at(valid_from=NOW, valid_until=NOW + timedelta(hours=1), may_register=True)


def test_a_device_reads_and_registers_within_its_hours_only(one_hour, event, morning):
    for moment, status in ((NOW - timedelta(seconds=1), 403), (NOW, 200), (NOW + timedelta(hours=1), 403)):
        morning.move_to(moment)
        for path in ("stats", "search", "roster"):
            answer = one_hour.get(path, status=status)
            assert status == 200 or answer["type"] == "DeviceOutsideHours"
        one_hour.get("stats/stream", status=403) if status == 403 else None
        assert one_hour.tell("walk-ins", {}, status=422 if status == 200 else 403)["status"] in (422, 403)
        assert one_hour.tell("heartbeat", BEAT)["within_hours"] == (status == 200)


@pytest.mark.parametrize("checkpoint", ["gate", "nowhere"])
@pytest.mark.parametrize("at", [None, "2026-11-23T09:30:00+08:00"])
@pytest.mark.parametrize("how", ["pass", "short code", "id"])
def test_outside_its_hours_it_is_told_the_verdict_and_nothing_of_the_guest(
    one_hour, event, morning, how, at, checkpoint
):
    """Whatever moment a scan names: with a stolen phone the list could be read out, code by code."""
    guest = make_guest(event)
    named = {
        "pass": {"code": digits_of(guest)},
        "short code": {"code": guest.short_code},
        "id": {"registration": guest.public_id},
    }

    def ask() -> dict[str, Any]:
        late = {"offline": True, "scanned_at": at} if at else {}
        return one_hour.send({**a_scan(checkpoint=checkpoint), **named[how], **late})[0]

    morning.move_to(NOW + timedelta(minutes=40))
    assert ask()["person"]["name"]["en"] == "Lan Chen"
    assert (ask()["first"] is None) == (checkpoint == "nowhere")
    morning.move_to(NOW + timedelta(hours=3))
    told = ask()
    assert told["verdict"] == ("already_in" if checkpoint == "gate" and at else "not_allowed")
    assert (told["person"], told["first"]) == (None, None)


def test_a_paired_phone_outside_its_hours_reads_no_name_on_the_pass_page(gate, event, morning, client):
    _device, link = create_device(event.id, "Phone 1", by=SYSTEM, valid_until=NOW + timedelta(hours=1))
    client.post_form(f"/door/pair/{link}", status=200)
    page = client.get(f"/p/{digits_of(make_guest(event))}")
    morning.move_to(NOW + timedelta(hours=3))
    shown = client.press(page, "Check in", status=200)
    assert shown.heading == "Not for this entrance. Show the way to the right one."
    assert "Lan Chen" not in shown.words


def test_what_was_scanned_within_the_hours_counts_whenever_it_arrives(one_hour, event, morning):
    early, late = make_guest(event), make_guest(event)
    morning.move_to(NOW + timedelta(hours=3))
    verdicts = one_hour.send(
        a_scan(digits_of(early), offline=True, scanned_at="2026-11-23T09:59:59+08:00"),
        a_scan(digits_of(late), offline=True, scanned_at="2026-11-23T10:00:00+08:00"),
        a_scan(digits_of(late)),
    )
    assert [verdict["verdict"] for verdict in verdicts] == ["admitted", "not_allowed", "not_allowed"]
    assert len(db.session.scalars(select(Scan.id)).all()) == 3


def test_a_pass_page_offers_a_paired_phone_no_button_outside_its_hours(one_hour, event, morning):
    def offered() -> list[str]:
        return [code for code, _name in gates_for_visitor(event.id, AnonymousUserMixin(), one_hour.token)]

    assert offered() == ["gate"]
    morning.move_to(NOW + timedelta(hours=1))
    assert offered() == []
