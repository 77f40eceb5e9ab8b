"""What a device tells of itself now and then."""

from __future__ import annotations

from flask import Response, jsonify

from eventapp.access import allow
from eventapp.checkin import schemas
from eventapp.checkin.actions.telling import Heartbeat, note_heartbeat
from eventapp.checkin.api.pages import asking_door, blueprint
from eventapp.checkin.roster import utc_iso
from eventapp.errors import Refused
from eventapp.jsonapi import described, read_body, refuse
from eventapp.web import no_store

LONGEST_VERSION = 40


@blueprint.post("/heartbeat")
@allow("bearer")
@described("device", body=schemas.Beat, answer=schemas.BeatAnswer)
def heartbeat() -> Response:
    """Tell battery, version, queue length and clock; also outside the device's hours, since it reads nothing."""
    try:
        door, sent = asking_door(at_any_hour=True), read_body(schemas.Beat)
    except Refused as refusal:
        return refuse(refusal)
    beat = Heartbeat(
        battery=sent.battery,
        charging=sent.charging,
        version="".join(filter(str.isprintable, sent.version))[:LONGEST_VERSION],
        queue=sent.queue,
        clock=sent.clock,
        roster_at=sent.roster_at,
    )
    at = note_heartbeat(door.device_id, beat)
    return no_store(jsonify(now=utc_iso(at), within_hours=door.works_at(at), messages=[]))
