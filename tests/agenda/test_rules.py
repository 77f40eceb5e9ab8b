"""The rules about clashes of one event: set on their page, told in words, asked about or refused, mended with one press."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from flask_babel import force_locale

from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.accounts.models import User
from eventapp.agenda.actions import cancel_session, change_session, order_people, put_in_tray, set_reply
from eventapp.agenda.actions.importing import import_agenda
from eventapp.agenda.actions.rules import add_unavailability, change_unavailability, set_rules, set_walks
from eventapp.agenda.actions.scopes import limit_editor
from eventapp.agenda.clashes import RULES
from eventapp.agenda.errors import Clashes, HallElsewhere, HoursIncomplete, OneAway, OutsideScope
from eventapp.agenda.models import HallWalk
from eventapp.agenda.queries import (
    blocking_clashes,
    clashes_if,
    clashes_of,
    number_of_clashes,
    parts_in_order,
    sessions_in_order,
)
from eventapp.agenda.queries.clashing import RULE_VALUES, find_unavailability, rules_of, unavailabilities_of, walks_of
from eventapp.changing import version_of
from eventapp.db import db, transaction
from eventapp.errors import Stale
from eventapp.events.actions import change_details, change_hall, copy_event
from eventapp.events.errors import EndsBeforeStart
from eventapp.events.models import Event
from eventapp.events.queries import halls_of
from eventapp.people.actions import place_person
from eventapp.people.models import Person
from eventapp.registration.actions import make_bookable
from tests.agenda.stage import at, make_hall, make_item, make_part, make_person, make_session
from tests.ground.stories import ZONE
from tests.ground.storms import while_others_look
from tests.ground.visitors import Visitor

DESK = "/manage/delta-2026/agenda"
RULES_PAGE = f"{DESK}/rules"


@pytest.fixture
def editor(event: Event, staff: Callable[..., Visitor]) -> Visitor:
    return staff("editor")


def told(event: Event) -> list[tuple[str, str]]:
    return [(clash.rule, clash.sentence) for clash in clashes_of(event.id) if not clash.of_preparation]


def to_do(event: Event) -> list[str]:
    return [clash.sentence for clash in clashes_of(event.id) if clash.of_preparation]


def strict(event: Event, **levels: str) -> None:
    set_rules(event.id, by=SYSTEM, levels=levels)


def with_people(session: Any, *people: Any, **values: Any) -> Any:
    item = make_item(session)
    for person in people:
        make_part(item, person, despite_clashes=True, **values)
    return item


# -- Each rule is read from the event's own rows -------------------------------------------------------------------


def test_a_hall_may_allow_several_sessions_at_once(event: Event) -> None:
    hall = make_hall(event, parallel_ok=True)
    make_session(event, 9, 10, hall_id=hall.id)
    make_session(event, 9, 10, hall_id=hall.id)
    assert told(event) == []
    change_hall(hall.id, by=SYSTEM, parallel_ok=False)
    assert [rule for rule, _sentence in told(event)] == ["hall"]


def test_a_hall_that_is_not_ready_again_is_told(event: Event) -> None:
    hall = make_hall(event, turnaround_minutes=15)
    make_session(event, 9, 10, hall_id=hall.id)
    make_session(event, 10, 11, title_en="Forum", hall_id=hall.id, despite_clashes=True)
    assert told(event)[0][1].startswith("Lake Hall needs 15 minutes to be made ready; between “Opening” and “Forum” on")


def test_the_way_from_hall_to_hall_takes_its_minutes(event: Event) -> None:
    lake, tower, person = make_hall(event), make_hall(event, "Tower", "塔"), make_person()
    with_people(make_session(event, 9, 10, hall_id=lake.id), person)
    with_people(make_session(event, 10, 11, title_en="Forum", hall_id=tower.id), person)
    assert told(event) == []
    set_walks(tower.id, by=SYSTEM, minutes={lake.id: 12})
    [(rule, sentence)] = told(event)
    assert (rule, "has 0 minutes between “Opening” and “Forum”" in sentence) == ("walk", True)
    assert walks_of(lake.id) == {tower.id: 12}
    with force_locale("zh"):
        assert "步行需要12分钟" in told(event)[0][1]


def test_somebody_and_a_hall_that_are_away_are_told(event: Event) -> None:
    hall, person = make_hall(event), make_person()
    with_people(make_session(event, 9, 10, hall_id=hall.id), person)
    span = {"starts_at": at(event, 9, 30), "ends_at": at(event, 12)}
    add_unavailability(event.id, by=SYSTEM, person_id=person.id, **span)
    add_unavailability(event.id, by=SYSTEM, hall_id=hall.id, **span)
    sentences = [sentence for _rule, sentence in told(event)]
    assert sentences[0].startswith("Lake Hall cannot be used on")
    assert sentences[1].startswith("Lan Chen is not available on")
    assert sentences[1].endswith("from 09:30 to 10:00, but is needed in “Opening”.")


def test_the_hours_of_the_day_are_those_of_the_events_own_clock(event: Event) -> None:
    make_session(event, 9, 10)
    set_rules(event.id, by=SYSTEM, levels={}, opens=time(9), closes=time(18))
    assert told(event) == []
    set_rules(event.id, by=SYSTEM, levels={}, opens=time(9, 30), closes=time(18))
    assert told(event)[0][1].endswith("from 09:00 to 10:00 is outside the hours of the day.")


@pytest.mark.parametrize("booked", [True, False])
def test_a_hall_too_small_for_those_expected_or_booked_is_told(event: Event, booked: bool) -> None:
    hall = make_hall(event, capacity=50)
    session = make_session(event, hall_id=hall.id)
    if booked:
        make_bookable(session.id, by=SYSTEM, capacity=80)
    else:
        change_session(session.id, by=SYSTEM, expected=80, despite_clashes=True)
    assert told(event) == [("capacity", "“Opening” needs 80 seats; Lake Hall has 50.")]


def test_who_has_not_accepted_is_named_and_who_has_is_not(event: Event) -> None:
    first, second = make_person(), make_person("Mei", "Lin")
    item = with_people(make_session(event, title_zh="开幕"), first, second)
    set_reply(parts_in_order(item.id)[0].id, "accepted", by=SYSTEM)
    assert to_do(event) == ["Not confirmed in “Opening”: Mei Lin."]


def test_a_missing_language_is_told_and_a_session_without_any_title_lacks_none(event: Event) -> None:
    make_session(event)
    make_session(event, 10, 11, title_en="")
    make_item(make_session(event, 11, 12, title_en="Forum", title_zh="论坛"), title_zh="致辞")
    assert to_do(event) == [
        "“Opening” has texts that are not written in every language; missing: Chinese.",
        "“Forum” has texts that are not written in every language; missing: English.",
    ]


def test_people_listed_against_the_order_set_by_hand_are_told_and_put_right(event: Event) -> None:
    first, second, guest = make_person("Ada"), make_person("Bo"), make_person("Cy")
    place_person(event.id, first.id, by=SYSTEM)
    place_person(event.id, second.id, by=SYSTEM)
    session = make_session(event, title_zh="开幕")
    item = with_people(session, second, guest, first)
    for part in parts_in_order(item.id):
        set_reply(part.id, "accepted", by=SYSTEM)
    assert to_do(event) == [
        "In “Speech” of “Opening”, Ada Chen is listed after Bo Chen, against the order of the event's people."
    ]
    order_people(item.id, by=SYSTEM)
    assert [part.person for part in parts_in_order(item.id)] == [first, guest, second]
    assert to_do(event) == []
    with pytest.raises(Stale):
        order_people(item.id, by=SYSTEM, sequence=0)


def test_what_lies_in_the_tray_or_was_cancelled_clashes_with_nothing(event: Event) -> None:
    hall = make_hall(event)
    make_session(event, hall_id=hall.id)
    other = make_session(event, hall_id=hall.id, despite_clashes=True)
    assert number_of_clashes(event.id) == 1
    put_in_tray(other.id, by=SYSTEM)
    assert number_of_clashes(event.id) == 0
    third = make_session(event, hall_id=hall.id, despite_clashes=True)
    cancel_session(third.id, by=SYSTEM)
    assert number_of_clashes(event.id) == 0


def test_every_rule_has_words_in_both_languages(event: Event, editor: Visitor) -> None:
    page = editor.get(RULES_PAGE, status=200)
    assert len(page.tree.xpath("//tbody/tr")) == len(RULES)
    chinese = editor.get(f"{RULES_PAGE}?lang=zh", status=200)
    assert "步行时间不足" in chinese.words


# -- How strict the event is ---------------------------------------------------------------------------------------


def test_what_is_blocked_is_refused_even_from_who_would_do_it_all_the_same(event: Event) -> None:
    hall = make_hall(event)
    strict(event, hall="block")
    make_session(event, hall_id=hall.id)
    with pytest.raises(Clashes) as refusal:
        make_session(event, hall_id=hall.id, despite_clashes=True)
    assert refusal.value.blocked
    assert len(sessions_in_order(event.id)) == 1


def test_what_is_ignored_is_neither_refused_nor_told(event: Event) -> None:
    hall = make_hall(event)
    strict(event, hall="ignore")
    make_session(event, hall_id=hall.id)
    make_session(event, hall_id=hall.id)
    assert told(event) == []


def test_what_is_still_to_be_done_never_refuses_a_change_but_holds_a_release_back(event: Event) -> None:
    strict(event, translation="block", unconfirmed="block")
    with_people(make_session(event, title_zh="开幕"), make_person())
    assert [clash.rule for clash in blocking_clashes(event.id)] == ["unconfirmed"]
    assert [clash.level for clash in clashes_of(event.id)] == ["block"]


def test_the_strictest_comes_first_and_what_is_still_to_be_done_last(event: Event) -> None:
    hall, track_less = make_hall(event), make_hall(event, "Small", "小厅", capacity=1)
    make_session(event, 9, 10, hall_id=hall.id)
    make_session(event, 9, 10, hall_id=hall.id, despite_clashes=True)
    make_session(event, 14, 15, hall_id=track_less.id, expected=5, despite_clashes=True)
    strict(event, capacity="block")
    assert [clash.rule for clash in clashes_of(event.id)] == ["capacity", "hall", *["translation"] * 3]


def test_a_blocked_clash_is_told_on_the_form_without_the_choice_to_save_it(event: Event, editor: Visitor) -> None:
    hall = make_hall(event)
    make_session(event, hall_id=hall.id)
    strict(event, hall="block")
    typed = {"kind": "forum", "hall": hall.public_id, "starts_at": "09:30", "ends_at": "10:30"}
    page = editor.post_form(f"{DESK}/new", status=409, **typed)
    assert "The rules of this event allow no such clash." in page.words
    assert "despite_clashes" not in page.get_data(as_text=True)
    editor.press(page, "Create the session", status=409, despite_clashes="y")
    assert len(sessions_in_order(event.id)) == 1


# -- A would-be session --------------------------------------------------------------------------------------------


def test_a_move_is_tried_out_without_writing_anything(event: Event, count_statements: Callable[[], Any]) -> None:
    hall = make_hall(event)
    first, second = make_session(event, 9, 10, hall_id=hall.id), make_session(event, 11, 12, hall_id=hall.id)
    put_in_tray(second.id, by=SYSTEM)
    with count_statements() as statements:
        for session_id in (None, second.id):
            [clash] = clashes_if(event.id, session_id, at(event, 9, 30), at(event, 10, 30), hall.id)
            assert (clash.rule, clash.level, first in clash.sessions) == ("hall", "warn", True)
        assert clashes_if(event.id, first.id, at(event, 9, 30), at(event, 10, 30), hall.id) == []
        assert clashes_if(event.id, first.id, at(event, 11), at(event, 10), hall.id) == []
    assert [one for one in statements if not one.lstrip().upper().startswith(("SELECT", "BEGIN", "ROLLBACK"))] == []


def test_a_session_that_is_not_there_yet_is_named_so(event: Event) -> None:
    hall = make_hall(event)
    make_session(event, hall_id=hall.id)
    [clash] = clashes_if(event.id, None, at(event, 9), at(event, 10), hall.id)
    assert "“the new session”" in clash.sentence


# -- Mends ---------------------------------------------------------------------------------------------------------


def test_a_mend_is_told_as_data_and_done_with_one_press(event: Event, editor: Visitor) -> None:
    hall = make_hall(event)
    make_session(event, 9, 10, hall_id=hall.id)
    later = make_session(event, 9, 11, title_en="Forum", hall_id=hall.id, despite_clashes=True)
    [clash] = [clash for clash in clashes_of(event.id) if clash.rule == "hall"]
    assert clash.as_json()["mend"] == {
        "verb": "move",
        "sentence": "Move “Forum” to 10:00",
        "session": later.public_id,
        "sequence": later.sequence,
        "starts_at": at(event, 10).isoformat(),
        "ends_at": at(event, 12).isoformat(),
        "hall": hall.public_id,
        "item": None,
    }
    desk = editor.get(f"{DESK}/{later.public_id}", status=200)
    done = editor.follow(editor.press(desk, "Move “Forum” to 10:00"))
    assert "Done." in done.words
    assert (later.starts_at, later.ends_at, later.hall_id) == (at(event, 10), at(event, 12), hall.id)
    assert number_of_clashes(event.id) == 0


def test_a_mend_of_what_was_changed_meanwhile_is_refused(event: Event, editor: Visitor) -> None:
    hall = make_hall(event)
    make_session(event, 9, 10, hall_id=hall.id)
    later = make_session(event, 9, 11, title_en="Forum", hall_id=hall.id, despite_clashes=True)
    desk = editor.get(f"{DESK}/{later.public_id}", status=200)
    change_session(later.id, by=SYSTEM, title_en="Great forum")
    answer = editor.follow(editor.press(desk, "Move “Forum” to 10:00"))
    assert "Please look again" in answer.words
    assert later.starts_at == at(event, 9)


def test_too_many_items_and_a_wrong_order_are_mended_from_the_page(event: Event, editor: Visitor) -> None:
    first, second = make_person("Ada"), make_person("Bo")
    for person in (first, second):
        place_person(event.id, person.id, by=SYSTEM)
    session = make_session(event)
    item = with_people(session, second, first)
    make_item(session, 75, despite_clashes=True)
    page = f"{DESK}/{session.public_id}"
    editor.press(editor.get(page, status=200), "Let “Opening” end at 10:15")
    assert session.ends_at == at(event, 10, 15)
    editor.press(editor.get(page, status=200), "Put the people of “Speech”")
    assert [part.person for part in parts_in_order(item.id)] == [first, second]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"verb": "burn"}, 400),
        ({"verb": "move", "starts_at": "soon", "ends_at": "later"}, 400),
        ({"verb": "move", "starts_at": "2026-11-23T09:00", "ends_at": "2026-11-23T10:00"}, 400),
        ({"verb": "order", "item": "0"}, 404),
        ({"verb": "move", "session": "0"}, 404),
    ],
)
def test_a_damaged_mend_is_refused(event: Event, editor: Visitor, fields: dict[str, str], status: int) -> None:
    session = make_session(event)
    token = editor.get(f"{DESK}/new", status=200).tree.xpath("//input[@name='csrf_token']/@value")[0]
    editor.post(f"{DESK}/mend", data={"csrf_token": token, "session": session.public_id, **fields}, status=status)


def test_who_may_only_look_is_given_no_button_and_may_not_mend(event: Event, staff: Callable[..., Visitor]) -> None:
    hall = make_hall(event)
    make_session(event, hall_id=hall.id)
    later = make_session(event, hall_id=hall.id, despite_clashes=True)
    viewer = staff("viewer")
    page = viewer.get(f"{DESK}/{later.public_id}", status=200)
    assert "is taken twice" in page.words
    assert page.tree.xpath("//form[contains(@action, 'mend')]") == []
    viewer.get(RULES_PAGE, status=200)
    viewer.get(f"{RULES_PAGE}/change", status=403)


# -- The page ------------------------------------------------------------------------------------------------------


def test_rules_and_hours_are_set_on_their_page(event: Event, editor: Visitor) -> None:
    answer = editor.post_form(f"{RULES_PAGE}/change", hall="block", track="ignore", opens="08:30", closes="22:00")
    page = editor.follow(answer)
    assert "Sessions run from 08:30 to 22:00." in page.words
    rules = rules_of(event.id)
    assert (rules.hall, rules.track, rules.person, rules.opens) == ("block", "ignore", "warn", time(8, 30))
    editor.post_form(f"{RULES_PAGE}/change", opens="", closes="")
    assert rules_of(event.id).opens is None


@pytest.mark.parametrize("typed", [{"opens": "08:30"}, {"opens": "09:00", "closes": "09:00"}])
def test_hours_that_are_none_are_refused_as_typed(event: Event, editor: Visitor, typed: dict[str, str]) -> None:
    page = editor.post_form(f"{RULES_PAGE}/change", status=422, hall="block", **typed)
    assert "Enter both when the day opens and when it closes" in page.words
    assert page.tree.xpath("//select[@name='hall']/option[@selected]/@value") == ["block"]
    assert rules_of(event.id).hall == "warn"


def test_rules_that_were_changed_meanwhile_are_not_overwritten(event: Event, editor: Visitor) -> None:
    shown = editor.get(f"{RULES_PAGE}/change", status=200)
    strict(event, person="block")
    page = editor.press(shown, "Save", status=409, hall="block")
    assert "This was changed by someone else a moment ago" in page.words
    assert (rules_of(event.id).person, rules_of(event.id).hall) == ("block", "warn")


def test_the_ways_from_a_hall_are_set_on_its_page(event: Event, editor: Visitor) -> None:
    lake, tower = make_hall(event), make_hall(event, "Tower", "塔")
    path = f"{RULES_PAGE}/halls/{lake.public_id}"
    page = editor.follow(editor.post_form(path, **{f"to_{tower.public_id}": "8"}))
    assert "Tower" in page.words
    assert walks_of(tower.id) == {lake.id: 8}
    shown = editor.get(path, status=200)
    set_walks(lake.id, by=SYSTEM, minutes={tower.id: 9})
    editor.press(shown, "Save", status=409, **{f"to_{tower.public_id}": "3"})
    editor.post_form(path, status=422, **{f"to_{tower.public_id}": "-3"})
    assert walks_of(tower.id) == {lake.id: 9}
    editor.post_form(path, **{f"to_{tower.public_id}": ""})
    assert db.session.query(HallWalk).count() == 0


def test_who_is_away_is_noted_changed_and_removed_on_the_page(event: Event, editor: Visitor) -> None:
    person, hall = make_person(), make_hall(event)
    day = event.starts_at.date().isoformat()
    typed = {"starts_at": f"{day}T09:00", "ends_at": f"{day}T12:00", "note": "In the air"}
    page = editor.follow(editor.post_form(f"{RULES_PAGE}/unavailabilities/new", person=person.public_id, **typed))
    assert "In the air" in page.words
    [row] = unavailabilities_of(event.id)
    assert (row.person_id, row.starts_at, row.ends_at) == (person.id, at(event, 9), at(event, 12))
    address = f"{RULES_PAGE}/unavailabilities/{row.public_id}"
    shown = editor.get(f"{address}/change", status=200)
    editor.press(shown, "Save", ends_at=f"{day}T13:00")
    assert row.ends_at == at(event, 13)
    editor.press(shown, "Save", status=409, ends_at=f"{day}T14:00")
    both = editor.post_form(f"{address}/change", status=422, hall=hall.public_id)
    assert "Choose a person or a hall: exactly one of the two." in both.words
    backwards = editor.post_form(f"{address}/change", status=422, ends_at=f"{day}T08:00")
    assert "The end must be later than the start." in backwards.words
    editor.post_form(f"{address}/remove")
    assert unavailabilities_of(event.id) == []
    editor.get(f"{address}/change", status=404)


def test_the_hall_says_on_its_own_page_what_it_allows(event: Event, staff: Callable[..., Visitor]) -> None:
    hall, organiser = make_hall(event), staff("organiser")
    organiser.post_form(f"/manage/delta-2026/halls/{hall.public_id}/change", parallel_ok="y", turnaround_minutes="20")
    assert (hall.parallel_ok, hall.turnaround_minutes) == (True, 20)
    organiser.post_form(f"/manage/delta-2026/halls/{hall.public_id}/change", parallel_ok=None, turnaround_minutes="")
    assert (hall.parallel_ok, hall.turnaround_minutes) == (False, 0)


# -- Actions -------------------------------------------------------------------------------------------------------


def test_what_makes_no_sense_is_refused(event: Event, new_event: Callable[..., Event]) -> None:
    span = {"starts_at": at(event, 9), "ends_at": at(event, 10)}
    elsewhere = make_hall(new_event(slug="elsewhere"))
    with pytest.raises(ValueError, match="unknown rule"):
        strict(event, backwards="ignore")
    with pytest.raises(HoursIncomplete):
        set_rules(event.id, by=SYSTEM, levels={}, opens=time(9))
    with pytest.raises(OneAway):
        add_unavailability(event.id, by=SYSTEM, **span)
    with pytest.raises(HallElsewhere):
        add_unavailability(event.id, by=SYSTEM, hall_id=elsewhere.id, **span)
    with pytest.raises(HallElsewhere):
        set_walks(make_hall(event).id, by=SYSTEM, minutes={elsewhere.id: 3})
    row = add_unavailability(event.id, by=SYSTEM, person_id=make_person().id, **span)
    with pytest.raises(EndsBeforeStart):
        change_unavailability(row.id, by=SYSTEM, ends_at=at(event, 9))


def test_an_editor_of_some_halls_changes_no_rules_and_imports_nothing_else(
    event: Event, user_with_role: Callable[..., User]
) -> None:
    editor, hall, other = user_with_role("editor"), make_hall(event), make_hall(event, "Tower", "塔")
    limit_editor(event.id, editor.id, by=SYSTEM, hall_ids=[hall.id])
    by, span = Actor("user", editor.id), {"starts_at": at(event, 9), "ends_at": at(event, 10)}
    with pytest.raises(OutsideScope):
        set_rules(event.id, by=by, levels={"hall": "ignore"})
    with pytest.raises(OutsideScope):
        set_walks(hall.id, by=by, minutes={other.id: 3})
    with pytest.raises(OutsideScope):
        add_unavailability(event.id, by=by, hall_id=hall.id, **span)
    row = add_unavailability(event.id, by=SYSTEM, hall_id=hall.id, **span)
    with pytest.raises(OutsideScope):
        change_unavailability(row.id, by=by, note="Free")
    start = f"{event.starts_at.date()} 12:00"
    with pytest.raises(OutsideScope):
        import_agenda(event.id, f"starts,minutes,room,speaker\n{start},60,Tower,Ada Lo\n".encode(), by=by)
    assert (len(sessions_in_order(event.id)), db.session.query(Person).count()) == (0, 0)
    assert import_agenda(event.id, f"starts,minutes,room\n{start},60,Lake Hall\n".encode(), by=by).new == 1


def test_a_copy_of_the_event_goes_by_the_same_rules(event: Event) -> None:
    lake, tower = make_hall(event, turnaround_minutes=5, parallel_ok=True), make_hall(event, "Tower", "塔")
    set_rules(event.id, by=SYSTEM, levels={"hall": "block"}, opens=time(9), closes=time(18))
    set_walks(lake.id, by=SYSTEM, minutes={tower.id: 7})
    later = {"starts_at": event.starts_at + timedelta(days=365), "ends_at": event.ends_at + timedelta(days=365)}
    copy = copy_event(event.id, by=SYSTEM, slug="delta-2027", with_people=False, name_en="Delta 2027", **later)
    rules = rules_of(copy.id)
    assert (rules.hall, rules.opens, rules.closes) == ("block", time(9), time(18))
    new_lake, new_tower = halls_of(copy.id)
    assert (new_lake.turnaround_minutes, new_lake.parallel_ok, walks_of(new_lake.id)) == (5, True, {new_tower.id: 7})


def test_another_zone_keeps_the_wall_times_of_who_is_away(event: Event) -> None:
    row = add_unavailability(
        event.id, by=SYSTEM, person_id=make_person().id, starts_at=at(event, 9), ends_at=at(event, 10)
    )
    change_details(event.id, by=SYSTEM, time_zone="Europe/London")
    assert find_unavailability(event.id, row.public_id).starts_at == at(event, 9)


def test_who_is_away_in_the_hour_that_daylight_saving_skips_is_away_as_long_in_another_zone(event: Event) -> None:
    two = datetime(2027, 3, 28, 2, tzinfo=ZONE)
    span = {"starts_at": two, "ends_at": two + timedelta(hours=1)}
    row = add_unavailability(event.id, by=SYSTEM, person_id=make_person().id, **span)
    change_details(event.id, by=SYSTEM, time_zone="Europe/Berlin")
    kept = find_unavailability(event.id, row.public_id)
    assert kept.ends_at - kept.starts_at == timedelta(hours=1)


# -- Several at once -----------------------------------------------------------------------------------------------


def set_strictly(index: int, event_id: int, version: str) -> None:
    set_rules(event_id, by=SYSTEM, levels={"hall": "block"}, opens=time(index), closes=time(20), version=version)


def set_naively(index: int, event_id: int, version: str) -> None:
    """Compare first and write afterwards, with nothing that holds the two together."""
    current = version_of(rules_of(event_id), RULE_VALUES)
    db.session.rollback()
    while_others_look()
    if current != version:
        raise Stale
    with transaction():
        set_rules(event_id, by=SYSTEM, levels={"hall": "block"}, opens=time(index), closes=time(20))


@pytest.mark.both_databases
def test_of_many_who_change_the_rules_at_once_one_does(event: Event, storm: Callable[..., list[Any]]) -> None:
    args = (event.id, version_of(rules_of(event.id), RULE_VALUES))
    outcomes = storm(set_strictly, processes=2, threads=3, args=args)
    assert sorted(str(outcome.refusal) for outcome in outcomes) == ["None", *["Stale"] * 5]


@pytest.mark.both_databases
def test_without_the_lock_rules_would_be_overwritten(event: Event, storm: Callable[..., list[Any]]) -> None:
    args = (event.id, version_of(rules_of(event.id), RULE_VALUES))
    outcomes = storm(set_naively, processes=2, threads=3, args=args)
    assert sum(outcome.refusal is None for outcome in outcomes) > 1
