"""People who come without a registration."""

from __future__ import annotations

from flask import Response, jsonify

from eventapp.access import allow
from eventapp.accounts.actor import Actor
from eventapp.checkin import schemas
from eventapp.checkin.actions import register_walk_in
from eventapp.checkin.api.pages import asking_door, blueprint
from eventapp.checkin.errors import DeviceMayNotRegister
from eventapp.checkin.queries import Door
from eventapp.checkin.words import walk_in_message
from eventapp.errors import Refused
from eventapp.jsonapi import described, read_body, refuse
from eventapp.registration.actions.register import Attendee
from eventapp.registration.models import Registration
from eventapp.registration.queries import current_notice
from eventapp.web import client_address, no_store


@blueprint.post("/walk-ins")
@allow("bearer")
@described("device", body=schemas.WalkIn, answer=schemas.WalkInAnswer, refuses=(403, 409))
def walk_ins() -> Response:
    """Register somebody at the door: confirmed within the category's places, or held until the team decides."""
    try:
        door = asking_door()
        if not door.may_register:
            raise DeviceMayNotRegister
        made = _register(door, read_body(schemas.WalkIn))
    except Refused as refusal:
        return refuse(refusal)
    message = walk_in_message(made.state)
    return no_store(jsonify(registration=made.public_id, state=made.state, short_code=made.short_code, message=message))


def _register(door: Door, sent: schemas.WalkIn) -> Registration:
    attendee = Attendee(
        name=dict(sent.name_parts()),
        email=sent.email,
        phone=sent.phone,
        organisation=sent.organisation,
        position=sent.position,
        language=sent.language,
    )
    notice = current_notice(door.event_id) if sent.consent else None
    return register_walk_in(
        door.event_id,
        sent.category,
        attendee,
        by=Actor("device", door.device_id, client_address()),
        # A device's ids are its own: no other device meets the registration that one of them made.
        form_key=f"door.{door.device_id}.{sent.id}",
        notice_id=notice.id if notice else None,
    )
