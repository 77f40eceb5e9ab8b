"""The registration form and the team's small forms."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    RadioField,
    StringField,
    TelField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from eventapp.events.models import Event
from eventapp.forms import (
    PageForm,
    at_most,
)
from eventapp.i18n import LANGUAGES, current_language
from eventapp.people.names import split_chinese
from eventapp.registration.actions.register import Attendee
from eventapp.registration.actions.wishes import Wishes
from eventapp.registration.contact import parse_email, parse_phone
from eventapp.registration.errors import CategoryClosed, NoticeChanged
from eventapp.registration.forms.sections import Section, sections_of
from eventapp.registration.models import Category, Invitation, PrivacyNotice
from eventapp.text import can_be_seen, tidy

FORM_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
MOST_PLACES = 1_000_000
NOTICE_ID = re.compile(r"[0-9]{1,18}")


class RegistrationForm(PageForm):
    """What an attendee fills in. A name in one script is enough; so is one way to reach them, if the event allows."""

    form_key = HiddenField()
    notice_id = HiddenField()
    category = RadioField(
        _l("I come as"), validate_choice=False, validators=[InputRequired(_l("Choose how you take part."))]
    )
    name_zh = StringField(
        _l("Name in Chinese"),
        filters=[tidy],
        validators=[at_most(50)],
        render_kw={"lang": "zh-CN", "autocomplete": "off"},
    )
    given_en = StringField(
        _l("Given name"), filters=[tidy], validators=[at_most(100)], render_kw={"autocomplete": "given-name"}
    )
    family_en = StringField(
        _l("Family name"), filters=[tidy], validators=[at_most(100)], render_kw={"autocomplete": "family-name"}
    )
    email = EmailField(
        _l("E-mail"),
        filters=[tidy],
        validators=[at_most(320)],
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )
    phone = TelField(
        _l("Mobile phone"),
        filters=[tidy],
        validators=[at_most(40)],
        render_kw={"autocomplete": "tel", "inputmode": "tel"},
    )
    organisation = StringField(
        _l("Organisation"), filters=[tidy], validators=[at_most(200)], render_kw={"autocomplete": "organization"}
    )
    position = StringField(
        _l("Position"), filters=[tidy], validators=[at_most(200)], render_kw={"autocomplete": "organization-title"}
    )
    language = RadioField(
        _l("Write to me in"), validate_choice=False, choices=[SelectChoice("en", "English"), SelectChoice("zh", "中文")]
    )
    consent = BooleanField(
        _l("I have read the privacy notice and agree that my data is used for this event."),
        validators=[
            InputRequired(_l("Please read the privacy notice and agree to it; we cannot register you without."))
        ],
    )

    sections: Sequence[Section] = ()

    def __init__(self, categories: Sequence[Category], notice: PrivacyNotice | None, *, phone_suffices: bool) -> None:
        super().__init__()
        self.categories = categories
        self.category.choices = [SelectChoice(category.public_id, category.name) for category in categories]
        self.phone_suffices = phone_suffices
        if self.language.data not in LANGUAGES:
            self.language.data = current_language()
        if not self.is_submitted():
            self.form_key.data = secrets.token_urlsafe(24)
            if len(categories) == 1:
                self.category.data = categories[0].public_id
        self.notice = notice
        if notice is None:
            del self.consent

    def validate(self, extra_validators: Any = None) -> bool:
        holds = super().validate(extra_validators)
        if not FORM_KEY.fullmatch(self.form_key.data or ""):
            self.form_key.data = secrets.token_urlsafe(24)
            self.form_errors.append(_("The form was incomplete. Please send it once more."))
            holds = False
        # Each of them tells what is wrong, so none is passed over.
        checked = [section.check(self) for section in self.sections]
        return all(checked) and holds

    def validate_category(self, field: Any) -> None:
        if field.data not in {category.public_id for category in self.categories}:
            raise ValidationError(str(CategoryClosed()))

    def validate_name_zh(self, field: Any) -> None:
        if current_language() == "zh":
            self._require_name()

    def validate_given_en(self, field: Any) -> None:
        if current_language() == "en":
            self._require_name()

    def _require_name(self) -> None:
        """Asked of the name field that stands first on the page of this language."""
        if not can_be_seen(f"{self.name_zh.data}{self.given_en.data}{self.family_en.data}"):
            raise ValidationError(_("Enter your name, in Chinese or in Latin letters."))

    def validate_email(self, field: Any) -> None:
        if field.data:
            try:
                self.email_address = parse_email(field.data)
            except ValueError:
                raise ValidationError(
                    _("This is not a complete e-mail address. It looks like name@example.com.")
                ) from None
        elif not self.phone_suffices:
            raise ValidationError(_("Enter your e-mail address; the pass is sent there."))
        elif not self.phone.data:
            raise ValidationError(_("Enter an e-mail address or a mobile phone number, so that we can reach you."))

    def validate_phone(self, field: Any) -> None:
        if field.data:
            try:
                self.phone_e164 = parse_phone(field.data)
            except ValueError:
                raise ValidationError(
                    _("This is not a phone number we can read. Abroad, start with + and the country.")
                ) from None

    def validate_consent(self, field: Any) -> None:
        if self.notice and self.notice_id.data != str(self.notice.id):
            raise ValidationError(str(NoticeChanged()))

    email_address = ""
    phone_e164 = ""

    def chosen_category(self) -> Category:
        """The category of a valid form."""
        return next(category for category in self.categories if category.public_id == self.category.data)

    def wishes(self) -> Wishes:
        """What the guest of a valid form asks for besides a place."""
        wishes = Wishes()
        for section in self.sections:
            wishes = section.wishes(self, wishes)
        return wishes

    def attendee(self) -> Attendee:
        """The clean values of a valid form."""
        family_zh, given_zh = split_chinese(self.name_zh.data or "")
        return Attendee(
            name={
                "family_en": self.family_en.data or "",
                "given_en": self.given_en.data or "",
                "family_zh": family_zh,
                "given_zh": given_zh,
            },
            email=self.email_address,
            phone=self.phone_e164,
            organisation=self.organisation.data or "",
            position=self.position.data or "",
            language=self.language.data,
        )

    def agreed_notice_id(self) -> int | None:
        """The version of the notice that was shown, if it was agreed to."""
        shown = self.notice_id.data or ""
        return int(shown) if self.consent and self.consent.data and NOTICE_ID.fullmatch(shown) else None

    def fill_in(self, invitation: Invitation) -> None:
        """Say what is known of a guest who was invited in person; they may change it."""
        name = invitation.name
        self.name_zh.data = name.zh
        self.given_en.data, self.family_en.data = invitation.given_en, invitation.family_en
        for field in ("email", "organisation", "position", "language"):
            self[field].data = getattr(invitation, field)

    def show_notice(self) -> None:
        """Remember which version of the notice this page shows; consent to an older one does not count for it."""
        shown = str(self.notice.id) if self.notice else ""
        if self.consent and self.notice_id.data != shown:
            self.consent.data = False
            for field in self:
                # What was ticked under the other notice may mean something else under this one.
                if field.name.startswith("consent_"):
                    field.data = False
        self.notice_id.data = shown


def registration_form(
    event: Event, categories: Sequence[Category], notice: PrivacyNotice | None, **options: Any
) -> RegistrationForm:
    """The event's form: name and contact, and the sections that this event has."""
    sections = sections_of(event)
    fields = {name: field for section in sections for name, field in section.fields().items()}
    whole = type("WholeRegistrationForm", (RegistrationForm,), {"sections": sections, **fields})
    form: RegistrationForm = whole(categories, notice, phone_suffices=event.phone_suffices, **options)
    return form
