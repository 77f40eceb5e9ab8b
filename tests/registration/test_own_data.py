"""All that is held about a guest, to read and to take along; and the pass on a page to print."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
import typst
import zxingcpp
from PIL import Image

from eventapp.accounts.actor import SYSTEM
from eventapp.checkin.actions import add_checkpoint, create_device, pair_device, record_scans
from eventapp.checkin.queries import door_by_token
from eventapp.db import db
from eventapp.passes.queries import code_url
from eventapp.registration.actions import book, change_answers, hand_over, set_door_note, withdraw_own
from eventapp.registration.actions.register import Attendee
from eventapp.registration.models import Registration
from eventapp.registration.queries import link_token
from tests.registration.asking import ask
from tests.registration.guests import GUEST, make_category, make_notice, own_page, pass_digits, register_guest
from tests.registration.seats import make_seats


@pytest.fixture
def registration(event) -> Registration:
    """A guest about whom there is something of every kind."""
    make_notice(event)
    guest = register_guest(make_category(event), 1, phone="+8613800138000", organisation="Suzhou Instruments")
    plate, number = ask(event, "plate", label_en="Car plate"), ask(event, "passport", "document", label_en="Passport")
    staff = ask(event, "team", audience="team", label_en="Seen to by")
    change_answers(
        guest.id, {plate.id: "E12345", number.id: "G98765432", staff.id: "Wang"}, among=[plate.id, number.id, staff.id],
        by=SYSTEM,
    )  # fmt: skip
    book(guest.id, bookable_id=make_seats(event, 3).id, by=SYSTEM)
    set_door_note(guest.id, "Meet at gate 2.", by=SYSTEM)
    scan_at_the_gate(event, guest)
    return guest


def scan_at_the_gate(event, guest: Registration) -> None:
    add_checkpoint(event.id, by=SYSTEM, code="gate", name_en="Main gate", name_zh="大门", kind="gate", rule="once")
    _device, token = pair_device(create_device(event.id, by=SYSTEM, name="Phone of Wang")[1], by=SYSTEM)
    scan = {"id": "0b7d6b4e-9d2e-4a35-8f0e-7f1f3f6f0001", "code": pass_digits(guest), "checkpoint": "gate"}
    record_scans(door_by_token(token), [scan])


def held(client, registration: Registration) -> dict:
    answer = client.get(f"{own_page(registration)}/data.json", status=200)
    assert answer.mimetype == "application/json"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="delta-2026-my-data.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    return json.loads(answer.get_data())


def test_everything_is_in_the_file(client, registration):
    data = held(client, registration)
    assert sorted(data) == [
        "answers", "bookings", "consents", "door", "event", "files", "history", "messages", "registration", "schema", "starred",
        "written_at",
    ]  # fmt: skip
    me = data["registration"]
    assert (me["name"], me["email"], me["phone"]) == (
        {"en": "Lei Li 1", "zh": "李雷1"}, "guest1@example.org", "+8613800138000"
    )  # fmt: skip
    assert (me["organisation"], me["note_for_the_door"], me["pass"]["issue"]) == (
        "Suzhou Instruments", "Meet at gate 2.", 1
    )  # fmt: skip
    assert [(row["question"]["en"], row["answer"]["en"], row["by"]) for row in data["answers"]] == [
        ("Car plate", "E12345", "guest"), ("Passport", "••••5432", "guest"), ("Seen to by", "Wang", "team")
    ]  # fmt: skip
    assert [(row["purpose"], row["notice_version"]) for row in data["consents"]] == [("registration", 1)]
    assert [(row["title"], row["state"]) for row in data["bookings"]] == [("Forum at 9", "confirmed")]
    assert [(row["what"], row["where"].get("en")) for row in data["door"]] == [
        ("let_in", "Main gate"), ("admitted", "Main gate")
    ]  # fmt: skip
    assert "Place confirmed, with pass" in [row["about"] for row in data["messages"]]
    assert data["history"][0]["what"] == "Registered"
    assert all(row["at"] for row in data["history"])


def test_no_secret_of_ours_is_in_it(client, registration, event):
    row = db.session.get_one(Registration, registration.id)
    secrets = {row.link_hash, row.link_sealed, row.form_key, link_token(row), pass_digits(row), "G98765432"}
    names = {"Phone of Wang", "192.0.2.7"}
    text = client.get(f"{own_page(registration)}/data.json").get_data(as_text=True)
    page = client.get(f"{own_page(registration)}/data", status=200)
    for secret in secrets | names:
        assert secret not in text
    for secret in (secrets - {link_token(row)}) | names:
        assert secret not in page.get_data(as_text=True)


def test_the_page_shows_the_same_in_words(client, registration):
    page = client.get(client.get(own_page(registration)).links()["See and download everything"], status=200)
    assert page.heading == "What is held about me"
    for shown in (
        "Lei Li 1", "李雷1", "guest1@example.org", "Suzhou Instruments", "Meet at gate 2.", "E12345", "5432", "Wang",
        "Use of my data for this event", "notice version 1", "Forum at 9", "Booked", "Place confirmed, with pass",
        "Main gate", "Let in", "Registered", "by you", "All times are local to the event (Asia/Shanghai).",
    ):  # fmt: skip
        assert shown in page.words, shown
    assert page.links()["Download it as a file"].endswith("/data.json")


def test_another_guest_reads_nothing_of_it(client, event, registration):
    other = register_guest(registration.category, 2)
    text = json.dumps(held(client, other), ensure_ascii=False)
    for secret in ("guest1@example.org", "E12345", "Suzhou Instruments", "Meet at gate 2.", registration.public_id):
        assert secret not in text


def test_a_colleague_reads_nothing_of_the_one_before(client, event):
    make_notice(event)
    guest = register_guest(make_category(event), 1)
    plate = ask(event, "plate", label_en="Car plate")
    change_answers(guest.id, {plate.id: "E12345"}, among=[plate.id], by=SYSTEM)
    colleague = Attendee(name={"given_en": "Meimei", "family_en": "Han"}, email="han@example.org")
    handed = hand_over(guest.id, colleague, by=GUEST, link=link_token(guest))
    data = held(client, handed)
    assert (data["answers"], data["consents"], data["door"]) == ([], [], [])
    assert [row["what"] for row in data["history"]] == ["Handed the place over"]
    assert [row["to"] for row in data["messages"]] == ["han@example.org"]
    assert "guest1" not in json.dumps(data)


def test_the_number_of_statements_does_not_grow_with_what_is_held(client, event, registration, count_statements):
    def looked_at() -> int:
        with count_statements() as statements:
            client.get(f"{own_page(registration)}/data.json", status=200)
        return len(statements)

    looked_at()
    few = looked_at()
    for number in range(12):
        question = ask(event, f"more-{number}")
        change_answers(registration.id, {question.id: "Yes"}, among=[question.id], by=SYSTEM)
    assert looked_at() == few


# -- The pass on a page --------------------------------------------------------------------------------------------


def picture_of(pdf: bytes, folder: Path) -> Image.Image:
    """The pages of a PDF as pixels; there must be one."""
    (folder / "pass.pdf").write_bytes(pdf)
    (folder / "pass.typ").write_text('#set page(width: auto, height: auto, margin: 0pt)\n#image("pass.pdf")')
    return Image.open(io.BytesIO(typst.compile(str(folder / "pass.typ"), format="png", ppi=150)))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_code_is_read_from_the_page_to_print(client, registration, tmp_path, language):
    client.language = language
    answer = client.get(f"{own_page(registration)}/pass.pdf", status=200)
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="delta-2026-pass.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    picture = picture_of(answer.get_data(), tmp_path)
    assert abs(picture.width - 1240) <= 1
    assert abs(picture.height - 1754) <= 1
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.text == code_url(pass_digits(registration))


def test_the_page_to_print_is_vector_and_of_one_page(client, registration):
    pdf = client.get(f"{own_page(registration)}/pass.pdf", status=200).get_data()
    assert pdf.startswith(b"%PDF-")
    assert not re.search(rb"/Subtype ?/Image", pdf)
    assert len(pdf) < 200_000


def test_without_a_place_there_is_no_pass(client, registration):
    withdraw_own(registration.id, by=GUEST, link=link_token(registration))
    client.get(f"{own_page(registration)}/pass.pdf", status=404)
