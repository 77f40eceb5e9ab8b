"""What can go wrong with a message."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from eventapp.errors import Refused


class DeliveryFailed(Exception):  # noqa: N818
    """A message was not accepted; `permanent` when trying again cannot help."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class NothingToSay(Exception):  # noqa: N818
    """A renderer found that there is nothing to tell this recipient: no mail is sent, and the row goes."""


class NotFailed(Refused):
    message = _l("This message is not waiting for a new try. It may have been sent in the meantime.")


class NothingWritten(Refused):
    status = 422
    message = _l("Write the message in English, in Chinese, or in both.")
    field = "subject_en"


class HalfWritten(Refused):
    status = 422
    message = _l("A message needs a subject and a text in the same language. Fill in both, or leave both empty.")


class UnknownPlaceholder(Refused):
    status = 422
    message = _l("%(placeholder)s cannot be filled in for these people. You can use: %(known)s")


class TimePassed(Refused):
    status = 422
    message = _l("This time has passed. Choose a later one, or send now.")
    field = "send_at"


class TimeMissing(Refused):
    status = 422
    message = _l("Enter date and time, such as 2026-11-23 09:00.")
    field = "send_at"


class NobodyToTell(Refused):
    status = 422
    message = _l("Nobody would get this message now. Look at who is left out, or choose other people.")


class OnItsWay(Refused):
    message = _l("This message is already on its way: somebody has sent it, or cancelled it, in the meantime.")


class AlreadyReleased(Refused):
    message = _l("Somebody has got this message, so it can no longer be changed. Use it for a new one instead.")


class NothingToCancel(Refused):
    message = _l("There is nothing left to cancel: everything has been sent.")
