"""Answers by the question's code, judged by the one questionnaire."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from eventapp.jsonapi import Program, Wrongly
from eventapp.registration.models import Registration
from eventapp.registration.queries import answers_of, held_values, live_consents, specs_of
from eventapp.registration.question_specs import KEPT_WHEN_EMPTY
from eventapp.registration.questionnaire import Checked, QuestionSpec, check
from eventapp.registration.words import wrong_words


@dataclass(frozen=True)
class Changes:
    """Clean values, and among which questions they are all there is."""

    values: dict[int, Any]
    among: list[int]


def first_answers(
    program: Program, sent: Mapping[str, Any], category_id: int, consents: Collection[str]
) -> dict[int, Any]:
    """The clean answers of a new registration. What guests are asked when they register is required. Raises Wrongly."""
    specs = [
        replace(spec, required=spec.required and (spec.asked, spec.audience) == ("registration", "guest"))
        for spec in _specs(program)
    ]
    checked = check(specs, _by_id(specs, sent), category_id=category_id, consents=consents)
    _refuse(specs, sent, checked, checked.errors)
    return dict(checked.values)


def changed_answers(program: Program, registration: Registration, sent: Mapping[str, Any]) -> Changes:
    """What these answers change; an answer that is no longer asked for because of them goes. Raises Wrongly."""
    held = held_values(answers_of(registration.id))
    specs = [replace(spec, required=spec.required and spec.code in sent) for spec in _specs(program)]
    kept = {spec.id: held[spec.id] for spec in specs if spec.id in held and spec.kind not in KEPT_WHEN_EMPTY}
    typed = {**kept, **_by_id(specs, sent)}
    checked = check(
        specs, typed, category_id=registration.category_id, consents=live_consents(registration.id), held=held
    )
    told = {spec.id for spec in specs if spec.code in sent}
    _refuse(specs, sent, checked, {key: wrong for key, wrong in checked.errors.items() if key in told})
    gone = {spec.id for spec in specs if spec.id in held and spec.id not in checked.asked}
    return Changes(dict(checked.values), sorted(told | gone))


def _specs(program: Program) -> list[QuestionSpec]:
    """All questions but those for files, which do not come through here."""
    return [spec for spec in specs_of(program.event.id) if spec.kind != "file"]


def _by_id(specs: list[QuestionSpec], sent: Mapping[str, Any]) -> dict[int, Any]:
    by_code = {spec.code: spec.id for spec in specs}
    unknown = {f"answers.{code[:40]}": "no such question, or one for a file" for code in sent if code not in by_code}
    if unknown:
        raise Wrongly(unknown)
    return {by_code[code]: value for code, value in sent.items()}


def _refuse(specs: list[QuestionSpec], sent: Mapping[str, Any], checked: Checked, errors: Mapping[int, Any]) -> None:
    codes = {spec.id: spec.code for spec in specs}
    places = {f"answers.{codes[key]}": wrong_words(wrong) for key, wrong in errors.items()}
    for spec in specs:
        if sent.get(spec.code) is not None and spec.id not in checked.asked:
            places[f"answers.{spec.code}"] = "this is not asked of this guest"
    if places:
        raise Wrongly(places)
