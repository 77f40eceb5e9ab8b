"""Where sessions stand on the board, reckoned in a real browser without any page around."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.browser

STATIC = Path(__file__).resolve().parents[3] / "static"
MIDNIGHT = 60 * 24 * 20_780
DAY_STARTS = 4 * 60
CALL = """async ([module, name, args]) => {
  const given = (await import(`/agenda/editor/${module}.js`))[name](...args);
  return given instanceof Map ? Object.fromEntries(given) : given;
}"""


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Any:
    """A page with nothing on it that can import our modules."""
    page = browser.new_page()
    page.route("http://board.test/**", _from_disk)
    page.goto("http://board.test/")
    yield page
    page.close()


@pytest.fixture
def call(modules: Page) -> Callable[..., Any]:
    """`call("grid", "snap", 7)`: what a function of a module gives."""
    return lambda module, name, *args: modules.evaluate(CALL, [module, name, list(args)])


def _from_disk(route: Route) -> None:
    path = STATIC / route.request.url.removeprefix("http://board.test/")
    if path.is_file():
        route.fulfill(path=path, content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html><title>Nothing</title>", content_type="text/html")


def at(hour: int, minute: int = 0, day: int = 0) -> int:
    return MIDNIGHT + day * 24 * 60 + hour * 60 + minute


def test_wall_times_are_minutes_and_back(call):
    minutes = call("times", "minutesOf", "2026-11-23T09:05")
    assert call("times", "localOf", minutes) == "2026-11-23T09:05"
    assert call("times", "clockOf", minutes + 24 * 60 - 5) == "09:00"


def test_a_late_night_belongs_to_the_day_before(call):
    night = call("times", "minutesOf", "2026-11-24T01:30")
    assert call("times", "dateOf", night, DAY_STARTS) == "2026-11-23"
    assert call("times", "dateOf", night + 150, DAY_STARTS) == "2026-11-24"
    assert call("times", "momentOn", "2026-11-23", "01:30", DAY_STARTS) == night


def test_a_day_is_shown_from_its_first_session_to_its_last_with_room_around(call):
    date = call("times", "dateOf", at(9), 0)
    usual = [{"date": date, "begins": at(8), "ends": at(19)}]
    assert call("grid", "framesOf", [date], [], DAY_STARTS) == usual
    assert call("grid", "framesOf", [date], [{"at": at(9, 30), "minutes": 60}], DAY_STARTS) == usual
    wide = [{"at": at(6, 20), "minutes": 30}, {"at": at(21), "minutes": 240}]
    assert call("grid", "framesOf", [], wide, DAY_STARTS) == [{"date": date, "begins": at(5), "ends": at(26)}]


def test_no_day_begins_before_the_agenda_does_nor_lasts_longer_than_a_day(call):
    [frame] = call("grid", "framesOf", [], [{"at": at(4, 10), "minutes": 3000}], DAY_STARTS)
    assert (frame["begins"], frame["ends"]) == (at(4), at(28))
    assert call("grid", "spanIn", frame, {"at": at(4, 10), "minutes": 3000}) == {"from": 10, "length": 24 * 60 - 10}


def test_days_without_a_session_are_shown_and_nights_make_no_day_of_their_own(call):
    frames = call("grid", "framesOf", ["2026-11-24"], [{"at": at(25), "minutes": 30}], DAY_STARTS)
    assert frames == [
        {"date": "2026-11-23", "begins": at(8), "ends": at(27)},
        {"date": "2026-11-24", "begins": at(8, 0, 1), "ends": at(19, 0, 1)},
    ]


def test_who_shares_a_hall_at_one_time_stands_side_by_side(call):
    sessions = [
        {"id": "long", "at": at(9), "minutes": 120},
        {"id": "first", "at": at(9, 30), "minutes": 30},
        {"id": "second", "at": at(10), "minutes": 30},
        {"id": "alone", "at": at(11), "minutes": 30},
    ]
    lanes = call("grid", "lanesOf", sessions)
    assert lanes == {
        "long": {"lane": 0, "lanes": 2},
        "first": {"lane": 1, "lanes": 2},
        "second": {"lane": 1, "lanes": 2},
        "alone": {"lane": 0, "lanes": 1},
    }


def test_the_place_under_a_point_is_the_nearest_five_minutes_in_the_hall_below_it(call):
    frame = {"date": "2026-11-23", "begins": at(8), "ends": at(18)}
    box = {"left": 100, "top": 200, "width": 400, "height": 600}
    under = lambda x, y: call("grid", "placeUnder", {"x": x, "y": y}, box, frame, 4)  # noqa: E731
    assert under(100, 200) == {"at": at(8), "column": 0}
    assert under(301, 263) == {"at": at(9, 5), "column": 2}
    assert under(-50, 262) == {"at": at(9), "column": 0}
    assert under(9000, 262) == {"at": at(9), "column": 3}


PLACE = {"at": at(9), "minutes": 30, "column": 1}


@pytest.mark.parametrize(
    ("key", "shift", "changes"),
    [
        ("ArrowDown", False, {"at": at(9, 5)}),
        ("ArrowUp", False, {"at": at(8, 55)}),
        ("ArrowRight", False, {"column": 2}),
        ("ArrowLeft", False, {"column": 0}),
        ("PageDown", False, {"at": at(9, 0, 1)}),
        ("PageUp", False, {"at": at(9, 0, -1)}),
        ("ArrowDown", True, {"minutes": 35}),
        ("ArrowUp", True, {"minutes": 25}),
        ("ArrowLeft", True, None),
        ("x", False, None),
    ],
)
def test_keys_move_by_five_minutes_a_hall_or_a_day_and_resize_with_shift(call, key, shift, changes):
    moved = call("grid", "movedByKey", PLACE, key, {"shift": shift, "columns": 3})
    assert moved == (None if changes is None else {**PLACE, **changes})


def test_keys_stop_at_the_last_hall_and_at_the_shortest_length(call):
    last = {"at": at(9), "minutes": 5, "column": 2}
    assert call("grid", "movedByKey", last, "ArrowRight", {"columns": 3}) == last
    assert call("grid", "movedByKey", last, "ArrowUp", {"shift": True, "columns": 3}) == last


def test_sessions_stand_in_one_line_by_time_then_by_hall(call):
    places = [{"id": "b", "at": 5, "column": 1}, {"id": "a", "at": 5, "column": 0}, {"id": "c", "at": 1, "column": 9}]
    assert [place["id"] for place in call("grid", "inOrder", places)] == ["c", "a", "b"]
