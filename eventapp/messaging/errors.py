"""What can go wrong with a message."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from eventapp.errors import Refused


class DeliveryFailed(Exception):  # noqa: N818
    """A message was not accepted; `permanent` when trying again cannot help."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class NotFailed(Refused):
    message = _l("This message is not waiting for a new try. It may have been sent in the meantime.")
