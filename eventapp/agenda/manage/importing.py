"""The agenda in from a file and out as one, as the team sees it."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, request
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.agenda.actions.importing import Imported, import_agenda
from eventapp.agenda.forms.importing import ImportForm
from eventapp.agenda.manage.pages import BOTH, answer, blueprint
from eventapp.agenda.queries import agenda_of
from eventapp.agenda.queries.files import agenda_pdf, agenda_table, whole_sessions
from eventapp.agenda.words import fault_words
from eventapp.errors import NotFound, Refused
from eventapp.web import no_store

BODY_BYTES = 9 * 1024 * 1024
MOST_SHOWN = 300
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@blueprint.url_value_preprocessor
def _make_room_for_files(endpoint: str | None, _values: Any) -> None:
    # Before anything reads the body: the check of the CSRF token does.
    if endpoint == "agenda_manage.import_file":
        request.max_content_length = BODY_BYTES


@blueprint.route("/manage/<event>/agenda/import", methods=BOTH)
@allow("agenda:change")
def import_file(event: str) -> Response:
    """Take over what a file says; the first button only tells what would be done."""
    form = ImportForm()
    if not form.validate_on_submit():
        return _page(form, None, 422 if form.is_submitted() else 200)
    try:
        done = import_agenda(
            current_event().id,
            form.file.data.read(),
            by=current_actor(),
            dry_run=request.form.get("do") != "import",
            skip_wrong=form.skip_wrong.data,
        )
    except Refused as refusal:
        form.refuse(refusal)
        return _page(form, None, refusal.status)
    return _page(form, done, 200 if done.done or done.dry_run else 422)


@blueprint.get("/manage/<event>/agenda/export")
@allow("agenda:read")
def export_table(event: str) -> Response:
    """The whole draft as a table that can be read back."""
    here, form = current_event(), request.args.get("format", "xlsx")
    if form not in MEDIA_TYPES:
        raise NotFound
    response = make_response(agenda_table(here, whole_sessions(here.id), form))
    response.headers["Content-Type"] = MEDIA_TYPES[form]
    response.headers["Content-Disposition"] = f'attachment; filename="agenda-{here.slug}.{form}"'
    return no_store(response)


@blueprint.get("/manage/<event>/agenda/programme.pdf")
@allow("agenda:read")
def programme(event: str) -> Response:
    """The draft as a programme to print, by day or by person, with everybody in it."""
    here, by = current_event(), "person" if request.args.get("by") == "person" else "day"
    response = make_response(agenda_pdf(here, agenda_of(here, None), by=by))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="programme-{here.slug}.pdf"'
    return no_store(response)


def _page(form: ImportForm, done: Imported | None, status: int) -> Response:
    made = () if done is None else (
        (_("New halls"), done.halls),
        (_("New tracks"), done.tracks),
        (_("New people in the directory"), done.people),
        (_("New organisations in the directory"), done.organisations),
    )  # fmt: skip
    return answer(
        "agenda/import.html", status, form=form, done=done, made=made, fault_words=fault_words, most=MOST_SHOWN
    )
