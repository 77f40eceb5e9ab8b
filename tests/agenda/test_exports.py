"""Everything that goes out, whatever stands in it: valid by the public schemas, and read back by another reader."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from lxml import etree

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import cancel_session
from eventapp.agenda.actions.importing import import_agenda
from eventapp.agenda.actions.tracks import add_track
from eventapp.agenda.queries import whole_agenda
from eventapp.agenda.times import local_to_utc
from eventapp.demo import build_sample
from eventapp.events.actions import set_event_state
from eventapp.events.models import Event
from eventapp.events.queries import find_event
from eventapp.people.actions import place_person
from tests.agenda import published
from tests.agenda.rfc5545 import Entry, read_calendar
from tests.agenda.stage import make_hall, make_item, make_part, make_person, make_session, publish
from tests.ground.visitors import Visitor

SCHEMAS = Path(__file__).parent / "frab"
NASTY = "<b>&amp; ]]></b> \u202b“引号” 🎋\U000e0041 \x0b\x1b'\"; a, b\\n\r\nEND:VEVENT\r\n=1+1"
LANGUAGES = ("en", "zh")


@pytest.fixture(scope="module")
def json_schema() -> Any:
    return jsonschema_rs.validator_for(json.loads((SCHEMAS / "schema.json").read_text()))


@pytest.fixture(scope="module")
def xml_schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMAS / "schedule.xml.xsd"))


@pytest.fixture
def valid(client: Visitor, json_schema: Any, xml_schema: etree.XMLSchema) -> Callable[[str], list[Entry]]:
    """`valid("delta-2026")` checks every format in both languages; the entries of the calendar in English."""

    def check(slug: str) -> list[Entry]:
        found = {}
        for language in LANGUAGES:
            schedule, document, calendar, programme = (
                client.get(f"/e/{slug}/agenda.{ending}?lang={language}", status=200).get_data()
                for ending in ("json", "xml", "ics", "pdf")
            )
            assert [error.message for error in json_schema.iter_errors(json.loads(schedule))] == []
            xml_schema.assertValid(etree.fromstring(document))
            found[language] = read_calendar(calendar)
            assert programme.startswith(b"%PDF-")
        return found["en"]

    return check


def times(event: Event) -> set[tuple[str, datetime, datetime]]:
    return {(row.uuid, row.starts_at, row.ends_at) for row in whole_agenda(event.id)}


def times_of(entries: list[Entry]) -> set[tuple[str, datetime, datetime]]:
    return {(entry.uid, entry.starts_at, entry.ends_at) for entry in entries}


@pytest.mark.parametrize("slug", ["delta-summit", "alliance-launch"])
def test_the_sample_is_valid_in_every_format(app: Any, valid: Callable[[str], list[Entry]], slug: str) -> None:
    assert build_sample()
    assert times_of(valid(slug)) == times(find_event(slug))


def test_500_sessions_in_45_halls_are_valid_in_every_format(
    new_event: Callable[..., Event], valid: Callable[[str], list[Entry]]
) -> None:
    brussels = new_event(slug="bigdem", time_zone=published.ZONE, starts_at=published.BEGINS, ends_at=published.ENDS)
    import_agenda(brussels.id, published.published_xml(), by=SYSTEM)
    publish(brussels)
    entries = valid("bigdem")
    assert (len(entries), times_of(entries)) == (500, times(brussels))


@pytest.mark.parametrize(("month", "day"), [(3, 27), (10, 30)])
def test_times_hold_across_both_changes_of_the_clock_and_past_midnight(
    new_event: Callable[..., Event], valid: Callable[[str], list[Entry]], month: int, day: int
) -> None:
    starts = datetime(2027, month, day, 9, tzinfo=UTC)
    london = new_event(slug="london", time_zone="Europe/London", starts_at=starts, ends_at=starts + timedelta(days=2))
    for hour in (9, 23):
        for number in (0, 1):
            begins = local_to_utc(date(2027, month, day + number), time(hour, 30), "Europe/London")
            make_session(london, title_en=f"{hour} {number}", starts_at=begins, ends_at=begins + timedelta(hours=1))
    # It runs while the clock is changed.
    begins = local_to_utc(date(2027, month, day + 1), time(0, 30), "Europe/London")
    make_session(london, title_en="Night", starts_at=begins, ends_at=begins + timedelta(hours=3))
    publish(london)
    assert times_of(valid("london")) == times(london)


def test_every_field_may_be_empty(event: Event, valid: Callable[[str], list[Entry]]) -> None:
    session = make_session(event, title_en="", kind="forum")
    make_item(session)
    publish(event)
    [entry] = valid("delta-2026")
    assert (entry.summary, entry.location, entry.description) == ("Forum", "", "Speech")


def test_every_field_may_be_full_of_markup_emoji_and_line_breaks(
    event: Event, valid: Callable[[str], list[Entry]]
) -> None:
    hall = make_hall(event, f"H{NASTY}", f"厅{NASTY}")
    track = add_track(event.id, by=SYSTEM, name_en=f"T{NASTY}", name_zh=f"板{NASTY}")
    session = make_session(
        event, hall_id=hall.id, track_id=track.id, title_en=f"Opening {NASTY}" * 3, title_zh=f"开幕 {NASTY}" * 3,
        summary_en=NASTY * 50, summary_zh=NASTY * 50, language="both",
    )  # fmt: skip
    item = make_item(session, 20, title_en=NASTY, title_zh=NASTY, summary_en=NASTY, summary_zh=NASTY)
    make_part(item, make_person(f"A{NASTY}"[:90], NASTY[:90]), as_en=NASTY, as_zh=NASTY)
    publish(event)
    [entry] = valid("delta-2026")
    assert entry.summary.startswith("Opening <b>&amp; ]]></b>")
    assert entry.status == "CONFIRMED"


def test_what_is_cancelled_stays_in_the_calendar_as_cancelled(
    event: Event, valid: Callable[[str], list[Entry]]
) -> None:
    make_session(event, title_en="Stays")
    gone = make_session(event, 10, 11, title_en="Goes")
    publish(event)
    sequences = {entry.uid: entry.sequence for entry in valid("delta-2026")}
    cancel_session(gone.id, by=SYSTEM)
    publish(event)
    entries = {entry.uid: entry for entry in valid("delta-2026")}
    assert entries[gone.uuid].status == "CANCELLED"
    assert entries[gone.uuid].sequence > sequences[gone.uuid]


# -- The programme to print ----------------------------------------------------------------------------------------


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the programme was drawn of."""
    from eventapp.agenda import printed

    seen: list[dict[str, Any]] = []

    def draw(_template: Path, _name: str, values: dict[str, Any]) -> bytes:
        seen.append(values)
        return b"%PDF-" + json.dumps(values).encode()

    monkeypatch.setattr(printed, "draw_pdf", draw)
    printed._drawn.cache_clear()
    return seen


def test_the_programme_tells_days_in_the_readers_language_with_the_other_beside_it(
    event: Event, client: Visitor, drawn: list[dict[str, Any]]
) -> None:
    session = make_session(event, hall_id=make_hall(event).id, title_zh="开幕")
    make_part(make_item(session, 20, title_en="Speech"), make_person(), as_en="Honorary Director", mode="online")
    publish(event)
    client.get("/e/delta-2026/agenda.pdf?lang=zh", status=200)
    [day] = drawn[0]["days"]
    [shown] = day["sessions"]
    assert (shown["name"], shown["other"], shown["time"]) == ("开幕", "Opening", "09:00–10:00")
    assert shown["hall"] == {"name": "金鸡湖厅", "other": "Lake Hall"}
    [item] = shown["items"]
    [person] = item["people"]
    assert (item["time"], person["name"], person["role"]) == (
        "09:00",
        "Lan Chen",
        "演讲嘉宾 · Honorary Director · 线上连线",
    )


def test_the_programme_by_person_lists_everybody_with_all_they_do(
    event: Event, client: Visitor, drawn: list[dict[str, Any]]
) -> None:
    ada, bo = make_person("Ada", "Zhu"), make_person("Bo", "An")
    first, second = make_session(event, 9, 10), make_session(event, 11, 12, title_en="Forum")
    for session in (first, second):
        make_part(make_item(session), ada)
    make_part(make_item(second), bo, role="moderator")
    publish(event)
    client.get("/e/delta-2026/agenda.pdf?by=person", status=200)
    people = drawn[0]["people"]
    assert [(one["name"], [part["name"] for part in one["parts"]]) for one in people] == [
        ("Bo An", ["Forum"]),
        ("Ada Zhu", ["Opening", "Forum"]),
    ]


def test_who_is_undisclosed_is_in_no_public_programme_and_in_the_teams(
    event: Event, client: Visitor, staff: Callable[..., Visitor], drawn: list[dict[str, Any]]
) -> None:
    person = make_person("Secret", "Guest")
    place_person(event.id, person.id, by=SYSTEM, undisclosed_until=event.ends_at)
    make_part(make_item(make_session(event)), person)
    publish(event)
    for by in ("day", "person"):
        assert b"Secret" not in client.get(f"/e/delta-2026/agenda.pdf?by={by}", status=200).get_data()
    path = "/manage/delta-2026/agenda/programme.pdf"
    assert b"Secret" in staff("viewer").get(f"{path}?by=person", status=200).get_data()
    assert client.get(path).status_code in (302, 303, 401)


def test_before_the_first_release_the_programme_is_empty_and_of_a_draft_there_is_none(
    event: Event, client: Visitor, drawn: list[dict[str, Any]]
) -> None:
    make_session(event)
    client.get("/e/delta-2026/agenda.pdf", status=200)
    assert (drawn[0]["days"], drawn[0]["empty"]) == ([], "The agenda is not published yet.")
    set_event_state(event.id, "draft", by=SYSTEM)
    client.get("/e/delta-2026/agenda.pdf", status=404)


def test_an_unchanged_programme_is_neither_drawn_nor_sent_again(
    event: Event, client: Visitor, drawn: list[dict[str, Any]]
) -> None:
    make_session(event)
    publish(event)
    first = client.get("/e/delta-2026/agenda.pdf", status=200)
    assert first.mimetype == "application/pdf"
    client.get("/e/delta-2026/agenda.pdf", status=304, headers={"If-None-Match": first.headers["ETag"]})
    assert len(drawn) == 1
