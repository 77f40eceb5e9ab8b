"""Personal invitations to register."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.db import Base, Moment, new_public_id
from eventapp.people.models import NameColumns
from eventapp.registration.models.categories import Category

INVITATION_STATES = ("drafted", "sent", "bounced", "opened", "accepted", "declined", "handed")
# What the team changes of one besides its state, and so what is compared when it is saved.
INVITATION_VALUES = (
    "family_en", "given_en", "family_zh", "given_zh", "printed_en", "printed_zh", "family_first", "category_id", "email",
    "organisation", "position", "language", "plus_ones", "note", "expires_at",
)  # fmt: skip


class Invitation(NameColumns, Base):
    """One person's invitation to a category, answered on a page of its own. A deputy gets one that points back.

    `opened` means by a person, not by a mail program that looks ahead. `plus_ones` is how many the guest may bring.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        CheckConstraint(
            "state IN ('drafted', 'sent', 'bounced', 'opened', 'accepted', 'declined', 'handed')", name="state"
        ),
        CheckConstraint("plus_ones BETWEEN 0 AND 50", name="plus_ones"),
        CheckConstraint("state <> 'accepted' OR replied_at IS NOT NULL", name="accepted_was_answered"),
        Index("ix_invitations_event_state", "event_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"), index=True)
    registration_id: Mapped[int | None] = mapped_column(
        ForeignKey("registrations.id", ondelete="SET NULL"), unique=True
    )
    deputy_of_id: Mapped[int | None] = mapped_column(ForeignKey("invitations.id", ondelete="SET NULL"), unique=True)
    state: Mapped[str] = mapped_column(String(10), default="drafted")
    email: Mapped[str] = mapped_column(String(320), default="")
    organisation: Mapped[str] = mapped_column(String(200), default="")
    position: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(2))
    plus_ones: Mapped[int] = mapped_column(default=0)
    word: Mapped[str] = mapped_column(String(500), default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    link_sealed: Mapped[str] = mapped_column(String(200))
    mails: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    replied_at: Mapped[datetime | None] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)

    category: Mapped[Category] = relationship()
