"""The agenda of a day as a grid: true heights, halls side by side, breaks across."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Page

from eventapp.agenda.grid import MOST_COLUMNS, DayGrid, grid_of
from eventapp.agenda.queries import agenda_of
from eventapp.events.models import Event
from tests.agenda.stage import at, make_hall, make_item, make_session, publish
from tests.ground.visitors import Visitor

AGENDA = "/e/delta-2026/agenda"


def the_grid(event: Event) -> DayGrid:
    [day] = agenda_of(event, None)
    return grid_of(day)


def placed(event: Event) -> dict[str, tuple[str, str, int]]:
    """Title → when after the grid's beginning, how long, in which column."""
    grid = the_grid(event)
    [day] = agenda_of(event, None)
    places = {session.title.en: grid.places[session.id] for session in day.sessions}
    return {title: (place.at, place.length, place.column) for title, place in places.items()}


def test_sessions_at_one_time_stand_side_by_side_and_what_runs_alone_across(event: Event) -> None:
    first, second = make_hall(event, position=1), make_hall(event, "Garden Hall", "园林厅", position=2)
    make_session(event, 9, 10, "Opening", hall_id=second.id)
    make_session(event, 10, 12, "Chips", hall_id=second.id)
    make_session(event, 10, 11, "Energy", hall_id=first.id)
    make_session(event, 12, 13, "Lunch", kind="meal", hall_id=second.id)
    assert placed(event) == {
        "Opening": ("0000", "0100", 0),
        "Energy": ("0100", "0100", 1),
        "Chips": ("0100", "0200", 2),
        "Lunch": ("0300", "0100", 0),
    }
    assert [(str(head.hall.name), head.first) for head in the_grid(event).heads if head.hall] == [
        ("Lake Hall", 1),
        ("Garden Hall", 2),
    ]


def test_the_grid_begins_on_a_half_hour_and_counts_minutes(event: Event) -> None:
    make_session(event, title_en="Opening", starts_at=at(event, 8, 43), ends_at=at(event, 9, 50))
    assert placed(event) == {"Opening": ("0013", "0107", 0)}
    assert [mark.at for mark in the_grid(event).hours] == ["0030"]


def test_two_in_one_hall_at_one_time_stand_side_by_side_in_it(event: Event) -> None:
    hall = make_hall(event)
    make_session(event, 9, 11, "One", hall_id=hall.id)
    make_session(event, 10, 12, "Two", hall_id=hall.id, despite_clashes=True)
    make_session(event, 11, 12, "Three", hall_id=hall.id, despite_clashes=True)
    assert {title: column for title, (_, _, column) in placed(event).items()} == {"One": 1, "Two": 2, "Three": 1}
    assert [(head.first, head.breadth) for head in the_grid(event).heads] == [(1, 2)]


def test_what_has_no_hall_stands_last(event: Event) -> None:
    make_session(event, 9, 10, "Tour", kind="tour")
    make_session(event, 9, 10, "Talk", hall_id=make_hall(event).id)
    assert {title: column for title, (_, _, column) in placed(event).items()} == {"Talk": 1, "Tour": 2}


def test_more_halls_than_a_screen_can_show_stay_a_list(event: Event, client: Visitor) -> None:
    for number in range(MOST_COLUMNS + 1):
        make_session(event, 9, 10, f"Talk {number}", hall_id=make_hall(event, f"Hall {number}", f"{number}厅").id)
    assert (the_grid(event).columns, the_grid(event).places) == (0, {})
    publish(event)
    page = client.get(AGENDA, status=200)
    assert page.tree.xpath("//*[@data-columns] | //*[@data-at]") == []


def test_the_hour_that_daylight_saving_takes_is_not_drawn(new_event: Callable[..., Event]) -> None:
    starts = datetime(2027, 3, 27, 23, tzinfo=UTC)
    event = new_event(slug="london", time_zone="Europe/London", starts_at=starts, ends_at=starts + timedelta(hours=4))
    make_session(event, title_en="Night walk", starts_at=starts, ends_at=starts + timedelta(hours=2))
    assert [mark.moment.isoformat()[11:16] for mark in the_grid(event).hours] == ["23:00", "00:00", "01:00"]
    assert placed(event) == {"Night walk": ("0000", "0200", 0)}


def test_now_is_marked_on_the_day_and_only_then(event: Event, client: Visitor) -> None:
    make_session(event)
    publish(event)
    line = "//li[contains(@class, 'agenda-now')]"
    assert client.get(AGENDA).tree.xpath(f"{line}/@hidden") == [""]
    with time_machine.travel(at(event, 9, 25), tick=False):
        page = client.get(AGENDA, status=200)
    assert page.tree.xpath(f"{line}/@data-at") == ["0025"]
    assert page.tree.xpath("//li[contains(@class, 'is-now')]//h3//text()")
    assert "On now" in page.words


@pytest.fixture
def busy_day(event: Event) -> Event:
    halls = [make_hall(event, f"Hall {number}", f"{number}号厅", position=number) for number in range(4)]
    make_session(event, 9, 10, "Opening", hall_id=halls[0].id)
    for hall in halls:
        forum = make_session(
            event, 10, 12, "Intelligent solutions for traditional energy management, all", kind="forum", hall_id=hall.id
        )
        for _number in range(8):
            make_item(forum, 15, title_en="Three years from paper to product")
    make_session(event, 12, 13, "Lunch", kind="meal")
    publish(event)
    return event


@pytest.mark.browser
def test_a_wide_screen_shows_true_heights_and_four_halls_side_by_side(
    busy_day: Event, page_at: Callable[..., Page]
) -> None:
    page = page_at(1280)
    page.goto(AGENDA)
    boxes: list[Any] = [row.bounding_box() for row in page.locator(".agenda-row").all()]
    opening, *forums, lunch = boxes
    assert forums[0]["height"] == pytest.approx(2 * opening["height"], rel=0.03)
    assert lunch["width"] > 4 * forums[0]["width"]
    assert len({round(box["y"]) for box in forums}) == 1
    assert [box["x"] for box in forums] == sorted({box["x"] for box in forums})
    assert all(box["width"] > 200 for box in forums)


@pytest.mark.browser
def test_the_keyboard_goes_by_time_and_opens_what_is_cut(busy_day: Event, page_at: Callable[..., Page]) -> None:
    page = page_at(1280)
    page.goto(AGENDA)
    links = page.locator(".agenda-row h3 a")
    links.nth(0).focus()
    visited = []
    for _number in range(links.count()):
        visited.append(page.evaluate("document.activeElement.closest('.agenda-row').querySelector('time').dateTime"))
        # Each session is followed by its star.
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
    assert visited == sorted(visited)
    assert len(visited) == 6
    cut = page.locator(".agenda-row").nth(1)
    before = (cut.bounding_box() or {})["height"]
    links.nth(0).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert (cut.bounding_box() or {})["height"] > before


@pytest.mark.browser
def test_a_phone_keeps_the_list(busy_day: Event, page_at: Callable[..., Page]) -> None:
    page = page_at(390)
    page.goto(AGENDA)
    rows: list[Any] = [row.bounding_box() for row in page.locator(".agenda-row").all()]
    assert len({round(row["x"]) for row in rows}) == 1
    assert [row["y"] for row in rows] == sorted(row["y"] for row in rows)
    assert not page.locator(".agenda-axis").is_visible()


@pytest.mark.browser
def test_the_mark_of_now_moves_while_the_page_stays_open(busy_day: Event, page_at: Callable[..., Page]) -> None:
    page = page_at(1280)
    page.clock.install(time=at(busy_day, 9, 59))
    page.goto(AGENDA)
    page.clock.run_for(31_000)
    assert page.locator(".is-now h3").all_inner_texts() == ["Opening"]
    page.clock.run_for(60_000)
    assert page.locator(".is-now").count() == 4
    assert page.locator(".agenda-now").get_attribute("data-at") == "0100"
    assert page.locator(".agenda-now").inner_text() == "10:00"
