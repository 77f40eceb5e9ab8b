"""One moment of the database, copied while others write; and put back.

While the copy is made, writers wait (readers do not): that is how nothing acknowledged before the end of a backup is
missing from it. A very large database is copied without making them wait, and then holds what was acknowledged before
the copy began.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
from flask_migrate import upgrade
from psycopg import sql
from sqlalchemy import MetaData

from config import ROOT
from eventapp.db import db, turn_to_write
from eventapp.operations.archive import ArchiveWriter
from eventapp.operations.errors import BackupRefused

# About five seconds of copying and compressing; writers give up after ten.
HOLD_UP_TO_BYTES = 400 * 1024 * 1024
SQLITE_MEMBER = "database.sqlite3"
TABLES_FOLDER = "tables"
# Written last in nearly every transaction: locked last, so that nobody waits in a circle.
_WRITTEN_LAST = ("audit_entries", "outbox_messages")
_LOCK_TRIES = 40
_LOCK_WAIT_MILLISECONDS = 100
_CHUNK = 1024 * 1024


class Moment(Protocol):
    """A moment of the database that does not change any more."""

    held: bool

    def write_to(self, archive: ArchiveWriter, folder: Path) -> dict[str, Any]:
        """Add the moment to an archive, with `folder` for intermediate files; returns facts for the manifest."""


@contextmanager
def database_moment() -> Iterator[Moment]:
    """The database at a moment. Writers wait until the block ends, if the database is not very large."""
    if db.engine.dialect.name == "sqlite":
        with _sqlite_moment() as moment:
            yield moment
    else:
        with _postgres_moment() as moment:
            yield moment


def put_back(folder: Path, manifest: dict[str, Any]) -> None:
    """Replace whatever the database holds by an unpacked backup, at the backup's own version of the tables."""
    if db.engine.dialect.name == "sqlite":
        _put_back_sqlite(folder / SQLITE_MEMBER)
    else:
        _put_back_postgres(folder / TABLES_FOLDER, manifest)


# -- SQLite --------------------------------------------------------------------------------------------------------


class _SqliteMoment:
    def __init__(self, source: sqlite3.Connection, held: bool) -> None:
        self.source, self.held = source, held

    def write_to(self, archive: ArchiveWriter, folder: Path) -> dict[str, Any]:
        copy = folder / SQLITE_MEMBER
        with closing(sqlite3.connect(copy)) as target:
            self.source.backup(target)
            # The copy is one file: no log beside it that would have to travel along.
            target.execute("PRAGMA journal_mode=DELETE")
        archive.add_file(SQLITE_MEMBER, copy)
        return {"database": "sqlite"}


@contextmanager
def _sqlite_moment() -> Iterator[_SqliteMoment]:
    path = sqlite_file()
    held = path.stat().st_size <= HOLD_UP_TO_BYTES
    with closing(_sqlite(path)) as gate, closing(_sqlite(path)) as source:
        if not held:
            yield _SqliteMoment(source, held)
            return
        with turn_to_write():
            gate.execute("BEGIN IMMEDIATE")
            yield _SqliteMoment(source, held)
            gate.execute("ROLLBACK")


def sqlite_file() -> Path:
    """The file of an SQLite database."""
    return Path(db.engine.url.database or "")


def _sqlite(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=60)
    connection.isolation_level = None
    return connection


def _put_back_sqlite(copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as source:
        if source.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise BackupRefused("The database in this backup is damaged. Nothing was changed.")
        db.engine.dispose()
        with closing(_sqlite(sqlite_file())) as target:
            source.backup(target)


# -- PostgreSQL ----------------------------------------------------------------------------------------------------


class _PostgresMoment:
    def __init__(self, connection: psycopg.Connection[Any], held: bool) -> None:
        self.connection, self.held = connection, held

    def write_to(self, archive: ArchiveWriter, folder: Path) -> dict[str, Any]:
        tables = []
        for table in db.metadata.sorted_tables:
            if not table.info.get("in_backups", True):
                continue
            columns = [column.name for column in table.columns]
            path = folder / f"{table.name}.copy"
            self._copy_out(table.name, columns, path)
            archive.add_file(f"{TABLES_FOLDER}/{path.name}", path)
            path.unlink()
            tables.append({"name": table.name, "columns": columns, "last_id": self._last_id(table.name)})
        return {"database": "postgresql", "tables": tables}

    def _copy_out(self, table: str, columns: list[str], path: Path) -> None:
        command = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(table), _names(columns))
        with path.open("wb") as file, self.connection.cursor().copy(command) as rows:
            for piece in rows:
                file.write(piece)

    def _last_id(self, table: str) -> int | None:
        """The last number that the table's sequence gave away, so that none is given twice."""
        sequence = _sequence_of(self.connection, table)
        if sequence is None:
            return None
        query = sql.SQL("SELECT CASE WHEN is_called THEN last_value END FROM {}").format(_qualified(sequence))
        return _first(self.connection, query)


@contextmanager
def _postgres_moment() -> Iterator[_PostgresMoment]:
    with closing(_postgres()) as connection:
        size = _first(connection, "SELECT pg_database_size(current_database())")
        held = size <= HOLD_UP_TO_BYTES and _hold_writers(connection)
        if not held:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            connection.execute("SELECT 1 FROM alembic_version")
        yield _PostgresMoment(connection, held)
        connection.execute("ROLLBACK")


def _hold_writers(connection: psycopg.Connection[Any]) -> bool:
    """Lock every table against writing, before the snapshot is taken; False when others are in the way all the time."""
    names = sql.SQL(", ").join(sql.Identifier(name) for name in _lock_order())
    for attempt in range(_LOCK_TRIES):
        try:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            # Shorter than the server's deadlock_timeout: should two wait for each other, it is we who step back.
            connection.execute(f"SET LOCAL lock_timeout = '{_LOCK_WAIT_MILLISECONDS}ms'")
            connection.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(names))
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            connection.execute("ROLLBACK")
            time.sleep(0.01 * (attempt + 1))
        else:
            return True
    return False


def _lock_order() -> list[str]:
    names = [table.name for table in db.metadata.sorted_tables]
    return [name for name in names if name not in _WRITTEN_LAST] + [name for name in _WRITTEN_LAST if name in names]


def _put_back_postgres(folder: Path, manifest: dict[str, Any]) -> None:
    db.session.remove()
    found = MetaData()
    found.reflect(db.engine)
    found.drop_all(db.engine)
    upgrade(directory=str(ROOT / "migrations"), revision=manifest["schema"])
    with closing(_postgres()) as connection:
        connection.execute("BEGIN")
        for table in manifest["tables"]:
            _copy_in(connection, table["name"], table["columns"], folder / f"{table['name']}.copy")
            _continue_after(connection, table["name"], table["last_id"])
        connection.execute("COMMIT")


def _copy_in(connection: psycopg.Connection[Any], table: str, columns: list[str], path: Path) -> None:
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), _names(columns))
    with path.open("rb") as file, connection.cursor().copy(command) as rows:
        while piece := file.read(_CHUNK):
            rows.write(piece)


def _continue_after(connection: psycopg.Connection[Any], table: str, last_id: int | None) -> None:
    sequence = _sequence_of(connection, table)
    if sequence is not None and last_id is not None:
        connection.execute("SELECT setval(%s, %s)", (sequence, last_id))


def _sequence_of(connection: psycopg.Connection[Any], table: str) -> str | None:
    if "id" not in db.metadata.tables[table].columns:
        return None
    found: str | None = _first(connection, "SELECT pg_get_serial_sequence(quote_ident(%s), 'id')", table)
    return found


def _postgres() -> psycopg.Connection[Any]:
    arguments, options = db.engine.dialect.create_connect_args(db.engine.url)
    return psycopg.connect(*arguments, **options, autocommit=True)


def _first(connection: psycopg.Connection[Any], query: Any, *values: Any) -> Any:
    row = connection.execute(query, values or None).fetchone()
    return row[0] if row else None


def _names(columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(column) for column in columns)


def _qualified(name: str) -> sql.Identifier:
    """A sequence's name as the server quotes it: public.users_id_seq."""
    return sql.Identifier(*(part.strip('"') for part in name.split(".")))
