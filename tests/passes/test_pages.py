"""The pass as guests, strangers and door staff see it."""

from __future__ import annotations

import io
from urllib.parse import urlsplit

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select, update

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.roles import ROLES, may
from eventapp.checkin.actions import add_checkpoint, create_device, pair_device
from eventapp.checkin.models import Admission, Scan
from eventapp.db import db, transaction
from eventapp.events.actions import set_banner, set_venue
from eventapp.passes.queries import code_url
from eventapp.registration.actions import cancel_registration, erase_registration, reissue_pass
from eventapp.registration.models import Registration
from eventapp.registration.states import STATES
from tests.registration.guests import GUEST, count, make_category, pass_digits, register_guest

BAD_DIGITS = ["0" * 184, "9" * 184, "1" * 183, "1" * 185, "x", "12345678", "１" * 184, "%00", "9" * 5000]


@pytest.fixture
def registration(event) -> Registration:
    return register_guest(make_category(event), 1, organisation="Suzhou Instruments")


@pytest.fixture
def digits(registration) -> str:
    return pass_digits(registration)


@pytest.fixture
def gate(event):
    return add_checkpoint(event.id, by=SYSTEM, code="gate", name_en="Main gate", name_zh="主入口")


def read_code(picture: bytes) -> str:
    """What a camera reads on a picture."""
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L"))
    assert len(found) == 1
    return found[0].text


# -- What it shows -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_pass_shows_event_name_category_code_and_place(client, event, registration, digits, language):
    set_venue(event.id, by=SYSTEM, name_en="Jinji Lake Hall", name_zh="金鸡湖会堂")
    client.language = language
    page = client.get(f"/p/{digits}", status=200)
    code = f"{registration.short_code[:4]} {registration.short_code[4:]}"
    for shown in ("Lei Li 1", "李雷1", "Suzhou Instruments", code, "Yangtze River Delta Summit", "长三角峰会"):
        assert shown in page.words
    assert {"en": "Jinji Lake Hall", "zh": "金鸡湖会堂"}[language] in page.words
    assert {"en": "Industry", "zh": "企业界"}[language] in page.words
    assert page.tree.xpath("//div[@class='pass-code']/img/@src") == [f"/p/{digits}.svg"]


def test_what_the_camera_opens_is_the_same_page(client, digits):
    opened = urlsplit(code_url(digits)).path
    assert opened == f"/P/{digits}"
    assert client.get(opened, status=200).words == client.get(f"/p/{digits}", status=200).words


@pytest.mark.parametrize("path", [".png", "/card.png"])
def test_pictures_say_what_the_code_says(client, digits, path):
    answer = client.get(f"/p/{digits}{path}", status=200)
    assert answer.mimetype == "image/png"
    assert read_code(answer.get_data()) == code_url(digits)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.browser
def test_the_vector_picture_says_what_the_code_says(client, digits, page_at, registration, live_server):
    answer = client.get(f"/p/{digits}.svg", status=200)
    assert answer.mimetype == "image/svg+xml"
    page = page_at(width=390, base_url=live_server.url)
    page.goto(f"/p/{digits}")
    page.locator(".pass-code img").scroll_into_view_if_needed()
    assert read_code(page.locator(".pass-code").screenshot()).endswith(digits)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_card_is_in_the_readers_language(client, digits, language):
    cards = {}
    for wanted in ("en", "zh"):
        client.language = wanted
        cards[wanted] = client.get(f"/p/{digits}/card.png", status=200).get_data()
    assert cards["en"] != cards["zh"]


def test_the_page_is_kept_by_no_cache_and_no_search_engine(client, digits):
    page = client.get(f"/p/{digits}", status=200)
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.tree.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert client.head(f"/p/{digits}").status_code == 200


def test_the_banner_is_on_the_pass_at_once(client, event, digits):
    set_banner(event.id, "Gate 2 is closed", "2 号门关闭", by=SYSTEM)
    assert "Gate 2 is closed" in client.get(f"/p/{digits}", status=200).words


def test_a_pass_does_not_lead_to_the_guests_own_page(client, digits):
    assert "/r/" not in client.get(f"/p/{digits}", status=200).get_data(as_text=True)


# -- What is not a pass --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("digits", BAD_DIGITS)
@pytest.mark.parametrize("path", ["", ".svg", ".png", "/card.png"])
def test_what_nobody_signed_is_no_pass(client, event, digits, path):
    answer = client.get(f"/p/{digits}{path}")
    assert answer.status_code in (400, 404)
    assert answer.mimetype == "text/html"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_changed_digit_is_a_forgery(client, digits, language):
    client.language = language
    said = {"en": "This code is not a pass.", "zh": "这不是有效的参会码"}[language]
    for at in (5, 30, 100, 183):
        forged = digits[:at] + str((int(digits[at]) + 1) % 10) + digits[at + 1 :]
        assert said in client.get(f"/p/{forged}", status=404).words


def test_the_short_code_reveals_nothing(client, registration, digits):
    client.get(f"/p/{registration.short_code}", status=404)
    client.get(f"/p/{registration.public_id}", status=404)


def test_a_pass_of_somebody_who_was_deleted_is_no_pass(client, registration, digits):
    with transaction() as session:
        session.delete(session.get_one(Registration, registration.id))
    client.get(f"/p/{digits}", status=404)


def test_an_older_copy_says_that_it_was_replaced(client, registration, digits):
    reissue_pass(registration.id, by=SYSTEM, reason="lost")
    page = client.get(f"/p/{digits}", status=200)
    assert page.heading == "This pass was replaced"
    assert "Please open the pass in your latest mail." in page.words
    assert registration.short_code not in page.words.replace(" ", "")
    assert page.tree.xpath("//div[@class='pass-code']") == []
    for path in (".svg", ".png", "/card.png"):
        client.get(f"/p/{digits}{path}", status=404)
    client.get(f"/p/{pass_digits(registration)}", status=200)


@pytest.mark.parametrize("state", [state for state in STATES if state != "confirmed"])
def test_without_a_confirmed_place_there_is_no_code_to_show(client, registration, digits, state):
    with transaction() as session:
        session.execute(update(Registration).values(state=state))
    page = client.get(f"/p/{digits}", status=200)
    assert page.heading == "This pass is not valid"
    assert page.tree.xpath("//div[@class='pass-code']") == []
    assert "Lei Li" not in page.words
    for path in (".svg", ".png", "/card.png"):
        client.get(f"/p/{digits}{path}", status=404)


def test_looking_at_a_pass_checks_nobody_in(client, staff, registration, digits, gate):
    door = staff("door")
    for visitor in (client, door):
        for path in ("", ".svg", ".png", "/card.png"):
            visitor.get(f"/p/{digits}{path}", status=200)
            visitor.head(f"/p/{digits}{path}")
        assert visitor.get(f"/p/{digits}/check-in").status_code == 405
    assert (count(Scan), count(Admission)) == (0, 0)


# -- At the door ---------------------------------------------------------------------------------------------------


def test_a_visitor_sees_no_check_in_button(client, digits, gate):
    assert client.get(f"/p/{digits}", status=200).tree.xpath("//main//form") == []


@pytest.mark.parametrize("role", ROLES)
def test_door_staff_check_in_from_the_pass(staff, event, digits, gate, role):
    member = staff(role)
    page = member.get(f"/p/{digits}", status=200)
    if not may(role, "checkin:scan"):
        assert page.tree.xpath("//main//form") == []
        return
    assert "For door staff" in page.words
    first = member.press(page, "Check in", status=200, checkpoint="gate")
    assert "Lei Li 1" in first.words
    assert first.tree.xpath("//@data-verdict") == ["admitted"]
    second = member.press(page, "Check in", status=200, checkpoint="gate")
    assert second.tree.xpath("//@data-verdict") == ["already_in"]
    assert "Main gate" in second.words
    assert count(Admission) == 1


def token_of(visitor) -> str:
    return visitor.get("/sign-in").tree.xpath("//input[@name='csrf_token']/@value")[0]


def test_a_stranger_cannot_check_anybody_in(client, digits, gate):
    answer = client.post(
        f"/p/{digits}/check-in", data={"checkpoint": "gate", "csrf_token": token_of(client)}, status=401
    )
    assert "This device is not paired" in answer.words
    client.post(f"/p/{digits}/check-in", data={"checkpoint": "gate"}, status=400)
    assert (count(Scan), count(Admission)) == (0, 0)


def test_door_staff_of_another_event_cannot_check_in_here(staff, new_event, digits, gate):
    other = new_event("other-2026")
    door = staff("door", other)
    page = door.get("/manage/")
    token = page.tree.xpath("//input[@name='csrf_token']/@value")[0]
    assert door.get(f"/p/{digits}", status=200).tree.xpath("//main//form") == []
    door.post(f"/p/{digits}/check-in", data={"checkpoint": "gate", "csrf_token": token}, status=401)
    assert count(Admission) == 0


def test_a_paired_phone_checks_in_without_signing_in(client, event, digits, gate):
    _device, link = create_device(event.id, "Phone at gate 1", by=SYSTEM)
    _device, device_token = pair_device(link, by=GUEST)
    client.set_cookie("door", device_token)
    page = client.get(f"/p/{digits}", status=200)
    verdict = client.press(page, "Check in", status=200, checkpoint="gate")
    assert verdict.tree.xpath("//@data-verdict") == ["admitted"]
    assert verdict.links()["Back to the pass"] == f"/p/{digits}"


def test_a_made_up_device_is_nobody(client, digits, gate):
    client.set_cookie("door", "made up")
    assert client.get(f"/p/{digits}", status=200).tree.xpath("//main//form") == []
    client.post(f"/p/{digits}/check-in", data={"checkpoint": "gate", "csrf_token": token_of(client)}, status=401)


def test_a_cancelled_guest_is_refused_at_the_button_too(staff, registration, digits, gate):
    door = staff("door")
    page = door.get(f"/p/{digits}", status=200)
    cancel_registration(registration.id, by=SYSTEM)
    verdict = door.press(page, "Check in", status=200, checkpoint="gate")
    assert verdict.tree.xpath("//@data-verdict") == ["cancelled"]
    assert count(Admission) == 0
    assert db.session.scalars(select(Scan.verdict)).all() == ["cancelled"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_event_without_a_checkpoint_has_no_button(staff, digits, language):
    door = staff("door")
    door.language = language
    assert door.get(f"/p/{digits}", status=200).tree.xpath("//main//form") == []


def test_the_pass_of_an_erased_guest_says_so_and_shows_no_code(client, registration, digits):
    erase_registration(registration.id, by=SYSTEM)
    page = client.get(f"/p/{digits}", status=200)
    assert page.heading == "This pass is over"
    assert "The data of this registration was removed." in page.words
    client.get(f"/p/{digits}.svg", status=404)
