"""A guest hands the place to a colleague."""

from __future__ import annotations

from flask import Response, current_app, make_response, render_template, request

from eventapp.access import allow
from eventapp.errors import Refused
from eventapp.registration.actions import hand_over
from eventapp.registration.forms.own import ColleagueForm
from eventapp.registration.public.pages import BOTH, attendee, blueprint, load, own_form_page
from eventapp.registration.queries import link_token
from eventapp.web import no_store


@blueprint.route("/r/<token>/hand-over", methods=BOTH)
@allow("bearer")
def handing(token: str) -> Response:
    """Who gets the place; asked once more before it is done. Afterwards this link is dead."""
    registration, event = load(token)
    form = ColleagueForm(
        phone_suffices=event.phone_suffices, language=registration.language, organisation=registration.organisation
    )
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit() and "again" not in request.form:
        if "sure" not in request.form:
            return own_form_page("registration/hand_over_sure.html", registration, event, token, form=form)
        try:
            handed = hand_over(registration.id, form.colleague(), by=attendee(registration), link=token)
            # Where there is no address, nobody but the one who hands over can pass the link on.
            their_page = f"{current_app.config['BASE_URL']}/r/{link_token(handed)}" if not handed.email else ""
            page = render_template("registration/handed_over.html", event=event, form=form, their_page=their_page)
            return no_store(make_response(page))
        except Refused as refusal:
            form.refuse(refusal)
            status = refusal.status
    return own_form_page("registration/hand_over.html", registration, event, token, status, form=form)
