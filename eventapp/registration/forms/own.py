"""What guests fill in on their own pages."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, HiddenField, RadioField, StringField, TelField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from eventapp.changing import version_of
from eventapp.forms import DeskForm, Groups, PageForm, WallTimeField, at_most
from eventapp.i18n import LANGUAGES, current_language
from eventapp.people.names import split_chinese
from eventapp.registration.actions.own import OWN_VALUES
from eventapp.registration.actions.register import Attendee
from eventapp.registration.contact import parse_email, parse_phone
from eventapp.registration.models import Category, Registration, RegistrationSettings
from eventapp.text import can_be_seen, tidy


class PersonForm(PageForm):
    """A name in one script or both, a phone, where one comes from, and the language to be written to."""

    name_zh = StringField(
        _l("Name in Chinese"),
        filters=[tidy],
        validators=[at_most(50)],
        render_kw={"lang": "zh-CN", "autocomplete": "off"},
    )
    given_en = StringField(
        _l("Given name"), filters=[tidy], validators=[at_most(100)], render_kw={"autocomplete": "off"}
    )
    family_en = StringField(
        _l("Family name"), filters=[tidy], validators=[at_most(100)], render_kw={"autocomplete": "off"}
    )
    phone = TelField(
        _l("Mobile phone"),
        filters=[tidy],
        validators=[at_most(40)],
        render_kw={"autocomplete": "off", "inputmode": "tel"},
    )
    organisation = StringField(
        _l("Organisation"), filters=[tidy], validators=[at_most(200)], render_kw={"autocomplete": "organization"}
    )
    position = StringField(_l("Position"), filters=[tidy], validators=[at_most(200)], render_kw={"autocomplete": "off"})
    language = RadioField(
        _l("Write to me in"), validate_choice=False, choices=[SelectChoice("en", "English"), SelectChoice("zh", "中文")]
    )

    phone_e164 = ""

    def validate_name_zh(self, field: Any) -> None:
        if current_language() == "zh":
            self._require_name()

    def validate_given_en(self, field: Any) -> None:
        if current_language() == "en":
            self._require_name()

    def _require_name(self) -> None:
        """Asked of the name field that stands first on the page of this language."""
        if not can_be_seen(f"{self.name_zh.data}{self.given_en.data}{self.family_en.data}"):
            raise ValidationError(_("Enter a name, in Chinese or in Latin letters."))

    def validate_phone(self, field: Any) -> None:
        if field.data:
            try:
                self.phone_e164 = parse_phone(field.data)
            except ValueError:
                raise ValidationError(
                    _("This is not a phone number we can read. Abroad, start with + and the country.")
                ) from None

    def validate_language(self, field: Any) -> None:
        if field.data not in LANGUAGES:
            field.data = current_language()

    def name_parts(self) -> dict[str, str | bool]:
        """The name of a valid form as columns keep it."""
        family_zh, given_zh = split_chinese(self.name_zh.data or "")
        return {
            "family_en": self.family_en.data or "",
            "given_en": self.given_en.data or "",
            "family_zh": family_zh,
            "given_zh": given_zh,
        }


class DetailsForm(PersonForm):
    """What a guest may correct in the own registration; carries the version it was filled from."""

    version = HiddenField()

    def __init__(self, registration: Registration) -> None:
        self._held = registration
        stored = {name: getattr(registration, name) for name in OWN_VALUES}
        name_zh = registration.printed_zh or f"{registration.family_zh}{registration.given_zh}"
        super().__init__(data={**stored, "name_zh": name_zh, "version": version_of(registration, OWN_VALUES)})

    def validate_phone(self, field: Any) -> None:
        super().validate_phone(field)
        if not (field.data or self._held.email or self._held.party_id):
            raise ValidationError(_("Without an e-mail address we need a phone number, so that we can reach you."))

    def values(self) -> dict[str, Any]:
        """The clean values of a valid form; a name that was left as it was keeps how it is printed and split."""
        values: dict[str, Any] = {
            "phone": self.phone_e164,
            "organisation": self.organisation.data or "",
            "position": self.position.data or "",
            "language": self.language.data,
        }
        return values | self._changed_name()

    def _changed_name(self) -> dict[str, Any]:
        held, parts = self._held, self.name_parts()
        changed: dict[str, Any] = {}
        if (parts["family_en"], parts["given_en"]) != (held.family_en, held.given_en):
            changed |= {name: parts[name] for name in ("family_en", "given_en")} | {"printed_en": ""}
        if (self.name_zh.data or "") != (held.printed_zh or f"{held.family_zh}{held.given_zh}"):
            changed |= {name: parts[name] for name in ("family_zh", "given_zh")} | {"printed_zh": ""}
        return changed


class ColleagueForm(PersonForm):
    """Who gets the place."""

    email = EmailField(
        _l("E-mail"),
        filters=[tidy],
        validators=[at_most(320)],
        render_kw={"autocomplete": "off", "inputmode": "email"},
    )

    email_address = ""

    def __init__(self, *, phone_suffices: bool, language: str, organisation: str) -> None:
        self.phone_suffices = phone_suffices
        super().__init__(data={"language": language, "organisation": organisation})

    def validate_email(self, field: Any) -> None:
        if field.data:
            self.email_address = _email(field.data)
        elif not self.phone_suffices:
            raise ValidationError(_("Enter your colleague's e-mail address; the pass is sent there."))
        elif not self.phone.data:
            raise ValidationError(_("Enter an e-mail address or a mobile phone number of your colleague."))

    def colleague(self) -> Attendee:
        """The clean values of a valid form."""
        return Attendee(
            name=self.name_parts(),
            email=self.email_address,
            phone=self.phone_e164,
            organisation=self.organisation.data or "",
            position=self.position.data or "",
            language=self.language.data,
        )


class AddressForm(PageForm):
    """One address, corrected."""

    email = EmailField(
        _l("Right e-mail address"),
        filters=[tidy],
        validators=[InputRequired(_l("Enter the e-mail address to write to.")), at_most(320)],
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )

    email_address = ""

    def validate_email(self, field: Any) -> None:
        self.email_address = _email(field.data)


class FindForm(AddressForm):
    """The address to mail the links to. Each form that is fetched has a key of its own, and asks only a few times."""

    form_key = HiddenField()
    email = EmailField(
        _l("Your e-mail address"),
        filters=[tidy],
        validators=[InputRequired(_l("Enter the e-mail address you registered with.")), at_most(320)],
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )

    def __init__(self) -> None:
        super().__init__()
        if not self.is_submitted():
            self.form_key.data = secrets.token_urlsafe(24)


class CategoryChoiceForm(PageForm):
    """The category to move to."""

    category = RadioField(_l("I come as"), validate_choice=False)

    def __init__(self, categories: list[Category]) -> None:
        super().__init__()
        self.categories = categories
        self.category.choices = [SelectChoice(category.public_id, category.name) for category in categories]

    def validate_category(self, field: Any) -> None:
        if field.data not in {category.public_id for category in self.categories}:
            raise ValidationError(_("Choose the category you would like to move to."))

    def chosen(self) -> Category:
        """The category of a valid form."""
        return next(category for category in self.categories if category.public_id == self.category.data)


class DeadlineForm(DeskForm):
    """Until when guests change by themselves."""

    columns = ("changes_until",)
    groups: ClassVar[Groups] = ((None, (("changes_until",),)),)

    changes_until = WallTimeField(
        _l("Guests may change until"),
        description=_l("Empty: until the event begins. Withdrawing is possible until it ends."),
    )

    def __init__(self, settings: RegistrationSettings, zone: str) -> None:
        super().__init__(settings, zone=zone)


def _email(typed: str | None) -> str:
    try:
        return parse_email(typed or "")
    except ValueError:
        raise ValidationError(_("This is not a complete e-mail address. It looks like name@example.com.")) from None
