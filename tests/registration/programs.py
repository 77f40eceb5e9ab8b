"""Programs that tests tell of: a token, and requests with it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from eventapp.accounts.actions import make_token
from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.roles import SCOPES
from eventapp.events.models import Event
from tests.ground.visitors import Visitor


def token_of(event: Event, scopes: Iterable[str] = tuple(SCOPES), expires_at: datetime | None = None) -> str:
    """The secret of a new token, with all scopes unless told otherwise."""
    return make_token(event.id, "A program", list(scopes), expires_at, by=SYSTEM)[1]


class Caller:
    """Asks with a token, under the address of one event."""

    def __init__(self, visitor: Visitor, event: Event, token: str | None = None) -> None:
        self.visitor, self.base = visitor, f"/api/v1/events/{event.slug}"
        self.token = token_of(event) if token is None else token

    def ask(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        """The answer's JSON, None without content; its status is asserted."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        values: dict[str, Any] = {} if body is None else {"json": body}
        answer = self.visitor.open(f"{self.base}{path}", method=method, headers=headers, **values)
        assert answer.status_code == status, answer.get_data(as_text=True)
        if status >= 400:
            assert answer.mimetype == "application/problem+json"
        return answer.get_json() if answer.get_data() else None

    def get(self, path: str, *, status: int = 200) -> Any:
        return self.ask("GET", path, status=status)

    def post(self, path: str, body: Any = None, *, status: int = 201) -> Any:
        return self.ask("POST", path, body, status=status)


def guest_body(**values: Any) -> dict[str, Any]:
    """What a program sends to register somebody."""
    name = {"given_en": "Lei", "family_en": "Li", "family_zh": "李", "given_zh": "雷"}
    return {"key": "booking-0001", "category": "industry", "name": name, "email": "lei@example.org", **values}
