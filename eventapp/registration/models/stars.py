"""What a guest follows of the agenda, and the secret address under which a calendar reads it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.db import Base, Moment


class Star(Base):
    """A session that a guest follows, by the uuid that it has in every release. It belongs to the guest, not to the place."""

    __tablename__ = "stars"
    __table_args__ = (UniqueConstraint("registration_id", "session_uuid"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"))
    session_uuid: Mapped[str] = mapped_column(String(36), index=True)
    starred_at: Mapped[datetime] = mapped_column(Moment)


class PersonalFeed(Base):
    """The address of a guest's own calendar, one at a time: a new one takes its place, and ended it is gone."""

    __tablename__ = "personal_feeds"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    token_sealed: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime] = mapped_column(Moment)
