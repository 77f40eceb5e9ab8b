"""Registrations out as a table, and in from one."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template, request

from eventapp import sheets
from eventapp.access import allow, current_actor, current_event
from eventapp.errors import NotFound, Refused
from eventapp.i18n import current_language
from eventapp.registration.actions.importing import Imported, import_registrations
from eventapp.registration.forms.tables import TableForm
from eventapp.registration.manage.chosen import Chosen
from eventapp.registration.manage.pages import BOTH, blueprint
from eventapp.registration.queries.exporting import registrations_table
from eventapp.registration.states import LABELS
from eventapp.registration.words import fault_words
from eventapp.web import no_store

BODY_BYTES = 9 * 1024 * 1024
MOST_FAULTS_SHOWN = 500
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@blueprint.url_value_preprocessor
def _make_room_for_tables(endpoint: str | None, _values: Any) -> None:
    # Before anything reads the body: the check of the CSRF token does.
    if endpoint == "registration_manage.import_table":
        request.max_content_length = BODY_BYTES


@blueprint.get("/registrations/export")
@allow("registrations:read")
def export_table(event: str) -> Response:
    """What the list shows, on all its pages, as CSV or a spreadsheet, with answers and consents."""
    this, form = current_event(), request.args.get("format", "csv")
    if form not in MEDIA_TYPES:
        raise NotFound
    chosen = Chosen.read(this.id, request.args)
    rows = registrations_table(this, words=chosen.words, state=chosen.state, category_id=chosen.category_id)
    data = sheets.xlsx_file("Registrations", rows) if form == "xlsx" else sheets.csv_file(rows)
    response = make_response(data)
    response.headers["Content-Type"] = MEDIA_TYPES[form]
    response.headers["Content-Disposition"] = f'attachment; filename="registrations-{this.slug}.{form}"'
    return no_store(response)


@blueprint.route("/registrations/import", methods=BOTH)
@allow("registrations:change")
def import_table(event: str) -> Response:
    """Register who stands in a file; the first button only tells what would be done."""
    form = TableForm()
    if not form.validate_on_submit():
        return _page(form, None, 422 if form.is_submitted() else 200)
    try:
        done = import_registrations(
            current_event().id,
            form.table.data.read(),
            by=current_actor(),
            dry_run=request.form.get("do") != "import",
            language=current_language(),
        )
    except Refused as refusal:
        form.refuse(refusal)
        return _page(form, None, refusal.status)
    return _page(form, done, 200)


def _page(form: TableForm, done: Imported | None, status: int) -> Response:
    page = render_template(
        "registration/import.html",
        event=current_event(),
        form=form,
        done=done,
        states=LABELS,
        fault_words=fault_words,
        most=MOST_FAULTS_SHOWN,
    )
    return no_store(make_response(page, status))
