"""What a stolen device can do: scan where it was paired for, and nothing else."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.checkin.actions import revoke_device
from eventapp.checkin.models import Admission, Device, Scan
from eventapp.db import db
from eventapp.passes.code import new_key_pair, parse_code, sign_code
from eventapp.registration.actions import change_answers
from eventapp.registration.models import Registration
from tests.checkin.rosters import Copy
from tests.checkin.stage import (
    a_scan,
    digits_of,
    make_category,
    make_checkpoint,
    make_guest,
    members_of,
    with_digit_changed,
)
from tests.registration.asking import ask

SECRET_ANSWER = "Allergic to everything blue"
EMAIL, PHONE = "lan.chen@lake.example", "+8613800138000"


@pytest.fixture
def guest(event):
    return make_guest(event, email=EMAIL, phone=PHONE)


@pytest.fixture
def stolen(event, gate, guest, scanner_at):
    """A device of the hall's door alone."""
    make_checkpoint(event, "hall")
    return scanner_at("Stolen phone", checkpoints=("hall",))


def everything_it_reads(stolen) -> str:
    """The words of every page and answer that the token opens."""
    copy = Copy(stolen)
    copy.sync()
    told: list[Any] = [
        copy.answers,
        stolen.get("search", q="chen"),
        stolen.get("search", q="8000"),
        stolen.get("stats"),
    ]
    return json.dumps(told, ensure_ascii=False)


def test_it_reads_no_contact_and_no_answer(event, stolen, guest):
    question = ask(event, "allergies", "short_text")
    change_answers(guest.id, {question.id: SECRET_ANSWER}, among=[question.id], by=SYSTEM, form_key=guest.form_key)
    told = everything_it_reads(stolen)
    assert guest.public_id in told
    for private in (EMAIL, PHONE, PHONE[3:], SECRET_ANSWER, guest.link_hash, guest.link_sealed, guest.form_key):
        assert private not in told


def test_it_reads_nothing_of_another_event_and_lets_nobody_in_there(event, stolen, new_event):
    other = new_event(slug="launch-2026")
    make_checkpoint(other, "hall")
    stranger = make_guest(other, family_en="Stranger")
    assert stranger.public_id not in everything_it_reads(stolen)
    assert "Stranger" not in everything_it_reads(stolen)
    for what in ({"code": digits_of(stranger)}, {"code": stranger.short_code}, {"registration": stranger.public_id}):
        answer = stolen.send({**a_scan(checkpoint="hall"), **what})[0]
        assert answer["verdict"] in ("wrong_event", "unknown")
        assert answer["person"] is None
    assert db.session.scalars(select(Admission)).all() == []


def test_it_lets_nobody_in_elsewhere_and_sees_nobody_move_there(event, stolen, guest, scanner_at):
    scanner_at("Phone at the gate", checkpoints=("gate",)).scan(digits_of(guest))
    assert stolen.scan(digits_of(guest), checkpoint="gate")["verdict"] == "not_allowed"
    late = {"offline": True, "local": "admitted", "override": {"reason": "Mine"}}
    assert stolen.scan(digits_of(guest), checkpoint="gate", **late)["verdict"] == "not_allowed"
    assert "Phone at the gate" not in everything_it_reads(stolen)
    assert len(db.session.scalars(select(Admission.id)).all()) == 1


def test_it_registers_nobody(event, stolen):
    category = make_category(event)
    body = {"id": str(uuid.uuid4()), "category": category.code, "name": "Mallory", "phone": "13900139000"}
    before = len(db.session.scalars(select(Registration.id)).all())
    stolen.visitor.post("/api/v1/checkin/walk-ins", json={**body, "language": "en"}, headers=stolen.headers, status=403)
    assert len(db.session.scalars(select(Registration.id)).all()) == before


@pytest.mark.parametrize(
    "path",
    [
        "/manage/",
        "/manage/delta-2026/registrations",
        "/manage/delta-2026/check-in",
        "/api/v1/events/delta-2026/registrations",
    ],
)
def test_it_opens_no_page_of_the_team_and_no_list_for_programs(stolen, path):
    answer = stolen.visitor.get(path, headers=stolen.headers)
    assert answer.status_code in (302, 303, 401, 403, 404)
    assert EMAIL not in answer.get_data(as_text=True)


def test_it_neither_repeats_nor_undoes_the_scans_of_others(event, stolen, guest, scanner_at):
    scan = a_scan(digits_of(guest))
    honest = scanner_at("Phone at the gate", checkpoints=("gate",))
    first = honest.send(scan)[0]
    assert stolen.send({**scan, "code": "garbage"})[0]["verdict"] == "malformed"
    undo = {"undos": [{"id": str(uuid.uuid4()), "scan": scan["id"]}]}
    told = stolen.visitor.post("/api/v1/checkin/undos", json=undo, headers=stolen.headers, status=200).json
    assert told["undone"][0]["result"] == "not_admitted"
    assert honest.send(scan)[0] == first
    assert db.session.scalars(select(Admission.voided_at)).all() == [None]


def test_ended_it_does_nothing_any_more(event, stolen, guest):
    stolen.get("stats")
    device = db.session.scalars(select(Device).where(Device.name == "Stolen phone")).one()
    revoke_device(device.id, by=SYSTEM)
    for path in ("roster", "search", "stats"):
        stolen.get(path, status=401)
    stolen.post([a_scan(digits_of(guest), checkpoint="hall")], status=401)
    for path in ("undos", "walk-ins", "heartbeat"):
        stolen.visitor.post(f"/api/v1/checkin/{path}", json={}, headers=stolen.headers, status=401)
    assert db.session.scalars(select(Scan.id)).all() == []


# -- Codes ---------------------------------------------------------------------------------------------------------


def forgeries(guest: Registration) -> dict[str, str]:
    """Codes that nobody of ours signed."""
    digits = digits_of(guest)
    code = parse_code(digits)
    mallory, _public = new_key_pair()
    payload = int(digits).to_bytes(76, "big")
    return {
        "signed by somebody else": sign_code(mallory, code.key_id, guest.public_id, code.serial),
        "with a key we do not have": sign_code(mallory, 65_535, guest.public_id, code.serial),
        "with another serial": str(int.from_bytes(payload[:11] + bytes([code.serial + 1]) + payload[12:], "big")).zfill(
            184
        ),
        "with another guest": str(int.from_bytes(payload[:3] + bytes(8) + payload[11:], "big")).zfill(184),
        "without a signature": str(int.from_bytes(payload[:12] + bytes(64), "big")).zfill(184),
        **{f"digit {place} changed": with_digit_changed(digits, place) for place in range(8, 184, 11)},
    }


@pytest.mark.parametrize("how", ["with a network", "without one", "with a reason"])
def test_a_forged_or_altered_code_never_lets_anybody_in(event, gate, guest, scanner_at, how):
    scanner = scanner_at("Chief's phone", may_override=True)
    late = {"offline": True, "local": "admitted", "scanned_at": "2026-01-01T00:00:00Z"}
    values = {"with a network": {}, "without one": late, "with a reason": {"override": {"reason": "Knows the host"}}}[
        how
    ]
    for told, code in forgeries(guest).items():
        assert scanner.scan(code, **values)["verdict"] in ("forged", "malformed"), told
    assert db.session.scalars(select(Admission.id)).all() == []


@pytest.mark.both_databases
def test_whatever_is_sent_again_is_answered_word_for_word(event, gate, guest, scanner):
    others = {state: make_guest(event, state) for state in ("cancelled", "pending")}
    late = {"offline": True, "scanned_at": "2026-01-01T00:00:00Z"}
    scans = [
        a_scan(digits_of(guest)),
        a_scan(digits_of(guest)),
        a_scan(digits_of(guest), **late, local="admitted"),
        a_scan(digits_of(guest), rehearsal=True),
        a_scan("garbage", **late),
        a_scan(checkpoint="gate", registration=guest.public_id),
        *(a_scan(digits_of(other), **late) for other in others.values()),
        *(a_scan(code) for code in list(forgeries(guest).values())[:3]),
    ]
    first = members_of(scanner.post(scans))
    for again in (scans, scans[::-1], [{**scan, "offline": True, "local": "admitted"} for scan in scans]):
        answers = members_of(scanner.post(again))
        assert sorted(answers) == sorted(first)
    assert len(db.session.scalars(select(Scan.id)).all()) == len(scans)
