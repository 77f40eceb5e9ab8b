"""Questions that tests tell of, made by the real actions."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.registration.actions import NewChoice, add_question
from eventapp.registration.models import Answer, Question, Registration

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 20


def ask(event: Event, code: str, kind: str = "short_text", **values: Any) -> Question:
    """A question of the event, called by its code unless told otherwise."""
    story: dict[str, Any] = {"label_en": f"Question {code}", "label_zh": f"问题{code}", **values}
    return add_question(event.id, by=SYSTEM, code=code, kind=kind, **story)


def ask_choice(event: Event, code: str, *choices: tuple[str, str, int | None], **values: Any) -> Question:
    """A question with one answer to choose, each with how many may choose it."""
    kind = values.pop("kind", "choice")
    return ask(event, code, kind, choices=[NewChoice(*choice) for choice in choices], **values)


def choice_id(question: Question, label_en: str) -> str:
    """The public id of a choice, by its English words."""
    return next(choice.public_id for choice in question.choices if choice.label_en == label_en)


def answers(registration: Registration | None = None) -> dict[str, Any]:
    """The values of all answers by the question's code."""
    query = select(Answer)
    if registration is not None:
        query = query.where(Answer.registration_id == registration.id)
    return {row.question.code: row.value for row in db.session.scalars(query)}


def word_file(*parts: str) -> bytes:
    """A Word document's archive with these parts besides what each has."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part in ("[Content_Types].xml", "word/document.xml", *parts):
            archive.writestr(part, "<xml/>")
    return out.getvalue()
