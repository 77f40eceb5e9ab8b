"""The calendar file that goes with a pass."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest

from eventapp.passes.calendar import Invitation, calendar_file

STORY: dict[str, Any] = {
    "uid": "0123456789abcdef@eventapp",
    "sequence": 3,
    "changed_at": datetime(2026, 11, 1, 8, 0, tzinfo=UTC),
    "starts_at": datetime(2026, 11, 23, 1, 0, tzinfo=UTC),
    "ends_at": datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
    "zone": "Asia/Shanghai",
    "summary": "长三角峰会; 与联盟, “启动”",
    "location": "苏州\n湖滨路1号",
    "description": "",
    "url": "https://example.org/e/delta-2026/",
    "organiser": "summit@example.org",
}


def entry(**values: Any) -> tuple[icalendar.Calendar, icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(calendar_file(Invitation(**{**STORY, **values})))
    return calendar, calendar.walk("VEVENT")[0]


def test_times_are_the_events_own_with_their_zone():
    calendar, event = entry()
    assert event.decoded("dtstart") == datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert event.decoded("dtend") == datetime(2026, 11, 23, 18, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]


@pytest.mark.parametrize(("month", "offset"), [(1, 1), (7, 2)])
def test_daylight_saving_is_that_of_the_day(month, offset):
    starts, ends = datetime(2026, month, 15, 8, 0, tzinfo=UTC), datetime(2026, month, 15, 9, 0, tzinfo=UTC)
    _, event = entry(starts_at=starts, ends_at=ends, zone="Europe/Berlin")
    assert event.decoded("dtstart").utcoffset().total_seconds() == offset * 3600


def test_texts_arrive_whole():
    _, event = entry()
    assert str(event["summary"]) == STORY["summary"]
    assert str(event["location"]) == STORY["location"]
    assert str(event["organizer"]) == "mailto:summit@example.org"


def test_identity_and_order_of_changes_are_told():
    calendar, event = entry()
    assert (str(event["uid"]), int(event["sequence"]), str(event["status"])) == (STORY["uid"], 3, "CONFIRMED")
    assert str(calendar["method"]) == "PUBLISH"
    assert event.decoded("dtstamp") == STORY["changed_at"]


def test_an_entry_that_ended_is_cancelled():
    calendar, event = entry(cancelled=True)
    assert (str(event["status"]), str(calendar["method"])) == ("CANCELLED", "CANCEL")


def test_without_an_organisers_address_none_is_named():
    _, event = entry(organiser="")
    assert "organizer" not in event


def test_no_line_is_longer_than_calendars_may_have():
    raw = calendar_file(Invitation(**{**STORY, "summary": "联盟" * 200}))
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
