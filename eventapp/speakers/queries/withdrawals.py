"""What it touches that somebody cannot come, and what was settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from eventapp.agenda.models import AgendaChange
from eventapp.agenda.queries import public_agenda
from eventapp.agenda.shown import ShownSession
from eventapp.clock import now
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.messaging.models import OutboxMessage
from eventapp.people.models import Person
from eventapp.registration.models import Booking, Registration
from eventapp.speakers.models import SpeakerInvitation, Withdrawal


@dataclass(frozen=True)
class Touched:
    """Beside the parts themselves: where the public sees the person, what is written to them, how they come in."""

    sessions: tuple[ShownSession, ...]
    is_released: bool
    invitation: SpeakerInvitation | None
    waiting: int
    registration: Registration | None
    bookings: int


def touched_by(event: Event, person: Person) -> Touched:
    """What it touches that a person cannot come; read only."""
    agenda = public_agenda(event, now())
    invitation = db.session.scalar(
        select(SpeakerInvitation).where(
            SpeakerInvitation.event_id == event.id, SpeakerInvitation.person_id == person.id
        )
    )
    registration = db.session.scalar(
        select(Registration).where(Registration.event_id == event.id, Registration.person_id == person.id)
    )
    return Touched(
        sessions=tuple(
            session
            for session in agenda.sessions
            if any(part.person and part.person.id == person.id for item in session.items for part in item.parts)
        ),
        is_released=agenda.version is not None,
        invitation=invitation,
        waiting=_waiting(event.id, invitation),
        registration=registration,
        bookings=_bookings(registration),
    )


def standing_withdrawal(event_id: int, person_id: int) -> Withdrawal | None:
    """The last withdrawal of a person that was not taken back."""
    same = Withdrawal.event_id == event_id, Withdrawal.person_id == person_id, Withdrawal.undone_at.is_(None)
    return db.session.scalar(select(Withdrawal).where(*same).order_by(Withdrawal.change_number.desc()).limit(1))


def withdrawals_of(event_id: int, person_id: int) -> Sequence[Withdrawal]:
    """All withdrawals of a person, whether they stand or were taken back, in their order."""
    same = Withdrawal.event_id == event_id, Withdrawal.person_id == person_id
    return db.session.scalars(select(Withdrawal).where(*same).order_by(Withdrawal.change_number)).all()


def change_of(withdrawal: Withdrawal) -> AgendaChange | None:
    """The change of the agenda that settled it."""
    return db.session.scalar(
        select(AgendaChange).where(
            AgendaChange.event_id == withdrawal.event_id, AgendaChange.number == withdrawal.change_number
        )
    )


def _waiting(event_id: int, invitation: SpeakerInvitation | None) -> int:
    """Mails to them that were not sent yet."""
    if invitation is None:
        return 0
    unsent = OutboxMessage.state.in_(("queued", "failed"))
    theirs = OutboxMessage.event_id == event_id, OutboxMessage.recipient == invitation.email, unsent
    return db.session.scalar(select(func.count()).select_from(OutboxMessage).where(*theirs)) or 0


def _bookings(registration: Registration | None) -> int:
    if registration is None:
        return 0
    held = Booking.registration_id == registration.id, Booking.state == "confirmed"
    return db.session.scalar(select(func.count()).select_from(Booking).where(*held)) or 0
