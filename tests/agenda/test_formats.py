"""The agenda as files for other programs: frab's JSON and XML against their public schemas, CSV, and a spreadsheet read back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema_rs
import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import change_session
from eventapp.agenda.formats.frab import acronym, length
from eventapp.agenda.formats.table import COLUMNS
from eventapp.agenda.times import local_to_utc
from eventapp.events.models import Event
from tests.agenda.stage import fill_agenda, make_hall, make_item, make_part, make_person, make_session, publish
from tests.ground.visitors import Visitor

SCHEMAS = Path(__file__).parent / "frab"
NASTY = "<b>&amp; ]]> \u202b“引号” 🎋 \x0b'\""


@pytest.fixture(scope="module")
def json_schema() -> Any:
    return jsonschema_rs.validator_for(json.loads((SCHEMAS / "schema.json").read_text()))


@pytest.fixture(scope="module")
def xml_schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMAS / "schedule.xml.xsd"))


@pytest.fixture
def full(event: Event) -> Event:
    """An agenda in which every field is filled, one in which every field is empty, and one past midnight."""
    hall = make_hall(event)
    session = make_session(
        event, hall_id=hall.id, title_en=f"Opening {NASTY}"[:60], title_zh="开幕", summary_en=NASTY, summary_zh="🎋"
    )
    make_part(make_item(session, 20, title_en="Speech", title_zh="致辞"), make_person())
    make_session(
        event, title_en="", kind="break", starts_at=session.ends_at, ends_at=session.ends_at + timedelta(minutes=20)
    )
    late = local_to_utc(event.starts_at.date(), time(23, 30), event.time_zone)
    make_session(event, title_en="Night", starts_at=late, ends_at=late + timedelta(hours=1))
    publish(event)
    return event


def _schedule(client: Visitor, language: str = "en") -> dict[str, Any]:
    return json.loads(client.get(f"/e/delta-2026/agenda.json?lang={language}", status=200).get_data())


def _events(schedule: dict[str, Any]) -> list[dict[str, Any]]:
    days = schedule["schedule"]["conference"]["days"]
    return [event for day in days for events in day["rooms"].values() for event in events]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_json_and_xml_are_what_the_public_schemas_say(full, client, json_schema, xml_schema, language):
    assert [error.message for error in json_schema.iter_errors(_schedule(client, language))] == []
    document = etree.fromstring(client.get(f"/e/delta-2026/agenda.xml?lang={language}", status=200).get_data())
    xml_schema.assertValid(document)


def test_five_hundred_sessions_are_valid_too(app, event, client, json_schema, xml_schema):
    hall = make_hall(event)
    fill_agenda(event, 500, hall_id=hall.id)
    publish(event)
    schedule = _schedule(client)
    assert len(_events(schedule)) == 500
    assert json_schema.is_valid(schedule)
    xml_schema.assertValid(etree.fromstring(client.get("/e/delta-2026/agenda.xml", status=200).get_data()))


def test_an_empty_agenda_is_answered(event, client, json_schema):
    schedule = _schedule(client)
    assert (json_schema.is_valid(schedule), _events(schedule)) == (True, [])


def test_a_session_is_told_in_the_language_asked_for_with_the_other_as_its_subtitle(event, client):
    session = make_session(event, title_en="Opening", title_zh="开幕")
    publish(event)
    [english], [chinese] = _events(_schedule(client)), _events(_schedule(client, "zh"))
    assert (english["guid"], english["title"], english["subtitle"]) == (session.uuid, "Opening", "开幕")
    assert (chinese["guid"], chinese["title"], chinese["subtitle"]) == (session.uuid, "开幕", "Opening")
    assert (english["date"], english["duration"]) == (
        f"{event.starts_at.astimezone(ZoneInfo('Asia/Shanghai')).isoformat()}",
        "01:00",
    )


def test_times_are_right_on_both_sides_of_a_change_to_summer_time(new_event: Callable[..., Event], client, xml_schema):
    starts = datetime(2027, 3, 27, 9, tzinfo=UTC)
    london = new_event(slug="london", time_zone="Europe/London", starts_at=starts, ends_at=starts + timedelta(days=2))
    for day in (27, 28):
        start = local_to_utc(date(2027, 3, day), time(9), "Europe/London")
        make_session(london, title_en=f"Day {day}", starts_at=start, ends_at=start + timedelta(hours=1))
    publish(london)
    document = etree.fromstring(client.get("/e/london/agenda.xml", status=200).get_data())
    xml_schema.assertValid(document)
    assert document.xpath("//event/date/text()") == ["2027-03-27T09:00:00+00:00", "2027-03-28T09:00:00+01:00"]
    assert document.xpath("//day/@end") == ["2027-03-28T04:00:00+01:00", "2027-03-29T04:00:00+01:00"]


def test_what_runs_past_midnight_is_of_the_day_before(full, client):
    days = _schedule(client)["schedule"]["conference"]["days"]
    nights = [
        day["date"] for day in days for events in day["rooms"].values() for event in events if event["title"] == "Night"
    ]
    assert nights == [days[0]["date"]]


@pytest.mark.parametrize("ending", ["json", "xml", "ics"])
def test_an_unchanged_file_is_not_sent_again_and_a_changed_one_is(event, client, ending):
    session = make_session(event)
    publish(event)
    path = f"/e/delta-2026/agenda.{ending}"
    first = client.get(path, status=200)
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    change_session(session.id, by=SYSTEM, title_en="Another title")
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    publish(event)
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("ending", ["json", "xml"])
def test_a_draft_has_no_files(new_event, client, ending):
    new_event(slug="secret", state="draft")
    client.get(f"/e/secret/agenda.{ending}", status=404)


def test_the_short_name_and_a_length_fit_the_format():
    assert [acronym(slug) for slug in ("delta-2026", "a", "X-1")] == ["delta_2026", "a___", "x_1_"]
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    assert length(begins, begins + timedelta(hours=26, minutes=5)) == "26:05"


def _exported(app, *arguments: str) -> Any:
    return app.test_cli_runner().invoke(args=["agenda", "export", *arguments])


def test_the_command_line_writes_every_format(app, full, tmp_path):
    for form, begins in (
        ("ics", b"BEGIN:VCALENDAR"),
        ("json", b"{"),
        ("xml", b"<?xml"),
        ("csv", b"\xef\xbb\xbfsession,"),
        ("xlsx", b"PK"),
    ):
        file = tmp_path / f"agenda.{form}"
        answer = _exported(app, "delta-2026", "--format", form, "--output", str(file))
        assert (answer.exit_code, file.read_bytes().startswith(begins)) == (0, True), answer.output


def test_an_unknown_event_or_format_is_refused_in_words(app, event):
    unknown, format_ = _exported(app, "nowhere", "--format", "json"), _exported(app, "delta-2026", "--format", "doc")
    assert (unknown.exit_code, unknown.output) == (1, "Error: There is no event nowhere.\n")
    assert (format_.exit_code, "'doc' is not one of" in format_.output) == (2, True)


def test_the_table_holds_both_languages_and_no_formula(app, event, tmp_path):
    session = make_session(event, title_en="=1+1", title_zh="开幕")
    make_part(make_item(session, 20, title_en="Speech"), make_person())
    for form in ("csv", "xlsx"):
        _exported(app, "delta-2026", "--format", form, "--output", str(tmp_path / f"agenda.{form}"))
    rows = list(csv.DictReader(io.StringIO((tmp_path / "agenda.csv").read_bytes().decode("utf-8-sig"))))
    assert [(row["title_en"], row["title_zh"], row["item_title_en"], row["person_en"]) for row in rows] == [
        ("'=1+1", "开幕", "Speech", "Lan Chen")
    ]
    head, row = CalamineWorkbook.from_path(str(tmp_path / "agenda.xlsx")).get_sheet_by_index(0).to_python()
    assert tuple(head) == COLUMNS
    assert row[COLUMNS.index("title_en")] == "=1+1"
