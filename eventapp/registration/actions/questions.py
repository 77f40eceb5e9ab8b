"""Build the form: questions added, changed, put in order, archived, and copied with their event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.changing import fill, load_to_change
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.events.actions import EventCopied, load_with_event, move_in_order
from eventapp.events.models import Event
from eventapp.events.slugs import first_free
from eventapp.registration.actions.choices import NewChoice, put_choices
from eventapp.registration.errors import (
    ConditionNotPossible,
    QuestionInUse,
    QuestionLabelMissing,
    ReadyQuestionThere,
    TooManyQuestions,
)
from eventapp.registration.models import QUESTION_COLUMNS, QUESTION_VALUES, Category, Question
from eventapp.registration.queries import categories_of, questions_of
from eventapp.registration.questionnaire import CONDITION_KINDS
from eventapp.registration.ready_questions import READY, ReadyQuestion

MOST_QUESTIONS = 100


def add_question(
    event_id: int,
    *,
    by: Actor,
    code: str,
    kind: str,
    category_ids: Iterable[int] = (),
    choices: Sequence[NewChoice] = (),
    **values: Any,
) -> Question:
    """Ask one thing more, after what is asked already; without categories everybody is asked.

    Where the code is taken it gets a number. Raises QuestionLabelMissing, ConditionNotPossible, TooManyQuestions.
    """
    with transaction() as session:
        load_to_change(Event, event_id)
        there = questions_of(event_id)
        if sum(row.archived_at is None for row in there) >= MOST_QUESTIONS:
            raise TooManyQuestions
        last = session.scalar(select(func.max(Question.position)).where(Question.event_id == event_id)) or 0
        question = Question(event_id=event_id, code=_free_code(code, there), kind=kind, position=last + 1)
        fill(question, values, QUESTION_VALUES)
        question.purpose = "documents" if kind == "document" else question.purpose or "answers"
        question.categories = _categories(event_id, category_ids)
        session.add(question)
        session.flush()
        _check(question)
        put_choices(question, choices)
        record("add_question", question, by=by, event_id=event_id, after={"code": question.code, "kind": kind})
        return question


def change_question(
    question_id: int,
    *,
    by: Actor,
    version: str | None = None,
    category_ids: Iterable[int] | None = None,
    **values: Any,
) -> Question:
    """Change what is asked of whom; its kind stays, and so do answers, with the words they were given under.

    Raises Stale, QuestionLabelMissing, ConditionNotPossible, QuestionInUse.
    """
    with transaction() as session:
        question = load_with_event(Question, question_id, version, QUESTION_COLUMNS)
        if question.kind == "document":
            values = {**values, "purpose": "documents"}
        before, after = fill(question, values, QUESTION_VALUES)
        if category_ids is not None and (wanted := sorted(category_ids)) != question.limited_to:
            before, after = {**before, "limited_to": question.limited_to}, {**after, "limited_to": wanted}
            question.categories = _categories(question.event_id, wanted)
        session.flush()
        _check(question)
        _check_dependants(question)
        if after:
            record("change_question", question, by=by, event_id=question.event_id, before=before, after=after)
        return question


def move_question(question_id: int, direction: str, *, by: Actor) -> None:
    """Move a question 'up' or 'down' by one place."""
    with transaction():
        question = load_with_event(Question, question_id)
        there = [row for row in questions_of(question.event_id) if row.archived_at is None]
        if question in there:
            move_in_order("move_question", there, question, direction, by=by)


def archive_question(question_id: int, *, by: Actor) -> Question:
    """Ask it no longer; what was answered stays and can be read. Raises QuestionInUse."""
    with transaction():
        question = load_with_event(Question, question_id)
        for other in _dependants(question):
            raise QuestionInUse(label=other.label)
        if question.archived_at is None:
            question.archived_at = now()
            record("archive_question", question, by=by, event_id=question.event_id, after={"code": question.code})
        return question


def restore_question(question_id: int, *, by: Actor) -> Question:
    """Ask an archived question again. Raises ConditionNotPossible if what it depends on is archived."""
    with transaction():
        question = load_with_event(Question, question_id)
        if question.archived_at is not None:
            question.archived_at = None
            _check(question)
            record("restore_question", question, by=by, event_id=question.event_id, after={"code": question.code})
        return question


def add_ready_question(event_id: int, name: str, *, by: Actor) -> list[Question]:
    """Add a ready-made question, some with those that follow from it. Raises ReadyQuestionThere."""
    with transaction():
        load_to_change(Event, event_id)
        if name in {row.code for row in questions_of(event_id) if row.archived_at is None}:
            raise ReadyQuestionThere
        added: list[Question] = []
        for ready in READY[name]:
            added.append(_add_ready(event_id, ready, added, by=by))
        return added


def copy_questions(fact: EventCopied) -> None:
    """The questions in use with their choices, limits and conditions; no answer."""
    with transaction():
        codes = {category.id: category.code for category in categories_of(fact.source_id)}
        here = {category.code: category.id for category in categories_of(fact.event_id)}
        copies: dict[int, Question] = {}
        for row in _in_use(fact.source_id):
            values = {name: getattr(row, name) for name in QUESTION_VALUES if not name.startswith("condition")}
            choices = [
                NewChoice(one.label_en, one.label_zh, one.capacity) for one in row.choices if one.archived_at is None
            ]
            limited = [here[codes[key]] for key in row.limited_to]
            copies[row.id] = add_question(
                fact.event_id, by=fact.by, code=row.code, kind=row.kind, category_ids=limited, choices=choices, **values
            )
        _copy_conditions(fact, copies)


def _copy_conditions(fact: EventCopied, copies: dict[int, Question]) -> None:
    for row in _in_use(fact.source_id):
        condition = copies.get(row.condition_id or 0)
        if condition is not None:
            value = _copied_value(row, condition)
            change_question(copies[row.id].id, by=fact.by, condition_id=condition.id, condition_value=value)


def _copied_value(row: Question, condition: Question) -> str:
    """What the copied condition is about: yes, no, or the copy of the same choice, found by where it stands."""
    source = next(one for one in questions_of(row.event_id) if one.id == row.condition_id)
    kept = [choice.public_id for choice in source.choices if choice.archived_at is None]
    return condition.choices[kept.index(row.condition_value)].public_id if kept else row.condition_value


def _add_ready(event_id: int, ready: ReadyQuestion, earlier: Sequence[Question], *, by: Actor) -> Question:
    condition: dict[str, Any] = {}
    if ready.after is not None:
        first = earlier[ready.after]
        chosen = next((one.public_id for one in first.choices if one.label_en == ready.only_if), ready.only_if)
        condition = {"condition_id": first.id, "condition_value": chosen}
    choices = [NewChoice(label.en, label.zh) for label in ready.choices]
    return add_question(
        event_id, by=by, code=ready.code, kind=ready.kind, choices=choices, **ready.values(), **condition
    )


def _in_use(event_id: int) -> list[Question]:
    return [row for row in questions_of(event_id) if row.archived_at is None]


def _free_code(wanted: str, there: Sequence[Question]) -> str:
    return first_free(wanted[:24], frozenset(row.code for row in there))


def _categories(event_id: int, ids: Iterable[int]) -> list[Category]:
    wanted = set(ids)
    return [category for category in categories_of(event_id) if category.id in wanted]


def _dependants(question: Question) -> list[Question]:
    """The questions in use that are asked depending on this one."""
    return [row for row in _in_use(question.event_id) if row.condition_id == question.id]


def _check(question: Question) -> None:
    if not question.label:
        raise QuestionLabelMissing
    if question.condition_id is not None and not _can_be_met(question):
        raise ConditionNotPossible


def _check_dependants(question: Question) -> None:
    for other in _dependants(question):
        if not _can_be_met(other):
            raise QuestionInUse(label=other.label)


def _can_be_met(question: Question) -> bool:
    """Whether whoever is asked this can have answered what it depends on; a condition leads back to itself nowhere."""
    by_id = {row.id: row for row in _in_use(question.event_id)}
    condition = by_id.get(question.condition_id or 0)
    if condition is None or condition.kind not in CONDITION_KINDS:
        return False
    known = (
        {"yes", "no"}
        if condition.kind == "yes_no"
        else {one.public_id for one in condition.choices if one.archived_at is None}
    )
    if question.condition_value not in known:
        return False
    if (question.audience, condition.audience) == ("guest", "team"):
        return False
    if (question.asked, condition.asked) == ("registration", "later"):
        return False
    seen = {question.id}
    while condition is not None:
        if condition.id in seen:
            return False
        seen.add(condition.id)
        condition = by_id.get(condition.condition_id or 0)
    return True
