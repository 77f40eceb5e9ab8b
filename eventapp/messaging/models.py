"""The outbox: every e-mail is a row, written in the transaction that causes it. Mailings: one text to many."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.db import Base, Moment, new_public_id
from eventapp.i18n import bilingual

STATES = ("queued", "sending", "sent", "failed")
MAILING_STATES = ("draft", "scheduled", "sending", "sent", "cancelled")
# What is written of a mailing, and all that is compared before it is sent.
MAILING_TEXTS = ("subject_en", "subject_zh", "body_en", "body_zh")
MAILING_VERSION = (*MAILING_TEXTS, "criteria")


class OutboxMessage(Base):
    """One message to one recipient. `cause` names the fact it tells, so that nobody hears it twice."""

    __tablename__ = "outbox_messages"
    __table_args__ = (
        UniqueConstraint("cause", "recipient"),
        CheckConstraint("state IN ('queued', 'sending', 'sent', 'failed')", name="state"),
        Index("ix_outbox_due", "state", "next_attempt_at"),
        Index("ix_outbox_recipient_sent", "recipient", "sent_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    mailing_id: Mapped[int | None] = mapped_column(ForeignKey("mailings.id", ondelete="CASCADE"), index=True)
    cause: Mapped[str] = mapped_column(String(200))
    recipient: Mapped[str] = mapped_column(String(320))
    language: Mapped[str] = mapped_column(String(2))
    template: Mapped[str] = mapped_column(String(80))
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(Moment)
    lease: Mapped[str | None] = mapped_column(String(16))
    leased_until: Mapped[datetime | None] = mapped_column(Moment)
    last_error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)


class Mailing(Base):
    """One message to many: what is written, to whom it goes, and how far it is.

    `audience` and `criteria` say who is meant; the people themselves are found when it is released, and stand in the
    outbox from then on. `recipients` and `left_out` are the numbers of that moment.
    """

    __tablename__ = "mailings"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'scheduled', 'sending', 'sent', 'cancelled')", name="state"),
        CheckConstraint("state <> 'scheduled' OR send_at IS NOT NULL", name="scheduled_has_time"),
        Index("ix_mailings_due", "state", "send_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    form_key: Mapped[str] = mapped_column(String(64), unique=True)
    audience: Mapped[str] = mapped_column(String(20))
    criteria: Mapped[dict[str, Any]] = mapped_column(JSON)
    subject_en: Mapped[str] = mapped_column(String(200), default="")
    subject_zh: Mapped[str] = mapped_column(String(200), default="")
    body_en: Mapped[str] = mapped_column(Text, default="")
    body_zh: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10), default="draft")
    send_at: Mapped[datetime | None] = mapped_column(Moment)
    released_at: Mapped[datetime | None] = mapped_column(Moment)
    recipients: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(Moment)

    subject = bilingual("subject")
    body = bilingual("body")

    @property
    def cause(self) -> str:
        """The fact that its messages tell: nobody hears it twice."""
        return f"mailing:{self.public_id}"

    @property
    def may_be_rewritten(self) -> bool:
        """Whether nobody has got it yet."""
        return self.released_at is None and self.state in ("draft", "scheduled")
