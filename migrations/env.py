"""How migrations run: on the application's own engine, on SQLite with foreign keys off and checked afterwards."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy.engine import Connection

from eventapp.db import Moment

config = context.config
target_db = current_app.extensions["migrate"].db


def run_migrations() -> None:
    """Migrate in one transaction; leave SQLite's foreign keys as they were."""
    with target_db.engine.connect() as connection:
        _foreign_keys(connection, on=False)
        try:
            context.configure(
                connection=connection,
                target_metadata=target_db.metadata,
                process_revision_directives=_skip_empty,
                render_item=_plain_type,
                **current_app.extensions["migrate"].configure_args,
            )
            with context.begin_transaction():
                context.run_migrations()
                _check_foreign_keys(connection)
            connection.commit()
        finally:
            connection.rollback()
            _foreign_keys(connection, on=True)


def _foreign_keys(connection: Connection, *, on: bool) -> None:
    # Altering a table that others refer to copies and drops it, which with foreign keys on empties its children.
    # The pragma does nothing inside a transaction, so it goes to the driver before SQLAlchemy begins one.
    if connection.dialect.name == "sqlite":
        connection.connection.dbapi_connection.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def _check_foreign_keys(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"the migration would leave rows without their parents: {broken[:5]}")


def _plain_type(kind: str, item: Any, _context: Any) -> str | bool:
    """Migrations outlive the code: they name the database's type, not ours."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


def _skip_empty(_context: Any, _revision: Any, directives: list[Any]) -> None:
    if getattr(config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


run_migrations()
