"""What `flask doctor` looks at. Each finding says what is, and if it is wrong, what to do."""

from __future__ import annotations

import shutil
import smtplib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from config import ROOT, Settings
from eventapp.accounts.models import AuditEntry
from eventapp.clock import now
from eventapp.db import db
from eventapp.messaging.delivery import open_mail_server
from eventapp.operations.queries import last_beat, workers_alive
from eventapp.passes.models import SigningKey
from eventapp.sealing import SealBroken, unseal

State = Literal["well", "note", "wrong"]
MARKS: dict[State, str] = {"well": "ok   ", "note": "note ", "wrong": "WRONG"}
LEAST_FREE_BYTES = 500 * 1024 * 1024
CLOCKS_MAY_DIFFER = timedelta(seconds=5)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    state: State
    words: str
    advice: str = ""

    def line(self) -> str:
        first = f"{MARKS[self.state]}  {self.what:<9} {self.words}"
        return f"{first}\n                 → {self.advice}" if self.advice else first


def examine() -> list[Finding]:
    """Look at everything, whatever else is wrong."""
    settings: Settings = current_app.config["SETTINGS"]
    return [finding for look in LOOKS for finding in _looked(look, settings)]


def _looked(look: Callable[[Settings], Iterator[Finding]], settings: Settings) -> list[Finding]:
    try:
        return list(look(settings))
    except SQLAlchemyError as error:
        what = look.__name__.removeprefix("_").replace("_", " ")
        return [
            Finding(what, "wrong", f"cannot be told: {type(error).__name__}", "See what is said about the database.")
        ]
    finally:
        db.session.remove()


def _settings(settings: Settings) -> Iterator[Finding]:
    if settings.production:
        yield Finding("settings", "well", "APP_ENV=production; SECRET_KEY and BASE_URL are set")
    else:
        yield Finding("settings", "note", f"APP_ENV={settings.app_env}: for trying out; a public site sets production")


def _database(_settings_: Settings) -> Iterator[Finding]:
    url = db.engine.url.render_as_string(hide_password=True)
    try:
        at = _revision()
    except SQLAlchemyError as error:
        advice = "Is the server running, are name and password in DATABASE_URL right, may this user write there?"
        yield Finding("database", "wrong", f"{url} cannot be opened ({type(error).__name__})", advice)
        return
    head = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
    if at != head:
        words = f"{url} is empty" if at is None else f"{url} is at version {at}, this program needs {head}"
        yield Finding("database", "wrong", words, "Run: flask db upgrade")
        return
    yield Finding("database", "well", f"{url}, version {at}")
    if db.engine.dialect.name == "sqlite":
        yield from _sqlite_habits()


def _revision() -> str | None:
    if not inspect(db.engine).has_table("alembic_version"):
        return None
    found: str | None = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _sqlite_habits() -> Iterator[Finding]:
    asked = {name: db.session.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "foreign_keys")}
    if asked == {"journal_mode": "wal", "foreign_keys": 1}:
        yield Finding("database", "well", "write-ahead log and foreign keys are on")
    else:
        advice = "Is the file on a network disk? SQLite needs a local one; use PostgreSQL otherwise."
        yield Finding("database", "wrong", f"SQLite would not switch on what it needs: {asked}", advice)
    broken = db.session.execute(text("PRAGMA foreign_key_check")).first()
    if broken is not None:
        yield Finding("database", "wrong", f"a row of {broken[0]} points to nothing", "Restore the last good backup.")


def _mail(settings: Settings) -> Iterator[Finding]:
    if not settings.mail_url:
        state: State = "wrong" if settings.production else "note"
        advice = "Set MAIL_URL, such as smtp://user:password@mail.example.org:587" if settings.production else ""
        yield Finding("mail", state, "MAIL_URL is not set: messages stay in the outbox", advice)
        return
    host = settings.mail_url.rpartition("@")[2].rpartition("/")[2]
    try:
        with open_mail_server(settings.mail_url) as server:
            code, greeting = server.ehlo()
    except (smtplib.SMTPException, OSError) as error:
        advice = "Check MAIL_URL: host, port (587 or 465), user and password; may this machine reach the port?"
        yield Finding("mail", "wrong", f"{host} does not take us: {_said(error)}", advice)
        return
    if code >= 400:
        yield Finding("mail", "wrong", f"{host} answers {code} {greeting!r}", "Ask whoever runs the mail server.")
    else:
        yield Finding("mail", "well", f"{host} says hello; we write as {settings.mail_from}")


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        text_ = error.smtp_error
        return f"{error.smtp_code} {text_.decode('utf-8', 'replace') if isinstance(text_, bytes) else text_}"
    return str(error) or type(error).__name__


def _clock(_settings_: Settings) -> Iterator[Finding]:
    here = now()
    if db.engine.dialect.name == "postgresql":
        there = db.session.execute(text("SELECT clock_timestamp()")).scalar_one().astimezone(UTC)
        if abs(there - here) > CLOCKS_MAY_DIFFER:
            words = f"this machine says {here:%H:%M:%S}, the database {there:%H:%M:%S} (UTC)"
            yield Finding("clock", "wrong", words, "Switch on time synchronisation (timedatectl set-ntp true) on both.")
            return
    latest = db.session.scalar(select(func.max(AuditEntry.at))) if _revision() else None
    if latest is not None and latest > here + CLOCKS_MAY_DIFFER:
        words = f"this machine says {_moment(here)}, but something was done at {_moment(latest)}"
        yield Finding("clock", "wrong", words, "The clock was set back. Switch on time synchronisation.")
        return
    yield Finding("clock", "well", f"{_moment(here)} UTC")


def _https(settings: Settings) -> Iterator[Finding]:
    address = urlsplit(settings.public_address())
    at_home = address.hostname in {"localhost", "127.0.0.1", "::1"}
    if address.scheme == "https":
        words = f"{settings.public_address()}"
        if settings.trusted_proxies:
            yield Finding("https", "well", words)
        else:
            advice = "Set TRUSTED_PROXIES=1 if the certificate is kept by a web server in front of this one."
            yield Finding("https", "note", f"{words}, and no proxy is trusted", advice)
    elif at_home and not settings.production:
        yield Finding("https", "note", f"{settings.public_address()}: cameras of phones need HTTPS, see docs/phones.md")
    else:
        advice = "Put the site behind HTTPS and set BASE_URL=https://…; see docs/operate.md."
        yield Finding("https", "wrong", f"{settings.public_address()} is not encrypted: no camera at the door", advice)


def _worker(_settings_: Settings) -> Iterator[Finding]:
    alive, seen = workers_alive(), last_beat()
    if alive:
        yield Finding("worker", "well", f"{alive} alive")
    else:
        words = f"none alive; the last was seen {_moment(seen)} UTC" if seen else "none was ever seen"
        yield Finding(
            "worker", "wrong", words, "Start it: flask worker (as a service: systemctl start eventapp-worker)"
        )


def _disk(settings: Settings) -> Iterator[Finding]:
    free = shutil.disk_usage(settings.instance_dir).free
    words = f"{free // (1024 * 1024):,} MiB free at {settings.instance_dir}"
    if free < LEAST_FREE_BYTES:
        yield Finding(
            "disk", "wrong", words, "Make room before the event: old backups, logs, journalctl --vacuum-size=200M"
        )
    else:
        yield Finding("disk", "well", words)


def _uploads(settings: Settings) -> Iterator[Finding]:
    folder = settings.instance_dir / "uploads"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            yield Finding("uploads", "well", f"{folder} can be written")
    except OSError as error:
        yield Finding(
            "uploads", "wrong", f"{folder} cannot be written: {error.strerror}", f"Run: chown -R eventapp {folder}"
        )


def _keys(_settings_: Settings) -> Iterator[Finding]:
    sealed = db.session.scalars(select(SigningKey.private_key_sealed)).all()
    closed = sum(not _opens(text_) for text_ in sealed)
    if closed:
        advice = (
            "SECRET_KEY is not the one they were made with. Set the old one again; passes cannot be signed without."
        )
        yield Finding("keys", "wrong", f"{closed} of {len(sealed)} signing keys cannot be opened", advice)
    else:
        yield Finding("keys", "well", f"{len(sealed)} signing keys can be opened")


def _opens(sealed: str) -> bool:
    try:
        return len(unseal(sealed, "signing_key")) == 32
    except SealBroken:
        return False


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


LOOKS = (_settings, _database, _mail, _clock, _https, _worker, _disk, _uploads, _keys)
