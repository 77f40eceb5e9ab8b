"""Registrations as a table: who, in which state, what they answered and agreed to; a few statements for any number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from eventapp.db import db
from eventapp.events.models import Event
from eventapp.i18n import current_language, format_stamp
from eventapp.registration.models import Answer, Consent, Question, Registration
from eventapp.registration.queries.registrations import matches_words
from eventapp.registration.states import LABELS

# An end to a list within one cell.
BETWEEN = "; "


def registrations_table(
    event: Event, *, words: str = "", state: str = "", category_id: int | None = None
) -> list[list[str]]:
    """Heads and one row a registration that meets what is chosen, the oldest first, in the reader's language.

    Answers stand under their questions; numbers of documents are left out. Times by the clock on the event's wall.
    """
    chosen = _chosen(event.id, words, state, category_id)
    whole = joinedload(Registration.category), joinedload(Registration.party)
    rows = db.session.scalars(select(Registration).where(*chosen).options(*whole).order_by(Registration.id)).all()
    questions = _questions(event.id)
    answers, consents = _answers(chosen), _consents(chosen)
    heads = [*_heads(), *(str(question.label) for question in questions), _("Agrees to")]
    return [
        heads,
        *(
            [
                *_details(row, event.time_zone),
                *(answers.get((row.id, question.id), "") for question in questions),
                BETWEEN.join(consents[row.id]),
            ]
            for row in rows
        ),
    ]


def _heads() -> list[str]:
    return [
        _("Registration"), _("State"), _("Category"), _("Name in Chinese"), _("Given name"), _("Family name"),
        _("E-mail"), _("Mobile phone"), _("Organisation"), _("Position"), _("Language"), _("Party"),
        _("Registered on"),
    ]  # fmt: skip


def _details(row: Registration, zone: str) -> list[str]:
    return [
        row.public_id, str(LABELS[row.state]), row.category.name.here(current_language()), row.name.zh,
        row.given_en, row.family_en, row.email, row.phone, row.organisation, row.position, row.language,
        row.party.name or row.party.contact_name if row.party else "", format_stamp(row.created_at, zone),
    ]  # fmt: skip


def _chosen(event_id: int, words: str, state: str, category_id: int | None) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = [Registration.event_id == event_id]
    if state:
        chosen.append(Registration.state == state)
    if category_id is not None:
        chosen.append(Registration.category_id == category_id)
    if words.strip():
        chosen.append(matches_words(words))
    return chosen


def _questions(event_id: int) -> Sequence[Question]:
    """Those that have answers or are in use, but for documents."""
    answered = select(Answer.id).where(Answer.question_id == Question.id).exists()
    query = select(Question).where(Question.event_id == event_id, Question.purpose != "documents")
    query = query.where(Question.kind != "document", answered | Question.archived_at.is_(None))
    return db.session.scalars(query.order_by(Question.position, Question.id)).all()


def _answers(chosen: Sequence[ColumnElement[bool]]) -> dict[tuple[int, int], str]:
    text = (Answer.text_zh, Answer.text_en) if current_language() == "zh" else (Answer.text_en, Answer.text_zh)
    query = select(Answer.registration_id, Answer.question_id, *text).join(
        Registration, Registration.id == Answer.registration_id
    )
    rows = db.session.execute(query.where(*chosen, Answer.sealed == ""))
    return {(row[0], row[1]): row[2] or row[3] for row in rows}


def _consents(chosen: Sequence[ColumnElement[bool]]) -> dict[int, list[str]]:
    query = select(Consent.registration_id, Consent.purpose).join(
        Registration, Registration.id == Consent.registration_id
    )
    found: dict[int, list[str]] = defaultdict(list)
    for registration_id, purpose in db.session.execute(
        query.where(*chosen, Consent.withdrawn_at.is_(None)).order_by(Consent.purpose)
    ):
        found[registration_id].append(purpose)
    return found
