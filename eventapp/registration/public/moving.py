"""A guest moves to another category, where there is room."""

from __future__ import annotations

from flask import Response, flash, url_for
from flask_babel import gettext as _

from eventapp.access import allow
from eventapp.clock import now
from eventapp.errors import Refused
from eventapp.registration.actions import change_category_of
from eventapp.registration.forms.own import CategoryChoiceForm
from eventapp.registration.public.pages import BOTH, attendee, blueprint, load, own_form_page
from eventapp.registration.queries import choosable_categories
from eventapp.web import see_other


@blueprint.route("/r/<token>/category", methods=BOTH)
@allow("bearer")
def move(token: str) -> Response:
    """The categories with room that this guest may choose."""
    registration, event = load(token)
    form = CategoryChoiceForm(choosable_categories(registration, now()))
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            change_category_of(registration.id, form.chosen().id, by=attendee(registration), link=token)
            flash(_("Saved."), "good")
            return see_other(url_for("registration.own", token=token))
        except Refused as refusal:
            # Read anew: the page shows which categories have room now.
            form = CategoryChoiceForm(choosable_categories(registration, now()))
            form.refuse(refusal)
            status = refusal.status
    return own_form_page("registration/move.html", registration, event, token, status, form=form)
