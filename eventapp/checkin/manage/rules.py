"""What holds at all doors of an event."""

from __future__ import annotations

from flask import Response, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.checkin import actions
from eventapp.checkin.forms import DoorRulesForm
from eventapp.checkin.manage.pages import BOTH, blueprint
from eventapp.checkin.queries import door_rules
from eventapp.formpage import save_form
from eventapp.registration.queries import categories_of


@blueprint.route("/rules", methods=BOTH)
@allow("checkin:change")
def rules_of_doors(event: str) -> Response:
    """Whom doors let in without a network, who takes scans back, and in which categories people are registered."""
    this = current_event()
    form = DoorRulesForm(door_rules(this.id), categories_of(this.id))
    back = url_for(".overview", event=event)

    def save() -> str:
        actions.change_door_rules(this.id, by=current_actor(), version=form.version.data, **form.values())
        return url_for(".rules_of_doors", event=event)

    said = _("Saved. Devices learn of it when they are in touch next.")
    return save_form(form, save, title=_("Rules of the doors"), label=_("Save"), back=back, said=said)
