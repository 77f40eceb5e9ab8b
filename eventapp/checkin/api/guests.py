"""Guests who have no code at hand."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from eventapp.access import allow
from eventapp.checkin import schemas
from eventapp.checkin.api.pages import asking_door, blueprint
from eventapp.checkin.queries import search_at_door
from eventapp.jsonapi import described
from eventapp.registration.models import Registration
from eventapp.web import no_store

LONGEST_SEARCH = 100


@blueprint.get("/search")
@allow("bearer")
@described("device", query=schemas.Search, answer=schemas.Found)
def search() -> Response:
    """Guests by name, pinyin, initials, organisation or the last digits of the phone."""
    door = asking_door()
    found = search_at_door(door, request.args.get("q", "")[:LONGEST_SEARCH].replace("\x00", ""))
    return no_store(jsonify(results=[_result(registration, is_in) for registration, is_in in found]))


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
