"""One scan as a device sends it, read with suspicion."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from eventapp.text import tidy

METHODS = frozenset({"camera", "wedge", "typed", "search", "manual"})
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
PUBLIC_ID = re.compile(r"[0-9a-f]{16}")
LONGEST_CODE = 2_000
LONGEST_REASON = 300
# A device whose clock was reset says 1970; what lies before cannot be counted in every time zone.
EARLIEST_YEAR = 1970


@dataclass(frozen=True)
class ScanInput:
    """A well-formed scan, or one that only has a readable id (`malformed`)."""

    id: str | None
    malformed: bool = False
    code: str = ""
    registration: str = ""
    checkpoint: str = ""
    direction: str = "in"
    scanned_at: datetime | None = None
    method: str = "camera"
    offline: bool = False
    override_reason: str = ""


class _Unreadable(Exception):  # noqa: N818
    pass


def read_scan(raw: Any) -> ScanInput:
    """Read one member of a batch; whatever cannot be read makes this one malformed and no other."""
    scan_id = _scan_id(raw)
    try:
        return _well_formed(raw, scan_id) if scan_id else ScanInput(id=None, malformed=True)
    except _Unreadable:
        return ScanInput(id=scan_id, malformed=True)


def _scan_id(raw: Any) -> str | None:
    value = raw.get("id") if isinstance(raw, dict) else None
    return value.lower() if isinstance(value, str) and UUID.fullmatch(value.lower()) else None


def _well_formed(raw: dict[str, Any], scan_id: str) -> ScanInput:
    return ScanInput(
        id=scan_id,
        code=_code(raw),
        registration=_registration(raw),
        checkpoint=_text(raw.get("checkpoint"), 30),
        direction=_one_of(raw.get("direction", "in"), frozenset({"in", "out"})),
        scanned_at=_moment(raw.get("scanned_at")),
        method=_one_of(raw.get("method", "camera"), METHODS),
        offline=_flag(raw.get("offline", False)),
        override_reason=_reason(raw.get("override")),
    )


def _code(raw: dict[str, Any]) -> str:
    return "" if raw.get("registration") is not None else _text(raw.get("code"), LONGEST_CODE)


def _registration(raw: dict[str, Any]) -> str:
    value = raw.get("registration")
    if value is None:
        return ""
    if not isinstance(value, str) or not PUBLIC_ID.fullmatch(value):
        raise _Unreadable
    return value


def _text(value: Any, longest: int) -> str:
    if not isinstance(value, str) or not value or len(value) > longest:
        raise _Unreadable
    return value


def _one_of(value: Any, known: frozenset[str]) -> str:
    if not isinstance(value, str) or value not in known:
        raise _Unreadable
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Unreadable
    return value


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment
    except (TypeError, ValueError, OverflowError):
        raise _Unreadable from None
    if moment.tzinfo is None or moment.year < EARLIEST_YEAR:
        raise _Unreadable
    return moment


def _reason(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, dict):
        raise _Unreadable
    typed = _text(value.get("reason"), LONGEST_REASON)
    # Control and direction characters, NUL and half characters are dropped: the last two cannot even be stored.
    reason = tidy("".join(character for character in typed if character.isprintable() or character.isspace()))
    if not reason:
        raise _Unreadable
    return reason
