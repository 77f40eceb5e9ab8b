"""The one schema of an event's questions, for forms, the JSON API and imports alike. Pure.

`check` reads what was typed, decides which questions were asked at all, and gives clean values and what is wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eventapp.registration.question_kinds import in_words, read_answer
from eventapp.registration.question_specs import (
    CONDITION_KINDS,
    KEPT_WHEN_EMPTY,
    ChoiceSpec,
    QuestionSpec,
    Value,
    Wrong,
    is_masked,
    mask,
    tail_of,
)

__all__ = [
    "CONDITION_KINDS",
    "Checked",
    "ChoiceSpec",
    "QuestionSpec",
    "Value",
    "Wrong",
    "asked_of",
    "check",
    "describe",
    "in_words",
    "is_masked",
    "mask",
    "meets",
    "tail_of",
]


@dataclass(frozen=True)
class Checked:
    """Clean values and what is wrong, each by the question's id; a question that was not asked is in neither."""

    values: dict[int, Value]
    errors: dict[int, Wrong]
    asked: frozenset[int]


def check(
    specs: Sequence[QuestionSpec],
    typed: Mapping[int, Any],
    *,
    category_id: int | None = None,
    consents: Collection[str] | None = None,
    held: Mapping[int, Any] | None = None,
) -> Checked:
    """Read the answers of one guest in one category (None: in any).

    `held` is what was answered before, also to questions that are not among `specs`; a file or a document's number
    stays as it is when the question is missing from `typed` or empty there, and goes when it is None. With `consents`
    given, a sensitive question is answered only with the consent 'sensitive', and without it never required.
    """
    before = held or {}
    read = {spec.id: _read(spec, typed, before.get(spec.id)) for spec in specs}
    clean: dict[int, Value] = {key: found for key, found in read.items() if not _is_no_value(found)}  # type: ignore[misc]
    asked = asked_of(specs, clean, category_id=category_id, held=before)
    wrong = {spec.id: _wrong(spec, read[spec.id], consents) for spec in specs if spec.id in asked}
    errors = {key: found for key, found in wrong.items() if found}
    return Checked({key: clean[key] for key in clean if key in asked and key not in errors}, errors, asked)


def asked_of(
    specs: Sequence[QuestionSpec],
    answers: Mapping[int, Any],
    *,
    category_id: int | None = None,
    held: Mapping[int, Any] | None = None,
) -> frozenset[int]:
    """The ids of the questions that are asked, given these answers: of this category, and with their condition met.

    An answer to a question that is not asked itself meets no condition; conditions in a circle are never met.
    """
    by_id, before = {spec.id: spec for spec in specs}, held or {}

    def is_asked(spec: QuestionSpec, above: frozenset[int]) -> bool:
        if category_id is not None and spec.category_ids and category_id not in spec.category_ids:
            return False
        if spec.condition_id is None:
            return True
        condition = by_id.get(spec.condition_id)
        if condition is None:
            return meets(before.get(spec.condition_id), spec.condition_value)
        if condition.id in above or not is_asked(condition, above | {spec.id}):
            return False
        return meets(answers.get(condition.id), spec.condition_value)

    return frozenset(spec.id for spec in specs if is_asked(spec, frozenset({spec.id})))


def meets(answer: Any, wanted: str) -> bool:
    """Whether an answer is the one that a condition asks for: a choice's public id, 'yes' or 'no'."""
    if isinstance(answer, bool):
        return ("yes" if answer else "no") == wanted
    return wanted in answer if isinstance(answer, list | tuple) else answer is not None and answer == wanted


def describe(specs: Sequence[QuestionSpec]) -> dict[str, Any]:
    """The questions as a JSON Schema of an object with the answers by the question's code."""
    codes = {spec.id: spec.code for spec in specs}
    always = [spec.code for spec in specs if spec.required and spec.condition_id is None and not spec.category_ids]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {spec.code: _property(spec, codes) for spec in specs},
        "required": always,
    }


def _read(spec: QuestionSpec, typed: Mapping[int, Any], held: Any) -> Value | Wrong | None:
    stays = spec.kind in KEPT_WHEN_EMPTY and held is not None and typed.get(spec.id, "") == ""
    return held if stays else read_answer(spec, typed.get(spec.id), held)


def _is_no_value(found: Any) -> bool:
    return found is None or isinstance(found, Wrong)


def _wrong(spec: QuestionSpec, found: Value | Wrong | None, consents: Collection[str] | None) -> Wrong | None:
    agreed = spec.purpose != "sensitive" or consents is None or "sensitive" in consents
    if isinstance(found, Wrong):
        return found
    if found is None:
        return Wrong("required") if spec.required and agreed else None
    return None if agreed else Wrong("consent")


def _property(spec: QuestionSpec, codes: Mapping[int, str]) -> dict[str, Any]:
    told: dict[str, Any] = {"title": spec.label.as_dict(), "kind": spec.kind, **_shape(spec)}
    if spec.help:
        told["description"] = spec.help.as_dict()
    if spec.condition_id is not None and spec.condition_id in codes:
        told["only_if"] = {"question": codes[spec.condition_id], "is": spec.condition_value}
    return {**told, "is_required": spec.required, "purpose": spec.purpose}


def _shape(spec: QuestionSpec) -> dict[str, Any]:
    chosen = {"type": "string", "enum": [choice.public_id for choice in spec.offered]}
    shapes: dict[str, dict[str, Any]] = {
        "choice": chosen,
        "choices": {"type": "array", "items": chosen, "uniqueItems": True},
        "number": {"type": "integer", "minimum": 0, "maximum": spec.limit},
        "date": {"type": "string", "format": "date"},
        "yes_no": {"type": "boolean"},
        "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
        "phone": {"type": "string", "pattern": r"^\+[0-9]{5,15}$"},
        "file": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
        "document": {"type": "string", "minLength": 4, "maxLength": 40},
    }
    shape = shapes.get(spec.kind) or {"type": "string", "maxLength": spec.limit}
    if spec.kind in ("choice", "choices"):
        names = [
            {"id": choice.public_id, "label": choice.label.as_dict(), "free": choice.free} for choice in spec.offered
        ]
        shape = {**shape, "choices": names}
    return shape
