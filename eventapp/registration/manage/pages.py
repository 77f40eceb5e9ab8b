"""What the team's pages about registration share."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint
from flask_babel import gettext as _
from flask_babel import ngettext

blueprint = Blueprint("registration_manage", __name__, url_prefix="/manage/<event>")

BOTH = ["GET", "POST"]

MOST_NAMED = 10


def some_names(names: Sequence[str]) -> str:
    """The first of many names, and how many more there are; a message on a page must stay short."""
    shown, more = _(", ").join(names[:MOST_NAMED]), len(names) - MOST_NAMED
    if more <= 0:
        return shown
    return ngettext("%(names)s and %(num)d more", "%(names)s and %(num)d more", more, names=shown)
