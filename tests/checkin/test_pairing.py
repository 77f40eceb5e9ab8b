"""A phone or a program becomes a device of the door, and stops being one."""

from __future__ import annotations

import contextvars
import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import zxingcpp
from lxml import etree
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.queries import history_of
from eventapp.checkin.actions import create_device, revoke_device
from eventapp.checkin.models import Device
from eventapp.checkin.queries import door_by_token
from eventapp.db import db
from tests.checkin.stage import Scanner, digits_of, make_checkpoint, make_guest
from tests.passes.test_qr import drawn

USED = "This pairing link was already used or is too old. Ask the organiser for a new one."
DESK = "/manage/delta-2026/check-in"


@pytest.fixture
def link(event, gate):
    """The path of a pairing link for a device called Phone 1."""
    _device, token = create_device(event.id, "Phone 1", by=SYSTEM)
    return f"/door/pair/{token}"


def device() -> Device:
    return db.session.scalars(select(Device).execution_options(populate_existing=True)).one()


# -- A phone -------------------------------------------------------------------------------------------------------


def test_looking_at_a_pairing_link_pairs_nothing(client, link):
    for page in (client.get(link, status=200), client.get(link, status=200), client.head(link, status=200)):
        assert "Set-Cookie" not in page.headers or "door=" not in page.headers["Set-Cookie"]
        assert page.headers["Cache-Control"] == "no-store"
    shown = client.get(link)
    assert shown.heading == "Pair this device"
    assert "Phone 1" in shown.words
    assert "Yangtze River Delta Summit" in shown.words
    assert (device().paired_at, device().token_hash) == (None, None)


def test_the_button_pairs_and_the_device_learns_what_it_needs(client, link, event):
    answer = client.post_form(link, status=200)
    token = answer.json["token"]
    assert answer.json == {
        "token": token,
        "device": "Phone 1",
        "may_override": False,
        "may_register": False,
        "valid_from": None,
        "valid_until": None,
        "event": {"slug": "delta-2026", "name_en": "Yangtze River Delta Summit", "name_zh": "长三角峰会"},
        "checkpoints": [
            {"code": "gate", "name": "Gate", "name_en": "Gate", "name_zh": "gate入口", "exits": False},
        ],
    }
    assert answer.headers["Cache-Control"] == "no-store"
    assert Scanner(client, token).scan(digits_of(make_guest(event)))["verdict"] == "admitted"
    assert token not in str(vars(device()))
    assert [entry.action for entry in history_of("devices", device().id)] == ["create_device", "pair_device"]


def test_the_device_is_remembered_by_a_cookie_that_no_script_reads(client, link):
    cookie = client.post_form(link, status=200).headers["Set-Cookie"]
    assert cookie.startswith("door=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"} <= set(cookie.split("; "))


def test_over_https_the_cookie_stays_there(client, link):
    page = client.get(link, base_url="https://localhost")
    token = page.tree.xpath("//input[@name='csrf_token']/@value")[0]
    answer = client.post(
        link, data={"csrf_token": token}, base_url="https://localhost", headers={"Referer": f"https://localhost{link}"}
    )
    assert answer.status_code == 200
    assert any("door=" in cookie and "; Secure" in cookie for cookie in answer.headers.getlist("Set-Cookie"))


def test_a_pairing_link_works_once(client, visitor, link):
    token = client.post_form(link, status=200).json["token"]
    late = visitor()
    page = late.get(link, status=410)
    assert page.heading == "This link no longer works"
    assert page.tree.xpath("//form") == []
    csrf = late.get("/sign-in").tree.xpath("//input[@name='csrf_token']/@value")[0]
    refused = late.post(link, data={"csrf_token": csrf}, headers={"Accept": "application/json"}, status=410)
    assert (refused.mimetype, refused.json["detail"]) == ("application/problem+json", USED)
    as_page = late.post(link, data={"csrf_token": csrf}, status=410)
    assert USED in as_page.words
    assert door_by_token(token) is not None


def test_a_pairing_link_works_for_a_day(client, event, gate, morning):
    links = [f"/door/pair/{create_device(event.id, f'Phone {n}', by=SYSTEM)[1]}" for n in range(2)]
    morning.shift(timedelta(hours=24) - timedelta(seconds=1))
    client.post_form(links[0], status=200)
    page = client.get(links[1], status=200)
    morning.shift(1)
    client.press(page, "Pair this device", status=410)
    client.get(links[1], status=410)


def test_a_link_whose_device_was_taken_off_the_list_pairs_nothing(client, link):
    page = client.get(link, status=200)
    revoke_device(device().id, by=SYSTEM)
    client.press(page, "Pair this device", status=410)
    client.get(link, status=410)
    assert device().token_hash is None


def test_pairing_needs_the_button_of_our_own_page(client, link):
    client.post(link, status=400)
    client.get(link)
    client.post(link, data={"csrf_token": "made up"}, status=400)
    assert device().paired_at is None


@pytest.mark.parametrize("token", ["x", "a" * 500, "密码"])
def test_a_link_that_never_was_says_so(client, token):
    assert client.get(f"/door/pair/{token}", status=410).heading == "This link no longer works"


# -- A program, by the command -------------------------------------------------------------------------------------


@pytest.fixture
def flask(app):
    """`flask("checkin", "pair", …)` runs the command as a shell would."""

    def run(*words: str):
        result = contextvars.Context().run(app.test_cli_runner().invoke, args=list(words))
        db.session.rollback()
        return result

    return run


def test_the_command_prints_what_a_program_and_a_phone_need(flask, event, gate, client):
    make_checkpoint(event, "gift", name_zh="")
    result = flask("checkin", "pair", "delta-2026", "--name", "Hall laptop")
    assert result.exit_code == 0, result.output
    printed = json.loads(result.output)
    assert {name: printed[name] for name in ("device", "event")} == {
        "device": "Hall laptop",
        "event": {"slug": "delta-2026", "name_en": "Yangtze River Delta Summit", "name_zh": "长三角峰会"},
    }
    assert [(checkpoint["code"], checkpoint["name"]) for checkpoint in printed["checkpoints"]] == [
        ("gate", "Gate"),
        ("gift", "Gift"),
    ]
    guest = make_guest(event)
    assert Scanner(client, printed["token"]).scan(digits_of(guest))["verdict"] == "admitted"
    assert printed["url"].startswith("http://127.0.0.1:8000/door/pair/")
    phone = client.post_form(urlsplit(printed["url"]).path, status=200).json
    assert phone["token"] != printed["token"]
    assert {**phone, "token": "", "url": ""} == {**printed, "token": "", "url": ""}
    assert Scanner(client, phone["token"]).scan(digits_of(guest))["verdict"] == "already_in"


def test_the_command_pairs_for_the_checkpoints_it_is_told(flask, event, gate):
    for code in ("hall", "gift"):
        make_checkpoint(event, code)
    result = flask("checkin", "pair", "delta-2026", "--name", "Laptop", "--checkpoint", "gift", "--checkpoint", "gate")
    assert [checkpoint["code"] for checkpoint in json.loads(result.output)["checkpoints"]] == ["gate", "gift"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nowhere-2026", "--name", "Phone"), "Error: There is no event nowhere-2026."),
        (
            ("delta-2026", "--name", "Phone", "--checkpoint", "gift"),
            "Error: There is no checkpoint “gift” at this event.",
        ),
        (("delta-2026", "--name", "P" * 101), "Error: Give the device a name of 1 to 100 characters."),
        (("delta-2026", "--name", "  "), "Error: Give the device a name of 1 to 100 characters."),
        (("delta-2026",), "Error: Missing option '--name'."),
    ],
)
def test_the_command_refuses_in_words_and_pairs_nothing(flask, gate, words, sentence):
    result = flask("checkin", "pair", *words)
    assert result.exit_code != 0
    assert result.output.strip().endswith(sentence)
    assert db.session.scalars(select(Device)).all() == []


# -- The organiser's page ------------------------------------------------------------------------------------------


def test_an_organiser_makes_a_link_shown_as_text_and_as_qr_code(staff, event, gate, visitor):
    make_checkpoint(event, "gift")
    page = staff().post_form(f"{DESK}/devices/new", status=200, name=" Phone  at gate 1 ", checkpoints=["gate"])
    assert page.headers["Cache-Control"] == "no-store"
    link = page.tree.xpath("//input[@id='link']/@value")[0]
    svg = page.tree.xpath("//*[contains(@class, 'pairing-code')]//*[local-name()='svg']")[0]
    assert [found.text for found in zxingcpp.read_barcodes(drawn(_as_xml(svg)))] == [link]
    phone = visitor().post_form(urlsplit(link).path, status=200).json
    assert (phone["device"], [checkpoint["code"] for checkpoint in phone["checkpoints"]]) == (
        "Phone at gate 1",
        ["gate"],
    )
    assert device().may_override is False


def _as_xml(svg: etree._Element) -> str:
    """An SVG of a page as a document of its own; pages are read without regard to case."""
    return etree.tostring(svg, encoding="unicode").replace("viewbox", "viewBox")


def test_without_a_tick_a_device_scans_everywhere_and_may_be_allowed_to_override(staff, event, gate):
    make_checkpoint(event, "gift")
    staff().post_form(f"{DESK}/devices/new", status=200, name="Chief's phone", may_override="y")
    assert [checkpoint.code for checkpoint in device().checkpoints] == ["gate", "gift"]
    assert device().may_override is True


def test_a_device_needs_a_name(staff, gate):
    page = staff().post_form(f"{DESK}/devices/new", status=422, name=" ", checkpoints=["gate"])
    assert "Error: Give the device a name, such as “Phone at gate 1”." in page.errors
    assert page.tree.xpath("//input[@name='checkpoints'][@checked]/@value") == ["gate"]
    too_long = staff().post_form(f"{DESK}/devices/new", status=422, name="P" * 101)
    assert any("100" in error for error in too_long.errors)
    strange = staff().post_form(f"{DESK}/devices/new", status=422, name="Phone", checkpoints=["nowhere"])
    assert strange.errors != []
    assert db.session.scalars(select(Device)).all() == []


def test_the_list_says_how_each_device_stands_and_ends_its_pairing(staff, event, scanner, client):
    create_device(event.id, "Phone 2", by=SYSTEM)
    organiser = staff()
    page = organiser.get(f"{DESK}/devices", status=200)
    rows = [" ".join(" ".join(row.itertext()).split()) for row in page.tree.xpath("//tbody/tr")]
    buttons = "Change {0} New link {0} End pairing {0}"
    assert [row.partition(" never ")[0] for row in rows] == ["Phone 1 Gate Paired", "Phone 2 Gate Not paired yet"]
    assert all(row.endswith(buttons.format(name)) for row, name in zip(rows, ("Phone 1", "Phone 2"), strict=True))
    organiser.follow(organiser.press(page, "End pairing"))
    assert scanner.post([], status=401).json["type"] == "DeviceUnknown"
    # What was ended stands last.
    page = organiser.get(f"{DESK}/devices")
    assert [" ".join(cell.itertext()).split()[:2] for cell in page.tree.xpath("//tbody/tr/th")][-1] == ["Phone", "1"]
    assert page.tree.xpath("//tbody/tr[last()]/td[1]/span/text()") == ["Ended"]
    ended = db.session.scalars(select(Device).where(Device.name == "Phone 1")).one()
    assert [entry.action for entry in history_of("devices", ended.id)] == [
        "create_device",
        "pair_device",
        "revoke_device",
    ]


def test_a_device_of_another_event_cannot_be_ended_here(staff, event, new_event, gate):
    other = new_event(slug="launch-2026")
    stranger, _link = create_device(other.id, "Their phone", by=SYSTEM)
    create_device(event.id, "Our phone", by=SYSTEM)
    stranger_id, public_id = stranger.id, stranger.public_id
    organiser = staff()
    csrf = organiser.get(DESK).tree.xpath("//input[@name='csrf_token']/@value")[0]
    organiser.post(f"{DESK}/devices/{public_id}/revoke", data={"csrf_token": csrf}, status=404)
    assert db.session.get_one(Device, stranger_id).revoked_at is None


READERS = {"owner": 200, "organiser": 200, "registrar": 200, "door": 200, "viewer": 200, "editor": 403, None: 404}
CHANGERS = {"owner", "organiser", "registrar"}


@pytest.mark.parametrize("role", READERS)
def test_who_may_see_the_check_in_desk_and_who_may_pair(role, staff, event, gate):
    existing, _link = create_device(event.id, "Phone 1", by=SYSTEM)
    device_id, public_id = existing.id, existing.public_id
    member = staff(role)
    member.get(DESK, status=READERS[role])
    page = member.get(f"{DESK}/devices", status=READERS[role])
    assert ("Pair a device" in page.words) == (role in CHANGERS)
    assert ("End pairing" in page.words) == (role in CHANGERS)
    csrf = member.get("/manage/").tree.xpath("//input[@name='csrf_token']/@value")[0]
    refused = READERS[role] if READERS[role] != 200 else 403
    form = {"csrf_token": csrf, "name": "Phone 2"}
    member.post(f"{DESK}/devices/new", data=form, status=200 if role in CHANGERS else refused)
    ended = member.post(f"{DESK}/devices/{public_id}/revoke", data={"csrf_token": csrf})
    assert ended.status_code == (303 if role in CHANGERS else refused)
    assert (db.session.get_one(Device, device_id).revoked_at is not None) == (role in CHANGERS)
    assert len(db.session.scalars(select(Device)).all()) == (2 if role in CHANGERS else 1)


def test_whoever_is_not_signed_in_sees_no_desk(client, gate):
    client.get(DESK, status=303 if client.get(DESK).status_code == 303 else 401)
    client.post(f"{DESK}/devices/new", data={"name": "Phone"}, status=400)
    assert db.session.scalars(select(Device)).all() == []
