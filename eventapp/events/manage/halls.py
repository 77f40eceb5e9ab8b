"""The rooms of the venue."""

from __future__ import annotations

from flask import Response, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.changing import version_of
from eventapp.errors import NotFound
from eventapp.events import actions
from eventapp.events.forms import HallForm
from eventapp.events.manage.pages import BOTH, blueprint
from eventapp.events.models import HALL_VALUES, Hall
from eventapp.events.queries import find_hall, halls_of
from eventapp.formpage import asked_direction, desk_page, save_form
from eventapp.forms import ConfirmForm
from eventapp.web import see_other

HALL = "/manage/<event>/halls/<hall>"


@blueprint.get("/manage/<event>/halls")
@allow("event:read")
def halls(event: str) -> Response:
    """The halls in their order."""
    return desk_page("events/halls.html", halls=halls_of(current_event().id))


@blueprint.route("/manage/<event>/halls/new", methods=BOTH)
@allow("event:change")
def new_hall(event: str) -> Response:
    form, back = HallForm(), url_for(".halls", event=event)

    def save() -> str:
        actions.add_hall(current_event().id, by=current_actor(), **form.values())
        return back

    return save_form(form, save, title=_("New hall"), label=_("Add the hall"), back=back)


@blueprint.route(f"{HALL}/change", methods=BOTH)
@allow("event:change")
def change_hall(event: str, hall: str) -> Response:
    row = _load(hall)
    form, back = HallForm(row), url_for(".halls", event=event)

    def save() -> str:
        actions.change_hall(row.id, by=current_actor(), version=form.version.data, **form.values())
        return back

    return save_form(form, save, title=_("Change the hall"), label=_("Save"), back=back, about=str(row.name))


@blueprint.post(f"{HALL}/step")
@allow("event:change")
def step_hall(event: str, hall: str) -> Response:
    """Move a hall up or down by one place."""
    actions.move_hall(_load(hall).id, asked_direction(), by=current_actor())
    return see_other(f"{url_for('.halls', event=event)}#hall-{hall}")


@blueprint.route(f"{HALL}/remove", methods=BOTH)
@allow("event:change")
def remove_hall(event: str, hall: str) -> Response:
    row = _load(hall)
    form, back = ConfirmForm(version=version_of(row, HALL_VALUES)), url_for(".halls", event=event)

    def save() -> str:
        actions.remove_hall(row.id, by=current_actor(), version=form.version.data)
        return back

    about = _("“%(name)s” will no longer be one of this event's halls.", name=row.name)
    return save_form(form, save, title=_("Remove the hall?"), label=_("Remove"), back=back, about=about, danger=True)


def _load(public_id: str) -> Hall:
    row = find_hall(current_event().id, public_id)
    if row is None:
        raise NotFound
    return row
