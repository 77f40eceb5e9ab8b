"""What a guest asks for besides a place in a category, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class WayIn:
    """How a guest came to the form: a code they know, the secret of a category's link or of a personal invitation."""

    code: str = ""
    link: str = ""
    invitation: str = ""


@dataclass(frozen=True)
class Wishes:
    """Answers by the question's id (clean values, see questionnaire), purposes agreed to, sessions to book, the way in.

    `sessions` are ids of BookableSession; a limited choice among the answers is booked, too.
    """

    answers: Mapping[int, Any] = field(default_factory=dict)
    consents: frozenset[str] = frozenset()
    sessions: tuple[int, ...] = ()
    way: WayIn = WayIn()


NO_WISHES = Wishes()
