"""What a freshly paired device is told, by the page, by the command."""

from __future__ import annotations

from typing import Any

from eventapp.checkin.queries import Door
from eventapp.checkin.roster import utc_iso


def device_json(door: Door, token: str) -> dict[str, Any]:
    """The token to scan with, what the device may and when, the event, and the checkpoints it may scan at."""
    return {
        "token": token,
        "device": door.device_name,
        "may_override": door.may_override,
        "may_register": door.may_register,
        "valid_from": utc_iso(door.valid_from),
        "valid_until": utc_iso(door.valid_until),
        "event": {
            "slug": door.event_slug,
            "name_en": door.event_name.here("en"),
            "name_zh": door.event_name.here("zh"),
        },
        "checkpoints": [
            {
                "code": gate.code,
                "name": door.names[gate.id].here("en"),
                "name_en": door.names[gate.id].here("en"),
                "name_zh": door.names[gate.id].here("zh"),
                "exits": gate.rule == "visits",
            }
            for gate in door.own_gates()
        ],
    }
