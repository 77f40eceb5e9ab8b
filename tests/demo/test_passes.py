"""The five sample passes, and what the door answers to them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.checkin.actions import create_device, record_scans
from eventapp.checkin.models import Scan
from eventapp.checkin.queries import Door, counts_of, door_of_device
from eventapp.clock import now
from eventapp.db import db
from eventapp.demo import build_sample, remove_sample
from eventapp.demo.passes import sample_passes
from eventapp.events.queries import find_event

LABELS = ["Valid pass", "Pass that is already in", "Cancelled pass", "Forged pass", "Pass of another event"]


@pytest.fixture
def sample(app: Flask) -> None:
    assert build_sample() is True


@pytest.fixture
def door(sample: None) -> Door:
    summit = find_event("delta-summit")
    assert summit is not None
    device, _token = create_device(summit.id, "Phone", by=SYSTEM)
    found = door_of_device(device.id)
    assert found is not None
    return found


def scan(door: Door, code: str, checkpoint: str = "gate") -> dict[str, Any]:
    (answer,) = record_scans(door, [{"id": str(uuid.uuid4()), "code": code, "checkpoint": checkpoint}])
    return json.loads(answer)


def test_there_are_none_without_the_sample(app: Flask) -> None:
    assert sample_passes() == []


def test_each_pass_gets_the_answer_it_is_named_after(door: Door) -> None:
    passes = sample_passes()
    assert [shown["label"] for shown in passes] == LABELS
    assert [scan(door, shown["code"])["verdict"] for shown in passes] == [
        "admitted",
        "already_in",
        "cancelled",
        "forged",
        "wrong_event",
    ]


def test_the_valid_pass_is_admitted_only_once_and_the_next_page_shows_another(door: Door) -> None:
    valid = sample_passes()[0]["code"]
    assert [scan(door, valid)["verdict"] for _time in range(2)] == ["admitted", "already_in"]
    another = sample_passes()[0]["code"]
    assert another != valid
    assert scan(door, another)["verdict"] == "admitted"


def test_already_in_tells_of_the_rehearsal(door: Door) -> None:
    answer = scan(door, sample_passes()[1]["code"])
    assert (answer["first"]["checkpoint"], answer["first"]["device"]) == ("gate", "Rehearsal phone")
    assert answer["person"]["name"] == {"en": "Tingyu Ye", "zh": "叶听雨"}


def test_on_another_day_the_answers_are_the_same(door: Door) -> None:
    with time_machine.travel(now() + timedelta(days=3)):
        verdicts = [scan(door, shown["code"])["verdict"] for shown in sample_passes()]
    assert verdicts == ["admitted", "already_in", "cancelled", "forged", "wrong_event"]


def test_only_media_pass_the_press_entrance(door: Door) -> None:
    assert scan(door, sample_passes()[0]["code"], "press")["verdict"] == "not_allowed"


def test_a_sample_that_was_removed_and_built_again_has_passes_that_hold(sample: None) -> None:
    sample_passes()
    remove_sample()
    assert sample_passes() == []
    build_sample()
    summit = find_event("delta-summit")
    assert summit is not None
    device, _token = create_device(summit.id, "Phone", by=SYSTEM)
    door = door_of_device(device.id)
    assert door is not None
    assert scan(door, sample_passes()[0]["code"])["verdict"] == "admitted"


def test_the_rehearsal_left_scans_and_counts(sample: None) -> None:
    verdicts = db.session.scalars(select(Scan.verdict).order_by(Scan.id)).all()
    assert verdicts == ["admitted"] * 6 + ["left", "admitted", "already_in"]
    summit = find_event("delta-summit")
    assert summit is not None
    assert [(count.code, count.expected, count.admitted, count.inside) for count in counts_of(summit.id)] == [
        ("gate", 42, 4, 4),
        ("hall-a", 42, 2, 1),
        ("gift", 42, 1, 1),
        ("press", 3, 0, 0),
    ]


def test_showing_them_takes_few_statements(sample: None, count_statements: Callable[[], Any]) -> None:
    with count_statements() as statements:
        sample_passes()
    assert len(statements) <= 8
