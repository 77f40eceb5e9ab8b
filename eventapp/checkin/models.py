"""The door: checkpoints, paired devices, scans and admissions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.db import Base, Moment, new_public_id
from eventapp.i18n import bilingual

CHECKPOINT_KINDS = ("gate", "hall", "gift")
ADMISSION_RULES = ("once", "daily", "visits")
CONFLICT_VALUES = ("decision", "note")
# What a form changes of a row, and so what is compared when it is saved.
CHECKPOINT_VALUES = (
    "name_en", "name_zh", "kind", "rule", "opens_at", "closes_at", "capacity", "pause_seconds", "session_id",
)  # fmt: skip

DEVICE_VALUES = ("name", "may_override", "may_register", "valid_from", "valid_until")
DEVICE_VERSION = (*DEVICE_VALUES, "scans_at")

DOOR_SETTINGS = ("admit_unknown_offline", "undo_needs_override")

checkpoint_categories = Table(
    "checkpoint_categories",
    Base.metadata,
    Column("checkpoint_id", ForeignKey("checkpoints.id", ondelete="CASCADE"), primary_key=True),
    Column("category_id", ForeignKey("categories.id", ondelete="CASCADE"), primary_key=True),
)

# Where a guest may go besides what the category allows: zones of the press, a side door for an aide.
zone_grants = Table(
    "zone_grants",
    Base.metadata,
    Column("registration_id", ForeignKey("registrations.id", ondelete="CASCADE"), primary_key=True),
    Column("checkpoint_id", ForeignKey("checkpoints.id", ondelete="CASCADE"), primary_key=True, index=True),
)

device_checkpoints = Table(
    "device_checkpoints",
    Base.metadata,
    Column("device_id", ForeignKey("devices.id", ondelete="CASCADE"), primary_key=True),
    Column("checkpoint_id", ForeignKey("checkpoints.id", ondelete="CASCADE"), primary_key=True),
)


# Categories in which the door registers whoever comes without a registration.
walk_in_categories = Table(
    "walk_in_categories",
    Base.metadata,
    Column("category_id", ForeignKey("categories.id", ondelete="CASCADE"), primary_key=True),
)


class Checkpoint(Base):
    """Where passes are scanned. Without categories it admits every category.

    The door of a session with seats (`session_id`) admits those who booked it, and the categories it names.
    """

    __tablename__ = "checkpoints"
    __table_args__ = (
        UniqueConstraint("event_id", "code"),
        CheckConstraint("rule IN ('once', 'daily', 'visits')", name="rule"),
        CheckConstraint("inside >= 0", name="inside_not_negative"),
        CheckConstraint("capacity IS NULL OR inside <= capacity", name="not_overfull"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_sessions.id", ondelete="SET NULL"), index=True)
    code: Mapped[str] = mapped_column(String(30))
    name_en: Mapped[str] = mapped_column(String(100), default="")
    name_zh: Mapped[str] = mapped_column(String(100), default="")
    kind: Mapped[str] = mapped_column(String(10), default="gate")
    rule: Mapped[str] = mapped_column(String(10), default="once")
    opens_at: Mapped[datetime | None] = mapped_column(Moment)
    closes_at: Mapped[datetime | None] = mapped_column(Moment)
    capacity: Mapped[int | None] = mapped_column()
    inside: Mapped[int] = mapped_column(default=0)
    pause_seconds: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)

    name = bilingual("name")


class Device(Base):
    """A phone or laptop paired to scan. A signed-in member who checks someone in has one, too (`user_id`).

    It works from `valid_from` until `valid_until`. What it last told of itself stands beside `last_seen_at`;
    `clock_offset_ms` is how far its clock is ahead of ours, `roster_at` when it last had the whole roster.
    """

    __tablename__ = "devices"
    __table_args__ = (UniqueConstraint("event_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    pairing_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    pairing_expires_at: Mapped[datetime | None] = mapped_column(Moment)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    may_override: Mapped[bool] = mapped_column(default=False)
    paired_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    may_register: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[datetime | None] = mapped_column(Moment)
    valid_until: Mapped[datetime | None] = mapped_column(Moment)
    battery: Mapped[int | None] = mapped_column()
    charging: Mapped[bool | None] = mapped_column()
    app_version: Mapped[str] = mapped_column(String(40), default="")
    queue_length: Mapped[int | None] = mapped_column()
    clock_offset_ms: Mapped[int | None] = mapped_column(BigInteger)
    last_seen_at: Mapped[datetime | None] = mapped_column(Moment)
    roster_at: Mapped[datetime | None] = mapped_column(Moment)

    checkpoints: Mapped[list[Checkpoint]] = relationship(secondary=device_checkpoints, order_by=Checkpoint.position)

    @property
    def scans_at(self) -> str:
        """The codes of its checkpoints, as forms compare them."""
        return " ".join(sorted(checkpoint.code for checkpoint in self.checkpoints))


class Scan(Base):
    """One reading of a code, whatever came of it. Append-only; the answer is kept word for word.

    `scanned_at` and `sent_at` are by the device's clock, which was `offset_ms` ahead; `corrected_at` is by ours.
    `local_verdict` is what an offline device told door staff.
    """

    __tablename__ = "scans"
    __table_args__ = (
        UniqueConstraint("device_id", "scan_id"),
        Index("ix_scans_checkpoint_at", "checkpoint_id", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id", ondelete="CASCADE"))
    scan_id: Mapped[str] = mapped_column(String(36))
    checkpoint_id: Mapped[int | None] = mapped_column(ForeignKey("checkpoints.id", ondelete="CASCADE"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"), index=True)
    verdict: Mapped[str] = mapped_column(String(20))
    direction: Mapped[str] = mapped_column(String(3))
    method: Mapped[str] = mapped_column(String(10))
    offline: Mapped[bool] = mapped_column(default=False)
    override_reason: Mapped[str] = mapped_column(String(300), default="")
    scanned_at: Mapped[datetime | None] = mapped_column(Moment)
    received_at: Mapped[datetime] = mapped_column(Moment)
    answer: Mapped[str] = mapped_column(Text)
    rehearsal: Mapped[bool] = mapped_column(default=False)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    offset_ms: Mapped[int | None] = mapped_column(BigInteger)
    corrected_at: Mapped[datetime | None] = mapped_column(Moment)
    local_verdict: Mapped[str] = mapped_column(String(20), default="")


class Admission(Base):
    """The fact that a registration was let in at a checkpoint, once per period ('once', a date, or a visit's number).

    `scan_id` is the device's own id of the scan that made it.
    """

    __tablename__ = "admissions"
    __table_args__ = (
        Index(
            "uq_admissions_one_per_period",
            "registration_id",
            "checkpoint_id",
            "period",
            unique=True,
            sqlite_where=text("voided_at IS NULL"),
            postgresql_where=text("voided_at IS NULL"),
        ),
        Index(
            "uq_admissions_one_open_visit",
            "registration_id",
            "checkpoint_id",
            unique=True,
            sqlite_where=text("visit > 0 AND left_at IS NULL AND voided_at IS NULL"),
            postgresql_where=text("visit > 0 AND left_at IS NULL AND voided_at IS NULL"),
        ),
        Index("ix_admissions_checkpoint_left", "checkpoint_id", "left_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"))
    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("checkpoints.id", ondelete="CASCADE"))
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id", ondelete="CASCADE"), index=True)
    period: Mapped[str] = mapped_column(String(20))
    visit: Mapped[int] = mapped_column(default=0)
    admitted_at: Mapped[datetime] = mapped_column(Moment)
    left_at: Mapped[datetime | None] = mapped_column(Moment)
    voided_at: Mapped[datetime | None] = mapped_column(Moment)
    scan_id: Mapped[str | None] = mapped_column(String(36))
    void_reason: Mapped[str] = mapped_column(String(300), default="")


class ScanUndo(Base):
    """That a device took one of its scans back; sent twice, it changes nothing the second time."""

    __tablename__ = "scan_undos"
    __table_args__ = (
        UniqueConstraint("device_id", "undo_id"),
        Index("ix_scan_undos_device_scan", "device_id", "scan_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id", ondelete="CASCADE"))
    undo_id: Mapped[str] = mapped_column(String(36))
    scan_id: Mapped[str] = mapped_column(String(36))
    reason: Mapped[str] = mapped_column(String(300), default="")
    result: Mapped[str] = mapped_column(String(20))
    undone_at: Mapped[datetime | None] = mapped_column(Moment)
    received_at: Mapped[datetime] = mapped_column(Moment)


class AdmissionConflict(Base):
    """Somebody was let in at `other_at` by the device of `scan_id`, and the server knows better.

    For kind 'double', `admission_id` is the admission that stands. The team decides once.
    """

    __tablename__ = "conflicts"
    __table_args__ = (
        CheckConstraint("decision IN ('', 'kept', 'voided', 'noted')", name="decision"),
        Index("ix_conflicts_event_decided", "event_id", "decided_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"), index=True)
    checkpoint_id: Mapped[int | None] = mapped_column(ForeignKey("checkpoints.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    scan_id: Mapped[int] = mapped_column(ForeignKey("scans.id", ondelete="CASCADE"), unique=True)
    admission_id: Mapped[int | None] = mapped_column(ForeignKey("admissions.id", ondelete="CASCADE"), index=True)
    admitted_at: Mapped[datetime | None] = mapped_column(Moment)
    other_at: Mapped[datetime] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    decision: Mapped[str] = mapped_column(String(10), default="")
    note: Mapped[str] = mapped_column(String(300), default="")


class DoorSettings(Base):
    """What an event decided about its doors; an event without a row has the defaults.

    Once there is a row, walk-ins are taken in exactly the categories of `walk_in_categories`.
    """

    __tablename__ = "door_settings"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    admit_unknown_offline: Mapped[bool] = mapped_column(default=False)
    # Only a device that may let people in all the same takes its scans back.
    undo_needs_override: Mapped[bool] = mapped_column(default=False)


class RosterMark(Base):
    """That something a door's roster shows of a registration changed. Triggers of the database write these rows.

    Marks of an event grow: on SQLite one by one, on PostgreSQL with the number of the transaction. `public_id` is only
    there when the registration is gone. No foreign key: the row outlives the registration, and holds nothing of it.
    """

    __tablename__ = "roster_marks"
    # A restored database gives marks of its own.
    __table_args__ = {"info": {"in_backups": False}}

    event_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mark: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    registration_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    public_id: Mapped[str | None] = mapped_column(String(16))


class RosterEpoch(Base):
    """Renewed when a backup is put back: cursors from before begin again. Without a row it is the first."""

    __tablename__ = "roster_epochs"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(16), default=new_public_id)
