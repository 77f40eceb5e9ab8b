"""Phones and laptops that scan: how they stand, what each may do, pairing them and ending it."""

from __future__ import annotations

from flask import Response, current_app, flash, make_response, render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from eventapp.access import allow, current_actor, current_event
from eventapp.checkin import actions
from eventapp.checkin.forms import DeviceForm
from eventapp.checkin.manage.pages import BOTH, blueprint
from eventapp.checkin.models import Device
from eventapp.checkin.queries import checkpoints_of, device_of_event, standings_of
from eventapp.clock import now
from eventapp.errors import NotFound, Refused
from eventapp.formpage import desk_page, save_form
from eventapp.passes import qr
from eventapp.web import no_store, see_other


@blueprint.get("/devices")
@allow("checkin:read")
def devices(event: str) -> Response:
    """Every device: where it may scan, how it stands by its own account, and what somebody should see to."""
    return desk_page("checkin/devices.html", rows=standings_of(current_event().id), at=now())


@blueprint.route("/devices/new", methods=BOTH)
@allow("checkin:change")
def new_device(event: str) -> Response:
    """Make a pairing link; it is shown once, as link and as QR code."""
    this = current_event()
    form = DeviceForm(checkpoints_of(this.id), zone=this.time_zone)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            return _link_page(*actions.create_device(this.id, by=current_actor(), **form.values()))
        except Refused as refusal:
            form.refuse(refusal)
            status = refusal.status
    page = {"title": _("Pair a device"), "label": _("Make a pairing link"), "back": url_for(".devices", event=event)}
    return desk_page("layouts/desk_form.html", status, form=form, **page)


@blueprint.route("/devices/<public_id>/change", methods=BOTH)
@allow("checkin:change")
def change_device(event: str, public_id: str) -> Response:
    """Rename it, or change where, when and what it may."""
    this, row, back = current_event(), _load(public_id), url_for(".devices", event=event)
    form = DeviceForm(checkpoints_of(this.id), row, zone=this.time_zone)

    def save() -> str:
        actions.change_device(row.id, by=current_actor(), version=form.version.data, **form.values())
        return back

    said = _("Saved. The device learns of it when it is in touch next.")
    return save_form(form, save, title=_("Change the device"), label=_("Save"), back=back, about=row.name, said=said)


@blueprint.post("/devices/<public_id>/link")
@allow("checkin:change")
def device_link(event: str, public_id: str) -> Response:
    """A new pairing link for a device that is known; whoever holds it now goes on until the link is used."""
    return _link_page(*actions.renew_pairing(_load(public_id).id, by=current_actor()))


@blueprint.post("/devices/<public_id>/revoke")
@allow("checkin:change")
def revoke(event: str, public_id: str) -> Response:
    """End a device's pairing at once."""
    actions.revoke_device(_load(public_id).id, by=current_actor())
    flash(
        _("The pairing was ended. The device can scan no more, and forgets the guests when it is in touch next."),
        "good",
    )
    return see_other(url_for(".devices", event=event))


def _load(public_id: str) -> Device:
    device = device_of_event(current_event().id, public_id)
    if device is None:
        raise NotFound
    return device


def _link_page(device: Device, token: str) -> Response:
    link = f"{current_app.config['BASE_URL']}/door/pair/{token}"
    values = {"device": device, "link": link, "picture": Markup(qr.svg(link))}
    return no_store(make_response(render_template("checkin/paired.html", event=current_event(), **values)))
