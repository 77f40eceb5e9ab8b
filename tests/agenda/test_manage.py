"""The organiser's forms, filled in as a browser does, without any script."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import change_session, delete_item
from eventapp.agenda.queries import items_in_order, parts_in_order, sessions_in_order
from eventapp.events.actions import add_organisation
from eventapp.events.models import Event
from tests.agenda.stage import at, make_hall, make_item, make_part, make_person, make_session
from tests.ground.stories import ZONE
from tests.ground.visitors import Visitor

DESK = "/manage/delta-2026/agenda"


@pytest.fixture
def editor(event: Event, staff: Callable[..., Visitor]) -> Visitor:
    return staff("editor")


def day_of_event(event: Event) -> str:
    return event.starts_at.astimezone(ZONE).date().isoformat()


def session_address(session: Any) -> str:
    return f"{DESK}/{session.public_id}"


def item_address(item: Any) -> str:
    return f"{session_address(item.session)}/items/{item.public_id}"


def test_an_empty_agenda_says_what_to_do_first(event: Event, editor: Visitor) -> None:
    page = editor.get(DESK, status=200)
    assert "There is no session yet" in page.words
    assert page.links()["New session"] == f"{DESK}/new"


def test_a_session_is_created_in_the_wall_time_of_the_event(event: Event, editor: Visitor) -> None:
    hall = make_hall(event)
    typed = {"kind": "forum", "title_en": " Forum  on chips ", "title_zh": "芯片论坛", "hall": hall.public_id}
    answer = editor.post_form(f"{DESK}/new", starts_at="13:30", ends_at="15:00", **typed)
    [session] = sessions_in_order(event.id)
    assert (session.kind, session.title.en, session.title.zh, session.hall) == (
        "forum",
        "Forum on chips",
        "芯片论坛",
        hall,
    )
    assert (session.starts_at, session.ends_at) == (at(event, 13, 30), at(event, 15))
    page = editor.follow(answer)
    assert page.heading == "Forum on chips 芯片论坛"
    assert "Saved." in page.words


def test_a_session_may_run_past_midnight(event: Event, editor: Visitor) -> None:
    editor.post_form(f"{DESK}/new", kind="meal", starts_at="22:00", ends_at="00:30")
    assert sessions_in_order(event.id)[0].ends_at == at(event, 24, 30)


def test_a_session_of_several_days_keeps_its_last_date_when_it_is_changed(event: Event, editor: Visitor) -> None:
    session = make_session(event, 9, 9 + 24 + 8, kind="tour")
    editor.post_form(f"{session_address(session)}/change", title_en="Journey")
    assert (session.title_en, session.ends_at) == ("Journey", at(event, 9 + 24 + 8))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"starts_at": "", "ends_at": "10:00"}, "Starts at: Enter the time it starts."),
        ({"starts_at": "10:00", "ends_at": "09:00"}, "Ends at: The end must be later than the start."),
        ({"day": "", "starts_at": "09:00", "ends_at": "10:00"}, "Date: Choose the date."),
        (
            {"day": "2062-11-23", "starts_at": "09:00", "ends_at": "10:00"},
            "Date: This date is more than a year away from the event. Is the year right?",
        ),
        (
            {"starts_at": "09:00", "ends_at": "10:00", "title_en": "a\u202eb"},
            "Title in English: This holds invisible control characters. Please type it again.",
        ),
        (
            {"starts_at": "09:00", "ends_at": "10:00", "title_en": "a" * 301},
            "Title in English: At most 300 characters, please.",
        ),
    ],
)
def test_what_cannot_be_saved_comes_back_as_typed_with_a_sentence(
    event: Event, editor: Visitor, typed: dict[str, str], sentence: str
) -> None:
    page = editor.post_form(f"{DESK}/new", status=422, title_zh="开幕式", **typed)
    assert sentence in page.errors
    assert page.tree.xpath("//input[@name='title_zh']/@value") == ["开幕式"]
    assert sessions_in_order(event.id) == []


def test_a_wall_time_that_daylight_saving_skips_is_refused(
    new_event: Callable[..., Event], staff: Callable[..., Visitor]
) -> None:
    starts = datetime(2027, 3, 27, 9, tzinfo=UTC)
    london = new_event(slug="london", time_zone="Europe/London", starts_at=starts, ends_at=starts + timedelta(days=2))
    editor = staff("editor", london)
    page = editor.post_form(
        "/manage/london/agenda/new", status=422, day="2027-03-28", starts_at="01:30", ends_at="03:00"
    )
    said = "The clock never shows this time on that day: daylight saving time begins. Choose another time."
    assert page.errors == [f"Starts at: {said}", f"Error: {said}"]


def test_a_clash_is_told_and_can_be_saved_all_the_same(event: Event, editor: Visitor) -> None:
    hall = make_hall(event)
    make_session(event, 9, 11, hall_id=hall.id)
    assert "despite_clashes" not in editor.get(f"{DESK}/new", status=200).get_data(as_text=True)
    typed = {"kind": "forum", "title_en": "Forum", "hall": hall.public_id, "starts_at": "10:00", "ends_at": "12:00"}
    page = editor.post_form(f"{DESK}/new", status=409, **typed)
    assert "Lake Hall is taken twice: “Opening” and “Forum” are both there on" in page.words
    assert page.tree.xpath("//input[@name='title_en']/@value") == ["Forum"]
    assert len(sessions_in_order(event.id)) == 1
    editor.press(page, "Create the session", despite_clashes="y")
    assert len(sessions_in_order(event.id)) == 2
    desk = editor.get(DESK, status=200)
    assert "Clashes in the agenda: 1" in desk.words
    assert {"Look at Opening", "Look at Forum"} <= desk.links().keys()


def test_a_clash_is_told_in_chinese(event: Event, editor: Visitor) -> None:
    hall = make_hall(event)
    make_session(event, 9, 11, title_zh="开幕式", hall_id=hall.id)
    make_session(event, 10, 12, title_zh="论坛", hall_id=hall.id, despite_clashes=True)
    editor.language = "zh"
    assert "金鸡湖厅时间冲突：“开幕式”与“论坛”" in editor.get(DESK, status=200).words


def test_a_session_is_moved_to_another_time_and_hall(event: Event, editor: Visitor) -> None:
    hall = make_hall(event)
    session = make_session(event)
    editor.post_form(f"{session_address(session)}/move", starts_at="14:00", ends_at="15:30", hall=hall.public_id)
    assert (session.starts_at, session.ends_at, session.hall) == (at(event, 14), at(event, 15, 30), hall)
    assert (session.title_en, session.sequence) == ("Opening", 1)


def test_a_form_that_was_open_while_somebody_else_saved_is_refused_as_typed(event: Event, editor: Visitor) -> None:
    session = make_session(event)
    shown = editor.get(f"{session_address(session)}/change", status=200)
    change_session(session.id, by=SYSTEM, title_en="Grand opening")
    page = editor.press(shown, "Save", status=409, title_en="My opening")
    told = "Changed meanwhile by the system: changed “Opening”. Please look again and repeat your change."
    assert told in page.errors
    assert page.tree.xpath("//input[@name='title_en']/@value") == ["My opening"]
    assert page.links()["Look at it as it is now"] == session_address(session)
    assert sessions_in_order(event.id)[0].title_en == "Grand opening"


def test_a_damaged_version_is_refused_as_stale(event: Event, editor: Visitor) -> None:
    session = make_session(event)
    for version in ("", "x", "-1", "9" * 40):
        editor.post_form(f"{session_address(session)}/change", status=409, sequence=version, title_en="Forged")
    assert session.title_en == "Opening"


def test_deleting_asks_first_and_a_get_deletes_nothing(event: Event, editor: Visitor) -> None:
    session = make_session(event)
    address = f"{session_address(session)}/delete"
    page = editor.get(address, status=200)
    assert "“Opening” goes with all its items. The history can bring it back." in page.words
    assert len(sessions_in_order(event.id)) == 1
    editor.press(page, "Delete")
    assert sessions_in_order(event.id) == []


def test_an_item_is_added_changed_moved_and_deleted(event: Event, editor: Visitor) -> None:
    session, forum = make_session(event), make_session(event, 10, 11, "Forum")
    editor.post_form(f"{session_address(session)}/items/new", kind="unveiling", minutes="15", title_en="Three units")
    editor.post_form(f"{session_address(session)}/items/new", kind="photo")
    first, second = items_in_order(session.id)
    assert (first.kind, first.minutes, first.title_en, second.kind, second.minutes) == (
        "unveiling",
        15,
        "Three units",
        "photo",
        0,
    )
    editor.post_form(f"{item_address(first)}/change", minutes="20")
    editor.press(editor.get(session_address(session)), "Up", direction="up")
    assert [item.kind for item in items_in_order(session.id)] == ["photo", "unveiling"]
    editor.post_form(f"{item_address(first)}/move", session=forum.public_id)
    assert [(item.kind, item.minutes) for item in items_in_order(forum.id)] == [("unveiling", 20)]
    editor.post_form(f"{item_address(second)}/delete")
    assert items_in_order(session.id) == []


@pytest.mark.parametrize("minutes", ["-5", "1441", "soon"])
def test_a_length_that_is_no_length_is_refused(event: Event, editor: Visitor, minutes: str) -> None:
    session = make_session(event)
    page = editor.post_form(f"{session_address(session)}/items/new", status=422, minutes=minutes)
    assert page.errors[0].startswith("Minutes: ")
    assert page.tree.xpath("//input[@name='minutes']/@value") == [minutes]


def test_moving_an_item_into_a_clash_asks_before_it_is_done(event: Event, editor: Visitor) -> None:
    person, session = make_person(), make_session(event, 9, 11)
    make_item(session, 60)
    item = make_item(session, 60, title_en="Late")
    make_part(item, person)
    make_part(make_item(make_session(event, 9, 10, "Forum"), 60), person)
    page = editor.press(editor.get(session_address(session)), "Up", status=409)
    assert "Lan Chen is needed in two places" in page.words
    editor.press(page, "Move", despite_clashes="y")
    assert items_in_order(session.id)[0].id == item.id


def test_people_organisations_and_things_are_added_ordered_changed_and_taken_out(event: Event, editor: Visitor) -> None:
    item = make_item(make_session(event), kind="appointment")
    person, partner = make_person(), add_organisation(by=SYSTEM, name_en="Hengrui", name_zh="恒瑞医药")
    new = f"{item_address(item)}/parts/new"
    editor.post_form(new, role="recipient", person=person.public_id, as_en="Honorary Director", as_zh="名誉主任")
    editor.post_form(new, role="presenter", organisation=partner.public_id)
    editor.post_form(new, role="presenter", object_en="A letter", object_zh="聘书")
    first, second, third = parts_in_order(item.id)
    assert (first.person, second.organisation, third.object_en) == (person, partner, "A letter")
    parts = f"{item_address(item)}/parts"
    editor.post_form(f"{parts}/{third.public_id}/step", direction="up")
    editor.post_form(f"{parts}/{first.public_id}/change", as_en="Director")
    editor.post_form(f"{parts}/{second.public_id}/delete")
    assert [(part.id, part.as_en) for part in parts_in_order(item.id)] == [(first.id, "Director"), (third.id, "")]


def test_a_part_without_anybody_is_refused_beside_the_person(event: Event, editor: Visitor) -> None:
    item = make_item(make_session(event))
    page = editor.post_form(f"{item_address(item)}/parts/new", status=422, role="speaker", as_en="Nobody")
    said = "Choose a person, or an organisation, or write the name of a thing: exactly one of the three."
    assert f"Person: {said}" in page.errors
    assert page.tree.xpath("//input[@name='as_en']/@value") == ["Nobody"]


def test_the_desk_says_which_language_is_missing(event: Event, editor: Visitor) -> None:
    make_session(event, title_en="Opening")
    make_session(event, 10, 11, title_en="", title_zh="论坛")
    make_session(event, 11, 12, title_en="")
    words = editor.get(DESK, status=200).words
    for note in ("Chinese is missing", "English is missing", "no title yet: guests see the kind"):
        assert note in words


def test_a_viewer_looks_and_finds_no_buttons(event: Event, staff: Callable[..., Visitor]) -> None:
    item = make_item(make_session(event))
    make_part(item, make_person())
    viewer, address = staff("viewer"), session_address(item.session)
    for page in (viewer.get(DESK, status=200), viewer.get(address, status=200)):
        assert not {"New session", "New item", "Change", "Delete"} & page.links().keys()
        assert page.tree.xpath("//main//form[@method='post']") == []
    for form in ("change", "move", "delete", "items/new"):
        viewer.get(f"{address}/{form}", status=403)


def test_the_registrar_may_not_look_at_the_agenda_desk(event: Event, staff: Callable[..., Visitor]) -> None:
    staff("registrar").get(DESK, status=403)


def test_rows_of_another_event_session_or_item_are_not_found(
    event: Event, new_event: Callable[..., Event], editor: Visitor
) -> None:
    other = make_session(new_event(slug="elsewhere"))
    mine, forum = make_item(make_session(event)), make_session(event, 10, 11, "Forum")
    part = make_part(mine, make_person())
    theirs = make_item(forum)
    for address in (
        session_address(other),
        f"{session_address(other)}/delete",
        f"{session_address(forum)}/items/{mine.public_id}/change",
        f"{item_address(theirs)}/parts/{part.public_id}/change",
    ):
        editor.get(address, status=404)


def test_a_form_about_something_that_was_deleted_meanwhile_is_not_found(event: Event, editor: Visitor) -> None:
    item = make_item(make_session(event))
    shown = editor.get(f"{item_address(item)}/change", status=200)
    delete_item(item.id, by=SYSTEM)
    editor.press(shown, "Save", status=404)


def test_every_form_reads_well_in_chinese(event: Event, editor: Visitor) -> None:
    item = make_item(make_session(event))
    part = make_part(item, make_person())
    editor.language = "zh"
    session = session_address(item.session)
    headings = {
        f"{DESK}/new": "新建场次",
        f"{session}/change": "修改场次",
        f"{session}/move": "移动场次",
        f"{session}/delete": "删除该场次？",
        f"{session}/items/new": "新建环节",
        f"{item_address(item)}/change": "修改环节",
        f"{item_address(item)}/move": "移至其他场次",
        f"{item_address(item)}/delete": "删除该环节？",
        f"{item_address(item)}/parts/new": "添加到环节",
        f"{item_address(item)}/parts/{part.public_id}/change": "修改角色",
        f"{item_address(item)}/parts/{part.public_id}/delete": "移出该环节？",
    }
    assert {address: editor.get(address, status=200).heading for address in headings} == headings
