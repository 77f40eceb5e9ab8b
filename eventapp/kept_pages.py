"""Public pages are kept for the next guest, exactly as long as nothing in the database has changed.

Everybody who is not signed in sees the same event page. One that was made is given to the next guest if since then not a
single transaction was committed, by whatever process, and the same second still runs (pages tell what is on now). So a page is
never older than what it shows, and nobody has to remember to throw one away.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import psycopg
from flask import Flask, Response, current_app, g, request, session
from sqlalchemy import Engine

from eventapp.clock import now
from eventapp.db import db
from eventapp.i18n import LANGUAGE_COOKIE, choose_language

View = TypeVar("View", bound=Callable[..., Any])
MOST_PAGES = 500
# What a browser may bring along without being anybody in particular.
SAME_FOR_ALL = frozenset({LANGUAGE_COOKIE, "session"})


def keep_for_guests(view: View) -> View:
    """Declare that a public page shows every guest the same: nothing of the visitor's, no form, no nonce."""
    view.kept_for_guests = True  # type: ignore[attr-defined]
    return view


@dataclass
class KeptPages:
    """The pages that hold for one state of the database and one second."""

    state: Hashable = None
    pages: dict[Hashable, tuple[bytes, list[tuple[str, str]]]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, state: Hashable, key: Hashable) -> tuple[bytes, list[tuple[str, str]]] | None:
        with self.lock:
            return self.pages.get(key) if state == self.state else None

    def put(self, state: Hashable, key: Hashable, page: tuple[bytes, list[tuple[str, str]]]) -> None:
        with self.lock:
            if state != self.state or len(self.pages) >= MOST_PAGES:
                self.state, self.pages = state, {}
            self.pages[key] = page


class Watch:
    """A connection that does nothing but tell whether anything was committed; it never writes itself."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Any = None
        self._lock = threading.Lock()

    def state(self) -> Hashable:
        """Equal to an earlier one only if nothing was committed between them; None if it cannot be told."""
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = self._connect()
                return self._ask()
            except (sqlite3.Error, psycopg.Error):
                self._connection = None
                return None

    def _connect(self) -> Any:
        arguments, options = self._engine.dialect.create_connect_args(self._engine.url)
        if self._engine.dialect.name == "sqlite":
            return sqlite3.connect(self._engine.url.database or "", check_same_thread=False)
        return psycopg.connect(*arguments, **options, autocommit=True)

    def _ask(self) -> Hashable:
        if self._engine.dialect.name == "sqlite":
            # Changes with every commit of any other connection, and this one makes none.
            found = self._connection.execute("PRAGMA data_version").fetchone()
        else:
            # Which transactions are visible: the same text, the same rows.
            found = self._connection.execute("SELECT pg_current_snapshot()::text").fetchone()
        return found[0], id(self._connection)


def init_kept_pages(app: Flask) -> None:
    """Answer from kept pages before anything else is asked; keep what is made for guests."""
    with app.app_context():
        app.extensions["kept_pages"] = KeptPages(), Watch(db.engine)
    app.before_request(_kept)
    app.after_request(_keep)


def _kept() -> Response | None:
    if request.method != "GET" or not _is_kept(request.endpoint) or not _is_any_guest():
        return None
    kept, watch = current_app.extensions["kept_pages"]
    database = watch.state()
    if database is None:
        return None
    state = database, int(now().timestamp())
    key = request.full_path, choose_language(), request.host_url, "MicroMessenger" in request.user_agent.string
    page = kept.get(state, key)
    if page is None:
        g.keep_page = state, key
        return None
    response = Response(page[0], headers=page[1])
    if "ETag" in response.headers:
        response.make_conditional(request)
    return response


def _keep(response: Response) -> Response:
    state_and_key = g.pop("keep_page", None)
    if state_and_key and response.status_code == 200 and _may_be_kept(response):
        kept, _watch = current_app.extensions["kept_pages"]
        headers = [(name, value) for name, value in response.headers if name != "Content-Length"]
        kept.put(*state_and_key, (response.get_data(), headers))
    return response


def _may_be_kept(response: Response) -> bool:
    return "Set-Cookie" not in response.headers and response.headers.get("Cache-Control") != "no-store"


def _is_kept(endpoint: str | None) -> bool:
    return endpoint is not None and hasattr(current_app.view_functions[endpoint], "kept_for_guests")


def _is_any_guest() -> bool:
    """Nobody in particular: no other words in the address than the language, not signed in, no message to be shown."""
    if request.args.keys() - {"lang"} or request.cookies.keys() - SAME_FOR_ALL:
        return False
    return "session" not in request.cookies or not {"_user_id", "_flashes"} & session.keys()
