"""The team's own questions about a guest, as a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import HiddenField

from eventapp.forms import PageForm
from eventapp.registration.forms.questions import (
    ShownQuestion,
    question_fields,
    shown_questions,
    tell_wrong,
    typed_from,
)
from eventapp.registration.models import Answer, AnswerFile
from eventapp.registration.queries import held_values, version_of_answers
from eventapp.registration.questionnaire import Checked, QuestionSpec, check


class TeamAnswersForm(PageForm):
    """The team's answers about one registration; made by `team_answers_form`."""

    version = HiddenField()
    specs: Sequence[QuestionSpec] = ()
    held: Mapping[int, Any] = {}

    @property
    def shown(self) -> list[ShownQuestion]:
        """The questions to show."""
        return shown_questions(self.specs, self.held)

    @property
    def sends_files(self) -> bool:
        """Whether the form holds a file to choose."""
        return any(spec.kind == "file" for spec in self.specs)

    def read(self, files: Mapping[int, AnswerFile], *, category_id: int) -> Checked | None:
        """The answers of a form that was sent, judged by the questionnaire; None, and errors, if something is wrong."""
        typed = typed_from(self, self.specs, files)
        checked = check(self.specs, typed, category_id=category_id, held=self.held)
        return checked if tell_wrong(self, self.specs, checked.errors) else None


def team_answers_form(specs: Sequence[QuestionSpec], answers: Sequence[Answer]) -> TeamAnswersForm:
    """A form of these questions, filled with what one registration answered."""
    held = held_values(answers)
    whole = type(
        "WholeTeamAnswersForm", (TeamAnswersForm,), {"specs": specs, "held": held, **question_fields(specs, held)}
    )
    form: TeamAnswersForm = whole(data={"version": version_of_answers(answers)})
    return form


def answers_key(registration_public_id: str) -> str:
    """The key under which files wait that came with a form about a registration; no guest can make one like it."""
    return f"registration:{registration_public_id}"
