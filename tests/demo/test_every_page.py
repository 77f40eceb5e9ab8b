"""Every page there is, organisers' too: for small screens, large text, the keyboard; public ones light and without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select

from eventapp.access import declared_access
from eventapp.accounts.actions import new_sign_in_link
from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import User
from eventapp.db import db
from eventapp.demo import ORGANISER_EMAIL
from eventapp.events.models import Event
from tests.architecture.filled import Filler, summit_with_everything
from tests.architecture.routes import Route
from tests.ground.servers import LiveServer
from tests.ground.walks import MOST_BYTES, WIDE, bytes_of_page, faults_of_page

pytestmark = [pytest.mark.browser, pytest.mark.storm, pytest.mark.timeout(400)]

OPEN_TO_GUESTS = frozenset({"public", "bearer"})
# The camera, the verdicts and the token of a phone are a script's; these pages say so without it.
NEEDS_SCRIPTS = frozenset({"checkin.door", "checkin.pairing"})
# Without scripts the square is chosen by words, with them it is dragged.
READS_OTHERWISE = frozenset({"speakers.portrait"})
# They lead on to another address, whoever asks.
LEAD_ON = frozenset({"passes.scanned"})
# Programs bring a token of their own; they are answered in JSON.
FOR_PROGRAMS = "/api/"
# A mail as it was sent, shown in a frame in which no script runs, not even axe; the page around it is walked.
IN_A_FRAME = frozenset({"messaging.body"})
# It never ends by itself: a page listens to it for as long as it is open.
STREAMS = frozenset({"checkin_manage.numbers_stream"})


@pytest.fixture
def summit(app: Flask) -> Event:
    return summit_with_everything()


@pytest.fixture
def site(summit: Event, serve) -> LiveServer:
    return serve(APP_ENV="development")


@pytest.fixture
def context_of(site: LiveServer, browser: Browser) -> Iterator:
    """`context_of(signed_in=True)`: the browser of the installation's owner, or of a guest."""
    opened: list[BrowserContext] = []

    def make(*, signed_in: bool = False, scripts: bool = True) -> BrowserContext:
        context = browser.new_context(base_url=site.url, java_script_enabled=scripts, locale="en-GB")
        opened.append(context)
        if signed_in:
            page = context.new_page()
            user = db.session.scalars(select(User).where(User.email == ORGANISER_EMAIL)).one()
            page.goto(f"/sign-in/{new_sign_in_link(user.id, by=SYSTEM)}")
            page.locator("main button").click()
            page.wait_for_url("**/manage/**")
            page.close()
        return context

    yield make
    for context in opened:
        context.close()


def _pages(app: Flask, event: Event, context: BrowserContext, *, of_guests: bool) -> tuple[list[Route], list[str]]:
    """The routes that answer with a page, and those that do not answer at all."""
    pages, faults = [], []
    for route in Filler(app, event).routes():
        if (declared_access(route.endpoint).who in OPEN_TO_GUESTS) is not of_guests:
            continue
        if route.endpoint in IN_A_FRAME | STREAMS:
            continue
        answer = context.request.get(route.path, max_redirects=0)
        if answer.status == 200 and answer.headers["content-type"].startswith("text/html"):
            pages.append(route)
        elif answer.status != 200 and route.endpoint not in LEAD_ON and not route.rule.startswith(FOR_PROGRAMS):
            faults.append(f"{route} answered {answer.status} to {route.path}")
    return pages, faults


def _watched(context: BrowserContext, faults: list[str]) -> Page:
    """A page whose script errors, and broken security policy, are faults."""
    page = context.new_page()
    page.on(
        "console", lambda message: faults.append(f"{page.url}: {message.text}") if message.type == "error" else None
    )
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    return page


def test_every_page_of_guests_speakers_and_the_door(app, summit, context_of):
    guest, without_scripts = context_of(), context_of(scripts=False)
    pages, faults = _pages(app, summit, guest, of_guests=True)
    page, plain = _watched(guest, faults), without_scripts.new_page()
    # As wide as the walk leaves a page: on a wide screen the agenda is a grid.
    plain.set_viewport_size({"width": WIDE // 2, "height": 400})
    for route in pages:
        faults += [f"{route}: {fault}" for fault in faults_of_page(page, route.path)]
        if bytes_of_page(page) >= MOST_BYTES:
            faults.append(f"{route}: loads {bytes_of_page(page)} bytes")
        if route.endpoint not in NEEDS_SCRIPTS | READS_OTHERWISE and not _reads_the_same(plain, page, route.path):
            faults.append(f"{route}: reads otherwise without scripts: {_text(plain)[:300]} | {_text(page)[:300]}")
    assert not faults, "\n".join(faults)
    assert len(pages) > 15


def test_every_page_of_the_desk(app, summit, context_of):
    owner = context_of(signed_in=True)
    pages, faults = _pages(app, summit, owner, of_guests=False)
    page = _watched(owner, faults)
    for route in pages:
        faults += [f"{route}: {fault}" for fault in faults_of_page(page, route.path)]
    assert not faults, "\n".join(faults)
    assert len(pages) > 50


def _reads_the_same(plain: Page, page: Page, path: str) -> bool:
    """Whether a page says the same with scripts and without; looked at again, should a full minute lie between the two."""
    plain.goto(path)
    if _text(plain) == _text(page):
        return True
    page.goto(path)
    plain.goto(path)
    return _text(plain) == _text(page)


def _text(page: Page) -> str:
    """What the page says, but for what only a script can know and tells as a status."""
    said = page.locator("main").inner_text()
    for status in page.locator("main [role=status]").all_inner_texts():
        said = said.replace(status, "")
    return " ".join(said.split())
