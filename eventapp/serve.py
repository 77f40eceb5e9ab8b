"""`make run`: migrate, load the sample into an empty development database, start web server and worker, say where."""

from __future__ import annotations

import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import inspect, text

from config import ROOT, Settings, SettingsError, load_settings
from eventapp import create_app
from eventapp.accounts.actions import new_sign_in_link
from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.queries import find_user
from eventapp.db import db
from eventapp.demo import ORGANISER_EMAIL, build_sample
from eventapp.events.queries import has_any_event

START_SECONDS = 30
STOP_SECONDS = 15


def main() -> int:
    """Run until Ctrl-C; returns the exit status."""
    try:
        settings = load_settings()
    except SettingsError as error:
        return _complain(str(error))
    if _port_taken(settings):
        return _complain(
            f"Port {settings.port} of {settings.host} is in use. Stop what runs there, or set PORT to another one."
        )
    app = create_app(settings)
    with app.app_context():
        prepare_database(settings)
        announcement = _announcement(app, settings)
    return _run(settings, announcement)


def prepare_database(settings: Settings) -> None:
    """Bring the tables to this version, after a copy of an SQLite file that is older; fill an empty development one."""
    if not _at_head():
        if inspect(db.engine).has_table("alembic_version"):
            _keep_copy(settings)
        upgrade(directory=str(ROOT / "migrations"))
    if settings.development and not has_any_event():
        build_sample()


def _at_head() -> bool:
    head = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
    if not inspect(db.engine).has_table("alembic_version"):
        return False
    with db.engine.connect() as connection:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == head


def _keep_copy(settings: Settings) -> None:
    if db.engine.dialect.name == "sqlite":
        file = Path(db.engine.url.database or "")
        copy = settings.instance_dir / f"before-upgrade-{time.strftime('%Y%m%d-%H%M%S')}.sqlite3"
        with sqlite3.connect(file) as source, sqlite3.connect(copy) as target:
            source.backup(target)
        print(f"The database was copied to {copy} before it is upgraded.")


def _announcement(app: Flask, settings: Settings) -> str:
    """The block that is printed when all is up. Production prints no link that opens a door."""
    site = f"http://{_reachable_host(settings)}:{settings.port}"
    lines = [f"  Site            {settings.base_url or site}/"]
    user = find_user(ORGANISER_EMAIL) if settings.development else None
    if user is not None:
        lines.append(
            f"  Organiser       {site}/sign-in/{new_sign_in_link(user.id, by=SYSTEM)}   (once, within an hour)"
        )
    if settings.development:
        lines.append(f"  Door            {site}/door/")
        lines.append(
            f"  Mail            {site}/dev/mail"
            if not settings.mail_url
            else f"  Mail            {settings.mail_url.rpartition('@')[2]}"
        )
        lines.append("  Phones need HTTPS to use their camera: see docs/phones.md")
    lines.append("  Ctrl-C stops everything.")
    return "\n".join(["", "Eventapp is running.", "", *lines, ""])


def _run(settings: Settings, announcement: str) -> int:
    children = [subprocess.Popen(command, cwd=ROOT) for command in (_web_command(settings), _worker_command())]
    asked = _listen_for_stop()
    try:
        if not _wait_until_up(settings, children):
            return _complain("The web server did not start; the lines above say why.")
        print(announcement, flush=True)
        while not asked and all(child.poll() is None for child in children):
            time.sleep(0.2)
        return 0 if asked else _complain("A part of Eventapp ended by itself; the lines above say why.")
    finally:
        _stop(children)


def _web_command(settings: Settings) -> list[str]:
    if sys.platform == "win32":
        address = f"{settings.host}:{settings.port}"
        return [sys.executable, "-m", "waitress", f"--listen={address}", f"--threads={settings.threads}", "wsgi:app"]
    return [sys.executable, "-m", "gunicorn", "-c", "python:eventapp.gunicorn_settings", "wsgi:app"]


def _worker_command() -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]


def _listen_for_stop() -> list[int]:
    """A list that fills when somebody asks to stop (Ctrl-C, SIGTERM)."""
    asked: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    return asked


def _wait_until_up(settings: Settings, children: list[subprocess.Popen[bytes]]) -> bool:
    address = f"http://{_reachable_host(settings)}:{settings.port}/healthz"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and all(child.poll() is None for child in children):
        try:
            with urllib.request.urlopen(address, timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()


def _port_taken(settings: Settings) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            return True
    return False


def _reachable_host(settings: Settings) -> str:
    return "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host


def _complain(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


if __name__ == "__main__":
    raise SystemExit(main())
