"""Who does it: the value that every action takes as `by=`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ActorKind = Literal["user", "attendee", "speaker", "device", "token", "system"]


@dataclass(frozen=True)
class Actor:
    """Somebody or something that acts; `origin` is the network address it came from, if any."""

    kind: ActorKind
    id: int | None = None
    origin: str = ""


SYSTEM = Actor("system")
