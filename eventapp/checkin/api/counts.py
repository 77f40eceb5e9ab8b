"""How many are expected, came, and are in: asked for, or told whenever it changes."""

from __future__ import annotations

from flask import Response, jsonify

from eventapp.access import allow, asked_token
from eventapp.checkin import schemas
from eventapp.checkin.api.pages import asking_door, blueprint
from eventapp.checkin.numbers import counts_json
from eventapp.checkin.queries import counts_text, door_by_token, live_counts
from eventapp.clock import now
from eventapp.events.queries import get_event
from eventapp.jsonapi import described
from eventapp.streams import stream
from eventapp.web import no_store


@blueprint.get("/stats")
@allow("bearer")
@described("device", answer=schemas.Stats)
def stats() -> Response:
    """Expected, admitted and inside: for the event, by checkpoint, by category, and who came in which five minutes."""
    event = get_event(asking_door().event_id)
    return no_store(jsonify(counts_json(live_counts(event), event.time_zone)))


@blueprint.get("/stats/stream")
@allow("bearer")
def stats_stream() -> Response:
    """The same numbers as server-sent events, whenever they change; 503 where too many listen already."""
    event_id, token = asking_door().event_id, asked_token()

    def may_listen() -> bool:
        door = door_by_token(token)
        return door is not None and door.works_at(now())

    return stream(("stats", event_id), lambda: counts_text(event_id), may_listen)
