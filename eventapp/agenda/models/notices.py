"""What those whom a release concerns are told of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.db import Base, Moment, new_public_id, one_of

NOTICE_STATES = ("open", "scheduled", "sent", "dismissed", "superseded")
# In these states nobody was told, and somebody may yet decide.
UNDECIDED = ("open", "scheduled")


class ReleaseNotice(Base):
    """What is told of a release, once, to everybody whom it concerns; who they are is found when it is sent.

    It tells what is different from `base_id`: the release that was told before, or no agenda at all. Of each event, one at most is undecided.
    """

    __tablename__ = "release_notices"
    __table_args__ = (
        UniqueConstraint("release_id"),
        CheckConstraint("state IN ('open', 'scheduled', 'sent', 'dismissed', 'superseded')", name="state"),
        CheckConstraint("state <> 'scheduled' OR send_at IS NOT NULL", name="scheduled_has_time"),
        CheckConstraint("base_id <> release_id", name="tells_a_difference"),
        Index("ix_release_notices_due", "state", "send_at"),
        Index(
            "uq_release_notices_undecided",
            "event_id",
            unique=True,
            sqlite_where=text(one_of("state", UNDECIDED)),
            postgresql_where=text(one_of("state", UNDECIDED)),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("agenda_releases.id", ondelete="CASCADE"))
    base_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_releases.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="open")
    send_at: Mapped[datetime | None] = mapped_column(Moment)
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    recipients: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)

    @property
    def is_undecided(self) -> bool:
        return self.state in UNDECIDED

    @property
    def cause(self) -> str:
        """The fact that its messages tell: nobody hears it twice."""
        return f"release_notice:{self.public_id}"
