"""Refusals around registration."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from eventapp.errors import Refused


class RegistrationClosed(Refused):
    message = _l("Registration is closed at the moment.")


class CategoryClosed(Refused):
    status = 422
    message = _l("This category is not open for registration. Please choose another one.")
    field = "category"


class NoticeChanged(Refused):
    status = 422
    message = _l("The privacy notice has changed while you were filling in the form. Please read it and agree again.")
    field = "consent"


class TooManyRegistrations(Refused):
    status = 429
    message = _l(
        "This address was used for many registrations in the last hour. Please wait a while or use another one."
    )
    field = "email"


class NoPlaceLeft(Refused):
    message = _l("There is no place left in this category.")


class CapacityBelowTaken(Refused):
    status = 422
    message = _l("%(taken)s places are already taken, so there cannot be fewer than that.")
    field = "capacity"


class NotPossibleNow(Refused):
    """The registration's state does not allow this any more."""

    message = _l("This is no longer possible: the registration is now “%(state)s”.")


class LinkUnknown(Refused):
    status = 404
    message = _l("We could not find this registration. Please open the link from your latest mail.")


class CategoryCodeTaken(Refused):
    status = 422
    message = _l("Another category of this event already has this code.")
    field = "code"


class PassesUsedUp(Refused):
    message = _l("This pass was renewed too often. Cancel the registration and make a new one.")


class CategoryNameMissing(Refused):
    status = 422
    message = _l("Give a name in English or in Chinese.")
    field = "name_en"


class NoticeMissing(Refused):
    status = 422
    message = _l("Write the notice in English or in Chinese.")
    field = "body_en"
