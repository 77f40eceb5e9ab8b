"""A guest corrects the own details: how the name is written, phone, organisation, position, language."""

from __future__ import annotations

from flask import Response, flash, url_for
from flask_babel import gettext as _

from eventapp.access import allow
from eventapp.errors import Refused, Stale
from eventapp.registration.actions import change_own_details
from eventapp.registration.forms.own import DetailsForm
from eventapp.registration.public.pages import BOTH, attendee, blueprint, load, own_form_page
from eventapp.web import see_other


@blueprint.route("/r/<token>/details", methods=BOTH)
@allow("bearer")
def details(token: str) -> Response:
    """The form; what somebody else changed meanwhile is told, and what was typed stays."""
    registration, event = load(token)
    form, status, stale = DetailsForm(registration), 200, False
    if form.is_submitted():
        status = 422
    if form.validate_on_submit():
        try:
            change_own_details(
                registration.id,
                form.values(),
                by=attendee(registration),
                link=token,
                version=form.version.data,
            )
            flash(_("Saved."), "good")
            return see_other(url_for("registration.own", token=token))
        except Refused as refusal:
            form.refuse(refusal)
            status, stale = refusal.status, isinstance(refusal, Stale)
    return own_form_page("registration/details.html", registration, event, token, status, form=form, stale=stale)
