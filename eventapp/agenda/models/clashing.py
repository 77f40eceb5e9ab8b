"""What the rules about clashes go by: ways between halls, who or what is away, the hours of a day, how strict a rule is."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.db import Base, Moment, new_public_id


class HallWalk(Base):
    """The minutes from one hall to another, either way."""

    __tablename__ = "hall_walks"
    __table_args__ = (
        UniqueConstraint("hall_a_id", "hall_b_id"),
        CheckConstraint("hall_a_id < hall_b_id", name="each_pair_once"),
        CheckConstraint("minutes >= 0", name="minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hall_a_id: Mapped[int] = mapped_column(ForeignKey("halls.id", ondelete="CASCADE"))
    hall_b_id: Mapped[int] = mapped_column(ForeignKey("halls.id", ondelete="CASCADE"), index=True)
    minutes: Mapped[int] = mapped_column()


class Unavailability(Base):
    """A time in which a person or a hall cannot be had."""

    __tablename__ = "unavailabilities"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (hall_id IS NULL)", name="a_person_or_a_hall"),
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    hall_id: Mapped[int | None] = mapped_column(ForeignKey("halls.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    note: Mapped[str] = mapped_column(String(300), default="")


class DayHours(Base):
    """From when to when an event's days may hold sessions, by its own clock."""

    __tablename__ = "day_hours"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    opens: Mapped[time] = mapped_column()
    closes: Mapped[time] = mapped_column()


class ClashLevel(Base):
    """What an event does about a rule that is broken; without a row, what the rule says itself."""

    __tablename__ = "clash_levels"
    __table_args__ = (CheckConstraint("level IN ('block', 'warn', 'ignore')", name="level"),)

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(30), primary_key=True)
    level: Mapped[str] = mapped_column(String(6))
