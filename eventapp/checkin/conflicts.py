"""When a scan that was decided without us contradicts what we know. No database, no web."""

from __future__ import annotations

LET_PASS = frozenset({"admitted", "left"})
# What a device without a network cannot know; one that does not tell its own verdict is taken to have let them in.
UNKNOWABLE = frozenset({"already_in", "cancelled", "not_confirmed", "revoked", "full"})
_KINDS = {"already_in": "double", "full": "overfull", "unknown": "unknown_code"}
_NAMED_ALIKE = frozenset({"cancelled", "not_confirmed", "revoked", "not_allowed", "outside_hours", "too_soon"})


def conflict_kind(verdict: str) -> str:
    """What the team is told when somebody was let in whom this verdict refuses."""
    return verdict if verdict in _NAMED_ALIKE else _KINDS.get(verdict, "refused")


def decisions_on(kind: str, *, known: bool) -> tuple[str, ...]:
    """What the team can decide: of two entries, whether the first stands; else, whether whoever is known came in."""
    if kind == "double":
        return ("kept", "voided", "noted")
    return ("kept", "noted") if known else ("noted",)
