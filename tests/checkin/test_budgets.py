"""How many statements the door costs the database: few, and no more for many guests."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from eventapp.checkin.models import Admission, Checkpoint, Scan
from eventapp.db import db
from eventapp.passes.code import new_key_pair, sign_code
from tests.checkin.stage import (
    a_scan,
    digits_of,
    make_checkpoint,
    make_crowd,
    make_guest,
    members_of,
    with_digit_changed,
)

ONE_SCAN = 5
ONE_BATCH = 50


GATES = {
    "each pass once": {},
    "each day": {"rule": "daily"},
    "visits in a hall with so many seats": {"rule": "visits", "capacity": 500},
    "some categories": {"categories": ("industry", "media")},
}


@pytest.mark.both_databases
def test_one_scan_costs_at_most_five_statements(event, scanner_at, count_statements):
    for number, values in enumerate(GATES.values()):
        make_checkpoint(event, f"gate-{number}", **values)
    scanner = scanner_at()
    guest, other = make_guest(event), make_guest(event)
    code, others_code, short_code = digits_of(guest), digits_of(other), other.short_code
    # The first scan of a process fetches the event's key as well, once.
    with count_statements() as cold:
        scanner.scan(code, checkpoint="gate-0")
    assert len(cold) <= ONE_SCAN + 1
    for number, title in enumerate(GATES):
        for told, scan, verdict in (
            ("admitted", a_scan(others_code, checkpoint=f"gate-{number}"), "admitted"),
            ("again", a_scan(others_code, checkpoint=f"gate-{number}"), "already_in"),
            ("short code", a_scan(short_code, checkpoint=f"gate-{number}"), "already_in"),
            ("forged", a_scan(with_digit_changed(others_code), checkpoint=f"gate-{number}"), "forged"),
            ("garbage", a_scan("garbage", checkpoint=f"gate-{number}"), "malformed"),
        ):
            with count_statements() as statements:
                answer = scanner.send(scan)
            assert answer[0]["verdict"] == verdict
            assert len(statements) <= ONE_SCAN, f"{title}, {told}:\n" + "\n".join(statements)
    with count_statements() as statements:
        left = scanner.scan(others_code, checkpoint="gate-2", direction="out")
    assert left["verdict"] == "left"
    assert len(statements) <= ONE_SCAN


def test_a_scan_sent_again_costs_one_more_look(event, scanner, count_statements):
    scan = a_scan(digits_of(make_guest(event)))
    first = members_of(scanner.post([scan]))
    with count_statements() as statements:
        assert members_of(scanner.post([scan])) == first
    assert len(statements) <= ONE_SCAN


@pytest.mark.both_databases
def test_a_thousand_guests_come_and_leave_in_few_statements(event, scanner_at, count_statements):
    make_checkpoint(event, "hall", rule="visits", capacity=1_000)
    scanner, codes = scanner_at(), make_crowd(event, 1_000)
    for direction, verdict in (("in", "admitted"), ("in", "already_in"), ("out", "left"), ("out", "not_inside")):
        scans = [a_scan(code, checkpoint="hall", direction=direction) for code in codes]
        with count_statements() as statements:
            answer = scanner.post(scans)
        assert {json.loads(member)["verdict"] for member in members_of(answer)} == {verdict}
        assert len(statements) <= ONE_BATCH, statements
    with count_statements() as statements:
        assert members_of(scanner.post(scans)) == members_of(answer)
    assert len(statements) <= ONE_BATCH, statements
    assert db.session.scalars(select(Checkpoint.inside)).one() == 0
    assert len(db.session.scalars(select(Scan.id)).all()) == 4_000
    assert db.session.scalars(select(Admission.left_at.is_(None)).distinct()).all() == [False]


def test_a_thousand_forged_codes_of_a_thousand_keys_cost_no_more(event, scanner, count_statements):
    private_key, _public_key = new_key_pair()
    used = int(digits_of(make_guest(event))).to_bytes(76, "big")[1:3]
    key_ids = [key_id for key_id in range(1, 1_002) if key_id != int.from_bytes(used, "big")][:1_000]
    scans = [a_scan(sign_code(private_key, key_id, "00" * 8, 1)) for key_id in key_ids]
    with count_statements() as statements:
        answers = scanner.send(*scans)
    assert {answer["verdict"] for answer in answers} == {"forged"}
    assert len(statements) <= ONE_BATCH


def test_search_and_counts_cost_the_same_for_few_and_for_many(event, scanner, count_statements):
    def cost(path: str, **query: str) -> int:
        with count_statements() as statements:
            scanner.get(path, **query)
        return len(statements)

    scanner.scan(digits_of(make_guest(event)))
    few = cost("search", q="chen"), cost("stats")
    for number in range(20):
        make_checkpoint(event, f"gate-{number}", categories=("industry",))
    scanner.send(*(a_scan(code) for code in make_crowd(event, 200)))
    assert (cost("search", q="chen"), cost("stats")) == few
    assert few[0] <= 3
    assert few[1] <= 9
