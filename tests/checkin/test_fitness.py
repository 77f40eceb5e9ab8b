"""What troubles a device, told in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from eventapp.checkin.fitness import Trouble, troubles_of

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ZERO = timedelta(0)


@dataclass
class Phone:
    """A device that is well."""

    token_hash: str | None = "x"
    revoked_at: datetime | None = None
    paired_at: datetime | None = AT - timedelta(hours=1)
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    battery: int | None = 80
    charging: bool | None = False
    queue_length: int | None = 0
    clock_offset_ms: int | None = 0
    last_seen_at: datetime | None = AT
    roster_at: datetime | None = AT


def kinds(phone: Phone, seen: timedelta | None = ZERO) -> list[tuple[str, int]]:
    found = troubles_of(phone, None if seen is None else AT - seen, AT)
    assert all(isinstance(one, Trouble) for one in found)
    return [(one.kind, one.number) for one in found]


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, []),
        ({"queue_length": 12}, [("queue", 12)]),
        ({"clock_offset_ms": 89_999}, []),
        ({"clock_offset_ms": 240_000}, [("clock", 4)]),
        ({"clock_offset_ms": -240_000}, [("clock", 4)]),
        ({"battery": 21}, []),
        ({"battery": 20}, [("battery", 20)]),
        ({"battery": 20, "charging": True}, []),
        ({"battery": 20, "charging": None}, [("battery", 20)]),
        ({"battery": None}, []),
        ({"roster_at": AT - minutes(29)}, []),
        ({"roster_at": AT - minutes(30)}, [("roster", 30)]),
        ({"roster_at": None}, [("no_roster", 0)]),
        # A program scans and tells nothing else.
        ({"roster_at": None, "last_seen_at": None}, []),
        ({"queue_length": 3, "battery": 5, "clock_offset_ms": 600_000}, [("queue", 3), ("clock", 10), ("battery", 5)]),
    ],
)
def test_what_a_device_tells_is_a_trouble_or_not(told, expected):
    assert kinds(Phone(**told)) == expected


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (minutes(9.99), []),
        (minutes(10), [("unseen", 10)]),
        (minutes(17.9), [("unseen", 17)]),
        # Put away the evening before: nobody needs to run.
        (timedelta(hours=18, seconds=1), []),
    ],
)
def test_a_device_that_falls_silent_is_noticed(seen, expected):
    assert kinds(Phone(), seen) == expected


def test_a_device_that_was_paired_and_never_spoke_is_noticed():
    never = {"last_seen_at": None, "queue_length": None, "roster_at": None}
    assert kinds(Phone(paired_at=AT - minutes(9), **never), None) == []
    assert kinds(Phone(paired_at=AT - minutes(10), **never), None) == [("silent", 10)]


@pytest.mark.parametrize(
    "off_duty",
    [
        {"token_hash": None},
        {"revoked_at": AT},
        {"valid_from": AT + minutes(1)},
        {"valid_until": AT},
    ],
)
def test_of_a_device_that_is_not_at_work_only_waiting_scans_matter(off_duty):
    assert kinds(Phone(battery=3, **off_duty), minutes(40)) == []
    assert kinds(Phone(battery=3, queue_length=2, **off_duty), minutes(40)) == [("queue", 2)]
