"""The day itself in a real browser: a preview opens in place, one tap publishes, and the hall's screen follows within seconds."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from eventapp.accounts.actions import new_sign_in_link
from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import User
from eventapp.agenda.actions import cancel_on_the_day, end_session, start_session
from eventapp.agenda.models import AgendaSession
from eventapp.clock import now
from eventapp.db import db
from eventapp.events.models import Event, Hall
from eventapp.events.queries import halls_of
from tests.agenda.stage import make_hall, make_item, make_part, make_person, make_session, publish
from tests.ground.browsers import fits_the_screen
from tests.ground.stories import ZONE

pytestmark = pytest.mark.browser
# What a page does every few seconds, it does at once when somebody comes back to it.
LOOK = "document.dispatchEvent(new Event('visibilitychange'))"
SMALL = """() => [...document.querySelectorAll('.day-buttons :is(a, button, summary, input), .day-last button')]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)"""


@pytest.fixture
def today(new_event: Callable[..., Event]) -> Event:
    """An event of which one session is on now; its day ends far from now, whatever the time."""
    minute = now().replace(second=0, microsecond=0)
    border = (minute.astimezone(ZONE) + timedelta(hours=12)).hour
    whole: dict[str, datetime] = {"starts_at": minute - timedelta(hours=2), "ends_at": minute + timedelta(hours=6)}
    event = new_event("today", day_starts=time(border), **whole)
    lake, garden = make_hall(event), make_hall(event, "Garden Hall", "园林厅")
    people = {lake: make_person(), garden: make_person("Mei")}
    for title, title_zh, start, hall, fixed in (
        ("Opening", "开幕式", -30, lake, False),
        ("Keynote on water", "水与城市主旨演讲", 30, lake, False),
        ("Gala", "晚会", 90, lake, True),
        ("Forum", "论坛", 90, garden, False),
    ):
        times = {"starts_at": minute + timedelta(minutes=start), "ends_at": minute + timedelta(minutes=start + 60)}
        row = make_session(event, title_en=title, title_zh=title_zh, hall_id=hall.id, fixed=fixed, **times)
        make_part(make_item(row, 60, title_en="Talk", title_zh="演讲"), people[hall])
    publish(event)
    return event


@pytest.fixture
def desk(today: Event, page_at: Callable[..., Page], user_with_role: Callable[..., User]) -> Callable[..., Page]:
    """`desk(390, "zh")`: the page of the day, signed in."""

    def open_desk(width: int = 390, language: str = "en") -> Page:
        page = page_at(width, language)
        page.goto(f"/sign-in/{new_sign_in_link(user_with_role('organiser', today).id, by=SYSTEM)}?lang={language}")
        page.click("main button")
        page.wait_for_url("**/manage/**")
        page.goto("/manage/today/agenda/day")
        return page

    return open_desk


def lake_of(event: Event) -> Hall:
    return halls_of(event.id)[0]


def test_a_delay_is_previewed_published_shown_on_the_screen_and_taken_back(
    today: Event, desk: Callable[..., Page], page_at: Callable[..., Page], axe: Callable[[Page], list[object]]
) -> None:
    screen = page_at(1280)
    screen.goto(f"/e/today/now?hall={lake_of(today).public_id}")
    expect(screen.locator(".now-left").first).to_have_text(re.compile("(29|30) min left"))
    page = desk()
    assert page.evaluate(SMALL) == []
    page.get_by_role("button", name="Start Opening").click()
    expect(page.get_by_text("Published: started “Opening”.")).to_be_visible()
    page.get_by_role("link", name="+7 minutes for Opening").click()
    dialog = page.get_by_role("dialog", name="“Opening”: +7 min")
    expect(dialog.get_by_text("runs 7 min into “Gala”")).to_be_visible()
    assert axe(page) == []
    assert fits_the_screen(page)
    dialog.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("link", name="+7 minutes for Opening")).to_be_focused()
    page.get_by_role("link", name="+7 minutes for Opening").click()
    dialog.get_by_role("button", name="Publish").click()
    expect(page.locator(".day-last")).to_contain_text("put off “Opening” by +7 min")
    assert axe(page) == []
    screen.evaluate(LOOK)
    expect(screen.locator(".now-left").first).to_have_text(re.compile("3[567] min left"), timeout=20_000)
    expect(screen.locator(".now-next .was")).to_be_visible()
    assert axe(screen) == []
    page.locator(".day-last").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back. Everything stands as before.")).to_be_visible()
    screen.evaluate(LOOK)
    expect(screen.locator(".now-next .was")).to_have_count(0, timeout=20_000)
    # What somebody else does is on the page within seconds, too.
    cancel_on_the_day(today.id, uuid_of("Forum"), by=SYSTEM)
    page.evaluate(LOOK)
    expect(page.locator(".day-last")).to_contain_text("the system cancelled “Forum”", timeout=20_000)


def uuid_of(title: str) -> str:
    return str(db.session.scalar(select(AgendaSession.uuid).where(AgendaSession.title_en == title)))


def test_what_was_started_early_is_marked_as_on_now_while_the_agenda_stays_open(
    today: Event, page_at: Callable[..., Page]
) -> None:
    end_session(today.id, uuid_of("Opening"), by=SYSTEM)
    start_session(today.id, uuid_of("Keynote on water"), by=SYSTEM)
    page = page_at(1280)
    page.goto("/e/today/agenda")
    running = page.locator(".agenda-row.is-now")
    expect(running).to_have_count(1)
    page.evaluate(LOOK)
    expect(running).to_have_count(1)
    expect(running.get_by_role("link", name="Keynote on water")).to_be_visible()
    expect(running.get_by_text("On now")).to_be_visible()
