"""A guest corrects a mistyped e-mail address, or gives one where there was only a phone number."""

from __future__ import annotations

from flask import Response, flash, url_for
from flask_babel import gettext as _

from eventapp.access import allow
from eventapp.errors import Refused
from eventapp.registration.actions import correct_address
from eventapp.registration.forms.own import AddressForm
from eventapp.registration.public.pages import BOTH, attendee, blueprint, load, own_form_page
from eventapp.registration.queries import link_token
from eventapp.web import see_other


@blueprint.route("/r/<token>/address", methods=BOTH)
@allow("bearer")
def address(token: str) -> Response:
    """One field; the page moves on to the new link, since the old one is dead."""
    registration, event = load(token)
    form, status = AddressForm(), 200
    if form.is_submitted():
        status = 422
    if form.validate_on_submit():
        try:
            corrected = correct_address(registration.id, form.email_address, by=attendee(registration), link=token)
            flash(_("We have sent your new link to %(email)s.", email=corrected.email), "good")
            return see_other(url_for("registration.own", token=link_token(corrected)))
        except Refused as refusal:
            form.refuse(refusal)
            status = refusal.status
    return own_form_page("registration/address.html", registration, event, token, status, form=form)
