"""Many at the door at the same moment, in threads of several processes, on both databases."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import func, select, text

from eventapp.accounts.actor import SYSTEM
from eventapp.checkin.actions import create_device, device_of_member, pair_device, record_scans
from eventapp.checkin.models import Admission, Checkpoint, Device, Scan
from eventapp.checkin.queries import door_by_token
from eventapp.db import db, transaction
from eventapp.registration.actions import withdraw_registration
from eventapp.registration.models import Registration
from tests.checkin.stage import a_scan, digits_of, make_checkpoint, make_device, make_guest
from tests.ground.storms import while_others_look

pytestmark = [pytest.mark.storm, pytest.mark.both_databases]


# -- What the callers do; functions of the module, so that other processes can import them --------------------------


def send(_index: int, token: str, *scans: dict[str, Any]) -> list[str]:
    """One device sends a batch; the answers as text."""
    door = door_by_token(token)
    assert door is not None
    return record_scans(door, scans)


def scan_with_own_device(index: int, tokens: list[str], code: str) -> dict[str, Any]:
    return json.loads(send(index, tokens[index], a_scan(code))[0])


def scan_own_code(index: int, token: str, codes: list[str]) -> dict[str, Any]:
    return json.loads(send(index, token, a_scan(codes[index]))[0])


def come_or_go(index: int, token: str, code: str) -> str:
    direction = "in" if index % 2 else "out"
    return str(json.loads(send(index, token, a_scan(code, direction=direction))[0])["verdict"])


def scan_forwards_or_backwards(index: int, tokens: list[str], codes: list[str]) -> Counter[str]:
    ordered = codes if index % 2 else codes[::-1]
    return Counter(json.loads(answer)["verdict"] for answer in send(index, tokens[index], *map(a_scan, ordered)))


def scan_or_withdraw(index: int, token: str, codes: list[str], ids: list[int]) -> str:
    if index % 2:
        return withdraw_registration(ids[index // 2], by=SYSTEM).state
    return str(json.loads(send(index, token, a_scan(codes[index // 2]))[0])["verdict"])


def pair(_index: int, link: str) -> str:
    return pair_device(link, by=SYSTEM)[1]


def take_members_device(_index: int, event_id: int, user_id: int) -> int:
    return device_of_member(event_id, user_id, by=SYSTEM).id


def admit_naively(index: int) -> str:
    """Look, then write, with no constraint behind it: what the door must not do."""
    came = db.session.scalar(text("SELECT count(*) FROM naive_admissions"))
    db.session.rollback()
    while_others_look()
    if came:
        return "already_in"
    with transaction() as session:
        session.execute(text("INSERT INTO naive_admissions VALUES (:device)"), {"device": index})
    return "admitted"


def take_seat_naively(_index: int) -> str:
    """Look whether there is room, then count one more."""
    inside = db.session.scalar(text("SELECT inside FROM naive_gate"))
    db.session.rollback()
    while_others_look()
    if inside >= 10:
        return "full"
    with transaction() as session:
        session.execute(text("UPDATE naive_gate SET inside = inside + 1"))
    return "admitted"


def values_of(outcomes: list[Any]) -> list[Any]:
    """What every caller got; nobody may have met an error."""
    assert [f"{outcome.refusal}: {outcome.words}" for outcome in outcomes if outcome.refusal] == []
    return [outcome.value for outcome in outcomes]


# -- The races are real --------------------------------------------------------------------------------------------


def test_looking_before_writing_admits_one_guest_many_times(app, storm):
    with transaction() as session:
        session.execute(text("CREATE TABLE naive_admissions (device INTEGER)"))
    verdicts = Counter(values_of(storm(admit_naively)))
    assert verdicts["admitted"] > 1
    assert db.session.scalar(text("SELECT count(*) FROM naive_admissions")) == verdicts["admitted"]


def test_looking_before_counting_fills_a_hall_past_its_seats(app, storm):
    with transaction() as session:
        session.execute(text("CREATE TABLE naive_gate (inside INTEGER)"))
        session.execute(text("INSERT INTO naive_gate VALUES (0)"))
    verdicts = Counter(values_of(storm(take_seat_naively, threads=10)))
    assert verdicts["admitted"] > 10


# -- The door holds ------------------------------------------------------------------------------------------------


def test_of_thirty_two_devices_that_scan_one_code_exactly_one_admits(event, gate, storm):
    code = digits_of(make_guest(event))
    tokens = [make_device(event, f"Phone {number}") for number in range(32)]
    answers = values_of(storm(scan_with_own_device, args=(tokens, code)))
    assert Counter(answer["verdict"] for answer in answers) == {"admitted": 1, "already_in": 31}
    winner = next(number for number, answer in enumerate(answers) if answer["verdict"] == "admitted")
    admission = db.session.scalars(select(Admission)).one()
    firsts = [answer["first"] for answer in answers if answer["verdict"] == "already_in"]
    assert {first["device"] for first in firsts} == {f"Phone {winner}"}
    assert len({json.dumps(first) for first in firsts}) == 1
    assert db.session.get_one(Device, admission.device_id).name == f"Phone {winner}"
    assert db.session.scalar(select(func.count()).select_from(Scan)) == 32


def test_one_scan_sent_sixteen_times_at_once_is_one_row_and_one_answer(event, gate, storm):
    scan, token = a_scan(digits_of(make_guest(event))), make_device(event)
    answers = values_of(storm(send, threads=4, args=(token, scan)))
    assert len(answers) == 16
    assert len({answer for [answer] in answers}) == 1
    assert json.loads(answers[0][0])["verdict"] == "admitted"
    row = db.session.scalars(select(Scan)).one()
    assert [row.answer] == answers[0]
    assert db.session.scalar(select(func.count()).select_from(Admission)) == 1


@pytest.mark.parametrize("rule", ["once", "visits"])
def test_forty_guests_at_once_fill_ten_seats_exactly(rule, event, storm):
    make_checkpoint(event, rule=rule, capacity=10)
    codes, token = [digits_of(make_guest(event)) for _ in range(40)], make_device(event)
    answers = values_of(storm(scan_own_code, threads=10, args=(token, codes)))
    assert Counter(answer["verdict"] for answer in answers) == {"admitted": 10, "full": 30}
    assert db.session.scalars(select(Checkpoint.inside)).one() == 10
    assert db.session.scalar(select(func.count()).select_from(Admission)) == 10


def test_whoever_comes_and_goes_at_once_is_counted_right(event, storm):
    make_checkpoint(event, rule="visits", capacity=5)
    code, token = digits_of(make_guest(event)), make_device(event)
    send(0, token, a_scan(code))
    verdicts = Counter(values_of(storm(come_or_go, args=(token, code))))
    assert sum(verdicts.values()) == 32
    assert set(verdicts) <= {"admitted", "already_in", "left", "not_inside"}
    inside = 1 + verdicts["admitted"] - verdicts["left"]
    assert inside in (0, 1)
    assert db.session.scalars(select(Checkpoint.inside)).one() == inside
    left_at = db.session.scalars(select(Admission.left_at).order_by(Admission.visit)).all()
    assert len(left_at) == 1 + verdicts["admitted"]
    assert left_at.count(None) == inside


def test_batches_in_opposite_orders_admit_each_guest_once_and_never_lock_up(event, gate, storm):
    codes = [digits_of(make_guest(event)) for _ in range(100)]
    tokens = [make_device(event, f"Phone {number}") for number in range(8)]
    counts = values_of(storm(scan_forwards_or_backwards, processes=2, threads=4, args=(tokens, codes)))
    assert sum(counts, Counter()) == {"admitted": 100, "already_in": 700}
    assert db.session.scalar(select(func.count()).select_from(Admission)) == 100
    assert db.session.scalar(select(func.count()).select_from(Scan)) == 800


def test_a_guest_who_withdraws_at_the_door_is_in_or_out_and_never_an_error(event, gate, storm):
    guests, token = [make_guest(event) for _ in range(16)], make_device(event)
    args = (token, [digits_of(guest) for guest in guests], [guest.id for guest in guests])
    values = values_of(storm(scan_or_withdraw, args=args))
    assert values[1::2] == ["withdrawn"] * 16
    assert set(values[::2]) <= {"admitted", "cancelled"}
    came = set(db.session.scalars(select(Admission.registration_id)))
    assert came == {guest_id for guest_id, verdict in zip(args[2], values[::2], strict=True) if verdict == "admitted"}
    assert set(db.session.scalars(select(Registration.state))) == {"withdrawn"}


def test_of_many_who_use_a_pairing_link_at_once_one_pairs(event, gate, storm):
    device, link = create_device(event.id, "Phone", by=SYSTEM)
    device_id = device.id
    outcomes = storm(pair, threads=4, args=(link,))
    tokens = [outcome.value for outcome in outcomes if outcome.value]
    assert Counter(outcome.refusal for outcome in outcomes) == {None: 1, "PairingUsedUp": 15}
    door = door_by_token(tokens[0])
    assert door is not None
    assert door.device_id == device_id


def test_a_member_who_checks_in_on_two_phones_at_once_has_one_device(event, organiser, storm):
    ids = values_of(storm(take_members_device, threads=4, args=(event.id, organiser.id)))
    assert ids == [db.session.scalars(select(Device.id)).one()] * 16
