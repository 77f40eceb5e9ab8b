"""Where passes are scanned, and who may pass there besides."""

from __future__ import annotations

from flask import Response, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.agenda.queries import session_heading
from eventapp.checkin import actions
from eventapp.checkin.forms import CheckpointForm, NewCheckpointForm, ZonesForm
from eventapp.checkin.manage.pages import BOTH, blueprint, load_checkpoint
from eventapp.checkin.queries import checkpoints_of, grants_of, limits_of
from eventapp.checkin.words import RULES
from eventapp.errors import NotFound
from eventapp.formpage import asked_direction, desk_page, save_form
from eventapp.registration.queries import bookables_of, categories_of, registration_of_event
from eventapp.web import see_other


@blueprint.get("/checkpoints")
@allow("checkin:read")
def checkpoints(event: str) -> Response:
    """Where passes are scanned, in order."""
    this = current_event()
    names = {category.id: category.name for category in categories_of(this.id)}
    limits = {key: [names[one] for one in sorted(found)] for key, found in limits_of(this.id).items()}
    doors = {row.session_id: session_heading(row.session) for row in bookables_of(this.id)}
    return desk_page("checkin/checkpoints.html", rows=checkpoints_of(this.id), rules=RULES, limits=limits, doors=doors)


@blueprint.route("/checkpoints/new", methods=BOTH)
@allow("checkin:change")
def new_checkpoint(event: str) -> Response:
    this, back = current_event(), url_for(".checkpoints", event=event)
    codes = frozenset(row.code for row in checkpoints_of(this.id))
    form = NewCheckpointForm(this.time_zone, categories_of(this.id), bookables_of(this.id), codes)

    def save() -> str:
        actions.add_checkpoint(this.id, by=current_actor(), **form.values())
        return back

    return save_form(form, save, title=_("New checkpoint"), label=_("Add the checkpoint"), back=back)


@blueprint.route("/checkpoints/<code>/change", methods=BOTH)
@allow("checkin:change")
def change_checkpoint(event: str, code: str) -> Response:
    this, row, back = current_event(), load_checkpoint(code), url_for(".checkpoints", event=event)
    form = CheckpointForm(
        this.time_zone, categories_of(this.id), bookables_of(this.id), row, limits_of(this.id).get(row.id, ())
    )

    def save() -> str:
        actions.change_checkpoint(row.id, by=current_actor(), version=form.version.data, **form.values())
        return back

    return save_form(form, save, title=_("Change the checkpoint"), label=_("Save"), back=back, about=str(row.name))


@blueprint.post("/checkpoints/<code>/step")
@allow("checkin:change")
def step_checkpoint(event: str, code: str) -> Response:
    """Move a checkpoint up or down by one place."""
    actions.move_checkpoint(load_checkpoint(code).id, asked_direction(), by=current_actor())
    return see_other(f"{url_for('.checkpoints', event=event)}#checkpoint-{code}")


@blueprint.route("/zones/<public_id>", methods=BOTH)
@allow("registrations:change")
def zones(event: str, public_id: str) -> Response:
    """Which checkpoints one guest may pass besides those of the category."""
    this, guest = current_event(), registration_of_event(current_event().id, public_id)
    if guest is None:
        raise NotFound
    form = ZonesForm(checkpoints_of(this.id), grants_of(guest.id))
    back = url_for("registration_manage.registration", event=event, public_id=public_id)

    def save() -> str:
        actions.grant_zones(guest.id, form.checkpoint_ids(), by=current_actor())
        return back

    return save_form(form, save, title=_("Further checkpoints"), label=_("Save"), back=back, about=str(guest.name))
