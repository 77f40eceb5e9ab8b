"""How the agenda's page looks: axe finds nothing, nothing is cut off; phones and pages without scripts keep the list."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from eventapp.db import db
from eventapp.events.models import Event
from tests.agenda.editor.conftest import Agenda
from tests.agenda.stage import make_hall, make_session
from tests.ground.browsers import fits_the_screen
from tests.ground.stories import make_event

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("zh", "dark")])
def test_the_board_with_all_that_opens_on_it_is_sound(agenda, desk_of, axe, language, scheme):
    desk = desk_of(agenda, language=language)
    desk.page.emulate_media(color_scheme=scheme)
    title = {"en": "Opening", "zh": "开幕式"}[language]
    desk.card({"en": "Tea", "zh": "茶歇"}[language]).focus()
    desk.press("t")
    expect(desk.tray.locator(".board-card")).to_be_visible()
    desk.drag({"en": "Energy forum", "zh": "能源论坛"}[language], halls=1)
    sure = desk.page.locator("#dialog-sure")
    expect(sure).to_be_visible()
    assert axe(desk.page) == []
    sure.locator(".button-primary").click()
    desk.page.locator(".editor-clash-count").click()
    desk.card(title).click()
    expect(desk.panel).to_be_visible()
    assert axe(desk.page) == []
    assert fits_the_screen(desk.page)
    for dialog in ("keys", "print"):
        desk.tool(dialog).click()
        assert axe(desk.page) == []
        desk.press("Escape")
    desk.act("move")
    assert axe(desk.page) == []
    desk.press("Escape")
    desk.act("texts")
    expect(desk.page.locator("#dialog-form form")).to_be_visible()
    assert axe(desk.page) == []


def test_what_a_screen_reader_says_of_a_session(agenda, desk_of):
    desk = desk_of(agenda, language="zh")
    said = re.compile(r"^09:00–10:00 开幕式 Opening Lan Chen \d+ 金鸡湖厅，\d+月\d+日星期.。主旨演讲")
    expect(desk.card("开幕式")).to_have_accessible_name(said)


def test_many_halls_scroll_within_the_board_under_heads_that_stay(agenda, desk_of, site_app):
    event = db.session.get_one(Event, agenda.event_id)
    halls = [make_hall(event, f"Hall {number}", f"会场{number}") for number in range(20)]
    make_session(event, 16, 17, "Far away", hall_id=halls[-1].id)
    desk = desk_of(agenda)
    expect(desk.page.locator(".board-head")).to_have_count(23)
    assert fits_the_screen(desk.page)
    desk.page.locator("#editor-find").fill("Far away")
    desk.press("Enter")
    expect(desk.card("Far away")).to_be_in_viewport()
    head = desk.page.locator(".board-head", has_text="Hall 19")
    expect(head).to_be_in_viewport()
    box, above = desk.card("Far away").bounding_box(), head.bounding_box()
    assert abs(box["x"] - above["x"]) < 4
    assert above["y"] + above["height"] <= box["y"]
    expect(desk.page.locator(".board-hours li", has_text="16:00").first).to_be_in_viewport()


def test_on_a_phone_the_list_stays_with_its_forms(agenda, desk_of, axe):
    desk = desk_of(agenda, width=390)
    expect(desk.page.locator("#editor")).to_be_hidden()
    expect(desk.page.get_by_role("link", name="Move Opening")).to_be_visible()
    assert axe(desk.page) == []
    assert fits_the_screen(desk.page)
    desk.page.set_viewport_size({"width": 1280, "height": 800})
    expect(desk.card("Opening")).to_be_visible()
    expect(desk.page.locator("#plain")).to_be_hidden()
    desk.page.set_viewport_size({"width": 390, "height": 800})
    expect(desk.page.locator("#plain")).to_be_visible()


def test_without_scripts_the_list_stays_and_says_what_it_would_be(agenda, desk_of, browser, site):
    storage = desk_of(agenda).page.context.storage_state()
    context = browser.new_context(
        base_url=site.url, storage_state=storage, java_script_enabled=False, viewport={"width": 1280, "height": 800}
    )
    page = context.new_page()
    page.goto(f"/manage/{agenda.slug}/agenda")
    assert "With JavaScript switched on" in page.inner_text("main")
    page.get_by_role("link", name="Move Opening").click()
    expect(page.locator("h1")).to_have_text("Move the session")
    context.close()


def test_on_paper_each_day_has_its_page_and_only_the_halls_it_uses(agenda, desk_of, site_app):
    event = db.session.get_one(Event, agenda.event_id)
    make_hall(event, "Empty Hall", "空厅")
    make_session(event, 33, 34, "Day two", title_zh="第二天")
    desk = desk_of(agenda)
    expect(desk.card("Day two")).to_be_visible()
    desk.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    desk.page.emulate_media(media="print")
    days = desk.page.locator("#paper .board-day")
    expect(days).to_have_count(2)
    expect(days.first.locator(".board-paper-heads span")).to_have_text(["Lake Hall", "Garden Hall"])
    expect(days.last.locator(".board-paper-heads span")).to_have_text(["No hall"])
    expect(desk.page.locator(".desk-header")).to_be_hidden()
    opening = days.first.locator(".board-card", has_text="Opening").bounding_box()
    layer = days.first.locator(".board-layer").bounding_box()
    assert layer["y"] <= opening["y"]
    assert opening["x"] + opening["width"] <= layer["x"] + layer["width"] / 2
    desk.page.emulate_media(media="screen")
    desk.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(days).to_have_count(0)


def test_an_empty_agenda_says_what_to_do_first(agenda, desk_of):
    event = make_event(f"{agenda.slug}-empty")
    desk = desk_of(Agenda(event.slug, event.id))
    desk.expect_said("There is no session yet.")
    expect(desk.page.get_by_role("link", name="New session")).to_have_count(1)
    desk.page.mouse.dblclick(*desk.point(0, 9.25))
    form = desk.page.locator("#dialog-form")
    form.locator("[name=title_en]").fill("The first")
    form.get_by_role("button", name="Create the session").click()
    desk.expect_at("The first", "09:00–09:30", "No hall")
