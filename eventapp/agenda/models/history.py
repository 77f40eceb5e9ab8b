"""Who changed what in an agenda, in the order in which it happened; and which part of it an editor may change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.db import Base, Moment


class AgendaChange(Base):
    """One change of an agenda: every row it touched, whole, before and after.

    Numbers are drawn under the event's lock, so their order is the order of the commits. `changes` is a list of
    {"table", "id", "before", "after"}; ids are those that hold outside the house, and they come back with an undo.
    """

    __tablename__ = "agenda_changes"
    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        Index("ix_agenda_changes_by", "event_id", "by_kind", "by_id", "number"),
        CheckConstraint("undoes < number", name="undoes_an_earlier_one"),
        CheckConstraint("undone_by > number", name="undone_by_a_later_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column()
    action: Mapped[str] = mapped_column(String(40))
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    by_kind: Mapped[str] = mapped_column(String(10))
    by_id: Mapped[int | None] = mapped_column()
    by_name: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(Moment)
    undoes: Mapped[int | None] = mapped_column()
    undone_by: Mapped[int | None] = mapped_column()


class EditorScope(Base):
    """A track or a hall that an editor may change. An editor who has none may change the whole agenda."""

    __tablename__ = "editor_scopes"
    __table_args__ = (
        UniqueConstraint("event_id", "user_id", "track_id"),
        UniqueConstraint("event_id", "user_id", "hall_id"),
        CheckConstraint("(track_id IS NULL) <> (hall_id IS NULL)", name="a_track_or_a_hall"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    track_id: Mapped[int | None] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), index=True)
    hall_id: Mapped[int | None] = mapped_column(ForeignKey("halls.id", ondelete="CASCADE"), index=True)
