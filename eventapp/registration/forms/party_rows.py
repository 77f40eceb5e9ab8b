"""Rows of people to register, filled in one by one or from a pasted table."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from wtforms import BooleanField, EmailField, HiddenField, RadioField, SelectField, StringField, TelField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from eventapp.forms import PageForm, at_most, choices
from eventapp.i18n import current_language
from eventapp.people.names import split_chinese
from eventapp.registration.actions.parties import Member
from eventapp.registration.actions.register import Attendee
from eventapp.registration.contact import parse_email, parse_phone
from eventapp.registration.errors import CategoryClosed, NoticeChanged
from eventapp.registration.forms.registering import FORM_KEY, NOTICE_ID
from eventapp.registration.models import MOST_OF_A_PARTY, Category, PrivacyNotice
from eventapp.registration.partylist import COLUMNS, read_table, role_of
from eventapp.registration.words import ROLE_LABELS
from eventapp.text import can_be_seen, tidy

FIRST_ROWS = 3
MORE_ROWS = 5
TYPED = tuple(column for column in COLUMNS if column != "role")


class RowsForm(PageForm):
    """People to register, a row each; a row in which nothing stands is nobody."""

    form_key = HiddenField()
    notice_id = HiddenField()
    rows = HiddenField()
    sections = ()
    code = HiddenField()
    way = HiddenField()
    category = RadioField(
        _l("We come as"), validate_choice=False, validators=[InputRequired(_l("Choose how you take part."))]
    )
    table = TextAreaField(_l("Paste a table"), render_kw={"rows": 4, "spellcheck": "false"})
    consent = BooleanField(
        _l("Everybody named here knows the privacy notice and agrees that their data is used for this event."),
        validators=[
            InputRequired(_l("Please have everybody agree to the privacy notice; we cannot register you without."))
        ],
    )

    def __init__(self, categories: Sequence[Category], notice: PrivacyNotice | None, formdata: Any, count: int) -> None:
        super().__init__(formdata=formdata)
        self.categories, self.notice, self.count = categories, notice, count
        self.category.choices = [SelectChoice(category.public_id, category.name) for category in categories]
        self.rows.data = str(count)
        if not self.is_submitted():
            self.form_key.data = secrets.token_urlsafe(24)
            self.code.data, self.way.data = request.args.get("code", ""), request.args.get("way", "")
            if len(categories) == 1:
                self.category.data = categories[0].public_id
        if notice is None:
            del self.consent

    def row(self, number: int) -> list[Any]:
        """The fields of one person."""
        return [self[f"p{number}_{column}"] for column in COLUMNS]

    def filled(self) -> list[int]:
        """The numbers of the rows in which something stands."""
        return [n for n in range(1, self.count + 1) if any(self[f"p{n}_{column}"].data for column in TYPED)]

    def validate(self, extra_validators: Any = None) -> bool:
        holds = super().validate(extra_validators)
        if not FORM_KEY.fullmatch(self.form_key.data or ""):
            self.form_key.data = secrets.token_urlsafe(24)
            self.form_errors.append(_("The form was incomplete. Please send it once more."))
            holds = False
        rows = [self._check_row(number) for number in self.filled()]
        if not rows:
            self.form_errors.append(_("Name at least one person."))
        return bool(rows) and all(rows) and not self.table.data and holds

    def validate_category(self, field: Any) -> None:
        if field.data not in {category.public_id for category in self.categories}:
            raise ValidationError(str(CategoryClosed()))

    def validate_consent(self, field: Any) -> None:
        if self.notice and self.notice_id.data != str(self.notice.id):
            raise ValidationError(str(NoticeChanged()))

    def validate_table(self, field: Any) -> None:
        """What is still here after the table was read could not be."""
        read = read_table(field.data or "")
        if read.too_long:
            numbers = ", ".join(map(str, read.too_long))
            raise ValidationError(_("These lines have too many columns: %(numbers)s.", numbers=numbers))
        if read.people:
            raise ValidationError(_("A party has at most %(most)s people.", most=MOST_OF_A_PARTY))

    def chosen_category(self) -> Category:
        """The category of a valid form."""
        return next(category for category in self.categories if category.public_id == self.category.data)

    def members(self, language: str, organisation: str = "") -> list[Member]:
        """The people of a valid form; who names no organisation comes from the party's."""
        return [self._member(number, language, organisation) for number in self.filled()]

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

    def _check_row(self, number: int) -> bool:
        name_zh, given, family, email, phone, _organisation, _position, role = self.row(number)
        if not can_be_seen(f"{name_zh.data}{given.data}{family.data}"):
            first = name_zh if current_language() == "zh" else given
            self._tell(first, _("Enter a name, in Chinese or in Latin letters."))
        for field, parse, sentence in (
            (email, parse_email, _("This is not a complete e-mail address. It looks like name@example.com.")),
            (phone, parse_phone, _("This is not a phone number we can read. Abroad, start with + and the country.")),
        ):
            try:
                field.clean = parse(field.data) if field.data else ""
            except ValueError:
                self._tell(field, sentence)
        if role_of(role.data or "") is None:
            self._tell(role, _("“%(word)s” is no role we know. Choose one from the list.", word=role.data))
        wrong = [field for field in self.row(number) if field.errors]
        for field in wrong:
            # The number stands in the summary, too, where the row is not seen.
            field.errors = [_("Person %(number)s: %(sentence)s", number=number, sentence=text) for text in field.errors]
        return not wrong

    def _member(self, number: int, language: str, organisation: str) -> Member:
        name_zh, given, family, email, phone, own, position, role = self.row(number)
        family_zh, given_zh = split_chinese(name_zh.data or "")
        attendee = Attendee(
            name={
                "family_en": family.data or "",
                "given_en": given.data or "",
                "family_zh": family_zh,
                "given_zh": given_zh,
            },
            email=email.clean,
            phone=phone.clean,
            organisation=own.data or organisation,
            position=position.data or "",
            language=language,
        )
        return Member(attendee, role_of(role.data or "") or "member")


def rows_form(
    kind: type[RowsForm], categories: Sequence[Category], notice: PrivacyNotice | None, **options: Any
) -> Any:
    """A form with as many rows as were sent, or a few empty ones; a pasted table is put into rows.

    Asked for more rows, it has more of them.
    """
    typed = request.form if request.method == "POST" else None
    formdata, count = _with_pasted(typed) if typed is not None else (None, FIRST_ROWS)
    if typed is not None and typed.get("do") == "more":
        count = min(count + MORE_ROWS, MOST_OF_A_PARTY)
    whole = type("WholeRowsForm", (kind,), _row_fields(count))
    return whole(categories, notice, formdata=formdata, count=count, **options)


def _with_pasted(typed: ImmutableMultiDict[str, str]) -> tuple[MultiDict[str, str], int]:
    """What was sent, with the lines of a readable table as further rows, and how many rows there are."""
    formdata = MultiDict(typed)
    count = _count(typed)
    read = read_table(typed.get("table", ""))
    empty = [
        n for n in range(1, MOST_OF_A_PARTY + 1) if not any(typed.get(f"p{n}_{column}", "").strip() for column in TYPED)
    ]
    if not read.people or read.too_long or len(read.people) > len(empty):
        return formdata, count
    for number, person in zip(empty, read.people, strict=False):
        for column, cell in person.items():
            formdata[f"p{number}_{column}"] = cell
        formdata[f"p{number}_role"] = role_of(person["role"]) or person["role"]
        count = max(count, number)
    formdata["table"] = ""
    return formdata, count


def _count(typed: Mapping[str, str]) -> int:
    sent = typed.get("rows", "")
    return min(max(int(sent), 1), MOST_OF_A_PARTY) if sent.isdecimal() and len(sent) < 4 else FIRST_ROWS


def _row_fields(count: int) -> dict[str, Any]:
    return {f"p{number}_{column}": field for number in range(1, count + 1) for column, field in _one_row().items()}


def _one_row() -> dict[str, Any]:
    off = {"autocomplete": "off"}
    return {
        "name_zh": StringField(
            _l("Name in Chinese"), filters=[tidy], validators=[at_most(50)], render_kw={**off, "lang": "zh-CN"}
        ),
        "given_en": StringField(_l("Given name"), filters=[tidy], validators=[at_most(100)], render_kw=off),
        "family_en": StringField(_l("Family name"), filters=[tidy], validators=[at_most(100)], render_kw=off),
        "email": EmailField(_l("E-mail"), filters=[tidy], validators=[at_most(320)], render_kw=off),
        "phone": TelField(_l("Mobile phone"), filters=[tidy], validators=[at_most(40)], render_kw=off),
        "organisation": StringField(_l("Organisation"), filters=[tidy], validators=[at_most(200)], render_kw=off),
        "position": StringField(_l("Position"), filters=[tidy], validators=[at_most(200)], render_kw=off),
        "role": SelectField(_l("Role"), choices=choices(ROLE_LABELS), validate_choice=False, default="member"),
    }
