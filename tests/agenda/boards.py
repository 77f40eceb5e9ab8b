"""An editor's board in tests: reads it, does things on it, and keeps what it knows up to date, as the page does."""

from __future__ import annotations

from typing import Any

from eventapp.events.models import Event
from tests.ground.visitors import Visitor


class Board:
    """The board of an event as one member of the team sees it."""

    def __init__(self, visitor: Visitor, event: Event) -> None:
        self.visitor, self.address = visitor, f"/manage/{event.slug}/agenda/board"
        desk = visitor.get(f"/manage/{event.slug}/", status=200)
        self.token = desk.tree.xpath("//input[@name='csrf_token']/@value")[0]
        self.sessions: dict[str, Any] = {}
        self.number, self.setup = 0, ""
        self.look()

    def look(self) -> dict[str, Any]:
        """See it whole."""
        return self._take(self.visitor.get(self.address, status=200).json)

    def changes(self) -> dict[str, Any]:
        """See what changed since."""
        return self._take(
            self.visitor.get(f"{self.address}/changes?after={self.number}&setup={self.setup}", status=200).json
        )

    def do(self, verb: str, session: str | None = None, status: int = 200, **values: Any) -> dict[str, Any]:
        """Do something to a session in the version that this board knows; the answer, or the problem."""
        if session is not None:
            values = {"session": session, "sequence": self.sessions[session]["sequence"], **values}
        answer = self.send(verb, status, after=self.number, **values)
        return self._take(answer) if status == 200 else answer

    def send(self, verb: str, status: int = 200, **body: Any) -> dict[str, Any]:
        """Send exactly this."""
        headers = {"X-CSRFToken": self.token, "Accept": "application/json"}
        answer = self.visitor.post(f"{self.address}/{verb}", json=body, headers=headers, status=status)
        kind = "application/json" if status == 200 else "application/problem+json"
        assert answer.mimetype == kind
        assert answer.headers["Cache-Control"] == "no-store"
        return dict(answer.json)

    def named(self, title: str) -> str:
        """The id of the session with this title."""
        [found] = [session["id"] for session in self.sessions.values() if session["title_en"] == title]
        return str(found)

    def times(self) -> dict[str, tuple[str, int]]:
        """Title → start by the event's clock and minutes, of what is placed."""
        placed = (session for session in self.sessions.values() if not session["in_tray"])
        return {session["title_en"]: (session["local_start"][11:], session["minutes"]) for session in placed}

    def _take(self, answer: dict[str, Any]) -> dict[str, Any]:
        if "halls" in answer:
            self.sessions, self.setup = {}, answer["setup"]
        self.sessions |= {session["id"]: session for session in answer["sessions"]}
        for gone in answer["removed"]:
            self.sessions.pop(gone, None)
        self.number = answer["number"]
        return answer
