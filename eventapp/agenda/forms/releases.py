"""The form of a release."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import ValidationError

from eventapp.forms import DeskForm, WallTimeField, choices, lines, lines_zh


class ReleaseForm(DeskForm):
    """What guests are told about a release, and when it is published."""

    groups: ClassVar[Any] = ((None, (("note_en", "note_zh"), ("when",), ("publish_at",))),)

    note_en = lines(_l("Note in English"), 1000, description=_l("Optional. Guests read it beside the agenda."))
    note_zh = lines_zh(_l("Note in Chinese"), 1000)
    when = RadioField(
        _l("When"), default="now", choices=choices({"now": _l("Publish now"), "hour": _l("At an hour to come")})
    )
    publish_at = WallTimeField(_l("Date and time"))

    def __init__(self, **stored: Any) -> None:
        super().__init__(**stored)
        self.publish_at.description = _("Times are local to the event (%(zone)s).", zone=self.zone)

    def validate_publish_at(self, field: Any) -> None:
        if self.when.data == "hour" and field.data is None and not field.errors:
            raise ValidationError(_("Enter date and time, such as 2026-11-23 09:00."))

    def values(self) -> dict[str, Any]:
        at = self.publish_at.moment if self.when.data == "hour" else None
        return {"note_en": self.note_en.data or "", "note_zh": self.note_zh.data or "", "publish_at": at}
