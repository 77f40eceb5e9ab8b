"""The door app's page, pairing, and checking in on the pass page."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, request
from flask_login import current_user

from eventapp.access import allow, current_actor
from eventapp.accounts.actor import Actor
from eventapp.checkin.actions import device_of_member, pair_device, record_scans
from eventapp.checkin.errors import DeviceUnknown
from eventapp.checkin.manifest import door_manifest
from eventapp.checkin.pairing import device_json
from eventapp.checkin.queries import Door, device_to_pair, door_by_token, door_of_device, may_scan
from eventapp.checkin.shell import DECODER, DECODER_PATH, door_page, service_worker
from eventapp.checkin.words import APP
from eventapp.clock import now
from eventapp.demo.passes import sample_passes
from eventapp.events.queries import get_event
from eventapp.i18n import current_language, html_lang
from eventapp.passes.errors import PassUnknown
from eventapp.passes.queries import genuine_code, public_half
from eventapp.web import client_address, no_store, static_url

blueprint = Blueprint("checkin", __name__)

DOOR_COOKIE = "door"
DOOR_COOKIE_SECONDS = 30 * 24 * 3600


@blueprint.get("/door/")
@allow("public")
def door() -> Response:
    """The door app; it knows nobody until a device is paired."""
    return make_response(door_page(_samples()))


@blueprint.get("/door/manifest.webmanifest")
@allow("public")
def manifest() -> Response:
    """What a phone needs to install the door as an app."""
    language = html_lang(current_language())
    response = jsonify(door_manifest(language, APP, lambda file: static_url(f"checkin/icons/{file}")))
    response.mimetype = "application/manifest+json"
    return response


@blueprint.get("/door/sw.js")
@allow("public")
def worker() -> Response:
    """The service worker that keeps the door app on a device."""
    response = make_response(service_worker(_samples()))
    response.mimetype = "text/javascript"
    return response


@blueprint.get(DECODER_PATH)
@allow("public")
def decoder() -> Response:
    """The script of the Worker that reads codes; under the door's own address, so that it starts without a network."""
    response = make_response(DECODER)
    response.mimetype = "text/javascript"
    return response


def _samples() -> list[Any]:
    return list(sample_passes()) if current_app.config["SETTINGS"].development else []


@blueprint.get("/door/pair/<token>")
@allow("bearer")
def pairing(token: str) -> Response:
    """Show the button that pairs; fetching the page pairs nothing."""
    device = device_to_pair(token, now())
    event = get_event(device.event_id) if device else None
    page = render_template(
        "checkin/pair.html",
        pairing=token if device else None,
        device_name=device and device.name,
        event_name=event and event.name,
    )
    return no_store(make_response(page, 200 if device else 410))


@blueprint.post("/door/pair/<token>")
@allow("bearer")
def pair(token: str) -> Response:
    """Use the pairing link up; the device learns the token it scans with."""
    device, device_token = pair_device(token, by=Actor("device", None, client_address()))
    paired = door_of_device(device.id)
    if paired is None:
        raise DeviceUnknown
    response = no_store(jsonify(device_json(paired, device_token)))
    response.set_cookie(
        DOOR_COOKIE, device_token, max_age=DOOR_COOKIE_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure
    )
    return response


@blueprint.post("/p/<digits>/check-in")
@allow("bearer")
def check_in(digits: str) -> Response:
    """Check a guest in from the pass page, as signed-in door staff or on a paired device."""
    code = genuine_code(digits)
    half = public_half(code.key_id) if code else None
    if half is None:
        raise PassUnknown
    scan = {
        "id": str(uuid.uuid4()),
        "code": digits,
        "checkpoint": request.form.get("checkpoint", ""),
        "direction": "in",
        "method": "manual",
        "offline": False,
    }
    answer = record_scans(_door(half.event_id), [scan])[0]
    page = render_template(
        "checkin/verdict.html", event=get_event(half.event_id), verdict=current_app.json.loads(answer), digits=digits
    )
    return no_store(make_response(page))


def _door(event_id: int) -> Door:
    """The device that checks in: the paired one, or the one that stands for the signed-in member."""
    found = door_by_token(request.cookies.get(DOOR_COOKIE, ""))
    if (found is None or found.event_id != event_id) and may_scan(current_user, event_id):
        found = door_of_device(device_of_member(event_id, current_user.id, by=current_actor()).id)
    if found is None or found.event_id != event_id:
        raise DeviceUnknown
    return found
