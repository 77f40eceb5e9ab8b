"""Forms of the check-in desk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from eventapp.agenda.queries import session_heading
from eventapp.checkin.models import CHECKPOINT_VALUES, Checkpoint
from eventapp.checkin.words import KINDS, RULES
from eventapp.events.slugs import code_of, first_free
from eventapp.forms import (
    DeskForm,
    Groups,
    NamedForm,
    PageForm,
    WallTimeField,
    at_most,
    choices,
    line,
    line_zh,
    whole_number,
)
from eventapp.registration.models import BookableSession, Category
from eventapp.text import tidy


class DeviceForm(PageForm):
    """A phone or laptop to be paired; none ticked means every checkpoint."""

    name = StringField(
        _l("Name of the device"),
        filters=[tidy],
        validators=[DataRequired(_l("Give the device a name, such as “Phone at gate 1”.")), at_most(100)],
        render_kw={"autocomplete": "off"},
    )
    checkpoints = SelectMultipleField(
        _l("May scan at"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    may_override = BooleanField(_l("May let people in all the same, with a reason"))

    def __init__(self, checkpoints: Sequence[Checkpoint]) -> None:
        super().__init__()
        self.checkpoints.choices = [SelectChoice(checkpoint.code, checkpoint.name) for checkpoint in checkpoints]


class CheckpointForm(NamedForm):
    """Where passes are scanned, by which rule, for whom and when."""

    columns = CHECKPOINT_VALUES
    groups: ClassVar[Groups] = (
        (None, (("name_en", "name_zh"), ("kind",), ("rule",), ("session_id",), ("categories",))),
        (_l("Limits"), (("opens_at", "closes_at"), ("capacity", "pause_seconds"))),
    )

    name_en = line(_l("English name"), 100)
    name_zh = line_zh(_l("Chinese name"), 100)
    kind = SelectField(_l("Kind"), choices=choices(KINDS))
    rule = RadioField(_l("Rule"), choices=choices(RULES), default="once")
    session_id = SelectField(
        _l("Door of a session"),
        description=_l("Then it admits who has booked that session, and the categories ticked below."),
    )
    categories = SelectMultipleField(
        _l("Only for"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("Tick none to admit every category."),
    )
    opens_at = WallTimeField(_l("Opens"))
    closes_at = WallTimeField(_l("Closes"))
    capacity = whole_number(
        _l("Holds at most"), 1_000_000, description=_l("Counts who is inside, so it needs the rule with in and out.")
    )
    pause_seconds = whole_number(_l("Seconds between two scans of a pass"), 86_400)

    def __init__(
        self,
        zone: str,
        offered: Sequence[Category],
        bookable: Sequence[BookableSession],
        row: Checkpoint | None = None,
        limits: Iterable[int] = (),
    ) -> None:
        held = set(limits)
        stored: dict[str, Any] = {"categories": [category.public_id for category in offered if category.id in held]}
        self.bookable = {one.public_id: one.session for one in bookable}
        door_of = row.session_id if row else None
        stored["session_id"] = next((key for key, one in self.bookable.items() if one.id == door_of), "")
        super().__init__(row, zone=zone, **stored)
        self.offered = {category.public_id: category for category in offered}
        self.categories.choices = choices((key, category.name) for key, category in self.offered.items())
        self.session_id.choices = choices(
            [
                ("", _("None: it asks for no booking")),
                *((key, session_heading(one)) for key, one in self.bookable.items()),
            ]
        )

    def values(self) -> dict[str, Any]:
        """What was entered, with the ids of the categories it is limited to and of the session whose door it is."""
        limited = [self.offered[key].id for key in self.categories.data or ()]
        session = self.bookable.get(self.session_id.data)
        return {
            **super().values(),
            "session_id": session.id if session else None,
            "pause_seconds": self.pause_seconds.data or 0,
            "category_ids": limited,
        }

    def validate_capacity(self, field: Any) -> None:
        if field.data is not None and self.rule.data != "visits":
            raise ValidationError(_("Choose the rule that counts who is inside, or leave this empty."))


class NewCheckpointForm(CheckpointForm):
    """A new checkpoint."""

    groups: ClassVar[Groups] = (*CheckpointForm.groups, (_l("Devices"), (("for_paired_devices",),)))

    for_paired_devices = BooleanField(_l("Devices that are paired already may scan here, too"), default=True)

    def __init__(
        self, zone: str, offered: Sequence[Category], bookable: Sequence[BookableSession], codes: frozenset[str]
    ) -> None:
        super().__init__(zone, offered, bookable)
        self.codes = codes

    def values(self) -> dict[str, Any]:
        """What was entered, with a code made of the name."""
        code = first_free(code_of(self.name_en.data, self.name_zh.data, "checkpoint"), self.codes)
        return {**super().values(), "code": code, "for_paired_devices": self.for_paired_devices.data}


class ZonesForm(DeskForm):
    """Where one guest may go besides what the category allows."""

    groups: ClassVar[Groups] = ((None, (("zones",),)),)

    zones = SelectMultipleField(
        _l("This guest may also pass"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )

    def __init__(self, checkpoints: Sequence[Checkpoint], granted: Iterable[int]) -> None:
        held = set(granted)
        super().__init__(zones=[row.code for row in checkpoints if row.id in held])
        self.offered = {row.code: row.id for row in checkpoints}
        self.zones.choices = [SelectChoice(row.code, row.name) for row in checkpoints]

    def checkpoint_ids(self) -> set[int]:
        """The checkpoints that were ticked."""
        return {self.offered[code] for code in self.zones.data or ()}
