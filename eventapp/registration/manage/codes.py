"""The team's pages about access codes."""

from __future__ import annotations

from flask import Response, flash, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.clock import now
from eventapp.errors import NotFound
from eventapp.formpage import desk_page, save_form
from eventapp.registration import actions
from eventapp.registration.forms import AccessCodeForm
from eventapp.registration.manage.pages import BOTH, blueprint
from eventapp.registration.models import AccessCode
from eventapp.registration.queries import categories_of, codes_of
from eventapp.web import see_other


@blueprint.get("/codes")
@allow("registrations:read")
def codes(event: str) -> Response:
    """Every code: what it opens, how often it was used, until when."""
    return desk_page("registration/codes.html", rows=codes_of(current_event().id), at=now())


@blueprint.route("/codes/new", methods=BOTH)
@allow("registrations:change")
def new_code(event: str) -> Response:
    """Make a word that opens categories."""
    this, back = current_event(), url_for(".codes", event=event)
    form = AccessCodeForm(categories_of(this.id), zone=this.time_zone)

    def save() -> str:
        actions.add_access_code(this.id, by=current_actor(), **form.values())
        return back

    return save_form(form, save, title=_("New access code"), label=_("Make the code"), back=back)


@blueprint.route("/codes/<public_id>/change", methods=BOTH)
@allow("registrations:change")
def change_code(event: str, public_id: str) -> Response:
    """Change the word, what it opens, how often, until when."""
    this, row, back = current_event(), _code(public_id), url_for(".codes", event=event)
    form = AccessCodeForm(categories_of(this.id), row, zone=this.time_zone)

    def save() -> str:
        actions.change_access_code(row.id, by=current_actor(), version=form.version.data, **form.values())
        return back

    return save_form(form, save, title=_("Change the access code"), label=_("Save"), back=back, about=row.code)


@blueprint.post("/codes/<public_id>/end")
@allow("registrations:change")
def end_code(event: str, public_id: str) -> Response:
    """Let nobody else in with it."""
    actions.end_access_code(_code(public_id).id, by=current_actor())
    flash(_("The code has ended. Who came with it stays."), "good")
    return see_other(url_for(".codes", event=event))


def _code(public_id: str) -> AccessCode:
    found = next((row for row in codes_of(current_event().id) if row.public_id == public_id), None)
    if found is None:
        raise NotFound
    return found
