"""What was removed leaves nothing behind in the database's own files.

SQLite overwrites what is freed (`secure_delete`, see db), but its journal (-wal) keeps older copies of pages until it is emptied.
PostgreSQL keeps removed rows until a VACUUM; a copy may still stand in its write-ahead log until that is recycled.
"""

from __future__ import annotations

from collections.abc import Iterable

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from eventapp.db import Base, db, turn_to_write

log = structlog.get_logger("eventapp.traces")

PATIENCE_MS = 2_000


def leave_no_trace(tables: Iterable[str], patience_ms: int = PATIENCE_MS) -> bool:
    """Empty what the database keeps besides the rows of these tables; outside of any transaction, after the commit.

    False when somebody was still reading, or the database refused: the worker tries again every minute.
    """
    db.session.rollback()
    try:
        if db.engine.dialect.name == "sqlite":
            return empty_journal(patience_ms)
        return _vacuum(tables)
    except SQLAlchemyError as error:
        log.warning("traces were left", error=type(error).__name__)
        return False


def empty_journal(patience_ms: int = 0) -> bool:
    """Fold SQLite's journal into the database file and empty it, unless somebody reads just now; PostgreSQL has none."""
    if db.engine.dialect.name != "sqlite":
        return True
    db.session.rollback()
    with turn_to_write(), db.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        was = driver.execute("PRAGMA busy_timeout").fetchone()[0]
        try:
            driver.execute(f"PRAGMA busy_timeout={patience_ms:d}")
            busy, _pages, _folded = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            driver.execute(f"PRAGMA busy_timeout={was:d}")
    if busy:
        log.info("the journal is in use and is emptied later")
    return not busy


def _vacuum(tables: Iterable[str]) -> bool:
    known = [name for name in sorted(set(tables)) if name in Base.metadata.tables]
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in known:
            connection.execute(text(f'VACUUM "{name}"'))
    return True
