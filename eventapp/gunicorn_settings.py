"""How gunicorn runs the site: `gunicorn -c python:eventapp.gunicorn_settings wsgi:app`. All of it comes from the settings."""

from __future__ import annotations

import gc
import sys
from typing import Any

from config import SettingsError, load_settings
from eventapp.operations.metrics import clear_counts
from eventapp.pinyin import load_dictionary

try:
    _settings = load_settings()
except SettingsError as error:
    sys.exit(str(error))

bind = f"[{_settings.host}]:{_settings.port}" if ":" in _settings.host else f"{_settings.host}:{_settings.port}"
worker_class = "gthread"
workers = _settings.web_workers
threads = _settings.threads
# The application is built once and its memory shared by all processes.
preload_app = True
keepalive = 5
# A process that does not answer for so long is replaced; a backup may hold a writer for some seconds.
timeout = 60
graceful_timeout = 10
# Nothing leaks that a restart would have to hide.
max_requests = 0
# The application writes one structured line for each answer; a second log would hold secret links in its paths.
accesslog = None
loglevel = "warning"
control_socket_disable = True

_COUNTS = _settings.instance_dir / "metrics"


def on_starting(_server: Any) -> None:
    """Counts begin anew with every start of the server."""
    clear_counts(_COUNTS)


def when_ready(_server: Any) -> None:
    """What was built is never collected: a collection would touch, and so copy, memory that is shared."""
    load_dictionary()
    gc.collect()
    gc.freeze()


def post_fork(_server: Any, _worker: Any) -> None:
    """Each process has connections and counts of its own."""
    from eventapp.operations.processes import begin_process
    from wsgi import app

    begin_process(app, _COUNTS)


def post_worker_init(_worker: Any) -> None:
    """Once the process listens to signals."""
    from eventapp.operations.processes import end_streams_when_told_to_stop
    from wsgi import app

    end_streams_when_told_to_stop(app)
