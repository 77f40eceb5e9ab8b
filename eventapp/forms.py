"""What every form shares: typed text is tidied, and refused where it hides something."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar

from babel.support import NullTranslations, Translations
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from wtforms import (
    ColorField,
    DateTimeLocalField,
    FileField,
    HiddenField,
    IntegerField,
    PasswordField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.i18n import messages_path
from wtforms.validators import Length, NumberRange, Optional, Regexp, StopValidation, ValidationError
from wtforms.widgets.core import Input, clean_key

from eventapp.changing import version_of
from eventapp.errors import Refused
from eventapp.i18n import LANGUAGES, current_language
from eventapp.text import hides_something, tidy, tidy_lines
from eventapp.walltime import YEARS, SkippedTime, local_to_utc, wall_of

# A legend (or none) with rows of fields, where two in a row stand side by side.
Groups = tuple[tuple[Any, tuple[tuple[str, ...], ...]], ...]


@lru_cache(maxsize=len(LANGUAGES))
def _translations_of_the_library(language: str) -> NullTranslations:
    return Translations.load(messages_path(), [language], domain="wtforms")


def attributes(**values: Any) -> Markup:
    """A tag's attributes as the library's `html_params` writes them, which took a fifth of the time of a long form."""
    written: list[str] = []
    for name, value in sorted(values.items()):
        name = str(escape(clean_key(name)))
        if value is True:
            written.append(name)
        elif value is not False:
            # What is markup already may hold quotes.
            quoted = str(escape(value)).replace('"', "&quot;")
            written.append(f'{name}="{quoted}"')
    return Markup(" ".join(written))


Input.html_params = staticmethod(attributes)


class PageForm(FlaskForm):
    """A form of a page. `refuse` puts an action's refusal beside the field it belongs to."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> Any:
            """The library's own words; read from its files once for a language, not once for a form."""
            return _translations_of_the_library(current_language())

    def validate(self, extra_validators: Any = None) -> bool:
        holds = super().validate(extra_validators)
        for field in self:
            typed = [value for value in field.raw_data or [] if isinstance(value, str)]
            if not isinstance(field, FileField | PasswordField) and any(map(hides_something, typed)):
                self._tell(field, _("This holds invisible control characters. Please type it again."))
                holds = False
        return holds

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal: beside its field if the form has it, else at the top."""
        if refusal.field and refusal.field in self:
            self._tell(self[refusal.field], str(refusal))
        else:
            self.form_errors.append(str(refusal))

    def _tell(self, field: Any, sentence: str) -> None:
        # Nobody sees a hidden field, so what is wrong with it is said at the top.
        if isinstance(field, HiddenField):
            self.form_errors.append(sentence)
        else:
            field.errors = [*field.errors, sentence]


def at_most(characters: int) -> Length:
    """A validator of a text's length that says so in our own words."""
    return Length(max=characters, message=_l("At most %(max)d characters, please."))


def line(label: Any, longest: int = 200, **options: Any) -> StringField:
    """A field for one line of text."""
    return StringField(label, filters=[tidy], validators=[at_most(longest)], **options)


def line_zh(label: Any, longest: int = 200, **options: Any) -> StringField:
    """A field for one line of Chinese."""
    return line(label, longest, render_kw={"lang": "zh-CN"}, **options)


def lines(label: Any, longest: int = 10_000, **options: Any) -> TextAreaField:
    """A field for several lines of text."""
    return TextAreaField(label, filters=[tidy_lines], validators=[at_most(longest)], **options)


def lines_zh(label: Any, longest: int = 10_000, **options: Any) -> TextAreaField:
    """A field for several lines of Chinese."""
    return lines(label, longest, render_kw={"lang": "zh-CN"}, **options)


def colour(label: Any, **options: Any) -> ColorField:
    """A field for a colour as `#rrggbb`."""
    said = _l("Write the colour like #176b70.")
    return ColorField(label, default="#176b70", validators=[Regexp(r"#[0-9a-fA-F]{6}\Z", message=said)], **options)


class WholeNumberField(IntegerField):
    """A whole number; what cannot be read as one is refused in our own words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if typed:
            if not typed.isdecimal() or len(typed) > 9:
                raise ValueError(_("Enter a whole number, such as 120."))
            self.data = int(typed)

    def pre_validate(self, form: Any) -> None:
        if self.process_errors:
            raise StopValidation


def whole_number(label: Any, most: int = 1_000_000, **options: Any) -> WholeNumberField:
    """A field for a whole number; may stay empty."""
    validators = [Optional(), NumberRange(0, most, _l("Enter a number from %(min)s to %(max)s."))]
    return WholeNumberField(label, validators=validators, render_kw={"inputmode": "numeric"}, **options)


class WallTimeField(DateTimeLocalField):
    """Date and time by the clock on the event's wall. `moment` is what it means, in UTC, once the form was validated."""

    moment: datetime | None = None
    errors: Any

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            super().process_formdata([valuelist[0].strip()])
        except ValueError:
            raise ValueError(_("Enter date and time, such as 2026-11-23 09:00.")) from None

    def read(self, zone: str) -> bool:
        """Find the moment; False, and an error, where there is none such."""
        if self.data is None:
            return True
        try:
            if self.data.year not in YEARS:
                raise ValueError(_("Is the year right?"))
            self.moment = local_to_utc(self.data.date(), self.data.time(), zone)
        except SkippedTime:
            self.errors = [
                _("The clock never shows this time on that day: daylight saving time begins. Choose another time.")
            ]
        except ValueError as error:
            self.errors = [str(error)]
        return not self.errors


def choices(labels: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """Choices of a list or of radio buttons, from values and what they are called."""
    pairs = labels.items() if isinstance(labels, Mapping) else labels
    return [SelectChoice(value, label) for value, label in pairs]


class DeskForm(PageForm):
    """A form of the desk about one row: it carries the version it was filled from, and says how its fields are laid out.

    `columns` are the row's columns that it changes, and are compared when it is saved; `groups` are a legend (or none)
    with rows of fields, where two in a row stand side by side.
    """

    columns: ClassVar[tuple[str, ...]] = ()
    groups: ClassVar[Groups] = ()

    version = HiddenField()

    def __init__(self, row: Any = None, *, zone: str = "UTC", **stored: Any) -> None:
        self.zone = zone
        held = {name: getattr(row, name) for name in self.columns} if row is not None else {}
        if row is not None:
            held["version"] = version_of(row, self.columns)
        super().__init__(data={name: self._shown(value) for name, value in {**held, **stored}.items()})

    def validate(self, extra_validators: Any = None) -> bool:
        holds = super().validate(extra_validators)
        times = [field.read(self.zone) for field in self if isinstance(field, WallTimeField)]
        return all(times) and holds

    def values(self) -> dict[str, Any]:
        """What was entered into the row's columns; only of a form that was validated."""
        return {name: self._entered(self[name]) for name in self.columns}

    def _shown(self, value: Any) -> Any:
        return wall_of(value, self.zone) if isinstance(value, datetime) and value.tzinfo else value

    def _entered(self, field: Any) -> Any:
        return field.moment if isinstance(field, WallTimeField) else field.data


class NamedForm(DeskForm):
    """A form of the desk about something that needs a name in English or in Chinese."""

    def validate_name_en(self, field: Any) -> None:
        if not (field.data or self["name_zh"].data):
            raise ValidationError(_("Give a name in English or in Chinese."))


class ConfirmForm(DeskForm):
    """Nothing but the button."""
