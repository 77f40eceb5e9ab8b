"""What a scanned text says: a genuine code, a short code, or why not."""

from __future__ import annotations

from dataclasses import dataclass

from eventapp.passes.code import MalformedCode, find_digits, find_short_code, parse_code, signature_holds
from eventapp.passes.queries import public_half


@dataclass(frozen=True)
class Reading:
    """The registration a code names and the serial it bears, or the verdict that ends it (`problem`)."""

    problem: str | None = None
    registration: str = ""
    short_code: str = ""
    serial: int | None = None


def read_code(text: str, event_id: int) -> Reading:
    """Read what a camera or a person gave, for one event. Signatures are checked here, before any row is locked."""
    digits = find_digits(text)
    if digits is None:
        short_code = find_short_code(text)
        return Reading(short_code=short_code) if short_code else Reading(problem="malformed")
    try:
        code = parse_code(digits)
    except MalformedCode:
        return Reading(problem="malformed")
    half = public_half(code.key_id)
    if half is None or not signature_holds(code, half.key):
        return Reading(problem="forged")
    if half.event_id != event_id:
        return Reading(problem="wrong_event")
    return Reading(registration=code.registration, serial=code.serial)
