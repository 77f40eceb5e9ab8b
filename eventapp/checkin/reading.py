"""What a scanned text says: a genuine code, a short code, or why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from eventapp.passes.code import MalformedCode, PassCode, find_digits, find_short_code, parse_code, signature_holds
from eventapp.passes.queries import PublicHalf, public_halves


@dataclass(frozen=True)
class Reading:
    """The registration a code names and the serial it bears, or the verdict that ends it (`problem`)."""

    problem: str | None = None
    registration: str = ""
    short_code: str = ""
    serial: int | None = None


def read_codes(texts: Iterable[str], event_id: int) -> dict[str, Reading]:
    """Read what cameras or people gave, for one event. Signatures are checked here, before any row is locked.

    Keys that this process has not met yet are fetched in one statement, however many codes there are.
    """
    found = {text: find_code(text) for text in texts}
    halves = public_halves({code.key_id for code in found.values() if isinstance(code, PassCode)})
    return {
        text: check_code(code, halves, event_id) if isinstance(code, PassCode) else code for text, code in found.items()
    }


def find_code(text: str) -> PassCode | Reading:
    """A pass whose signature is still to be checked, a short code, or nothing of ours."""
    digits = find_digits(text)
    if digits is None:
        short_code = find_short_code(text)
        return Reading(short_code=short_code) if short_code else Reading(problem="malformed")
    try:
        return parse_code(digits)
    except MalformedCode:
        return Reading(problem="malformed")


def check_code(code: PassCode, halves: Mapping[int, PublicHalf], event_id: int) -> Reading:
    """What a pass says at the door of an event, by these keys."""
    half = halves.get(code.key_id)
    if half is None or not signature_holds(code, half.key):
        return Reading(problem="forged")
    if half.event_id != event_id:
        return Reading(problem="wrong_event")
    return Reading(registration=code.registration, serial=code.serial)
