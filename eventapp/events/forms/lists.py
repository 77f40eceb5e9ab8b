"""Forms about what an event has several of, and the audit trail's filter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, Form, SelectField
from wtforms.validators import Optional, Regexp

from eventapp.changing import version_of
from eventapp.events.labels import USUAL_LABELS
from eventapp.events.models import (
    HALL_VALUES,
    ORGANISATION_TEXTS,
    PLACED_VALUES,
    PLACED_VERSION,
    EventOrganisation,
    Organisation,
)
from eventapp.events.words import ORGANISATION_ROLES
from eventapp.forms import DeskForm, Groups, NamedForm, choices, colour, line, line_zh, whole_number
from eventapp.i18n import current_language


class HallForm(NamedForm):
    """A room of the venue."""

    columns = HALL_VALUES
    groups: ClassVar[Groups] = (
        (None, (("name_en", "name_zh"), ("capacity", "colour"))),
        (_l("What it allows"), (("turnaround_minutes",), ("parallel_ok",))),
    )

    name_en = line(_l("English name"))
    name_zh = line_zh(_l("Chinese name"))
    capacity = whole_number(_l("Seats"), 100_000, description=_l("Empty if it is not known."))
    colour = colour(_l("Colour in the agenda"))
    turnaround_minutes = whole_number(
        _l("Minutes to make it ready again"), 24 * 60, description=_l("Between two sessions; empty for none.")
    )
    parallel_ok = BooleanField(_l("Several sessions at once may be in it, as in a foyer"))

    def values(self) -> dict[str, Any]:
        entered = super().values()
        return {**entered, "turnaround_minutes": entered["turnaround_minutes"] or 0}


class OrganisationForm(DeskForm):
    """An organisation's part in the event, and its entry in the directory."""

    columns = PLACED_VALUES
    groups: ClassVar[Groups] = (
        (_l("Its part in this event"), (("role",), ("label_en", "label_zh"))),
        (_l("In the directory, for all events"), (("name_en", "name_zh"), ("short_en", "short_zh"), ("website",))),
    )

    role = SelectField(_l("Role"), choices=choices(ORGANISATION_ROLES), default="host")
    label_en = line(
        _l("Printed label in English"),
        100,
        description=_l("Word for word as it is printed. Left empty, it is the usual one for the role."),
    )
    label_zh = line_zh(_l("Printed label in Chinese"), 100)
    name_en = line(_l("English name"))
    name_zh = line_zh(_l("Chinese name"))
    short_en = line(_l("Short name in English"), 60)
    short_zh = line_zh(_l("Short name in Chinese"), 60)
    website = line(
        _l("Website"),
        300,
        description=_l("Begins with https://"),
    )

    def __init__(self, row: EventOrganisation | None = None) -> None:
        stored: dict[str, Any] = {}
        if row is not None:
            stored = {name: getattr(row.organisation, name) for name in ORGANISATION_TEXTS}
            stored["version"] = version_of(row, PLACED_VERSION)
        super().__init__(row, **stored)
        self.website.validators = [Optional(), Regexp(r"https?://\S+\Z", message=_("Begin with https://"))]

    def values(self) -> dict[str, Any]:
        """Role and labels; an empty label is the usual one."""
        usual_en, usual_zh = USUAL_LABELS[self.role.data]
        return {
            "role": self.role.data,
            "label_en": self.label_en.data or usual_en,
            "label_zh": self.label_zh.data or usual_zh,
        }

    def texts(self) -> dict[str, str]:
        """The directory's entry."""
        return {name: self[name].data for name in ORGANISATION_TEXTS}


class NewOrganisationForm(OrganisationForm):
    """An organisation of the directory, or a new one."""

    groups: ClassVar[Groups] = (
        (None, (("organisation",), ("role",), ("label_en", "label_zh"))),
        (_l("If it is not in the directory yet"), (("name_en", "name_zh"), ("short_en", "short_zh"), ("website",))),
    )

    organisation = SelectField(_l("Organisation"))

    def __init__(self, directory: Sequence[Organisation]) -> None:
        super().__init__()
        self.directory = {row.public_id: row for row in directory}
        known = ((key, _both(row)) for key, row in self.directory.items())
        self.organisation.choices = choices([("", _("A new one")), *known])

    def chosen(self) -> Organisation | None:
        """The organisation of the directory; None for a new one."""
        return self.directory.get(self.organisation.data)


class AuditFilterForm(Form):
    """Who, what and when; sent by GET and without effect where it cannot be read."""

    who = SelectField(_l("Who"), default="")
    what = SelectField(_l("What"), default="")
    since = DateField(_l("From"), validators=[Optional()])
    until = DateField(_l("Until"), validators=[Optional()])

    def drop_what_is_wrong(self) -> None:
        """Empty the fields that could not be read: they filter nothing."""
        for field in self:
            if field.errors:
                field.errors, field.data, field.raw_data = [], field.default, []


def _both(row: Organisation) -> str:
    language = current_language()
    return " ".join(filter(None, (row.name.here(language), row.name.other(language))))
