"""What a privacy notice tells, and its fingerprint. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from eventapp.walltime import wall_of

# All that a notice tells; its version and the moment of publication are not what it says.
TOLD = ("body_en", "body_zh", "controller_en", "controller_zh", "contact", "facts")
# What an event may ask for by a switch; sharing with partners and sensitive answers are asked where there are such.
ASKS = ("public_list", "photographs", "marketing")
# How many days after the event's last one data is kept, unless the organiser says otherwise.
PROPOSED_DAYS = {"documents": 1, "sensitive": 7, "answers": 90, "contact": 365}


@dataclass(frozen=True)
class PrivacyTerms:
    """What a notice names besides its text.

    `asks` are purposes of ASKS; `partners` ids of organisations; `days` how long each purpose's data is kept after the
    event's last day.
    """

    controller_en: str = ""
    controller_zh: str = ""
    contact: str = ""
    asks: frozenset[str] = frozenset()
    partners: frozenset[int] = frozenset()
    days: Mapping[str, int] = field(default_factory=dict)


def last_day_of(ends_at: datetime, zone: str, days: int = 0) -> date:
    """The event's last day in its zone, or the day so many days later."""
    return wall_of(ends_at, zone).date() + timedelta(days=days)


def notice_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON (sorted keys, no spaces, UTF-8) of all that a notice tells, as hexadecimal."""
    told = {name: content[name] for name in TOLD}
    canonical = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
