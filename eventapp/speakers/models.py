"""Invitations to speak, what speakers answer for each part, and what they write about themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.db import Base, Moment, new_public_id
from eventapp.i18n import bilingual
from eventapp.people.models import Person


class SpeakerInvitation(Base):
    """A person asked to take part in an event: how they are reached, what they said, when we ask again."""

    __tablename__ = "speaker_invitations"
    __table_args__ = (
        UniqueConstraint("event_id", "person_id"),
        CheckConstraint("state IN ('drafted', 'sent', 'opened', 'answered')", name="state"),
        Index("ix_speaker_invitations_next_reminder_at", "next_reminder_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(String(320))
    language: Mapped[str] = mapped_column(String(2))
    note: Mapped[str] = mapped_column(Text, default="")
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    link_sealed: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10), default="drafted")
    times_asked: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    chased: Mapped[bool] = mapped_column(default=True)
    next_reminder_at: Mapped[datetime | None] = mapped_column(Moment)
    reminded_at: Mapped[datetime | None] = mapped_column(Moment)
    reminders_sent: Mapped[int] = mapped_column(default=0)
    # How often the speaker wrote something, and up to which of these the organiser approved.
    written_version: Mapped[int] = mapped_column(default=0)
    approved_version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Moment)

    person: Mapped[Person] = relationship(lazy="joined")

    @property
    def awaits_approval(self) -> bool:
        """Whether the speaker wrote something that nobody has looked at."""
        return self.written_version != self.approved_version


class Withdrawal(Base):
    """Somebody who cannot come: what was settled is one change of the agenda, and taking it back is its undo.

    `stopped` holds the mails that no longer go out to them, `live` what was shown to the public at once.
    """

    __tablename__ = "speaker_withdrawals"
    __table_args__ = (UniqueConstraint("event_id", "change_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    change_number: Mapped[int] = mapped_column()
    reason: Mapped[str] = mapped_column(Text, default="")
    stopped: Mapped[dict[str, Any]] = mapped_column(JSON)
    live: Mapped[dict[str, Any]] = mapped_column(JSON)
    # Which change of the day showed it.
    live_number: Mapped[int | None] = mapped_column()
    withdrawn_at: Mapped[datetime] = mapped_column(Moment)
    undone_at: Mapped[datetime | None] = mapped_column(Moment)


class SpeakerReply(Base):
    """What a speaker answered for one part, in their own words; the answer itself stands on the part."""

    __tablename__ = "speaker_replies"
    __table_args__ = (UniqueConstraint("invitation_id", "part_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("speaker_invitations.id", ondelete="CASCADE"))
    part_id: Mapped[int] = mapped_column(ForeignKey("parts.id", ondelete="CASCADE"), index=True)
    word: Mapped[str] = mapped_column(Text, default="")
    mode: Mapped[str] = mapped_column(String(20), default="")
    replied_at: Mapped[datetime] = mapped_column(Moment)


class SpeakerProfile(Base):
    """What a speaker wrote about themselves, as typed; it is there until the organiser approves it."""

    __tablename__ = "speaker_profiles"

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("speaker_invitations.id", ondelete="CASCADE"), unique=True)
    printed_en: Mapped[str] = mapped_column(String(200), default="")
    printed_zh: Mapped[str] = mapped_column(String(100), default="")
    pronounced: Mapped[str] = mapped_column(String(200), default="")
    honorific_en: Mapped[str] = mapped_column(String(40), default="")
    honorific_zh: Mapped[str] = mapped_column(String(40), default="")
    position_en: Mapped[str] = mapped_column(String(200), default="")
    position_zh: Mapped[str] = mapped_column(String(200), default="")
    organisation_en: Mapped[str] = mapped_column(String(200), default="")
    organisation_zh: Mapped[str] = mapped_column(String(200), default="")
    biography_en: Mapped[str] = mapped_column(Text, default="")
    biography_zh: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime] = mapped_column(Moment)


class SpeakerTalk(Base):
    """What a speaker wrote about one of their talks, as typed; it is there until the organiser approves it."""

    __tablename__ = "speaker_talks"
    __table_args__ = (UniqueConstraint("invitation_id", "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("speaker_invitations.id", ondelete="CASCADE"))
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_items.id", ondelete="CASCADE"), index=True)
    title_en: Mapped[str] = mapped_column(String(300), default="")
    title_zh: Mapped[str] = mapped_column(String(300), default="")
    summary_en: Mapped[str] = mapped_column(Text, default="")
    summary_zh: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime] = mapped_column(Moment)

    title = bilingual("title")
    summary = bilingual("summary")


class SpeakerPortrait(Base):
    """The portrait a speaker sent: the upright original it is cut from, and the cut pictures' public name."""

    __tablename__ = "speaker_portraits"

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("speaker_invitations.id", ondelete="CASCADE"), unique=True)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    original: Mapped[str] = mapped_column(String(32))
    width: Mapped[int] = mapped_column()
    height: Mapped[int] = mapped_column()
    left: Mapped[int] = mapped_column()
    top: Mapped[int] = mapped_column()
    side: Mapped[int] = mapped_column()
    approved: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime] = mapped_column(Moment)


class ReminderPlan(Base):
    """After how many days without an answer the speakers of an event are reminded."""

    __tablename__ = "speaker_reminder_plans"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    days: Mapped[list[Any]] = mapped_column(JSON)
