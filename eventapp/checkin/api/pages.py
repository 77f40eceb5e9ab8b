"""What the operations of the door API share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from eventapp.access import asked_token
from eventapp.checkin.errors import DeviceOutsideHours, DeviceUnknown
from eventapp.checkin.queries import Door, door_by_token
from eventapp.clock import now
from eventapp.errors import Malformed
from eventapp.web import csrf

blueprint = Blueprint("checkin_api", __name__, url_prefix="/api/v1/checkin")
# A bearer token in a header is never sent by a browser on its own, so no form of another site can use it.
csrf.exempt(blueprint)


def asking_door(*, at_any_hour: bool = False) -> Door:
    """The paired device that asks, within its hours unless what it sends may come later.

    Raises DeviceUnknown, DeviceOutsideHours.
    """
    door = door_by_token(asked_token())
    if door is None:
        raise DeviceUnknown
    if not (at_any_hour or door.works_at(now())):
        raise DeviceOutsideHours
    return door


def sent_body() -> dict[str, Any]:
    """The JSON object that was sent. Raises Malformed."""
    try:
        body = request.get_json(silent=True)
    except RecursionError:
        # Lists within lists beyond what the parser follows.
        raise Malformed from None
    if not isinstance(body, dict):
        raise Malformed
    return body


def sent_list(name: str) -> list[Any]:
    """What the body lists under this name. Raises Malformed."""
    found = sent_body().get(name)
    if not isinstance(found, list):
        raise Malformed
    return found
