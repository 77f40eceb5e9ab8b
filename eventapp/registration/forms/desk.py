"""The team's small forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from eventapp.events.slugs import code_of, first_free
from eventapp.forms import (
    Groups,
    NamedForm,
    PageForm,
    WallTimeField,
    at_most,
    choices,
    colour,
    line,
    line_zh,
    whole_number,
)
from eventapp.registration.actions.decisions import Reason
from eventapp.registration.models import CATEGORY_VALUES
from eventapp.registration.words import ENTRY_LABELS
from eventapp.text import tidy

MOST_PLACES = 1_000_000


class ReasonForm(PageForm):
    reason = TextAreaField(_l("Reason"), filters=[tidy], validators=[at_most(500)])


class DecisionForm(PageForm):
    """What the guest is told with a decision, and which further doors are opened to the press."""

    reason_en = TextAreaField(_l("Words to the guest, in English"), filters=[tidy], validators=[at_most(500)])
    reason_zh = TextAreaField(
        _l("Words to the guest, in Chinese"), filters=[tidy], validators=[at_most(500)], render_kw={"lang": "zh-CN"}
    )
    zones = SelectMultipleField(
        _l("May also enter"), validate_choice=False, option_widget=CheckboxInput(), widget=ListWidget()
    )

    def __init__(self, doors: Mapping[str, Any], **options: Any) -> None:
        """`doors` are the event's checkpoints by code: their names, for a guest of the press; else there are none."""
        super().__init__(**options)
        self.zones.choices = choices(doors)
        if not doors:
            del self.zones

    def reason(self) -> Reason:
        """What was written."""
        return Reason(self.reason_en.data or "", self.reason_zh.data or "")

    def chosen_zones(self) -> list[str]:
        """The codes of the checkpoints that were ticked."""
        return list(self.zones.data or ()) if self.zones else []


class NoteForm(PageForm):
    note = StringField(_l("Note for the door"), filters=[tidy], validators=[at_most(300)])


class CapacityForm(PageForm):
    capacity = IntegerField(
        _l("Places"),
        validators=[Optional()],
        render_kw={"inputmode": "numeric"},
    )

    def validate_capacity(self, field: Any) -> None:
        if field.data is None or not 0 <= field.data <= MOST_PLACES:
            # In place of what the field itself says of a word that is no number.
            field.errors.clear()
            raise ValidationError(_("Enter a number from 0 to 1,000,000."))


WAYS_IN: Groups = (
    (_l("Who gets in, and how"), (("entry",), ("needs_approval",), ("for_press",), ("takes_parties",))),
    (_l("When"), (("opens_at", "closes_at"), ("offer_hours",))),
)


class CategoryForm(NamedForm):
    """A kind of attendee."""

    columns = CATEGORY_VALUES
    groups: ClassVar[Groups] = ((None, (("name_en", "name_zh"), ("help_en", "help_zh"), ("colour",))), *WAYS_IN)

    name_en = line(_l("English name"), 100)
    name_zh = line_zh(_l("Chinese name"), 100)
    help_en = line(_l("Who this is for, in English"), 300, description=_l("Guests read it beside the name."))
    help_zh = line_zh(_l("Who this is for, in Chinese"), 300)
    colour = colour(_l("Colour on the pass"))
    entry = RadioField(_l("Who may choose it"), choices=choices(ENTRY_LABELS), default="open")
    needs_approval = BooleanField(_l("The team decides on each registration"))
    for_press = BooleanField(
        _l("For the press"),
        description=_l("The team decides on each; guests are asked for their outlet and for a letter or press card."),
    )
    takes_parties = BooleanField(_l("Delegations may register together"), default=True)
    opens_at = WallTimeField(_l("Opens at"), description=_l("Empty: when registration opens."))
    closes_at = WallTimeField(_l("Closes at"), description=_l("Empty: when registration closes."))
    offer_hours = whole_number(
        _l("Hours to answer when a place becomes free"),
        24 * 30,
        description=_l("The place is held so long for the first on the waiting list. Empty: it is theirs at once."),
    )

    def validate_offer_hours(self, field: Any) -> None:
        if field.data == 0:
            raise ValidationError(_("At least one hour, or leave it empty."))


class NewCategoryForm(CategoryForm):
    """A new kind of attendee with its places."""

    groups: ClassVar[Groups] = (
        (None, (("name_en", "name_zh"), ("capacity",), ("help_en", "help_zh"), ("colour",))),
        *WAYS_IN,
    )

    capacity = whole_number(_l("Places"), MOST_PLACES, description=_l("Empty: no limit."))

    def __init__(self, codes: frozenset[str], *, zone: str) -> None:
        super().__init__(zone=zone)
        self.codes = codes

    def values(self) -> dict[str, Any]:
        """What was entered, with a code made of the name."""
        code = first_free(code_of(self.name_en.data, self.name_zh.data, "category"), self.codes)
        return {**super().values(), "code": code, "capacity": self.capacity.data}
