"""Registrations, and the parties they come in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.db import Base, Moment, new_public_id
from eventapp.i18n import bilingual
from eventapp.people.models import NameColumns
from eventapp.registration.models.categories import Category
from eventapp.registration.models.privacy import Consent

PARTY_ROLES = ("member", "head", "aide", "interpreter", "driver")
MOST_OF_A_PARTY = 50


class Party(Base):
    """Several people registered by one contact, who sees and changes all of them on a page of its own.

    It waits whole unless `split_allowed`. The contact need not take part.
    """

    __tablename__ = "parties"
    __table_args__ = (CheckConstraint("email <> '' OR phone <> '' OR purged_at IS NOT NULL", name="reachable"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    contact_name: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(320), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    language: Mapped[str] = mapped_column(String(2))
    split_allowed: Mapped[bool] = mapped_column(default=False)
    form_key: Mapped[str] = mapped_column(String(64), unique=True)
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    link_sealed: Mapped[str] = mapped_column(String(200))
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    purged_at: Mapped[datetime | None] = mapped_column(Moment)


class Registration(NameColumns, Base):
    """One person's place, or wish for one, at an event.

    `reason_*` is what the team said of its last decision, told to the guest. `purged_at`: name, contact and answers
    were removed then; the row stays to be counted.
    """

    __tablename__ = "registrations"
    __table_args__ = (
        UniqueConstraint("event_id", "short_code"),
        UniqueConstraint("event_id", "person_id"),
        UniqueConstraint("category_id", "ticket"),
        CheckConstraint(
            "state IN ('pending', 'waiting', 'offered', 'confirmed', 'declined', 'withdrawn', 'cancelled')",
            name="state",
        ),
        # A member of a party is reached through its contact; of an erased guest nothing is left but the row.
        CheckConstraint(
            "email <> '' OR phone <> '' OR party_id IS NOT NULL OR purged_at IS NOT NULL", name="reachable"
        ),
        CheckConstraint("party_role IN ('', 'member', 'head', 'aide', 'interpreter', 'driver')", name="party_role"),
        CheckConstraint("pass_serial BETWEEN 1 AND 255", name="pass_serial"),
        CheckConstraint("state <> 'waiting' OR ticket IS NOT NULL", name="waiting_has_ticket"),
        Index("ix_registrations_event_state", "event_id", "state"),
        Index("ix_registrations_category_state_ticket", "category_id", "state", "ticket"),
        Index("ix_registrations_event_email", "event_id", "email"),
        Index("ix_registrations_offers", "state", "offer_expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(String(10))
    ticket: Mapped[int | None] = mapped_column()
    offer_expires_at: Mapped[datetime | None] = mapped_column(Moment)
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"), index=True)
    party_role: Mapped[str] = mapped_column(String(12), default="")
    access_code_id: Mapped[int | None] = mapped_column(ForeignKey("access_codes.id", ondelete="SET NULL"), index=True)
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
    reason_en: Mapped[str] = mapped_column(String(500), default="")
    reason_zh: Mapped[str] = mapped_column(String(500), default="")
    purged_at: Mapped[datetime | None] = mapped_column(Moment)

    category: Mapped[Category] = relationship()
    party: Mapped[Party | None] = relationship()
    consents: Mapped[list[Consent]] = relationship(order_by="Consent.id", passive_deletes=True)

    reason = bilingual("reason")
