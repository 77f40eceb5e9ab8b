"""The numbers of the door as JSON."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo


def counts_json(counts: Any, zone: str) -> dict[str, Any]:
    """`queries.LiveCounts` as the door API tells them; times in the event's zone."""
    return {
        "expected": counts.expected,
        "admitted": counts.admitted,
        "inside": counts.inside,
        "present": counts.present,
        "by_checkpoint": [{"code": one.code, "name": one.name.as_dict(), **_three(one)} for one in counts.checkpoints],
        "by_category": [
            {"code": one.code, "name": {**one.name.as_dict(), "colour": one.colour}, **_three(one)}
            for one in counts.categories
        ],
        "by_five_minutes": [
            {"at": at.astimezone(ZoneInfo(zone)).isoformat(), "admitted": number} for at, number in counts.arrivals
        ],
    }


def _three(one: Any) -> dict[str, int]:
    return {"expected": one.expected, "admitted": one.admitted, "inside": one.inside}
