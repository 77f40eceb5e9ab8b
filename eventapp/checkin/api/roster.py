"""The roster: what a device needs to go on without us."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, make_response, request

from eventapp.access import allow
from eventapp.checkin import schemas
from eventapp.checkin.api.pages import asking_door, blueprint
from eventapp.checkin.queries import (
    Door,
    RosterPage,
    current_keys,
    door_settings,
    inside_by_checkpoint,
    roster_page,
    walk_ins_of,
)
from eventapp.checkin.roster import gate_json, guest_json, key_json, utc_iso
from eventapp.clock import now
from eventapp.compression import squeezed
from eventapp.events.queries import get_event
from eventapp.jsonapi import described
from eventapp.registration.queries import categories_of
from eventapp.web import no_store

USUAL_PAGE = 2_000
MOST_OF_A_PAGE = 5_000
LONGEST_CURSOR = 100


@blueprint.get("/roster")
@allow("bearer")
@described("device", query=schemas.RosterQuery, answer=schemas.Roster)
def roster() -> Response:
    """All guests of the event, or what changed since a cursor; in pages, the next of which begins at the new cursor."""
    door = asking_door()
    at = now()
    page = roster_page(door, request.args.get("since", "")[:LONGEST_CURSOR], _limit())
    told = {**_page_json(page), **_around_json(door), "now": utc_iso(at)}
    response = make_response(json.dumps(told, ensure_ascii=False, separators=(",", ":")))
    response.mimetype = "application/json"
    return squeezed(no_store(response))


def _limit() -> int:
    wanted = request.args.get("limit", type=int) or USUAL_PAGE
    return min(max(wanted, 1), MOST_OF_A_PAGE)


def _page_json(page: RosterPage) -> dict[str, Any]:
    nothing: tuple[Any, ...] = ()
    return {
        "cursor": page.cursor,
        "more": page.more,
        "full": page.full,
        "changed": [
            guest_json(
                row,
                page.booked.get(row.id, nothing),
                page.granted.get(row.id, nothing),
                page.entries.get(row.id, nothing),
            )
            for row in page.guests
        ],
        "removed": page.removed,
    }


def _around_json(door: Door) -> dict[str, Any]:
    """What does not depend on the guests: small, and so sent whole each time."""
    event = get_event(door.event_id)
    categories = categories_of(door.event_id)
    codes = {category.id: category.code for category in categories}
    walk_ins = {one.category.id: one for one in walk_ins_of(door.event_id)} if door.may_register else {}
    inside = inside_by_checkpoint(door.event_id)
    return {
        "keys": [key_json(row, door.event_id) for row in current_keys(door.event_id)],
        "event": {
            "slug": door.event_slug,
            "name_en": door.event_name.here("en"),
            "name_zh": door.event_name.here("zh"),
            "zone": door.zone,
            "day_starts": event.day_starts.strftime("%H:%M"),
            "ends_at": utc_iso(event.ends_at),
        },
        "categories": [
            {
                "code": category.code,
                "en": category.name.here("en"),
                "zh": category.name.here("zh"),
                "colour": category.colour,
                "walk_in": category.id in walk_ins,
                "held": category.id in walk_ins and walk_ins[category.id].held,
                "full": category.id in walk_ins and walk_ins[category.id].full,
            }
            for category in categories
        ],
        "checkpoints": [
            gate_json(gate, door.names[gate.id], inside.get(gate.id, 0), codes) for gate in door.gates.values()
        ],
        "device": {
            "name": door.device_name,
            "may_override": door.may_override,
            "may_register": door.may_register,
            "valid_from": utc_iso(door.valid_from),
            "valid_until": utc_iso(door.valid_until),
        },
        "settings": _settings_json(door.event_id),
    }


def _settings_json(event_id: int) -> dict[str, bool]:
    settings = door_settings(event_id)
    return {
        "admit_unknown_offline": settings.admit_unknown_offline,
        "undo_needs_override": settings.undo_needs_override,
    }
