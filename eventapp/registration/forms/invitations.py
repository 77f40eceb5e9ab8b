"""Forms about personal invitations: the team's, and those of the guest's own page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from eventapp.forms import DeskForm, Groups, PageForm, WallTimeField, at_most, choices, line, lines, whole_number
from eventapp.i18n import LANGUAGES
from eventapp.people.names import split_chinese
from eventapp.registration.actions.invitations import Invited
from eventapp.registration.contact import parse_email
from eventapp.registration.guestlist import Line, read_lines
from eventapp.registration.models import Category, Invitation
from eventapp.text import can_be_seen, tidy, tidy_lines

LANGUAGE_NAMES = {"en": "English", "zh": "中文"}
MOST_PLUS_ONES = 10
LONGEST_TABLE = 400_000
COMPLETE = _l("This is not a complete e-mail address. It looks like name@example.com.")


class _NamedGuest(PageForm):
    """Somebody's name in one script or both, and a complete address."""

    def validate_given_en(self, field: Any) -> None:
        if not can_be_seen(f"{self['name_zh'].data}{self['given_en'].data}{self['family_en'].data}"):
            raise ValidationError(_("Enter the name, in Chinese or in Latin letters."))

    def validate_email(self, field: Any) -> None:
        try:
            self.address = parse_email(field.data or "")
        except ValueError:
            raise ValidationError(str(COMPLETE)) from None

    address = ""

    def name_parts(self) -> dict[str, str]:
        """The name as its columns."""
        family_zh, given_zh = split_chinese(self["name_zh"].data or "")
        return {
            "family_en": self["family_en"].data or "",
            "given_en": self["given_en"].data or "",
            "family_zh": family_zh,
            "given_zh": given_zh,
        }


class InvitationForm(_NamedGuest, DeskForm):
    """One guest to invite."""

    groups: ClassVar[Groups] = (
        (
            None,
            (
                ("category_id",),
                ("given_en", "family_en"),
                ("name_zh",),
                ("email", "language"),
                ("organisation", "position"),
                ("plus_ones", "expires_at"),
                ("note",),
            ),
        ),
    )

    category_id = SelectField(_l("Category"), validate_choice=False)
    given_en = line(_l("Given name"), 100)
    family_en = line(_l("Family name"), 100)
    name_zh = StringField(_l("Name in Chinese"), filters=[tidy], validators=[at_most(50)], render_kw={"lang": "zh-CN"})
    email = EmailField(
        _l("E-mail"),
        filters=[tidy],
        validators=[InputRequired(_l("Enter the address the invitation goes to.")), at_most(320)],
        render_kw={"inputmode": "email", "autocomplete": "off"},
    )
    language = SelectField(_l("Language"), choices=choices(LANGUAGE_NAMES))
    organisation = line(_l("Organisation"), 200)
    position = line(_l("Position"), 200)
    plus_ones = whole_number(_l("May bring so many more people"), MOST_PLUS_ONES)
    expires_at = WallTimeField(_l("May accept until"), description=_l("Empty: as long as registration is open."))
    note = line(_l("Note"), 200, description=_l("For the team only."))

    def __init__(
        self, offered: Sequence[Category], row: Invitation | None = None, *, zone: str, version: str = ""
    ) -> None:
        stored: dict[str, Any] = {"plus_ones": 0, "language": "en"}
        if row is not None:
            stored = {name: getattr(row, name) for name in STORED}
            stored |= {"name_zh": row.name.zh, "category_id": row.category.public_id, "version": version}
        super().__init__(zone=zone, **stored)
        self.offered = {category.public_id: category.id for category in offered}
        self.category_id.choices = choices((category.public_id, str(category.name)) for category in offered)

    def validate_category_id(self, field: Any) -> None:
        if field.data not in self.offered:
            raise ValidationError(_("Choose a category."))

    def invited(self) -> Invited:
        """The guest of a valid form."""
        return Invited(
            name=self.name_parts(),
            email=self.address,
            organisation=self.organisation.data or "",
            position=self.position.data or "",
            language=self.language.data,
            plus_ones=self.plus_ones.data or 0,
            note=self.note.data or "",
        )

    def values(self) -> dict[str, Any]:
        """What was entered, as the columns of the row."""
        guest = self.invited()
        return {
            **guest.name,
            "email": guest.email,
            "organisation": guest.organisation,
            "position": guest.position,
            "language": guest.language,
            "plus_ones": guest.plus_ones,
            "note": guest.note,
            "category_id": self.offered[self.category_id.data],
            "expires_at": self.expires_at.moment,
        }


STORED = (
    "given_en", "family_en", "email", "language", "organisation", "position", "plus_ones", "expires_at", "note",
)  # fmt: skip


class GuestListForm(DeskForm):
    """Many guests as a table, pasted from a spreadsheet or typed."""

    groups: ClassVar[Groups] = ((None, (("category_id", "language"), ("expires_at",), ("table",))),)

    category_id = SelectField(_l("Category"), validate_choice=False)
    language = SelectField(_l("Language where the table names none"), choices=choices(LANGUAGE_NAMES))
    expires_at = WallTimeField(_l("May accept until"), description=_l("Empty: as long as registration is open."))
    table = lines(
        _l("Guests"),
        LONGEST_TABLE,
        description=_l(
            "One guest a line: name, e-mail, organisation, position, language (en or zh), how many more they may bring. "
            "Copy it from a spreadsheet, or put commas between; a first line with the names of the columns is understood."
        ),
    )

    read: Sequence[Line] = ()

    def __init__(self, offered: Sequence[Category], *, zone: str, language: str) -> None:
        super().__init__(zone=zone, language=language)
        self.offered = {category.public_id: category.id for category in offered}
        self.category_id.choices = choices((category.public_id, str(category.name)) for category in offered)

    def validate_category_id(self, field: Any) -> None:
        if field.data not in self.offered:
            raise ValidationError(_("Choose a category."))

    def validate_table(self, field: Any) -> None:
        if not (field.data or "").strip():
            raise ValidationError(_("Paste at least one line."))
        self.read = read_lines(field.data, language=self.language.data, most_plus_ones=MOST_PLUS_ONES)

    def guests(self) -> list[Invited]:
        """The guests of the lines that could be read."""
        return [Invited(**vars(line.guest)) for line in self.read if line.guest is not None]


class RegretsForm(PageForm):
    """A word with the regrets."""

    word = TextAreaField(
        _l("A word to the organisers"), filters=[tidy_lines], validators=[at_most(500)], render_kw={"rows": 3}
    )


class DeputyForm(_NamedGuest):
    """Who comes in the guest's place."""

    given_en = line(_l("Given name"), 100)
    family_en = line(_l("Family name"), 100)
    name_zh = StringField(_l("Name in Chinese"), filters=[tidy], validators=[at_most(50)], render_kw={"lang": "zh-CN"})
    email = EmailField(
        _l("Their e-mail"),
        filters=[tidy],
        validators=[InputRequired(_l("Enter the address their invitation goes to.")), at_most(320)],
        render_kw={"inputmode": "email", "autocomplete": "off"},
    )
    language = RadioField(
        _l("Write to them in"),
        validate_choice=False,
        choices=[SelectChoice(code, name) for code, name in LANGUAGE_NAMES.items()],
    )

    def deputy(self, invitation: Invitation) -> Invited:
        """The deputy of a valid form; comes from the same house, and may bring as many."""
        return Invited(
            name=self.name_parts(),
            email=self.address,
            organisation=invitation.organisation,
            language=self.language.data if self.language.data in LANGUAGES else invitation.language,
            plus_ones=invitation.plus_ones,
        )
