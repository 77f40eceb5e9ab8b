"""Questions as fields of a form: at registration, later on the guest's own page, and on the team's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, DateInput

from eventapp.events.models import Event
from eventapp.i18n import current_language
from eventapp.registration.actions.wishes import Wishes
from eventapp.registration.countries import countries_in_order
from eventapp.registration.file_kinds import ACCEPT
from eventapp.registration.models import AnswerFile
from eventapp.registration.queries import pending_files, specs_of
from eventapp.registration.questionnaire import Checked, ChoiceSpec, QuestionSpec, Wrong, check, in_words, meets
from eventapp.registration.words import wrong_words

# More than these are easier to look through in a list that opens.
MOST_RADIO_BUTTONS = 8
FEW_PLACES = 10
CONSENT_FIELD = "consent_sensitive"


def question_fields(specs: Sequence[QuestionSpec], held: Mapping[int, Any] | None = None) -> dict[str, Any]:
    """WTForms fields by name for these questions, filled with what was answered before; no validators of their own.

    What was typed is read by `typed_from` and judged by `questionnaire.check`.
    """
    fields: dict[str, Any] = {}
    for spec in specs:
        answered = (held or {}).get(spec.id)
        fields[spec.field_name] = _field(spec, answered)
        if spec.kind in ("file", "document"):
            fields[removal_name(spec)] = BooleanField(_("Remove what is stored"))
    return fields


def typed_from(
    form: Any, specs: Sequence[QuestionSpec], files: Mapping[int, AnswerFile] | None = None
) -> dict[int, Any]:
    """What a sent form says, by the question's id, as `questionnaire.check` takes it; `files` came with this form."""
    return {spec.id: _typed(form, spec, (files or {}).get(spec.id)) for spec in specs}


def tell_wrong(form: Any, specs: Sequence[QuestionSpec], errors: Mapping[int, Wrong]) -> bool:
    """Put what is wrong beside the fields; True if nothing is."""
    for spec in specs:
        field = form[spec.field_name]
        if spec.id in errors and not field.errors:
            field.errors = [*field.errors, wrong_words(errors[spec.id])]
    return not errors


def removal_name(spec: QuestionSpec) -> str:
    """What the box is called that takes a stored file or number back."""
    return f"{spec.field_name}_remove"


@dataclass(frozen=True)
class ShownQuestion:
    """A question on a page. `only_if` says when it is asked, for those without scripts; `depends_on` for the script."""

    spec: QuestionSpec
    only_if: str = ""
    depends_on: str = ""


def shown_questions(specs: Sequence[QuestionSpec], held: Mapping[int, Any] | None = None) -> list[ShownQuestion]:
    """The questions to show together; one that depends on another page's answer only if that was given."""
    by_id = {spec.id: spec for spec in specs}
    shown = []
    for spec in specs:
        condition = by_id.get(spec.condition_id or 0)
        if condition is not None:
            shown.append(ShownQuestion(spec, _only_if(spec, condition), condition.field_name))
        elif spec.condition_id is None or meets((held or {}).get(spec.condition_id), spec.condition_value):
            shown.append(ShownQuestion(spec))
    return shown


class QuestionsSection:
    """The questions that guests are asked when they register."""

    template = "registration/questions_section.html"

    def __init__(self, event_id: int, specs: Sequence[QuestionSpec]) -> None:
        self.event_id, self.specs = event_id, specs
        self.shown = shown_questions(specs)
        self.checked: Checked | None = None

    @property
    def sends_files(self) -> bool:
        """Whether the form holds a file to choose."""
        return any(spec.kind == "file" for spec in self.specs)

    def fields(self) -> dict[str, Any]:
        """A field for each question."""
        return question_fields(self.specs)

    def files_of(self, form: Any) -> dict[int, AnswerFile]:
        """The files that came with a form that was sent, by the question's id."""
        asked = self.sends_files and form.is_submitted()
        return pending_files(self.event_id, form.form_key.data or "") if asked else {}

    def check(self, form: Any) -> bool:
        """Judge the answers for the category that was chosen."""
        typed = typed_from(form, self.specs, self.files_of(form))
        self.checked = check(self.specs, typed, category_id=_chosen_category(form), consents=_consents(form))
        return tell_wrong(form, self.specs, self.checked.errors)

    def wishes(self, form: Any, wishes: Wishes) -> Wishes:
        """The wishes with the clean answers."""
        return replace(wishes, answers=self.checked.values if self.checked else {})


def questions_section(event: Event) -> QuestionsSection | None:
    """The questions of this event's registration form; None where there are none."""
    specs = specs_of(event.id, asked="registration", audience="guest")
    return QuestionsSection(event.id, specs) if specs else None


def _chosen_category(form: Any) -> int | None:
    """The id of the category that was chosen; -1 while there is none, so that nothing special to one is asked."""
    return next((row.id for row in form.categories if row.public_id == form.category.data), -1)


def _consents(form: Any) -> frozenset[str]:
    ticked = CONSENT_FIELD in form and form[CONSENT_FIELD].data
    return frozenset({"sensitive"} if ticked else ())


def _only_if(spec: QuestionSpec, condition: QuestionSpec) -> str:
    wanted: Any = spec.condition_value == "yes" if condition.kind == "yes_no" else spec.condition_value
    answer = in_words(condition, wanted)
    return _("Only if your answer to “%(question)s” is “%(answer)s”.", question=condition.label, answer=answer)


def _typed(form: Any, spec: QuestionSpec, file: AnswerFile | None) -> Any:
    sent = list(form[spec.field_name].raw_data or [])
    removed = removal_name(spec) in form and form[removal_name(spec)].data
    if spec.kind == "file":
        return file.public_id if file else (None if removed else "")
    if spec.kind == "choices":
        return sent
    typed = sent[0] if sent else ""
    return None if removed and not typed else typed


class _Needed:
    """Marks a field as required; whether it is answered the questionnaire judges, which knows when it is asked."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, _form: Any, _field: Any) -> None:
        pass


def _field(spec: QuestionSpec, held: Any) -> Any:
    options: dict[str, Any] = {
        "label": str(spec.label),
        "description": str(spec.help),
        "validators": [_Needed()] if spec.required else [],
    }
    make = MAKERS.get(spec.kind, _line)
    return make(spec, held, options)


def _line(spec: QuestionSpec, held: Any, options: dict[str, Any]) -> Any:
    return StringField(default=held, render_kw={"maxlength": spec.limit}, **options)


def _lines(_spec: QuestionSpec, held: Any, options: dict[str, Any]) -> Any:
    return TextAreaField(default=held, render_kw={"rows": 3}, **options)


def _number(_spec: QuestionSpec, held: Any, options: dict[str, Any]) -> Any:
    shown = "" if held is None else str(held)
    return StringField(default=shown, render_kw={"inputmode": "numeric", "autocomplete": "off"}, **options)


def _date(_spec: QuestionSpec, held: Any, options: dict[str, Any]) -> Any:
    return StringField(default=held, widget=DateInput(), **options)


def _phone(_spec: QuestionSpec, held: Any, options: dict[str, Any]) -> Any:
    return TelField(default=held, render_kw={"inputmode": "tel", "autocomplete": "off"}, **options)


def _file(_spec: QuestionSpec, _held: Any, options: dict[str, Any]) -> Any:
    said = options["description"] or _("PDF, Word (DOCX) or a picture (JPEG, PNG, WebP), at most 5 MB.")
    return FileField(render_kw={"accept": ACCEPT}, **{**options, "description": said})


def _document(_spec: QuestionSpec, _held: Any, options: dict[str, Any]) -> Any:
    # Neither the browser nor the tab's own memory keeps it.
    return StringField(render_kw={"autocomplete": "off", "maxlength": 60, "data-private": ""}, **options)


def _choices(spec: QuestionSpec, held: Any, options: dict[str, Any]) -> Any:
    offered = [SelectChoice(choice.public_id, _choice_words(choice)) for choice in _choosable(spec, held)]
    return SelectMultipleField(
        choices=offered, default=held or [], option_widget=CheckboxInput(), validate_choice=False, **options
    )


def _choice(spec: QuestionSpec, held: Any, options: dict[str, Any]) -> Any:
    return _one_of(
        [(choice.public_id, _choice_words(choice)) for choice in _choosable(spec, held)], spec, held, options
    )


def _yes_no(spec: QuestionSpec, held: Any, options: dict[str, Any]) -> Any:
    answered = None if held is None else ("yes" if held else "no")
    return _one_of([("yes", _("Yes")), ("no", _("No"))], spec, answered, options)


def _country(_spec: QuestionSpec, held: Any, options: dict[str, Any]) -> Any:
    offered = [("", _("Choose …")), *countries_in_order(current_language())]
    return SelectField(
        choices=[SelectChoice(*pair) for pair in offered], default=held or "", validate_choice=False, **options
    )


def _one_of(offered: list[tuple[str, str]], spec: QuestionSpec, held: Any, options: dict[str, Any]) -> Any:
    many = len(offered) > MOST_RADIO_BUTTONS
    # A button that was pressed cannot be let go of, so there is one for no answer.
    nothing = [("", _("Choose …"))] if many else ([] if spec.required else [("", _("No answer"))])
    make = SelectField if many else RadioField
    listed = (
        [SelectChoice(*pair) for pair in [*nothing, *offered]]
        if many
        else [SelectChoice(*pair) for pair in [*offered, *nothing]]
    )
    default = held if held is not None else ("" if nothing else None)
    return make(choices=listed, default=default, validate_choice=False, **options)


def _choosable(spec: QuestionSpec, held: Any) -> list[ChoiceSpec]:
    before = held if isinstance(held, list) else [held]
    return [choice for choice in spec.choices if not choice.archived or choice.public_id in before]


def _choice_words(choice: ChoiceSpec) -> str:
    if not choice.limited or choice.free is None:
        return str(choice.label)
    if choice.free <= 0:
        return _("%(choice)s – full: waiting list", choice=choice.label)
    if choice.free <= FEW_PLACES:
        return ngettext(
            "%(choice)s – %(num)d place left", "%(choice)s – %(num)d places left", choice.free, choice=choice.label
        )
    return str(choice.label)


MAKERS: dict[str, Any] = {
    "long_text": _lines,
    "choice": _choice,
    "choices": _choices,
    "number": _number,
    "date": _date,
    "yes_no": _yes_no,
    "country": _country,
    "phone": _phone,
    "file": _file,
    "document": _document,
}
