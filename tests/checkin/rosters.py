"""A device's copy of the roster, kept as the door app keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.checkin.stage import Scanner

MOST_PAGES = 100


@dataclass
class Copy:
    """What one device has of the roster; `sync` fetches what changed, page by page."""

    scanner: Scanner
    limit: int = 0
    cursor: str = ""
    guests: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: list[dict[str, Any]] = field(default_factory=list)

    def sync(self) -> list[str]:
        """Fetch until nothing more is to come; the ids that came, in order."""
        came: list[str] = []
        for _ in range(MOST_PAGES):
            answer = self.fetch()
            came += [guest["id"] for guest in answer["changed"]]
            if not answer["more"]:
                return came
        raise AssertionError("the pages never end")

    def fetch(self) -> dict[str, Any]:
        """One page, taken into the copy."""
        limit = {"limit": str(self.limit)} if self.limit else {}
        answer: dict[str, Any] = self.scanner.get("roster", since=self.cursor, **limit)
        if answer["full"]:
            self.guests = {}
        self.guests.update({guest["id"]: guest for guest in answer["changed"]})
        for public_id in answer["removed"]:
            self.guests.pop(public_id, None)
        self.cursor = answer["cursor"]
        self.answers.append(answer)
        return answer

    def state(self, registration: Any) -> str | None:
        """The state in which a guest is known here."""
        found = self.guests.get(registration.public_id)
        return found["state"] if found else None
