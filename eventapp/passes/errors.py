"""Refusals around passes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from eventapp.errors import Refused


class PassUnknown(Refused):
    """Malformed, forged and unknown codes answer alike."""

    status = 404
    message = _l("This code is not a pass. It may be incomplete: please open the link from your mail again.")
