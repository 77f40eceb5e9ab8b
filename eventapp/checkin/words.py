"""What each verdict says, in both languages."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

VERDICTS = {
    "admitted": _l("Welcome. Let in."),
    "left": _l("Left. Goodbye."),
    "already_in": _l("Already in. This pass was used here before."),
    "too_soon": _l("Too soon after the last scan. Wait a moment."),
    "not_inside": _l("Not inside. There is no entry to end."),
    "not_confirmed": _l("Not confirmed. Send to the registration desk."),
    "cancelled": _l("Cancelled. Do not let in."),
    "revoked": _l("Older copy of the pass. Ask for the newest one."),
    "wrong_event": _l("This pass is for another event."),
    "not_allowed": _l("Not for this entrance. Show the way to the right one."),
    "outside_hours": _l("Closed at this time."),
    "full": _l("Full. Wait until somebody leaves."),
    "unknown": _l("Unknown pass. Search by name."),
    "forged": _l("Not genuine. Do not let in; call the manager."),
    "malformed": _l("Not a pass of ours. Scan again or search by name."),
}

WALK_INS = {
    "confirmed": _l("Registered. Let this guest in now."),
    "pending": _l("Registered, and held until the team has decided. Send this guest to the registration desk."),
}
NO_LONGER = _l("This registration was changed meanwhile. Find the guest by name.")

# What a phone calls the door when it is installed as an app.
APP = {
    "name": _l("Door check-in"),
    "short_name": _l("Door"),
    "description": _l("Reads passes at the door, with or without a network."),
}

RULES = {
    "once": _l("Each pass once"),
    "daily": _l("Each pass once a day"),
    "visits": _l("In and out, counting who is inside"),
}

# What the team is told of a scan that let somebody in: by kind of conflict.
CONFLICTS = {
    "double": _l("Let in twice with the same pass"),
    "cancelled": _l("Let in, though cancelled or withdrawn"),
    "not_confirmed": _l("Let in, though not confirmed"),
    "revoked": _l("Let in with an older copy of the pass"),
    "overfull": _l("Let in, though it was full"),
    "unknown_code": _l("Let in with a pass that we do not know"),
    "not_allowed": _l("Let in at an entrance that was not for them"),
    "outside_hours": _l("Let in while it was closed"),
    "too_soon": _l("Let in too soon after leaving"),
    "refused": _l("Let in with a code that is none of ours"),
}
DECISIONS_ON_DOUBLES = {
    "kept": _l("The first entry counts"),
    "voided": _l("Neither counts: the pass can be used again"),
    "noted": _l("Seen; nothing changes"),
}
DECISIONS = {
    "kept": _l("Count them as let in"),
    "noted": _l("Seen; they do not count as let in"),
}

KINDS = {
    "gate": _l("Gate of the venue"),
    "hall": _l("Door of a hall"),
    "gift": _l("Desk where something is handed out"),
}


@lru_cache(maxsize=64)
def verdict_message(verdict: str) -> tuple[tuple[str, str], ...]:
    """The sentence of a verdict as (language, text) pairs."""
    return tuple(_in_both(VERDICTS[verdict]).items())


def walk_in_message(state: str) -> dict[str, str]:
    """What the door is told of somebody it registered, by language."""
    return _in_both(WALK_INS.get(state, NO_LONGER))


def _in_both(text: Any) -> dict[str, str]:
    said = {}
    for language in ("en", "zh"):
        with force_locale(language):
            said[language] = str(text)
    return said
