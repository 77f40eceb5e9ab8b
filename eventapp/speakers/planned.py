"""A part of a person with all that a speaker wants to know about it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from eventapp.agenda.shown import ShownItem, ShownPart, ShownSession

# Who gives a talk of their own writes its title; a panel or a ceremony is named by the organisers.
TALKING_ROLES = frozenset({"speaker"})


@dataclass(frozen=True)
class PlannedPart:
    """A part of a person with the item and session it is in."""

    part: ShownPart
    item: ShownItem
    session: ShownSession

    @property
    def starts_at(self) -> datetime:
        return self.item.starts_at or self.session.starts_at

    @property
    def ends_at(self) -> datetime:
        return self.item.ends_at or self.session.ends_at

    @property
    def is_placed(self) -> bool:
        """Whether it has a time and a hall already; what lies in the tray has none."""
        return not self.session.in_tray

    @property
    def is_cancelled(self) -> bool:
        return self.session.is_cancelled

    @property
    def is_open(self) -> bool:
        """Whether an answer is waited for."""
        return self.part.reply == "open" and not self.is_cancelled

    @property
    def has_talk(self) -> bool:
        """Whether the person names this item."""
        return self.part.role in TALKING_ROLES

    @property
    def seen(self) -> str:
        """A mark of what somebody was asked for: role, item, time and hall."""
        hall = self.session.hall.id if self.session.hall else None
        asked = (self.part.role, self.item.id, self.starts_at.isoformat(), self.ends_at.isoformat(), hall)
        return hashlib.sha256(repr(asked).encode()).hexdigest()[:16]
