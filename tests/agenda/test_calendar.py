"""The agenda as a calendar file, read back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import icalendar
import pytest
import time_machine

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import change_session, delete_session
from eventapp.agenda.times import local_to_utc
from eventapp.clock import now
from eventapp.events.models import Event
from tests.agenda.stage import make_hall, make_item, make_part, make_person, make_session, publish
from tests.ground.visitors import Visitor

FEED = "/e/delta-2026/agenda.ics"


def entries(answer: Any) -> list[Any]:
    return list(icalendar.Calendar.from_ical(answer.get_data()).walk("VEVENT"))


@pytest.fixture
def london(new_event: Callable[..., Event]) -> Event:
    """An event over the weekend on which the clocks in London go forward."""
    starts = datetime(2027, 3, 27, 9, tzinfo=UTC)
    return new_event(slug="london", time_zone="Europe/London", starts_at=starts, ends_at=starts + timedelta(days=2))


def test_a_session_is_an_entry_with_all_that_a_guest_needs(event: Event, client: Visitor) -> None:
    hall = make_hall(event)
    session = make_session(event, hall_id=hall.id, title_zh="开幕", summary_en="Welcome; with music, and more")
    make_part(make_item(session, 20, title_en="Speech"), make_person())
    release = publish(event)
    answer = client.get(FEED, status=200)
    [entry] = entries(answer)
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert (str(entry["uid"]), entry["sequence"]) == (session.uuid, session.sequence)
    assert entry["dtstamp"].dt == release.published_at.replace(microsecond=0)
    assert (entry["dtstart"].dt, entry["dtend"].dt) == (session.starts_at, session.ends_at)
    assert (str(entry["summary"]), str(entry["location"])) == ("Opening", "Lake Hall")
    assert str(entry["description"]) == "Welcome; with music, and more\n09:00 Speech: Speech (Lan Chen)"
    assert str(entry["url"]) == f"http://127.0.0.1:8000/e/delta-2026/agenda/{session.public_id}"


def test_the_calendar_speaks_the_language_that_is_asked_for(event: Event, client: Visitor) -> None:
    make_session(event, title_zh="开幕")
    publish(event)
    assert [str(entry["summary"]) for entry in entries(client.get(f"{FEED}?lang=zh", status=200))] == ["开幕"]
    assert [str(entry["summary"]) for entry in entries(client.get(f"{FEED}?lang=en", status=200))] == ["Opening"]


def test_times_are_right_on_both_sides_of_a_change_to_summer_time(london: Event, client: Visitor) -> None:
    for day in (27, 28):
        start = local_to_utc(date(2027, 3, day), time(9), "Europe/London")
        make_session(london, title_en=f"Day {day}", starts_at=start, ends_at=start + timedelta(hours=1))
    publish(london)
    answer = client.get("/e/london/agenda.ics", status=200)
    first, second = entries(answer)
    assert [entry["dtstart"].to_ical() for entry in (first, second)] == [b"20270327T090000", b"20270328T090000"]
    assert first["dtstart"].dt.astimezone(UTC) == datetime(2027, 3, 27, 9, tzinfo=UTC)
    assert second["dtstart"].dt.astimezone(UTC) == datetime(2027, 3, 28, 8, tzinfo=UTC)
    [zone] = icalendar.Calendar.from_ical(answer.get_data()).walk("VTIMEZONE")
    assert str(zone["tzid"]) == "Europe/London"
    assert {str(part["tzname"]) for part in zone.subcomponents} >= {"GMT", "BST"}


def test_a_changed_session_keeps_its_uid_and_gets_a_higher_sequence(event: Event, client: Visitor) -> None:
    session = make_session(event)
    publish(event)
    [before] = entries(client.get(FEED))
    change_session(session.id, by=SYSTEM, title_en="Grand opening")
    change_session(session.id, by=SYSTEM, title_en="Very grand opening")
    [draft] = entries(client.get(FEED))
    assert (str(draft["summary"]), draft["sequence"]) == ("Opening", before["sequence"])
    publish(event)
    [after] = entries(client.get(FEED))
    assert (after["uid"], str(after["summary"])) == (before["uid"], "Very grand opening")
    assert after["sequence"] > before["sequence"]


def test_a_calendar_that_has_not_changed_is_not_sent_again(event: Event, client: Visitor) -> None:
    session = make_session(event)
    uid = session.uuid
    publish(event)
    first = client.get(FEED, status=200)
    for header, value in (
        ("If-None-Match", first.headers["ETag"]),
        ("If-Modified-Since", first.headers["Last-Modified"]),
    ):
        client.get(FEED, status=304, headers={header: value})
    with time_machine.travel(now() + timedelta(minutes=5)):
        delete_session(session.id, by=SYSTEM)
        publish(event)
        for header, value in (
            ("If-None-Match", first.headers["ETag"]),
            ("If-Modified-Since", first.headers["Last-Modified"]),
        ):
            [entry] = entries(client.get(FEED, status=200, headers={header: value}))
            assert (str(entry["uid"]), str(entry["status"])) == (uid, "CANCELLED")


def test_markup_and_line_breaks_cannot_break_out_of_an_entry(event: Event, client: Visitor) -> None:
    make_session(event, title_en="A; B, C\\ <b>", summary_en="One\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:Forged")
    publish(event)
    [entry] = entries(client.get(FEED, status=200))
    assert str(entry["summary"]) == "A; B, C\\ <b>"
    assert str(entry["description"]) == "One\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:Forged"
