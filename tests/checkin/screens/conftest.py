"""One running site for all that people see at the door, and doors that are paired with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from eventapp.accounts.actor import SYSTEM
from eventapp.checkin.actions import create_device
from eventapp.db import db
from eventapp.events.models import Event
from tests.checkin.offline import is_ready_to_read
from tests.checkin.site import Site, pair_in_browser, running_site
from tests.checkin.stage import make_checkpoint
from tests.ground.databases import SqliteTemplate
from tests.ground.stories import make_event

_numbers = count(1)


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: SqliteTemplate) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("screens"), sqlite_template) as site:
        yield site


@pytest.fixture
def app(site: Site) -> Iterator[Flask]:
    with site.app.app_context():
        yield site.app
        db.session.remove()


@pytest.fixture
def event(app: Flask) -> Event:
    """An event of the test's own on the shared site, with a gate."""
    event = make_event(slug=f"screens-{next(_numbers)}")
    make_checkpoint(event, name_en="Main gate", name_zh="主入口")
    return event


@pytest.fixture
def new_link(event: Event) -> Callable[..., str]:
    """`new_link("Phone 2", may_override=True)`: the path of a new device's pairing link."""

    def make(name: str = "Phone 1", **rights: Any) -> str:
        _device, token = create_device(event.id, name, by=SYSTEM, **rights)
        return f"/door/pair/{token}"

    return make


@pytest.fixture
def page(site: Site, page_at: Callable[..., Page]) -> Page:
    return page_at(base_url=site.url)


@pytest.fixture
def open_door(site: Site, page_at: Callable[..., Page], new_link: Callable[..., str]) -> Callable[..., Page]:
    """`open_door(may_override=True)`: a paired door at phone size, its guest list on the device, its ready check closed."""

    def make(page: Page | None = None, name: str = "Phone 1", **rights: Any) -> Page:
        door = pair_in_browser(page or page_at(base_url=site.url), new_link(name, **rights))
        expect(door.locator("#status .age")).to_have_text("Guest list up to date", timeout=15_000)
        is_ready_to_read(door)
        door.locator("#ready .done").click()
        return door

    return make
