"""What may become of a part whose person cannot come. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from eventapp.speakers.planned import PlannedPart

# As it is, by somebody else, by the same person in another way, not at all.
WAYS = ("keep", "deputy", "recorded", "read_by_other", "online", "remove")
# Ways in which the person still takes part.
OTHER_MODES = frozenset({"recorded", "read_by_other", "online"})


@dataclass(frozen=True)
class Settlement:
    """What becomes of one part: one of WAYS; `who_id` is the deputy, or who reads, if that is known."""

    way: str
    who_id: int | None = None


def seen_parts(parts: Iterable[PlannedPart]) -> str:
    """A short name for what somebody does in an event, so that what is settled is what was looked at."""
    told = [
        (planned.part.public_id, planned.seen, planned.part.mode, planned.part.reply, str(planned.part.as_what))
        for planned in parts
    ]
    return hashlib.sha256(repr(sorted(told)).encode()).hexdigest()[:16]
