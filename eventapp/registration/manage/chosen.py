"""Which registrations a list shows: what was searched and filtered for, as the address says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eventapp.registration.models import Category
from eventapp.registration.queries import categories_of
from eventapp.registration.states import STATES


@dataclass(frozen=True)
class Chosen:
    """Words, state and category of a list; what is unknown is left out."""

    words: str
    state: str
    category: Category | None
    categories: Sequence[Category]

    @classmethod
    def read(cls, event_id: int, told: Mapping[str, str]) -> Chosen:
        """From `q`, `state` and `category` (by its code or public id) of an address or a form."""
        state, wanted = told.get("state", ""), told.get("category", "")
        categories = categories_of(event_id)
        found = next((row for row in categories if wanted and wanted in (row.code, row.public_id)), None)
        return cls(told.get("q", "")[:100], state if state in STATES else "", found, categories)

    @property
    def category_id(self) -> int | None:
        return self.category.id if self.category else None

    @property
    def kept(self) -> dict[str, Any]:
        """The same for the links of the page."""
        told = {"q": self.words, "state": self.state, "category": self.category.code if self.category else ""}
        return {name: value for name, value in told.items() if value}
