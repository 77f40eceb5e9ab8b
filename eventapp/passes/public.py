"""The pass: a page, the QR code as SVG and PNG, the whole pass as one picture."""

from __future__ import annotations

from flask import Blueprint, Response, g, make_response, render_template, request
from flask_login import current_user

from eventapp.access import allow
from eventapp.agenda import words
from eventapp.agenda.queries import sessions_to_begin_with
from eventapp.checkin.queries import gates_for_visitor
from eventapp.clock import now
from eventapp.events.models import Event
from eventapp.events.queries import get_event
from eventapp.passes import qr
from eventapp.passes.card import render_card
from eventapp.passes.errors import PassUnknown
from eventapp.passes.queries import code_url, genuine_code, pass_card
from eventapp.registration.models import Registration
from eventapp.registration.queries import registration_by_public_id
from eventapp.web import no_store

blueprint = Blueprint("passes", __name__)


@blueprint.get("/p/<digits>")
@blueprint.get("/P/<digits>", endpoint="scanned")
@allow("bearer")
def show(digits: str) -> Response:
    """The pass as a page. Door staff and paired devices see a Check in button as well."""
    registration, event, state = _load(digits)
    page = render_template(
        "passes/pass.html",
        event=event,
        registration=registration,
        digits=digits,
        state=state,
        first_sessions=sessions_to_begin_with(event, now()) if state == "valid" else [],
        words=words,
        checkpoints=gates_for_visitor(event.id, current_user, request.cookies.get("door", ""))
        if state == "valid"
        else [],
    )
    return no_store(make_response(page))


@blueprint.get("/p/<digits>.svg")
@allow("bearer")
def code_svg(digits: str) -> Response:
    return _picture(qr.svg(code_url(_valid(digits))), "image/svg+xml")


@blueprint.get("/p/<digits>.png")
@allow("bearer")
def code_png(digits: str) -> Response:
    return _picture(qr.png(code_url(_valid(digits)), scale=10), "image/png")


@blueprint.get("/p/<digits>/card.png")
@allow("bearer")
def card(digits: str) -> Response:
    """The whole pass as one picture to keep on the phone."""
    registration, event, state = _load(digits)
    if state != "valid":
        raise PassUnknown
    return _picture(render_card(pass_card(event, registration, digits)), "image/png")


def _load(digits: str) -> tuple[Registration, Event, str]:
    """The registration behind a genuine code, its event, and 'valid', 'replaced', 'removed' (its data is gone) or its state.

    Raises PassUnknown for whatever none of our keys signed.
    """
    code = genuine_code(digits)
    registration = registration_by_public_id(code.registration) if code else None
    if code is None or registration is None:
        raise PassUnknown
    g.event = event = get_event(registration.event_id)
    if code.serial != registration.pass_serial:
        return registration, event, "replaced"
    if registration.purged_at is not None:
        return registration, event, "removed"
    return registration, event, "valid" if registration.state == "confirmed" else registration.state


def _valid(digits: str) -> str:
    _registration, _event, state = _load(digits)
    if state != "valid":
        raise PassUnknown
    return digits


def _picture(content: str | bytes, mime_type: str) -> Response:
    response = make_response(content)
    response.mimetype = mime_type
    return no_store(response)
