"""The site as it runs for real: gunicorn in processes of its own, and the worker."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from tests.ground.forks import Fork, launch

SECONDS_TO_START = 60
SECONDS_TO_STOP = 15
# What our own settings read; a developer's shell must not reach into tests.
SETTINGS_NAMES = (
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "BASE_URL",
    "HOST",
    "PORT",
    "TRUSTED_PROXIES",
    "MAIL_URL",
    "MAIL_FROM",
    "APP_ENV",
    "INSTANCE_DIR",
    "WEB_WORKERS",
    "THREADS",
    "METRICS_TOKEN",
)


@dataclass
class LiveServer:
    """A running site; stopped by the fixture that made it."""

    url: str
    port: int
    log_path: Path
    processes: list[Fork] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)

    def log(self) -> str:
        """What server and worker have written so far."""
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def start(self, environment: dict[str, str], *, workers: int, threads: int, with_worker: bool) -> None:
        """Start the processes and wait until pages are answered."""
        gunicorn = ["wsgi:app", "-c", "python:eventapp.gunicorn_settings", "--worker-class", "gthread"]
        gunicorn += ["--workers", str(workers), "--threads", str(threads)]
        gunicorn += ["--bind", f"127.0.0.1:{self.port}", "--no-control-socket"]
        self.processes.append(launch("gunicorn", gunicorn, environment, self.log_path))
        if with_worker:
            self.processes.append(launch("flask", ["worker"], environment, self.log_path))
        self._wait()

    def stop(self) -> None:
        """Ask all processes to end, as Ctrl-C does."""
        for process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline:
            if any(process.poll() is not None for process in self.processes):
                break
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        self.stop()
        raise AssertionError(f"the site did not start:\n{self.log()[-4000:]}")


def clean_environment(**settings: str) -> dict[str, str]:
    """The environment of a site under test: ours without its settings, and those given."""
    kept = {name: value for name, value in os.environ.items() if name not in SETTINGS_NAMES}
    return {**kept, "PYTHONUNBUFFERED": "1", **settings}


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
