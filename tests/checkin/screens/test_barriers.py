"""No barriers at the door: every state of it, in both languages, by day and by night, small, zoomed and without motion."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from eventapp.accounts.actor import SYSTEM
from eventapp.events.models import Event
from eventapp.registration.actions import set_door_note
from tests.checkin.site import Site, pair_in_browser, scan_at_once
from tests.checkin.stage import make_category, make_guest
from tests.registration.guests import make_category as make_open_category
from tests.registration.test_parties import register as register_party

pytestmark = pytest.mark.browser

PAIR = {"en": "Pair this device", "zh": "配对本设备"}
SHEETS = ("more", "typing", "search", "checkpoint")
BEHIND_MORE = ("ready", "recent", "walk-in")
# What reaches beyond the right edge of the screen, however deep it is nested.
TOO_WIDE = """() => [...document.querySelectorAll("body *")].filter(one => one.checkVisibility()
  && !one.closest(".visually-hidden, .symbols, video") && one.getBoundingClientRect().right > innerWidth + 1)
  .map(one => one.outerHTML.slice(0, 120))"""
TOO_SMALL = """() => [...document.querySelectorAll("button, select, input:not([type=range]), .plain-page a, .sheet a")]
  .map(one => one.closest("label") ?? one).filter(one => one.checkVisibility() && !one.matches(".visually-hidden"))
  .map(one => [one.outerHTML.slice(0, 120), one.getBoundingClientRect()])
  .filter(([, {width, height}]) => width < 43.9 || height < 43.9).map(([html, {width, height}]) => [html, width, height])"""


@pytest.fixture
def people(event: Event) -> dict[str, str]:
    """Codes that lead to a verdict of each kind, of people with long names and words."""
    make_category(event)
    register_party(make_open_category(event, 40, "delegations", takes_parties=True), 2)
    long = {
        "organisation": "Yangtze River Delta Integrated Circuits Association 长三角集成电路产业联合会",
        "given_en": "Nana-Alexandra",
        "family_en": "Ouyang-Featherstonehaugh",
    }
    guest = make_guest(event, **long)
    note = "Bring to the VIP lounge; the interpreter for Japanese is waiting there 请带到贵宾室"
    set_door_note(guest.id, note, by=SYSTEM)
    return {
        "admitted": guest.short_code,
        "not_confirmed": make_guest(event, "pending").short_code,
        "unknown": "00000000",
    }


def states(door: Page, people: dict[str, str]) -> Iterator[str]:
    """Bring the open door into one state after the other, and name it."""
    yield "ready check"
    door.locator("#ready .done").click()
    yield "door"
    for sheet in SHEETS:
        door.locator(f"#bar [aria-controls={sheet}]").click()
        yield sheet
    for sheet in BEHIND_MORE:
        door.locator("#bar [aria-controls=more]").click()
        door.locator(f"#more [aria-controls={sheet}]").click()
        yield sheet
    door.locator("#bar [aria-controls=search]").click()
    door.locator("#search-query").fill("团")
    expect(door.locator("#search .result")).to_have_count(2)
    yield "found"
    door.locator("#search .to-party").first.click()
    yield "party"
    door.locator("#bar [aria-controls=more]").click()
    door.locator("#rehearse").click()
    yield "rehearsal"
    door.locator("#rehearsal button").click()
    for verdict, code in [*people.items(), ("already_in", people["admitted"])]:
        scan_at_once(door, code)
        expect(door.locator(f'#verdict[data-verdict="{verdict}"]')).to_be_visible()
        yield verdict
        for action in door.locator("#verdict .actions button:visible").all():
            action.click()
            yield f"reason after {verdict}"
        door.keyboard.press("Escape")
        door.keyboard.press("Escape")
    door.context.set_offline(True)
    expect(door.locator("#status")).to_have_attribute("data-mode", "offline")
    yield "no network"
    door.context.set_offline(False)


@pytest.fixture
def barriers(axe: Callable[[Page], list[dict[str, Any]]]) -> Callable[[Page, str], list[Any]]:
    def look(door: Page, state: str) -> list[Any]:
        return [(state, one) for one in [*axe(door), *door.evaluate(TOO_WIDE), *door.evaluate(TOO_SMALL)]]

    return look


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("zh", "dark")])
def test_no_state_of_the_door_has_a_barrier_on_the_smallest_phone(
    site: Site,
    page_at: Callable[..., Page],
    new_link: Callable[..., str],
    people: dict[str, str],
    barriers: Callable[[Page, str], list[Any]],
    language: str,
    scheme: Any,
) -> None:
    page = page_at(320, language, base_url=site.url)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto("/door/")
    page.locator("#unpaired").wait_for()
    found = barriers(page, "unpaired")
    page.goto(link := new_link(may_override=True, may_register=True))
    found += barriers(page, "pairing")
    door = pair_in_browser(page, link, button=PAIR[language])
    for state in states(door, people):
        found += barriers(door, state)
    assert found == []


def test_at_twice_the_size_everything_is_still_there(site, page_at, new_link, people):
    """A laptop of 1280×800 zoomed to 200 %: everything in sight or a scroll away, nothing cut off."""
    page = page_at(640, base_url=site.url)
    page.set_viewport_size({"width": 640, "height": 400})
    door = pair_in_browser(page, new_link(may_override=True, may_register=True))
    for state in states(door, people):
        assert (state, door.evaluate(TOO_WIDE)) == (state, [])
        last = door.locator(
            "#verdict:visible :is(button, .instruction):visible, .sheet:visible :is(button, a):visible"
        ).last
        if last.count():
            last.scroll_into_view_if_needed()
            expect(last).to_be_in_viewport(ratio=0.9)


def test_with_reduced_motion_nothing_moves(open_door, people):
    door = open_door()
    door.emulate_media(reduced_motion="reduce")
    door.get_by_role("button", name="Search", exact=True).click()
    assert door.evaluate("document.getAnimations().length") == 0
    scan_at_once(door, people["admitted"])
    expect(door.locator("#verdict")).to_be_visible()
    assert door.evaluate("document.getAnimations().length") == 0
