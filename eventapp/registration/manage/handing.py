"""The team hands a place over to somebody else."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, request, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.errors import NotFound, Refused
from eventapp.formpage import desk_page
from eventapp.registration.actions import hand_over
from eventapp.registration.forms.own import ColleagueForm
from eventapp.registration.manage.pages import BOTH, blueprint
from eventapp.registration.queries import registration_of_event
from eventapp.web import see_other


@blueprint.route("/registrations/<public_id>/hand-over", methods=BOTH)
@allow("registrations:change")
def hand_over_registration(event: str, public_id: str) -> Response:
    """Who gets the place; asked once more before it is done."""
    this = current_event()
    found = registration_of_event(this.id, public_id)
    if found is None:
        raise NotFound
    back = url_for(".registration", event=event, public_id=public_id)
    form = ColleagueForm(phone_suffices=this.phone_suffices, language=found.language, organisation=found.organisation)
    page: dict[str, Any] = {"form": form, "registration": found, "back": back}
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit() and "again" not in request.form:
        if "sure" not in request.form:
            return desk_page("registration/desk_hand_over_sure.html", **page)
        try:
            hand_over(found.id, form.colleague(), by=current_actor())
            flash(_("The place was handed over. Both are told by mail where there is an address."), "good")
            return see_other(back)
        except Refused as refusal:
            form.refuse(refusal)
            status = refusal.status
    return desk_page("registration/desk_hand_over.html", status, **page)
