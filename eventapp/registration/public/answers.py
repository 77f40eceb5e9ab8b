"""A guest changes what they answered, and answers what is asked later."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, url_for
from flask_babel import gettext as _

from eventapp.access import allow
from eventapp.errors import Refused, Stale
from eventapp.events.models import Event
from eventapp.registration.actions import change_own_answers
from eventapp.registration.forms.answers import AnswersForm, answers_form
from eventapp.registration.models import Registration
from eventapp.registration.public.pages import BOTH, attendee, blueprint, load, own_form_page
from eventapp.registration.public.uploads import keep_uploads
from eventapp.web import see_other


@blueprint.route("/r/<token>/answers", methods=BOTH)
@allow("bearer")
def answers(token: str) -> Response:
    """The questions of this guest's category with what was answered; what is refused stays as typed."""
    registration, event = load(token)
    form, status, stale = answers_form(event, registration), 200, False
    if form.is_submitted():
        status = 422
        _keep_files(form, event, registration)
    if form.validate_on_submit():
        try:
            _save(form, registration, token)
            flash(_("Saved."), "good")
            return see_other(url_for("registration.own", token=token))
        except Refused as refusal:
            form.refuse(refusal)
            status, stale = refusal.status, isinstance(refusal, Stale)
    return own_form_page("registration/own_answers.html", registration, event, token, status, form=form, stale=stale)


def _keep_files(form: AnswersForm, event: Event, registration: Registration) -> None:
    if form.has_key():
        key: Any = form.form_key.data
        keep_uploads(form, form.specs, event.id, form_key=key, by=attendee(registration))


def _save(form: AnswersForm, registration: Registration, token: str) -> None:
    change_own_answers(
        registration.id,
        form.checked.values,
        among=[spec.id for spec in form.specs],
        by=attendee(registration),
        link=token,
        version=form.version.data,
        form_key=form.form_key.data or "",
    )
