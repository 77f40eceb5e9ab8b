"""Forms of the check-in desk."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from eventapp.agenda.queries import session_heading
from eventapp.changing import version_of
from eventapp.checkin.conflicts import decisions_on
from eventapp.checkin.errors import NoWalkInsHere
from eventapp.checkin.models import (
    CHECKPOINT_VALUES,
    CONFLICT_VALUES,
    DEVICE_VALUES,
    DEVICE_VERSION,
    DOOR_SETTINGS,
    AdmissionConflict,
    Checkpoint,
    Device,
)
from eventapp.checkin.queries import WalkIn
from eventapp.checkin.queries.settings import DOOR_RULES_VERSION, DoorRules
from eventapp.checkin.words import DECISIONS, DECISIONS_ON_DOUBLES, KINDS, RULES
from eventapp.events.slugs import code_of, first_free
from eventapp.forms import (
    DeskForm,
    Groups,
    NamedForm,
    WallTimeField,
    at_most,
    choices,
    line,
    line_zh,
    whole_number,
)
from eventapp.i18n import current_language
from eventapp.registration.forms.own import ColleagueForm
from eventapp.registration.models import BookableSession, Category
from eventapp.text import tidy


class DeviceForm(DeskForm):
    """A phone or laptop that scans; none ticked means every checkpoint."""

    columns = DEVICE_VALUES
    groups: ClassVar[Groups] = (
        (None, (("name",), ("checkpoints",))),
        (_l("What it may do"), (("may_override",), ("may_register",))),
        (_l("Working hours"), (("valid_from", "valid_until"),)),
    )

    name = StringField(
        _l("Name of the device"),
        filters=[tidy],
        validators=[DataRequired(_l("Give the device a name, such as “Phone at gate 1”.")), at_most(100)],
        render_kw={"autocomplete": "off"},
    )
    checkpoints = SelectMultipleField(
        _l("May scan at"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("Tick none for all of them."),
    )
    may_override = BooleanField(_l("May let people in all the same, with a reason"))
    may_register = BooleanField(_l("May register people who come without a registration"))
    valid_from = WallTimeField(_l("Works from"), description=_l("Empty: from now on."))
    valid_until = WallTimeField(
        _l("Works until"), description=_l("Empty: until you end it. What it scanned before may be sent later.")
    )

    def __init__(self, checkpoints: Sequence[Checkpoint], row: Device | None = None, *, zone: str) -> None:
        stored: dict[str, Any] = {}
        if row is not None:
            stored["checkpoints"] = [checkpoint.code for checkpoint in row.checkpoints]
            stored["version"] = version_of(row, DEVICE_VERSION)
        super().__init__(row, zone=zone, **stored)
        self.checkpoints.choices = [SelectChoice(checkpoint.code, checkpoint.name) for checkpoint in checkpoints]

    def values(self) -> dict[str, Any]:
        """What was entered, checkpoints as their codes."""
        return {
            **super().values(),
            "checkpoint_codes": self.checkpoints.data or [code for code, *_ in self.checkpoints.choices],
        }


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


class WalkInForm(ColleagueForm):
    """Somebody who came without a registration, and where they are let in at once."""

    form_key = HiddenField()
    category = RadioField(
        _l("Comes as"), validate_choice=False, validators=[InputRequired(_l("Choose how this guest takes part."))]
    )
    consent = BooleanField(_l("The guest was shown the privacy notice and agrees to it."))
    checkpoint = SelectField(_l("Let in through"), validate_choice=False)

    def __init__(self, offered: Sequence[WalkIn], checkpoints: Sequence[Checkpoint], *, has_notice: bool) -> None:
        super().__init__(phone_suffices=True, language=current_language(), organisation="")
        self.offered = {one.category.code: one for one in offered}
        self.codes = {row.code for row in checkpoints}
        self.category.choices = choices((code, _offer(one)) for code, one in self.offered.items())
        self.checkpoint.choices = choices(
            [("", _("Nowhere yet: only register")), *((row.code, row.name) for row in checkpoints)]
        )
        if not has_notice:
            del self.consent
        if not self.is_submitted():
            self.form_key.data = str(uuid.uuid4())
            self.checkpoint.data = checkpoints[0].code if checkpoints else ""

    def validate_form_key(self, field: Any) -> None:
        try:
            uuid.UUID(field.data or "")
        except ValueError:
            field.data = str(uuid.uuid4())
            raise ValidationError(_("The form was incomplete. Please send it once more.")) from None

    def validate_category(self, field: Any) -> None:
        if field.data not in self.offered:
            raise ValidationError(str(NoWalkInsHere()))

    def validate_checkpoint(self, field: Any) -> None:
        if field.data and field.data not in self.codes:
            raise ValidationError(_("This checkpoint is gone. Please choose again."))

    def validate_email(self, field: Any) -> None:
        if field.data or self.phone.data:
            if field.data:
                super().validate_email(field)
        else:
            raise ValidationError(
                _("Enter an e-mail address or a mobile phone number, so that there is a way to reach this guest.")
            )


def _offer(one: WalkIn) -> str:
    """What the category is called, and what becomes of whoever comes in it."""
    name = one.category.name.here(current_language())
    if one.full:
        return _("%(category)s (no place left)", category=name)
    return _("%(category)s (held until the team decides)", category=name) if one.held else name


class DoorRulesForm(DeskForm):
    """What holds at all doors of an event."""

    columns = DOOR_SETTINGS
    groups: ClassVar[Groups] = (
        (_l("Without a network"), (("admit_unknown_offline",),)),
        (_l("Taking back"), (("undo_needs_override",),)),
        (_l("Walk-ins"), (("categories",),)),
    )

    admit_unknown_offline = BooleanField(
        _l("Let in guests whose pass is genuine, but whom the device does not know yet"),
        description=_l(
            "They registered after the device was last in touch. Their pass cannot be forged; but whether it was cancelled "
            "since, the device cannot know. Such guests are marked, and you are told of each that should not have been let in."
        ),
    )
    undo_needs_override = BooleanField(
        _l("Only devices that may let people in all the same may take a scan back"),
        description=_l("Otherwise every device takes back what it scanned itself, with a reason."),
    )
    categories = SelectMultipleField(
        _l("The door registers people in"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("Within the places of each category; where the team decides, the guest is held until then."),
    )

    def __init__(self, rules: DoorRules, offered: Sequence[Category]) -> None:
        chosen = [row.public_id for row in offered if row.id in rules.category_ids]
        super().__init__(rules, categories=chosen, version=version_of(rules, DOOR_RULES_VERSION))
        self.offered = {row.public_id: row.id for row in offered}
        self.categories.choices = choices((row.public_id, row.name) for row in offered)

    def values(self) -> dict[str, Any]:
        """What was entered, categories as their ids."""
        return {**super().values(), "category_ids": {self.offered[key] for key in self.categories.data or ()}}


class ConflictForm(DeskForm):
    """What the team decides about somebody who was let in."""

    columns = CONFLICT_VALUES
    groups: ClassVar[Groups] = ((None, (("decision",), ("note",))),)

    decision = RadioField(_l("Decision"), validators=[InputRequired(_l("Please choose one of the answers."))])
    note = line(_l("Note"), 300, description=_l("For the team only."))

    def __init__(self, conflict: AdmissionConflict) -> None:
        super().__init__(conflict)
        words = DECISIONS_ON_DOUBLES if conflict.kind == "double" else DECISIONS
        offered = decisions_on(conflict.kind, known=conflict.registration_id is not None)
        self.decision.choices = choices((key, words[key]) for key in offered)
