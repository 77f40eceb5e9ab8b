"""The form that takes a file with an agenda."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FileField
from wtforms.validators import ValidationError

from eventapp.forms import PageForm


class ImportForm(PageForm):
    """A file, and whether what is right of it is taken over though other rows are wrong."""

    file = FileField(
        _l("File"),
        description=_l("A spreadsheet (.xlsx), CSV, or frab’s XML or JSON; at most 8 MB."),
        render_kw={"accept": ".xlsx,.csv,.txt,.xml,.json"},
    )
    skip_wrong = BooleanField(_l("Take over the sessions that are right though others are wrong"))

    def validate_file(self, field: FileField) -> None:
        if not field.data or not field.data.filename:
            raise ValidationError(_("Choose a file."))
