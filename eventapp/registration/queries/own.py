"""What guests may still change on their own pages, and what is held about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from eventapp.accounts.models import AuditEntry
from eventapp.agenda.models import AgendaSession
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.messaging.models import OutboxMessage
from eventapp.registration.models import (
    BookableSession,
    Booking,
    Category,
    Choice,
    Consent,
    PrivacyNotice,
    Registration,
)
from eventapp.registration.queries.categories import categories_of
from eventapp.registration.queries.privacy import settings_of
from eventapp.registration.queries.ways import is_open


@dataclass(frozen=True)
class GivenConsent:
    """One purpose a guest agreed to, under which version of the notice, and until when."""

    purpose: str
    notice_version: int
    given_at: datetime
    withdrawn_at: datetime | None


def changes_until(event: Event) -> datetime:
    """The moment from which guests change nothing by themselves: the team's choice, else when the event begins."""
    return settings_of(event.id).changes_until or event.starts_at


def choosable_categories(registration: Registration, at: datetime) -> list[Category]:
    """The categories with room that this guest may move to alone at a moment: open to all, without anybody's approval."""
    return [
        category
        for category in categories_of(registration.event_id)
        if category.id != registration.category_id
        and category.entry == "open"
        and not (category.needs_approval or category.for_press)
        and is_open(category, at)
        and category.places.free != 0
    ]


def recent_at_address(event_id: int, email: str, phone: str, since: datetime) -> int:
    """How many registrations with this address were made, or got it, since a moment."""
    same = Registration.email == email if email else Registration.phone == phone
    query = select(func.count()).where(Registration.event_id == event_id, same, Registration.changed_at >= since)
    return db.session.scalar(query) or 0


def times_done(registration_id: int, action: str, since: datetime) -> int:
    """How often something was done to a registration since a moment."""
    done = (
        AuditEntry.subject_kind == Registration.__tablename__,
        AuditEntry.subject_id == registration_id,
        AuditEntry.action == action,
        AuditEntry.at >= since,
    )
    return db.session.scalar(select(func.count()).select_from(AuditEntry).where(*done)) or 0


def living_at_address(event_id: int, email: str, states: frozenset[str]) -> Sequence[Registration]:
    """The registrations of an event with this e-mail address in one of these states, the oldest first."""
    query = select(Registration).where(
        Registration.event_id == event_id, Registration.email == email, Registration.state.in_(states)
    )
    return db.session.scalars(query.options(joinedload(Registration.category)).order_by(Registration.id)).all()


# -- What is held --------------------------------------------------------------------------------------------------


def consents_held(registration_id: int) -> list[GivenConsent]:
    """What a guest agreed to, also where it was taken back, with the version of the notice that was shown."""
    rows = db.session.execute(
        select(Consent, PrivacyNotice.version)
        .join(PrivacyNotice, PrivacyNotice.id == Consent.notice_id)
        .where(Consent.registration_id == registration_id)
        .order_by(Consent.id)
    ).all()
    return [GivenConsent(row.purpose, version, row.given_at, row.withdrawn_at) for row, version in rows]


def bookings_held(registration_id: int) -> Sequence[tuple[Booking, AgendaSession | None, Choice | None]]:
    """What a registration booked or wished for, with the session or the choice it is for."""
    rows = db.session.execute(
        select(Booking, AgendaSession, Choice)
        .outerjoin(BookableSession, BookableSession.id == Booking.bookable_id)
        .outerjoin(AgendaSession, AgendaSession.id == BookableSession.session_id)
        .outerjoin(Choice, Choice.id == Booking.choice_id)
        .where(Booking.registration_id == registration_id)
        .order_by(Booking.id)
    )
    return [(booking, session, choice) for booking, session, choice in rows]


def messages_held(registration: Registration) -> list[OutboxMessage]:
    """The messages to the guest's present address that are about this registration, the oldest first."""
    if not registration.email:
        return []
    query = select(OutboxMessage).where(
        OutboxMessage.recipient == registration.email, OutboxMessage.event_id == registration.event_id
    )
    found = db.session.scalars(query.order_by(OutboxMessage.id))
    return [message for message in found if is_about(message, registration.public_id)]


def is_about(message: OutboxMessage, public_id: str) -> bool:
    """Whether a message tells of this registration: by itself, or as one of the recipients of a message to many."""
    return public_id in (message.values.get("registration"), message.values.get("to"))


def is_sent_to_guest(message: OutboxMessage, public_id: str) -> bool:
    """Whether a message about a registration goes to its guest as such, not to where the same person was asked to speak."""
    return is_about(message, public_id) and message.values.get("reached") != "invitation"


def is_news_for(message: OutboxMessage, public_id: str) -> bool:
    """Whether a message that tells of the agenda goes to this guest's own address: it holds for another one, too."""
    return message.values["registration"] == public_id and message.values.get("reached") == "registration"
