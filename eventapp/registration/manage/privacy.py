"""The team's pages about data: what is kept until when, who agreed to what, and removing it."""

from __future__ import annotations

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.clock import now
from eventapp.errors import NotFound
from eventapp.formpage import save_form
from eventapp.registration.actions import erase_registration, remove_now
from eventapp.registration.errors import DataRemoved
from eventapp.registration.forms import EraseForm
from eventapp.registration.manage.pages import BOTH, blueprint
from eventapp.registration.models import RETENTION_PURPOSES
from eventapp.registration.queries import (
    agreeing_counts,
    asks_for_list,
    consents_asked,
    current_notice,
    page_of_agreeing,
    plan_of,
    registration_of_event,
    removed_on,
)
from eventapp.registration.words import LEFT_WORDS, PURPOSES
from eventapp.web import no_store, see_other


@blueprint.get("/privacy")
@allow("registrations:read")
def privacy(event: str) -> Response:
    """A dry run: what would go on which day, and how many rows of each kind; and how many agree to what."""
    this = current_event()
    page = render_template(
        "registration/data.html",
        event=this,
        notice=current_notice(this.id),
        plan=plan_of(this, now()),
        asked=consents_asked(this),
        counts=agreeing_counts(this.id),
        lists_participants=asks_for_list(this),
        purposes=PURPOSES,
        left_words=LEFT_WORDS,
    )
    return no_store(make_response(page))


@blueprint.post("/privacy/<purpose>/remove")
@allow("registrations:change")
def remove_data(event: str, purpose: str) -> Response:
    """Remove what is due without waiting for the worker."""
    if purpose not in RETENTION_PURPOSES:
        raise NotFound
    done = remove_now(current_event().id, purpose, by=current_actor())
    flash(_("The data is removed.") if done else _("There was nothing left to remove."), "good")
    return see_other(url_for(".privacy", event=event))


@blueprint.get("/privacy/<purpose>")
@allow("registrations:read")
def agreeing(event: str, purpose: str) -> Response:
    """Who agrees to one purpose now."""
    this = current_event()
    asked = {one.purpose: one for one in consents_asked(this)}
    if purpose not in asked:
        raise NotFound
    page = page_of_agreeing(this.id, purpose, request.args.get("page", 1, type=int))
    return no_store(
        make_response(render_template("registration/agreeing.html", event=this, asked=asked[purpose], page=page))
    )


@blueprint.route("/registrations/<public_id>/erase", methods=BOTH)
@allow("registrations:change")
def erase_of_registration(event: str, public_id: str) -> Response:
    """Remove everything that is held about a guest, at the guest's wish."""
    found = registration_of_event(current_event().id, public_id)
    if found is None:
        raise NotFound
    if found.purged_at is not None:
        raise DataRemoved(day=removed_on(found))
    form, there = EraseForm(), url_for(".registration", event=event, public_id=public_id)

    def save() -> str:
        erase_registration(found.id, by=current_actor(), reason=form.reason.data or "")
        return there

    return save_form(
        form,
        save,
        title=_("Remove everything held about %(name)s?", name=found.name),
        label=_("Remove everything"),
        about=_(
            "The registration ends, a place goes to the next on the waiting list, and name, contact, answers and files are "
            "removed at once. Only the fact that somebody was registered is still counted. This cannot be undone."
        ),
        back=there,
        danger=True,
        said=_("Everything is removed. The guest is told by one last mail if there is an address."),
    )
