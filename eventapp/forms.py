"""What every form shares: typed text is tidied, and refused where it hides something."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import FileField, PasswordField

from eventapp.errors import Refused
from eventapp.text import hides_something


class PageForm(FlaskForm):
    """A form of a page. `refuse` puts an action's refusal beside the field it belongs to."""

    def validate(self, extra_validators: Any = None) -> bool:
        holds = super().validate(extra_validators)
        for field in self:
            typed = [value for value in field.raw_data or [] if isinstance(value, str)]
            if not isinstance(field, FileField | PasswordField) and any(map(hides_something, typed)):
                field.errors = [*field.errors, _("This holds invisible control characters. Please type it again.")]
                holds = False
        return holds

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal: beside its field if the form has it, else at the top."""
        if refusal.field and refusal.field in self:
            field = self[refusal.field]
            field.errors = [*field.errors, str(refusal)]
        else:
            self.form_errors.append(str(refusal))
