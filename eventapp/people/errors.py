"""Refusals around people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from eventapp.errors import Refused


class PersonNameMissing(Refused):
    status = 422
    message = _l("Give at least one name, in Chinese or in Latin letters.")
    field = "family_en"


class PersonStillAppears(Refused):
    message = _l(
        "%(name)s still appears in the agenda (%(sessions)s). Take the person out of it first, or they would be shown there."
    )
