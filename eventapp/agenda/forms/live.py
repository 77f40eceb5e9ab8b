"""The form of a delay on the day."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from eventapp.forms import DeskForm, Groups


class DelayForm(DeskForm):
    """By how many minutes a session runs late, and the plan that was looked at."""

    groups: ClassVar[Groups] = ()

    minutes = HiddenField(_l("Minutes"))

    def number(self) -> int:
        """The minutes; 0, which is refused, for what is no number."""
        return whole_minutes(self.minutes.data)


def whole_minutes(typed: Any) -> int:
    """A number of minutes as typed, with a minus of whatever kind; 0 for what is none."""
    text = str(typed or "").strip().replace("−", "-").removeprefix("+")
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= 4 else 0
