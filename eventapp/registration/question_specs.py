"""A question as forms, programs and imports see it: plain values, frozen. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from eventapp.i18n import Bilingual

NOTHING = Bilingual("", "")
# A clean answer: a text, a whole number, yes or no, the chosen choices' public ids, a file's public id.
Value = str | int | bool | list[str]

# The longest text, or the largest number, where a question says nothing of its own.
USUAL_MOST = {"short_text": 200, "long_text": 2000, "number": 1_000_000_000}
# Kinds of which the condition of another question may speak, and so what a condition may say.
CONDITION_KINDS = ("choice", "choices", "yes_no")
# What was answered stays when these are left empty: nobody types a number or sends a file a second time.
KEPT_WHEN_EMPTY = ("file", "document")
MASK = "••••"


@dataclass(frozen=True)
class ChoiceSpec:
    """One of the answers to choose from; `free` is how many places are left, None where there is no limit."""

    id: int
    public_id: str
    label: Bilingual
    archived: bool = False
    limited: bool = False
    free: int | None = None


@dataclass(frozen=True)
class QuestionSpec:
    """One question. Without `category_ids` it is asked in all categories; the rest as the model says."""

    id: int
    public_id: str
    code: str
    kind: str
    label: Bilingual
    help: Bilingual = NOTHING
    required: bool = False
    asked: str = "registration"
    audience: str = "guest"
    purpose: str = "answers"
    most: int | None = None
    condition_id: int | None = None
    condition_value: str = ""
    category_ids: frozenset[int] = frozenset()
    choices: tuple[ChoiceSpec, ...] = ()

    @property
    def field_name(self) -> str:
        """What its field in a form is called."""
        return f"q_{self.code.replace('-', '_')}"

    @property
    def limit(self) -> int:
        """The longest text in characters, or the largest number."""
        return self.most or USUAL_MOST.get(self.kind, 200)

    @property
    def offered(self) -> tuple[ChoiceSpec, ...]:
        """The choices that may still be chosen."""
        return tuple(choice for choice in self.choices if not choice.archived)


@dataclass(frozen=True)
class Wrong:
    """What is wrong with an answer: a code, for which there are words, and what they speak of."""

    code: str
    values: dict[str, Any] = field(default_factory=dict, hash=False)


def mask(number: str) -> str:
    """What everybody may see of a document's number: ••••1234."""
    return f"{MASK}{tail_of(number)}"


def tail_of(number: str) -> str:
    """The last characters of a number, few enough to leave most of a short one unseen."""
    return number[-4:] if len(number) >= 8 else number[-2:]


def is_masked(text: Any) -> bool:
    """Whether this is a number as it is shown, not as it was typed."""
    return isinstance(text, str) and text.startswith(MASK)
