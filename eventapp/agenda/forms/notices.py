"""Forms about what is told of a release: when it is sent, or why nobody is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import ValidationError

from eventapp.forms import DeskForm, WallTimeField, choices, line


class TellForm(DeskForm):
    """Now, or at an hour by the clock of the event."""

    when = RadioField(_l("When"), choices=choices({"now": _l("Now"), "later": _l("At a time:")}), default="now")
    send_at = WallTimeField(_l("Date and time"))

    def validate_send_at(self, field: WallTimeField) -> None:
        if self.when.data == "later" and field.data is None and not field.errors:
            raise ValidationError(_("Enter date and time, such as 2026-11-23 09:00."))

    @property
    def moment(self) -> datetime | None:
        """When to send, in UTC; None for now. Only of a form that was validated."""
        return self.send_at.moment if self.when.data == "later" else None


class DismissForm(DeskForm):
    """Why nobody is told."""

    groups: ClassVar[Any] = ((None, (("reason",),)),)

    reason = line(_l("Reason"), 500, description=_l("Only the team reads it."))

    def validate_reason(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Write why nobody is told: the next one on the team will ask."))
