"""What the kinds, roles, modes and replies of an agenda are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

SESSION_KINDS = {
    "keynote": _l("Keynote"),
    "forum": _l("Forum"),
    "ceremony": _l("Ceremony"),
    "break": _l("Tea break"),
    "meal": _l("Meal"),
    "tour": _l("Tour"),
}

ITEM_KINDS = {
    "speech": _l("Speech"),
    "panel": _l("Panel discussion"),
    "unveiling": _l("Unveiling"),
    "appointment": _l("Appointment"),
    "signing": _l("Signing"),
    "award": _l("Award"),
    "announcement": _l("Formal announcement"),
    "photo": _l("Group photo"),
    "performance": _l("Performance"),
    "break": _l("Break"),
}

PART_ROLES = {
    "speaker": _l("Speaker"),
    "moderator": _l("Moderator"),
    "host": _l("Master of ceremonies"),
    "unveiler": _l("Unveils"),
    "presenter": _l("Presents"),
    "recipient": _l("Receives"),
    "signatory": _l("Signs"),
    "witness": _l("Witness"),
    "usher": _l("Usher"),
    "panellist": _l("Panellist"),
}

PART_MODES = {
    "in_person": _l("In person"),
    "online": _l("By video link"),
    "recorded": _l("As a recording"),
    "read_by_other": _l("Read by someone else"),
}

PART_SIDES = {
    "": _l("No side"),
    "first": _l("First party"),
    "second": _l("Second party"),
}

PART_REPLIES = {
    "open": _l("No reply yet"),
    "accepted": _l("Has accepted"),
    "declined": _l("Has declined"),
}
