"""Registrations, and how they are changed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field, JsonValue

from eventapp.jsonapi import Answered, RowNumber, Sent
from eventapp.registration.contact import parse_email
from eventapp.registration.schemas.values import (
    Answers,
    BookingState,
    Email,
    Key,
    Language,
    Line200,
    NamedThing,
    Paging,
    Phone,
    Reason,
    SentName,
    State,
    Text,
)


class RegistrationFilter(Paging):
    q: Annotated[
        str, Field(max_length=100, description="Name, pinyin, initials, organisation, e-mail, last digits.")
    ] = ""
    state: State | Literal[""] = ""
    category: Annotated[str, Field(max_length=40, description="A category's code or id.")] = ""


class Registration(Answered):
    """One person's place, or wish for one."""

    id: str
    state: State
    category: NamedThing
    name: Text
    family_en: str
    given_en: str
    family_zh: str
    given_zh: str
    email: str
    phone: str
    organisation: str
    position: str
    language: str
    party: str | None = Field(description="The id of the party it came with.")
    party_role: str
    seat: str
    door_note: str
    reason: Text
    offer_expires_at: AwareDatetime | None
    created_at: AwareDatetime
    changed_at: AwareDatetime
    removed_at: AwareDatetime | None = Field(description="When name, contact and answers were removed.")
    version: str = Field(description="Send it back with a change: what was changed meanwhile is not overwritten.")


class RegistrationPage(Answered):
    registrations: list[Registration]
    total: int
    next: str | None = Field(description="The cursor of the next page.")


class Answer(Answered):
    """An answer with the words it was given under. Of a document there is no value, of a file only its name."""

    question: str
    label: Text
    text: Text
    value: JsonValue


class Booking(Answered):
    """A seat in a session, or the wish for one."""

    session: str
    registration: str
    title: Text
    state: BookingState
    offer_expires_at: AwareDatetime | None
    changed_at: AwareDatetime


class WholeRegistration(Registration):
    answers: list[Answer]
    answers_version: str
    bookings: list[Booking]
    waiting_position: int | None = Field(description="1 for the first on the waiting list.")


class NewRegistration(Sent):
    key: Key
    category: Annotated[str, Field(max_length=40, description="A category's code or id.")]
    name: SentName
    email: Email = ""
    phone: Phone = ""
    organisation: Line200 = ""
    position: Line200 = ""
    language: Language = "en"
    answers: Answers = Field(default_factory=dict)
    sessions: Annotated[list[str], Field(max_length=50, description="Ids of sessions to book.")] = Field(
        default_factory=list
    )
    notice_version: Annotated[
        RowNumber | None, Field(description="The version of the privacy notice that the guest agreed to.")
    ] = None
    consents: Annotated[list[str], Field(max_length=50, description="Purposes that the guest agreed to.")] = Field(
        default_factory=list
    )


class Details(Sent):
    """What is to be changed; what is left out stays."""

    version: Annotated[str | None, Field(max_length=16)] = None
    name: SentName | None = None
    phone: Phone = ""
    organisation: Line200 = ""
    position: Line200 = ""
    language: Language = "en"


class NewAddress(Sent):
    email: Annotated[str, Field(min_length=3, max_length=320), AfterValidator(parse_email)]


class NewAnswers(Sent):
    """Answers to be changed; null takes one back, what is left out stays."""

    answers: Answers
    version: Annotated[str | None, Field(max_length=16)] = None


class Decision(Sent):
    decision: Literal["approve", "decline", "offer", "cancel", "withdraw"]
    reason: Reason = Field(default_factory=Reason)


class NewCategory(Sent):
    category: Annotated[str, Field(max_length=40, description="A category's code or id.")]
    may_wait: bool = False
