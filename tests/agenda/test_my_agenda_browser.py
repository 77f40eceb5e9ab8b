"""Stars on the device, searching while one types, one's own clock, and reading without a network, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from eventapp.db import db
from eventapp.events.models import Event
from eventapp.registration.models import Registration
from eventapp.registration.queries import starred_by
from tests.agenda.stage import make_hall, make_item, make_part, make_person, make_session, publish
from tests.registration.guests import make_category, own_page, register_guest
from tests.registration.test_browser_pages import too_wide

pytestmark = pytest.mark.browser
AGENDA = "/e/delta-2026/agenda"
FULL_DEVICE = """() => {
  const refuse = () => Promise.reject(new DOMException("no room", "QuotaExceededError"));
  Object.assign(Cache.prototype, { put: refuse, add: refuse });
}"""
KEPT = "async () => (await (await caches.open('event-/e/delta-2026/')).keys()).length"


@pytest.fixture
def programme(event: Event) -> Event:
    """An opening, a forum that begins before it ends, and a dinner."""
    opening = make_session(event, 9, 11, title_zh="开幕式", hall_id=make_hall(event).id)
    make_part(make_item(opening), make_person("Youmin", "Xi", family_zh="席", given_zh="酉民"))
    make_session(
        event, 10, 12, "Forum", kind="forum", title_zh="论坛", hall_id=make_hall(event, "Garden Hall", "园林厅").id
    )
    make_session(event, 18, 20, "Dinner", kind="meal", title_zh="晚宴")
    publish(event)
    return event


@pytest.fixture
def guest(programme: Event) -> Registration:
    return register_guest(make_category(programme, None))


def test_stars_are_kept_on_the_device_tell_overlaps_and_go_with_the_registration(
    programme: Event, guest: Registration, page_at: Callable[..., Page]
) -> None:
    page = page_at(390)
    page.goto(AGENDA)
    page.get_by_role("button", name="Star Opening").click()
    assert page.get_by_text("overlaps with").count() == 0
    page.get_by_role("button", name="Star Forum").click()
    expect(page.get_by_text("overlaps with Opening")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Only my stars (2)").click()
    assert page.locator(".agenda-row:visible").count() == 2
    page.goto(f"{own_page(guest)}/agenda")
    page.get_by_role("button", name="Take the stars of this device over").click()
    expect(page.get_by_text("2 new")).to_be_visible()
    db.session.rollback()
    assert len(starred_by(guest.id)) == 2
    expect(page.get_by_role("button", name="Take the stars of this device over")).to_be_hidden()


def test_another_tab_sees_the_star_at_once(programme: Event, page_at: Callable[..., Page]) -> None:
    page = page_at(1280)
    page.goto(AGENDA)
    other = page.context.new_page()
    other.goto(AGENDA)
    page.get_by_role("button", name="Star Dinner").click()
    expect(other.get_by_role("button", name="Star Dinner")).to_have_attribute("aria-pressed", "true")
    other.get_by_role("button", name="Star Dinner").click()
    expect(page.get_by_role("button", name="Star Dinner")).to_have_attribute("aria-pressed", "false")


def test_what_is_typed_is_found_at_once_and_stays_in_the_address(
    programme: Event, page_at: Callable[..., Page]
) -> None:
    page = page_at(390)
    page.goto(AGENDA)
    page.get_by_label("Search the agenda").fill("xym")
    expect(page.get_by_text("1 session found.")).to_be_visible()
    expect(page.locator(".agenda-row")).to_have_count(1)
    expect(page.get_by_role("button", name="Star Opening")).to_be_visible()
    page.reload()
    expect(page.locator(".agenda-row")).to_have_count(1)


@pytest.mark.parametrize(("width", "language", "scheme"), [(390, "en", "dark"), (1280, "zh", "light")])
def test_the_pages_are_sound(
    programme: Event, guest: Registration, page_at: Callable[..., Page], axe: Callable[..., Any], width: int,
    language: str, scheme: Any,
) -> None:  # fmt: skip
    page = page_at(width, language)
    page.emulate_media(color_scheme=scheme)
    page.goto(AGENDA)
    page.locator(".star").first.click()
    page.locator("details summary").first.click()
    addresses = ("", f"{AGENDA}?q=nobody", f"{own_page(guest)}/agenda", f"{own_page(guest)}/agenda/choose")
    for address in addresses:
        if address:
            page.goto(address)
        assert axe(page) == [], address
        assert too_wide(page) == [], address


def test_the_agenda_is_read_without_a_network_after_the_first_visit(
    programme: Event, guest: Registration, page_at: Callable[..., Page], axe: Callable[..., Any]
) -> None:
    page = page_at(390)
    page.goto(AGENDA)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function(f"async () => (await ({KEPT})()) > 6")
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_text("You are offline. This page is as it was on")).to_be_visible()
    expect(page.get_by_role("button", name="Star Opening")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("link", name="Opening").click()
    expect(page.get_by_text("this was not kept on your device")).to_be_visible()
    page.context.set_offline(False)
    page.goto(f"{own_page(guest)}/agenda")
    kept = page.evaluate("async () => (await (await caches.open('event-/e/delta-2026/')).keys()).map(({url}) => url)")
    assert not [address for address in kept if "/r/" in address or "/my/" in address]


def test_the_doors_worker_is_not_disturbed(programme: Event, page_at: Callable[..., Page]) -> None:
    page = page_at(390)
    page.goto("/door/")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.goto(AGENDA)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    scopes = "async () => (await navigator.serviceWorker.getRegistrations()).map(({scope}) => new URL(scope).pathname)"
    assert sorted(page.evaluate(scopes)) == ["/door/", "/e/delta-2026/"]
    page.goto("/door/")
    assert page.evaluate("() => navigator.serviceWorker.ready.then(({active}) => active.scriptURL)").endswith(
        "/door/sw.js"
    )
    names = page.evaluate("async () => await caches.keys()")
    assert [name for name in names if name.startswith("door-")]
    assert "event-/e/delta-2026/" in names


def test_a_newer_release_is_shown_as_soon_as_there_is_a_network(programme: Event, page_at: Callable[..., Page]) -> None:
    page = page_at(390)
    page.goto(AGENDA)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    make_session(programme, 21, 22, "Fireworks")
    publish(programme)
    page.reload()
    expect(page.get_by_role("link", name="Fireworks")).to_be_visible()
    assert page.get_by_text("You are offline").count() == 0


def test_a_full_device_shows_what_the_network_says_now(programme: Event, page_at: Callable[..., Page]) -> None:
    page = page_at(390)
    page.goto(AGENDA)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function(f"async () => (await ({KEPT})()) > 6")
    page.context.service_workers[0].evaluate(FULL_DEVICE)
    make_session(programme, 21, 22, "Fireworks")
    publish(programme)
    page.reload()
    expect(page.get_by_role("link", name="Fireworks")).to_be_visible()
    assert page.get_by_text("You are offline").count() == 0
    # Neither a page nor a file that was never there before.
    page.goto(f"{AGENDA}?q=nobody")
    fetched = "(address) => fetch(address).then(({ status }) => status)"
    for address in ("/e/delta-2026/speakers", "/static/agenda/now.js?v=newer"):
        assert page.evaluate(fetched, address) == 200
