"""Before the doors open: five ticks, and a rehearsal that counts nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from eventapp.checkin.models import Admission, Device, Scan
from eventapp.db import db
from tests.checkin.site import expect_verdict, pair_in_browser, scan_at_once
from tests.checkin.stage import make_guest, qr_text_of

pytestmark = pytest.mark.browser

A_CAMERA = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
KEEPS = "navigator.storage.persisted = async () => true;"
FAST = "const now = Date.now; Date.now = () => now() + 90000; const D = Date; window.Date = class extends D { constructor(...a) { super(...(a.length ? a : [D.now()])); } };"


def tick(door: Page, name: str) -> str | None:
    return door.locator(f"[data-tick={name}]").get_attribute("data-state")


def expect_ticks(door: Page, **states: str) -> None:
    for name, state in states.items():
        expect(door.locator(f"[data-tick={name}]")).to_have_attribute("data-state", state, timeout=15_000)


def test_a_device_with_all_five_ticks_says_so(site, page_at, new_link, axe):
    page = page_at(base_url=site.url, flags=A_CAMERA)
    page.context.grant_permissions(["camera"])
    page.add_init_script(KEEPS)
    door = pair_in_browser(page, new_link())
    expect_ticks(door, camera="ok", roster="ok", clock="ok", storage="ok", sound="wrong")
    assert axe(door) == []
    door.locator("#ready").get_by_role("button", name="Play a sound").click()
    expect_ticks(door, sound="ok")
    expect(door.get_by_text("All five are ready.")).to_be_visible()
    door.get_by_role("button", name="To the door").click()
    # It comes by itself once; afterwards it is in the menu.
    door.reload()
    expect(door.locator("#camera")).to_be_visible()
    expect(door.locator("#ready")).to_be_hidden()
    door.get_by_role("button", name="More").click()
    door.locator("#more").get_by_role("button", name="Ready check").click()
    expect_ticks(door, camera="ok", roster="ok")


def test_what_is_missing_is_named_with_what_to_do(page, new_link):
    page.add_init_script(FAST)
    door = pair_in_browser(page, new_link())
    expect_ticks(door, camera="wrong", clock="wrong", storage="wrong", sound="wrong", roster="ok")
    expect(door.locator("[data-tick=camera]")).to_contain_text("This device has no camera")
    expect(door.locator("[data-tick=clock]")).to_contain_text("let the device set its clock by itself")
    expect(door.locator("[data-tick=storage]")).to_contain_text("Add to Home screen")
    for name in ("camera", "sound", "clock", "storage"):
        expect(door.locator(f"[data-tick={name}] button")).to_be_visible()
    expect(door.locator(".all-ready")).to_be_empty()


def test_a_list_that_is_not_here_or_old_is_told(page, new_link):
    page.route("**/api/v1/checkin/roster*", lambda route: route.fulfill(status=502, body=""))
    door = pair_in_browser(page, new_link())
    expect_ticks(door, roster="wrong")
    expect(door.locator("[data-tick=roster]")).to_contain_text("Not here yet (0 guests so far).")
    page.unroute_all(behavior="ignoreErrors")
    door.get_by_role("button", name="Load it now").click()
    expect_ticks(door, roster="ok")
    page.clock.install()
    page.route("**/api/v1/checkin/*", lambda route: route.fulfill(status=502, body=""))
    page.clock.run_for(11 * 60 * 1000)
    expect_ticks(door, roster="wrong")
    expect(door.locator("[data-tick=roster]")).to_contain_text("Connect this device to the network.")


def test_a_rehearsal_is_marked_everywhere_and_counts_nothing(open_door, event, axe):
    guest = make_guest(event)
    door = open_door()
    door.get_by_role("button", name="More").click()
    door.get_by_role("button", name="Rehearse").click()
    door.keyboard.press("Escape")
    expect(door.get_by_text("Nothing counts.")).to_be_visible()
    assert axe(door) == []
    for _again in range(2):
        scan_at_once(door, qr_text_of(guest))
        expect_verdict(door, "admitted")
        expect(door.locator("#verdict [data-mark=rehearsal]")).to_be_visible()
        door.keyboard.press("Escape")
    door.context.set_offline(True)
    scan_at_once(door, qr_text_of(guest))
    expect_verdict(door, "admitted")
    expect(door.locator("#verdict [data-mark=rehearsal]")).to_be_visible()
    door.context.set_offline(False)
    expect(door.locator("#status .waiting")).to_be_hidden(timeout=30_000)
    db.session.rollback()
    rows = select(Scan).join(Device).where(Device.event_id == event.id)
    assert [(scan.verdict, scan.rehearsal) for scan in db.session.scalars(rows)] == [("admitted", True)] * 3
    assert db.session.scalars(select(Admission).join(Device).where(Device.event_id == event.id)).all() == []
    expect(door.locator(".count-admitted")).to_have_text("0")
    # A page loaded again rehearses on; the button beside the word ends it.
    door.reload()
    door.get_by_role("button", name="End the rehearsal").click()
    scan_at_once(door, qr_text_of(guest))
    expect_verdict(door, "admitted")
    expect(door.locator("#verdict [data-mark=rehearsal]")).to_be_hidden()
    db.session.rollback()
    assert len(db.session.scalars(select(Admission).join(Device).where(Device.event_id == event.id)).all()) == 1
