"""Categories with places, registrations, and what guests consented to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.db import Base, Moment, new_public_id
from eventapp.i18n import bilingual
from eventapp.people.models import NameColumns

# What a form changes of a row, and so what is compared when it is saved.
CATEGORY_VALUES = ("name_en", "name_zh", "help_en", "help_zh", "colour", "needs_approval")


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


class Category(Base):
    """A kind of attendee."""

    __tablename__ = "categories"
    __table_args__ = (UniqueConstraint("event_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    places_id: Mapped[int] = mapped_column(ForeignKey("places.id"), unique=True)
    code: Mapped[str] = mapped_column(String(30))
    name_en: Mapped[str] = mapped_column(String(100), default="")
    name_zh: Mapped[str] = mapped_column(String(100), default="")
    help_en: Mapped[str] = mapped_column(String(300), default="")
    help_zh: Mapped[str] = mapped_column(String(300), default="")
    colour: Mapped[str] = mapped_column(String(7), default="#176b70")
    open: Mapped[bool] = mapped_column(default=True)
    needs_approval: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)

    places: Mapped[Places] = relationship(lazy="joined")

    name = bilingual("name")
    help = bilingual("help")


class PrivacyNotice(Base):
    """One version of what guests are told about their data; never changed once shown."""

    __tablename__ = "privacy_notices"
    __table_args__ = (UniqueConstraint("event_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column()
    body_en: Mapped[str] = mapped_column(Text, default="")
    body_zh: Mapped[str] = mapped_column(Text, default="")
    content_hash: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(Moment)

    body = bilingual("body")


class Registration(NameColumns, Base):
    """One person's place, or wish for one, at an event."""

    __tablename__ = "registrations"
    __table_args__ = (
        UniqueConstraint("event_id", "short_code"),
        UniqueConstraint("event_id", "person_id"),
        UniqueConstraint("category_id", "ticket"),
        CheckConstraint(
            "state IN ('pending', 'waiting', 'offered', 'confirmed', 'declined', 'withdrawn', 'cancelled')",
            name="state",
        ),
        CheckConstraint("email <> '' OR phone <> ''", name="reachable"),
        CheckConstraint("pass_serial BETWEEN 1 AND 255", name="pass_serial"),
        CheckConstraint("state <> 'waiting' OR ticket IS NOT NULL", name="waiting_has_ticket"),
        Index("ix_registrations_event_state", "event_id", "state"),
        Index("ix_registrations_category_state_ticket", "category_id", "state", "ticket"),
        Index("ix_registrations_event_email", "event_id", "email"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(String(10))
    ticket: Mapped[int | None] = mapped_column()
    email: Mapped[str] = mapped_column(String(320), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    phone_tail: Mapped[str] = mapped_column(String(4), default="", index=True)
    organisation: Mapped[str] = mapped_column(String(200), default="")
    organisation_key: Mapped[str] = mapped_column(String(400), default="")
    position: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(2))
    form_key: Mapped[str] = mapped_column(String(64), unique=True)
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    link_sealed: Mapped[str] = mapped_column(String(200))
    pass_serial: Mapped[int] = mapped_column(default=1)
    short_code: Mapped[str] = mapped_column(String(8))
    seat_label: Mapped[str] = mapped_column(String(40), default="")
    door_note: Mapped[str] = mapped_column(String(300), default="")
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)

    category: Mapped[Category] = relationship()
    consents: Mapped[list[Consent]] = relationship(order_by="Consent.id", passive_deletes=True)


class Consent(Base):
    """What a guest agreed to, when, and under which version of the notice."""

    __tablename__ = "consents"
    __table_args__ = (UniqueConstraint("registration_id", "purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"))
    notice_id: Mapped[int] = mapped_column(ForeignKey("privacy_notices.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(30))
    given_at: Mapped[datetime] = mapped_column(Moment)
