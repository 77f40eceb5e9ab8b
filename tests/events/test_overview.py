"""The event's home: three numbers, what to do next, what is still to be set up; and the audit trail."""

from __future__ import annotations

import ast
from datetime import timedelta

import pytest

from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.agenda.actions import create_session
from eventapp.audit_words import ACTIONS
from eventapp.events.actions import add_hall, change_details, set_banner, set_venue
from eventapp.registration.actions import add_category
from tests.architecture.source import source_files

HOME = "/manage/delta-2026/"
AUDIT = "/manage/delta-2026/audit"


def steps(page) -> dict[str, str]:
    """What the checklist says of each thing."""
    items = page.tree.xpath("//section[@aria-labelledby='set-up']//li")
    return dict(" ".join("".join(item.itertext()).split()).rsplit(": ", 1) for item in items)


def test_a_new_event_is_told_what_it_lacks_each_with_a_link_to_where_it_is_done(staff, new_event):
    draft = new_event(slug="draft-2031", state="draft", name_zh="")
    page = staff("organiser", draft).get("/manage/draft-2031/", status=200)
    assert set(steps(page).values()) == {"still missing", "done"}
    assert [label for label, state in steps(page).items() if state == "done"] == [
        "Dates that lie ahead, with every session inside them"
    ]
    links = page.links()
    assert links["A venue with its address in Chinese"] == "/manage/draft-2031/venue"
    assert links["A checkpoint"] == "/manage/draft-2031/check-in/checkpoints"
    assert "Somebody at the door" not in links


def test_what_is_set_up_is_ticked_off(staff, event):
    set_venue(event.id, by=SYSTEM, address_zh="苏州大道东688号")
    add_hall(event.id, by=SYSTEM, name_en="Main")
    add_category(event.id, by=SYSTEM, code="vip", capacity=0, name_en="VIP")
    told = steps(staff("organiser").get(HOME))
    assert told["A venue with its address in Chinese"] == "done"
    assert told["At least one hall"] == "done"
    assert told["An open category with places"] == "still missing"


def test_a_session_outside_the_events_dates_is_noticed(staff, event):
    late = event.ends_at + timedelta(days=3)
    create_session(event.id, by=SYSTEM, kind="tour", starts_at=late, ends_at=late + timedelta(hours=2))
    told = steps(staff("organiser").get(HOME))
    assert told["Dates that lie ahead, with every session inside them"] == "still missing"


def test_texts_in_one_language_only_are_counted_by_kind(staff, event):
    add_hall(event.id, by=SYSTEM, name_en="Main")
    add_hall(event.id, by=SYSTEM, name_en="Side")
    add_hall(event.id, by=SYSTEM, name_zh="序厅")
    change_details(event.id, by=SYSTEM, tagline_en="One line")
    words = staff("organiser").get(HOME).words
    assert "Halls: 1 text without English" in words
    assert "Halls: 2 texts without Chinese" in words
    assert "Event texts: 1 text without Chinese" in words


def test_the_home_takes_as_many_statements_for_a_big_event_as_for_a_small_one(staff, event, count_statements):
    def grow(numbers: range) -> None:
        for number in numbers:
            add_hall(event.id, by=SYSTEM, name_en=f"Hall {number}")
            start = event.starts_at + timedelta(minutes=number)
            create_session(
                event.id, by=SYSTEM, kind="forum", starts_at=start, ends_at=start + timedelta(minutes=1),
                despite_clashes=True,
            )  # fmt: skip

    grow(range(3))
    desk = staff("organiser")
    with count_statements() as few:
        desk.get(HOME, status=200)
    grow(range(3, 60))
    with count_statements() as many:
        desk.get(HOME, status=200)
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("role", "pages"),
    [
        (
            "organiser",
            ["Overview", "Agenda", "People", "Registrations", "Check-in", "Messages", "Settings", "Audit trail"],
        ),
        ("editor", ["Overview", "Agenda", "People"]),
        ("door", ["Overview", "Check-in"]),
    ],
)
def test_the_navigation_holds_what_the_role_may_open(staff, event, role, pages):
    page = staff(role).get(HOME)
    shown = page.tree.xpath("//nav[contains(@class, 'desk-nav')][1]//a/text()")
    assert [label for label in shown if label in pages] == pages
    for url in page.tree.xpath("//nav[contains(@class, 'desk-nav')]//a/@href"):
        staff(role).get(url, status=200)


def test_settings_show_what_may_be_set_up_and_mark_where_one_is(staff, event):
    page = staff("registrar").get("/manage/delta-2026/settings", status=200)
    labels = page.tree.xpath("//main//dt/a/text()")
    assert labels == [
        "Halls", "Organisations", "Categories", "Questions", "Bookings", "Access codes", "Privacy notice",
        "Data and consents", "Changes by guests", "Checkpoints",
    ]  # fmt: skip
    page = staff("registrar").get("/manage/delta-2026/categories")
    assert page.tree.xpath("//nav//a[@aria-current='page']/text()") == ["Settings", "Categories"]


# -- The audit trail -----------------------------------------------------------------------------------------------


@pytest.fixture
def deeds(event, organiser):
    set_banner(event.id, "Doors open", "", by=Actor("user", organiser.id))
    add_hall(event.id, by=SYSTEM, name_en="Main")
    return organiser


def rows(page) -> list[str]:
    return [" ".join("".join(cell.itertext()).split()) for cell in page.tree.xpath("//tbody/tr/td[3]")]


def test_the_trail_says_in_words_what_was_done(staff, event, deeds):
    page = staff("viewer").get(AUDIT, status=200)
    assert any(row.startswith("Added a hall · Hall") for row in rows(page))
    assert any(row.startswith("Changed the announcement · Event") for row in rows(page))


def test_the_trail_is_filtered_by_who_what_and_when(staff, event, deeds):
    desk = staff("viewer")
    assert [row[:24] for row in rows(desk.get(f"{AUDIT}?who=user-{deeds.id}"))] == ["Changed the announcement"]
    assert [row[:12] for row in rows(desk.get(f"{AUDIT}?what=add_hall"))] == ["Added a hall"]
    assert rows(desk.get(f"{AUDIT}?until=2020-01-01")) == []
    assert len(rows(desk.get(f"{AUDIT}?since=2020-01-01"))) > 2


@pytest.mark.parametrize(
    "query",
    [
        "who=nobody",
        "what=nothing",
        "since=yesterday",
        "since=0001-01-01",
        "until=9999-12-31",
        "page=0",
        "page=9" + "9" * 30,
    ],
)
def test_a_filter_that_cannot_be_read_is_no_failure(staff, event, query):
    staff("viewer").get(f"{AUDIT}?{query}", status=200)


def test_the_trail_goes_on_over_pages_in_a_constant_number_of_statements(staff, event, count_statements):
    desk = staff("viewer")
    with count_statements() as few:
        desk.get(AUDIT, status=200)
    for number in range(120):
        set_banner(event.id, f"Line {number}", "", by=SYSTEM)
    with count_statements() as many:
        page = desk.get(AUDIT, status=200)
    assert len(many) == len(few)
    assert len(rows(page)) == 50
    assert "Page 3 of 3" in desk.get(f"{AUDIT}?what=set_banner&page=3").words


def test_every_action_that_is_recorded_has_words():
    recorded = {
        node.args[0].value
        for file in source_files()
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("record", "move_in_order", "_change")
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }
    recorded |= {
        keyword.value.value
        for file in source_files()
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "action" and isinstance(keyword.value, ast.Constant) and file.role == "actions"
    }
    assert sorted(recorded - set(ACTIONS)) == []
