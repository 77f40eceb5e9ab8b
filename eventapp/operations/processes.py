"""What a process that was forked from the one that built the application must not share with it."""

from __future__ import annotations

import signal
from pathlib import Path
from types import FrameType

from flask import Flask

from eventapp.db import db


def begin_process(app: Flask, counts: Path) -> None:
    """Leave the parent's connections alone and open new ones; count requests where all processes can read."""
    with app.app_context():
        db.engine.dispose(close=False)
    app.extensions["request_counter"].share(counts)


def end_streams_when_told_to_stop(app: Flask) -> None:
    """Whoever stops the server waits for no page that is told of changes; what is being answered is answered."""
    stop = signal.getsignal(signal.SIGTERM)

    def end(number: int, frame: FrameType | None) -> None:
        app.extensions["streams"].end()
        if callable(stop):
            stop(number, frame)

    signal.signal(signal.SIGTERM, end)
