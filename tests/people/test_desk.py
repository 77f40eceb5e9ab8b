"""The people of an event: picked from the directory or new, in an order set by hand, undisclosed for a while."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.queries import history_of
from eventapp.agenda.actions import add_item, add_part, create_session
from eventapp.db import db
from eventapp.errors import Stale
from eventapp.people.actions import add_person, change_person, move_person, place_person, remove_person
from eventapp.people.errors import PersonStillAppears
from eventapp.people.models import PERSON_VALUES
from eventapp.people.queries import all_people, people_of

DESK = "/manage/delta-2026/people"


def named(event) -> list[str]:
    db.session.rollback()
    return [row.person.name.en for row in people_of(event.id, disclosed_at=None)]


@pytest.fixture
def three(event) -> list[str]:
    """Lin, Wang and Xi, named in this order; their public ids."""
    people = [add_person(by=SYSTEM, printed_en=name) for name in ("Mei Lin", "Min Wang", "Youmin Xi")]
    for person in people:
        place_person(event.id, person.id, by=SYSTEM)
    return [person.public_id for person in people]


def test_a_new_person_is_named_in_the_event_and_stands_in_the_directory(staff, event):
    staff("organiser").post_form(
        f"{DESK}/new",
        family_en="Xi", given_en="Youmin", family_zh="席", given_zh="酉民", honorific_en="Professor", honorific_zh="教授",
        position_zh="执行校长", biography_en="He writes.", undisclosed_until="2031-01-01T10:00",
    )  # fmt: skip
    [row] = people_of(event.id, disclosed_at=None)
    person = row.person
    assert person.shown_name.as_dict() == {"en": "Professor Youmin Xi", "zh": "席酉民教授"}
    assert (person.position_zh, person.biography_en, person.key_full) == ("执行校长", "He writes.", "xiyoumin")
    assert row.undisclosed_until.isoformat() == "2031-01-01T02:00:00+00:00"


def test_somebody_is_found_by_pinyin_and_picked_from_the_directory(staff, event):
    add_person(by=SYSTEM, printed_zh="席酉民", printed_en="Youmin Xi", position_en="President")
    desk = staff("editor")
    page = desk.get(f"{DESK}/add?q=xym", status=200)
    assert "Youmin Xi 席酉民 · President" in page.words
    [person] = all_people()
    desk.press(page, "Add", person=person.public_id)
    assert named(event) == ["Youmin Xi"]
    assert "Already named in this event: Youmin Xi" in desk.get(f"{DESK}/add?q=xym").words


def test_a_search_that_finds_nobody_offers_a_new_person(staff, event):
    page = staff("editor").get(f"{DESK}/add?q=nobody", status=200)
    assert "Nobody of this name" in page.words
    assert page.links()["New person"] == f"{DESK}/new"


def test_a_name_is_asked_for_in_words(staff, event):
    page = staff("editor").post_form(f"{DESK}/new", status=422, position_en="President")
    assert page.errors[-1] == "Error: Give at least one name, in Chinese or in Latin letters."


def test_the_order_of_people_is_set_by_hand(staff, event, three):
    staff("editor").post_form(f"{DESK}/{three[2]}/step", page=DESK, direction="up")
    assert named(event) == ["Mei Lin", "Youmin Xi", "Min Wang"]
    newest = history_of("event_people", people_of(event.id, disclosed_at=None)[1].id)[-1]
    assert (newest.action, newest.before, newest.after) == ("move_person", {"position": 3}, {"position": 2})


def test_an_entry_is_corrected_and_a_stale_correction_refused(staff, event, three):
    desk = staff("editor")
    page = desk.get(f"{DESK}/{three[0]}/change")
    desk.press(page, "Save", position_en="Dean")
    refused = desk.press(page, "Save", position_en="Rector", status=409)
    assert refused.errors[0].startswith("This was changed by someone else a moment ago.")
    db.session.rollback()
    assert people_of(event.id, disclosed_at=None)[0].person.position_en == "Dean"


def test_a_stale_version_of_a_directory_entry_is_refused_by_the_action(app):
    person = add_person(by=SYSTEM, printed_en="Mei Lin")
    with pytest.raises(Stale):
        change_person(person.id, by=SYSTEM, version="0123456789abcdef", position_en="Dean")
    assert "position_en" in PERSON_VALUES


def test_who_is_removed_stays_in_the_directory(staff, event, three):
    staff("editor").post_form(f"{DESK}/{three[0]}/remove")
    assert named(event) == ["Min Wang", "Youmin Xi"]
    assert len(all_people()) == 3


def test_who_appears_in_the_agenda_is_not_removed_since_they_would_be_shown_there(staff, event, three):
    start = event.starts_at
    rows = people_of(event.id, disclosed_at=None)
    session = create_session(
        event.id, by=SYSTEM, kind="keynote", title_en="Opening", starts_at=start, ends_at=start + timedelta(hours=1)
    )
    add_part(add_item(session.id, by=SYSTEM, kind="speech").id, by=SYSTEM, role="speaker", person_id=rows[0].person_id)
    with pytest.raises(PersonStillAppears):
        remove_person(rows[0].id, by=SYSTEM)
    page = staff("editor").post_form(f"{DESK}/{three[0]}/remove", status=409)
    assert page.errors == [
        "Mei Lin still appears in the agenda (Opening). Take the person out of it first, or they would be shown there."
    ]
    assert len(named(event)) == 3


def test_who_is_undisclosed_is_on_the_desk_and_not_on_the_site(staff, client, event, three):
    desk = staff("editor")
    desk.post_form(f"{DESK}/{three[0]}/change", undisclosed_until="2031-01-01T10:00")
    assert "Undisclosed until 2031-01-01 10:00" in desk.get(DESK).words
    assert "Mei Lin" not in client.get("/e/delta-2026/speakers").words
    desk.post_form(f"{DESK}/{three[0]}/change", undisclosed_until="")
    assert "Mei Lin" in client.get("/e/delta-2026/speakers").words


def test_a_person_of_another_event_is_not_found(staff, event, new_event):
    stranger = add_person(by=SYSTEM, printed_en="Stranger")
    place_person(new_event(slug="other-2026").id, stranger.id, by=SYSTEM)
    staff("editor").get(f"{DESK}/{stranger.public_id}/change", status=404)


def test_the_list_takes_as_many_statements_for_three_as_for_three_hundred(staff, event, three, count_statements):
    desk = staff("editor")
    with count_statements() as few:
        desk.get(DESK, status=200)
    for number in range(297):
        place_person(event.id, add_person(by=SYSTEM, printed_en=f"Guest {number}").id, by=SYSTEM)
    with count_statements() as many:
        desk.get(DESK, status=200)
    assert len(many) == len(few)


def step(index: int, row_ids: list[int]) -> None:
    move_person(row_ids[index % len(row_ids)], "up", by=SYSTEM)


@pytest.mark.storm
@pytest.mark.both_databases
def test_moves_at_once_leave_an_order_without_gaps(storm, event, three):
    ids = [row.id for row in people_of(event.id, disclosed_at=None)]
    outcomes = storm(step, processes=2, threads=4, args=(ids,))
    assert [outcome.refusal for outcome in outcomes] == [None] * 8
    db.session.rollback()
    assert [row.position for row in people_of(event.id, disclosed_at=None)] == [1, 2, 3]
