"""Files that come with a form: room for them in the request, and a place to wait until the form is complete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from werkzeug.datastructures import FileStorage

from eventapp.accounts.actor import Actor
from eventapp.errors import Refused
from eventapp.registration.actions import discard_pending_file, keep_file
from eventapp.registration.file_kinds import MOST_BYTES
from eventapp.registration.forms.questions import QuestionsSection, removal_name
from eventapp.registration.forms.registering import FORM_KEY
from eventapp.registration.public.pages import blueprint
from eventapp.registration.questionnaire import QuestionSpec
from eventapp.web import client_address

# Several files of the largest size, and one that is too large for us: that one is refused in words.
BODY_BYTES = 32 * 1024 * 1024
WITH_FILES = {"registration.register", "registration.answers"}


@blueprint.url_value_preprocessor
def _make_room_for_files(endpoint: str | None, _values: Any) -> None:
    # Before anything reads the body: the check of the CSRF token does.
    if endpoint in WITH_FILES and request.mimetype == "multipart/form-data":
        request.max_content_length = BODY_BYTES


def keep_uploads(form: Any, specs: Sequence[QuestionSpec], event_id: int, *, form_key: str, by: Actor) -> None:
    """Keep what was sent with a form under its key, so that nobody has to choose a file twice.

    To be called before the form is validated: what is wrong with a file stands beside its field then.
    """
    for spec in specs:
        if spec.kind != "file":
            continue
        field, upload = form[spec.field_name], form[spec.field_name].data
        if isinstance(upload, FileStorage) and upload.filename:
            try:
                data = upload.stream.read(MOST_BYTES + 1)
                keep_file(event_id, spec.id, data, upload.filename, form_key=form_key, by=by)
            except Refused as refusal:
                field.process_errors = [*field.process_errors, str(refusal)]
        elif form[removal_name(spec)].data:
            discard_pending_file(event_id, spec.id, form_key)


def keep_form_files(form: Any, event_id: int) -> None:
    """Keep the files of a registration form that was sent."""
    form_key = form.form_key.data or ""
    if form.is_submitted() and FORM_KEY.fullmatch(form_key):
        guest = Actor("attendee", None, client_address())
        for section in form.sections:
            if isinstance(section, QuestionsSection):
                keep_uploads(form, section.specs, event_id, form_key=form_key, by=guest)
