"""How many are expected, came, and are in."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from eventapp.access import allow
from eventapp.checkin import schemas
from eventapp.checkin.api.pages import asking_door, blueprint
from eventapp.checkin.queries import Counts, admitted_people, counts_of
from eventapp.jsonapi import described
from eventapp.registration.queries import counts_by_state
from eventapp.web import no_store


@blueprint.get("/stats")
@allow("bearer")
@described("device", answer=schemas.Stats)
def stats() -> Response:
    """Expected, admitted and inside, for the event and by checkpoint."""
    door = asking_door()
    counts = counts_of(door.event_id)
    return no_store(
        jsonify(
            expected=counts_by_state(door.event_id)["confirmed"],
            admitted=admitted_people(door.event_id),
            inside=sum(count.inside for count in counts),
            by_checkpoint=[_count(count) for count in counts],
        )
    )


def _count(count: Counts) -> dict[str, Any]:
    return {"code": count.code, "expected": count.expected, "admitted": count.admitted, "inside": count.inside}
