"""What a guest answered, on the team's page about the registration: to read, to add to, and the files to open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, flash, make_response, render_template, request, send_file, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event, may_here
from eventapp.errors import NotAllowed, NotFound, Refused
from eventapp.events.models import Event
from eventapp.registration import actions
from eventapp.registration.forms.team_answers import TeamAnswersForm, answers_key, team_answers_form
from eventapp.registration.manage.pages import blueprint
from eventapp.registration.models import Answer, AnswerFile, Registration
from eventapp.registration.public.uploads import BODY_BYTES, keep_uploads
from eventapp.registration.queries import (
    answer_files_folder,
    answers_of,
    file_of_registration,
    files_of,
    pending_files,
    registration_of_event,
    specs_of,
)
from eventapp.registration.states import ALIVE
from eventapp.web import CONTENT_SECURITY_POLICY, no_store, see_other

# Nothing of a guest's file may run or be sent anywhere, whatever opens it.
FILE_POLICY = f"{CONTENT_SECURITY_POLICY}; sandbox"


@blueprint.url_value_preprocessor
def _make_room_for_files(endpoint: str | None, _values: Any) -> None:
    # Before anything reads the body: the check of the CSRF token does.
    if endpoint == "registration_manage.change_answers" and request.mimetype == "multipart/form-data":
        request.max_content_length = BODY_BYTES


@dataclass(frozen=True)
class ShownAnswer:
    """An answer with its file, if it is one."""

    answer: Answer
    file: AnswerFile | None


def answers_part(event: Event, registration: Registration, form: TeamAnswersForm | None = None) -> dict[str, Any]:
    """What the page about a registration shows of its answers, and the form of the team's own questions."""
    answers, files = answers_of(registration.id), files_of(registration.id)
    waiting = pending_files(event.id, answers_key(registration.public_id)) if form else {}
    form = form or _team_form(event, registration)
    return {
        "answers": [ShownAnswer(row, _file_of(row, files)) for row in answers],
        "answer_files": {file.question_id: file for file in files.values()} | waiting,
        "answers_form": form if registration.state in ALIVE else None,
    }


@blueprint.post("/registrations/<public_id>/answers")
@allow("registrations:change")
def change_answers(event: str, public_id: str) -> Response:
    """Answer the team's own questions about a guest."""
    this, found = current_event(), _load(public_id)
    form, key = _team_form(this, found), answers_key(found.public_id)
    keep_uploads(form, form.specs, this.id, form_key=key, by=current_actor())
    checked = form.validate_on_submit() and form.read(pending_files(this.id, key), category_id=found.category_id)
    if not checked:
        return _form_page(found, form, 422)
    try:
        actions.change_answers(
            found.id,
            checked.values,
            among=[spec.id for spec in form.specs],
            by=current_actor(),
            version=form.version.data,
            form_key=key,
        )
    except Refused as refusal:
        form.refuse(refusal)
        return _form_page(found, form, refusal.status)
    flash(_("The answers were saved."), "good")
    return see_other(url_for(".registration", event=event, public_id=public_id))


@blueprint.post("/registrations/<public_id>/answers/<question>/whole")
@allow("registrations:change")
def show_document(event: str, public_id: str, question: str) -> Response:
    """The whole number of a document, for owners; each look at it stands in the audit trail."""
    if not may_here("documents:read"):
        raise NotAllowed
    found = _load(public_id)
    answer = next((row for row in answers_of(found.id) if row.question.public_id == question), None)
    if answer is None:
        raise NotFound
    number = actions.look_at_document(found.id, answer.question_id, by=current_actor())
    page = render_template(
        "registration/document.html", event=current_event(), registration=found, answer=answer, number=number
    )
    return no_store(make_response(page))


@blueprint.get("/registrations/<public_id>/files/<file>")
@allow("registrations:read")
def answer_file(event: str, public_id: str, file: str) -> Response:
    """A file among a guest's answers, to be saved and never shown by the browser; those of documents for owners."""
    row = file_of_registration(_load(public_id).id, file)
    if row is None:
        raise NotFound
    if row.purpose == "documents" and not may_here("documents:read"):
        raise NotAllowed
    path = answer_files_folder() / row.file.stored_as
    if not path.is_file():
        raise NotFound
    response = send_file(path, mimetype=row.file.media_type, as_attachment=True, download_name=row.file.name)
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return no_store(response)


def _load(public_id: str) -> Registration:
    """A registration of this event. Raises NotFound for another event's."""
    found = registration_of_event(current_event().id, public_id)
    if found is None:
        raise NotFound
    return found


def _team_form(event: Event, registration: Registration) -> TeamAnswersForm:
    answers = answers_of(registration.id)
    specs = specs_of(event.id, audience="team")
    limited = [spec for spec in specs if not spec.category_ids or registration.category_id in spec.category_ids]
    return team_answers_form(limited, answers)


def _file_of(row: Answer, files: dict[str, AnswerFile]) -> AnswerFile | None:
    return files.get(row.value) if row.question.kind == "file" and isinstance(row.value, str) else None


def _form_page(found: Registration, form: TeamAnswersForm, status: int) -> Response:
    this = current_event()
    page = render_template(
        "registration/team_answers.html", event=this, registration=found, **answers_part(this, found, form)
    )
    return no_store(make_response(page, status))
