"""The registration form and the team's small forms."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    IntegerField,
    RadioField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError

from eventapp.events.slugs import code_of, first_free
from eventapp.forms import (
    DeskForm,
    Groups,
    NamedForm,
    PageForm,
    at_most,
    colour,
    line,
    line_zh,
    lines,
    lines_zh,
    whole_number,
)
from eventapp.i18n import LANGUAGES, current_language
from eventapp.people.names import split_chinese
from eventapp.registration.actions.register import Attendee
from eventapp.registration.contact import parse_email, parse_phone
from eventapp.registration.errors import CategoryClosed, NoticeChanged
from eventapp.registration.models import CATEGORY_VALUES, Category, PrivacyNotice
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
        return holds

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

    def show_notice(self) -> None:
        """Remember which version of the notice this page shows; consent to an older one does not count for it."""
        shown = str(self.notice.id) if self.notice else ""
        if self.consent and self.notice_id.data != shown:
            self.consent.data = False
        self.notice_id.data = shown


class ReasonForm(PageForm):
    reason = TextAreaField(_l("Reason"), filters=[tidy], validators=[at_most(500)])


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


class CategoryForm(NamedForm):
    """A kind of attendee."""

    columns = CATEGORY_VALUES
    groups: ClassVar[Groups] = (
        (None, (("name_en", "name_zh"), ("help_en", "help_zh"), ("colour",), ("needs_approval",))),
    )

    name_en = line(_l("English name"), 100)
    name_zh = line_zh(_l("Chinese name"), 100)
    help_en = line(_l("Who this is for, in English"), 300, description=_l("Guests read it beside the name."))
    help_zh = line_zh(_l("Who this is for, in Chinese"), 300)
    colour = colour(_l("Colour on the pass"))
    needs_approval = BooleanField(_l("The team decides on each registration"))


class NewCategoryForm(CategoryForm):
    """A new kind of attendee with its places."""

    groups: ClassVar[Groups] = (
        (None, (("name_en", "name_zh"), ("capacity",), ("help_en", "help_zh"), ("colour",), ("needs_approval",))),
    )

    capacity = whole_number(_l("Places"), MOST_PLACES, description=_l("Empty: no limit."))

    def __init__(self, codes: frozenset[str]) -> None:
        super().__init__()
        self.codes = codes

    def values(self) -> dict[str, Any]:
        """What was entered, with a code made of the name."""
        code = first_free(code_of(self.name_en.data, self.name_zh.data, "category"), self.codes)
        return {**super().values(), "code": code, "capacity": self.capacity.data}


class NoticeForm(DeskForm):
    """The next version of the privacy notice."""

    groups: ClassVar[Groups] = ((None, (("body_en",), ("body_zh",))),)

    body_en = lines(_l("Notice in English"), 20_000, description=_l("Paragraphs, **bold**, - lists, ## headings."))
    body_zh = lines_zh(_l("Notice in Chinese"), 20_000)

    def __init__(self, latest: PrivacyNotice | None, proposal: Mapping[str, str]) -> None:
        held = {"body_en": latest.body_en, "body_zh": latest.body_zh} if latest else proposal
        super().__init__(version=str(latest.version if latest else 0), **held)

    def after_version(self) -> int:
        """The version that was looked at; a damaged one matches none."""
        text = self.version.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else -1
