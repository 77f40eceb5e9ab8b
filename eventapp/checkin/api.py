"""The door API: JSON for the door app and for programs, with a device's bearer token."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, make_response, request

from eventapp.access import allow
from eventapp.checkin import schemas
from eventapp.checkin.actions import record_scans
from eventapp.checkin.errors import DeviceUnknown
from eventapp.checkin.queries import Counts, Door, admitted_people, counts_of, door_by_token, search_at_door
from eventapp.errors import Malformed
from eventapp.jsonapi import described
from eventapp.registration.models import Registration
from eventapp.registration.queries import counts_by_state
from eventapp.web import csrf, no_store

blueprint = Blueprint("checkin_api", __name__, url_prefix="/api/v1/checkin")
# A bearer token in a header is never sent by a browser on its own, so no form of another site can use it.
csrf.exempt(blueprint)

LONGEST_SEARCH = 100


@blueprint.post("/scans")
@allow("bearer")
@described("device", body=schemas.Scans, answer=schemas.Verdicts)
def scans() -> Response:
    """Record one scan or up to 1,000; one verdict each, in the order sent."""
    door = _door()
    answers = record_scans(door, _sent_scans())
    # The answers are JSON text already, kept word for word.
    response = make_response('{"verdicts":[' + ",".join(answers) + "]}")
    response.mimetype = "application/json"
    return no_store(response)


@blueprint.get("/search")
@allow("bearer")
@described("device", query=schemas.Search, answer=schemas.Found)
def search() -> Response:
    """Guests by name, pinyin, initials, organisation or the last digits of the phone."""
    door = _door()
    found = search_at_door(door, request.args.get("q", "")[:LONGEST_SEARCH].replace("\x00", ""))
    return no_store(jsonify(results=[_result(registration, is_in) for registration, is_in in found]))


@blueprint.get("/stats")
@allow("bearer")
@described("device", answer=schemas.Stats)
def stats() -> Response:
    """Expected, admitted and inside, for the event and by checkpoint."""
    door = _door()
    counts = counts_of(door.event_id)
    return no_store(
        jsonify(
            expected=counts_by_state(door.event_id)["confirmed"],
            admitted=admitted_people(door.event_id),
            inside=sum(count.inside for count in counts),
            by_checkpoint=[_count(count) for count in counts],
        )
    )


def _door() -> Door:
    """The paired device that asks. Raises DeviceUnknown."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    door = door_by_token(token.strip()) if kind.lower() == "bearer" else None
    if door is None:
        raise DeviceUnknown
    return door


def _sent_scans() -> list[Any]:
    """What the body lists under `scans`. Raises Malformed."""
    try:
        body = request.get_json(silent=True)
    except RecursionError:
        # Lists within lists beyond what the parser follows.
        raise Malformed from None
    if not isinstance(body, dict) or not isinstance(body.get("scans"), list):
        raise Malformed
    return body["scans"]


def _result(registration: Registration, is_in: bool) -> dict[str, Any]:
    category = registration.category
    return {
        "registration": registration.public_id,
        "name": registration.name.as_dict(),
        "organisation": registration.organisation,
        "category": {**category.name.as_dict(), "colour": category.colour},
        "state": registration.state,
        "admitted": is_in,
        "phone_tail": registration.phone_tail,
    }


def _count(count: Counts) -> dict[str, Any]:
    return {"code": count.code, "expected": count.expected, "admitted": count.admitted, "inside": count.inside}
