"""The team moves a registration to another category."""

from __future__ import annotations

from flask import Response, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.errors import NotFound
from eventapp.formpage import save_form
from eventapp.registration.actions import change_category_of
from eventapp.registration.forms.moving import MoveForm
from eventapp.registration.manage.pages import BOTH, blueprint
from eventapp.registration.queries import categories_of, registration_of_event


@blueprint.route("/registrations/<public_id>/category", methods=BOTH)
@allow("registrations:change")
def move_registration(event: str, public_id: str) -> Response:
    """Where there is room at once; where there is none, only if it may wait there."""
    this = current_event()
    found = registration_of_event(this.id, public_id)
    if found is None:
        raise NotFound
    back = url_for(".registration", event=event, public_id=public_id)
    form = MoveForm([row for row in categories_of(this.id) if row.id != found.category_id])

    def save() -> str:
        change_category_of(found.id, form.chosen().id, by=current_actor(), may_wait=bool(form.may_wait.data))
        return back

    about = _("The pass stays as it is. The place left behind goes to the next on the waiting list at once.")
    return save_form(form, save, title=_("Move to another category"), label=_("Move"), back=back, about=about)
