"""What the states of an event, the roles of organisations and the cover patterns are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

EVENT_STATES = {
    "draft": _l("Draft"),
    "published": _l("Published"),
    "over": _l("Over"),
    "archived": _l("Archived"),
}

ORGANISATION_ROLES = {
    "guided_by": _l("Guided by"),
    "host": _l("Host"),
    "organiser": _l("Organised by"),
    "co_organiser": _l("Co-organiser"),
    "supported_by": _l("Supported by"),
    "strategic_partner": _l("Strategic partner"),
    "media": _l("Media partner"),
}

PATTERNS = {
    "ice_crack": _l("Ice crack"),
    "begonia": _l("Begonia"),
    "fret": _l("Fret"),
    "plum": _l("Plum blossom"),
}
