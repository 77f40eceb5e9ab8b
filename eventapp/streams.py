"""Pages that watch something are told at once when it changed, over a stream of events that stays open for a while.

An open stream holds a thread of the server, so only a part of them may be taken by streams; whoever finds none free asks
every few seconds instead. Between two events a stream holds neither a transaction nor a connection: whether anything was
committed at all is asked of the one connection that watches for kept pages, and only then the numbers are read, once for
all streams of this process that tell the same.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator

from flask import Flask, Response, current_app
from flask_babel import lazy_gettext as _l

from eventapp.errors import Refused
from eventapp.kept_pages import NEVER, Watch
from eventapp.web import no_store

EVERY_SECONDS = 2
# A day begins: numbers may change without a commit. And whoever is gone is noticed when something is sent.
ANYWAY_AFTER_ROUNDS = 8
RECONNECT_MS = 3000
# Of so many threads one may be held by a stream.
THREADS_FOR_ONE = 4


class NoStreamFree(Refused):
    """Whoever meets this asks for the numbers now and then instead."""

    status = 503
    message = _l("Too many pages are being kept up to date at this moment. This one asks every few seconds instead.")


class Streams:
    """The open streams of this process, and what was told last under each key."""

    def __init__(self, app: Flask, watch: Watch, *, most: int, seconds: int) -> None:
        self._app, self._watch, self._most = app, watch, most
        self._rounds = max(1, int(seconds / EVERY_SECONDS))
        self._open = 0
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._told: dict[Hashable, tuple[Hashable, str]] = {}

    def take(self) -> None:
        """Take the place of one stream. Raises NoStreamFree."""
        with self._lock:
            if self._open >= self._most or self._ending.is_set():
                raise NoStreamFree
            self._open += 1

    def leave(self) -> None:
        """Give the place back."""
        with self._lock:
            self._open -= 1

    def end(self) -> None:
        """Let all streams end, since the process is about to."""
        self._ending.set()

    def events(self, key: Hashable, tell: Callable[[], str], may_listen: Callable[[], bool]) -> Iterator[str]:
        """What `tell` says, whenever it says something new; ends at once when whoever listens may no more."""
        yield f"retry: {RECONNECT_MS}\n\n"
        said, rounds = "", 0
        seen: Hashable = NEVER
        for number in range(self._rounds):
            if number and self._ending.wait(EVERY_SECONDS):
                return
            state, rounds = self._watch.state(), rounds + 1
            if state is not None and state == seen and rounds < ANYWAY_AFTER_ROUNDS:
                continue
            with self._app.app_context():
                if not may_listen():
                    return
                text = self._text(key, None if state == seen else state, tell)
            yield f"event: counts\ndata: {text}\n\n" if text != said else ": nothing new\n\n"
            said, seen, rounds = text, state, 0

    def _text(self, key: Hashable, state: Hashable, tell: Callable[[], str]) -> str:
        known = self._told.get(key)
        if known and state is not None and known[0] == state:
            return known[1]
        text = tell()
        self._told[key] = state, text
        return text


def init_streams(app: Flask, *, threads: int, seconds: int) -> None:
    """Leave three of four threads to everybody else."""
    _pages, watch = app.extensions["kept_pages"]
    app.extensions["streams"] = Streams(app, watch, most=threads // THREADS_FOR_ONE, seconds=seconds)


def stream(key: Hashable, tell: Callable[[], str], may_listen: Callable[[], bool]) -> Response:
    """An answer that stays open; `tell` and `may_listen` are called outside of the request. Raises NoStreamFree."""
    streams: Streams = current_app.extensions["streams"]
    streams.take()
    response = Response(streams.events(key, tell, may_listen), mimetype="text/event-stream")
    # Also when nothing of it was ever read.
    response.call_on_close(streams.leave)
    # A server in front must pass on each event as it comes.
    response.headers["X-Accel-Buffering"] = "no"
    return no_store(response)
