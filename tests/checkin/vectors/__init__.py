"""Situations at the door and what is to be said to them: the same for the server and for a device without a network."""

from __future__ import annotations

import base64
import copy
import json
from datetime import datetime, time
from pathlib import Path
from typing import Any

from eventapp.checkin.reading import Reading, check_code, find_code
from eventapp.checkin.rules import Asked, Entry, Gate, Holder, judge, period_of
from eventapp.passes.code import public_from_bytes
from eventapp.passes.queries import PublicHalf

FOLDER = Path(__file__).parent
# Numbers for what the roster knows by its code.
_GATES = {"gate": 1, "hall": 2}
_CATEGORIES = {"industry": 1, "media": 2, "vip": 3, None: 0}
_HERE, _ELSEWHERE = 1, 2


def hand_written() -> list[dict[str, Any]]:
    """Each with what is usual filled in, as `made.json` has it, and the verdict under `verdict`."""
    story = json.loads((FOLDER / "hand.json").read_text("utf-8"))
    return [
        {**_changed(story["usual"], changes), "say": say, "verdict": verdict}
        for say, changes, verdict in story["vectors"]
    ]


def made() -> list[dict[str, Any]]:
    return list(json.loads((FOLDER / "made.json").read_text("utf-8")))


def codes() -> dict[str, Any]:
    return dict(json.loads((FOLDER / "codes.json").read_text("utf-8")))


def verdict_of(situation: dict[str, Any]) -> dict[str, Any]:
    """The server's verdict, and of an admission the period and the visit it is noted under."""
    asked = _asked(situation)
    verdict = judge(asked)
    if verdict != "admitted" or asked.gate is None or asked.holder is None:
        return {"verdict": verdict, "period": None}
    visits = max((entry.visit for entry in asked.holder.entries.get(asked.gate.id, [])), default=0)
    return {"verdict": verdict, "period": list(period_of(asked.gate, asked.at, visits))}


def reading_of(text: str, keys: list[dict[str, Any]]) -> dict[str, Any]:
    """What the server reads in a text, with these keys."""
    found = find_code(text)
    if not isinstance(found, Reading):
        halves = {
            key["id"]: PublicHalf(_HERE if key["here"] else _ELSEWHERE, public_from_bytes(base64.b64decode(key["key"])))
            for key in keys
        }
        found = check_code(found, halves, _HERE)
    told = {
        "problem": found.problem,
        "registration": found.registration,
        "short": found.short_code,
        "serial": found.serial,
    }
    return {name: value for name, value in told.items() if value not in (None, "")}


def _changed(usual: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    story = copy.deepcopy(usual)
    for name, value in changes.items():
        story[name] = {**story[name], **value} if isinstance(value, dict) else value
    return story


def _asked(situation: dict[str, Any]) -> Asked:
    reading = situation["reading"]
    return Asked(
        gate=_gate(situation["gate"]),
        direction=situation["direction"],
        at=_moment(situation["at"]),
        holder=_holder(situation["guest"]),
        problem=reading["problem"],
        serial=reading["serial"],
        inside=situation["inside"],
        overrides=situation["overrides"],
    )


def _gate(told: dict[str, Any] | None) -> Gate | None:
    if told is None:
        return None
    number = _GATES[told["code"]]
    return Gate(
        id=number,
        code=told["code"],
        rule=told["rule"],
        zone=told["zone"],
        day_starts=time.fromisoformat(told["day_starts"]),
        allowed=told["allowed"],
        opens_at=_moment(told["opens_at"]),
        closes_at=_moment(told["closes_at"]),
        capacity=told["capacity"],
        pause_seconds=told["pause_seconds"],
        category_ids=frozenset(_CATEGORIES[code] for code in told["categories"]),
        session_id=number if told["booking"] else None,
    )


def _holder(told: dict[str, Any] | None) -> Holder | None:
    if told is None:
        return None
    entries: dict[int, list[Entry]] = {}
    for entry in told["entries"]:
        noted = Entry(entry["period"], entry["visit"], _moment(entry["at"]), _moment(entry["left"]))
        entries.setdefault(_GATES[entry["checkpoint"]], []).append(noted)
    return Holder(
        event_id=_HERE,
        state=told["state"],
        serial=told["serial"],
        category_id=_CATEGORIES[told["category"]],
        entries=entries,
        booked={_GATES[code] for code in told["booked"]},
        granted={_GATES[code] for code in told["granted"]},
    )


def _moment(text: str | None) -> Any:
    return datetime.fromisoformat(text) if text else None
