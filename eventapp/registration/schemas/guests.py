"""Parties, invitations, waiting lists, and who agreed to what."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field, JsonValue

from eventapp.jsonapi import Answered, Moment, RowNumber, Sent
from eventapp.registration.contact import parse_email
from eventapp.registration.schemas.registrations import Registration
from eventapp.registration.schemas.values import (
    Email,
    InvitationState,
    Key,
    Language,
    Line200,
    NamedThing,
    Paging,
    Phone,
    Role,
    SentName,
    Text,
)


class Party(Answered):
    """Several people registered by one contact."""

    id: str
    name: str
    contact_name: str
    email: str
    phone: str
    language: str
    split_allowed: bool
    created_at: AwareDatetime


class PartyPage(Answered):
    parties: list[Party]
    total: int
    next: str | None


class WholeParty(Party):
    members: list[Registration]


class SentContact(Sent):
    name: Annotated[Line200, Field(min_length=1)]
    party: Line200 = ""
    email: Email = ""
    phone: Phone = ""
    language: Language = "en"
    split_allowed: bool = False


class SentMember(Sent):
    name: SentName
    email: Email = ""
    phone: Phone = ""
    organisation: Line200 = ""
    position: Line200 = ""
    language: Language = "en"
    role: Role = "member"


class NewParty(Sent):
    key: Key
    category: Annotated[str, Field(max_length=40, description="A category's code or id.")]
    contact: SentContact
    members: Annotated[list[SentMember], Field(min_length=1, max_length=50)]
    notice_version: RowNumber | None = None
    consents: Annotated[list[str], Field(max_length=50)] = Field(default_factory=list)


class InvitationFilter(Paging):
    q: Annotated[str, Field(max_length=100)] = ""
    state: InvitationState | Literal[""] = ""


class Invitation(Answered):
    """A personal invitation; its link goes to the guest alone."""

    id: str
    state: InvitationState
    category: NamedThing
    name: Text
    email: str
    organisation: str
    position: str
    language: str
    plus_ones: int
    word: str
    note: str
    mails: int
    sent_at: AwareDatetime | None
    replied_at: AwareDatetime | None
    expires_at: AwareDatetime | None


class InvitationPage(Answered):
    invitations: list[Invitation]
    total: int
    next: str | None


class NewInvitation(Sent):
    category: Annotated[str, Field(max_length=40, description="A category's code or id.")]
    name: SentName
    email: Annotated[str, Field(min_length=3, max_length=320), AfterValidator(parse_email)]
    organisation: Line200 = ""
    position: Line200 = ""
    language: Language = "en"
    plus_ones: Annotated[int, Field(ge=0, le=10)] = 0
    note: Line200 = ""
    expires_at: Moment | None = None


class Waiting(Answered):
    position: int
    registration: Registration


class WaitingPage(Answered):
    waiting: list[Waiting]
    page: int
    pages: int
    total: int


class ConsentCount(Answered):
    purpose: str
    agreeing: int


class ConsentCounts(Answered):
    consents: list[ConsentCount]


class AgreeingPage(Answered):
    """Who agrees to a purpose now."""

    registrations: list[Registration]
    page: int
    pages: int
    total: int


class Notice(Answered):
    """The privacy notice in force."""

    version: int
    body: Text
    controller: Text
    contact: str
    facts: dict[str, JsonValue]
    content_hash: str
    published_at: AwareDatetime
