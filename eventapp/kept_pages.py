"""Public pages are kept for the next guest, exactly as long as nothing in the database has changed.

Everybody who is not signed in sees the same event page. One that was made is given to the next guest if since then not a
single transaction was committed, by whatever process, and no moment came at which a page may read otherwise: the next full
minute, or a moment that is stored (a session begins, a name is disclosed). So a page is never older than what it shows, and
nobody has to remember to throw one away.

While one thread makes a page, the others that want it wait for it: a page whose making began after they came is as new as
one of their own.
"""

from __future__ import annotations

import itertools
import sqlite3
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar

import psycopg
from flask import Flask, Response, current_app, g, request, session
from sqlalchemy import Engine, bindparam, func, null, select, union_all

from eventapp.clock import now
from eventapp.db import Base, db, look_up
from eventapp.i18n import LANGUAGE_COOKIE, choose_language
from eventapp.turns import Gathering

View = TypeVar("View", bound=Callable[..., Any])
MOST_PAGES = 300
LOCKS = 64
LONGEST_WAIT_SECONDS = 20
NEVER = object()
# Stored moments at which a public page changes by itself. Whole minutes are seen to anyway, days among them.
BORDERS = {
    "events": ("starts_at", "ends_at", "registration_opens_at", "registration_closes_at"),
    "event_people": ("undisclosed_until",),
    "agenda_sessions": ("starts_at", "ends_at"),
    "live_sessions": ("starts_at", "ends_at"),
    "categories": ("opens_at", "closes_at"),
    "bookable_sessions": ("opens_at", "closes_at"),
}
# What a browser may bring along without being anybody in particular.
SAME_FOR_ALL = frozenset({LANGUAGE_COOKIE, "session"})
# Where a request says which page it was answered from, and by which route.
FROM_PAGE = "eventapp.kept_page"


def keep_for_guests(view: View) -> View:
    """Declare that a public page shows every guest the same: nothing of the visitor's, no form, no nonce."""
    view.kept_for_guests = True  # type: ignore[attr-defined]
    return view


@dataclass(frozen=True)
class Page:
    """A page, the state of the database it shows, and the time within which it holds. `asked`: when that state was asked."""

    body: bytes
    headers: list[tuple[str, str]]
    state: Hashable
    asked: int
    made_at: datetime
    until: datetime

    def holds(self, at: datetime, *, state: Hashable = None, asked_after: int | None = None) -> bool:
        """Whether it is right at a moment: nothing was committed since, or it was begun after its reader came."""
        as_new = self.state == state or (asked_after is not None and self.asked > asked_after)
        return as_new and self.made_at <= at < self.until


@dataclass
class Making:
    """A page that this request makes for others, too; they wait until it lets the lock go."""

    key: Hashable
    state: Hashable
    asked: int
    at: datetime
    lock: threading.Lock


class KeptPages:
    """The pages that this process keeps, and who makes one at present."""

    def __init__(self) -> None:
        self.pages: dict[Hashable, Page] = {}
        self._numbers = itertools.count()
        # Two pages may share a lock; then one waits for the other, and that is all.
        self._locks = [threading.Lock() for _ in range(LOCKS)]

    def number(self) -> int:
        """Rises with every call, for telling what began first."""
        return next(self._numbers)

    def lock_of(self, key: Hashable) -> threading.Lock:
        return self._locks[hash(key) % LOCKS]

    def put(self, key: Hashable, page: Page) -> None:
        if len(self.pages) >= MOST_PAGES:
            self.pages = {}
        self.pages[key] = page


class Watch:
    """A connection that does nothing but tell whether anything was committed; it never writes itself."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Any = None
        # What is asked after somebody came is an answer for them, too.
        self._gathering: Gathering[None, Hashable] = Gathering(lambda askers: [self._state()] * len(askers))

    def state(self) -> Hashable:
        """Equal to an earlier one only if nothing was committed between them; None if it cannot be told."""
        return self._gathering.do(None)

    def _state(self) -> Hashable:
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
    # Where no answer came about, nobody may wait for it for ever.
    app.teardown_request(lambda _error: _let_go())


def _kept() -> Response | None:
    if request.method != "GET" or not _is_kept(request.endpoint) or not _is_any_guest():
        return None
    kept, watch = current_app.extensions["kept_pages"]
    key = request.full_path, choose_language(), request.host_url, "MicroMessenger" in request.user_agent.string
    page = _found(kept, key) or _waited_for(kept, watch, key)
    return _answer(page) if page else None


def _found(kept: KeptPages, key: Hashable) -> Page | None:
    page = kept.pages.get(key)
    return page if page and still_holds(current_app, page) else None


def still_holds(app: Flask, page: Page) -> bool:
    """Whether a page may be given to who asks now."""
    _kept_pages, watch = app.extensions["kept_pages"]
    return page.holds(now(), state=watch.state() or NEVER)


def _waited_for(kept: KeptPages, watch: Watch, key: Hashable) -> Page | None:
    """The page that another thread has made meanwhile; None, and a promise to make it, if there is none."""
    came, lock = kept.number(), kept.lock_of(key)
    if not lock.acquire(timeout=LONGEST_WAIT_SECONDS):
        return None
    page = kept.pages.get(key)
    if page and page.holds(now(), asked_after=came):
        lock.release()
        return page
    asked, at = kept.number(), now()
    state = watch.state()
    if state is None:
        lock.release()
    else:
        g.making = Making(key, state, asked, at, lock)
    return None


def _answer(page: Page) -> Response:
    request.environ[FROM_PAGE] = page, request.url_rule.rule if request.url_rule else "-"
    response = Response(page.body, headers=page.headers)
    if "ETag" in response.headers:
        response.make_conditional(request)
    return response


def _keep(response: Response) -> Response:
    making: Making | None = g.get("making")
    if making and response.status_code == 200 and _may_be_kept(response):
        kept, _watch = current_app.extensions["kept_pages"]
        headers = [(name, value) for name, value in response.headers if name != "Content-Length"]
        until = holds_until(making.at)
        kept.put(making.key, Page(response.get_data(), headers, making.state, making.asked, making.at, until))
    _let_go()
    return response


def _let_go() -> None:
    making: Making | None = g.pop("making", None)
    if making:
        making.lock.release()


def holds_until(at: datetime) -> datetime:
    """The first moment after `at` at which a page may read otherwise by the clock alone."""
    minute = at.replace(second=0, microsecond=0) + timedelta(minutes=1)
    noted = g.pop("noted_border", None)
    [(border,)] = noted or look_up(_next_border(), {"at": at})
    return min(minute, border) if border else minute


def until_border() -> Any:
    """A column for a statement that a kept page needs anyway: until when the page holds. Give what comes to `note_border`."""
    making: Making | None = g.get("making")
    return _next_border().params(at=making.at).scalar_subquery() if making else null()


def note_border(border: datetime | None, *moments: datetime) -> None:
    """Remember what `until_border` told of the page being made, so that it need not be asked for again.

    `moments` are others at which the page changes: those of what it shows that stand in no column.
    """
    making: Making | None = g.get("making")
    if making:
        coming = [moment for moment in (border, *moments) if moment is not None and moment > making.at]
        g.noted_border = [(min(coming, default=None),)]


@cache
def _next_border() -> Any:
    columns = [Base.metadata.tables[table].c[name] for table, names in BORDERS.items() for name in names]
    firsts = union_all(*(select(func.min(column).label("at")).where(column > bindparam("at")) for column in columns))
    return select(func.min(firsts.subquery().c.at))


def _may_be_kept(response: Response) -> bool:
    return "Set-Cookie" not in response.headers and response.headers.get("Cache-Control") != "no-store"


def _is_kept(endpoint: str | None) -> bool:
    return endpoint is not None and hasattr(current_app.view_functions[endpoint], "kept_for_guests")


def _is_any_guest() -> bool:
    """Nobody in particular: no other words in the address than the language, not signed in, no message to be shown."""
    if request.args.keys() - {"lang"} or request.cookies.keys() - SAME_FOR_ALL:
        return False
    return "session" not in request.cookies or not {"_user_id", "_flashes"} & session.keys()
