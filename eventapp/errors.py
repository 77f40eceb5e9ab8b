"""Refusals: named errors whose sentence a guest can act on."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l


class Refused(Exception):  # noqa: N818 - "refused" is what happened
    """An action was not done; `message` says why and what to do. Rooms derive their own from it.

    `field` names the form field that the refusal belongs to, if any.
    """

    status = 409
    message: Any = _l("This could not be done. Please go back and try again.")
    field: str | None = None

    def __init__(self, message: Any = None, *, field: str | None = None, **values: Any) -> None:
        super().__init__()
        self.values = values
        if message is not None:
            self.message = message
        if field is not None:
            self.field = field

    def __str__(self) -> str:
        text = str(self.message)
        return text % self.values if self.values else text


class NotFound(Refused):
    status = 404
    message = _l("We could not find this page. The link may be incomplete.")


class NotAllowed(Refused):
    status = 403
    message = _l("Your account may not do this. Ask an owner of the event for the right role.")


class Stale(Refused):
    """Somebody else was faster."""

    message = _l("This was changed by someone else a moment ago. Please look again and repeat your change.")


class Malformed(Refused):
    status = 400
    message = _l("This request is incomplete or damaged. Please send it again.")
