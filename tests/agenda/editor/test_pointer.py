"""Moving sessions with the mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_session_is_dragged_to_another_hall_and_time(agenda, desk_of):
    desk = desk_of(agenda)
    desk.expect_at("Opening", "09:00–10:00", "Lake Hall")
    desk.drag("Opening", minutes=-30, halls=1)
    desk.expect_said("Opening: 08:30–09:30, Garden Hall")
    desk.page.reload()
    desk.expect_at("Opening", "08:30–09:30", "Garden Hall")


def test_what_it_would_clash_with_is_said_while_it_is_dragged_and_asked_about_when_it_is_let_go(agenda, desk_of):
    desk = desk_of(agenda)
    desk.drag("Energy forum", halls=1, hold=True)
    expect(desk.page.locator(".board-ghost.has-clash")).to_be_visible()
    desk.expect_said("Garden Hall", "Chip forum")
    desk.page.mouse.up()
    dialog = desk.page.locator("#dialog-sure")
    expect(dialog).to_contain_text("Chip forum")
    dialog.get_by_role("button", name="Leave it").click()
    expect(dialog).to_be_hidden()
    desk.expect_at("Energy forum", "11:00–12:00", "Lake Hall")
    # The board lies as it will stay before the next drag begins.
    expect(desk.page.locator(".board-ghost")).to_have_count(0)
    desk.settle()
    desk.drag("Energy forum", halls=1)
    dialog.get_by_role("button", name="Do it all the same").click()
    desk.expect_at("Energy forum", "11:00–12:00", "Garden Hall")
    expect(desk.card("Energy forum")).to_have_attribute("data-level", "warn")
    expect(desk.page.locator(".editor-clash-count")).to_contain_text("Clashes:")


def test_a_suggested_mend_ends_a_clash_with_one_press(agenda, desk_of):
    desk = desk_of(agenda)
    desk.drag("Energy forum", halls=1)
    desk.page.locator("#dialog-sure").get_by_role("button", name="Do it all the same").click()
    desk.page.locator(".editor-clash-count").click()
    line = desk.page.locator(".editor-clash-list li", has_text="taken twice").first
    line.get_by_role("button", name="Look at").first.click()
    expect(desk.page.locator(".board-card:focus")).to_be_visible()
    line.locator("[data-mend]").click()
    expect(desk.page.locator(".editor-clash-list li", has_text="taken twice")).to_have_count(0)


def test_the_lower_edge_is_the_length(agenda, desk_of):
    desk = desk_of(agenda)
    desk.drag_edge("Tea", -30)
    desk.expect_said("Tea: 10:00–10:30, Garden Hall")


def test_a_session_goes_into_the_tray_and_out_of_it(agenda, desk_of):
    desk = desk_of(agenda)
    desk.drag_to("Opening", desk.page.locator(".board-tray"))
    expect(desk.tray.locator(".board-card", has_text="Opening")).to_be_visible()
    desk.expect_said("Opening is in the tray.")
    box = desk.card("Opening").bounding_box()
    desk.carry((box["x"] + 20, box["y"] + 10), desk.point(0, 9.5))
    desk.expect_at("Opening", "09:30–10:30", "Lake Hall")


def test_escape_takes_a_drag_back(agenda, desk_of):
    desk = desk_of(agenda)
    desk.drag("Opening", minutes=120, hold=True)
    expect(desk.page.locator(".board-ghost")).to_be_visible()
    desk.press("Escape")
    desk.page.mouse.up()
    expect(desk.page.locator(".board-ghost")).to_have_count(0)
    desk.expect_at("Opening", "09:00–10:00", "Lake Hall")


def test_a_session_is_drawn_on_empty_space(agenda, desk_of):
    desk = desk_of(agenda)
    desk.see(13)
    desk.carry(desk.point(1, 14), desk.point(1, 15.5))
    form = desk.page.locator("#dialog-form")
    expect(form.locator("[name=starts_at]")).to_have_value("14:00")
    expect(form.locator("[name=ends_at]")).to_have_value("15:30")
    expect(form.locator("[name=hall] option:checked")).to_have_text("Garden Hall")
    form.locator("[name=title_en]").fill("Night walk")
    form.get_by_role("button", name="Create the session").click()
    desk.expect_at("Night walk", "14:00–15:30", "Garden Hall")


def test_a_double_click_makes_half_an_hour_and_a_form_that_is_refused_stays_as_typed(agenda, desk_of):
    desk = desk_of(agenda)
    desk.see(15)
    desk.page.mouse.dblclick(*desk.point(0, 16.25))
    form = desk.page.locator("#dialog-form")
    expect(form.locator("[name=starts_at]")).to_have_value("16:00")
    form.locator("[name=ends_at]").fill("15:00")
    form.locator("[name=title_en]").fill("Backwards")
    form.get_by_role("button", name="Create the session").click()
    expect(form.locator("#error-summary")).to_contain_text("The end must be later than the start.")
    expect(form.locator("[name=title_en]")).to_have_value("Backwards")
    form.get_by_role("link", name="Cancel").click()
    expect(form).to_be_hidden()
    assert "Backwards" not in desk.page.inner_text(".board")


def test_a_click_opens_a_session(agenda, desk_of):
    desk = desk_of(agenda)
    desk.card("Opening").click()
    expect(desk.panel).to_contain_text("Welcome")
    expect(desk.panel).to_contain_text("Lan Chen")
