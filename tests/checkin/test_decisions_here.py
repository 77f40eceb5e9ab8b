"""What a device decides by itself, beyond what rules and vectors say: rights, settings, clocks, and what it undoes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.checkin.actions import change_checkpoint, change_device, change_door_rules, create_device
from eventapp.checkin.models import Admission, Device, ScanUndo
from eventapp.clock import now
from eventapp.db import db
from eventapp.events.models import Event
from tests.checkin.offline import (
    STORED,
    admission_count,
    expect_all_sent,
    open_door,
    scan,
    scan_rows,
    until,
    verdicts_of,
)
from tests.checkin.site import Site, running_site
from tests.checkin.stage import make_checkpoint, make_guest, qr_text_of, with_digit_changed
from tests.checkin.weather import Weather, weather_before
from tests.ground.databases import SqliteTemplate
from tests.ground.stories import make_event

pytestmark = pytest.mark.browser

_numbers = count(1)
# The clock of this device is ahead by so many milliseconds, until somebody sets it.
WRONG_CLOCK = """(() => {
  const Right = Date;
  window.ahead = %d;
  window.Date = class extends Right {
    constructor(...parts) { super(...(parts.length ? parts : [Right.now() + window.ahead])); }
    static now() { return Right.now() + window.ahead; }
  };
})();"""


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
    event = make_event(slug=f"here-{next(_numbers)}")
    make_checkpoint(event, name_en="Main gate", name_zh="主入口")
    return event


@pytest.fixture
def weather(site: Site) -> Iterator[Weather]:
    with weather_before(site.server.port) as weather:
        yield weather


@pytest.fixture
def open_at(weather: Weather, event: Event, page_at: Callable[..., Page]) -> Callable[..., Page]:
    """`open_at(ahead_ms=0, **rights)` is one more paired door, with guest list and page on the device."""

    def open_one(ahead_ms: int = 0, **rights: bool) -> Page:
        _device, token = create_device(event.id, "Phone 1", by=SYSTEM, **rights)
        page = page_at(base_url=weather.url)
        if ahead_ms:
            page.add_init_script(WRONG_CLOCK % ahead_ms)
        return open_door(page, f"/door/pair/{token}")

    return open_one


@pytest.mark.parametrize(("allowed", "verdict"), [(False, "unknown"), (True, "admitted")])
def test_whoever_registered_since_is_let_in_only_where_the_organiser_allows_it(
    allowed, verdict, weather, event, open_at
):
    if allowed:
        change_door_rules(event.id, by=SYSTEM, category_ids=(), admit_unknown_offline=True)
    make_checkpoint(event, "press", categories=("media",))
    page = open_at()
    weather.becomes("broken")
    late = make_guest(event)
    forged = with_digit_changed(qr_text_of(late))
    assert scan(page, qr_text_of(late))["verdict"] == verdict
    expect(page.locator("#verdict [data-mark=unlisted]")).to_be_visible(visible=allowed)
    # Once is once for them, too; a short code proves nothing; and a forged code stays one.
    assert scan(page, qr_text_of(late))["verdict"] == ("already_in" if allowed else "unknown")
    assert scan(page, late.short_code)["verdict"] == "unknown"
    assert scan(page, forged)["verdict"] == "forged"
    page.get_by_role("button", name="Checkpoint", exact=True).click()
    page.get_by_role("radio", name="Press").check()
    page.keyboard.press("Escape")
    assert scan(page, qr_text_of(late))["verdict"] == "unknown"
    weather.becomes("fair")
    expect_all_sent(page)
    assert admission_count(event) == int(allowed)


def test_what_was_taken_back_without_a_network_is_taken_back_on_the_server(weather, event, open_at):
    guest = make_guest(event)
    page = open_at()
    weather.becomes("broken")
    assert scan(page, guest.short_code)["verdict"] == "admitted"
    take_back(page)
    # Whoever was taken back may come, and counts once.
    assert scan(page, guest.short_code)["verdict"] == "admitted"
    weather.becomes("fair")
    expect_all_sent(page)
    assert verdicts_of(event)["admitted"] >= 1
    undo = db.session.scalars(select(ScanUndo).join(Device).where(Device.event_id == event.id)).one()
    assert (undo.reason, undo.result) == ("Wrong person", "undone")
    assert admission_count(event) == 1


@pytest.mark.parametrize("again", [True, False], ids=["let in again", "gone"])
def test_once_the_list_tells_what_became_of_an_undo_the_device_says_the_same(again, weather, event, open_at):
    weather.changed["/static/checkin/sync.js"] = lambda text: text.replace(
        b"PULL_EVERY_MS = 15000", b"PULL_EVERY_MS = 8000"
    )
    guest = make_guest(event)
    page = open_at()
    assert scan(page, guest.short_code)["verdict"] == "admitted"
    take_back(page)
    expect_all_sent(page)
    if again:
        assert scan(page, guest.short_code)["verdict"] == "admitted"
    # What is told by the list is let go of.
    until(page, f"async () => (await ({STORED})()).states.length <= 1", 30)
    weather.becomes("broken")
    assert scan(page, guest.short_code)["verdict"] == ("already_in" if again else "admitted")
    weather.becomes("fair")
    expect_all_sent(page)
    assert admission_count(event) == 1


def take_back(page: Page) -> None:
    page.get_by_role("button", name="Take back").click()
    page.get_by_role("button", name="Wrong person").click()
    until(page, "() => window.verdicts.at(-1).verdict === 'undone'")


def test_a_reason_lets_in_without_a_network_where_the_device_may(weather, event, open_at):
    guest = make_guest(event, "pending")
    page = open_at(may_override=True)
    weather.becomes("broken")
    assert scan(page, qr_text_of(guest))["verdict"] == "not_confirmed"
    page.get_by_role("button", name="Let in all the same").click()
    page.get_by_role("button", name="Known in person").click()
    until(page, "() => window.verdicts.at(-1).verdict === 'admitted'")
    weather.becomes("fair")
    expect_all_sent(page)
    assert [row.override_reason for row in scan_rows(event)] == ["", "Known in person"]
    assert admission_count(event) == 1


def test_a_device_whose_clock_is_ahead_opens_no_gate_too_early(weather, event, open_at):
    guest = make_guest(event)
    make_checkpoint(event, "early", opens_at=now() + timedelta(minutes=20))
    page = open_at(ahead_ms=30 * 60 * 1000)
    weather.becomes("broken")
    assert scan(page, guest.short_code)["verdict"] == "admitted"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Checkpoint", exact=True).click()
    page.get_by_role("radio", name="Early").check()
    page.keyboard.press("Escape")
    assert scan(page, guest.short_code)["verdict"] == "outside_hours"
    weather.becomes("fair")
    expect_all_sent(page)
    rows = scan_rows(event)
    assert {round(row.offset_ms / 60_000) for row in rows} == {30}
    admitted = db.session.scalars(select(Admission).where(Admission.registration_id == guest.id)).one()
    assert abs(now() - admitted.admitted_at) < timedelta(minutes=2)
    assert abs(rows[0].scanned_at - admitted.admitted_at - timedelta(minutes=30)) < timedelta(seconds=30)


def test_a_clock_that_the_network_sets_right_moves_no_scan_of_before(weather, event, open_at):
    guests = [make_guest(event) for _ in range(2)]
    page = open_at(ahead_ms=-30 * 60 * 1000)
    weather.becomes("broken")
    assert scan(page, guests[0].short_code)["verdict"] == "admitted"
    page.evaluate("window.ahead = 0")
    weather.becomes("fair")
    expect_all_sent(page)
    assert scan(page, guests[1].short_code)["verdict"] == "admitted"
    expect_all_sent(page)
    assert_admitted_just_now(event, 2)


def test_a_clock_that_nobody_has_measured_is_told_as_unknown(weather, event, open_at):
    guest = make_guest(event)
    for path in ("heartbeat", "roster"):
        weather.changed[f"/api/v1/checkin/{path}"] = lambda content: content.replace(b'"now"', b'"then"')
    page = open_at(ahead_ms=-30 * 60 * 1000)
    weather.becomes("broken")
    assert scan(page, guest.short_code)["verdict"] == "admitted"
    weather.becomes("fair")
    expect_all_sent(page)
    assert [row.offset_ms for row in scan_rows(event)] == [None]
    assert_admitted_just_now(event, 1)


def assert_admitted_just_now(event: Event, number: int) -> None:
    db.session.rollback()
    found = select(Admission.admitted_at).join(Device).where(Device.event_id == event.id)
    moments = db.session.scalars(found).all()
    assert len(moments) == number
    assert all(abs(now() - moment) < timedelta(minutes=5) for moment in moments), moments


def test_a_device_learns_where_it_may_scan_and_asks_when_its_checkpoint_is_another_ones(weather, event, open_at):
    guest = make_guest(event)
    gate = make_checkpoint(event, "lounge")
    weather.changed["/static/checkin/sync.js"] = often_asked
    page = open_at()
    device = db.session.scalars(select(Device).where(Device.event_id == event.id)).one()
    choose_checkpoint(page, "Lounge")
    change_checkpoint(gate.id, by=SYSTEM, name_en="Blue lounge", rule="visits")
    make_checkpoint(event, "press", name_en="Press desk")
    change_device(device.id, by=SYSTEM, checkpoint_codes=["gate", "lounge", "press"])
    expect(page.locator("#checkpoint-name")).to_have_text("Blue lounge", timeout=30_000)
    # Where people are counted out, too, the device can say so from now on.
    expect(page.locator("#direction")).to_be_visible()
    page.get_by_role("button", name="Checkpoint", exact=True).click()
    expect(page.get_by_role("radio", name="Press desk")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("radio", name="Blue lounge")).to_be_checked()
    page.keyboard.press("Escape")
    change_device(device.id, by=SYSTEM, checkpoint_codes=["gate", "press"])
    expect(page.get_by_role("heading", name="Where do you stand?")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("radio", name="Blue lounge")).to_have_count(0)
    # Nobody is noted at a checkpoint that nobody chose, also after the page was loaded again.
    page.reload()
    expect(page.get_by_role("heading", name="Where do you stand?")).to_be_visible()
    assert scan(page, guest.short_code)["verdict"] == "not_allowed"
    page.keyboard.press("Escape")
    choose_checkpoint(page, "Press desk")
    assert scan(page, guest.short_code)["verdict"] == "admitted"


def often_asked(text: bytes) -> bytes:
    """The script that keeps up with the server, asking for changes at every turn."""
    return text.replace(b"PULL_EVERY_MS = 15000", b"PULL_EVERY_MS = 0").replace(b"TURN_MS = 5000", b"TURN_MS = 300")


def choose_checkpoint(page: Page, name: str) -> None:
    if page.locator("#checkpoint").is_hidden():
        page.get_by_role("button", name="Checkpoint", exact=True).click()
    page.get_by_role("radio", name=name).check()
    page.keyboard.press("Escape")


def test_a_device_tells_its_version_and_the_age_of_its_list_by_our_clock(weather, event, open_at):
    weather.changed["/static/checkin/sync.js"] = lambda text: often_asked(text).replace(
        b"BEAT_EVERY_MS = 30000", b"BEAT_EVERY_MS = 0"
    )
    page = open_at(ahead_ms=30 * 60 * 1000)
    version = page.evaluate("async () => (await caches.keys())[0].replace('door-', '')")
    told = select(Device.app_version, Device.roster_at).where(Device.event_id == event.id)
    for _ in range(200):
        db.session.rollback()
        row = db.session.execute(told).one()
        if row.app_version and row.roster_at and row.roster_at < now() + timedelta(minutes=5):
            break
        page.wait_for_timeout(100)
    assert row.app_version == version != ""
    assert abs(now() - row.roster_at) < timedelta(minutes=5)


def test_a_day_after_the_event_the_guest_list_is_gone(weather, event, open_at):
    make_guest(event)
    page = open_at()
    assert page.evaluate(STORED)["counts"]["pages"] >= 1
    weather.becomes("broken")
    days = (event.ends_at - now() + timedelta(days=1, hours=1)) / timedelta(milliseconds=1)
    page.add_init_script(WRONG_CLOCK % days)
    page.reload()
    expect(page.locator("#status .age")).to_have_text("Guest list not here yet")
    until(page, f"async () => (await ({STORED})()).counts.pages === 0")
