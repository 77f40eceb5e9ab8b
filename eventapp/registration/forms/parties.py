"""What the contact of a party fills in about it, and about one of its members."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, HiddenField, RadioField, SelectField, StringField, TelField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from eventapp.changing import version_of
from eventapp.forms import at_most, choices
from eventapp.i18n import LANGUAGES, current_language
from eventapp.registration.actions.own import OWN_VALUES
from eventapp.registration.actions.parties import Contact, Member
from eventapp.registration.actions.register import Attendee
from eventapp.registration.contact import parse_email, parse_phone
from eventapp.registration.forms.own import PersonForm
from eventapp.registration.forms.party_rows import RowsForm
from eventapp.registration.models import Registration
from eventapp.registration.words import ROLE_LABELS
from eventapp.text import tidy


class PartyForm(RowsForm):
    """A party to register: its contact, and the people."""

    party = StringField(
        _l("Name of the delegation or organisation"), filters=[tidy], validators=[at_most(200)],
        render_kw={"autocomplete": "organization"},
    )  # fmt: skip
    contact_name = StringField(
        _l("Your name"), filters=[tidy], render_kw={"autocomplete": "name"},
        validators=[InputRequired(_l("Enter your name.")), at_most(200)],
    )  # fmt: skip
    contact_email = EmailField(
        _l("Your e-mail"), filters=[tidy], validators=[at_most(320)],
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )  # fmt: skip
    contact_phone = TelField(
        _l("Your mobile phone"), filters=[tidy], validators=[at_most(40)],
        render_kw={"autocomplete": "tel", "inputmode": "tel"},
    )  # fmt: skip
    language = RadioField(
        _l("Write to us in"), validate_choice=False, choices=[SelectChoice("en", "English"), SelectChoice("zh", "中文")]
    )
    split = BooleanField(_l("If there are not enough places, give us as many as fit; the others wait."))

    phone_suffices = True
    email_address = ""
    phone_e164 = ""

    def __init__(self, *given: Any, phone_suffices: bool, **values: Any) -> None:
        super().__init__(*given, **values)
        self.phone_suffices = phone_suffices
        if self.language.data not in LANGUAGES:
            self.language.data = current_language()

    def validate_contact_email(self, field: Any) -> None:
        if field.data:
            try:
                self.email_address = parse_email(field.data)
            except ValueError:
                said = _("This is not a complete e-mail address. It looks like name@example.com.")
                raise ValidationError(said) from None
        elif not self.phone_suffices:
            raise ValidationError(_("Enter your e-mail address; the page of your party is sent there."))
        elif not self.contact_phone.data:
            raise ValidationError(_("Enter an e-mail address or a mobile phone number, so that we can reach you."))

    def validate_contact_phone(self, field: Any) -> None:
        if field.data:
            try:
                self.phone_e164 = parse_phone(field.data)
            except ValueError:
                said = _("This is not a phone number we can read. Abroad, start with + and the country.")
                raise ValidationError(said) from None

    def contact(self) -> Contact:
        """The contact of a valid form."""
        return Contact(
            name=self.contact_name.data or "",
            email=self.email_address,
            phone=self.phone_e164,
            party=self.party.data or "",
            language=self.language.data,
            split_allowed=bool(self.split.data),
        )


class MemberForm(PersonForm):
    """One of a party: how they are written, what they are in it, or who comes instead."""

    version = HiddenField()
    email = EmailField(_l("E-mail"), filters=[tidy], validators=[at_most(320)], render_kw={"autocomplete": "off"})
    role = SelectField(_l("Role in the party"), choices=choices(ROLE_LABELS))
    replaced = BooleanField(_l("Somebody else comes in this place: the pass until now is no longer valid"))

    email_address = ""

    def __init__(self, row: Registration) -> None:
        held = {name: getattr(row, name) for name in ("given_en", "family_en", "email", "phone", "language")}
        held |= {"organisation": row.organisation, "position": row.position, "role": row.party_role}
        super().__init__(
            data={**held, "name_zh": f"{row.family_zh}{row.given_zh}", "version": version_of(row, OWN_VALUES)}
        )
        if row.state != "confirmed":
            del self.replaced

    def validate_email(self, field: Any) -> None:
        if field.data:
            try:
                self.email_address = parse_email(field.data)
            except ValueError:
                said = _("This is not a complete e-mail address. It looks like name@example.com.")
                raise ValidationError(said) from None

    def values(self) -> dict[str, Any]:
        """The row's own values of a valid form (OWN_VALUES)."""
        return {
            **self.name_parts(),
            "phone": self.phone_e164,
            "organisation": self.organisation.data or "",
            "position": self.position.data or "",
            "language": self.language.data,
        }

    def member(self) -> Member:
        """Who comes instead, of a valid form."""
        values = {key: value for key, value in self.values().items() if key not in self.name_parts()}
        return Member(Attendee(name=self.name_parts(), email=self.email_address, **values), self.role.data)
