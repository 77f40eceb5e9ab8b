"""What guests answered: kept with the words of the moment, changed, looked at, deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select

from eventapp.accounts.actions import record
from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.errors import Stale
from eventapp.i18n import Bilingual
from eventapp.registration.actions.bookings import book, end_booking, give_up_booking, promote_bookings
from eventapp.registration.actions.files import forget_files
from eventapp.registration.actions.places import lock_all, lock_places_of
from eventapp.registration.booking import LIVE
from eventapp.registration.errors import AnswerGone, FileGone, NotPossibleNow
from eventapp.registration.models import Answer, AnswerFile, Booking, Choice, Question, Registration
from eventapp.registration.queries import answers_of, held_values, places_of_answers, specs_of, version_of_answers
from eventapp.registration.questionnaire import QuestionSpec, Value, in_words, is_masked, mask, tail_of
from eventapp.registration.states import ALIVE, LABELS
from eventapp.sealing import seal, unseal

# How many registrations one statement names.
AT_ONCE = 500


def keep_answers(registration: Registration, answers: Mapping[int, Any], *, by: Actor, form_key: str = "") -> None:
    """Keep the clean answers (by the question's id) of a new registration, in the transaction in which it comes.

    Files wait under `form_key`. Limited choices are booked: where one is full, the guest waits for it. Raises FileGone.
    """
    if not answers:
        return
    with transaction() as session:
        for spec in specs_of(registration.event_id):
            if spec.id in answers:
                row = Answer(registration_id=registration.id, question_id=spec.id)
                _write(row, spec, answers[spec.id], registration, form_key)
                session.add(row)
        session.flush()
        _book_choices(registration, answers, by=by)


def keep_answers_of_many(
    event_id: int, answers: Mapping[int, Mapping[int, Any]], limited: Collection[str], *, by: Actor
) -> None:
    """Keep the clean answers of many new registrations, by their ids, in the transaction in which they come; no files.

    `limited` are the choices to be booked, whose places are held already.
    """
    if not answers:
        return
    with transaction() as session:
        specs = {spec.id: spec for spec in specs_of(event_id)}
        rows = []
        for registration_id, given in answers.items():
            for key in specs.keys() & given.keys():
                row = Answer(registration_id=registration_id, question_id=key)
                _put(row, specs[key], given[key], in_words(specs[key], given[key]))
                rows.append({name: value for name, value in vars(row).items() if not name.startswith("_")})
        # All rows of one statement name the same columns.
        session.execute(insert(Answer), [{"sealed": "", "tail": "", **row} for row in rows])
        for registration_id, given in answers.items():
            if set(limited) & set(_chosen_ids(given.values())):
                _book_choices(session.get_one(Registration, registration_id), given, by=by)


def change_answers(
    registration_id: int,
    answers: Mapping[int, Any],
    *,
    among: Collection[int],
    by: Actor,
    version: str | None = None,
    form_key: str = "",
) -> Registration:
    """Change the answers to the questions `among` those asked: what is not in `answers` is taken back.

    `version` is of all answers as they were looked at. Raises Stale, NotPossibleNow, FileGone.
    """
    with transaction() as session:
        event_id = session.get_one(Registration, registration_id).event_id
        registration = lock_places_of(registration_id, more=places_of_answers(event_id, answers))
        if registration.state not in ALIVE or registration.purged_at is not None:
            raise NotPossibleNow(state=LABELS[registration.state])
        rows = {row.question_id: row for row in answers_of(registration_id)}
        if version is not None and version != version_of_answers(rows.values()):
            raise Stale
        specs = {spec.id: spec for spec in specs_of(event_id) if spec.id in among}
        changed = _changed(specs, rows, answers)
        for key in changed:
            _change(rows.get(key), specs[key], answers.get(key), registration, form_key)
        session.flush()
        _give_up_choices(registration, [specs[key] for key in changed], answers, by=by)
        _book_choices(registration, {key: answers[key] for key in changed if key in answers}, by=by)
        if changed:
            # Which questions, and never what: the trail stays when answers are deleted.
            after = {"questions": [specs[key].code for key in changed]}
            record("change_answers", registration, by=by, event_id=event_id, after=after)
        return registration


def look_at_document(registration_id: int, question_id: int, *, by: Actor) -> str:
    """The whole number of a guest's document; each look at it is noted. Raises AnswerGone."""
    with transaction() as session:
        found = session.scalar(select(Answer).filter_by(registration_id=registration_id, question_id=question_id))
        if found is None or not found.sealed:
            raise AnswerGone
        registration = session.get_one(Registration, registration_id)
        after = {"question": found.question.code}
        record("look_at_document", registration, by=by, event_id=registration.event_id, after=after)
        return unseal(found.sealed, "document").decode()


def delete_answers(registration_ids: Iterable[int], purposes: Collection[str], *, by: Actor = SYSTEM) -> int:
    """Delete what these guests answered to questions of these purposes, with the files; returns how many answers.

    Limited choices among them are given up, and go to the first who wait.
    """
    ids, deleted = sorted(set(registration_ids)), 0
    with transaction() as session:
        of_purposes = select(Question.id).where(Question.purpose.in_(purposes))
        for first in range(0, len(ids), AT_ONCE):
            some = ids[first : first + AT_ONCE]
            files = select(AnswerFile).where(
                AnswerFile.registration_id.in_(some), AnswerFile.question_id.in_(of_purposes)
            )
            forget_files(session.scalars(files).all())
            rows = session.scalars(
                select(Answer).where(Answer.registration_id.in_(some), Answer.question_id.in_(of_purposes))
            ).all()
            for row in rows:
                session.delete(row)
            session.flush()
            _forget_choices(some, of_purposes, by=by)
            deleted += len(rows)
    return deleted


def _forget_choices(registration_ids: Sequence[int], questions: Any, *, by: Actor) -> None:
    """Give up the limited choices of these questions, and leave no trace of what was chosen."""
    with transaction() as session:
        found = (
            select(Booking)
            .join(Choice, Choice.id == Booking.choice_id)
            .where(Booking.registration_id.in_(registration_ids), Choice.question_id.in_(questions))
            .execution_options(populate_existing=True)
        )
        lock_all({booking.places_id for booking in session.scalars(found)})
        freed = set()
        for booking in session.scalars(found).all():
            if booking.state in LIVE:
                freed.add(booking.places_id)
                end_booking(booking, by=by)
            session.delete(booking)
        session.flush()
        for places_id in sorted(freed):
            promote_bookings(places_id, by=by)


def _changed(specs: Mapping[int, QuestionSpec], rows: Mapping[int, Answer], answers: Mapping[int, Any]) -> list[int]:
    held = held_values(rows.values())
    return [key for key in specs if held.get(key) != answers.get(key)]


def _change(
    row: Answer | None, spec: QuestionSpec, value: Value | None, registration: Registration, form_key: str
) -> None:
    with transaction() as session:
        if spec.kind == "file":
            _forget_file_but(registration, spec, value)
        if value is None:
            if row is not None:
                session.delete(row)
            return
        if row is None:
            row = Answer(registration_id=registration.id, question_id=spec.id)
        _write(row, spec, value, registration, form_key)
        session.add(row)


def _write(row: Answer, spec: QuestionSpec, value: Value, registration: Registration, form_key: str) -> None:
    """Fill an answer's row: the value, and the question and the answer in words as they are now."""
    words = in_words(spec, value)
    if spec.kind == "file":
        words = _claim_file(spec, str(value), registration, form_key)
    _put(row, spec, value, words)


def _put(row: Answer, spec: QuestionSpec, value: Value, words: Bilingual) -> None:
    if spec.kind == "document":
        if is_masked(value):
            return
        row.sealed, row.tail = seal(str(value).encode(), "document"), tail_of(str(value))
        words, value = Bilingual(mask(str(value)), mask(str(value))), ""
    row.value, row.changed_at = value, now()
    row.label_en, row.label_zh = spec.label.en, spec.label.zh
    row.text_en, row.text_zh = words.en, words.zh


def _claim_file(spec: QuestionSpec, public_id: str, registration: Registration, form_key: str) -> Bilingual:
    """The file becomes this registration's; it must have come with this very form, or be its own already."""
    with transaction() as session:
        file = session.scalar(select(AnswerFile).filter_by(public_id=public_id, question_id=spec.id))
        if file is None or not _is_ours(file, registration, form_key):
            raise FileGone(field=spec.field_name)
        file.registration_id = registration.id
        return Bilingual(file.name, file.name)


def _is_ours(file: AnswerFile, registration: Registration, form_key: str) -> bool:
    if file.registration_id is not None:
        return file.registration_id == registration.id
    return file.event_id == registration.event_id and bool(form_key) and file.form_key == form_key


def _forget_file_but(registration: Registration, spec: QuestionSpec, value: Value | None) -> None:
    with transaction() as session:
        held = session.scalars(select(AnswerFile).filter_by(registration_id=registration.id, question_id=spec.id)).all()
        forget_files(file for file in held if file.public_id != value)


def _book_choices(registration: Registration, answers: Mapping[int, Any], *, by: Actor) -> None:
    """Book the limited choices among these answers, in the order of their places, which are held already."""
    with transaction() as session:
        chosen = _chosen_ids(answers.values())
        if not chosen:
            return
        limited = (
            select(Choice.id)
            .where(Choice.public_id.in_(chosen), Choice.question_id.in_(answers), Choice.places_id.is_not(None))
            .order_by(Choice.places_id)
        )
        for choice_id in session.scalars(limited).all():
            book(registration.id, choice_id=choice_id, by=by)


def _give_up_choices(
    registration: Registration, specs: Iterable[QuestionSpec], answers: Mapping[int, Any], *, by: Actor
) -> None:
    """Let go the limited choices that are no longer chosen; their places go on at once."""
    with transaction() as session:
        questions = {spec.id: spec for spec in specs if spec.kind in ("choice", "choices")}
        if not questions:
            return
        kept = _chosen_ids(answers.get(key) for key in questions)
        live = (
            select(Booking.id)
            .join(Choice, Choice.id == Booking.choice_id)
            .where(
                Booking.registration_id == registration.id,
                Booking.state.in_(LIVE),
                Choice.question_id.in_(questions),
                Choice.public_id.not_in(kept),
            )
            .order_by(Booking.places_id)
        )
        for booking_id in session.scalars(live).all():
            give_up_booking(booking_id, by=by)


def _chosen_ids(values: Iterable[Any]) -> list[str]:
    texts = [text for value in values for text in (value if isinstance(value, list) else [value])]
    return [text for text in texts if isinstance(text, str) and len(text) == 16]
