"""What the team fills in to move a registration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField

from eventapp.forms import DeskForm, Groups, choices
from eventapp.registration.models import Category


class MoveForm(DeskForm):
    """Another category, and whether to wait there."""

    groups: ClassVar[Groups] = ((None, (("category",), ("may_wait",))),)

    category = SelectField(_l("Category"))
    may_wait = BooleanField(_l("Let the guest wait there if no place is left"))

    def __init__(self, categories: Sequence[Category]) -> None:
        super().__init__()
        self.categories = categories
        self.category.choices = choices((row.public_id, row.name) for row in categories)

    def chosen(self) -> Category:
        """The category of a valid form."""
        return next(row for row in self.categories if row.public_id == self.category.data)
