"""The team's form for an access code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField, StringField
from wtforms.validators import InputRequired, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from eventapp.changing import version_of
from eventapp.forms import DeskForm, Groups, WallTimeField, at_most, choices, line, whole_number
from eventapp.registration.models import ACCESS_CODE_VALUES, ACCESS_CODE_VERSION, AccessCode, Category
from eventapp.registration.queries import LONGEST_CODE, code_key
from eventapp.text import tidy


class AccessCodeForm(DeskForm):
    """A word that opens categories, how often and until when."""

    columns = ACCESS_CODE_VALUES
    groups: ClassVar[Groups] = ((None, (("code",), ("categories",), ("most_uses", "expires_at"), ("note",))),)

    code = StringField(
        _l("Code"),
        filters=[tidy],
        validators=[InputRequired(_l("Write the word that guests type in.")), at_most(LONGEST_CODE)],
        description=_l("Upper and lower case, width and spaces make no difference."),
        render_kw={"autocomplete": "off"},
    )
    categories = SelectMultipleField(
        _l("Opens these categories"), validate_choice=False, option_widget=CheckboxInput(), widget=ListWidget()
    )
    most_uses = whole_number(_l("How many may use it"), 100_000, description=_l("Empty: any number."))
    expires_at = WallTimeField(_l("Valid until"), description=_l("Empty: as long as registration is open."))
    note = line(_l("Note"), 200, description=_l("For the team only: who got it, and why."))

    def __init__(self, offered: Sequence[Category], row: AccessCode | None = None, *, zone: str) -> None:
        stored: dict[str, Any] = {}
        if row is not None:
            stored = {
                "categories": [category.public_id for category in row.categories],
                "version": version_of(row, ACCESS_CODE_VERSION),
            }
        super().__init__(row, zone=zone, **stored)
        self.offered = {category.public_id: category.id for category in offered}
        self.categories.choices = choices((category.public_id, str(category.name)) for category in offered)

    def validate_code(self, field: Any) -> None:
        if field.data and not code_key(field.data):
            raise ValidationError(_("The code needs letters or digits."))

    def validate_categories(self, field: Any) -> None:
        if not set(field.data or ()) & set(self.offered):
            raise ValidationError(_("Choose at least one category."))

    def values(self) -> dict[str, Any]:
        """What was entered, categories as their ids."""
        ids = [self.offered[chosen] for chosen in self.categories.data or () if chosen in self.offered]
        return {**super().values(), "categories": ids}
