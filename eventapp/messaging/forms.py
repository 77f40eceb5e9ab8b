"""Forms about mailings: what is written, and when it is sent."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField

from eventapp.changing import version_of
from eventapp.forms import DeskForm, WallTimeField, choices, line, line_zh, lines, lines_zh
from eventapp.messaging.errors import TimeMissing
from eventapp.messaging.models import MAILING_TEXTS, MAILING_VERSION, Mailing

FORM_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


class WriteForm(DeskForm):
    """Subject and text in both languages; one language is enough."""

    columns = MAILING_TEXTS
    groups = (
        (_l("In English"), (("subject_en",), ("body_en",))),
        (_l("In Chinese"), (("subject_zh",), ("body_zh",))),
    )

    form_key = HiddenField()
    subject_en = line(_l("Subject"))
    body_en = lines(_l("Text"))
    subject_zh = line_zh(_l("Subject"))
    body_zh = lines_zh(_l("Text"))

    def __init__(self, row: Mailing | None = None, **stored: Any) -> None:
        super().__init__(row, **{"form_key": secrets.token_urlsafe(24), **stored})
        for name in ("body_en", "body_zh"):
            self[name].render_kw = {**(self[name].render_kw or {}), "rows": 10}

    @property
    def key(self) -> str:
        """What makes two clicks one message."""
        typed = self.form_key.data or ""
        return typed if FORM_KEY.fullmatch(typed) else secrets.token_urlsafe(24)


class SendForm(DeskForm):
    """Now, or at a time by the clock of the event. It carries the version of the message that was looked at."""

    when = RadioField(_l("When"), choices=choices({"now": _l("Now"), "later": _l("At a time:")}), default="now")
    send_at = WallTimeField(_l("Date and time"))

    def __init__(self, mailing: Mailing, *, zone: str) -> None:
        super().__init__(zone=zone, version=version_of(mailing, MAILING_VERSION), when="now")

    @property
    def moment(self) -> datetime | None:
        """When to send, in UTC; None for now. Only of a form that was validated. Raises TimeMissing."""
        if self.when.data == "now":
            return None
        if self.send_at.moment is None:
            raise TimeMissing
        return self.send_at.moment
