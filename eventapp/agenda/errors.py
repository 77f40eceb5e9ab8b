"""Refusals around the agenda."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from eventapp.errors import Malformed, Refused


class Clashes(Refused):
    """The change would make a hall or a person be in two places; `sentences` tells each clash."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = list(sentences)


class HallElsewhere(Refused):
    status = 422
    message = _l("This hall is not one of this event. Choose another one.")
    field = "hall"


class SessionElsewhere(Refused):
    status = 422
    message = _l("This session is not one of this event. Choose another one.")
    field = "session"


class OneSubject(Refused):
    status = 422
    message = _l("Choose a person, or an organisation, or write the name of a thing: exactly one of the three.")
    field = "person"


class UnreadableTime(Malformed):
    message = _l("“%(text)s” is not a time we can read. Write it like 2026-11-23T10:12.")


class TimeSkipped(Malformed):
    status = 422
    message = _l("The clock never shows %(clock)s on that day: daylight saving time begins. Choose another time.")


class HallInUse(Refused):
    message = _l("Sessions are in this hall: %(sessions)s. Move them to another hall first.")
