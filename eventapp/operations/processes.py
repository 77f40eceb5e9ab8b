"""What a process that was forked from the one that built the application must not share with it."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from eventapp.db import db


def begin_process(app: Flask, counts: Path) -> None:
    """Leave the parent's connections alone and open new ones; count requests where all processes can read."""
    with app.app_context():
        db.engine.dispose(close=False)
    app.extensions["request_counter"].share(counts)
