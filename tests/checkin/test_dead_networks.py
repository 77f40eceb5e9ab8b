"""A door whose network is there and dead: every way ends in a verdict in time, and no scan is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.checkin.actions import change_door_rules, create_device, revoke_device
from eventapp.checkin.models import AdmissionConflict, Device
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.registration.actions import cancel_registration
from tests.checkin.offline import (
    STOPWATCH,
    STORED,
    admission_count,
    expect_all_sent,
    expect_mode,
    is_kept_here,
    is_ready_to_read,
    open_door,
    scan,
    scan_rows,
    until,
    verdicts_of,
)
from tests.checkin.site import Site, expect_verdict, pair_in_browser, running_site, scan_at_once, type_like_a_scanner
from tests.checkin.stage import make_checkpoint, make_guest, qr_text_of
from tests.checkin.weather import Weather, weather_before
from tests.ground.databases import SqliteTemplate
from tests.ground.stories import make_event

pytestmark = pytest.mark.browser

_numbers = count(1)
# What people at a door bear.
LONGEST_WAIT_SECONDS = 1.5

SCANS_NEVER_LEAVE = """() => {
  const { fetch } = window;
  window.fetch = (url, ...how) => url.endsWith("/scans") ? new Promise(() => undefined) : fetch(url, ...how);
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
    event = make_event(slug=f"weather-{next(_numbers)}")
    make_checkpoint(event, name_en="Main gate", name_zh="主入口")
    return event


@pytest.fixture
def weather(site: Site) -> Iterator[Weather]:
    with weather_before(site.server.port) as weather:
        yield weather


@pytest.fixture
def open_at(weather: Weather, event: Event, page_at: Callable[..., Page]) -> Callable[[], Page]:
    """`open_at()` is one more paired door, with guest list and page on the device."""

    def open_one(name: str = "Phone 1") -> Page:
        _device, token = create_device(event.id, name, by=SYSTEM)
        return open_door(page_at(base_url=weather.url), f"/door/pair/{token}")

    return open_one


@pytest.mark.parametrize("kind", Weather.KINDS)
def test_a_dead_network_ends_in_a_verdict_in_time_and_no_scan_is_lost(kind, weather, event, open_at):
    guests = [make_guest(event) for _ in range(4)]
    page = open_at()
    weather.becomes(kind)
    shown = [scan(page, qr_text_of(guest)) for guest in guests[:3]]
    shown += [scan(page, guests[3].short_code), scan(page, qr_text_of(guests[0]))]
    assert [one["verdict"] for one in shown] == ["admitted"] * 4 + ["already_in"]
    assert max(one["seconds"] for one in shown) < LONGEST_WAIT_SECONDS
    expect_mode(page, "offline")
    # Known to be dead, it is not asked again while somebody waits.
    assert shown[-1]["seconds"] < 0.6
    assert page.locator("body").inner_text().count("Internal Server Error") == 0
    weather.becomes("fair")
    expect_all_sent(page)
    assert verdicts_of(event) == {"admitted": 4, "already_in": 1}
    assert admission_count(event) == 4
    assert page.evaluate(STORED)["states"].count("waiting") == 0


def test_one_lost_answer_makes_no_dead_network(weather, event, open_at):
    guests = [make_guest(event) for _ in range(2)]
    page = open_at()
    lost = iter([b"lost on the way"])
    weather.changed["/api/v1/checkin/scans"] = lambda content: next(lost, content)
    assert scan(page, qr_text_of(guests[0]))["verdict"] == "admitted"
    assert scan(page, qr_text_of(guests[1]))["verdict"] == "admitted"
    expect(page.locator("#status")).to_have_attribute("data-mode", "online")
    expect_all_sent(page)
    # The server had the first scan before its answer was lost, and gives the same answer to the same scan.
    assert [row.offline for row in scan_rows(event)] == [False, False]
    assert verdicts_of(event) == {"admitted": 2}


def test_a_late_answer_that_says_otherwise_is_told(weather, event, open_at):
    guest = make_guest(event)
    page = open_at()
    cancel_registration(guest.id, by=SYSTEM)
    weather.becomes("slow")
    assert scan(page, qr_text_of(guest))["verdict"] == "admitted"
    expect_verdict(page, "cancelled", seconds=12)
    expect(page.locator("#verdict [data-mark=corrected]")).to_be_visible()
    weather.becomes("fair")
    expect_all_sent(page)
    assert verdicts_of(event) == {"cancelled": 1}
    # They are in by then: the team hears of it, and the screen has said it once.
    conflict = db.session.scalars(select(AdmissionConflict).where(AdmissionConflict.event_id == event.id)).one()
    assert (conflict.kind, conflict.registration_id) == ("cancelled", guest.id)
    assert [one["verdict"] for one in page.evaluate("window.verdicts")].count("cancelled") == 1


def test_a_scan_cut_off_while_its_answer_is_awaited_is_judged_at_its_own_time(weather, event, open_at):
    guest = make_guest(event)
    weather.changed["/static/checkin/queue.js"] = lambda text: text.replace(b"ASKING_MS = 10000", b"ASKING_MS = 4000")
    # The tab is killed in time, however busy the machine is.
    weather.changed["/static/checkin/sync.js"] = lambda text: text.replace(b"IN_TIME_MS = 1200", b"IN_TIME_MS = 60000")
    page = open_at()
    context = page.context
    page.evaluate(SCANS_NEVER_LEAVE)
    scan_at_once(page, guest.short_code)
    until(page, f"async () => (await ({STORED})()).states.includes('asking')")
    page.close()
    page = context.new_page()
    page.goto("/door/")
    until(page, f"async () => (await ({STORED})()).states.every((state) => state === 'sent')", 30)
    row = scan_rows(event)[0]
    assert (row.verdict, row.offline, row.local_verdict) == ("admitted", True, "")
    assert row.received_at - row.corrected_at > timedelta(seconds=2)
    assert admission_count(event) == 1


def test_a_hotels_page_that_refuses_everything_unpairs_no_device(weather, event, open_at):
    guest = make_guest(event)
    page = open_at()
    weather.becomes("refusing portal")
    assert scan(page, qr_text_of(guest))["verdict"] == "admitted"
    page.reload()
    expect(page.locator("#door")).to_be_visible()
    expect(page.locator("#status .waiting")).to_have_text("To be sent: 1")


def test_a_revoked_device_forgets_everybody_and_keeps_what_was_never_sent(weather, event, open_at):
    guests = [make_guest(event) for _ in range(2)]
    page = open_at()
    weather.becomes("broken")
    for guest in guests:
        assert scan(page, guest.short_code)["verdict"] == "admitted"
    revoke_device(db.session.query(Device.id).filter_by(event_id=event.id).scalar(), by=SYSTEM)
    weather.becomes("fair")
    expect(page.get_by_text("The team has unpaired this device")).to_be_visible(timeout=15_000)
    until(page, f"async () => (await ({STORED})()).counts.pages === 0")
    stored = page.evaluate(STORED)
    assert stored["counts"] == {"keys": 1, "kept": 0, "pages": 0, "queue": 2}
    # Paired anew for the same event, it sends what it had kept.
    _device, token = create_device(event.id, "Phone 1, again", by=SYSTEM)
    page.goto(f"/door/pair/{token}")
    page.get_by_role("button", name="Pair this device").click()
    page.wait_for_url("**/door/")
    expect_all_sent(page)
    until(page, f"async () => !(await ({STORED})()).states.includes('waiting')")
    assert verdicts_of(event) == {"admitted": 2}


def test_a_guest_list_that_was_interrupted_goes_on_where_it_stopped(weather, event, open_at):
    for _ in range(5):
        make_guest(event)
    weather.changed["/static/checkin/sync.js"] = lambda text: text.replace(b"const LIMIT = 2000", b"const LIMIT = 2")
    asked = [0]

    def breaks_at_the_second(content: bytes) -> bytes:
        asked[0] += 1
        return b"<h1>Bad gateway</h1>" if asked[0] == 2 else content

    weather.changed["/api/v1/checkin/roster"] = breaks_at_the_second
    page = open_at()
    pages = [path for path in weather.asked if "/roster?" in path]
    assert [path.partition("since=")[2].startswith("&") for path in pages[:4]] == [True, False, False, False]
    assert pages[1] == pages[2]
    assert page.evaluate("window.verdicts.length") == 0
    weather.becomes("broken")
    assert scan(page, "00000000")["verdict"] == "unknown"


def test_half_a_list_lets_in_nobody_whom_it_lacks(weather, event, page_at):
    change_door_rules(event.id, by=SYSTEM, category_ids=(), admit_unknown_offline=True)
    guests = [make_guest(event) for _ in range(3)]
    cancel_registration(guests[-1].id, by=SYSTEM)
    weather.changed["/static/checkin/sync.js"] = lambda text: text.replace(b"const LIMIT = 2000", b"const LIMIT = 2")
    pages = iter([lambda content: content])
    weather.changed["/api/v1/checkin/roster"] = lambda content: next(pages, lambda _: b"<h1>Bad gateway</h1>")(content)
    _device, token = create_device(event.id, "Phone 1", by=SYSTEM)
    page = page_at(base_url=weather.url)
    page.add_init_script(STOPWATCH)
    pair_in_browser(page, f"/door/pair/{token}")
    while sum("/roster?" in path for path in weather.asked) < 2:
        page.wait_for_timeout(50)
    is_ready_to_read(page)
    weather.becomes("broken")
    assert scan(page, qr_text_of(guests[0]))["verdict"] == "admitted"
    assert scan(page, qr_text_of(guests[-1]))["verdict"] == "no_connection"


def test_what_a_device_keeps_cannot_be_read_from_its_storage(weather, event, open_at):
    guest = make_guest(event, family_en="Ouyang", family_zh="欧阳", organisation="Grand Canal Works")
    page = open_at()
    weather.becomes("broken")
    scan(page, qr_text_of(guest))
    stored = page.evaluate(STORED)
    assert stored["counts"]["pages"] >= 1
    assert stored["extractable"] == [False, False]
    everything = stored["text"] + stored["local"]
    for secret in (
        "Ouyang",
        "欧阳",
        "Grand Canal",
        guest.public_id,
        guest.short_code,
        "token",
        qr_text_of(guest)[-40:],
    ):
        assert secret not in everything


def test_a_newer_version_takes_over_without_losing_what_waits(weather, event, open_at):
    guest = make_guest(event)
    page = open_at()
    weather.becomes("broken")
    scan(page, guest.short_code)
    weather.changed["/door/sw.js"] = lambda text: text.replace(b'"version": "', b'"version": "newer-')
    weather.becomes("fair")
    weather.changed["/api/v1/checkin/scans"] = lambda _text: b"not yet"
    page.reload()
    until(page, "async () => (await caches.keys()).some((name) => name.startsWith('door-newer-'))")
    until(page, "async () => Boolean((await navigator.serviceWorker.getRegistration()).waiting)")
    page.reload()
    until(page, "async () => (await caches.keys()).every((name) => name.startsWith('door-newer-'))")
    expect(page.locator("#status .waiting")).to_have_text("To be sent: 1")
    del weather.changed["/api/v1/checkin/scans"]
    expect_all_sent(page)
    assert verdicts_of(event) == {"admitted": 1}


def test_a_pairing_of_an_earlier_version_is_taken_over(weather, event, page_at):
    _device, token = create_device(event.id, "Phone 1", by=SYSTEM)
    page = page_at(base_url=weather.url)
    page.goto(f"/door/pair/{token}")
    page.evaluate(
        """async () => {
          const form = document.getElementById("pair");
          const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
          localStorage.setItem("eventapp.door", await answer.text());
        }"""
    )
    page.goto("/door/")
    is_kept_here(page)
    expect(page.locator("#checkpoint-name")).to_have_text("Main gate")
    assert "token" not in page.evaluate(STORED)["local"]


def test_the_language_of_the_device_is_kept_without_a_network(weather, event, open_at):
    page = open_at()
    page.goto("/door/?lang=zh")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.context.clear_cookies()
    weather.becomes("broken")
    page.goto("/door/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("#door")).to_be_visible()
    assert scan(page, "00000000")["verdict"] == "unknown"


def test_two_tabs_share_one_queue(weather, event, open_at):
    guests = [make_guest(event) for _ in range(4)]
    first = open_at()
    second = first.context.new_page()
    second.goto("/door/")
    expect(second.locator("#door")).to_be_visible()
    weather.becomes("broken")
    for page in (first, second):
        until(page, "() => document.querySelector('#status').dataset.mode", 5)
    for page, own in ((first, guests[:2]), (second, guests[2:])):
        for guest in own:
            type_like_a_scanner(page, guest.short_code)
            expect_verdict(page, "admitted")
            page.keyboard.press("Escape")
    # What one tab let in, the other knows.
    type_like_a_scanner(second, guests[0].short_code)
    expect_verdict(second, "already_in")
    weather.becomes("fair")
    for page in (first, second):
        expect_all_sent(page)
    assert verdicts_of(event) == {"admitted": 4, "already_in": 1}
    assert sum("/scans" in path for path in weather.asked) >= 3


def test_a_device_paired_anew_in_another_tab_is_the_new_one_in_all_of_them(weather, event, open_at):
    first = open_at()
    expect(first.locator("#device-name")).to_have_text("Phone 1")
    second = first.context.new_page()
    _device, token = create_device(event.id, "Phone 2", by=SYSTEM)
    pair_in_browser(second, f"/door/pair/{token}")
    for page in (first, second):
        expect(page.locator("#device-name")).to_have_text("Phone 2")
        is_kept_here(page)
    guest = make_guest(event)
    weather.becomes("broken")
    assert scan(first, guest.short_code)["verdict"] == "unknown"


def test_what_waits_is_sent_by_the_service_worker_when_the_page_is_closed(weather, event, open_at):
    guest = make_guest(event)
    page = open_at()
    weather.becomes("broken")
    scan(page, guest.short_code)
    other = page.context.new_page()
    other.goto("about:blank")
    page.close()
    weather.becomes("fair")
    assert scan_rows(event) == []
    worker = next(iter(other.context.service_workers))
    worker.evaluate("self.registration.scope")
    devtools = other.context.new_cdp_session(other)
    registrations: list[dict[str, str]] = []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda told: registrations.extend(told["registrations"]))
    devtools.send("ServiceWorker.enable")
    other.goto("/healthz")
    own = next(one for one in registrations if one["scopeURL"].endswith("/door/"))
    sync = {"origin": weather.url, "registrationId": own["registrationId"], "tag": "door-flush", "lastChance": False}
    devtools.send("ServiceWorker.dispatchSyncEvent", sync)
    for _ in range(100):
        if scan_rows(event):
            break
        other.wait_for_timeout(100)
    assert verdicts_of(event) == {"admitted": 1}


@pytest.mark.parametrize("heard", ["search", "counts"])
def test_whichever_question_hears_it_first_a_revoked_device_forgets_everybody(heard, event, site, page_at):
    make_guest(event)
    _device, token = create_device(event.id, "Phone 1", by=SYSTEM)
    page = open_door(page_at(base_url=site.url), f"/door/pair/{token}")
    assert page.evaluate(STORED)["counts"]["pages"] >= 1
    # Those that keep up with the server hear nothing: only the question at hand does.
    for path in ("roster*", "heartbeat", *(["stats*", "stats/stream"] if heard == "search" else [])):
        page.route(f"**/api/v1/checkin/{path}", lambda route: route.fulfill(status=403, json={"detail": "Not now"}))
    revoke_device(db.session.query(Device.id).filter_by(event_id=event.id).scalar(), by=SYSTEM)
    if heard == "search":
        page.get_by_role("button", name="Search", exact=True).click()
        page.locator("#search-query").fill("nobody of that name")
    expect(page.get_by_text("The team has unpaired this device")).to_be_visible(timeout=30_000)
    until(page, f"async () => (await ({STORED})()).counts.pages === 0")
    assert page.evaluate(STORED)["counts"] == {"keys": 0, "kept": 0, "pages": 0, "queue": 0}
