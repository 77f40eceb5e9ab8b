"""Values and small shapes that the others are made of."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, JsonValue, model_validator

from eventapp.jsonapi import Answered, Sent
from eventapp.registration.contact import parse_email, parse_phone
from eventapp.text import can_be_seen, hides_something, tidy, tidy_lines

MOST_ON_A_PAGE = 200
MOST_PLACES = 1_000_000
State = Literal["pending", "waiting", "offered", "confirmed", "declined", "withdrawn", "cancelled"]
InvitationState = Literal["drafted", "sent", "bounced", "opened", "accepted", "declined", "handed"]
BookingState = Literal["waiting", "offered", "confirmed", "ended"]
Entry = Literal["open", "hidden", "code", "invitation"]
Kind = Literal[
    "short_text", "long_text", "choice", "choices", "number", "date", "yes_no", "country", "phone", "file", "document"
]
Role = Literal["member", "head", "aide", "interpreter", "driver"]


def _clean(text: str, most: int, *, several: bool = False) -> str:
    clean = tidy_lines(text) if several else tidy(text)
    if hides_something(text):
        raise ValueError("holds invisible control characters")
    # Composing characters may lengthen a text.
    if len(clean) > most:
        raise ValueError(f"has more than {most} characters")
    return clean


def _email(text: str) -> str:
    return parse_email(text) if text.strip() else ""


def _phone(text: str) -> str:
    return parse_phone(text) if text.strip() else ""


Line50 = Annotated[str, Field(max_length=50), AfterValidator(partial(_clean, most=50))]
Line100 = Annotated[str, Field(max_length=100), AfterValidator(partial(_clean, most=100))]
Line200 = Annotated[str, Field(max_length=200), AfterValidator(partial(_clean, most=200))]
Line300 = Annotated[str, Field(max_length=300), AfterValidator(partial(_clean, most=300))]
Lines500 = Annotated[str, Field(max_length=500), AfterValidator(partial(_clean, most=500, several=True))]
Email = Annotated[str, Field(max_length=320, description="An e-mail address."), AfterValidator(_email)]
Phone = Annotated[
    str, Field(max_length=40, description="As people write it; answered in E.164."), AfterValidator(_phone)
]
Number = Annotated[int, Field(ge=0, le=MOST_PLACES)]
Hours = Annotated[int, Field(ge=1, le=720)]
Language = Literal["en", "zh"]
Key = Annotated[
    str,
    Field(
        min_length=8,
        max_length=100,
        pattern=r"^[A-Za-z0-9_.:-]+$",
        description="Yours for this request: sent again, it changes nothing and gets the first answer's registration.",
    ),
]
Answers = Annotated[
    dict[str, JsonValue], Field(max_length=200, description="Answers by the question's code, as `questions` describes.")
]


class Text(Answered):
    """A text in both languages; a missing one is filled from the other."""

    en: str
    zh: str


class NamedThing(Answered):
    """Something with an id and a name."""

    id: str
    name: Text


class SentText(Sent):
    """A text in one language or both."""

    en: Line300 = ""
    zh: Line300 = ""


class ShortText(Sent):
    """A few words in one language or both."""

    en: Line100 = ""
    zh: Line100 = ""


class Reason(Sent):
    """What the guest is told, in one language or both."""

    en: Lines500 = ""
    zh: Lines500 = ""


class SentName(Sent):
    """A name in one script or both; `printed_*` only where it is not written as usual."""

    family_en: Line100 = ""
    given_en: Line100 = ""
    family_zh: Line50 = ""
    given_zh: Line50 = ""
    printed_en: Line200 = ""
    printed_zh: Line100 = ""
    family_first: bool = False

    @model_validator(mode="after")
    def _can_be_read(self) -> SentName:
        if not can_be_seen("".join(value for value in self.model_dump().values() if isinstance(value, str))):
            raise ValueError("give a name in one script at least")
        return self


class Paging(Sent):
    """How much of a list, and from where."""

    cursor: Annotated[str, Field(max_length=16, description="`next` of the page before.")] = ""
    limit: Annotated[int, Field(ge=1, le=MOST_ON_A_PAGE)] = 50


class PageNumber(Sent):
    """Which page of a list that is in an order of its own."""

    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1
