"""Categories, questions and sessions with seats."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, JsonValue

from eventapp.jsonapi import Answered, Moment, Sent
from eventapp.registration.schemas.registrations import Booking
from eventapp.registration.schemas.values import (
    BookingState,
    Entry,
    Hours,
    Kind,
    Number,
    Paging,
    SentText,
    ShortText,
    Text,
)


class Category(Answered):
    """A kind of attendee with its places; `capacity` null means no limit."""

    id: str
    code: str
    name: Text
    help: Text
    colour: str
    open: bool
    entry: Entry
    needs_approval: bool
    for_press: bool
    takes_parties: bool
    opens_at: AwareDatetime | None
    closes_at: AwareDatetime | None
    offer_hours: int | None
    capacity: int | None
    taken: int
    free: int | None
    version: str


class Categories(Answered):
    categories: list[Category]


class CategoryChange(Sent):
    """What is to be changed; what is left out stays."""

    name: ShortText | None = None
    help: SentText | None = None
    colour: Annotated[str, Field(pattern="^#[0-9a-fA-F]{6}$")] = "#176b70"
    needs_approval: bool = False
    entry: Entry = "open"
    for_press: bool = False
    takes_parties: bool = True
    opens_at: Moment | None = None
    closes_at: Moment | None = None
    offer_hours: Hours | None = None
    version: Annotated[str | None, Field(max_length=16)] = None


class CategoryToBe(CategoryChange):
    code: Annotated[str, Field(pattern="^[a-z0-9][a-z0-9-]{0,29}$")]
    name: ShortText
    capacity: Number | None = None


class Capacity(Sent):
    capacity: Number | None


class Opening(Sent):
    open: bool


class Choice(Answered):
    id: str
    label: Text
    archived: bool
    capacity: int | None
    free: int | None


class Question(Answered):
    """What guests are asked. `value` is the JSON Schema of an answer."""

    id: str
    code: str
    kind: Kind
    label: Text
    help: Text
    required: bool
    asked: Literal["registration", "later"]
    audience: Literal["guest", "team"]
    purpose: Literal["answers", "sensitive", "documents"]
    most: int | None
    condition: str | None = Field(description="The id of the question on which it depends.")
    condition_value: str
    categories: list[str] = Field(description="Ids of the categories it is asked in; none means all.")
    choices: list[Choice]
    archived: bool
    version: str
    value: dict[str, JsonValue]


class Questions(Answered):
    questions: list[Question]
    answers: dict[str, JsonValue] = Field(description="JSON Schema of an object with the answers by code.")


class QuestionChange(Sent):
    """What is to be changed; what is left out stays."""

    label: SentText | None = None
    help: SentText | None = None
    required: bool = False
    asked: Literal["registration", "later"] = "registration"
    audience: Literal["guest", "team"] = "guest"
    purpose: Literal["answers", "sensitive"] = "answers"
    most: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None
    condition: Annotated[str | None, Field(max_length=16, description="The id of another question.")] = None
    condition_value: Annotated[str, Field(max_length=16, description="A choice's id, `yes` or `no`.")] = ""
    categories: Annotated[list[str], Field(max_length=100)] = Field(default_factory=list)
    version: Annotated[str | None, Field(max_length=16)] = None


class SentChoice(Sent):
    label: ShortText
    capacity: Number | None = None


class QuestionToBe(QuestionChange):
    code: Annotated[str, Field(pattern="^[a-z][a-z0-9-]{0,29}$")]
    kind: Kind
    label: SentText
    choices: Annotated[list[SentChoice], Field(max_length=50)] = Field(default_factory=list)


class BookableSession(Answered):
    """A session with seats of its own; `session` is its id in the agenda."""

    id: str
    session: str
    title: Text
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    opens_at: AwareDatetime | None
    closes_at: AwareDatetime | None
    capacity: int | None
    taken: int
    free: int | None
    waiting: int


class BookableSessions(Answered):
    sessions: list[BookableSession]


class BookingFilter(Paging):
    session: Annotated[str, Field(max_length=16, description="The id of a session with seats.")] = ""
    state: BookingState | Literal[""] = ""


class BookingPage(Answered):
    bookings: list[Booking]
    total: int
    next: str | None


class NewBooking(Sent):
    session: Annotated[str, Field(max_length=16, description="The id of a session with seats.")]
