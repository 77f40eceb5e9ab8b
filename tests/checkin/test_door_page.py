"""The door page in a real browser, against the real server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from flask import Flask
from playwright.sync_api import Page, Request, expect
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.checkin.actions import create_device, revoke_device
from eventapp.checkin.models import Admission, Checkpoint, Device, Scan
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.i18n import local
from eventapp.registration.actions import cancel_registration
from tests.checkin.offline import is_kept_here
from tests.checkin.site import (
    Site,
    expect_verdict,
    pair_in_browser,
    running_site,
    scan_at_once,
    type_like_a_scanner,
)
from tests.checkin.stage import make_checkpoint, make_guest, qr_text_of, with_digit_changed
from tests.ground.databases import SqliteTemplate
from tests.ground.stories import make_event

pytestmark = pytest.mark.browser

_numbers = count(1)
BROKEN_STORAGE = """() => {
  const refuse = () => Promise.reject(new DOMException("the disk cannot be read", "UnknownError"));
  Object.assign(CacheStorage.prototype, { open: refuse, match: refuse });
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: SqliteTemplate) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("site"), sqlite_template) as site:
        yield site


@pytest.fixture
def app(site: Site) -> Iterator[Flask]:
    with site.app.app_context():
        yield site.app
        db.session.remove()


@pytest.fixture
def event(app: Flask) -> Event:
    """An event of the test's own on the shared site, with a gate."""
    event = make_event(slug=f"delta-{next(_numbers)}")
    make_checkpoint(event, name_en="Main gate", name_zh="主入口")
    return event


@pytest.fixture
def page(site: Site, page_at: Callable[..., Page]) -> Page:
    return page_at(base_url=site.url)


@pytest.fixture
def link(event: Event) -> str:
    return new_link(event)


@pytest.fixture
def door(page: Page, link: str) -> Page:
    """The paired door, at phone size, on a phone whose camera the browser cannot use."""
    return pair_in_browser(page, link)


def new_link(event: Event, name: str = "Phone 1") -> str:
    _device, token = create_device(event.id, name, by=SYSTEM)
    return f"/door/pair/{token}"


def scans() -> list[Scan]:
    db.session.rollback()
    return list(db.session.scalars(select(Scan).join(Device).order_by(Scan.id)))


def scans_of(event: Event) -> list[tuple[str, str, str]]:
    """What the server has recorded: method, direction, verdict."""
    db.session.rollback()
    rows = select(Scan.method, Scan.direction, Scan.verdict).join(Device).where(Device.event_id == event.id)
    return [tuple(row) for row in db.session.execute(rows.order_by(Scan.id))]


# -- Pairing -------------------------------------------------------------------------------------------------------


def test_a_device_that_is_not_paired_is_told_how_and_takes_the_link(page, site, link, axe):
    page.goto("/door/")
    expect(page.get_by_role("heading", name="Pair this device first")).to_be_visible()
    expect(page.locator("#door")).to_be_hidden()
    assert axe(page) == []
    field = page.get_by_label("Or paste the pairing link here")
    field.fill("https://example.org/")
    page.get_by_role("button", name="Open the link").click()
    expect(page.get_by_text("This is not a pairing link.")).to_be_visible()
    assert axe(page) == []
    field.fill(f"{site.url}{link}")
    page.get_by_role("button", name="Open the link").click()
    page.wait_for_url(f"**{link}")
    expect(page.get_by_role("heading", name="Pair this device")).to_be_visible()


def test_the_button_pairs_and_opens_the_door(page, event, link, axe):
    page.goto(link)
    assert axe(page) == []
    pair_in_browser(page, link)
    expect(page.locator("#event-name")).to_have_text("Yangtze River Delta Summit")
    expect(page.locator("#checkpoint-name")).to_have_text("Main gate")
    expect(page.locator(".count-admitted")).to_have_text("0")
    expect(page.locator("#camera")).to_have_attribute("data-state", "none")
    assert axe(page) == []
    page.reload()
    expect(page.locator("#checkpoint-name")).to_have_text("Main gate")
    page.goto(link)
    expect(page.get_by_role("heading", name="This link no longer works")).to_be_visible()
    assert axe(page) == []


def test_the_panels_of_the_door_have_no_barriers(door, axe):
    for button, panel in (("Type code", "#typing"), ("Search", "#search"), ("Checkpoint", "#checkpoint")):
        door.get_by_role("button", name=button, exact=True).click()
        expect(door.locator(panel)).to_be_visible()
        assert axe(door) == []
    door.keyboard.press("Escape")
    expect(door.locator("#checkpoint")).to_be_hidden()


def test_a_device_whose_pairing_is_ended_says_so_at_its_next_scan(door, event):
    device_id = db.session.scalars(select(Device.id).where(Device.event_id == event.id)).one()
    revoke_device(device_id, by=SYSTEM)
    scan_at_once(door, "12345678")
    expect(door.get_by_text("The team has unpaired this device")).to_be_visible()
    expect(door.locator("#door")).to_be_hidden()
    door.reload()
    expect(door.get_by_role("heading", name="Pair this device first")).to_be_visible()


# -- Ways to check in ----------------------------------------------------------------------------------------------


def test_a_hardware_scanner_reads_a_pass_and_reads_it_again(door, event, axe):
    guest = make_guest(event)
    type_like_a_scanner(door, qr_text_of(guest))
    expect_verdict(door, "admitted")
    verdict = door.locator("#verdict")
    expect(verdict.locator(".word")).to_have_text("Admitted")
    expect(verdict.locator(".name-here")).to_have_text("Lan Chen")
    expect(verdict.locator(".name-other")).to_have_text("陈岚")
    expect(verdict.locator(".organisation")).to_have_text("Lake Robotics")
    expect(door.locator("#announcer")).to_contain_text("Admitted")
    expect(door.locator(".count-admitted")).to_have_text("1")
    assert axe(door) == []
    # The next guest's code comes while the verdict still stands.
    type_like_a_scanner(door, qr_text_of(guest))
    expect_verdict(door, "already_in")
    db.session.rollback()
    admission = db.session.scalars(select(Admission).where(Admission.registration_id == guest.id)).one()
    expect(verdict.locator(".first-time")).to_have_text(f"{local(admission.admitted_at, 'Asia/Shanghai'):%H:%M}")
    expect(verdict.locator(".first-checkpoint")).to_have_text("Main gate")
    expect(verdict.locator(".first-device")).to_have_text("Phone 1")
    assert axe(door) == []
    door.keyboard.press("Escape")
    expect(verdict).to_be_hidden()
    assert scans_of(event) == [("wedge", "in", "admitted"), ("wedge", "in", "already_in")]


def test_refusals_are_said_in_words_that_help(door, event):
    cancelled = make_guest(event)
    codes = {
        "cancelled": qr_text_of(cancelled),
        "forged": with_digit_changed(qr_text_of(make_guest(event))),
        "unknown": "00000000",
        "malformed": "HELLO-WORLD",
    }
    cancel_registration(cancelled.id, by=SYSTEM)
    words = {"cancelled": "Cancelled", "forged": "Forged pass", "unknown": "Unknown pass", "malformed": "Not a pass"}
    for verdict, code in codes.items():
        scan_at_once(door, code)
        expect_verdict(door, verdict)
        expect(door.locator("#verdict .word")).to_have_text(words[verdict])
        expect(door.locator("#verdict")).to_have_attribute("data-tone", "stop")


def test_the_short_code_is_typed(door, event):
    guest = make_guest(event)
    door.get_by_role("button", name="Type code").click()
    field = door.get_by_role("textbox", name="Short code")
    field.fill(guest.short_code[:7])
    door.locator("#typing").get_by_role("button", name="Check in").click()
    expect(door.get_by_text("A short code has exactly eight digits.")).to_be_visible()
    field.fill(f"{guest.short_code[:4]} {guest.short_code[4:]}")
    door.locator("#typing").get_by_role("button", name="Check in").click()
    expect_verdict(door, "admitted")
    assert scans_of(event) == [("typed", "in", "admitted")]


def test_a_guest_is_searched_and_admitted(door, event):
    make_guest(event)
    make_guest(event, family_en="Zeng", given_en="Li", family_zh="曾", given_zh="黎", phone="+8613812345678")
    door.get_by_role("button", name="Search", exact=True).click()
    door.get_by_label("Name, organisation or phone").fill("cengli")
    row = door.locator("#search .result")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("曾黎")
    expect(row).to_contain_text("5678")
    door.get_by_role("button", name="Admit Li Zeng").click()
    expect_verdict(door, "admitted")
    expect(door.locator("#verdict .name-here")).to_have_text("Li Zeng")
    expect(row.locator("[data-state=admitted]")).to_have_text("already in")
    assert scans_of(event) == [("search", "in", "admitted")]
    door.keyboard.press("Escape")
    door.get_by_label("Name, organisation or phone").fill("nobody here")
    expect(door.locator(".search-status")).to_contain_text("Nobody found for “nobody here”.")


def test_a_scanner_may_type_while_somebody_searches(door, event):
    guest = make_guest(event)
    door.get_by_role("button", name="Search", exact=True).click()
    field = door.get_by_label("Name, organisation or phone")
    field.press_sequentially("chen", delay=150)
    door.wait_for_timeout(200)
    for _ in range(5):
        type_like_a_scanner(door, guest.short_code)
        if field.input_value() == "chen":
            break
        # A machine that is busy elsewhere types more slowly than any scanner; then people scan again.
        field.fill("chen")
        door.wait_for_timeout(500)
    expect_verdict(door, "admitted")
    expect(field).to_have_value("chen")


def test_where_exits_are_counted_guests_go_out_as_well(page, event, site):
    make_checkpoint(event, "hall", name_en="Lake Hall", name_zh="湖厅", rule="visits")
    guest = make_guest(event)
    door = pair_in_browser(page, new_link(event))
    expect(door.locator("#direction")).to_be_hidden()
    door.get_by_role("button", name="Checkpoint", exact=True).click()
    door.get_by_role("radio", name="Lake Hall").check()
    door.keyboard.press("Escape")
    scan_at_once(door, guest.short_code)
    expect_verdict(door, "admitted")
    expect(door.locator(".count-inside")).to_have_text("1")
    door.keyboard.press("Escape")
    door.get_by_label("Going out").check()
    scan_at_once(door, guest.short_code)
    expect_verdict(door, "left")
    expect(door.locator(".count-inside")).to_have_text("0")
    assert scans_of(event) == [("wedge", "in", "admitted"), ("wedge", "out", "left")]


def test_a_chinese_reader_works_at_a_chinese_door(site, page_at, event):
    door = pair_in_browser(page_at(base_url=site.url, language="zh"), new_link(event), button="配对本设备")
    expect(door.locator("#checkpoint-name")).to_have_text("主入口")
    scan_at_once(door, qr_text_of(make_guest(event)))
    expect_verdict(door, "admitted")
    expect(door.locator("#verdict .name-here")).to_have_text("陈岚")
    expect(door.locator("#verdict .name-other")).to_have_text("Lan Chen")


# -- Without an answer ---------------------------------------------------------------------------------------------


def listen(page: Page) -> list[str]:
    """The bodies of all scans the page sends from now on."""
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/scans"):
            sent.append(request.post_data or "")

    page.on("request", note)
    return sent


def test_an_answer_that_is_lost_on_the_way_is_asked_for_again(page, link, event, axe):
    """The server has admitted the guest; asked again it gives that answer, not "already in"."""
    guest = make_guest(event)
    door = pair_in_browser(page, link)
    sent = listen(door)
    expect(door.locator("#status .age")).to_have_text("Guest list up to date", timeout=15_000)
    door.route("**/api/v1/checkin/scans", lambda route: (route.fetch(), route.fulfill(status=502, body="")))
    scan_at_once(door, qr_text_of(guest))
    expect_verdict(door, "admitted")
    expect(door.locator("#verdict [data-mark=local]")).to_be_visible()
    expect(door.locator("#status .waiting")).to_have_text("To be sent: 1")
    assert axe(door) == []
    door.unroute_all(behavior="ignoreErrors")
    expect(door.locator("#status .waiting")).to_be_hidden(timeout=20_000)
    assert {json.loads(body)["scans"][0]["id"] for body in sent} == {scans()[-1].scan_id}
    assert scans_of(event) == [("wedge", "in", "admitted")]


def test_without_a_list_and_without_an_answer_nobody_is_let_in_and_the_scan_is_kept(page, link, event):
    for path in ("scans", "roster*"):
        page.route(f"**/api/v1/checkin/{path}", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    door = pair_in_browser(page, link)
    scan_at_once(door, qr_text_of(make_guest(event)))
    expect_verdict(door, "no_connection")
    expect(door.locator("#verdict .instruction")).to_contain_text("The guest list is not on this device yet.")
    assert scans_of(event) == []
    door.unroute_all(behavior="ignoreErrors")
    expect(door.locator("#status .waiting")).to_be_hidden(timeout=20_000)
    assert scans_of(event) == [("wedge", "in", "admitted")]


def test_a_device_whose_storage_cannot_be_read_has_the_door_from_the_network(door, event):
    is_kept_here(door)
    door.context.service_workers[0].evaluate(BROKEN_STORAGE)
    door.reload()
    expect(door.locator("#door")).to_be_visible()
    scan_at_once(door, qr_text_of(make_guest(event)))
    expect_verdict(door, "admitted")


def test_numbers_that_may_be_old_are_marked(door, event):
    expect(door.locator("#counts")).to_have_attribute("data-stale", "no")
    door.route("**/api/v1/checkin/stats", lambda route: route.fulfill(status=502, body=""))
    scan_at_once(door, qr_text_of(make_guest(event)))
    expect_verdict(door, "admitted")
    expect(door.locator("#counts")).to_have_attribute("data-stale", "yes")
    assert db.session.scalars(select(Checkpoint.code).where(Checkpoint.event_id == event.id)).all() == ["gate"]
