"""Places: how many there are and how many are taken; and what a registration books besides its own place."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.agenda.models import AgendaSession
from eventapp.db import Base, Moment, new_public_id


class Places(Base):
    """A number of places and how many are taken (confirmed + offered). Capacity NULL means unlimited."""

    __tablename__ = "places"
    __table_args__ = (
        CheckConstraint("taken >= 0", name="taken_not_negative"),
        CheckConstraint("capacity IS NULL OR taken <= capacity", name="not_oversold"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    capacity: Mapped[int | None] = mapped_column()
    taken: Mapped[int] = mapped_column(default=0)
    next_ticket: Mapped[int] = mapped_column(default=1)

    @property
    def free(self) -> int | None:
        """How many places are left; None when there is no limit."""
        return None if self.capacity is None else self.capacity - self.taken


class BookableSession(Base):
    """A session of the agenda with seats of its own. A freed seat is offered for `offer_hours`, or given at once."""

    __tablename__ = "bookable_sessions"
    __table_args__ = (CheckConstraint("offer_hours IS NULL OR offer_hours > 0", name="offer_hours"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("agenda_sessions.id", ondelete="CASCADE"), unique=True)
    places_id: Mapped[int] = mapped_column(ForeignKey("places.id"), unique=True)
    in_form: Mapped[bool] = mapped_column(default=True)
    opens_at: Mapped[datetime | None] = mapped_column(Moment)
    closes_at: Mapped[datetime | None] = mapped_column(Moment)
    offer_hours: Mapped[int | None] = mapped_column()

    session: Mapped[AgendaSession] = relationship()
    places: Mapped[Places] = relationship(lazy="joined")


class Booking(Base):
    """A registration's place, or wish for one, in a session with seats or in a choice with a limit.

    One row for each; booking again after giving it up draws a new ticket. It ends with its registration.
    """

    __tablename__ = "bookings"
    __table_args__ = (
        UniqueConstraint("registration_id", "places_id"),
        UniqueConstraint("places_id", "ticket"),
        CheckConstraint("state IN ('waiting', 'offered', 'confirmed', 'ended')", name="state"),
        CheckConstraint("state = 'ended' OR ticket IS NOT NULL", name="has_ticket"),
        CheckConstraint(
            "(CASE WHEN bookable_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN choice_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_subject",
        ),
        Index("ix_bookings_places_state_ticket", "places_id", "state", "ticket"),
        Index("ix_bookings_offers", "state", "offer_expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"))
    places_id: Mapped[int] = mapped_column(ForeignKey("places.id"))
    bookable_id: Mapped[int | None] = mapped_column(ForeignKey("bookable_sessions.id", ondelete="CASCADE"), index=True)
    choice_id: Mapped[int | None] = mapped_column(ForeignKey("question_choices.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    ticket: Mapped[int | None] = mapped_column()
    offer_expires_at: Mapped[datetime | None] = mapped_column(Moment)
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)

    places: Mapped[Places] = relationship()
    bookable: Mapped[BookableSession | None] = relationship()
