"""Many scans in one round trip, the same scan again, and who may send at all."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.checkin.actions import change_checkpoint, create_device, record_scans, revoke_device
from eventapp.checkin.errors import FewerThanInside
from eventapp.checkin.models import Admission, Checkpoint, Device, Scan
from eventapp.checkin.queries import door_by_token
from eventapp.clock import now
from eventapp.db import db
from eventapp.registration.actions import cancel_registration
from tests.checkin.stage import SCANS, Scanner, a_scan, digits_of, make_checkpoint, make_guest, members_of, qr_text_of
from tests.checkin.test_verdicts import FIRST_AT_NINE

# -- Batches -------------------------------------------------------------------------------------------------------


def test_answers_come_in_the_order_of_the_scans(event, scanner):
    guests = [make_guest(event) for _ in range(3)]
    scans = [a_scan(digits_of(guest)) for guest in guests]
    scans[1] = {**scans[1], "code": "garbage"}
    answers = scanner.send(scans[2], scans[1], "no scan", scans[0], {**a_scan(), "id": 7}, a_scan(digits_of(guests[2])))
    assert [(answer["id"], answer["verdict"]) for answer in answers[:5]] == [
        (scans[2]["id"], "admitted"),
        (scans[1]["id"], "malformed"),
        (None, "malformed"),
        (scans[0]["id"], "admitted"),
        (None, "malformed"),
    ]
    assert (answers[5]["verdict"], answers[5]["first"]["device"]) == ("already_in", "Phone 1")


def test_no_scans_are_no_verdicts(scanner):
    assert scanner.post([]).json == {"verdicts": []}


def test_guests_who_come_and_go_within_one_batch_are_counted_right(event, scanner_at):
    make_checkpoint(event, "hall", rule="visits", capacity=1)
    scanner, (guest, other) = scanner_at(), (make_guest(event), make_guest(event))

    def walk(*steps: tuple[object, str]) -> list[str]:
        scans = [a_scan(digits_of(who), checkpoint="hall", direction=direction) for who, direction in steps]
        return [answer["verdict"] for answer in scanner.send(*scans)]

    assert walk((guest, "in"), (other, "in"), (guest, "out"), (other, "in")) == ["admitted", "full", "left", "admitted"]
    assert walk((other, "out"), (other, "in"), (other, "out"), (guest, "in")) == [
        "left",
        "admitted",
        "left",
        "admitted",
    ]
    assert walk((guest, "out"), (guest, "in"), (guest, "in")) == ["left", "admitted", "already_in"]
    assert db.session.scalars(select(Checkpoint.inside).where(Checkpoint.code == "hall")).one() == 1
    visits = db.session.execute(
        select(Admission.registration_id, Admission.period, Admission.left_at.is_(None)).order_by(Admission.id)
    ).all()
    assert sorted(map(tuple, visits)) == sorted(
        [
            (guest.id, "visit-1", False), (guest.id, "visit-2", False), (guest.id, "visit-3", True),
            (other.id, "visit-1", False), (other.id, "visit-2", False),
        ]
    )  # fmt: skip


def test_a_limit_that_is_set_while_people_are_inside_counts_them(event, scanner_at):
    hall = make_checkpoint(event, "hall", rule="visits")
    scanner, guests = scanner_at(), [make_guest(event) for _ in range(3)]

    def pass_by(number: int, direction: str = "in") -> str:
        return str(scanner.scan(digits_of(guests[number]), checkpoint="hall", direction=direction)["verdict"])

    assert [pass_by(0), pass_by(1)] == ["admitted", "admitted"]
    with pytest.raises(FewerThanInside):
        change_checkpoint(hall.id, by=SYSTEM, capacity=1)
    change_checkpoint(hall.id, by=SYSTEM, capacity=2)
    assert [pass_by(2), pass_by(0, "out"), pass_by(2)] == ["full", "left", "admitted"]
    assert [pass_by(1, "out"), pass_by(2, "out"), pass_by(2, "out")] == ["left", "left", "not_inside"]


def test_a_thousand_scans_are_taken_and_one_more_is_refused(event, scanner):
    guest = make_guest(event)
    scans = [a_scan(digits_of(guest)) for _ in range(1_001)]
    refused = scanner.post(scans, status=413)
    assert refused.mimetype == "application/problem+json"
    assert refused.json == {
        "type": "TooManyScans",
        "title": "Too large",
        "status": 413,
        "detail": "At most 1,000 scans can be sent at once.",
    }
    assert db.session.scalars(select(Scan)).all() == []
    verdicts = [answer["verdict"] for answer in scanner.send(*scans[:1_000])]
    assert verdicts == ["admitted"] + ["already_in"] * 999


# -- The same scan again -------------------------------------------------------------------------------------------


def test_a_scan_sent_again_is_answered_word_for_word(event, scanner, morning):
    guest = make_guest(event)
    scan = a_scan(qr_text_of(guest))
    twice = members_of(scanner.post([scan, scan]))
    assert twice[0] == twice[1]
    assert json.loads(twice[0])["verdict"] == "admitted"
    morning.shift(3600)
    cancel_registration(guest.id, by=SYSTEM)
    again = members_of(scanner.post([scan, a_scan(qr_text_of(guest)), scan]))
    assert again[0] == again[2] == twice[0]
    assert json.loads(again[1])["verdict"] == "cancelled"
    assert len(db.session.scalars(select(Scan)).all()) == 2


def test_whatever_a_repeated_scan_says_now_its_first_answer_stands(event, scanner):
    first, second = make_guest(event), make_guest(event)
    scan = a_scan(qr_text_of(first))
    answer = members_of(scanner.post([scan]))
    changed = {**scan, "code": qr_text_of(second), "direction": "sideways", "id": scan["id"].upper()}
    assert members_of(scanner.post([changed])) == answer
    assert scanner.scan(qr_text_of(second))["verdict"] == "admitted"


@pytest.mark.parametrize("code", ["garbage", "12345678"])
def test_a_refusal_too_is_given_again_word_for_word(code, event, scanner):
    scan = a_scan(code)
    assert members_of(scanner.post([scan])) == members_of(scanner.post([scan, scan]))[:1]
    assert len(db.session.scalars(select(Scan)).all()) == 1


def test_another_device_with_the_same_id_gets_a_verdict_of_its_own(event, gate, scanner_at, morning):
    first, second = scanner_at("Phone 1"), scanner_at("Phone 2")
    guest, other = make_guest(event), make_guest(event, family_en="Zhao", given_en="Min")
    scan = a_scan(qr_text_of(guest))
    answer = first.send(scan)[0]
    assert answer["verdict"] == "admitted"
    # The same id with another code: nothing of the first device's answer comes through.
    stolen = second.send({**scan, "code": "garbage"})[0]
    assert (stolen["verdict"], stolen["person"], stolen["first"]) == ("malformed", None, None)
    third = Scanner(first.visitor, scanner_at("Phone 3").token)
    assert third.send(scan)[0] == {**answer, "verdict": "already_in", "message": third.scan(qr_text_of(guest))["message"], "first": FIRST_AT_NINE}  # fmt: skip
    assert first.send({**scan, "code": qr_text_of(other)}) == [answer]


# -- Durable when answered -----------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_what_is_answered_is_there_for_everybody_else(event, scanner, database):
    scan = a_scan(qr_text_of(make_guest(event)))
    answer = members_of(scanner.post([scan]))
    if database.kind == "sqlite":
        connection = sqlite3.connect(database.url.removeprefix("sqlite:///"))
    else:
        connection = psycopg.connect(database.url.replace("postgresql+psycopg", "postgresql"))
    cursor = connection.cursor()
    cursor.execute("SELECT scan_id, verdict, method, answer FROM scans")
    assert cursor.fetchall() == [(scan["id"], "admitted", "camera", answer[0])]
    cursor.execute("SELECT count(*) FROM admissions")
    assert cursor.fetchall() == [(1,)]
    connection.close()


@pytest.mark.parametrize("method", ["camera", "wedge", "typed", "search", "manual"])
def test_each_scan_records_how_it_was_made(method, event, scanner, morning):
    guest = make_guest(event)
    scanner.scan(guest.short_code, method=method, scanned_at="2026-11-23T08:59:58.500+08:00")
    scan = db.session.scalars(select(Scan)).one()
    assert (scan.method, scan.direction, scan.offline, scan.registration_id) == (method, "in", False, guest.id)
    assert scan.received_at == now()
    assert now() - scan.scanned_at == timedelta(seconds=1.5)


# -- What a device noted while it had no connection ----------------------------------------------------------------


def test_an_offline_scan_counts_at_the_time_it_was_made(event, scanner_at, morning):
    eight, nine = now() - timedelta(hours=1), now()
    make_checkpoint(event, "early", closes_at=nine - timedelta(minutes=30))
    make_checkpoint(event, "late", opens_at=nine)
    make_checkpoint(event, "daily", rule="daily")
    scanner, guest = scanner_at(), make_guest(event)
    then = {"scanned_at": eight.isoformat(), "offline": True}
    scans = [
        a_scan(digits_of(guest), checkpoint="early", **then),
        a_scan(digits_of(guest), checkpoint="late", **then),
        a_scan(digits_of(guest), checkpoint="daily", **{**then, "scanned_at": (nine - timedelta(hours=6)).isoformat()}),
        a_scan(digits_of(guest), checkpoint="daily", **then),
        # With a connection the server's own clock decides, whatever the device says.
        a_scan(digits_of(guest), checkpoint="early", scanned_at=then["scanned_at"]),
        a_scan(digits_of(guest), checkpoint="late", scanned_at=then["scanned_at"]),
    ]
    verdicts = [answer["verdict"] for answer in scanner.send(*scans)]
    assert verdicts == ["admitted", "outside_hours", "admitted", "admitted", "outside_hours", "admitted"]
    rows = db.session.execute(select(Admission.period, Admission.admitted_at).order_by(Admission.id)).all()
    assert sorted(map(tuple, rows)) == [
        ("2026-11-22", nine - timedelta(hours=6)),
        ("2026-11-23", eight),
        ("once", eight),
        ("once", nine),
    ]


def test_a_scan_from_the_future_counts_as_made_now(event, scanner, morning):
    guest = make_guest(event)
    assert scanner.scan(digits_of(guest), offline=True, scanned_at="2031-01-01T00:00:00Z")["verdict"] == "admitted"
    assert db.session.scalars(select(Admission.admitted_at)).one() == now()
    assert db.session.scalars(select(Scan.scanned_at)).one().year == 2031


# -- Who may send, and what ----------------------------------------------------------------------------------------


def problem(kind: str, title: str, status: int, detail: str) -> dict[str, object]:
    return {"type": kind, "title": title, "status": status, "detail": detail}


INCOMPLETE = problem(
    "Malformed", "Something is missing", 400, "This request is incomplete or damaged. Please send it again."
)
NOT_PAIRED = problem(
    "DeviceUnknown",
    "Please sign in",
    401,
    "This device is not paired, or its pairing was ended. Ask the organiser for a new pairing link.",
)


def test_what_lists_no_scans_is_refused(scanner):
    bodies: list[str | bytes] = [
        "", "{", "null", "[]", "1", '"scans"', "{}", '{"scans":null}', '{"scans":{}}', '{"scans":"1"}',
        b"\xff\xfe", "[" * 100_000, '{"scans":' * 50_000, '{"scans":[' + "9" * 5_000 + "]}",
    ]  # fmt: skip
    for body in bodies:
        answer = scanner.post_text(body, status=400)
        assert (answer.mimetype, answer.json) == ("application/problem+json", INCOMPLETE), body[:40]
    as_form = scanner.post_text('{"scans":[]}', status=400, content_type="application/x-www-form-urlencoded")
    assert as_form.json == INCOMPLETE
    assert scanner.post_text('{"scans":[NaN]}').json["verdicts"][0]["verdict"] == "malformed"


def test_more_than_two_megabytes_are_refused(scanner):
    answer = scanner.post_text(json.dumps({"scans": ["x" * 2_100_000]}), status=413)
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == 413
    assert answer.json["detail"] == "This is too large to be sent at once."


def test_only_a_paired_device_may_ask_anything(event, scanner, client, gate):
    _device, link = create_device(event.id, "Phone 2", by=SYSTEM)
    headers = [{}, *({"Authorization": value} for value in (
        "Bearer", "Bearer ", "Bearer wrong", f"Basic {scanner.token}", scanner.token, f"Bearer {link}",
        f"Bearer {scanner.token[:-1]}", f"Bearer {scanner.token} x", "Bearer \u00e9\u00e9",
    ))]  # fmt: skip
    for header in headers:
        for answer in (
            client.post(SCANS, json={"scans": []}, headers=header),
            client.get("/api/v1/checkin/search?q=chen", headers=header),
            client.get("/api/v1/checkin/stats", headers=header),
        ):
            assert (answer.status_code, answer.mimetype) == (401, "application/problem+json"), header
            assert answer.json == NOT_PAIRED


def test_the_word_bearer_may_be_written_in_any_case(scanner, client):
    answer = client.post(SCANS, json={"scans": []}, headers={"Authorization": f"bearer {scanner.token}"}, status=200)
    assert answer.json == {"verdicts": []}


def test_a_device_whose_pairing_was_ended_is_refused_at_once(event, scanner):
    guest = make_guest(event)
    assert scanner.scan(qr_text_of(guest))["verdict"] == "admitted"
    revoke_device(db.session.scalars(select(Device.id)).one(), by=SYSTEM)
    answer = scanner.post([a_scan(qr_text_of(guest))], status=401)
    assert (answer.mimetype, answer.json) == ("application/problem+json", NOT_PAIRED)


def test_the_device_of_one_event_admits_nobody_to_another(event, new_event, scanner, scanner_at):
    other = new_event(slug="launch-2026")
    make_checkpoint(other)
    guest = make_guest(other)
    assert scanner.scan(qr_text_of(guest))["verdict"] == "wrong_event"
    assert scanner.scan(registration=guest.public_id)["verdict"] == "unknown"
    assert db.session.scalars(select(Admission)).all() == []


def test_a_very_busy_door_says_so_in_words(event, scanner, monkeypatch):
    from eventapp.checkin.actions import record

    def always_faster(*_anything: object) -> None:
        raise record.LostRace

    monkeypatch.setattr(record, "write", always_faster)
    answer = scanner.post([a_scan(qr_text_of(make_guest(event)))], status=503)
    assert (answer.json["type"], answer.json["detail"]) == (
        "DoorBusy",
        "The door is very busy. Please send the scan again.",
    )


def test_how_many_are_inside_is_looked_up_for_each_scan(event, scanner_at):
    make_checkpoint(event, "hall", rule="visits", capacity=1)
    door = door_by_token(scanner_at().token)
    guests = [make_guest(event) for _ in range(2)]
    steps = [(0, "in"), (1, "in"), (0, "out"), (1, "in")]
    verdicts = [
        json.loads(record_scans(door, [a_scan(digits_of(guests[n]), checkpoint="hall", direction=way)])[0])["verdict"]
        for n, way in steps
    ]
    assert verdicts == ["admitted", "full", "left", "admitted"]
