"""Every verdict, reached over HTTP, with the whole answer."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from eventapp.accounts.actor import SYSTEM
from eventapp.checkin.rules import PRECEDENCE
from eventapp.checkin.words import verdict_message
from eventapp.db import transaction
from eventapp.passes.code import new_key_pair, sign_code
from eventapp.passes.queries import code_digits
from eventapp.registration.actions import reissue_pass, set_door_note
from eventapp.registration.models import Registration
from tests.checkin.stage import (
    a_scan,
    digits_of,
    make_checkpoint,
    make_guest,
    person_of,
    qr_text_of,
    with_digit_changed,
)

pytestmark = pytest.mark.usefixtures("morning")

ENGLISH = {
    "admitted": "Welcome. Let in.",
    "left": "Left. Goodbye.",
    "already_in": "Already in. This pass was used here before.",
    "too_soon": "Too soon after the last scan. Wait a moment.",
    "not_inside": "Not inside. There is no entry to end.",
    "not_confirmed": "Not confirmed. Send to the registration desk.",
    "cancelled": "Cancelled. Do not let in.",
    "revoked": "Older copy of the pass. Ask for the newest one.",
    "wrong_event": "This pass is for another event.",
    "not_allowed": "Not for this entrance. Show the way to the right one.",
    "outside_hours": "Closed at this time.",
    "full": "Full. Wait until somebody leaves.",
    "unknown": "Unknown pass. Search by name.",
    "forged": "Not genuine. Do not let in; call the manager.",
    "malformed": "Not a pass of ours. Scan again or search by name.",
}
FIRST_AT_NINE = {
    "at": "2026-11-23T09:00:00.000+08:00",
    "checkpoint": "gate",
    "checkpoint_name": {"en": "Gate", "zh": "gate入口"},
    "device": "Phone 1",
}


def answer_to(
    scan: dict[str, Any], verdict: str, *, guest: Registration | None = None, first: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The whole answer a scan should get."""
    return {
        "id": scan["id"],
        "verdict": verdict,
        "message": {"en": ENGLISH[verdict], "zh": dict(verdict_message(verdict))["zh"]},
        "first": first,
        "person": person_of(guest) if guest else None,
    }


def test_every_verdict_is_said_in_english_and_in_chinese(app):
    assert sorted(ENGLISH) == sorted(PRECEDENCE)
    for verdict, english in ENGLISH.items():
        message = dict(verdict_message(verdict))
        assert message["en"] == english
        assert re.search("[一-鿿]", message["zh"]), f"{verdict} is not said in Chinese: {message['zh']}"


# -- What a pass at a checkpoint is answered -----------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A guest of a state, who did something before at the gate, and then shows the pass."""

    told: str
    verdict: str
    state: str = "confirmed"
    gate: dict[str, Any] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    seconds_later: int = 0
    direction: str = "in"
    first: dict[str, Any] | None = None


VISITS = {"rule": "visits"}
OPENS_LATER = {"opens_at": "2026-11-23T09:00:00.001+08:00"}
CLOSED_NOW = {"closes_at": "2026-11-23T09:00:00+08:00"}
OPENS_NOW = {"opens_at": "2026-11-23T09:00:00+08:00", "closes_at": "2026-11-23T09:00:01+08:00"}

CASES = [
    Case("a confirmed guest", "admitted"),
    Case("a confirmed guest at the moment of opening", "admitted", gate=OPENS_NOW),
    Case("the second time at a gate for once", "already_in", before=("in",), seconds_later=60, first=FIRST_AT_NINE),
    Case("the second time on a day", "already_in", gate={"rule": "daily"}, before=("in",), first=FIRST_AT_NINE),
    Case("the next day, where each day counts", "admitted", gate={"rule": "daily"}, before=("in",), seconds_later=86400),
    Case("the next day, where once is enough", "already_in", before=("in",), seconds_later=86400, first=FIRST_AT_NINE),
    Case("somebody who is inside", "already_in", gate=VISITS, before=("in",), first=FIRST_AT_NINE),
    Case("somebody who leaves", "left", gate=VISITS, before=("in",), direction="out"),
    Case("somebody who comes back", "admitted", gate=VISITS, before=("in", "out")),
    Case("leaving without having come", "not_inside", gate=VISITS, direction="out"),
    Case("leaving twice", "not_inside", gate=VISITS, before=("in", "out"), direction="out"),
    Case("coming back at once", "too_soon", gate={**VISITS, "pause_seconds": 9}, before=("in", "wait", "out")),
    Case("leaving at once", "too_soon", gate={**VISITS, "pause_seconds": 9}, before=("in",), direction="out"),
    Case("leaving after the pause", "left", gate={**VISITS, "pause_seconds": 9}, before=("in", "wait"), direction="out"),
    Case("somebody who awaits approval", "not_confirmed", state="pending"),
    Case("somebody on the waiting list", "not_confirmed", state="waiting"),
    Case("somebody with an offer", "not_confirmed", state="offered"),
    Case("somebody who was declined", "not_confirmed", state="declined"),
    Case("somebody who withdrew", "cancelled", state="withdrawn"),
    Case("somebody whom the team cancelled", "cancelled", state="cancelled"),
    Case("a category that has another entrance", "not_allowed", gate={"categories": ("media",)}),
    Case("a category among those let in", "admitted", gate={"categories": ("media", "industry")}),
    Case("going out where exits are not recorded", "not_allowed", before=("in",), direction="out"),
    Case("going out where each day counts", "not_allowed", gate={"rule": "daily"}, before=("in",), direction="out"),
    Case("before the gate opens", "outside_hours", gate=OPENS_LATER),
    Case("at the moment of closing", "outside_hours", gate=CLOSED_NOW),
    Case("a full gate", "full", gate={"capacity": 0}),
    Case("the last place", "admitted", gate={"capacity": 1}),
    Case("the place somebody has just left", "admitted", gate={**VISITS, "capacity": 1}, before=("in", "out")),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.told)
def test_a_pass_at_the_gate(case, event, scanner_at, morning):
    make_checkpoint(event, **_with_moments(case.gate))
    scanner, guest = scanner_at(), make_guest(event, case.state)
    for step in case.before:
        if step == "wait":
            morning.shift(9)
        else:
            assert scanner.scan(qr_text_of(guest), direction=step)["verdict"] in ("admitted", "left")
    morning.shift(case.seconds_later)
    scan = a_scan(qr_text_of(guest), direction=case.direction)
    assert scanner.send(scan) == [answer_to(scan, case.verdict, guest=guest, first=case.first)]


def _with_moments(values: dict[str, Any]) -> dict[str, Any]:
    return {key: datetime.fromisoformat(value) if key.endswith("_at") else value for key, value in values.items()}


def test_already_in_names_the_first_device_and_the_first_time(event, gate, scanner_at, morning):
    guest = make_guest(event)
    first, second = scanner_at("Phone 1"), scanner_at("Phone 2")
    assert first.scan(qr_text_of(guest))["verdict"] == "admitted"
    for _ in range(2):
        morning.shift(61)
        scan = a_scan(digits_of(guest), method="wedge")
        assert second.send(scan) == [answer_to(scan, "already_in", guest=guest, first=FIRST_AT_NINE)]


def test_the_first_entry_of_a_pass_elsewhere_does_not_count_here(event, gate, scanner_at):
    make_checkpoint(event, "hall")
    scanner, guest = scanner_at(), make_guest(event)
    assert [scanner.scan(qr_text_of(guest), checkpoint=code)["verdict"] for code in ("gate", "hall", "gate")] == [
        "admitted",
        "admitted",
        "already_in",
    ]


def test_door_staff_see_the_note_and_the_seat(event, scanner):
    guest = make_guest(event)
    set_door_note(guest.id, "Needs a wheelchair place", by=SYSTEM)
    with transaction() as session:
        session.get_one(Registration, guest.id).seat_label = "A-12"
    assert scanner.scan(qr_text_of(guest))["person"] == {
        "name": {"en": "Lan Chen", "zh": "陈岚"},
        "organisation": "Lake Robotics",
        "position": "Engineer",
        "category": {"en": "Industry", "zh": "产业界", "colour": "#176b70"},
        "seat": "A-12",
        "note": "Needs a wheelchair place",
    }


# -- How a pass may be read ----------------------------------------------------------------------------------------

WAYS_TO_READ = {
    "the QR code": qr_text_of,
    "the digits alone": digits_of,
    "the QR code of a site that has moved": lambda guest: f"HTTPS://OLD.EXAMPLE/P/{digits_of(guest)}",
    "a scanner that types full-width digits": lambda guest: digits_of(guest).translate({48 + n: 0xFF10 + n for n in range(10)}),
    "a scanner that types noise before": lambda guest: f"~~12345http;&&{digits_of(guest)}\r\n",
    "the short code": lambda guest: guest.short_code,
    "the short code in two groups": lambda guest: f"{guest.short_code[:4]} {guest.short_code[4:]}",
}  # fmt: skip


def test_a_pass_is_read_in_many_ways(event, scanner):
    guests = {way: make_guest(event) for way in WAYS_TO_READ}
    scans = {way: a_scan(read(guests[way])) for way, read in WAYS_TO_READ.items()}
    answers = dict(zip(scans, scanner.send(*scans.values()), strict=True))
    assert answers == {way: answer_to(scan, "admitted", guest=guests[way]) for way, scan in scans.items()}


def test_a_guest_found_by_search_is_admitted_by_the_public_id(event, scanner):
    guest = make_guest(event)
    scan = a_scan(registration=guest.public_id, method="search")
    assert scanner.send(scan) == [answer_to(scan, "admitted", guest=guest)]


def test_a_scan_needs_nothing_but_id_code_and_checkpoint(event, scanner):
    guest = make_guest(event)
    scan = {"id": a_scan()["id"], "code": qr_text_of(guest), "checkpoint": "gate"}
    assert scanner.send(scan) == [answer_to(scan, "admitted", guest=guest)]


# -- Passes that are none ------------------------------------------------------------------------------------------


def test_an_older_copy_of_a_pass_is_revoked_and_the_new_one_admitted(event, scanner):
    guest = make_guest(event)
    old = qr_text_of(guest)
    guest = reissue_pass(guest.id, by=SYSTEM, reason="The phone was stolen")
    scans = [a_scan(old), a_scan(qr_text_of(guest))]
    assert scanner.send(*scans) == [
        answer_to(scans[0], "revoked", guest=guest),
        answer_to(scans[1], "admitted", guest=guest),
    ]


def test_a_pass_of_another_event_says_so_and_shows_nobody(event, new_event, scanner):
    scan = a_scan(qr_text_of(make_guest(new_event(slug="launch-2026"))))
    assert scanner.send(scan) == [answer_to(scan, "wrong_event")]


def test_a_guest_of_another_event_is_unknown_here_by_short_code_and_by_public_id(event, new_event, scanner):
    stranger = make_guest(new_event(slug="launch-2026"))
    scans = [a_scan(stranger.short_code), a_scan(registration=stranger.public_id)]
    assert scanner.send(*scans) == [answer_to(scan, "unknown") for scan in scans]


def test_what_nobody_holds_is_unknown(event, scanner):
    guest = make_guest(event)
    free = f"{(int(guest.short_code) + 1) % 10**8:08}"
    genuine = code_digits(event.id, secrets.token_hex(8), 1)
    scans = [a_scan(genuine), a_scan(free), a_scan(registration=secrets.token_hex(8))]
    assert scanner.send(*scans) == [answer_to(scan, "unknown") for scan in scans]


def test_a_code_with_any_digit_changed_is_never_a_pass(event, scanner):
    digits = digits_of(make_guest(event))
    verdicts = [
        answer["verdict"] for answer in scanner.send(*(a_scan(with_digit_changed(digits, n)) for n in range(184)))
    ]
    # The first digits hold the version: no pass of ours begins so. All others are vouched for by the signature.
    assert verdicts[:3] == ["malformed"] * 3
    assert set(verdicts[3:10]) <= {"malformed", "forged"}
    assert verdicts[10:] == ["forged"] * 174


def test_a_forged_code_shows_nobody(event, scanner):
    scan = a_scan(with_digit_changed(digits_of(make_guest(event))))
    assert scanner.send(scan) == [answer_to(scan, "forged")]


def test_a_code_signed_by_a_key_of_ones_own_is_forged(event, scanner):
    guest = make_guest(event)
    key_in_use = int(digits_of(guest)).to_bytes(76, "big")[1:3]
    key_id = int.from_bytes(key_in_use, "big")
    private_key, _public_key = new_key_pair()
    scans = [
        a_scan(sign_code(private_key, key_id, guest.public_id, 1)),
        a_scan(sign_code(private_key, key_id % 65_535 + 1, guest.public_id, 1)),
    ]
    assert scanner.send(*scans) == [answer_to(scan, "forged") for scan in scans]


# -- Where a device may scan ---------------------------------------------------------------------------------------


def test_a_device_scans_only_at_its_own_checkpoints(event, gate, scanner_at):
    make_checkpoint(event, "gift")
    scanner, guest = scanner_at(checkpoints=("gift",)), make_guest(event)
    scans = [a_scan(qr_text_of(guest), checkpoint=code) for code in ("gate", "nowhere", "GIFT", "gift\x00", "gift")]
    refused = [answer_to(scan, "not_allowed", guest=guest) for scan in scans[:4]]
    assert scanner.send(*scans) == [*refused, answer_to(scans[4], "admitted", guest=guest)]


def test_a_checkpoint_of_another_event_is_not_this_ones(event, new_event, scanner):
    make_checkpoint(new_event(slug="launch-2026"), "launch-gate")
    guest = make_guest(event)
    scan = a_scan(qr_text_of(guest), checkpoint="launch-gate")
    assert scanner.send(scan) == [answer_to(scan, "not_allowed", guest=guest)]


# -- What is no scan at all ----------------------------------------------------------------------------------------

NOT_SCANS: dict[str, dict[str, Any]] = {
    "garbage": {"code": "Hello, world"},
    "another site's address": {"code": "https://example.com/menu?table=7"},
    "an empty code": {"code": ""},
    "one digit short": {"code": "1" * 183},
    "more digits than a pass can hold": {"code": "9" * 184},
    "seven digits": {"code": "1234567"},
    "no code": {"code": None},
    "a number": {"code": 12345678},
    "a list": {"code": ["12345678"]},
    "NUL": {"code": "\x00"},
    "half a character": {"code": "\ud83d"},
    "10 kB": {"code": "7" * 10_000},
    "no checkpoint": {"checkpoint": None},
    "an empty checkpoint": {"checkpoint": ""},
    "a checkpoint that is a number": {"checkpoint": 1},
    "a checkpoint without end": {"checkpoint": "g" * 31},
    "a direction nobody goes": {"direction": "sideways"},
    "a direction that is a flag": {"direction": True},
    "a method nobody knows": {"method": "telepathy"},
    "a method that is a list": {"method": ["camera"]},
    "offline as a word": {"offline": "yes"},
    "offline as a number": {"offline": 1},
    "no date": {"scanned_at": "yesterday"},
    "the thirtieth of February": {"scanned_at": "2026-02-30T09:00:00+08:00"},
    "a date without a zone": {"scanned_at": "2026-11-23T09:00:00"},
    "seconds since 1970": {"scanned_at": 1_795_000_000},
    "the first year": {"scanned_at": "0001-01-01T00:00:00+08:00"},
    "the last year": {"scanned_at": "9999-12-31T23:59:59-08:00"},
    "an override without a reason": {"override": {}},
    "an override with an empty reason": {"override": {"reason": " \u3000\x00"}},
    "an override that is a word": {"override": "please"},
    "an override with a reason without end": {"override": {"reason": "because " * 40}},
    "a public id that is too short": {"registration": "abc"},
    "a public id that is a number": {"registration": 1234567812345678},
}


def test_what_cannot_be_read_is_malformed_and_spoils_no_other_scan(event, gate, scanner_at):
    scanner, guest = scanner_at(may_override=True), make_guest(event)
    scans = {title: {**a_scan(qr_text_of(guest)), **wrong} for title, wrong in NOT_SCANS.items()}
    scans["a good one"] = a_scan(qr_text_of(guest))
    answers = dict(zip(scans, scanner.send(*scans.values()), strict=True))
    wanted = {title: answer_to(scan, "malformed") for title, scan in scans.items()}
    assert answers == {**wanted, "a good one": answer_to(scans["a good one"], "admitted", guest=guest)}


def test_a_scan_without_code_or_checkpoint_is_malformed(event, scanner):
    scan_id = a_scan()["id"]
    for scan in (
        {"id": scan_id},
        {"id": a_scan()["id"], "code": "12345678"},
        {"id": a_scan()["id"], "checkpoint": "gate"},
    ):
        assert scanner.send(scan) == [answer_to(scan, "malformed")]


def test_an_id_that_cannot_be_read_is_answered_by_null(event, scanner):
    code = qr_text_of(make_guest(event))
    ids = [None, 7, "", "1", ["a"], {}, "g" * 36, a_scan()["id"] + "0", a_scan()["id"].replace("-", ""), "\x00" * 36]
    members = [*({**a_scan(code), "id": scan_id} for scan_id in ids), {"code": code, "checkpoint": "gate"}]
    others = [None, 1, "scan", [], [[]], True, 1.5]
    assert scanner.send(*members, *others) == [answer_to({"id": None}, "malformed")] * (len(members) + len(others))
