"""Refusals around a guest's own agenda."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from eventapp.errors import Refused


class NotOnAgenda(Refused):
    message = _l("This session is not on the published agenda any more, so it was not starred.")


class NothingToFollow(Refused):
    status = 422
    message = _l("None of the starred sessions is on the published agenda, so nothing was taken over.")


class FeedUnknown(Refused):
    status = 404
    message = _l("This calendar has ended. Its new address stands on your own page, under My agenda.")
