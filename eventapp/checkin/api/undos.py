"""Scans that are taken back."""

from __future__ import annotations

from flask import Response, jsonify

from eventapp.access import allow
from eventapp.checkin import schemas
from eventapp.checkin.actions import undo_scans
from eventapp.checkin.api.pages import asking_door, blueprint, sent_list
from eventapp.jsonapi import described
from eventapp.web import no_store


@blueprint.post("/undos")
@allow("bearer")
@described("device", body=schemas.Undos, answer=schemas.Undone)
def undos() -> Response:
    """Take back scans of this device, up to 1,000; one result each, in the order sent."""
    # As scans do, undos may come when the device's hours are over.
    door = asking_door(at_any_hour=True)
    return no_store(jsonify(undone=undo_scans(door, sent_list("undos"))))
