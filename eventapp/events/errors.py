"""Refusals around events."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from eventapp.errors import Refused


class SlugTaken(Refused):
    status = 422
    message = _l("Another event already uses this address. Choose a different one.")
    field = "slug"


class NameMissing(Refused):
    status = 422
    message = _l("Give a name in English or in Chinese.")
    field = "name_en"


class EndsBeforeStart(Refused):
    status = 422
    message = _l("The end must be later than the start.")
    field = "ends_at"


class HallExists(Refused):
    status = 422
    message = _l("There already is a hall of this name.")
    field = "name_en"


class ColourTooPale(Refused):
    status = 422
    message = _l("Text in this colour cannot be read on the light ground. Choose a darker one.")
    field = "colour"


class RegistrationClosesFirst(Refused):
    status = 422
    message = _l("Registration must open before it closes.")
    field = "registration_closes_at"


class OrganisationPlaced(Refused):
    status = 422
    message = _l("This organisation already has this role in the event.")
    field = "organisation"
