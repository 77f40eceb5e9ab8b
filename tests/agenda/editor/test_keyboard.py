"""The whole editor without a mouse, with what a screen reader says of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_arrows_propose_a_place_and_enter_puts_the_session_there(agenda, desk_of):
    desk = desk_of(agenda)
    desk.card("Opening").focus()
    desk.press("ArrowUp", "ArrowUp", "ArrowRight")
    desk.expect_said("Opening: 08:50–09:50, Garden Hall", "Enter puts it there, Escape takes it back.")
    desk.press("Enter")
    desk.expect_said("Opening: 08:50–09:50, Garden Hall")
    expect(desk.card("Opening")).to_be_focused()
    assert desk.state() != []
    desk.page.reload()
    desk.expect_at("Opening", "08:50–09:50", "Garden Hall")


def test_escape_takes_the_move_back_and_nothing_is_written(agenda, desk_of):
    desk = desk_of(agenda)
    before = desk.state()
    desk.card("Opening").focus()
    desk.press("ArrowDown", "Shift+ArrowDown", "ArrowRight", "Escape")
    desk.expect_said("Opening stays where it was.")
    desk.expect_at("Opening", "09:00–10:00", "Lake Hall")
    assert desk.state() == before
    expect(desk.tool("undo")).to_be_disabled()


def test_shift_makes_it_longer_and_going_on_puts_it_down(agenda, desk_of):
    desk = desk_of(agenda)
    desk.card("Tea").focus()
    desk.press("Shift+ArrowUp", "Shift+ArrowUp", "Tab")
    desk.expect_said("Tea: 10:00–10:50, Garden Hall")
    expect(desk.card("Tea")).not_to_be_focused()


def test_moves_in_quick_succession_build_upon_each_other(agenda, desk_of):
    desk = desk_of(agenda)
    desk.card("Opening").focus()
    desk.press(*("ArrowUp", "Enter") * 4)
    desk.settle()
    desk.expect_at("Opening", "08:40–09:40", "Lake Hall")
    expect(desk.messages).to_be_empty()
    assert [row["local_start"][11:] for row in desk.state() if row["title_en"] == "Opening"] == ["08:40"]


def test_a_session_goes_to_the_next_day_and_no_farther(agenda, desk_of):
    desk = desk_of(agenda)
    desk.card("Opening").focus()
    desk.press("PageDown", "PageDown")
    desk.expect_said("There is no such day on the board.")
    desk.press("Enter")
    second = desk.page.locator(".board-day").nth(1)
    expect(second.locator(".board-card", has_text="Opening")).to_be_focused()
    expect(desk.tool("undo")).to_contain_text("Opening")


def test_what_it_would_clash_with_is_said_before_it_is_put_down(agenda, desk_of):
    desk = desk_of(agenda)
    desk.card("Energy forum").focus()
    desk.press("ArrowRight")
    desk.expect_said("Chip forum", "Energy forum: 11:00–12:00, Garden Hall")
    desk.press("Enter")
    dialog = desk.page.locator("#dialog-sure")
    expect(dialog).to_contain_text("Chip forum")
    expect(dialog.locator(":focus")).to_be_visible()
    desk.press("Tab", "Enter")
    expect(dialog).to_be_hidden()
    desk.expect_at("Energy forum", "11:00–12:00", "Lake Hall")
    expect(desk.card("Energy forum")).to_be_focused()


def test_move_to_and_the_tray_by_keys(agenda, desk_of):
    desk = desk_of(agenda)
    desk.card("Opening").focus()
    desk.press("t")
    desk.expect_said("Opening is in the tray.")
    expect(desk.tray.locator(".board-card", has_text="Opening")).to_be_focused()
    desk.press("t")
    desk.page.locator("#move-time").fill("13:30")
    desk.page.locator("#move-hall").select_option(label="Garden Hall")
    desk.press("Enter")
    desk.expect_at("Opening", "13:30–14:30", "Garden Hall")
    expect(desk.card("Opening")).to_be_focused()
    desk.press("m")
    desk.page.locator("#move-minutes").fill("45")
    desk.press("Enter")
    desk.expect_at("Opening", "13:30–14:15", "Garden Hall")


def test_a_move_to_nowhere_is_refused_in_the_dialog(agenda, desk_of):
    desk = desk_of(agenda)
    desk.card("Opening").focus()
    desk.press("m")
    desk.page.locator("#move-minutes").fill("0")
    desk.press("Enter")
    expect(desk.page.locator("#dialog-move .field-error")).not_to_be_empty()
    desk.press("Escape")
    expect(desk.card("Opening")).to_be_focused()
    desk.expect_at("Opening", "09:00–10:00", "Lake Hall")


def press_of_panel(desk, label: str) -> None:
    """Go with Tab to a button of the panel, and press it."""
    for _ in range(30):
        if desk.page.evaluate("document.activeElement.textContent.trim()") == label:
            return desk.press("Enter")
        desk.press("Tab")
    raise AssertionError(f"Tab never came to {label!r}")


def opened(desk, title: str):
    """A session's panel, opened and entered by keys."""
    desk.card(title).focus()
    desk.press("Enter")
    expect(desk.panel).to_be_focused()
    return desk


def test_every_verb_of_a_session_without_a_mouse(agenda, desk_of):
    desk = desk_of(agenda)
    press_of_panel(opened(desk, "Opening"), "Copy…")
    desk.page.locator("#copy-time").fill("14:00")
    desk.press("Enter")
    desk.expect_said("Done: Opening.")
    copies = desk.page.locator(".board .board-card", has_text="Opening")
    expect(copies).to_have_count(2)

    press_of_panel(desk, "Split…")
    desk.page.locator("#split-time").fill("09:20")
    desk.press("Enter")
    expect(copies).to_have_count(3)
    desk.expect_at("Opening", "09:00–09:20", "Lake Hall")

    press_of_panel(opened(desk, "Chip forum"), "Swap…")
    chosen = desk.page.locator("#swap-other")
    chosen.select_option(value=desk.card("Tea").get_attribute("data-session"))
    desk.press("Tab", "Enter")
    desk.expect_at("Chip forum", "10:00–11:00", "Garden Hall")
    desk.expect_at("Tea", "11:00–12:00", "Garden Hall")

    press_of_panel(desk, "Shift what follows…")
    desk.page.locator("#shift-minutes").fill("15")
    desk.press("Enter")
    desk.expect_at("Tea", "11:15–12:15", "Garden Hall")

    press_of_panel(desk, "Cancel the session")
    expect(desk.card("Chip forum")).to_have_class("board-card is-cancelled")
    press_of_panel(opened(desk, "Chip forum"), "Reinstate")
    expect(desk.card("Chip forum")).to_have_class("board-card")

    press_of_panel(opened(desk, "Tea"), "Delete…")
    desk.press("Enter")
    desk.expect_said("Tea is deleted.")
    expect(desk.page.locator(".board .board-card", has_text="Tea")).to_have_count(0)


def test_items_without_a_mouse(agenda, desk_of):
    desk = desk_of(agenda)
    opened(desk, "Opening")
    titles = desk.panel.locator(".editor-item-title")
    expect(titles).to_have_text(["Welcome", "Round table"])
    press_of_panel(desk, "Down")
    expect(titles).to_have_text(["Round table", "Welcome"])
    minutes = desk.panel.get_by_label("Minutes of Welcome")
    minutes.focus()
    minutes.fill("15")
    desk.press("Tab")
    desk.expect_said("Done: Opening.")
    expect(desk.panel.get_by_label("Minutes of Welcome")).to_have_value("15")
    press_of_panel(desk, "Add an item…")
    form = desk.page.locator("#dialog-form")
    form.locator("[name=title_en]").fill("Signing")
    form.locator("[name=minutes]").fill("10")
    desk.press("Enter")
    expect(titles).to_have_text(["Round table", "Welcome", "Signing"])
    desk.press("Escape")
    expect(desk.panel).to_be_hidden()
    expect(desk.card("Opening")).to_be_focused()


def test_a_new_session_undo_and_redo_and_zoom_by_keys(agenda, desk_of):
    desk = desk_of(agenda)
    desk.card("Opening").focus()
    desk.press("n")
    form = desk.page.locator("#dialog-form")
    form.locator("[name=title_en]").fill("Late show")
    form.locator("[name=starts_at]").fill("15:00")
    form.locator("[name=ends_at]").fill("16:00")
    desk.press("Enter")
    desk.expect_at("Late show", "15:00–16:00", "Lake Hall")
    desk.card("Opening").focus()
    desk.press("Control+z")
    desk.expect_said("Undone:")
    expect(desk.page.locator(".board-card", has_text="Late show")).to_have_count(0)
    desk.press("Control+Shift+z")
    desk.expect_at("Late show", "15:00–16:00", "Lake Hall")
    desk.press("+")
    zoomed = desk.page.inner_text(".editor-zoom")
    desk.page.reload()
    expect(desk.page.locator(".editor-zoom")).to_have_text(zoomed)
    assert zoomed != "100 %"


def test_a_session_is_found_by_its_name_in_either_language(agenda, desk_of):
    desk = desk_of(agenda)
    desk.page.locator("#editor-find").fill("芯片")
    desk.press("Enter")
    expect(desk.card("Chip forum")).to_be_focused()
    desk.page.locator("#editor-find").fill("nothing like it")
    desk.press("Enter")
    desk.expect_said("No session has this title.")
