"""Press accreditation: what guests of the press are asked, besides what everybody is."""

from __future__ import annotations

from typing import Any

from eventapp.accounts.actor import Actor
from eventapp.db import transaction
from eventapp.registration.actions.questions import add_question, change_question
from eventapp.registration.models import Category
from eventapp.registration.queries import questions_of

# Code, kind and words of each; once there, they are the organiser's to change.
PRESS_QUESTIONS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "outlet",
        "short_text",
        {"label_en": "Which outlet do you work for?", "label_zh": "您供职的媒体"},
    ),
    (
        "press_card",
        "file",
        {
            "label_en": "Press card or letter of assignment",
            "label_zh": "记者证或采访函",
            "help_en": "A photo or a PDF. Only the team sees it, to decide on your accreditation.",
            "help_zh": "照片或 PDF 均可，仅供主办方审核采访资格。",
        },
    ),
)


def ask_the_press(category: Category, *, by: Actor) -> None:
    """Ask whoever registers in this category for the press what the team needs to decide; what is asked stays."""
    with transaction():
        there = {row.code: row for row in questions_of(category.event_id) if row.archived_at is None}
        for code, kind, words in PRESS_QUESTIONS:
            row = there.get(code)
            if row is None:
                add_question(
                    category.event_id,
                    by=by,
                    code=code,
                    kind=kind,
                    category_ids=[category.id],
                    required=True,
                    **words,
                )
            elif row.limited_to and category.id not in row.limited_to:
                change_question(row.id, by=by, category_ids=[*row.limited_to, category.id])
