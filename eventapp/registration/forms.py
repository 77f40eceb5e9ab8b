"""The registration form and the team's small forms."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, HiddenField, IntegerField, RadioField, StringField, TelField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from eventapp.forms import PageForm
from eventapp.i18n import current_language
from eventapp.people.names import split_chinese
from eventapp.registration.actions.register import Attendee
from eventapp.registration.contact import parse_email, parse_phone
from eventapp.registration.models import Category, PrivacyNotice
from eventapp.text import tidy


class RegistrationForm(PageForm):
    """What an attendee fills in. A name in one script is enough; so is one way to reach them, if the event allows."""

    form_key = HiddenField()
    notice_id = HiddenField()
    category = RadioField(_l("I come as"), validators=[InputRequired(_l("Choose how you take part."))])
    name_zh = StringField(
        _l("Name in Chinese"), filters=[tidy], validators=[Length(max=50)], render_kw={"lang": "zh-CN", "autocomplete": "off"}
    )
    given_en = StringField(
        _l("Given name"), filters=[tidy], validators=[Length(max=100)], render_kw={"autocomplete": "given-name"}
    )
    family_en = StringField(
        _l("Family name"), filters=[tidy], validators=[Length(max=100)], render_kw={"autocomplete": "family-name"}
    )
    email = EmailField(
        _l("E-mail"), filters=[tidy], validators=[Length(max=320)], render_kw={"autocomplete": "email", "inputmode": "email"}
    )
    phone = TelField(
        _l("Mobile phone"), filters=[tidy], validators=[Length(max=40)], render_kw={"autocomplete": "tel", "inputmode": "tel"}
    )
    organisation = StringField(
        _l("Organisation"), filters=[tidy], validators=[Length(max=200)], render_kw={"autocomplete": "organization"}
    )
    position = StringField(
        _l("Position"), filters=[tidy], validators=[Length(max=200)], render_kw={"autocomplete": "organization-title"}
    )
    language = RadioField(_l("Write to me in"), choices=[("en", "English"), ("zh", "中文")])
    consent = BooleanField(
        _l("I have read the privacy notice and agree that my data is used for this event."),
        validators=[InputRequired(_l("Please read the privacy notice and agree to it; we cannot register you without."))],
    )

    def __init__(self, categories: Sequence[Category], notice: PrivacyNotice | None, *, phone_suffices: bool) -> None:
        super().__init__()
        self.category.choices = [(category.public_id, category.name) for category in categories]
        self.phone_suffices = phone_suffices
        if not self.is_submitted():
            self.form_key.data = secrets.token_urlsafe(24)
            self.language.data = current_language()
            if len(categories) == 1:
                self.category.data = categories[0].public_id
        self.notice = notice
        if notice is None:
            del self.consent

    def validate_name_zh(self, field: Any) -> None:
        if not (field.data or self.given_en.data or self.family_en.data):
            raise ValidationError(_("Enter your name, in Chinese or in Latin letters."))

    def validate_email(self, field: Any) -> None:
        if field.data:
            try:
                field.data = parse_email(field.data)
            except ValueError:
                raise ValidationError(_("This is not a complete e-mail address. It looks like name@example.com.")) from None
        elif not self.phone_suffices:
            raise ValidationError(_("Enter your e-mail address; the pass is sent there."))
        elif not self.phone.data:
            raise ValidationError(_("Enter an e-mail address or a mobile phone number, so that we can reach you."))

    def validate_phone(self, field: Any) -> None:
        if field.data:
            try:
                self.phone_e164 = parse_phone(field.data)
            except ValueError:
                raise ValidationError(_("This is not a phone number we can read. Abroad, start with + and the country.")) from None

    def validate_form_key(self, field: Any) -> None:
        if not 16 <= len(field.data or "") <= 64:
            raise ValidationError(_("The form is incomplete. Please reload the page."))

    phone_e164 = ""

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
            email=self.email.data or "",
            phone=self.phone_e164,
            organisation=self.organisation.data or "",
            position=self.position.data or "",
            language=self.language.data,
        )

    def agreed_notice_id(self) -> int | None:
        """The version of the notice that was shown, if it was agreed to."""
        shown = self.notice_id.data or ""
        return int(shown) if self.consent and self.consent.data and shown.isascii() and shown.isdigit() else None

    def show_notice(self, notice: PrivacyNotice | None) -> None:
        """Remember which version of the notice this page shows."""
        self.notice_id.data = str(notice.id) if notice else ""


class ReasonForm(PageForm):
    reason = TextAreaField(_l("Reason"), filters=[tidy], validators=[Length(max=500)])


class NoteForm(PageForm):
    note = StringField(_l("Note for the door"), filters=[tidy], validators=[Length(max=300)])


class CapacityForm(PageForm):
    capacity = IntegerField(
        _l("Places"),
        validators=[Optional(), NumberRange(min=0, max=1_000_000, message=_l("Enter a number from 0 to 1,000,000."))],
        render_kw={"inputmode": "numeric"},
    )
