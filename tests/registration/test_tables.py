"""Registrations out as tables and in from them: nothing runs, nothing comes twice, every bad row is told."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from typing import Any

import pytest
import xlsxwriter
from python_calamine import load_workbook
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.db import db
from eventapp.messaging.models import OutboxMessage
from eventapp.registration.actions import change_answers
from eventapp.registration.actions.importing import import_registrations
from eventapp.registration.errors import TableUnreadable, TableWithoutHeads
from eventapp.registration.models import Answer, Booking, Registration
from eventapp.registration.words import fault_words
from tests.registration.asking import answers, ask, ask_choice
from tests.registration.guests import assert_places_add_up, count, make_category, make_notice, register_guest, states

HEADS = "Name,E-mail,Organisation\n"


@pytest.fixture
def category(event):
    return make_category(event, 2)


def _import(event: Any, text: str | bytes, **values: Any) -> Any:
    data = text.encode() if isinstance(text, str) else text
    return import_registrations(event.id, data, by=SYSTEM, **values)


def _told(done: Any) -> list[tuple[int, list[str]]]:
    return [(number, [fault_words(fault) for fault in faults]) for number, faults in done.faults]


def _names() -> list[str]:
    return [str(row.name) for row in db.session.scalars(select(Registration).order_by(Registration.id))]


# -- In --------------------------------------------------------------------------------------------------------------


def test_a_table_registers_in_order_and_sends_no_mail(event, category):
    done = _import(event, HEADS + "Lei Li,a@example.org,Works\nMei Han,b@example.org,\n韩梅梅,c@example.org,研究院\n")
    assert (done.fresh, done.known, done.faults, dict(done.states)) == (3, 0, [], {"confirmed": 2, "waiting": 1})
    assert states() == ["confirmed", "confirmed", "waiting"]
    assert _names() == ["Lei Li", "Mei Han", "韩梅梅"]
    assert count(OutboxMessage) == 0
    assert_places_add_up(category.id)


def test_the_same_table_twice_changes_nothing_and_a_corrected_one_adds_what_was_wrong(event, category):
    table = HEADS + "Lei Li,a@example.org,\nLei Li,a@example.org,\nMei Han,wrong,\n"
    first, again = _import(event, table), _import(event, table)
    assert (first.fresh, again.fresh, again.known) == (2, 0, 2)
    corrected = _import(event, table.replace("wrong", "mei@example.org"))
    assert (corrected.fresh, corrected.known, corrected.faults) == (1, 2, [])
    assert count(Registration) == 3


def test_a_dry_run_tells_the_same_and_writes_nothing(event, category):
    table = HEADS + "Lei Li,a@example.org,\n,b@example.org,\n"
    dry = _import(event, table, dry_run=True)
    assert (dry.fresh, _told(dry)) == (1, [(3, ["the name is missing"])])
    assert count(Registration) == 0
    assert _import(event, table).fresh == 1
    assert (_import(event, table, dry_run=True).fresh, _import(event, table, dry_run=True).known) == (0, 1)


def test_each_bad_row_is_told_with_its_number_and_every_reason(event, category):
    make_category(event, code="media", name_en="Media", name_zh="媒体")
    lines = [
        "Name,E-mail,Phone,Category,Language",
        "Lei Li,a@example.org,,Nobility,",
        ",no address,12,Industry,French",
        "Mei Han,,,媒体,",
        f"{'x' * 101},a@example.org,,media,zh",
        "A\u202eB,a@example.org,,media,",
        "",
        "Mei Han,mei@example.org,,媒体,中文",
    ]
    done = _import(event, "\n".join(lines))
    assert _told(done) == [
        (2, ["the category is missing, or there is none of this name"]),
        (
            3,
            [
                "the e-mail address is not complete",
                "the phone number cannot be read",
                "the name is missing",
                "the language is neither English nor Chinese",
            ],
        ),
        (4, ["there is neither an e-mail address nor a phone number"]),
        (5, ["name, organisation or position is too long"]),
        (6, ["it holds invisible control characters"]),
    ]
    row = db.session.scalars(select(Registration)).one()
    assert (row.category.code, row.language) == ("media", "zh")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_files_are_read_as_people_save_them(event, category, encoding, separator):
    lines = [["中文姓名", "手机号", "单位"], ["欧阳娜娜", "138 0013 8000", "湖畔研究院"]]
    done = _import(event, "\r\n".join(separator.join(line) for line in lines).encode(encoding))
    row = db.session.scalars(select(Registration)).one()
    assert (done.fresh, row.family_zh, row.phone, row.organisation) == (1, "欧阳", "+8613800138000", "湖畔研究院")


def test_a_spreadsheet_is_read_with_numbers_and_days_as_people_see_them(event, category):
    ask(event, "arrival", "date", label_en="Arrival")
    ask(event, "guests", "number", label_en="Guests")
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for column, head in enumerate(("Given name", "Mobile", "Arrival", "Guests")):
            sheet.write(0, column, head)
        sheet.write(1, 0, "Lei")
        sheet.write_number(1, 1, 13800138000)
        sheet.write_datetime(1, 2, event.starts_at.replace(tzinfo=None, hour=0), book.add_format({"num_format": 14}))
        sheet.write_number(1, 3, 2)
    done = _import(event, file.getvalue())
    assert _told(done) == []
    assert answers() == {"arrival": event.starts_at.date().isoformat(), "guests": 2}
    assert db.session.scalars(select(Registration.phone)).one() == "+8613800138000"


def test_answers_are_judged_by_the_same_questionnaire(event, category):
    ask(event, "plate", label_en="Car plate", required=True)
    ask_choice(event, "lunch", ("At the lake", "湖边", 1), label_en="Lunch", label_zh="午餐")
    ask(event, "diet", label_en="Diet", purpose="sensitive")
    ask(event, "passport", "document", label_en="Passport", purpose="documents")
    head = "Name,E-mail,Car plate,午餐,Diet,Passport\n"
    done = _import(
        event,
        head
        + "Lei Li,a@example.org,A1,at the LAKE,,E12345678\n"
        + "Mei Han,b@example.org,,On the roof,,\n"
        + "Mei Han,b@example.org,B1,湖边,No nuts,\n"
        + "Mei Han,b@example.org,B1,湖边,,\n",
    )
    assert [number for number, _reasons in _told(done)] == [3, 4]
    assert [reason.partition(":")[0] for reason in _told(done)[0][1]] == ["Car plate", "Lunch"]
    rows = db.session.scalars(select(Registration).order_by(Registration.id)).all()
    assert answers(rows[0])["plate"] == "A1"
    passport = db.session.scalars(select(Answer).where(Answer.tail != "")).one()
    assert (passport.value, passport.tail, "E12345678" in passport.sealed) == ("", "5678", False)
    assert db.session.scalars(select(Booking.state).order_by(Booking.id)).all() == ["confirmed", "waiting"]


def test_what_is_no_table_is_refused(event, category):
    for data in (b"PK\x03\x04 not a spreadsheet", b"\x89PNG\r\n\x1a\n\x00\x00", b"\x00" * 100):
        with pytest.raises(TableUnreadable):
            _import(event, data)
    for data in (b"", b"Colour,Shape\nred,round\n", b"Name\nLei Li\n"):
        with pytest.raises(TableWithoutHeads):
            _import(event, data)


def test_columns_that_say_nothing_to_us_are_named(event, category):
    assert _import(event, "Name,Shoe size,E-mail\nLei Li,43,a@example.org\n").unread == ["Shoe size"]


def test_ten_thousand_rows_take_few_statements(event, count_statements):
    make_category(event, None)
    ask(event, "plate", label_en="Car plate")
    lines = [f"Lei Li {number},guest{number}@example.org,A{number}" for number in range(10_000)]
    with count_statements() as statements:
        done = _import(event, "Name,E-mail,Car plate\n" + "\n".join(lines))
    assert (done.fresh, count(Answer)) == (10_000, 10_000)
    assert len(statements) < 120, Counter(one[:60] for one in statements).most_common(3)


# -- Out -------------------------------------------------------------------------------------------------------------

NASTY = '=HYPERLINK("http://evil.example","click")'


def _rows(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))


def test_an_export_holds_details_answers_and_consents(staff, event, category):
    make_notice(event)
    plate = ask(event, "plate", label_en="Car plate")
    row = register_guest(category, organisation="Works", phone="+8613800138000")
    change_answers(row.id, {plate.id: "A1"}, among=[plate.id], by=SYSTEM)
    heads, only = _rows(staff("viewer").get(f"/manage/{event.slug}/registrations/export?format=csv", status=200))
    told = dict(zip(heads, only, strict=True))
    assert told["Registration"] == row.public_id
    assert (told["State"], told["Category"], told["Organisation"]) == ("Confirmed", "Industry", "Works")
    # A spreadsheet would run what begins with +.
    assert (told["Mobile phone"], told["Car plate"], told["Agrees to"]) == ("'+8613800138000", "A1", "registration")


def test_no_cell_of_an_export_runs(staff, event, category):
    note = ask(event, "note", label_en="@SUM(A1)")
    row = register_guest(category, organisation=NASTY)
    change_answers(row.id, {note.id: "-1+1"}, among=[note.id], by=SYSTEM)
    member = staff("viewer")
    for line in _rows(member.get(f"/manage/{event.slug}/registrations/export?format=csv")):
        assert [cell for cell in line if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    data = member.get(f"/manage/{event.slug}/registrations/export?format=xlsx", status=200).get_data()
    cells = [cell for line in load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python() for cell in line]
    assert NASTY in cells
    assert b"<f>" not in _sheet_of(data)


def _sheet_of(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


def test_an_export_has_no_number_of_a_document(staff, event, category):
    passport = ask(event, "passport", "document", label_en="Passport", purpose="documents")
    row = register_guest(category)
    change_answers(row.id, {passport.id: "E12345678"}, among=[passport.id], by=SYSTEM)
    answer = staff("owner").get(f"/manage/{event.slug}/registrations/export?format=csv")
    assert [word for word in ("E12345678", "5678", "Passport") if word in answer.get_data(as_text=True)] == []


def test_an_export_keeps_the_filter_of_the_list(staff, event, category):
    for number in range(1, 4):
        register_guest(category, number)
    member = staff("viewer")
    page = member.get(f"/manage/{event.slug}/registrations?state=waiting&q=Li")
    links = [link for link in page.tree.xpath("//a/@href") if "/export?" in link]
    assert len(links) == 2
    for link in links:
        assert "state=waiting" in link
        assert "q=Li" in link
    assert len(_rows(member.get(next(link for link in links if "csv" in link)))) == 2


def test_an_export_takes_as_many_statements_for_many_as_for_few(staff, event, count_statements):
    roomy, member = make_category(event, None, "roomy"), staff("viewer")
    address = f"/manage/{event.slug}/registrations/export"
    register_guest(roomy, 1)
    member.get(address)
    with count_statements() as few:
        member.get(address)
    for number in range(2, 40):
        register_guest(roomy, number % 7)
    with count_statements() as many:
        member.get(address)
    assert len(few) == len(many)


def test_an_export_can_be_imported_into_another_event(staff, event, category, new_event):
    register_guest(category, organisation=NASTY, phone="+8613800138000")
    other = new_event(slug="other-2026")
    make_category(other)
    data = staff("viewer").get(f"/manage/{event.slug}/registrations/export").get_data()
    assert _import(other, data).fresh == 1
    row = db.session.scalars(select(Registration).where(Registration.event_id == other.id)).one()
    assert (row.organisation, row.phone, row.name.zh) == (NASTY, "+8613800138000", "李雷1")


# -- Pages and commands ----------------------------------------------------------------------------------------------


def _send(member: Any, event: Any, data: bytes, button: str) -> Any:
    address = f"/manage/{event.slug}/registrations/import"
    token = member.get(address).tree.xpath("//input[@name='csrf_token']/@value")[0]
    fields = {"csrf_token": token, "do": button, "table": (io.BytesIO(data), "guests.csv")}
    return member.post(address, data=fields, content_type="multipart/form-data")


def test_the_page_checks_first_and_then_registers(staff, event, category):
    member = staff("registrar")
    data = (HEADS + "Lei Li,a@example.org,\n,b@example.org,\n").encode()
    checked = _send(member, event, data, "check")
    assert "1 person would be registered." in checked.words
    assert "the name is missing" in checked.words
    assert count(Registration) == 0
    done = _send(member, event, data, "import")
    assert "1 person was registered." in done.words
    assert "1 row was imported before" in _send(member, event, data, "import").words
    assert count(Registration) == 1


def test_the_page_refuses_what_is_no_table_and_who_may_not(staff, event, category):
    refused = _send(staff("registrar"), event, b"PK\x03\x04", "import")
    assert refused.status_code == 422
    assert "could not be read" in refused.errors[0]
    staff("viewer").get(f"/manage/{event.slug}/registrations/import", status=403)
    staff("editor").get(f"/manage/{event.slug}/registrations/export", status=403)


def test_commands_export_and_import(app, event, category, tmp_path):
    run = app.test_cli_runner().invoke
    table = tmp_path / "guests.csv"
    table.write_text("姓名,邮箱\n李雷,lei@example.org\n,b@example.org\n", encoding="gb18030")
    arguments = ["registrations", "import", event.slug, str(table)]
    dry = run(args=[*arguments, "--dry-run"])
    assert (dry.exit_code, dry.stdout) == (1, "1 would be registered; 0 there already; 1 wrong\n")
    assert "3: the name is missing" in dry.stderr
    assert run(args=arguments).stdout == "1 registered, 1 confirmed; 0 there already; 1 wrong\n"
    exported = run(args=["registrations", "export", event.slug, "--format", "csv"])
    assert "李雷" in exported.stdout_bytes.decode("utf-8-sig")
    assert run(args=["registrations", "export", "nowhere", "--format", "csv"]).exit_code == 1
