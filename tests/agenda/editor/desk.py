"""The board as somebody with a mouse or a keyboard uses it."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import FloatRect, Locator, Page, expect


class Desk:
    """One person's browser on the page of an agenda."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def card(self, title: str) -> Locator:
        """The card of a session, on the board or in the tray."""
        return self.page.locator("#editor .board-card", has_text=title).first

    @property
    def said(self) -> Locator:
        """The line that a screen reader says."""
        return self.page.locator(".editor-status")

    @property
    def messages(self) -> Locator:
        return self.page.locator(".editor-messages")

    @property
    def tray(self) -> Locator:
        return self.page.locator(".board-waiting")

    @property
    def panel(self) -> Locator:
        return self.page.locator("#panel")

    def expect_at(self, title: str, time: str, hall: str) -> None:
        """The card stands at a time in a hall, and says so."""
        name = re.compile(rf"^{re.escape(time)} {re.escape(title)}.* {re.escape(hall)}")
        expect(self.card(title)).to_have_accessible_name(name)

    def expect_said(self, *parts: str) -> None:
        for part in parts:
            expect(self.said).to_contain_text(part)

    def settle(self) -> None:
        """Wait until all that was done has its answer."""
        expect(self.page.locator(".board")).not_to_have_attribute("aria-busy", "true")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def tool(self, name: str) -> Locator:
        return self.page.locator(f'[data-tool="{name}"]')

    def act(self, name: str) -> None:
        """Press a button of the panel."""
        self.panel.locator(f'[data-act="{name}"]').first.click()

    def drag(self, title: str, *, minutes: int = 0, halls: int = 0, hold: bool = False) -> None:
        """Take a card and let it go so much later, and so many halls to the right."""
        box = self._box(title)
        x, y = box["x"] + 30, box["y"] + 8
        right, down = self._size_of(halls, minutes)
        self.carry((x, y), (x + right, y + down), hold=hold)

    def carry(self, start: tuple[float, float], end: tuple[float, float], *, hold: bool = False) -> None:
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move(*end, steps=5)
        if not hold:
            mouse.up()

    def point(self, hall: int, hour: float) -> tuple[float, float]:
        """Where an hour of the first day is in a hall, on the screen."""
        right, down = self._size_of(hall, (hour - 8) * 60)
        layer = self.page.locator(".board .board-layer").first.bounding_box()
        assert layer is not None
        return layer["x"] + right + 20, layer["y"] + down

    def see(self, hour: float) -> None:
        """Scroll so that the board fills the screen, with an hour of the first day near its top."""
        _right, down = self._size_of(0, (hour - 8) * 60)
        self.page.locator(".board").evaluate(
            "(board, down) => { board.scrollTop = down; board.scrollIntoView({block: 'end'}); }", down
        )

    def drag_edge(self, title: str, minutes: int) -> None:
        """Pull the lower edge of a card."""
        box = self._box(title)
        edge = box["x"] + box["width"] / 2, box["y"] + box["height"] - 3
        self.carry(edge, (edge[0], edge[1] + 3 + self._size_of(0, minutes)[1]))

    def drag_to(self, title: str, target: Locator) -> None:
        """Take a card and let it go on another element."""
        box, there = self.card(title).bounding_box(), target.bounding_box()
        assert box is not None
        assert there is not None
        self.carry((box["x"] + 30, box["y"] + 8), (there["x"] + there["width"] / 2, there["y"] + there["height"] / 2))

    def state(self) -> list[dict[str, Any]]:
        """The agenda as the server has it, without the stamps that only go forward."""
        self.settle()
        answer = self.page.evaluate(
            "async () => (await fetch(document.getElementById('editor').dataset.board,"
            " {headers: {Accept: 'application/json'}})).json()"
        )
        sessions = [{name: value for name, value in row.items() if name != "sequence"} for row in answer["sessions"]]
        return sorted(sessions, key=lambda row: str(row["id"]))

    def _box(self, title: str) -> FloatRect:
        """Where a card is on the screen, once it is in the middle of it."""
        card = self.card(title)
        card.evaluate("card => card.scrollIntoView({block: 'center', inline: 'nearest'})")
        box = card.bounding_box()
        assert box is not None
        return box

    def _size_of(self, halls: float, minutes: float) -> tuple[float, float]:
        """So many halls and minutes in pixels."""
        layer = self.page.locator(".board .board-layer").first
        columns, span = layer.evaluate(
            "layer => [getComputedStyle(layer).getPropertyValue('--halls'), getComputedStyle(layer).getPropertyValue('--span')]"
        )
        box = layer.bounding_box()
        assert box is not None
        return box["width"] / float(columns) * halls, box["height"] / float(span) * minutes
