"""One running site for all browser tests of the editor, with an agenda of its own for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from eventapp.accounts.actions import new_sign_in_link
from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import User
from eventapp.db import db
from eventapp.events.models import Event
from tests.agenda.editor.desk import Desk
from tests.agenda.stage import make_hall, make_item, make_part, make_person, make_session
from tests.checkin.site import Site, running_site
from tests.ground.browsers import WatchedPage
from tests.ground.databases import SqliteTemplate
from tests.ground.stories import make_event, make_member, make_owner, wall_time

# Several suites may share the machine.
expect.set_options(timeout=15_000)
NUMBERS = count(1)
# The event goes on for two days; halls and sessions are those that every test can count on.
FIRST_DAY, LAST_DAY = 14, 15


@dataclass
class Agenda:
    """What tests know an agenda by."""

    slug: str
    event_id: int


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: SqliteTemplate) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("editor")
    with running_site(folder, sqlite_template) as site:
        yield site


@pytest.fixture
def site_app(site: Site) -> Iterator[Flask]:
    """The application on the site's database, with its context pushed."""
    with site.app.app_context():
        yield site.app


@pytest.fixture
def agenda(site_app: Flask) -> Agenda:
    """Two halls; the opening with two speeches, a forum after it in the same hall, a forum in the other, a tea break."""
    event = make_event(f"summit-{next(NUMBERS)}", starts_at=wall_time(FIRST_DAY, 9), ends_at=wall_time(LAST_DAY, 18))
    lake = make_hall(event)
    garden = make_hall(event, "Garden Hall", "园林厅")
    opening = make_session(event, 9, 10, "Opening", title_zh="开幕式", hall_id=lake.id)
    person = make_person("Lan", f"Chen {event.id}")
    make_part(make_item(opening, 20, title_en="Welcome", title_zh="欢迎辞"), person)
    make_item(opening, 30, kind="panel", title_en="Round table", title_zh="圆桌")
    make_session(event, 11, 12, "Energy forum", kind="forum", title_zh="能源论坛", hall_id=lake.id)
    make_session(event, 11, 12, "Chip forum", kind="forum", title_zh="芯片论坛", hall_id=garden.id)
    make_session(event, 10, 11, "Tea", kind="break", title_zh="茶歇", hall_id=garden.id)
    return Agenda(event.slug, event.id)


@pytest.fixture(scope="session")
def signed_in() -> dict[str, Any]:
    """The cookies of whoever has signed in on this site."""
    return {}


@pytest.fixture
def desk_of(site: Site, site_app: Flask, browser: Browser, signed_in: dict[str, Any]) -> Iterator[Callable[..., Desk]]:
    """`desk_of(agenda)`: the board in the browser of Wang Min; what goes wrong on the page fails the test at its end."""
    opened: list[WatchedPage] = []

    def open_desk(agenda: Agenda, user: User | None = None, width: int = 1280, language: str = "en") -> Desk:
        watched = WatchedPage(browser, width=width, language=language, base_url=site.url)
        opened.append(watched)
        _sign_in(watched, user or make_owner(), signed_in)
        watched.page.goto(f"/manage/{agenda.slug}/agenda")
        return Desk(watched.page)

    yield open_desk
    for watched in opened:
        watched.close()
    # The browser tells of a lost network by itself.
    errors = [error for watched in opened for error in watched.errors if "ERR_INTERNET_DISCONNECTED" not in error]
    assert errors == []


@pytest.fixture
def colleague(site_app: Flask) -> Callable[..., User]:
    """`colleague(agenda)`: one more organiser of the event, or somebody with another role."""

    def make(agenda: Agenda, role: str = "organiser") -> User:
        return make_member(role, db.session.get_one(Event, agenda.event_id), next(NUMBERS))

    return make


def _sign_in(watched: WatchedPage, user: User, signed_in: dict[str, Any]) -> None:
    if user.email in signed_in:
        watched.context.add_cookies(signed_in[user.email])
        return
    watched.page.goto(f"/sign-in/{new_sign_in_link(user.id, by=SYSTEM)}")
    watched.page.click("main button")
    watched.page.wait_for_url("**/manage/**")
    signed_in[user.email] = watched.context.cookies()
