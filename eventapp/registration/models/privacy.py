"""Privacy: the notice, what guests agreed to, and when data goes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Date, ForeignKey, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.db import Base, Moment
from eventapp.i18n import bilingual

# What data is kept for, each with its own last day. `contact`: name, address, organisation; `answers`: to ordinary
# questions, with their files; `sensitive`: diet, access needs and the like; `documents`: numbers of documents.
RETENTION_PURPOSES = ("contact", "answers", "sensitive", "documents")

shared_partners = Table(
    "shared_partners",
    Base.metadata,
    Column("event_id", ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
    Column("organisation_id", ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class RegistrationSettings(Base):
    """What an event says and asks of all who register; an event without a row uses the defaults of the columns."""

    __tablename__ = "registration_settings"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    changes_until: Mapped[datetime | None] = mapped_column(Moment)
    controller_en: Mapped[str] = mapped_column(String(300), default="")
    controller_zh: Mapped[str] = mapped_column(String(300), default="")
    privacy_contact: Mapped[str] = mapped_column(String(320), default="")
    asks_public_list: Mapped[bool] = mapped_column(default=False)
    asks_photographs: Mapped[bool] = mapped_column(default=False)
    asks_marketing: Mapped[bool] = mapped_column(default=False)

    controller = bilingual("controller")


class PrivacyNotice(Base):
    """One version of what guests are told about their data; never changed once shown.

    `facts` holds what the notice names besides its text: purposes with their last days, categories of data, recipients.
    """

    __tablename__ = "privacy_notices"
    __table_args__ = (UniqueConstraint("event_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column()
    body_en: Mapped[str] = mapped_column(Text, default="")
    body_zh: Mapped[str] = mapped_column(Text, default="")
    controller_en: Mapped[str] = mapped_column(String(300), default="")
    controller_zh: Mapped[str] = mapped_column(String(300), default="")
    contact: Mapped[str] = mapped_column(String(320), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    content_hash: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(Moment)

    body = bilingual("body")
    controller = bilingual("controller")


class Consent(Base):
    """What a guest agreed to, when, under which version of the notice, and when it was taken back.

    `purpose` is 'registration', 'public_list', 'sensitive', 'marketing', 'photographs' or 'partner:<public id>'.
    """

    __tablename__ = "consents"
    __table_args__ = (UniqueConstraint("registration_id", "purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"))
    notice_id: Mapped[int] = mapped_column(ForeignKey("privacy_notices.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(30))
    given_at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class RetentionRule(Base):
    """The last day, in the event's zone, on which data kept for a purpose is still there; `done_at`: it is gone."""

    __tablename__ = "retention_rules"
    __table_args__ = (UniqueConstraint("event_id", "purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(30))
    keep_until: Mapped[date] = mapped_column(Date)
    done_at: Mapped[datetime | None] = mapped_column(Moment)
