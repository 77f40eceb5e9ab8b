"""Two people edit one agenda in two browsers; and one of them loses the network."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import limit_editor
from eventapp.agenda.queries import sessions_in_order
from eventapp.events.queries import get_event
from tests.agenda.stage import make_hall

pytestmark = pytest.mark.browser


def test_each_sees_what_the_other_does_within_seconds_and_who_did_it(agenda, desk_of, colleague):
    wang, other = desk_of(agenda), desk_of(agenda, colleague(agenda))
    wang.drag("Opening", minutes=-30, halls=1)
    other.expect_at("Opening", "08:30–09:30", "Garden Hall")
    expect(other.card("Opening").locator(".board-by")).to_have_text("Wang Min just now")
    other.expect_said("Wang Min:")
    other.card("Tea").focus()
    other.press("Shift+ArrowUp", "Enter")
    wang.expect_at("Tea", "10:00–10:55", "Garden Hall")
    expect(wang.card("Tea").locator(".board-by")).to_contain_text("just now")
    expect(wang.card("Opening").locator(".board-by")).to_be_hidden()


def test_a_stale_move_is_refused_with_what_changed_and_who_did_it(agenda, desk_of, colleague):
    wang, other = desk_of(agenda), desk_of(agenda, colleague(agenda))
    other.card("Opening").focus()
    other.press("ArrowDown")
    wang.drag("Opening", minutes=-30, halls=1)
    wang.expect_said("Opening: 08:30–09:30, Garden Hall")
    other.press("Enter")
    expect(other.messages).to_contain_text("Somebody else was faster. Your change was not made.")
    expect(other.messages).to_contain_text("Wang Min")
    other.expect_at("Opening", "08:30–09:30", "Garden Hall")
    wang.expect_at("Opening", "08:30–09:30", "Garden Hall")
    other.messages.get_by_role("button", name="Look at it").click()
    expect(other.card("Opening")).to_be_focused()
    other.press("ArrowDown", "Enter")
    other.expect_at("Opening", "08:35–09:35", "Garden Hall")


def test_a_stale_item_and_a_session_that_is_gone_are_refused_too(agenda, desk_of, colleague):
    wang, other = desk_of(agenda), desk_of(agenda, colleague(agenda))
    other.card("Opening").click()
    other.page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    other.page.wait_for_timeout(3000)
    wang.card("Opening").click()
    wang.act("delete")
    wang.page.locator("#dialog-sure").get_by_role("button", name="Delete").click()
    wang.expect_said("Opening is deleted.")
    other.act("item-down")
    expect(other.messages).to_contain_text("Wang Min")
    expect(other.page.locator(".board-card", has_text="Opening")).to_have_count(0)
    expect(other.panel).to_be_hidden()


def test_a_hall_that_somebody_adds_is_a_column_within_seconds(agenda, desk_of):
    wang = desk_of(agenda)
    expect(wang.page.get_by_text("Lotus Hall").first).to_have_count(0)
    make_hall(get_event(agenda.event_id), "Lotus Hall", "莲花厅")
    expect(wang.page.get_by_text("Lotus Hall").first).to_be_visible(timeout=15_000)
    wang.expect_at("Opening", "09:00–10:00", "Lake Hall")


def test_an_undo_that_would_undo_somebody_elses_work_is_refused(agenda, desk_of, colleague):
    wang, other = desk_of(agenda), desk_of(agenda, colleague(agenda))
    wang.drag("Opening", minutes=-30, halls=1)
    other.expect_at("Opening", "08:30–09:30", "Garden Hall")
    other.card("Opening").focus()
    other.press("ArrowUp", "Enter")
    wang.expect_at("Opening", "08:25–09:25", "Garden Hall")
    wang.tool("undo").click()
    expect(wang.messages).to_contain_text("Your change was not made.")
    wang.expect_at("Opening", "08:25–09:25", "Garden Hall")


def test_without_a_network_edits_are_refused_in_words_and_the_page_goes_on(agenda, desk_of):
    desk = desk_of(agenda)
    desk.expect_at("Opening", "09:00–10:00", "Lake Hall")
    desk.page.context.set_offline(True)
    banner = desk.page.locator(".editor-offline")
    expect(banner).to_be_visible()
    desk.drag("Opening", minutes=-30)
    expect(desk.messages).to_contain_text("Not done: there is no connection to the server.")
    desk.expect_at("Opening", "09:00–10:00", "Lake Hall")
    desk.page.get_by_role("link", name="New session").click()
    expect(desk.messages.locator(".editor-message")).to_have_count(2)
    expect(desk.page.locator("#dialog-form")).to_be_hidden()
    desk.page.context.set_offline(False)
    expect(banner).to_be_hidden()
    desk.expect_said("The connection is back")
    desk.drag("Opening", minutes=-30)
    desk.expect_said("Opening: 08:30–09:30, Lake Hall")


def test_whoever_has_signed_out_elsewhere_is_told_once(agenda, desk_of):
    desk = desk_of(agenda)
    desk.expect_at("Opening", "09:00–10:00", "Lake Hall")
    desk.page.context.clear_cookies()
    expect(desk.messages).to_contain_text("Please sign in")
    desk.page.wait_for_timeout(3500)
    expect(desk.messages.locator(".editor-message")).to_have_count(1)


def test_an_editor_of_one_hall_moves_nothing_elsewhere(agenda, desk_of, colleague):
    editor = colleague(agenda, "editor")
    lake = next(row.hall for row in sessions_in_order(agenda.event_id) if row.title_en == "Opening")
    limit_editor(agenda.event_id, editor.id, hall_ids=[lake.id], by=SYSTEM)
    desk = desk_of(agenda, editor)
    desk.card("Chip forum").focus()
    desk.press("ArrowDown")
    desk.expect_said("you may not change it")
    desk.drag("Chip forum", minutes=60)
    desk.expect_at("Chip forum", "11:00–12:00", "Garden Hall")
    expect(desk.panel).to_contain_text("You can read this session but not change it")
    expect(desk.panel.locator("[data-act=move]")).to_be_hidden()
    desk.drag("Opening", minutes=-30)
    desk.expect_said("Opening: 08:30–09:30, Lake Hall")
    desk.drag("Opening", minutes=-15, halls=1)
    expect(desk.messages).to_contain_text("Lake Hall")
    desk.expect_at("Opening", "08:30–09:30", "Lake Hall")


def test_a_viewer_sees_the_board_move_but_moves_nothing(agenda, desk_of, colleague):
    desk, viewer = desk_of(agenda), desk_of(agenda, colleague(agenda, "viewer"))
    before = viewer.state()
    viewer.drag("Opening", minutes=60)
    viewer.card("Tea").focus()
    viewer.press("ArrowDown", "Enter", "n")
    viewer.page.mouse.dblclick(*viewer.point(0, 8.5))
    expect(viewer.page.locator("#dialog-form")).to_be_hidden()
    expect(viewer.panel.locator("[data-act]:visible")).to_have_text(["Close"])
    expect(viewer.tool("undo")).to_be_hidden()
    assert viewer.state() == before
    desk.drag("Opening", minutes=-30)
    viewer.expect_at("Opening", "08:30–09:30", "Lake Hall")
