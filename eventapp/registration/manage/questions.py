"""The team's pages about the questions of the registration form."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import RadioField

from eventapp.access import allow, current_actor, current_event
from eventapp.errors import Malformed, NotFound, Refused
from eventapp.formpage import asked_direction, desk_page, save_form
from eventapp.forms import PageForm, choices
from eventapp.registration import actions
from eventapp.registration.forms.question_desk import ChoiceForm, NewQuestionForm, QuestionForm
from eventapp.registration.forms.questions import QuestionsSection, shown_questions
from eventapp.registration.manage.pages import BOTH, blueprint
from eventapp.registration.models import Choice, Question
from eventapp.registration.queries import answer_counts, categories_of, question_of_event, questions_of, specs_of
from eventapp.registration.ready_questions import READY
from eventapp.registration.words import QUESTION_KIND_WORDS
from eventapp.web import CONTENT_SECURITY_POLICY, no_store, see_other

CHOICE = "/questions/<question>/choices/<choice>"


@blueprint.get("/questions")
@allow("registrations:read")
def questions(event: str) -> Response:
    """The form's questions in their order, with how many answered each, and the form as guests see it."""
    this = current_event()
    rows = questions_of(this.id)
    conditions = {one.spec.id: one.only_if for one in shown_questions(specs_of(this.id)) if one.only_if}
    return desk_page(
        "registration/questions.html",
        rows=[row for row in rows if row.archived_at is None],
        archived=[row for row in rows if row.archived_at is not None],
        counts=answer_counts(this.id),
        conditions=conditions,
        kinds=QUESTION_KIND_WORDS,
        ready={name: made[0] for name, made in READY.items() if name not in _codes_in_use(rows)},
    )


@blueprint.get("/questions/preview")
@allow("registrations:read")
def questions_preview(event: str) -> Response:
    """The questions as guests see them; in the language of `?lang=`, which stays that of this one page."""
    g.language_for_once = True
    this = current_event()
    section = QuestionsSection(this.id, specs_of(this.id, asked="registration", audience="guest"))
    later = QuestionsSection(this.id, specs_of(this.id, asked="later", audience="guest"))
    later.shown = shown_questions([*section.specs, *later.specs])[len(section.specs) :]
    page = render_template(
        "registration/questions_preview.html",
        event=this,
        form=_preview_form(this.id, section, later),
        section=section,
        later=later,
    )
    response = no_store(make_response(page))
    # The list of questions shows it in a frame.
    policy = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    response.headers["Content-Security-Policy"] = policy
    return response


@blueprint.route("/questions/new", methods=BOTH)
@allow("registrations:change")
def new_question(event: str) -> Response:
    """Ask one thing more."""
    this, back = current_event(), url_for(".questions", event=event)
    form = NewQuestionForm(categories_of(this.id), specs_of(this.id))

    def save() -> str:
        actions.add_question(this.id, by=current_actor(), **form.values())
        return back

    return save_form(form, save, title=_("New question"), label=_("Add the question"), back=back)


@blueprint.post("/questions/ready")
@allow("registrations:change")
def add_ready_question(event: str) -> Response:
    """Add one of the ready-made questions."""
    name = request.form.get("name", "")
    if name not in READY:
        raise Malformed
    added = actions.add_ready_question(current_event().id, name, by=current_actor())
    flash(_("Added. Change the words as you like."), "good")
    return see_other(f"{url_for('.questions', event=event)}#question-{added[0].public_id}")


@blueprint.route("/questions/<question>/change", methods=BOTH)
@allow("registrations:change")
def change_question(event: str, question: str) -> Response:
    """Change what is asked of whom; and the choices."""
    this, row, back = current_event(), _question(question), url_for(".questions", event=event)
    form = QuestionForm(categories_of(this.id), [one for one in specs_of(this.id) if one.id != row.id], row)

    def save() -> str:
        actions.change_question(row.id, by=current_actor(), version=form.version.data, **form.values())
        return back

    about = _("%(kind)s. The kind cannot be changed; archive this question and add another one.")
    page: dict[str, Any] = {"template": "registration/question.html", "question": row}
    return save_form(
        form,
        save,
        title=_("Change the question"),
        label=_("Save"),
        back=back,
        about=about % {"kind": QUESTION_KIND_WORDS[row.kind]},
        **page,
    )


@blueprint.post("/questions/<question>/step")
@allow("registrations:change")
def step_question(event: str, question: str) -> Response:
    """Move a question up or down by one place."""
    actions.move_question(_question(question).id, asked_direction(), by=current_actor())
    return _back_to(question)


@blueprint.post("/questions/<question>/archive")
@allow("registrations:change")
def archive_question(event: str, question: str) -> Response:
    """Ask it no longer."""
    row = _question(question)
    try:
        actions.archive_question(row.id, by=current_actor())
    except Refused as refusal:
        flash(str(refusal), "danger")
    else:
        flash(_("The question is asked no longer. What was answered stays."), "good")
    return see_other(url_for(".questions", event=event))


@blueprint.post("/questions/<question>/restore")
@allow("registrations:change")
def restore_question(event: str, question: str) -> Response:
    """Ask it again."""
    row = _question(question)
    try:
        actions.restore_question(row.id, by=current_actor())
    except Refused as refusal:
        flash(str(refusal), "danger")
    return _back_to(question)


@blueprint.route("/questions/<question>/choices/new", methods=BOTH)
@allow("registrations:change")
def new_choice(event: str, question: str) -> Response:
    """Offer one answer more."""
    row, form, back = _question_with_choices(question), ChoiceForm(), _change_page(question)

    def save() -> str:
        actions.add_choice(row.id, by=current_actor(), **form.values())
        return back

    return save_form(form, save, title=_("New choice"), label=_("Add the choice"), back=back, about=str(row.label))


@blueprint.route(f"{CHOICE}/change", methods=BOTH)
@allow("registrations:change")
def change_choice(event: str, question: str, choice: str) -> Response:
    """Change the words of a choice, or how many may choose it."""
    row, back = _choice(question, choice), _change_page(question)
    form = ChoiceForm(row)

    def save() -> str:
        actions.change_choice(row.id, by=current_actor(), version=form.version.data, **form.values())
        return back

    return save_form(form, save, title=_("Change the choice"), label=_("Save"), back=back, about=str(row.label))


@blueprint.post(f"{CHOICE}/step")
@allow("registrations:change")
def step_choice(event: str, question: str, choice: str) -> Response:
    """Move a choice up or down by one place."""
    actions.move_choice(_choice(question, choice).id, asked_direction(), by=current_actor())
    return see_other(_change_page(question))


@blueprint.post(f"{CHOICE}/offered")
@allow("registrations:change")
def set_choice_offered(event: str, question: str, choice: str) -> Response:
    """Offer a choice no longer, or again."""
    row = _choice(question, choice)
    try:
        if request.form.get("offered") == "yes":
            actions.restore_choice(row.id, by=current_actor())
        else:
            actions.archive_choice(row.id, by=current_actor())
    except Refused as refusal:
        flash(str(refusal), "danger")
    return see_other(_change_page(question))


def _question(public_id: str) -> Question:
    found = question_of_event(current_event().id, public_id)
    if found is None:
        raise NotFound
    return found


def _question_with_choices(public_id: str) -> Question:
    found = _question(public_id)
    if found.kind not in ("choice", "choices"):
        raise NotFound
    return found


def _choice(question: str, public_id: str) -> Choice:
    found = next((row for row in _question_with_choices(question).choices if row.public_id == public_id), None)
    if found is None:
        raise NotFound
    return found


def _codes_in_use(rows: Any) -> set[str]:
    return {row.code for row in rows if row.archived_at is None}


def _back_to(question: str) -> Response:
    return see_other(f"{url_for('.questions', event=current_event().slug)}#question-{question}")


def _change_page(question: str) -> str:
    return url_for(".change_question", event=current_event().slug, question=question)


def _preview_form(event_id: int, *sections: QuestionsSection) -> PageForm:
    """A form with the questions' fields and the choice of a category, which sends nothing anywhere."""
    offered = categories_of(event_id)
    category = RadioField(_("I come as"), choices=choices((row.public_id, row.name) for row in offered))
    fields = {name: field for section in sections for name, field in section.fields().items()}
    whole = type("PreviewForm", (PageForm,), {"category": category, **fields})
    form: PageForm = whole(formdata=None, meta={"csrf": False})
    form.categories = offered
    return form
