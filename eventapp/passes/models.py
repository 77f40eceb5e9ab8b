"""Signing keys: each event signs its own passes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.db import Base, Moment


class SigningKey(Base):
    """An Ed25519 key pair. `key_id` stands in every code; the private half is sealed with the application's key."""

    __tablename__ = "signing_keys"
    __table_args__ = (CheckConstraint("key_id BETWEEN 1 AND 65535", name="key_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key_id: Mapped[int] = mapped_column(unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    private_key_sealed: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(Moment)
