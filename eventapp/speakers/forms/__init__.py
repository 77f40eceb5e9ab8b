"""What organisers and speakers fill in."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    EmailField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, InputRequired, Optional, ValidationError

from eventapp.forms import PageForm, at_most
from eventapp.registration.contact import parse_email
from eventapp.speakers.models import SpeakerInvitation
from eventapp.speakers.plan import parse_days
from eventapp.speakers.portraits import Square
from eventapp.speakers.proposal import PERSON_FIELDS, TALK_FIELDS
from eventapp.speakers.words import FIELDS, MODES
from eventapp.text import tidy, tidy_lines

LONGEST_TEXT = 5000


def _line(name: str, longest: int, **attributes: str) -> StringField:
    render = {"lang": "zh-CN", **attributes} if name.endswith("_zh") else attributes
    return StringField(FIELDS[name], filters=[tidy], validators=[at_most(longest)], render_kw=render)


def _lines(name: str) -> TextAreaField:
    render: dict[str, Any] = {"rows": 8, **({"lang": "zh-CN"} if name.endswith("_zh") else {})}
    return TextAreaField(FIELDS[name], filters=[tidy_lines], validators=[at_most(LONGEST_TEXT)], render_kw=render)


class InviteForm(PageForm):
    """How a person is reached, and what we write to them."""

    times_asked = HiddenField()
    email = EmailField(
        _l("E-mail"),
        filters=[tidy],
        validators=[InputRequired(_l("Enter the address the invitation goes to.")), at_most(320)],
        render_kw={"inputmode": "email", "autocomplete": "off"},
    )
    language = SelectField(_l("Language"), choices=[SelectChoice("en", "English"), SelectChoice("zh", "中文")])
    note = TextAreaField(
        _l("A word of your own"),
        filters=[tidy_lines],
        validators=[at_most(2000)],
        description=_l("It stands in the mail, before what the person is asked for."),
        render_kw={"rows": 6},
    )

    def __init__(self, invitation: SpeakerInvitation | None, language: str) -> None:
        stored = {"language": language, "times_asked": "0"}
        if invitation is not None:
            stored = {
                "email": invitation.email,
                "language": invitation.language,
                "note": invitation.note,
                "times_asked": str(invitation.times_asked),
            }
        super().__init__(data=stored)

    def validate_email(self, field: EmailField) -> None:
        try:
            field.data = parse_email(field.data)
        except ValueError:
            raise ValidationError(_("Enter a whole e-mail address, like name@example.org.")) from None

    def values(self) -> dict[str, Any]:
        return {"email": self.email.data, "language": self.language.data, "note": self.note.data or ""}

    @property
    def seen(self) -> int:
        """How often the organiser saw this person asked; a damaged number matches none."""
        text = self.times_asked.data or ""
        return int(text) if text.isdecimal() and len(text) < 9 else -1


class PlanForm(PageForm):
    """After how many days speakers are reminded."""

    days = StringField(
        _l("Remind after so many days"),
        filters=[tidy],
        validators=[at_most(60)],
        description=_l("Whole days after the invitation, such as “5, 10”; at most six. Empty: no reminders."),
        render_kw={"autocomplete": "off"},
    )

    def validate_days(self, field: StringField) -> None:
        try:
            self.parsed = parse_days(field.data or "")
        except ValueError:
            raise ValidationError(_("Write up to six whole numbers from 1 to 365, such as “5, 10”.")) from None


class NoteForm(PageForm):
    """What somebody said by phone about one part."""

    answer = HiddenField(validators=[AnyOf(("accepted", "declined"), _l("Please press one of the two buttons."))])
    word = TextAreaField(_l("What they said"), filters=[tidy_lines], validators=[at_most(1000)])
    seen = HiddenField()
    stood = HiddenField()


class ApproveForm(PageForm):
    """The button, and what was looked at."""

    seen = HiddenField()
    despite_clashes = HiddenField()


class AnswerForm(PageForm):
    """What a speaker answers for one part."""

    answer = HiddenField(
        validators=[AnyOf(("accepted", "declined"), _l("Please press one of the two buttons: accept or decline."))]
    )
    word = TextAreaField(_l("A word to the organisers"), filters=[tidy_lines], validators=[at_most(1000)])
    mode = HiddenField(validators=[AnyOf(("", *MODES))])
    seen = HiddenField()
    notice = HiddenField()

    @property
    def notice_id(self) -> int | None:
        """The privacy notice that stood beside the button; a damaged number is that of none."""
        text = self.notice.data or ""
        return int(text) if text.isdecimal() and len(text) < 9 else None


class ProfileForm(PageForm):
    """What a speaker writes about themselves; nothing is required, so that it can be finished later."""

    printed_en = _line("printed_en", 200, autocomplete="name")
    printed_zh = _line("printed_zh", 100)
    pronounced = _line("pronounced", 200)
    honorific_en = _line("honorific_en", 40)
    honorific_zh = _line("honorific_zh", 40)
    position_en = _line("position_en", 200)
    position_zh = _line("position_zh", 200)
    organisation_en = _line("organisation_en", 200)
    organisation_zh = _line("organisation_zh", 200)
    biography_en = _lines("biography_en")
    biography_zh = _lines("biography_zh")

    def texts(self) -> dict[str, str]:
        return {name: self[name].data or "" for name in PERSON_FIELDS}


class TalkForm(PageForm):
    """What is printed about a talk."""

    title_en = _line("title_en", 300)
    title_zh = _line("title_zh", 300)
    summary_en = _lines("summary_en")
    summary_zh = _lines("summary_zh")

    def texts(self) -> dict[str, str]:
        return {name: self[name].data or "" for name in TALK_FIELDS}


PLACE_LABELS = {
    "centre": _l("The middle"),
    "top": _l("The top"),
    "bottom": _l("The bottom"),
    "left": _l("The left"),
    "right": _l("The right"),
}


class PictureForm(PageForm):
    """A photo from the phone or the computer."""

    picture = FileField(
        _l("Photo"),
        validators=[FileRequired(_l("Choose a photo first."))],
        render_kw={"accept": "image/jpeg,image/png,image/webp"},
        description=_l("JPEG, PNG or WebP, up to 8 MB, at least 256 pixels on each side."),
    )


class CropForm(PageForm):
    """Which square of the photo is shown."""

    seen = HiddenField()
    place = RadioField(_l("What is shown"))
    left = IntegerField(_l("From the left"), validators=[Optional()], render_kw={"inputmode": "numeric"})
    top = IntegerField(_l("From the top"), validators=[Optional()], render_kw={"inputmode": "numeric"})
    side = IntegerField(_l("Length of a side"), validators=[Optional()], render_kw={"inputmode": "numeric"})

    def __init__(self, *, typed: bool, **stored: Any) -> None:
        super().__init__(data={"place": "exact", **stored}, **({} if typed else {"formdata": None}))
        self.place.choices = [
            *(SelectChoice(code, label) for code, label in PLACE_LABELS.items()),
            SelectChoice("exact", _("Exactly the square below, in pixels of the photo")),
        ]

    def validate_place(self, field: RadioField) -> None:
        if field.data == "exact" and None in (self.left.data, self.top.data, self.side.data):
            raise ValidationError(_("Write all three numbers, or choose one of the other places."))

    def square(self) -> Square | None:
        """The square that was entered, if one was."""
        if self.place.data != "exact":
            return None
        numbers = (max(-100_000, min(100_000, number)) for number in (self.left.data, self.top.data, self.side.data))
        return Square(*numbers)
