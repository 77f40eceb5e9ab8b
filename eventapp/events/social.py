"""What other sites show of an event: the picture beside a shared link, and its facts as schema.org writes them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from eventapp.events.colours import contrast, mix
from eventapp.events.lattice import lattice_svg
from eventapp.events.models import Event, EventOrganisation
from eventapp.i18n import Bilingual
from eventapp.typesetting import draw_png, drawable

WIDTH, HEIGHT = 1200, 630
# Changes with the drawing, so that pictures kept elsewhere are asked for again.
DRAWING = 1

_TEMPLATE = Path(__file__).with_name("social.typ")
_INK = "#16212c"


@dataclass(frozen=True)
class SocialCard:
    """What stands on the picture, in its reader's words; empty parts are left out. `colour` is '#rrggbb'."""

    slug: str
    colour: str
    pattern: str
    name: str
    name_other: str
    dates: str
    place: str
    language: str

    @property
    def etag(self) -> str:
        """The same for the same picture, known without drawing it."""
        return hashlib.sha256(json.dumps([DRAWING, asdict(self)]).encode()).hexdigest()[:24]


@lru_cache(maxsize=16)
def draw_social_card(card: SocialCard) -> bytes:
    """The picture as PNG, 1200 × 630: the event's garden window beside its name."""
    words = {field: drawable(getattr(card, field), 140) for field in ("name", "name_other", "dates", "place")}
    window = lattice_svg(card.slug, card.colour, card.pattern or None, WIDTH, HEIGHT)
    return draw_png(
        _TEMPLATE,
        "card",
        {**words, "language": card.language, "accent": _readable(card.colour), "window": window},
    )


def _readable(colour: str) -> str:
    return colour if contrast(colour, "#ffffff") >= 3 else mix(colour, _INK, 0.6)


def event_facts(
    event: Event, language: str, *, address: str, picture: str, organisations: Iterable[EventOrganisation],
    performers: Iterable[Bilingual], registers_at: str | None,
) -> dict[str, Any]:  # fmt: skip
    """The event as a schema.org Event, in one language; addresses are absolute."""
    facts: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.name.here(language),
        "alternateName": event.name.other(language),
        "description": event.tagline.here(language),
        "startDate": event.starts_at.isoformat(),
        "endDate": event.ends_at.isoformat(),
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "url": address,
        "image": [picture],
        "location": _place(event, language),
        "organizer": [
            {"@type": "Organization", "name": row.organisation.name.here(language), "url": row.organisation.website}
            for row in organisations
            if row.role in ("host", "organiser")
        ],
        "performer": [{"@type": "Person", "name": name.here(language)} for name in performers],
        "offers": _offer(event, registers_at),
    }
    return _without_empty(facts)


def _place(event: Event, language: str) -> dict[str, Any] | None:
    if event.venue is None or not event.venue.name:
        return None
    venue = event.venue
    return {"@type": "Place", "name": venue.name.here(language), "address": venue.address.here(language)}


def _offer(event: Event, registers_at: str | None) -> dict[str, Any] | None:
    if registers_at is None:
        return None
    opens = event.registration_opens_at
    return {
        "@type": "Offer",
        "url": registers_at,
        "price": "0",
        "priceCurrency": "CNY",
        "availability": "https://schema.org/InStock",
        "validFrom": opens.isoformat() if opens else None,
    }


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_empty(held) for name, held in value.items() if held not in (None, "", [], {})}
    return [_without_empty(held) for held in value] if isinstance(value, list) else value
