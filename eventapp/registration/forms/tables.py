"""A table of registrations, sent to be read."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from eventapp.forms import DeskForm, Groups


class TableForm(DeskForm):
    """The file; which button was pressed says whether it is only looked at."""

    groups: ClassVar[Groups] = ((None, (("table",),)),)

    table = FileField(
        _l("Table"),
        validators=[FileRequired(_l("Choose a file."))],
        description=_l("CSV or Excel (.xlsx), at most 8 MB."),
        render_kw={"accept": ".csv,.xlsx"},
    )
