"""People without a code: searched on the device, let in with their party, or registered on the spot."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.checkin.models import Admission, Device
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.registration.actions import set_capacity
from eventapp.registration.models import Registration
from tests.checkin.site import expect_verdict, scan_at_once
from tests.checkin.stage import make_category, make_guest
from tests.registration.guests import make_category as make_open_category
from tests.registration.test_parties import register as register_party

pytestmark = pytest.mark.browser


def search_for(door: Page, query: str) -> None:
    field = door.get_by_label("Name, organisation or phone")
    if not field.is_visible():
        door.get_by_role("button", name="Search", exact=True).click()
    field.fill(query)


def open_more(door: Page, button: str) -> None:
    door.get_by_role("button", name="More").click()
    door.locator("#more").get_by_role("button", name=button).click()


def admitted(event: Event) -> list[str]:
    db.session.rollback()
    rows = select(Registration.public_id).join(Admission, Admission.registration_id == Registration.id).join(Device)
    return list(db.session.scalars(rows.where(Device.event_id == event.id, Admission.voided_at.is_(None))))


# -- Search --------------------------------------------------------------------------------------------------------


def test_guests_are_found_on_the_device_as_one_types_and_let_in_with_two_taps(open_door, event):
    make_guest(event)
    make_guest(
        event,
        family_en="Zeng",
        given_en="Li",
        family_zh="曾",
        given_zh="黎",
        phone="+8613812345678",
        organisation="湖光",
    )
    door = open_door()
    asked: list[str] = []
    door.on("request", lambda request: asked.append(request.url) if "/search" in request.url else None)
    door.context.set_offline(True)
    found = door.locator("#search .result")
    for query in ("cengli", "zengli", "zl", "曾", "曾黎", "湖光", "5678", "li zeng"):
        search_for(door, query)
        expect(found).to_have_count(1)
        expect(found).to_contain_text("Li Zeng")
    expect(door.locator(".search-status")).to_have_text("Found: 1")
    # The first tap opened the search; this is the second.
    door.get_by_role("button", name="Admit Li Zeng").click()
    expect_verdict(door, "admitted")
    door.keyboard.press("Escape")
    expect(found.locator(".state[data-state=admitted]")).to_be_visible()
    search_for(door, "nobody here")
    expect(door.locator(".search-status")).to_contain_text("Nobody found for “nobody here”.")
    assert asked == []


def test_somebody_who_registered_a_moment_ago_is_found_at_the_server(open_door, event):
    door = open_door()
    guest = make_guest(event, family_en="Zhang", given_en="Wei", family_zh="张", given_zh="伟")
    search_for(door, "zhangwei")
    door.get_by_role("button", name="Admit Wei Zhang").click()
    expect_verdict(door, "admitted")
    assert admitted(event) == [guest.public_id]


# -- Parties -------------------------------------------------------------------------------------------------------


def test_whoever_of_a_party_is_here_is_let_in_together_and_the_rest_later(open_door, event, axe):
    register_party(make_open_category(event, 40, "delegations", takes_parties=True), 3)
    members = list(db.session.scalars(select(Registration).where(Registration.event_id == event.id)))
    door = open_door()
    door.context.set_offline(True)
    search_for(door, "团1")
    door.locator("#search .to-party").click()
    ticks = door.locator("#party .members input")
    expect(ticks).to_have_count(3)
    assert axe(door) == []
    button = door.locator("#party button[type=submit]")
    expect(button).to_be_disabled()
    for number in (0, 1):
        ticks.nth(number).check()
    expect(button).to_have_text("Let in: 2")
    button.click()
    expect(door.locator(".party-status")).to_have_text("Done: 2")
    expect(door.locator("#party .members input:disabled")).to_have_count(2)
    door.locator("#party .all input").check()
    expect(button).to_have_text("Let in: 1")
    button.click()
    expect(door.locator(".party-status")).to_have_text("Done: 1")
    door.context.set_offline(False)
    expect(door.locator("#status .waiting")).to_be_hidden(timeout=30_000)
    assert sorted(admitted(event)) == sorted(member.public_id for member in members)


def test_a_member_who_may_not_come_in_is_named_with_the_reason(open_door, event):
    register_party(make_open_category(event, 40, "delegations", takes_parties=True), 2)
    door = open_door()
    first, second = db.session.scalars(select(Registration).where(Registration.event_id == event.id)).all()
    search_for(door, "团1")
    door.locator("#search .to-party").click()
    door.locator("#party .all input").check()
    # Somebody was let in by another phone meanwhile.
    other = open_door()
    scan_at_once(other, second.short_code)
    expect_verdict(other, "admitted")
    door.locator("#party button[type=submit]").click()
    expect(door.locator(".party-status")).to_have_text("Done: 1. Refused: 1; the reason stands beside each name.")
    expect(door.locator("#party .outcome", has_text="Already in")).to_have_count(1)
    assert sorted(admitted(event)) == sorted([first.public_id, second.public_id])


# -- New guests ----------------------------------------------------------------------------------------------------


def fill_in(door: Page, **fields: str) -> None:
    for label, text in fields.items():
        door.locator("#walk-in").get_by_label(label.replace("_", " "), exact=True).fill(text)


def test_a_new_guest_is_registered_and_let_in_at_once(open_door, event, axe):
    make_category(event)
    door = open_door(may_register=True)
    open_more(door, "New guest")
    assert axe(door) == []
    submit = door.get_by_role("button", name="Register and let in")
    submit.click()
    expect(door.get_by_text("Please enter a name.")).to_be_visible()
    fill_in(door, Family_name="Zhao", Given_name="Min", Organisation="Lake Robotics")
    submit.click()
    expect(door.get_by_text("Please enter a phone number or an e-mail address.")).to_be_visible()
    fill_in(door, Phone="138 0000 1234")
    submit.click()
    expect_verdict(door, "admitted")
    expect(door.locator("#verdict .name-here")).to_have_text("Min Zhao")
    made = db.session.scalars(select(Registration).where(Registration.event_id == event.id)).one()
    assert admitted(event) == [made.public_id]
    door.keyboard.press("Escape")
    expect(door.locator("#walk-in-family")).to_have_value("")


def test_a_full_category_and_one_with_approval_answer_in_words_and_keep_what_was_typed(open_door, event):
    full = make_category(event)
    make_guest(event)
    set_capacity(full.id, 1, by=SYSTEM)
    make_category(event, "approved")
    door = open_door(may_register=True)
    open_more(door, "New guest")
    door.locator("#walk-in").get_by_label("Category").select_option("industry")
    fill_in(door, Family_name="Zhao", Phone="138 0000 1234")
    door.get_by_role("button", name="Register and let in").click()
    expect(door.locator("#walk-in .problem")).to_be_visible()
    expect(door.locator("#walk-in-family")).to_have_value("Zhao")
    door.locator("#walk-in").get_by_label("Category").select_option("approved")
    door.get_by_role("button", name="Register and let in").click()
    expect(door.locator("#walk-in .held .notice")).not_to_be_empty()
    expect(door.locator("#verdict")).to_be_hidden()
    states = select(Registration.state).where(Registration.event_id == event.id).order_by(Registration.id)
    db.session.rollback()
    assert list(db.session.scalars(states)) == ["confirmed", "pending"]
    door.get_by_role("button", name="Another guest").click()
    expect(door.locator("#walk-in-family")).to_have_value("")


def test_without_a_network_the_form_says_so_and_keeps_what_was_typed(open_door, event):
    make_category(event)
    door = open_door(may_register=True)
    open_more(door, "New guest")
    fill_in(door, Family_name="Zhao", Phone="138 0000 1234")
    door.context.set_offline(True)
    expect(door.get_by_text("can be registered only with a connection")).to_be_visible()
    expect(door.get_by_role("button", name="Register and let in")).to_be_disabled()
    door.context.set_offline(False)
    expect(door.get_by_role("button", name="Register and let in")).to_be_enabled(timeout=20_000)
    expect(door.locator("#walk-in-family")).to_have_value("Zhao")


def test_an_answer_that_is_lost_registers_nobody_twice(open_door, event):
    make_category(event)
    door = open_door(may_register=True)
    open_more(door, "New guest")
    fill_in(door, Family_name="Zhao", Phone="138 0000 1234")
    door.route("**/walk-ins", lambda route: (route.fetch(), route.fulfill(status=502, body="")))
    door.get_by_role("button", name="Register and let in").click()
    expect(door.get_by_text("No answer came. What you typed is still here")).to_be_visible()
    door.unroute_all(behavior="ignoreErrors")
    door.get_by_role("button", name="Register and let in").click()
    expect_verdict(door, "admitted")
    assert len(admitted(event)) == 1
    db.session.rollback()
    assert len(db.session.scalars(select(Registration).where(Registration.event_id == event.id)).all()) == 1


def test_a_device_that_may_not_register_shows_no_form(open_door):
    door = open_door()
    door.get_by_role("button", name="More").click()
    expect(door.locator("#more .registers")).to_be_hidden()


# -- The last scans ------------------------------------------------------------------------------------------------


def test_the_last_scans_are_listed_and_one_can_still_be_taken_back(open_door, event):
    guest = make_guest(event)
    door = open_door()
    for code in (guest.short_code, "00000000"):
        scan_at_once(door, code)
        expect(door.locator("#verdict")).to_be_visible()
    door.keyboard.press("Escape")
    open_more(door, "Last scans")
    rows = door.locator("#recent .recent-scan")
    expect(rows).to_have_text(
        [re.compile("00000000.*Unknown pass", re.DOTALL), re.compile("Lan Chen.*Admitted", re.DOTALL)]
    )
    rows.nth(1).click()
    door.get_by_role("button", name="Take back").click()
    door.get_by_role("button", name="Scanned by mistake").click()
    expect_verdict(door, "undone")
    door.keyboard.press("Escape")
    expect(rows.nth(1)).to_contain_text("Taken back")
    expect(door.locator("#status .waiting")).to_be_hidden(timeout=20_000)
    assert admitted(event) == []


# -- Live counts ---------------------------------------------------------------------------------------------------


def test_what_other_devices_do_is_counted_here_at_once_and_else_within_seconds(open_door, event, page):
    guests = [make_guest(event) for _ in range(2)]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/stats") else None)
    door, other = open_door(page), open_door(name="Phone 2")
    asked.clear()
    scan_at_once(other, guests[0].short_code)
    expect(door.locator(".count-admitted")).to_have_text("1", timeout=8_000)
    assert asked == []
    # Too many listen, or a server in front keeps events back: then it asks.
    door.route("**/stats/stream", lambda route: route.fulfill(status=503, body="{}"))
    door.reload()
    expect(door.locator(".count-admitted")).to_have_text("1")
    asked.clear()
    scan_at_once(other, guests[1].short_code)
    expect(door.locator(".count-admitted")).to_have_text("2", timeout=15_000)
    assert asked != []
