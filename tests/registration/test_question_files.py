"""Files among the answers: taken by content, kept with the form, opened by the team and by nobody else."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.clock import now
from eventapp.db import db
from eventapp.registration.actions import change_answers, clear_pending_files, delete_answers, keep_file
from eventapp.registration.errors import FileGone
from eventapp.registration.file_kinds import DOCX, MOST_BYTES, kind_of, name_for
from eventapp.registration.models import AnswerFile, Registration
from eventapp.registration.queries import answer_files_folder
from tests.registration.asking import PDF, PNG, answers, ask, word_file
from tests.registration.guests import GUEST, count, make_category, make_notice, register_guest
from tests.registration.test_form import FORM, error_beside, send


@pytest.fixture
def letter(event):
    make_notice(event)
    return ask(event, "letter", "file")


@pytest.fixture
def industry(event, letter):
    return make_category(event)


def upload(data: bytes, name: str = "letter.pdf") -> tuple[io.BytesIO, str]:
    """A file as a browser sends it."""
    return io.BytesIO(data), name


def stored() -> list[bytes]:
    """What lies in the folder."""
    folder = answer_files_folder()
    return [path.read_bytes() for path in folder.glob("*")] if folder.exists() else []


def the_file() -> AnswerFile:
    return db.session.scalars(select(AnswerFile)).one()


def address(registration: Registration, file: AnswerFile, event: str = "delta-2026") -> str:
    """Where the team opens a file."""
    return f"/manage/{event}/registrations/{registration.public_id}/files/{file.public_id}"


def test_a_file_is_kept_under_a_random_name_and_the_team_saves_it(client, staff, industry):
    send(client, industry, q_letter=upload(PDF, "../Brief 信.exe"))
    registration, file = db.session.scalars(select(Registration)).one(), the_file()
    assert answers() == {"letter": file.public_id}
    assert (file.name, file.media_type, file.size) == ("Brief 信.pdf", "application/pdf", len(PDF))
    assert stored() == [PDF]
    assert [path.name for path in answer_files_folder().glob("*")] == [file.stored_as]
    answer = staff("viewer").get(address(registration, file), status=200)
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "application/pdf"


def test_nobody_but_the_events_team_opens_a_file(client, visitor, staff, new_event, industry):
    send(client, industry, q_letter=upload(PDF))
    registration, file = db.session.scalars(select(Registration)).one(), the_file()
    client.get(address(registration, file), status=303)
    for role in ("editor", "door"):
        staff(role).get(address(registration, file), status=403)
    other = new_event(slug="other-2026")
    staff("owner", other).get(address(registration, file), status=404)
    staff("owner", other).get(address(registration, file, "other-2026"), status=404)
    send(client, industry, email="second@example.org")
    second = db.session.scalars(select(Registration).order_by(Registration.id.desc())).first()
    staff("owner").get(address(second, file), status=404)
    for path in (f"/uploads/answers/{file.stored_as}", f"/portraits/{file.stored_as}"):
        visitor().get(path, status=404)


def test_a_file_of_documents_is_opened_by_owners_only(client, staff, event, industry):
    ask(event, "passport", "file", purpose="documents")
    send(client, industry, q_passport=upload(PNG, "passport.png"))
    registration = db.session.scalars(select(Registration)).one()
    staff("registrar").get(address(registration, the_file()), status=403)
    staff("owner").get(address(registration, the_file()), status=200)


@pytest.mark.parametrize(
    "data",
    [
        b"<?php system($_GET['c']); ?>",
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.7 <html>",
        b"GIF89a" + b"0" * 40,
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
        b"MZ" + b"0" * 200,
        word_file("word/vbaProject.bin"),
        b"PK\x03\x04" + b"0" * 200,
        b"",
    ],
)
def test_what_only_calls_itself_a_pdf_is_refused_in_words_and_not_kept(client, industry, data):
    refused = send(client, industry, status=422, q_letter=upload(data, "letter.pdf"))
    assert error_beside(refused, "q_letter").startswith("This is no PDF, Word document (DOCX) or picture")
    assert (stored(), count(AnswerFile), count(Registration)) == ([], 0, 0)


def test_one_that_is_too_large_is_refused_in_words_and_one_far_too_large_by_the_server(client, industry):
    refused = send(client, industry, status=422, q_letter=upload(PDF[:-6] + b"0" * MOST_BYTES + b"%%EOF\n"))
    assert error_beside(refused, "q_letter") == "This file is larger than 5 MB. Please send a smaller one."
    assert stored() == []
    send(client, industry, status=413, q_letter=upload(b"0" * 33 * 1024 * 1024))
    assert count(Registration) == 0


def test_a_word_documents_parts_are_never_unpacked(monkeypatch):
    def unpacking(*_args: Any, **_options: Any) -> None:
        raise AssertionError("a part was opened")

    data = word_file()
    monkeypatch.setattr(zipfile.ZipFile, "open", unpacking)
    monkeypatch.setattr(zipfile.ZipFile, "read", unpacking)
    kind = kind_of(data)
    assert kind == DOCX
    assert name_for('a/b\\c"<x>\u202e%.tar.docx.js', kind) == "cx.tar.docx.docx"


def test_a_chosen_file_stays_while_the_rest_is_mended_and_is_shown_by_name(client, industry):
    refused = send(client, industry, status=422, q_letter=upload(PDF, "Brief.pdf"), email="no address")
    assert "Stored: Brief.pdf." in refused.words
    assert (count(AnswerFile), the_file().registration_id) == (1, None)
    client.press(refused, "Register", email="li@example.org")
    registration = db.session.scalars(select(Registration)).one()
    assert answers() == {"letter": the_file().public_id}
    assert the_file().registration_id == registration.id


def test_another_file_takes_the_place_of_the_first_and_one_may_be_taken_back(client, industry):
    refused = send(client, industry, status=422, q_letter=upload(PDF), email="no address")
    refused = client.press(refused, "Register", status=422, q_letter=upload(PNG, "x.png"))
    assert stored() == [PNG]
    client.press(refused, "Register", email="li@example.org", q_letter_remove="y")
    assert (answers(), stored(), count(AnswerFile)) == ({}, [], 0)


def test_a_file_of_another_form_cannot_be_claimed(client, event, letter, industry):
    strange = keep_file(event.id, letter.id, PDF, "x.pdf", form_key="another-form-key-000", by=SYSTEM)
    send(client, industry, q_letter=strange.public_id)
    assert (answers(), the_file().registration_id) == ({}, None)
    registration = register_guest(industry, 2)
    with pytest.raises(FileGone):
        change_answers(
            registration.id, {letter.id: strange.public_id}, among=[letter.id], by=GUEST, form_key="not-that-key-000000"
        )
    assert answers(registration) == {}


def test_what_was_never_sent_off_goes_after_a_day_and_nothing_else_does(client, event, letter, industry):
    send(client, industry, q_letter=upload(PDF))
    keep_file(event.id, letter.id, PNG, "x.png", form_key="form-key-000000000000", by=SYSTEM)
    (answer_files_folder() / "left-over").write_bytes(b"x")
    assert clear_pending_files() == 0
    with time_machine.travel(now() + timedelta(hours=25)):
        assert clear_pending_files() == 1
    assert stored() == [PDF]


def test_deleting_answers_deletes_their_files(client, event, industry):
    send(client, industry, q_letter=upload(PDF))
    registration = db.session.scalars(select(Registration)).one()
    assert delete_answers([registration.id], {"sensitive"}) == 0
    assert delete_answers([registration.id], {"answers"}) == 1
    assert (stored(), count(AnswerFile), answers()) == ([], 0, {})


def test_the_form_takes_files_only_where_a_question_asks_for_one(client, new_event, industry):
    assert client.get(FORM).tree.xpath("//form[@id='register']/@enctype") == ["multipart/form-data"]
    other = new_event(slug="other-2026")
    make_category(other)
    assert client.get("/e/other-2026/register").tree.xpath("//form[@id='register']/@enctype") == []
