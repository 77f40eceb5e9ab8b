"""What operations keep: which workers are alive."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from eventapp.db import Base, Moment


class WorkerBeat(Base):
    """A worker's sign of life. A row per worker process; it is removed when the worker stops or long after it died."""

    __tablename__ = "worker_beats"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    started_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
