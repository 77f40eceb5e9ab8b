"""From an empty database to a published event, by clicking through the desk as a new organiser would.

The way is that of docs/organisers.md; what it says about the number of steps is counted here.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from eventapp.accounts.actions import add_user, new_sign_in_link
from eventapp.accounts.actor import SYSTEM
from eventapp.clock import now
from eventapp.db import db
from eventapp.events.queries import find_event

pytestmark = pytest.mark.browser

HANDBOOK = Path(__file__).resolve().parents[2] / "docs" / "organisers.md"
SPEAKERS = (
    ("Xi", "Youmin", "席", "酉民", "The shape of a city of learning", "youmin@example.org"),
    ("Lin", "Mei", "林", "梅", "Rivers that learn", "mei@example.org"),
    ("Ouyang", "Lan", "欧阳", "岚", "What a port knows", "lan@example.org"),
)


@pytest.fixture
def link(app) -> str:
    owner = add_user("mei.lin@example.org", name="Mei Lin", is_owner=True)
    return f"/sign-in/{new_sign_in_link(owner.id, by=SYSTEM)}"


@pytest.mark.parametrize("width", [390, 1280])
def test_an_owner_sets_up_an_event_from_nothing_and_publishes_it(page_at, axe, link, mailbox, serve, width):
    site = serve(worker=True)
    page = page_at(width, base_url=site.url)
    day = (now() + timedelta(days=30)).date().isoformat()
    is_wide = width > 960
    steps: list[str] = []

    def fill(**fields: str) -> None:
        for name, value in fields.items():
            page.fill(f"#{name}", value)
            steps.append(f"fill {name}")

    def press(label: str) -> None:
        assert axe(page) == [], page.url
        steps.append(f"press {label}")
        page.get_by_role("main").get_by_role("button", name=label, exact=True).click()

    def follow(label: str) -> None:
        steps.append(f"follow {label}")
        # What only one of two widths shows is there before the styles hide it.
        page.wait_for_load_state()
        page.get_by_role("main").get_by_role("link", name=label, exact=True).filter(visible=True).first.click()

    def go_to(label: str) -> None:
        steps.append(f"go to {label}")
        page.get_by_role("navigation", name="Event desk").get_by_role("link", name=label).click()

    def choose(field: str, **what: str) -> None:
        steps.append(f"choose {field}")
        page.select_option(f"#{field}", **what)

    def settings(label: str) -> None:
        go_to("Settings")
        assert axe(page) == [], page.url
        follow(label)

    def go_to_agenda() -> None:
        """On a wide screen the board takes the place of the list, and a session is made on it."""
        go_to("Agenda")
        page.wait_for_url(f"**/manage/{slug}/agenda")
        if is_wide:
            page.locator("html.has-editor").wait_for()

    def open_session(title: str) -> None:
        steps.append(f"open {title}")
        page.locator(".board-card", has_text=title).click()
        page.locator("#panel").get_by_role("link", name="Open its page").click()

    page.goto(link)
    press("Sign in")
    follow("New event")
    fill(name_en="Suzhou Innovation Summit", name_zh="苏州创新峰会")
    fill(starts_at=f"{day}T09:00", ends_at=f"{day}T17:30", venue_en="Expo Centre, Suzhou", venue_zh="苏州国际博览中心")
    fill(address_zh="苏州工业园区苏州大道东688号")
    press("Create the event")
    slug = f"suzhou-innovation-summit-{day[:4]}"
    assert page.url.endswith(f"/manage/{slug}/")
    assert "3 of 12 are done." in page.inner_text("main")

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
    fill(controller_en="Summit office, Suzhou Industrial Park", contact="summit@example.org")
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
    choose("role", value="door")
    press("Add and send a sign-in link")

    go_to("People")
    for family_en, given_en, family_zh, given_zh, _title, _email in SPEAKERS:
        follow("New person")
        fill(family_en=family_en, given_en=given_en, family_zh=family_zh, given_zh=given_zh)
        press("Add the person")

    go_to_agenda()
    follow("New session")
    fill(title_en="Opening", title_zh="开幕式", day=day, starts_at="09:00", ends_at="10:00")
    choose("hall", label="Main Hall")
    press("Create the session")
    if is_wide:
        open_session("Opening")
    for number, (_family_en, _given_en, family_zh, given_zh, title, _email) in enumerate(SPEAKERS):
        follow("New item")
        choose("kind", value="speech")
        fill(minutes="20", title_en=title)
        press("Add the item")
        steps.append("follow Add a person, an organisation or a thing")
        page.locator(".desk-items > li").nth(number).get_by_role("link", name="Add a person").click()
        choose("role", value="speaker")
        choose("person", label=page.locator("#person option", has_text=family_zh + given_zh).inner_text())
        press("Add")

    go_to_agenda()
    follow("Review and publish")
    press("Publish")

    for *_names, title, email in SPEAKERS:
        go_to("Speakers")
        steps.append("follow Invite")
        page.get_by_role("row", name=title).get_by_role("link", name="Invite").click()
        fill(email=email)
        press("Send the invitation")
        mail = mailbox.wait_for(email, seconds=20)
        assert title in mail.get_body(("plain",)).get_content()
        assert f"{site.url}/s/" in mail.get_body(("plain",)).get_content()

    go_to("Check-in")
    follow("Pair a device")
    fill(name="Phone at the gate")
    press("Make a pairing link")
    pairing = page.get_by_label("Pairing link").input_value()
    phone = page_at(390, base_url=site.url)
    phone.goto(pairing)
    phone.get_by_role("button", name="Pair this device").click()
    phone.wait_for_url("**/door/")
    phone.close()

    go_to("Overview")
    assert "Set-up" in page.inner_text("main")
    assert "12 of 12 are done." in page.inner_text("main")
    guest = page_at(390, base_url=site.url)
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
    guest.goto(f"/e/{slug}/agenda")
    assert [title for *_names, title, _email in SPEAKERS if title not in guest.inner_text("main")] == []
    told = re.search(r"about (\d+) steps", HANDBOOK.read_text(encoding="utf-8"))
    assert told is not None
    assert abs(len(steps) - int(told[1])) <= 5, f"the handbook says {told[1]} steps, there are {len(steps)}"
