"""One scan as a device sends it, read with suspicion."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from eventapp.checkin.rules import PRECEDENCE
from eventapp.text import tidy

METHODS = frozenset({"camera", "wedge", "typed", "search", "manual"})
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
PUBLIC_ID = re.compile(r"[0-9a-f]{16}")
LONGEST_CODE = 2_000
LONGEST_REASON = 300
# A device whose clock was reset says 1970; what lies before cannot be counted in every time zone.
EARLIEST_YEAR = 1970
EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
LATEST = datetime(9800, 1, 1, tzinfo=UTC)
# More than a clock can be wrong that was set by hand or lost its battery.
MOST_OFFSET = timedelta(days=36_600)


@dataclass(frozen=True)
class ScanInput:
    """A well-formed scan, or one that only has a readable id (`malformed`).

    `local` is the verdict that an offline device gave by itself, "" where it does not tell.
    """

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
    rehearsal: bool = False
    local: str = ""

    @property
    def turned_away(self) -> bool:
        """Whether the device, offline, let somebody not in. Nobody is kept from leaving, whatever a device says."""
        return self.offline and self.direction == "in" and self.local not in ("", "admitted", "left")


@dataclass(frozen=True)
class DeviceClock:
    """How a device's clock stood when it sent something: so many milliseconds ahead of ours, as far as it is known."""

    sent_at: datetime | None = None
    offset_ms: int | None = None
    received_at: datetime | None = None

    def corrected(self, moment: datetime) -> datetime:
        """What our clock showed when the device's clock showed this moment."""
        ahead = timedelta(milliseconds=self.offset_ms or 0)
        if self.offset_ms is None and self.sent_at and self.received_at:
            # It does not know; but what it showed on sending is what ours showed on receiving, and the way was short.
            ahead = self.sent_at - self.received_at
        if abs(ahead) > MOST_OFFSET:
            ahead = timedelta()
        return min(max(min(max(moment, EARLIEST), LATEST) - ahead, EARLIEST), LATEST)


@dataclass(frozen=True)
class UndoInput:
    """A scan of the device that is taken back; ids that cannot be read are None."""

    id: str | None
    scan_id: str | None
    reason: str = ""
    undone_at: datetime | None = None


class _Unreadable(Exception):  # noqa: N818
    pass


def read_scan(raw: Any) -> ScanInput:
    """Read one member of a batch; whatever cannot be read makes this one malformed and no other."""
    scan_id = _scan_id(raw)
    try:
        return _well_formed(raw, scan_id) if scan_id else ScanInput(id=None, malformed=True)
    except _Unreadable:
        return ScanInput(id=scan_id, malformed=True)


def read_undo(raw: Any) -> UndoInput:
    """Read one undo; what it says besides the two ids does not decide whether it is done."""
    if not isinstance(raw, dict):
        return UndoInput(None, None)
    return UndoInput(
        _uuid(raw.get("id")), _uuid(raw.get("scan")), _words(raw.get("reason")), _moment_or_none(raw.get("undone_at"))
    )


def read_clock(raw: dict[str, Any], received_at: datetime) -> DeviceClock:
    """The device's clock as it told beside its scans; what cannot be read is as if it were not told."""
    return DeviceClock(_moment_or_none(raw.get("sent_at")), _offset(raw.get("offset_ms")), received_at)


def _offset(value: Any) -> int | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return round(value) if is_number and abs(value) <= MOST_OFFSET / timedelta(milliseconds=1) else None


def _scan_id(raw: Any) -> str | None:
    return _uuid(raw.get("id")) if isinstance(raw, dict) else None


def _uuid(value: Any) -> str | None:
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
        rehearsal=_flag(raw.get("rehearsal", False)),
        local=_local(raw.get("local")),
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


def _local(value: Any) -> str:
    # A verdict that we do not know, from another version of the app, is no reason to lose the scan.
    return value if isinstance(value, str) and value in PRECEDENCE else ""


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


def _moment_or_none(value: Any) -> datetime | None:
    try:
        return _moment(value)
    except _Unreadable:
        return None


def _reason(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, dict):
        raise _Unreadable
    reason = _words(_text(value.get("reason"), LONGEST_REASON))
    if not reason:
        raise _Unreadable
    return reason


def _words(value: Any) -> str:
    """What somebody typed, as far as it can be kept and shown; nothing where it is no text."""
    typed = value[:LONGEST_REASON] if isinstance(value, str) else ""
    # Control and direction characters, NUL and half characters are dropped: the last two cannot even be stored.
    return tidy("".join(character for character in typed if character.isprintable() or character.isspace()))
