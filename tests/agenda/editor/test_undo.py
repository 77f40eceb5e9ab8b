"""Everything that is done on the board can be undone and done again."""

from __future__ import annotations

from itertools import pairwise

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def by_drag(desk):
    desk.drag("Opening", minutes=-30, halls=1)


def by_edge(desk):
    desk.drag_edge("Tea", -30)


def to_tray(desk):
    desk.drag_to("Opening", desk.page.locator(".board-tray"))


def cancelled(desk):
    desk.card("Opening").click()
    desk.act("cancel")


def deleted(desk):
    desk.card("Opening").click()
    desk.act("delete")
    desk.page.locator("#dialog-sure").get_by_role("button", name="Delete").click()


def split(desk):
    desk.card("Opening").click()
    desk.act("split")
    desk.press("Enter")


def items_moved(desk):
    desk.card("Opening").click()
    desk.act("item-down")


def shifted(desk):
    desk.card("Tea").click()
    desk.act("shift")
    desk.press("Enter")


def renamed(desk):
    desk.card("Opening").click()
    desk.act("texts")
    desk.page.locator("#dialog-form [name=title_en]").fill("Grand opening")
    desk.page.locator("#dialog-form").get_by_role("button", name="Save").click()


VERBS = (by_drag, by_edge, to_tray, cancelled, deleted, split, items_moved, shifted, renamed)


def test_each_thing_that_was_done_is_undone_and_done_again(agenda, desk_of):
    desk = desk_of(agenda)
    for act in VERBS:
        before = desk.state()
        act(desk)
        expect(desk.tool("undo"), act.__name__).to_contain_text("Undo: ")
        after = desk.state()
        assert after != before, act.__name__
        desk.tool("undo").click()
        desk.expect_said("Undone:")
        assert desk.state() == before, act.__name__
        desk.tool("redo").click()
        desk.expect_said("Redone:")
        assert desk.state() == after, act.__name__
        desk.tool("undo").click()
        desk.expect_said("Undone:")
        assert desk.state() == before, act.__name__
        if desk.panel.is_visible():
            desk.act("close")


def test_several_steps_go_back_in_their_order(agenda, desk_of):
    desk = desk_of(agenda)
    desk.card("Opening").focus()
    states = [desk.state()]
    for key in ("ArrowUp", "ArrowRight", "Shift+ArrowDown"):
        desk.press(key, "Enter")
        states.append(desk.state())
    assert [earlier == later for earlier, later in pairwise(states)] == [False, False, False]
    for state in reversed(states[:-1]):
        desk.press("Control+z")
        assert desk.state() == state
    desk.press("Control+z")
    desk.expect_said("There is nothing to undo.")
    for state in states[1:]:
        desk.press("Control+Shift+z")
        assert desk.state() == state
