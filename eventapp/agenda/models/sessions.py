"""What an agenda is made of: tracks, sessions in halls, items inside a session, parts in an item."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.db import Base, Moment, new_public_id, one_of
from eventapp.events.models import Hall, Organisation
from eventapp.i18n import bilingual
from eventapp.people.models import Person

SESSION_KINDS = ("keynote", "forum", "ceremony", "break", "meal", "tour")
ITEM_KINDS = (
    "speech",
    "panel",
    "unveiling",
    "appointment",
    "signing",
    "award",
    "announcement",
    "photo",
    "performance",
    "break",
)
PART_ROLES = (
    "speaker",
    "moderator",
    "host",
    "unveiler",
    "presenter",
    "recipient",
    "signatory",
    "witness",
    "usher",
    "panellist",
)
SESSION_STATES = ("planned", "cancelled")
SESSION_LANGUAGES = ("", "en", "zh", "both")
PART_MODES = ("in_person", "online", "recorded", "read_by_other")
PART_REPLIES = ("open", "accepted", "declined")


class Track(Base):
    """A line of subject that runs through several sessions."""

    __tablename__ = "tracks"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    name_en: Mapped[str] = mapped_column(String(200), default="")
    name_zh: Mapped[str] = mapped_column(String(200), default="")
    colour: Mapped[str] = mapped_column(String(7), default="#176b70")
    position: Mapped[int] = mapped_column(default=0)

    name = bilingual("name")


class AgendaSession(Base):
    """A block of time in a hall. One that lies in the tray has no place yet: its times tell only how long it is."""

    __tablename__ = "agenda_sessions"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
        CheckConstraint("status IN ('planned', 'cancelled')", name="status"),
        CheckConstraint("language IN ('', 'en', 'zh', 'both')", name="language"),
        CheckConstraint(one_of("kind", SESSION_KINDS), name="kind"),
        CheckConstraint("expected >= 0", name="expected"),
        Index("ix_agenda_sessions_event_starts", "event_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    uuid: Mapped[str] = mapped_column(String(36), unique=True, default=lambda: str(uuid.uuid4()))
    sequence: Mapped[int] = mapped_column(default=0)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    hall_id: Mapped[int | None] = mapped_column(ForeignKey("halls.id", ondelete="SET NULL"), index=True)
    track_id: Mapped[int | None] = mapped_column(ForeignKey("tracks.id", ondelete="SET NULL"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    title_en: Mapped[str] = mapped_column(String(300), default="")
    title_zh: Mapped[str] = mapped_column(String(300), default="")
    summary_en: Mapped[str] = mapped_column(Text, default="")
    summary_zh: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(String(10), default="planned", server_default="planned")
    in_tray: Mapped[bool] = mapped_column(default=False, server_default=false())
    fixed: Mapped[bool] = mapped_column(default=False, server_default=false())
    language: Mapped[str] = mapped_column(String(4), default="", server_default="")
    expected: Mapped[int | None] = mapped_column()
    starts_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)

    hall: Mapped[Hall | None] = relationship()
    track: Mapped[Track | None] = relationship()
    items: Mapped[list[AgendaItem]] = relationship(
        back_populates="session",
        order_by="AgendaItem.position, AgendaItem.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    title = bilingual("title")
    summary = bilingual("summary")


class AgendaItem(Base):
    """One step inside a session: a speech, one unveiling, one appointment."""

    __tablename__ = "agenda_items"
    __table_args__ = (
        CheckConstraint("minutes >= 0", name="minutes"),
        CheckConstraint(one_of("kind", ITEM_KINDS), name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    session_id: Mapped[int] = mapped_column(ForeignKey("agenda_sessions.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    title_en: Mapped[str] = mapped_column(String(300), default="")
    title_zh: Mapped[str] = mapped_column(String(300), default="")
    summary_en: Mapped[str] = mapped_column(Text, default="")
    summary_zh: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)

    session: Mapped[AgendaSession] = relationship(back_populates="items")
    parts: Mapped[list[Part]] = relationship(
        back_populates="item", order_by="Part.position, Part.id", cascade="all, delete-orphan", passive_deletes=True
    )

    title = bilingual("title")
    summary = bilingual("summary")


class Part(Base):
    """What a person, an organisation or an object does in an item."""

    __tablename__ = "parts"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN person_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN organisation_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN object_en = '' AND object_zh = '' THEN 0 ELSE 1 END) = 1",
            name="one_subject",
        ),
        CheckConstraint(one_of("role", PART_ROLES), name="role"),
        CheckConstraint("reply IN ('open', 'accepted', 'declined')", name="reply"),
        CheckConstraint("mode IN ('in_person', 'online', 'recorded', 'read_by_other')", name="mode"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_items.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), index=True)
    object_en: Mapped[str] = mapped_column(String(300), default="")
    object_zh: Mapped[str] = mapped_column(String(300), default="")
    role: Mapped[str] = mapped_column(String(20))
    side: Mapped[str] = mapped_column(String(10), default="")
    position: Mapped[int] = mapped_column(default=0)
    mode: Mapped[str] = mapped_column(String(20), default="in_person")
    reply: Mapped[str] = mapped_column(String(10), default="open")
    as_en: Mapped[str] = mapped_column(String(200), default="")
    as_zh: Mapped[str] = mapped_column(String(200), default="")

    item: Mapped[AgendaItem] = relationship(back_populates="parts")
    person: Mapped[Person | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    object_name = bilingual("object")
    as_what = bilingual("as")
