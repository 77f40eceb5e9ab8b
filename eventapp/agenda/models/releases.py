"""Published versions of an agenda, which never change, and what is different on the day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.db import Base, Moment, new_public_id
from eventapp.i18n import bilingual

RELEASE_STATES = ("scheduled", "published", "withdrawn")
LIVE_KINDS = ("start", "end", "delay", "cancel", "reinstate", "substitute")


class Release(Base):
    """A numbered version of the agenda. A trigger of the database refuses that number, payload or digest change.

    Of each event, one at most waits for its hour.
    """

    __tablename__ = "agenda_releases"
    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        CheckConstraint("state IN ('scheduled', 'published', 'withdrawn')", name="state"),
        CheckConstraint("state <> 'published' OR published_at IS NOT NULL", name="published_at"),
        CheckConstraint("state <> 'scheduled' OR publish_at IS NOT NULL", name="publish_at"),
        Index("ix_agenda_releases_due", "state", "publish_at"),
        Index(
            "uq_agenda_releases_scheduled",
            "event_id",
            unique=True,
            sqlite_where=text("state = 'scheduled'"),
            postgresql_where=text("state = 'scheduled'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column()
    note_en: Mapped[str] = mapped_column(Text, default="")
    note_zh: Mapped[str] = mapped_column(Text, default="")
    payload: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10))
    publish_at: Mapped[datetime | None] = mapped_column(Moment)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)

    note = bilingual("note")


class LiveChange(Base):
    """Something that went otherwise on the day; before and after of each session by its uuid."""

    __tablename__ = "live_changes"
    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        CheckConstraint("kind IN ('start', 'end', 'delay', 'cancel', 'reinstate', 'substitute')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column()
    kind: Mapped[str] = mapped_column(String(12))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Moment)
    by_kind: Mapped[str] = mapped_column(String(10))
    by_id: Mapped[int | None] = mapped_column()
    by_name: Mapped[str] = mapped_column(String(200), default="")
    undone_at: Mapped[datetime | None] = mapped_column(Moment)


class LiveSession(Base):
    """How a session stands on the day, derived from the live changes; no row: as it was released."""

    __tablename__ = "live_sessions"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
        CheckConstraint("status IN ('planned', 'cancelled')", name="status"),
    )

    session_uuid: Mapped[str] = mapped_column(String(36), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    status: Mapped[str] = mapped_column(String(10), default="planned")
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    # By the public id of a part: who appears in it and how, or that it is left out; None: all as they were released.
    parts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
