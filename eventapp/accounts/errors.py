"""Refusals around signing in and teams."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from eventapp.errors import Refused


class WrongPassword(Refused):
    status = 422
    message = _l("This e-mail address and password do not match. Please try again, or ask for a sign-in link.")


class TooManyTries(Refused):
    status = 429
    message = _l("Too many tries. Please wait 15 minutes, or use a sign-in link.")


class LinkUsedUp(Refused):
    status = 410
    message = _l("This sign-in link was already used or is too old. Please ask for a new one.")


class UnknownUser(Refused):
    status = 404
    message = _l("There is no user with the address %(email)s.")


class LastOwner(Refused):
    message = _l("An event needs at least one owner. Make somebody else an owner first.")


class WeakPassword(Refused):
    status = 422
    message = _l("A password needs at least 10 characters.")


class AlreadyInTeam(Refused):
    status = 422
    message = _l("%(email)s already belongs to the team. Change the role in the list.")
    field = "email"


class TokenNeedsScope(Refused):
    status = 422
    message = _l("Tick at least one thing that the program may do.")
    field = "scopes"


class TokenUnknown(Refused):
    status = 401
    message = _l(
        "Send a valid token: Authorization: Bearer <token>. This one is missing, mistyped, too old or revoked."
    )


class ScopeMissing(Refused):
    status = 403
    message = _l("This token may not do that: it lacks the scope “%(scope)s”.")
