"""`flask worker`: run the queue and tell every ten seconds that it is alive."""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from eventapp.db import db
from eventapp.jobs import run_worker
from eventapp.operations.actions import beat, stop_beating

BEAT_SECONDS = 10

log = structlog.get_logger("eventapp.operations")


def run_living_worker(app: Flask) -> None:
    """Run until told to stop, with a heartbeat; what was left behind by a worker that died is taken up at once."""
    with heartbeat(app):
        app.extensions["jobs"].wake("deliver_outbox")
        run_worker(app)


@contextmanager
def heartbeat(app: Flask, seconds: float = BEAT_SECONDS) -> Iterator[str]:
    """Beat in a thread while the block runs; gives the worker's name."""
    name = f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"
    over = threading.Event()

    def keep_beating() -> None:
        with app.app_context():
            while not over.is_set():
                _try(lambda: beat(name))
                over.wait(seconds)
            _try(lambda: stop_beating(name))

    thread = threading.Thread(target=keep_beating, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield name
    finally:
        over.set()
        thread.join(seconds)


def _try(act: object) -> None:
    # The worker outlives a database that is away for a while; its mail waits, too.
    try:
        act()  # type: ignore[operator]
    except SQLAlchemyError as error:
        log.warning("no sign of life could be given", error=type(error).__name__)
    finally:
        db.session.remove()
