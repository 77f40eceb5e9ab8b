"""The questions of one guest as a form, filled with what was answered before."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField

from eventapp.events.models import Event
from eventapp.forms import PageForm
from eventapp.registration.forms.questions import question_fields, shown_questions, tell_wrong, typed_from
from eventapp.registration.forms.registering import FORM_KEY
from eventapp.registration.models import Answer, AnswerFile, Registration
from eventapp.registration.queries import (
    answers_of,
    files_of,
    held_values,
    live_consents,
    pending_files,
    specs_of,
    version_of_answers,
)
from eventapp.registration.questionnaire import Checked, QuestionSpec, check


class AnswersForm(PageForm):
    """What this guest is asked. `agreed` says whether sensitive questions may be answered; without, they are not shown."""

    version = HiddenField()
    form_key = HiddenField()

    specs: Sequence[QuestionSpec] = ()
    checked = Checked({}, {}, frozenset())

    def __init__(self, registration: Registration, rows: Sequence[Answer], *, agreed: bool, left_out: bool) -> None:
        self.registration, self.agreed, self.left_out = registration, agreed, left_out
        self.held = held_values(rows)
        self.shown = shown_questions(self.specs, self.held)
        super().__init__(data={"version": version_of_answers(rows), "form_key": secrets.token_urlsafe(24)})

    def validate(self, extra_validators: Any = None) -> bool:
        holds = super().validate(extra_validators)
        self.checked = check(
            self.specs,
            typed_from(self, self.specs, self.pending()),
            category_id=self.registration.category_id,
            consents=frozenset({"sensitive"} if self.agreed else ()),
            held=self.held,
        )
        return tell_wrong(self, self.specs, self.checked.errors) and holds

    def has_key(self) -> bool:
        """Whether the key under which files wait is one of ours."""
        return bool(FORM_KEY.fullmatch(self.form_key.data or ""))

    def pending(self) -> dict[int, AnswerFile]:
        """Files that came with this form and are nobody's yet, by the question's id."""
        return pending_files(self.registration.event_id, self.form_key.data or "") if self.has_key() else {}

    def files(self) -> dict[int, AnswerFile]:
        """The file that stands for each answer now, by the question's id."""
        stored = files_of(self.registration.id)
        kept = {key: stored[value] for key, value in self.held.items() if isinstance(value, str) and value in stored}
        return kept | self.pending()

    @property
    def sends_files(self) -> bool:
        """Whether the form holds a file to choose."""
        return any(spec.kind == "file" for spec in self.specs)


def answers_form(event: Event, registration: Registration) -> AnswersForm:
    """The form of one guest: questions of the own category, sensitive ones only where they were agreed to."""
    asked = questions_for(event.id, registration)
    agreed = "sensitive" in live_consents(registration.id)
    specs = [spec for spec in asked if agreed or spec.purpose != "sensitive"]
    rows = answers_of(registration.id)
    fields = question_fields(specs, held_values(rows))
    whole = type("WholeAnswersForm", (AnswersForm,), {"specs": specs, **fields})
    form: AnswersForm = whole(registration, rows, agreed=agreed, left_out=len(specs) < len(asked))
    return form


def questions_for(event_id: int, registration: Registration) -> list[QuestionSpec]:
    """What guests of this one's category are asked, at registration or later."""
    return [
        spec
        for spec in specs_of(event_id, audience="guest")
        if not spec.category_ids or registration.category_id in spec.category_ids
    ]
