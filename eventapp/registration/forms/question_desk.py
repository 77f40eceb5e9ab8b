"""The team's forms about questions and their choices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput

from eventapp.events.slugs import code_of
from eventapp.forms import DeskForm, Groups, choices, line, line_zh, lines, lines_zh, whole_number
from eventapp.registration.actions.choices import NewChoice
from eventapp.registration.models import CHOICE_COLUMNS, QUESTION_COLUMNS, QUESTION_VALUES, Category, Choice, Question
from eventapp.registration.questionnaire import CONDITION_KINDS, QuestionSpec, in_words
from eventapp.registration.words import ASKED_WORDS, AUDIENCE_WORDS, PURPOSE_WORDS, QUESTION_KIND_WORDS

MOST_CHOICES = 100
WITH_MOST = ("short_text", "long_text", "number")


class QuestionForm(DeskForm):
    """What is asked, of whom and when."""

    columns = QUESTION_COLUMNS
    groups: ClassVar[Groups] = (
        (None, (("label_en", "label_zh"), ("help_en", "help_zh"), ("required",), ("most",))),
        (_l("Who is asked, and when"), (("audience",), ("asked",), ("categories",), ("condition",))),
        (_l("What it is for"), (("purpose",),)),
    )

    label_en = line(_l("Question in English"), 300)
    label_zh = line_zh(_l("Question in Chinese"), 300)
    help_en = line(_l("Help in English"), 500, description=_l("Guests read it under the question."))
    help_zh = line_zh(_l("Help in Chinese"), 500)
    required = BooleanField(_l("Has to be answered"))
    most = whole_number(_l("Longest text in characters, or largest number"), description=_l("Empty: the usual limit."))
    audience = RadioField(_l("Answered by"), choices=choices(AUDIENCE_WORDS), default="guest")
    asked = RadioField(_l("When it is asked"), choices=choices(ASKED_WORDS), default="registration")
    categories = SelectMultipleField(
        _l("Only for these categories"),
        option_widget=CheckboxInput(),
        description=_l("None chosen: everybody is asked."),
    )
    condition = SelectField(
        _l("Only if"), description=_l("Asked only of those who gave this answer to another question.")
    )
    purpose = RadioField(_l("What the answer is for"), choices=choices(PURPOSE_WORDS), default="answers")

    def __init__(
        self, offered: Sequence[Category], others: Sequence[QuestionSpec], row: Question | None = None
    ) -> None:
        limits = set(row.limited_to) if row else set()
        stored: dict[str, Any] = {"categories": [one.public_id for one in offered if one.id in limits]}
        if row is not None:
            stored["condition"] = _condition_of(row, others)
        super().__init__(row, **stored)
        self.offered = {one.public_id: one for one in offered}
        self.categories.choices = choices((key, one.name) for key, one in self.offered.items())
        self.conditions = {"": (None, ""), **{key: found for key, found, _words in _conditions(others)}}
        words = ((key, said) for key, _found, said in _conditions(others))
        self.condition.choices = choices([("", _("Always asked")), *words])
        if row is not None:
            self._fit(row.kind)

    def values(self) -> dict[str, Any]:
        """What was entered, with the ids of the categories and of the question it depends on."""
        held = {name: self[name].data for name in QUESTION_VALUES if name in self}
        held["condition_id"], held["condition_value"] = self.conditions[self.condition.data or ""]
        held["most"] = held.get("most") or None
        return {**held, "category_ids": [self.offered[key].id for key in self.categories.data or ()]}

    def validate_label_en(self, field: Any) -> None:
        if not (field.data or self.label_zh.data):
            raise ValidationError(_("Write the question in English or in Chinese."))

    def _fit(self, kind: str) -> None:
        """Leave out what makes no sense for this kind."""
        if kind not in WITH_MOST:
            del self.most
        if kind == "document":
            del self.purpose
        left = [
            (legend, tuple(kept for names in rows if (kept := tuple(name for name in names if name in self))))
            for legend, rows in self.groups
        ]
        self.groups = tuple((legend, rows) for legend, rows in left if rows)  # type: ignore[misc]


class NewQuestionForm(QuestionForm):
    """A new question, with its kind and its first choices."""

    groups: ClassVar[Groups] = (
        (None, (("kind",), ("label_en", "label_zh"), ("help_en", "help_zh"), ("required",), ("most",))),
        (_l("Choices"), (("choices_en", "choices_zh"),)),
        *QuestionForm.groups[1:],
    )

    kind = SelectField(_l("Kind of answer"), choices=choices(QUESTION_KIND_WORDS))
    choices_en = lines(
        _l("In English"), 5000, description=_l("For questions with choices: one a line. You can limit each afterwards.")
    )
    choices_zh = lines_zh(_l("In Chinese"), 5000, description=_l("In the same order."))

    def values(self) -> dict[str, Any]:
        """What was entered, with a code made of the question and the choices."""
        code = code_of(self.label_en.data or "", self.label_zh.data or "", "question")
        held = {**super().values(), "code": code, "kind": self.kind.data, "choices": self._choices()}
        if self.kind.data not in WITH_MOST:
            held["most"] = None
        return held

    def validate_choices_en(self, field: Any) -> None:
        number = len(self._choices())
        if self.kind.data in ("choice", "choices") and not number:
            raise ValidationError(_("Write the choices, one a line."))
        if number > MOST_CHOICES:
            raise ValidationError(_("At most %(most)s choices, please.", most=MOST_CHOICES))
        if any(len(one.label_en) > 200 or len(one.label_zh) > 200 for one in self._choices()):
            raise ValidationError(_("At most 200 characters for each choice, please."))

    def _choices(self) -> list[NewChoice]:
        if self.kind.data not in ("choice", "choices"):
            return []
        english, chinese = _lines_of(self.choices_en.data), _lines_of(self.choices_zh.data)
        missing = [""] * abs(len(english) - len(chinese))
        return [NewChoice(*pair) for pair in zip(english + missing, chinese + missing, strict=False)]


class ChoiceForm(DeskForm):
    """One of the answers to choose from."""

    columns = CHOICE_COLUMNS
    groups: ClassVar[Groups] = ((None, (("label_en", "label_zh"), ("capacity",))),)

    label_en = line(_l("Choice in English"), 200)
    label_zh = line_zh(_l("Choice in Chinese"), 200)
    capacity = whole_number(
        _l("How many may choose it"),
        description=_l(
            "Empty: no limit. When it is full, who chooses it waits; places you add go to the first who wait."
        ),
    )

    def __init__(self, row: Choice | None = None) -> None:
        super().__init__(row)

    def validate_label_en(self, field: Any) -> None:
        if not (field.data or self.label_zh.data):
            raise ValidationError(_("Write the choice in English or in Chinese."))


def _lines_of(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _conditions(others: Iterable[QuestionSpec]) -> list[tuple[str, tuple[int, str], str]]:
    """(value in the form, question's id and answer, words) for each answer that a question may depend on."""
    found = []
    for spec in others:
        if spec.kind in CONDITION_KINDS:
            for value in _answers_of(spec):
                answer = in_words(spec, value == "yes" if spec.kind == "yes_no" else value)
                said = _("“%(question)s” is answered “%(answer)s”", question=spec.label, answer=answer)
                found.append((f"{spec.public_id}:{value}", (spec.id, value), said))
    return found


def _answers_of(spec: QuestionSpec) -> list[str]:
    return ["yes", "no"] if spec.kind == "yes_no" else [choice.public_id for choice in spec.offered]


def _condition_of(row: Question, others: Iterable[QuestionSpec]) -> str:
    of = next((spec.public_id for spec in others if spec.id == row.condition_id), "")
    return f"{of}:{row.condition_value}" if of else ""
