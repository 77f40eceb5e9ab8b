"""The way back for whoever lost the mail: the links are mailed again, and nobody learns whether there are any."""

from __future__ import annotations

from flask import Response, make_response, render_template, url_for

from eventapp.access import allow, current_event
from eventapp.i18n import current_language
from eventapp.registration.actions import ask_for_links
from eventapp.registration.forms.own import FindForm
from eventapp.registration.public.pages import BOTH, blueprint
from eventapp.web import no_store, see_other


@blueprint.route("/e/<event>/find-registration", methods=BOTH)
@allow("public")
def find_registration(event: str) -> Response:
    """One field for the address; only what could be no address at all is refused."""
    this, form = current_event(), FindForm()
    if form.validate_on_submit():
        ask_for_links(
            this.id, form.email_address, form_key=(form.form_key.data or "")[:64], language=current_language()
        )
        return see_other(url_for("registration.links_sent", event=event))
    page = render_template("registration/find.html", event=this, form=form)
    return no_store(make_response(page, 422 if form.is_submitted() else 200))


@blueprint.get("/e/<event>/find-registration/sent")
@allow("public")
def links_sent(event: str) -> Response:
    """The same words for every address."""
    return make_response(render_template("registration/find_sent.html", event=current_event()))
