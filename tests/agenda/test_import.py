"""The agenda in from files: whole or not at all, tried out first, told row by row, and out again as it came."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import xlsxwriter
from flask import current_app
from flask_babel import force_locale
from lxml import etree
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from eventapp import sheets
from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.accounts.models import AuditEntry, User
from eventapp.agenda.actions import add_part, cancel_session, delete_session, put_in_tray, set_reply, undo
from eventapp.agenda.actions.importing import Imported, import_agenda
from eventapp.agenda.actions.rules import set_rules
from eventapp.agenda.actions.tracks import add_track
from eventapp.agenda.errors import Clashes, FileUnreadable
from eventapp.agenda.formats.said import Named
from eventapp.agenda.formats.table import COLUMNS
from eventapp.agenda.models import AgendaChange, AgendaItem, AgendaSession, Part
from eventapp.agenda.queries import agenda_json, agenda_of, agenda_xml, number_of_clashes, whole_agenda
from eventapp.agenda.queries.files import agenda_table, whole_sessions
from eventapp.agenda.queries.importing import named_people
from eventapp.agenda.times import local_to_utc
from eventapp.agenda.words import fault_words
from eventapp.db import db
from eventapp.events.actions import add_organisation, set_venue
from eventapp.events.models import Event
from eventapp.events.queries import halls_of
from eventapp.people.models import Person
from tests.agenda import published
from tests.agenda.stage import at, make_hall, make_item, make_part, make_person, make_session
from tests.ground.storms import while_others_look
from tests.ground.visitors import Visitor

DESK = "/manage/delta-2026/agenda"
SCHEMAS = Path(__file__).parent / "frab"
MARKUP = "<b>&amp; ]]> “引号” 🎋 '\" =1+1 {{ 7*7 }}"


def table(*rows: Sequence[object], heads: Sequence[str]) -> bytes:
    return sheets.csv_file([heads, *[[str(cell) for cell in row] for row in rows]])


def take(event: Event, data: bytes, **values: Any) -> Imported:
    return import_agenda(event.id, data, by=SYSTEM, **values)


def faults(done: Imported) -> list[tuple[int, str]]:
    return [(fault.row, fault_words(fault)) for fault in done.faults]


def day_of(event: Event) -> str:
    return event.starts_at.date().isoformat()


@pytest.fixture
def twin(new_event: Callable[..., Event], event: Event) -> Event:
    """An empty event at the same time and in the same zone."""
    return new_event(slug="twin")


@pytest.fixture
def full(event: Event) -> Event:
    """An agenda in which there is one of everything: every column full or empty, markup, emoji, 300 characters, the tray."""
    hall, track = (
        make_hall(event, capacity=120, colour="#7a3b2e"),
        add_track(event.id, by=SYSTEM, name_en="AI", name_zh="智能"),
    )
    session = make_session(
        event, hall_id=hall.id, track_id=track.id, title_en=f"Opening {MARKUP}", title_zh="开" * 300, language="both",
        summary_en=f"{MARKUP}\n\nSecond line, “quoted”; a\tb", summary_zh="🎋\n第二行", expected=90, fixed=True,
    )  # fmt: skip
    item = make_item(session, 20, title_en="Speech", title_zh="致辞", summary_en="About it", summary_zh="关于")
    part = make_part(item, make_person(), as_en="Honorary Director", as_zh="名誉主任", mode="online")
    set_reply(part.id, "accepted", by=SYSTEM)
    make_part(item, make_person("Mei", "Lin", family_zh="林", given_zh="梅"), role="moderator", side="first")
    signing = make_item(session, 0, kind="signing")
    organisation = add_organisation(by=SYSTEM, name_en="Delta University", name_zh="三角洲大学")
    add_part(signing.id, by=SYSTEM, role="signatory", organisation_id=organisation.id, side="second")
    add_part(signing.id, by=SYSTEM, role="unveiler", object_en="A plaque", object_zh="铜牌")
    make_session(event, 11, 12, title_en="", kind="break")
    cancel_session(make_session(event, 13, 14, title_en="Gone").id, by=SYSTEM)
    put_in_tray(make_session(event, 15, 17, title_en="Some day", hall_id=hall.id).id, by=SYSTEM)
    late = local_to_utc(event.starts_at.date(), time(23, 30), event.time_zone)
    make_session(event, title_en="Night", starts_at=late, ends_at=late + timedelta(hours=1))
    return event


def content(event: Event) -> list[Any]:
    """All that an agenda holds, without the ids that belong to one event."""
    return [_content_of(session) for session in whole_sessions(event.id)]


def _content_of(session: AgendaSession) -> tuple[Any, ...]:
    columns = (
        "kind",
        "title_en",
        "title_zh",
        "summary_en",
        "summary_zh",
        "language",
        "status",
        "in_tray",
        "fixed",
        "expected",
    )
    hall = (session.hall.name, session.hall.colour, session.hall.capacity) if session.hall else None
    track = (session.track.name, session.track.colour) if session.track else None
    times = session.ends_at - session.starts_at if session.in_tray else (session.starts_at, session.ends_at)
    return (
        *(getattr(session, column) for column in columns),
        hall,
        track,
        times,
        [_item(item) for item in session.items],
    )


def _item(item: AgendaItem) -> tuple[Any, ...]:
    columns = ("kind", "minutes", "title_en", "title_zh", "summary_en", "summary_zh", "position")
    return (*(getattr(item, column) for column in columns), [_part(part) for part in item.parts])


def _part(part: Part) -> tuple[Any, ...]:
    columns = (
        "role",
        "side",
        "mode",
        "reply",
        "as_en",
        "as_zh",
        "object_en",
        "object_zh",
        "person_id",
        "organisation_id",
        "position",
    )
    return tuple(getattr(part, column) for column in columns)


# -- Tables come back whole ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_table_that_is_read_back_changes_nothing(full: Event, form: str) -> None:
    before, changes = content(full), db.session.scalar(select(func.count(AgendaChange.id)))
    done = take(full, agenda_table(full, whole_sessions(full.id), form))
    assert (done.new, done.changed, done.same, done.removed, faults(done)) == (0, 0, 5, 0, [])
    assert content(full) == before
    assert db.session.scalar(select(func.count(AgendaChange.id))) == changes


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_table_makes_the_same_agenda_in_an_empty_event(full: Event, twin: Event, form: str) -> None:
    data = agenda_table(full, whole_sessions(full.id), form)
    done = take(twin, data)
    assert (done.new, done.changed, done.same, done.halls, done.tracks, done.people) == (
        5,
        0,
        0,
        ["Lake Hall"],
        ["AI"],
        [],
    )
    if form == "xlsx":
        assert content(twin) == content(full)
    # The copy has ids of its own and is the same again when it is read back into itself.
    again = agenda_table(twin, whole_sessions(twin.id), form)
    assert take(twin, again).same == 5
    assert _without_ids(again, form) == _without_ids(data, form)


def _without_ids(data: bytes, form: str) -> list[list[str]]:
    ids = {COLUMNS.index(name) for name in ("session", "hall", "track", "item", "part")}
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python() if form == "xlsx" else list(
        csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    )  # fmt: skip
    return [[cell for number, cell in enumerate(row) if number not in ids] for row in rows]


def test_what_was_deleted_comes_back_with_its_ids(full: Event) -> None:
    data = agenda_table(full, whole_sessions(full.id), "xlsx")
    before = content(full)
    ids = {(row.public_id, *(item.public_id for item in row.items)) for row in whole_agenda(full.id)}
    for row in whole_agenda(full.id):
        delete_session(row.id, by=SYSTEM)
    assert take(full, data).new == 5
    assert content(full) == before
    assert {(row.public_id, *(item.public_id for item in row.items)) for row in whole_agenda(full.id)} == ids


def test_both_hours_that_the_clock_shows_twice_come_back(new_event: Callable[..., Event]) -> None:
    starts = datetime(2026, 10, 24, 9, tzinfo=UTC)
    london = new_event(slug="london", time_zone="Europe/London", starts_at=starts, ends_at=starts + timedelta(days=2))
    for hour in (0, 1):
        begins = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
        make_session(london, title_en=f"Hour {hour}", starts_at=begins, ends_at=begins + timedelta(minutes=20))
    data = agenda_table(london, whole_sessions(london.id), "csv")
    assert b"2026-10-25 01:30+01:00" in data
    assert b"2026-10-25 01:30+00:00" in data
    assert take(london, data).same == 2


def test_a_changed_cell_changes_its_row_and_nothing_else(full: Event) -> None:
    data = agenda_table(full, whole_sessions(full.id), "csv").decode("utf-8-sig").replace("Night", "Long night")
    done = take(full, data.encode())
    assert (done.new, done.changed, done.same) == (0, 1, 4)
    assert "Long night" in {row.title_en for row in whole_agenda(full.id)}


def test_items_and_parts_that_are_no_longer_in_the_file_are_taken_out(full: Event) -> None:
    rows = list(
        csv.reader(io.StringIO(agenda_table(full, whole_sessions(full.id), "csv").decode("utf-8-sig"), newline=""))
    )
    role = COLUMNS.index("role")
    kept = [row for row in rows if row[role] not in ("moderator", "signatory", "unveiler")]
    done = take(full, sheets.csv_file(kept))
    assert (done.changed, done.removed) == (1, 2)
    [opening] = [row for row in whole_agenda(full.id) if row.items]
    assert [len(item.parts) for item in opening.items] == [1]


def test_columns_that_the_file_lacks_are_left_alone(full: Event) -> None:
    before = content(full)
    rows = [[row.public_id, f"{row.title_en} again"] for row in whole_agenda(full.id) if row.title_en == "Night"]
    done = take(full, table(*rows, heads=("session", "title_en")))
    assert (done.changed, faults(done)) == (1, [])
    [after], [unchanged] = (
        [row[10:] for row in rows if row[1].startswith("Night")] for rows in (content(full), before)
    )
    assert after == unchanged


# -- Tables as people write them -----------------------------------------------------------------------------------


def test_a_table_written_by_hand_is_understood_in_either_language(event: Event) -> None:
    day = day_of(event)
    english = table(
        (day, "9:00", "10:30", "Lake Hall", "Keynote", "Opening", "Lan Chen"),
        ("", "", "", "", "", "", "Mei Lin"),
        (day, "22:30", "00:30", "湖厅", "Meal", "晚宴", ""),
        heads=("Date", "Start", "End", "Room", "Type", "Title", "Speaker"),
    )
    done = take(event, english)
    assert (done.new, done.halls, done.people, faults(done)) == (2, ["Lake Hall", "湖厅"], ["Lan Chen", "Mei Lin"], [])
    first, second = whole_agenda(event.id)
    assert (first.starts_at, first.ends_at, first.kind, first.title_en) == (
        at(event, 9),
        at(event, 10, 30),
        "keynote",
        "Opening",
    )
    assert [part.person.name.en for item in first.items for part in item.parts] == ["Lan Chen", "Mei Lin"]
    assert (second.ends_at, second.title_zh, second.hall.name_zh) == (at(event, 24, 30), "晚宴", "湖厅")
    chinese = table(
        (day, "14:00", "15:00", "湖厅", "主旨演讲", "总结"),
        heads=("日期", "开始时间", "结束时间", "会场", "类型", "标题"),
    )
    with force_locale("zh"):
        assert take(event, chinese).new == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030", "utf-16"])
def test_a_table_may_come_in_any_usual_encoding(event: Event, encoding: str) -> None:
    text = f"starts;minutes;title_zh\r\n{day_of(event)} 09:00;60;长三角峰会开幕\r\n"
    assert take(event, text.encode(encoding)).new == 1
    assert [row.title_zh for row in whole_agenda(event.id)] == ["长三角峰会开幕"]


def test_cells_that_a_spreadsheet_holds_as_dates_and_numbers_are_read(event: Event) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet, form = book.add_worksheet("Plan"), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(0, 0, ("starts", "minutes", "title_en", "expected"))
        sheet.write_datetime(1, 0, datetime.combine(event.starts_at.date(), time(9)), form)
        sheet.write_row(1, 1, (45, "Opening", 300))
    assert faults(take(event, file.getvalue())) == []
    [row] = whole_agenda(event.id)
    assert (row.starts_at, row.ends_at, row.expected) == (at(event, 9), at(event, 9, 45), 300)


# -- All of it or nothing ------------------------------------------------------------------------------------------


def test_every_wrong_row_is_told_and_nothing_is_done(event: Event) -> None:
    make_person()
    make_person()
    day, heads = day_of(event), ("starts", "ends", "title_en", "kind", "expected", "person_en", "thing_en", "hall")
    data = table(
        (f"{day} 09:00", f"{day} 10:00", "Right", "", "", "", "", ""),
        ("tomorrow", f"{day} 10:00", "No time", "", "", "", "", ""),
        (f"{day} 10:00", f"{day} 09:00", "Backwards", "", "", "", "", ""),
        (f"{day} 10:00", "", "Endless", "", "", "", "", ""),
        (f"{day} 10:00", "11:00", "Party", "party", "", "", "", ""),
        (f"{day} 10:00", "11:00", "Crowd", "", "many", "", "", ""),
        ("1999-01-01 10:00", "1999-01-01 11:00", "Long ago", "", "", "", "", ""),
        (f"{day} 10:00", "11:00", "a" * 301, "", "", "", "", ""),
        (f"{day} 10:00", "11:00", "hid\u202eden", "", "", "", "", ""),
        (f"{day} 12:00", "13:00", "Both", "", "", "Ada Lo", "A plaque", ""),
        (f"{day} 13:00", "14:00", "Whose?", "", "", "Lan Chen", "", ""),
        (f"{day} 14:00", "15:00", "Where?", "", "", "", "", "0123456789abcdef"),
        heads=heads,
    )
    done = take(event, data)
    assert faults(done) == [
        (3, "“tomorrow” is no date and time; write it like 2026-11-23 09:00"),
        (4, f"it does not end after it starts: {day} 10:00 – {day} 09:00"),
        (5, "it has no end and no length"),
        (6, "“party” is no kind of session"),
        (7, "“many” is no whole number, or too large"),
        (8, "“1999-01-01 10:00” is more than a year away from the event"),
        (9, "a text is too long: title_en"),
        (10, "there are invisible control characters in it: title_en"),
        (11, "name a person, or an organisation, or a thing: exactly one of the three"),
        (11, "its row 11 is wrong"),
        (12, "several people are called Lan Chen; write the id of the one who is meant"),
        (13, "there is no hall with the id 0123456789abcdef, and no name to make one"),
    ]
    assert (done.done, done.new, whole_agenda(event.id), halls_of(event.id)) == (False, 1, [], [])
    assert db.session.scalar(select(func.count(Person.id))) == 2
    done = take(event, data, skip_wrong=True)
    assert (done.done, [row.title_en for row in whole_agenda(event.id)]) == (True, ["Right"])


def test_a_dry_run_tells_all_and_leaves_nothing(event: Event) -> None:
    hall = make_hall(event)
    make_session(event, hall_id=hall.id)
    audits = db.session.scalar(select(func.count(AuditEntry.id)))
    data = table((f"{day_of(event)} 09:30", 60, "Forum", "Lake Hall", "New Person", "New Track"),
                 heads=("starts", "minutes", "title_en", "hall_en", "person_en", "track_en"))  # fmt: skip
    done = take(event, data, dry_run=True)
    assert (done.new, done.people, done.tracks, done.halls) == (1, ["New Person"], ["New Track"], [])
    assert [told.rule for told in done.clashes] == ["hall"]
    assert "“Opening” and “Forum”" in done.clashes[0].sentence
    assert (len(whole_agenda(event.id)), db.session.scalar(select(func.count(AuditEntry.id)))) == (1, audits)
    assert db.session.scalar(select(func.count(Person.id))) == 0


def test_an_import_is_one_change_and_is_undone_as_one(event: Event, organiser: User) -> None:
    by = Actor("user", organiser.id)
    keeper = make_session(event, title_en="Before")
    data = table((keeper.public_id, f"{day_of(event)} 09:00", 90, "After", ""), ("", f"{day_of(event)} 11:00", 60, "New", "Ada Lo"),
                 heads=("session", "starts", "minutes", "title_en", "person_en"))  # fmt: skip
    before = content(event)
    import_agenda(event.id, data, by=by)
    assert [row.title_en for row in whole_agenda(event.id)] == ["After", "New"]
    [change] = db.session.scalars(select(AgendaChange).where(AgendaChange.action == "import_agenda"))
    assert {entry["table"] for entry in change.changes} == {"agenda_sessions", "agenda_items", "parts"}
    undo(event.id, by=by)
    assert content(event) == before


def test_a_clash_that_the_event_blocks_refuses_the_whole_file(event: Event) -> None:
    hall = make_hall(event)
    make_session(event, hall_id=hall.id)
    set_rules(event.id, by=SYSTEM, levels={"hall": "block"})
    data = table(
        (f"{day_of(event)} 09:30", 60, "Forum", "Lake Hall"), heads=("starts", "minutes", "title_en", "hall_en")
    )
    assert take(event, data, dry_run=True).clashes[0].level == "block"
    with pytest.raises(Clashes):
        take(event, data)
    assert len(whole_agenda(event.id)) == 1


def test_an_id_of_another_events_session_is_not_taken_from_it(full: Event, twin: Event) -> None:
    take(twin, agenda_table(full, whole_sessions(full.id), "xlsx"))
    ids = {row.public_id for row in whole_agenda(full.id)}
    assert ids.isdisjoint(row.public_id for row in whole_agenda(twin.id))
    assert len(whole_agenda(full.id)) == 5


def test_a_skipped_hour_is_told(new_event: Callable[..., Event]) -> None:
    starts = datetime(2027, 3, 27, 9, tzinfo=UTC)
    london = new_event(slug="london", time_zone="Europe/London", starts_at=starts, ends_at=starts + timedelta(days=2))
    done = take(london, table(("2027-03-28 01:30", 60, "Night"), heads=("starts", "minutes", "title_en")))
    assert faults(done) == [(2, "the clock never shows 2027-03-28 01:30: daylight saving time begins")]


def test_rows_of_one_session_that_contradict_each_other_are_told(event: Event) -> None:
    session = make_session(event)
    day = day_of(event)
    data = table((session.public_id, f"{day} 09:00", 60, "One"), (session.public_id, f"{day} 09:00", 60, "Two"),
                 heads=("session", "starts", "minutes", "title_en"))  # fmt: skip
    assert faults(take(event, data)) == [(2, "its row 3 is wrong"), (3, "the same session stands otherwise in row 2")]


# -- Hostile files -------------------------------------------------------------------------------------------------


def packed(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), part)
    return file.getvalue()


def workbook_with(sheet: bytes) -> bytes:
    """A spreadsheet of our own with another sheet in place of its first."""
    original = zipfile.ZipFile(io.BytesIO(sheets.xlsx_file("Agenda", [("starts",)])))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in original.infolist():
            archive.writestr(part.filename, sheet if part.filename.endswith("sheet1.xml") else original.read(part))
    return file.getvalue()


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
)
BOMB = b"""<?xml version="1.0"?><!DOCTYPE schedule [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<schedule><version>&b;</version><conference/></schedule>"""
THIEF = b"""<?xml version="1.0"?><!DOCTYPE schedule SYSTEM "file:///etc/passwd"><schedule><conference/></schedule>"""
HOSTILE = {
    "an entity bomb": (BOMB, "declares a type of document"),
    "a thief": (THIEF, "declares a type of document"),
    "deep XML": (b"<schedule>" + b"<a>" * 5000, "cannot be read"),
    "broken XML": (b"<schedule><conference></schedule>", "cannot be read"),
    "another XML": (b"<svg><conference/></svg>", "not frab"),
    "deep JSON": (b'{"a":' * 20_000, "cannot be read"),
    "another JSON": (b'{"schedule": {"conference": 7}}', "not frab"),
    "a JSON of odd types": (b'{"schedule": {"conference": {"days": {"1": 2}}}}', "not frab"),
    "nothing": (b"", "does not name the columns"),
    "noise": (b"\x00\x01\xff\xfe" * 99, "cannot be read"),
    "a PDF": (b"%PDF-1.7 \x00\x00 1 0 obj", "cannot be read"),
    "no workbook": (packed(evil_xml=b"<a/>"), "cannot be read"),
    "a broken archive": (b"PK\x03\x04" + b"\x00" * 50, "cannot be read"),
    "a packed bomb": (packed(xl__workbook_xml=b" " * 250_000_000), "cannot be read"),
    "a far cell": (workbook_with((SHEET % '<row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"/></row>').encode()), "cannot be read"),
    "a far row": (workbook_with((SHEET % '<row r="1048000"><c/><c/></row>').encode()), "cannot be read"),
    "a declared entity in a sheet": (workbook_with(b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + (SHEET % "").encode()), "cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_words(event: Event, name: str) -> None:
    data, words = HOSTILE[name]
    with pytest.raises(FileUnreadable) as refusal:
        take(event, data)
    assert words in str(refusal.value)


def test_a_part_that_is_longer_than_the_list_of_contents_says_is_refused(event: Event) -> None:
    data = bytearray(packed(xl__workbook_xml=b"<a>" + b" " * 1_000_000 + b"</a>"))
    place = data.index((1_000_007).to_bytes(4, "little"), data.rindex(b"PK\x01\x02"))
    data[place : place + 4] = (7).to_bytes(4, "little")
    with pytest.raises(FileUnreadable):
        take(event, bytes(data))


def test_ten_thousand_rows_are_read_and_more_are_refused(event: Event) -> None:
    day, heads = day_of(event), ("session", "starts", "minutes", "title_en", "item_title_en", "person_en")
    rows = [
        (f"{number // 100:016x}", f"{day} 09:00", 60, f"T{number // 100}", f"Step {number}", "Ada Lo")
        for number in range(10_001)
    ]
    done = take(event, table(*rows, heads=heads), dry_run=True)
    assert [(fault.row, fault.code) for fault in done.faults] == [(10_002, "many")]
    assert (done.new, done.people) == (100, ["Ada Lo"])


# -- frab: real programmes -----------------------------------------------------------------------------------------


@pytest.fixture
def brussels(new_event: Callable[..., Event]) -> Event:
    return new_event(slug="bigdem-2027", time_zone=published.ZONE, starts_at=published.BEGINS, ends_at=published.ENDS)


@pytest.fixture(scope="module")
def json_schema() -> Any:
    return jsonschema_rs.validator_for(json.loads((SCHEMAS / "schema.json").read_text()))


@pytest.fixture(scope="module")
def xml_schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMAS / "schedule.xml.xsd"))


def exported(event: Event, language: str = "en") -> tuple[dict[str, Any], bytes]:
    with current_app.test_request_context(f"/?lang={language}"), force_locale(language):
        days = agenda_of(event, None)
        return agenda_json(event, days), agenda_xml(event, days)


def test_a_published_programme_of_500_sessions_in_45_halls_comes_in_whole(
    brussels: Event, json_schema, xml_schema
) -> None:
    done = take(brussels, published.published_xml())
    assert (done.new, len(done.halls), len(done.tracks), faults(done)) == (500, 45, 45, [])
    assert {note.text for note in done.notes} == {"devroom", "maintrack", "lightningtalk", "podium", "fr"}
    rows = {row.uuid: row for row in whole_agenda(brussels.id)}
    for event in published.published_events():
        row = rows[event["guid"]]
        assert (row.starts_at, row.ends_at - row.starts_at) == (event["start"], timedelta(minutes=25))
        assert row.title_en == (f"{event['title']}: {event['subtitle']}" if event["subtitle"] else event["title"])
        assert (row.hall.name_en, row.track.name_en) == (event["room"], event["track"])
        people = [part.person.name for item in row.items for part in item.parts]
        assert [name.zh or name.en for name in people] == [name for _number, name in event["people"]]
        assert row.summary_en == (f"First & foremost {event['id'] - 10_000}.\nOne\nTwo" if event["abstract"] else "")
    assert number_of_clashes(brussels.id) == 0
    schedule, document = exported(brussels)
    assert [error.message for error in json_schema.iter_errors(schedule)] == []
    xml_schema.assertValid(etree.fromstring(document))


def test_json_and_older_xml_say_the_same_as_xml(brussels: Event, new_event: Callable[..., Event]) -> None:
    times = {"time_zone": published.ZONE, "starts_at": published.BEGINS, "ends_at": published.ENDS}
    other, older = new_event(slug="other", **times), new_event(slug="older", **times)
    take(brussels, published.published_xml())
    assert take(other, published.published_json()).new == 500
    assert take(older, published.published_xml(with_dates=False, with_guids=False)).new == 500
    assert content(brussels) == content(other) == content(older)


def test_a_programme_that_comes_again_changes_nothing_and_a_new_edition_only_what_is_new(brussels: Event) -> None:
    take(brussels, published.published_xml())
    again = take(brussels, published.published_xml())
    assert (again.new, again.changed, again.same, again.people, again.halls) == (0, 0, 500, [], [])
    edition = (
        published.published_xml().replace(b"Talk 7:", b"Talk seven:").replace(b"Bring a laptop.", b"Bring two laptops.")
    )
    done = take(brussels, edition)
    assert (done.new, done.changed, done.same) == (0, 101, 399)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_our_own_files_come_back_as_they_went_out(full: Event, twin: Event, language: str) -> None:
    set_venue(full.id, by=SYSTEM, name_en="Lakeside Centre", name_zh="湖畔中心")
    set_venue(twin.id, by=SYSTEM, name_en="Lakeside Centre", name_zh="湖畔中心")
    schedule, document = exported(full, language)
    for data in (json.dumps(schedule).encode(), document):
        done = take(twin, data)
        assert faults(done) == []
        back, back_document = exported(twin, language)
        assert _events(back) == _events(schedule)
        assert _elements(back_document) == _elements(document)
        for row in whole_agenda(twin.id):
            db.session.delete(row)
        db.session.commit()


DERIVED = ("url", "slug", "id", "guid", "room_guid", "persons_ids")


def _events(schedule: dict[str, Any]) -> list[dict[str, Any]]:
    """All that the format says of our events, without the addresses and numbers that are made of an event's own ids."""
    events = [
        event for day in schedule["schedule"]["conference"]["days"] for room in day["rooms"].values() for event in room
    ]
    told = [{key: value for key, value in event.items() if key not in DERIVED} for event in events]
    return [{**event, "persons": [person["name"] for person in event["persons"]]} for event in told]


def _elements(document: bytes) -> list[list[tuple[str, str]]]:
    return [
        [(child.tag, "".join(child.itertext())) for child in event if child.tag not in DERIVED]
        for event in etree.fromstring(document).iter("event")
    ]


def test_our_own_file_read_back_into_its_event_changes_nothing(full: Event) -> None:
    schedule, document = exported(full)
    for data in (json.dumps(schedule).encode(), document):
        done = take(full, data)
        assert (done.new, done.changed, done.same, faults(done)) == (0, 0, 4, [])


def test_wrong_events_of_a_schedule_are_told_by_their_number(event: Event) -> None:
    day = day_of(event)
    right = {
        "guid": "4f4e9f3c-0000-4000-8000-000000000001",
        "date": f"{day}T09:00:00+08:00",
        "duration": "01:00",
        "title": "Right",
    }
    events = [
        right,
        {**right, "title": "Again"},
        {**right, "guid": "4f4e9f3c-0000-4000-8000-000000000002", "date": "today"},
        {**right, "guid": "4f4e9f3c-0000-4000-8000-000000000003", "duration": "soon"},
        {**right, "guid": "4f4e9f3c-0000-4000-8000-000000000004", "duration": "00:00"},
        {**right, "guid": "4f4e9f3c-0000-4000-8000-000000000005", "title": "t" * 301},
        {**right, "guid": "4f4e9f3c-0000-4000-8000-000000000006", "persons": [{"name": "p" * 101}]},
        "no event",
    ]
    conference = {"days": [{"date": day, "rooms": {"Hall": events}}]}
    done = take(event, json.dumps({"schedule": {"conference": conference}}).encode())
    assert faults(done) == [
        (2, "the id 4f4e9f3c-0000-4000-8000-000000000001 comes twice"),
        (3, "“today” is no date and time; write it like 2026-11-23 09:00"),
        (4, "it has no end and no length"),
        (5, "it does not end after it starts: 00:00"),
        (6, "a text is too long: title"),
        (7, "a text is too long: person"),
        (8, "this is no event"),
    ]
    assert whole_agenda(event.id) == []


def test_chinese_xml_of_old_is_read(event: Event) -> None:
    text = (
        '<?xml version="1.0" encoding="GB2312"?><schedule><conference/><day date="%s"><room name="湖厅">'
        '<event id="1"><start>09:00</start><duration>01:00</duration><title>开幕</title></event></room></day></schedule>'
    )
    assert take(event, (text % day_of(event)).encode("gb18030")).new == 1
    assert [(row.title_zh, row.hall.name_zh) for row in whole_agenda(event.id)] == [("开幕", "湖厅")]


# -- The page and the command --------------------------------------------------------------------------------------


def upload(data: bytes, name: str = "agenda.csv") -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), name


def test_the_page_checks_first_and_takes_over_then(event: Event, staff: Callable[..., Visitor]) -> None:
    editor = staff("editor")
    data = table(
        (f"{day_of(event)} 09:00", 60, "Opening", "Lake Hall"), heads=("starts", "minutes", "title_en", "hall_en")
    )
    shown = editor.get(f"{DESK}/import", status=200)
    page = editor.press(shown, "Only check the file", status=200, file=upload(data))
    assert page.words.count("1 new session") == 1
    assert "What would be done" in page.words
    assert "New halls: Lake Hall" in page.words
    assert whole_agenda(event.id) == []
    page = editor.press(shown, "Take it over", status=200, file=upload(data))
    assert "What was done" in page.words
    assert [row.title_en for row in whole_agenda(event.id)] == ["Opening"]


def test_the_page_tells_what_is_wrong_and_does_nothing(event: Event, staff: Callable[..., Visitor]) -> None:
    editor = staff("editor")
    shown = editor.get(f"{DESK}/import", status=200)
    page = editor.press(
        shown, "Take it over", status=422, file=upload(table(("soon", 60), heads=("starts", "minutes")))
    )
    assert "Nothing was done" in page.words
    assert "“soon” is no date and time" in page.words
    page = editor.press(shown, "Take it over", status=422, file=upload(BOMB, "schedule.xml"))
    assert any("declares a type of document" in error for error in page.errors)
    page = editor.press(shown, "Take it over", status=422)
    assert any("Choose a file." in error for error in page.errors)
    editor.press(shown, "Take it over", status=413, file=upload(b"x" * (10 * 1024 * 1024)))
    assert whole_agenda(event.id) == []


def test_who_may_only_look_may_export_and_not_import(full: Event, staff: Callable[..., Visitor]) -> None:
    viewer = staff("viewer")
    viewer.get(f"{DESK}/import", status=403)
    answer = viewer.get(f"{DESK}/export?format=csv", status=200)
    assert answer.get_data().startswith(b"\xef\xbb\xbfsession,starts")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="agenda-delta-2026.csv"'
    assert viewer.get(f"{DESK}/export", status=200).get_data().startswith(b"PK")
    viewer.get(f"{DESK}/export?format=exe", status=404)


def run(app: Any, *arguments: str) -> Any:
    return app.test_cli_runner().invoke(args=["agenda", *arguments])


def test_the_command_line_tries_out_and_takes_over(app: Any, full: Event, twin: Event, tmp_path: Path) -> None:
    file = str(tmp_path / "agenda.xlsx")
    assert run(app, "export", "delta-2026", "--format", "xlsx", "--draft", "--output", file).exit_code == 0
    tried = run(app, "import", "twin", file, "--dry-run")
    assert (tried.exit_code, tried.stdout) == (0, "would be imported: 5 new, 0 changed, 0 the same; 0 wrong\n")
    assert "New hall: Lake Hall" in tried.stderr
    assert whole_agenda(twin.id) == []
    done = run(app, "import", "twin", file)
    assert (done.exit_code, done.stdout) == (0, "imported: 5 new, 0 changed, 0 the same; 0 wrong\n")
    assert content(twin) == content(full)


def test_the_command_line_tells_wrong_rows_and_fails(app: Any, event: Event, tmp_path: Path) -> None:
    file = tmp_path / "agenda.csv"
    file.write_bytes(table(("soon", 60), (f"{day_of(event)} 09:00", 60), heads=("starts", "minutes")))
    done = run(app, "import", "delta-2026", str(file))
    assert (done.exit_code, done.stdout) == (1, "would be imported: 1 new, 0 changed, 0 the same; 1 wrong\n")
    assert "2: “soon” is no date and time" in done.stderr
    assert run(app, "import", "delta-2026", str(file), "--skip-wrong").stdout.startswith("imported: 1 new")
    file.write_bytes(THIEF)
    assert "Error: This XML declares a type of document" in run(app, "import", "delta-2026", str(file)).output
    assert run(app, "import", "nowhere", str(file)).output == "Error: There is no event nowhere.\n"


# -- Several at once -----------------------------------------------------------------------------------------------


def import_one(index: int, event_id: int, data: bytes) -> int:
    return import_agenda(event_id, data, by=SYSTEM).new


@pytest.mark.both_databases
def test_one_file_imported_by_many_at_once_comes_in_once(event: Event, storm: Callable[..., list[Any]]) -> None:
    right = {"guid": "4f4e9f3c-0000-4000-8000-000000000001", "date": f"{day_of(event)}T09:00:00+08:00", "duration": "01:00",
             "title": "Opening", "room": "Lake Hall", "persons": [{"name": "Ada Lo"}]}  # fmt: skip
    data = json.dumps({"schedule": {"conference": {"days": [{"rooms": {"Lake Hall": [right]}}]}}}).encode()
    outcomes = storm(import_one, processes=2, threads=3, args=(event.id, data))
    assert sorted((outcome.value, outcome.refusal) for outcome in outcomes) == [(0, None)] * 5 + [(1, None)]
    assert (len(whole_agenda(event.id)), len(halls_of(event.id))) == (1, 1)
    assert db.session.scalar(select(func.count(Person.id))) == 1


def name_naively(index: int, event_id: int) -> None:
    """Look who is there first and write afterwards, with nothing that holds the two together."""
    known = named_people(event_id).matches(Named(en="Ada Lo"))
    db.session.rollback()
    while_others_look()
    if not known:
        make_person("Ada", "Lo")


@pytest.mark.both_databases
def test_without_the_lock_somebody_would_be_made_several_times(event: Event, storm: Callable[..., list[Any]]) -> None:
    storm(name_naively, processes=2, threads=3, args=(event.id,))
    assert db.session.scalar(select(func.count(Person.id))) > 1
