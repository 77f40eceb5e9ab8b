"""Scans, one or a thousand."""

from __future__ import annotations

from flask import Response, make_response

from eventapp.access import allow
from eventapp.checkin import schemas
from eventapp.checkin.actions import record_scans
from eventapp.checkin.api.pages import asking_door, blueprint, sent_body, sent_list
from eventapp.checkin.scan import read_clock
from eventapp.clock import now
from eventapp.jsonapi import described
from eventapp.web import no_store


@blueprint.post("/scans")
@allow("bearer")
@described("device", body=schemas.Scans, answer=schemas.Verdicts)
def scans() -> Response:
    """Record one scan or up to 1,000; one verdict each, in the order sent."""
    # Scans taken within the device's hours are sent when there is a network again; each is judged at its own moment.
    door = asking_door(at_any_hour=True)
    clock = read_clock(sent_body(), now())
    answers = record_scans(door, sent_list("scans"), clock)
    # The answers are JSON text already, kept word for word.
    response = make_response('{"verdicts":[' + ",".join(answers) + "]}")
    response.mimetype = "application/json"
    return no_store(response)
