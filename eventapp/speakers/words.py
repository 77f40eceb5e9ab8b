"""What states of invitations, and what speakers write, are called."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from eventapp.agenda.words import PART_MODES

STATES = {
    "": _l("Not invited"),
    "drafted": _l("Drafted"),
    "sent": _l("Invited"),
    "opened": _l("Has looked at it"),
    "answered": _l("Has answered"),
}

FIELDS = {
    "printed_en": _l("Name in Latin letters, as printed"),
    "printed_zh": _l("Name in Chinese, as printed"),
    "pronounced": _l("How the name is pronounced"),
    "honorific_en": _l("Title before the name, in English"),
    "honorific_zh": _l("Title after the name, in Chinese"),
    "position_en": _l("Position in English"),
    "position_zh": _l("Position in Chinese"),
    "organisation_en": _l("Organisation in English"),
    "organisation_zh": _l("Organisation in Chinese"),
    "biography_en": _l("Biography in English"),
    "biography_zh": _l("Biography in Chinese"),
    "portrait": _l("Portrait"),
    "title_en": _l("Title of the talk in English"),
    "title_zh": _l("Title of the talk in Chinese"),
    "summary_en": _l("Abstract in English"),
    "summary_zh": _l("Abstract in Chinese"),
    "mode": _l("Takes part"),
}

# What a speaker may wish for; "read by someone else" is the organisers' way out.
MODES = {mode: PART_MODES[mode] for mode in ("in_person", "online", "recorded")}

MISSING = {
    "name_en": _l("name in Latin letters"),
    "name_zh": _l("name in Chinese"),
    "biography_en": _l("biography in English"),
    "biography_zh": _l("biography in Chinese"),
    "portrait": _l("portrait"),
    "talk": _l("title of the talk"),
}

# What may become of a part whose person cannot come.
WAYS = {
    "keep": _l("It stays as it is"),
    "deputy": _l("Somebody else takes over"),
    "recorded": _l("They are shown as a recording"),
    "read_by_other": _l("It is read by somebody else"),
    "online": _l("They join online"),
    "remove": _l("It is left out"),
}
