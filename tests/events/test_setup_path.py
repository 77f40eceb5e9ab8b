"""From an empty database to a published event, by clicking through the desk as a new organiser would."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eventapp.accounts.actions import add_user, new_sign_in_link
from eventapp.accounts.actor import SYSTEM
from eventapp.clock import now
from eventapp.db import db
from eventapp.events.queries import find_event

pytestmark = pytest.mark.browser


@pytest.fixture
def link(app) -> str:
    owner = add_user("mei.lin@example.org", name="Mei Lin", is_owner=True)
    return f"/sign-in/{new_sign_in_link(owner.id, by=SYSTEM)}"


@pytest.mark.parametrize("width", [390, 1280])
def test_an_owner_sets_up_an_event_from_nothing_and_publishes_it(page_at, axe, link, width):
    page = page_at(width)
    day = (now() + timedelta(days=30)).date().isoformat()

    def fill(**fields: str) -> None:
        for name, value in fields.items():
            page.fill(f"#{name}", value)

    def press(label: str) -> None:
        assert axe(page) == [], page.url
        page.get_by_role("main").get_by_role("button", name=label, exact=True).click()

    def follow(label: str) -> None:
        page.get_by_role("main").get_by_role("link", name=label, exact=True).first.click()

    def settings(label: str) -> None:
        page.get_by_role("navigation", name="Event desk").get_by_role("link", name="Settings").click()
        assert axe(page) == [], page.url
        follow(label)

    page.goto(link)
    press("Sign in")
    follow("New event")
    fill(name_en="Suzhou Innovation Summit", name_zh="苏州创新峰会")
    fill(starts_at=f"{day}T09:00", ends_at=f"{day}T17:30", venue_en="Expo Centre, Suzhou", venue_zh="苏州国际博览中心")
    fill(address_zh="苏州工业园区苏州大道东688号")
    press("Create the event")
    slug = f"suzhou-innovation-summit-{day[:4]}"
    assert page.url.endswith(f"/manage/{slug}/")
    assert "3 of 11 are done." in page.inner_text("main")

    follow("At least one hall")
    follow("New hall")
    fill(name_en="Main Hall", name_zh="主会场", capacity="300")
    press("Add the hall")

    settings("Organisations")
    follow("Add an organisation")
    fill(name_en="Xi'an Jiaotong-Liverpool University", name_zh="西交利物浦大学")
    press("Add")
    assert "主办单位" in page.inner_text("main")

    settings("Privacy notice")
    press("Preview")
    assert "As guests will read it" in page.inner_text("main")
    press("Publish")

    settings("Categories")
    for name_en, name_zh, places in (("Industry", "产业界", "200"), ("Press", "媒体", "20")):
        follow("New category")
        fill(name_en=name_en, name_zh=name_zh, capacity=places)
        press("Add the category")

    settings("Checkpoints")
    follow("New checkpoint")
    fill(name_en="Main gate", name_zh="主入口")
    press("Add the checkpoint")

    settings("Team")
    follow("Add to the team")
    fill(email="gate@example.org")
    page.select_option("#role", "door")
    press("Add and send a sign-in link")

    page.get_by_role("navigation", name="Event desk").get_by_role("link", name="Agenda").click()
    follow("New session")
    fill(title_en="Opening", title_zh="开幕式", day=day, starts_at="09:00", ends_at="10:00")
    page.select_option("#hall", label="Main Hall")
    press("Create the session")

    page.get_by_role("navigation", name="Event desk").get_by_role("link", name="Check-in").click()
    fill(name="Phone at the gate")
    press("Make a pairing link")
    pairing = page.get_by_label("Pairing link").input_value()
    phone = page_at(390)
    phone.goto(pairing)
    phone.get_by_role("button", name="Pair this device").click()
    phone.wait_for_url("**/door/")
    phone.close()

    page.get_by_role("navigation", name="Event desk").get_by_role("link", name="Overview").click()
    assert "Set-up" in page.inner_text("main")
    assert "11 of 11 are done." in page.inner_text("main")
    guest = page_at(390)
    assert guest.goto(f"/e/{slug}/").status == 404
    follow("Preview and publish")
    press("Make a preview link")
    follow("Publish")
    press("Publish")
    assert "Everybody can see the site." in page.inner_text("main")
    assert guest.goto(f"/e/{slug}/").status == 200
    assert guest.inner_text("h1").startswith("Suzhou Innovation Summit")
    db.session.rollback()
    assert find_event(slug).state == "published"
