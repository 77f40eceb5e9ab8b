"""The check-in page of an event."""

from __future__ import annotations

from flask import Response, make_response, render_template

from eventapp.access import allow, current_event
from eventapp.checkin.forms import DeviceForm
from eventapp.checkin.manage.pages import blueprint
from eventapp.checkin.queries import checkpoints_of, counts_of, devices_of
from eventapp.checkin.words import RULES
from eventapp.web import no_store


@blueprint.get("")
@allow("checkin:read")
def overview(event: str) -> Response:
    """Counts by checkpoint, and the devices that scan."""
    return overview_page(DeviceForm(checkpoints_of(current_event().id)))


def overview_page(form: DeviceForm, status: int = 200) -> Response:
    """The check-in page, with the form that pairs a device as it was filled in."""
    this = current_event()
    page = render_template(
        "checkin/overview.html",
        event=this,
        counts=counts_of(this.id),
        checkpoints=checkpoints_of(this.id),
        devices=devices_of(this.id),
        rules=RULES,
        form=form,
    )
    return no_store(make_response(page, status))
