"""What guests are asked, for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eventapp.access import allow
from eventapp.changing import version_of
from eventapp.errors import NotFound
from eventapp.jsonapi import Program, Wrongly, operation
from eventapp.registration import actions, models, schemas
from eventapp.registration.api import shapes
from eventapp.registration.api.pages import blueprint
from eventapp.registration.errors import QuestionLabelMissing
from eventapp.registration.models import QUESTION_COLUMNS
from eventapp.registration.queries import categories_of, question_of_event, questions_of, spec_of, specs_of
from eventapp.registration.questionnaire import describe

READ, WRITE = "questions:read", "questions:write"
BESIDES = {"label", "help", "version", "code", "kind", "choices", "condition", "categories"}


@blueprint.get("/questions")
@allow("bearer")
@operation(READ, answer=schemas.Questions)
def questions(program: Program) -> schemas.Questions:
    """The questions in their order, archived ones too, and a JSON Schema of the answers."""
    rows = questions_of(program.event.id)
    ids = {row.id: row.public_id for row in rows}
    return schemas.Questions(questions=[_shape(row, ids) for row in rows], answers=describe(specs_of(program.event.id)))


@blueprint.post("/questions")
@allow("bearer")
@operation(WRITE, status=201, body=schemas.QuestionToBe, answer=schemas.Question)
def add_question(program: Program, sent: schemas.QuestionToBe) -> schemas.Question:
    """Ask one thing more, after what is asked already; a code that is taken gets a number."""
    made = actions.add_question(
        program.event.id,
        by=program.actor,
        code=sent.code,
        kind=sent.kind,
        category_ids=_category_ids(program, sent),
        choices=[actions.NewChoice(one.label.en, one.label.zh, one.capacity) for one in _choices(sent)],
        **_values(program, sent),
    )
    return _answer(program, made.public_id)


@blueprint.patch("/questions/<public_id>")
@allow("bearer")
@operation(WRITE, body=schemas.QuestionChange, answer=schemas.Question)
def change_question(program: Program, public_id: str, sent: schemas.QuestionChange) -> schemas.Question:
    """Change what is asked of whom; kind and answers stay."""
    found = _load(program, public_id)
    category_ids = _category_ids(program, sent) if "categories" in sent.model_fields_set else None
    actions.change_question(
        found.id, by=program.actor, version=sent.version, category_ids=category_ids, **_values(program, sent)
    )
    return _answer(program, public_id)


@blueprint.post("/questions/<public_id>/archive")
@allow("bearer")
@operation(WRITE, refuses=(409,), answer=schemas.Question)
def archive_question(program: Program, public_id: str) -> schemas.Question:
    """Ask it no longer; what was answered stays."""
    actions.archive_question(_load(program, public_id).id, by=program.actor)
    return _answer(program, public_id)


@blueprint.post("/questions/<public_id>/restore")
@allow("bearer")
@operation(WRITE, refuses=(409, 422), answer=schemas.Question)
def restore_question(program: Program, public_id: str) -> schemas.Question:
    """Ask an archived question again."""
    actions.restore_question(_load(program, public_id).id, by=program.actor)
    return _answer(program, public_id)


def _load(program: Program, public_id: str) -> models.Question:
    found = question_of_event(program.event.id, public_id)
    if found is None:
        raise NotFound
    return found


def _answer(program: Program, public_id: str) -> schemas.Question:
    row = _load(program, public_id)
    return _shape(row, {one.id: one.public_id for one in questions_of(program.event.id)})


def _choices(sent: schemas.QuestionToBe) -> list[schemas.SentChoice]:
    if bool(sent.choices) != (sent.kind in ("choice", "choices")):
        raise Wrongly({"choices": "a question of this kind needs choices, or has none"})
    if not all(one.label.en or one.label.zh for one in sent.choices):
        raise Wrongly({"choices": "each choice needs words in one language at least"})
    return sent.choices


def _category_ids(program: Program, sent: schemas.QuestionChange) -> list[int]:
    known = {row.public_id: row.id for row in categories_of(program.event.id)}
    if set(sent.categories) - set(known):
        raise Wrongly({"categories": "no such category in this event"})
    return [known[public_id] for public_id in dict.fromkeys(sent.categories)]


def _values(program: Program, sent: schemas.QuestionChange) -> dict[str, Any]:
    values: dict[str, Any] = sent.model_dump(exclude_unset=True, exclude=BESIDES)
    if sent.label is not None and not (sent.label.en or sent.label.zh):
        raise QuestionLabelMissing(field="label")
    for field in ("label", "help"):
        words = getattr(sent, field)
        if words is not None:
            values |= {f"{field}_en": words.en, f"{field}_zh": words.zh}
    if "condition" in sent.model_fields_set:
        values["condition_id"] = _condition_id(program, sent.condition)
    return values


def _condition_id(program: Program, public_id: str | None) -> int | None:
    if public_id is None:
        return None
    found = question_of_event(program.event.id, public_id)
    if found is None:
        raise Wrongly({"condition": "no such question in this event"})
    return found.id


def _shape(row: models.Question, ids: Mapping[int, str]) -> schemas.Question:
    spec = spec_of(row)
    same = ("code", "kind", "required", "asked", "audience", "purpose", "most", "condition_value")
    return schemas.Question(
        **{name: getattr(row, name) for name in same},
        id=row.public_id,
        label=shapes.text(row.label),
        help=shapes.text(row.help),
        condition=ids.get(row.condition_id) if row.condition_id else None,
        categories=[category.public_id for category in row.categories],
        choices=[
            schemas.Choice(
                id=one.public_id,
                label=shapes.text(one.label),
                archived=one.archived,
                capacity=given.capacity,
                free=one.free,
            )
            for one, given in zip(spec.choices, row.choices, strict=True)
        ],
        archived=row.archived_at is not None,
        version=version_of(row, QUESTION_COLUMNS),
        value=describe([spec])["properties"][row.code],
    )
