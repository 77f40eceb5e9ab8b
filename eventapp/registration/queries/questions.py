"""Reads about questions, answers and the files among them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from eventapp.db import db
from eventapp.registration.models import Answer, AnswerFile, Choice, Question
from eventapp.registration.questionnaire import ChoiceSpec, QuestionSpec, mask

SAME = ("id", "public_id", "code", "kind", "label", "help", "required", "asked", "audience", "purpose", "most",
        "condition_id", "condition_value")  # fmt: skip


def questions_of(event_id: int) -> Sequence[Question]:
    """All questions of an event in the order set by hand, archived ones too, with categories and choices."""
    return db.session.scalars(_whole().where(Question.event_id == event_id)).all()


def question_of_event(event_id: int, public_id: str) -> Question | None:
    """A question of one event; another event's is not found."""
    return db.session.scalar(_whole().where(Question.event_id == event_id, Question.public_id == public_id))


def specs_of(event_id: int, *, asked: str | None = None, audience: str | None = None) -> list[QuestionSpec]:
    """The questions in use as plain values, in their order: those asked at 'registration' or 'later', of 'guest' or 'team'."""
    query = _whole().where(Question.event_id == event_id, Question.archived_at.is_(None))
    if asked is not None:
        query = query.where(Question.asked == asked)
    if audience is not None:
        query = query.where(Question.audience == audience)
    return [spec_of(row) for row in db.session.scalars(query)]


def spec_of(row: Question) -> QuestionSpec:
    """One question as plain values."""
    return QuestionSpec(
        **{name: getattr(row, name) for name in SAME},
        category_ids=frozenset(row.limited_to),
        choices=tuple(_choice_spec(choice) for choice in row.choices),
    )


def places_of_answers(event_id: int, answers: Mapping[int, Any]) -> list[int]:
    """The ids of the Places that these answers (by the question's id) book: those of limited choices, in order."""
    chosen = {text for value in answers.values() for text in (value if isinstance(value, list) else [value])}
    wanted = [text for text in chosen if isinstance(text, str) and len(text) == 16]
    if not wanted:
        return []
    query = (
        select(Choice.places_id)
        .join(Question, Question.id == Choice.question_id)
        .where(Question.event_id == event_id, Choice.public_id.in_(wanted), Choice.places_id.is_not(None))
    )
    return sorted(places_id for places_id in db.session.scalars(query) if places_id is not None)


def limited_choices(event_id: int) -> dict[str, int]:
    """The places of an event's choices that have places of their own, by the choice's public id."""
    query = select(Choice.public_id, Choice.places_id).join(Question, Question.id == Choice.question_id)
    rows = db.session.execute(query.where(Question.event_id == event_id, Choice.places_id.is_not(None))).all()
    return {row.public_id: row.places_id for row in rows if row.places_id is not None}


def answers_of(registration_id: int) -> Sequence[Answer]:
    """What a guest answered, in the order of the questions, with the questions; archived ones too."""
    return db.session.scalars(
        select(Answer)
        .join(Answer.question)
        .options(joinedload(Answer.question))
        .where(Answer.registration_id == registration_id)
        .order_by(Question.position, Question.id)
    ).all()


def held_values(answers: Iterable[Answer]) -> dict[int, Any]:
    """What was answered as clean values by the question's id; of a document's number what everybody may see."""
    return {row.question_id: mask(row.tail) if row.sealed else row.value for row in answers}


def version_of_answers(answers: Iterable[Answer]) -> str:
    """A short name for what was answered; a form carries it, so that a change made meanwhile is noticed."""
    held = sorted((row.question_id, row.changed_at.isoformat(), row.value, row.text_en) for row in answers)
    return hashlib.sha256(json.dumps(held, default=str).encode()).hexdigest()[:16]


def answer_counts(event_id: int) -> dict[int, int]:
    """How many registrations answered each question."""
    query = (
        select(Answer.question_id, func.count())
        .join(Question, Question.id == Answer.question_id)
        .where(Question.event_id == event_id)
        .group_by(Answer.question_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def pending_files(event_id: int, form_key: str) -> dict[int, AnswerFile]:
    """The files that came with a form that is not complete yet, by the question's id."""
    query = select(AnswerFile).where(
        AnswerFile.event_id == event_id, AnswerFile.form_key == form_key, AnswerFile.registration_id.is_(None)
    )
    return {row.question_id: row for row in db.session.scalars(query.order_by(AnswerFile.id))}


def files_of(registration_id: int) -> dict[str, AnswerFile]:
    """The files among a guest's answers by their public id."""
    query = select(AnswerFile).where(AnswerFile.registration_id == registration_id)
    return {row.public_id: row for row in db.session.scalars(query)}


@dataclass(frozen=True)
class FileWithPurpose:
    """A file and what its question is for."""

    file: AnswerFile
    purpose: str


def file_of_registration(registration_id: int, public_id: str) -> FileWithPurpose | None:
    """One file among a guest's answers; another guest's is not found."""
    query = (
        select(AnswerFile, Question.purpose)
        .join(Question, Question.id == AnswerFile.question_id)
        .where(AnswerFile.registration_id == registration_id, AnswerFile.public_id == public_id)
    )
    found = db.session.execute(query).one_or_none()
    return FileWithPurpose(*found) if found else None


def answer_files_folder() -> Path:
    """Where the files among the answers are kept: in the uploads, which no web server shows."""
    folder: Path = current_app.config["SETTINGS"].instance_dir / "uploads" / "answers"
    return folder


def _whole() -> Any:
    return (
        select(Question)
        .options(selectinload(Question.categories), selectinload(Question.choices))
        .order_by(Question.position, Question.id)
    )


def _choice_spec(choice: Choice) -> ChoiceSpec:
    places = choice.places
    return ChoiceSpec(
        id=choice.id,
        public_id=choice.public_id,
        label=choice.label,
        archived=choice.archived_at is not None,
        limited=places is not None and places.capacity is not None,
        free=places.free if places else None,
    )
