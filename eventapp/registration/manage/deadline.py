"""The team's page about what guests may change by themselves."""

from __future__ import annotations

from flask import Response, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.formpage import save_form
from eventapp.registration import actions
from eventapp.registration.forms.own import DeadlineForm
from eventapp.registration.manage.pages import BOTH, blueprint
from eventapp.registration.queries import settings_of


@blueprint.route("/changes", methods=BOTH)
@allow("registrations:change")
def changes(event: str) -> Response:
    """Until when guests change answers, details, category or person."""
    this = current_event()
    form = DeadlineForm(settings_of(this.id), this.time_zone)

    def save() -> str:
        moment = form.values()["changes_until"]
        actions.set_changes_until(this.id, moment, by=current_actor(), version=form.version.data)
        return url_for(".changes", event=event)

    return save_form(
        form,
        save,
        title=_("Changes by guests"),
        label=_("Save"),
        back=url_for("events_manage.settings", event=event),
        about=_(
            "On their own pages guests change answers, details and category, correct their address and hand their place "
            "over. Times are local to the event (%(zone)s).",
            zone=this.time_zone,
        ),
    )
