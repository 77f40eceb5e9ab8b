"""The organisations behind an event, in their order and under their exact labels."""

from __future__ import annotations

from flask import Response, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.errors import NotFound
from eventapp.events import actions
from eventapp.events.forms import NewOrganisationForm, OrganisationForm
from eventapp.events.manage.pages import BOTH, blueprint
from eventapp.events.models import EventOrganisation
from eventapp.events.queries import all_organisations, find_placed_organisation, organisations_of
from eventapp.events.words import ORGANISATION_ROLES
from eventapp.formpage import asked_direction, desk_page, save_form
from eventapp.forms import ConfirmForm
from eventapp.web import see_other

ORGANISATION = "/manage/<event>/organisations/<organisation>"


@blueprint.get("/manage/<event>/organisations")
@allow("event:read")
def organisations(event: str) -> Response:
    """The organisations in the order guests see."""
    rows = organisations_of(current_event().id)
    return desk_page("events/organisations.html", rows=rows, roles=ORGANISATION_ROLES)


@blueprint.route("/manage/<event>/organisations/new", methods=BOTH)
@allow("event:change")
def new_organisation(event: str) -> Response:
    """Take one from the directory, or add a new one."""
    this, form = current_event(), NewOrganisationForm(all_organisations())
    back = url_for(".organisations", event=event)

    def save() -> str:
        chosen = form.chosen()
        if chosen is None:
            actions.place_new_organisation(this.id, by=current_actor(), **form.values(), **form.texts())
        else:
            actions.place_organisation(this.id, chosen.id, by=current_actor(), **form.values())
        return back

    return save_form(form, save, title=_("Add an organisation"), label=_("Add"), back=back)


@blueprint.route(f"{ORGANISATION}/change", methods=BOTH)
@allow("event:change")
def change_organisation(event: str, organisation: str) -> Response:
    row = _load(organisation)
    form, back = OrganisationForm(row), url_for(".organisations", event=event)

    def save() -> str:
        actions.change_placed_organisation(
            row.id, by=current_actor(), version=form.version.data, organisation=form.texts(), **form.values()
        )
        return back

    title, about = _("Change the organisation"), str(row.organisation.name)
    return save_form(form, save, title=title, label=_("Save"), back=back, about=about)


@blueprint.post(f"{ORGANISATION}/step")
@allow("event:change")
def step_organisation(event: str, organisation: str) -> Response:
    """Move an organisation up or down by one place."""
    actions.move_organisation(_load(organisation).id, asked_direction(), by=current_actor())
    return see_other(f"{url_for('.organisations', event=event)}#organisation-{organisation}")


@blueprint.route(f"{ORGANISATION}/remove", methods=BOTH)
@allow("event:change")
def remove_organisation(event: str, organisation: str) -> Response:
    row, form = _load(organisation), ConfirmForm()
    back = url_for(".organisations", event=event)

    def save() -> str:
        actions.remove_organisation(row.id, by=current_actor())
        return back

    about = _(
        "“%(name)s” will no longer stand on this event's site as %(label)s. It stays in the directory.",
        name=row.organisation.name,
        label=row.label,
    )
    title = _("Remove the organisation?")
    return save_form(form, save, title=title, label=_("Remove"), back=back, about=about, danger=True)


def _load(public_id: str) -> EventOrganisation:
    row = find_placed_organisation(current_event().id, public_id)
    if row is None:
        raise NotFound
    return row
