"""Phones and laptops that scan: paired, and unpaired."""

from __future__ import annotations

from flask import Response, current_app, flash, make_response, render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from eventapp.access import allow, current_actor, current_event
from eventapp.checkin.actions import create_device, revoke_device
from eventapp.checkin.forms import DeviceForm
from eventapp.checkin.manage.overview import overview_page
from eventapp.checkin.manage.pages import blueprint
from eventapp.checkin.queries import checkpoints_of, device_of_event
from eventapp.errors import NotFound
from eventapp.passes import qr
from eventapp.web import no_store, see_other


@blueprint.post("/devices")
@allow("checkin:change")
def add_device(event: str) -> Response:
    """Make a pairing link; it is shown once, as link and as QR code."""
    this = current_event()
    form = DeviceForm(checkpoints_of(this.id))
    if not form.validate_on_submit():
        return overview_page(form, 422)
    device, token = create_device(
        this.id,
        form.name.data or "",
        by=current_actor(),
        checkpoint_codes=form.checkpoints.data or None,
        may_override=bool(form.may_override.data),
    )
    link = f"{current_app.config['BASE_URL']}/door/pair/{token}"
    page = render_template("checkin/paired.html", event=this, device=device, link=link, picture=Markup(qr.svg(link)))
    return no_store(make_response(page))


@blueprint.post("/devices/<public_id>/revoke")
@allow("checkin:change")
def revoke(event: str, public_id: str) -> Response:
    """End a device's pairing at once."""
    device = device_of_event(current_event().id, public_id)
    if device is None:
        raise NotFound
    revoke_device(device.id, by=current_actor())
    flash(_("The pairing was ended. The device can scan no more."), "good")
    return see_other(url_for("checkin_manage.overview", event=event))
