"""The database: one session, one way to write, one type for moments, announcements within a transaction."""

from __future__ import annotations

import secrets
import select
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any

from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, MetaData, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DisconnectionError, IntegrityError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from eventapp.turns import Turns

# A firewall on the way may forget connections that rest.
RECYCLED_AFTER_SECONDS = 300
POLLS = hasattr(select, "poll")
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; refuses a time without a zone, since nobody could say when it is."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def new_public_id() -> str:
    """Eight random bytes as 16 hex characters: the name of a row outside the house."""
    return secrets.token_hex(8)


def one_of(column: str, codes: Sequence[str]) -> str:
    """The condition that a column holds one of these codes, for a CHECK or a partial index."""
    return f"{column} IN ({', '.join(repr(code) for code in codes)})"


@contextmanager
def transaction() -> Iterator[Any]:
    """Write: the outermost block commits, inner ones join it, any error undoes all.

    The outermost block ends the read transaction that may be open, so rows loaded before are stale:
    take ids and load again what is changed.
    """
    session = db.session()
    if session.info.get("writing"):
        yield session
        return
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("rows were changed outside of a transaction()")
    session.rollback()
    session.info["writing"] = True
    session.info["afterwards"] = []
    try:
        with turn_to_write():
            yield from _committed(session)
        afterwards = session.info["afterwards"]
    finally:
        session.info["writing"] = False
    for act in afterwards:
        act()


def _committed(session: Any) -> Iterator[Any]:
    try:
        session.connection(execution_options={"writes": True})
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


def turn_to_write() -> AbstractContextManager[None]:
    """One's turn among the writers of an SQLite file; PostgreSQL lets them write side by side."""
    turns: Turns | None = current_app.extensions["turns"]
    return turns.mine() if turns else nullcontext()


def writing() -> bool:
    """Whether this thread is inside a transaction()."""
    return bool(db.session().info.get("writing"))


def run(statement: Any, values: Any = None) -> Any:
    """Send a statement with the session's connection; plain rows come back, and no objects are made of them."""
    session = db.session()
    session.flush()
    return session.connection().execute(statement, values)


def look_up(statement: Any, values: Any = None) -> Sequence[Any]:
    """The rows of a single read. Outside of a transaction it begins none, which spares two ways to the database."""
    if db.session().in_transaction():
        return run(statement, values).all()  # type: ignore[no-any-return]
    with current_app.extensions["lookups"].connect() as connection:
        return connection.execute(statement, values).all()  # type: ignore[no-any-return]


def insert_new(model: type[Base]) -> Any:
    """An INSERT for either database that passes over rows which a UNIQUE constraint says are already there."""
    dialect = db.engine.dialect.name
    insert = postgresql.insert(model) if dialect == "postgresql" else sqlite.insert(model)
    return insert.on_conflict_do_nothing()


def flush_or_refuse(refusal: type[Exception]) -> None:
    """Write what is pending; another transaction may have taken the name since we looked, and the constraint says so."""
    try:
        db.session.flush()
    except IntegrityError:
        raise refusal from None


def after_commit(act: Callable[[], None]) -> None:
    """Run `act` once the transaction that is open now has been committed; never if it is undone."""
    db.session().info["afterwards"].append(act)


def announce(fact: object) -> None:
    """Tell every handler registered for the fact's class; they run now, inside the same transaction."""
    if not db.session().info.get("writing"):
        raise RuntimeError("a fact can only be announced inside a transaction()")
    for handler in current_app.extensions["announcements"].get(type(fact), []):
        handler(fact)


def on_announcement(app: Flask, fact_class: type, handler: Callable[[Any], object]) -> None:
    """Register a handler of one kind of fact; called by create_app only."""
    app.extensions.setdefault("announcements", {}).setdefault(fact_class, []).append(handler)


def init_db(app: Flask) -> None:
    """Bind the database to the application and make its connections behave."""
    db.init_app(app)
    app.extensions["turns"] = None
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            app.extensions["turns"] = Turns(db.engine.url.database) if db.engine.url.database else None
            event.listen(db.engine, "connect", _prepare_sqlite)
            event.listen(db.engine, "begin", _begin_sqlite)
            app.extensions["lookups"] = db.engine.execution_options(lookup=True)
        else:
            if POLLS:
                event.listen(db.engine, "checkout", _see_whether_it_was_closed)
            app.extensions["lookups"] = db.engine.execution_options(isolation_level="AUTOCOMMIT")


def engine_options(url: str) -> dict[str, Any]:
    """Options of the engine for this kind of database."""
    # An error that reaches the log must not bring a guest's name along.
    if url.startswith("sqlite"):
        return {"hide_parameters": True, "connect_args": {"timeout": 10, "check_same_thread": False}}
    return {
        "hide_parameters": True,
        "pool_size": 10,
        "max_overflow": 20,
        "pool_recycle": RECYCLED_AFTER_SECONDS,
        "pool_pre_ping": not POLLS,
    }


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own BEGIN comes too late and is always deferred; ours is sent from the "begin" event.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=10000",
        "cache_size=-4000",
        # What is removed is overwritten: nobody can read it out of the file.
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("lookup"):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")


def _see_whether_it_was_closed(connection: Any, _record: object, _proxy: object) -> None:
    """A server that stopped has closed its end, and that can be read here; asking it each time costs a way there and back."""
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    if connection.closed or waiting.poll(0):
        raise DisconnectionError
