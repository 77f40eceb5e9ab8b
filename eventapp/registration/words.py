"""The privacy notice we propose to an organiser who has none yet."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

PROPOSAL = _l(
    "We use what you enter here – your name, how to reach you, your organisation and position – to run %(event)s: for your "
    "place, your pass, check-in at the door, and messages about the event.\n\n"
    "Only the event's team sees it. We delete it when it is no longer needed for the event.\n\n"
    "On your own page you can see your data, change it and withdraw. For questions write to %(contact)s."
)


def proposed_notice(names: dict[str, str], contact: str) -> dict[str, str]:
    """The texts in both languages, to be read and adapted by the organiser; `names` of the event by language."""
    texts = {}
    for language, name in names.items():
        with force_locale(language):
            texts[f"body_{language}"] = str(PROPOSAL) % {"event": name, "contact": contact}
    return texts
