"""What the team does to an agenda, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import AuditEntry
from eventapp.agenda import actions
from eventapp.agenda.errors import Clashes, HallElsewhere, OneSubject, SessionElsewhere
from eventapp.agenda.models import AgendaItem, AgendaSession, Part
from eventapp.agenda.queries import items_in_order, parts_in_order, session_of
from eventapp.clock import now
from eventapp.db import db
from eventapp.errors import NotFound, Stale
from eventapp.events.errors import EndsBeforeStart
from eventapp.events.models import Event
from tests.agenda.stage import at, make_hall, make_item, make_part, make_person, make_session, publish

pytestmark = pytest.mark.both_databases


def last_audit() -> AuditEntry:
    return db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()


def order_of(session: AgendaSession) -> list[int]:
    return [item.id for item in items_in_order(session.id)]


def stored(session_id: int) -> AgendaSession | None:
    db.session.rollback()
    return db.session.get(AgendaSession, session_id)


def test_a_session_is_created_with_its_audit_row(event: Event) -> None:
    hall = make_hall(event)
    session = make_session(event, hall_id=hall.id)
    entry = last_audit()
    assert (session.sequence, session.hall, session.starts_at) == (0, hall, at(event, 9))
    assert (entry.action, entry.event_id, entry.before) == ("create_session", event.id, None)
    assert entry.after == {
        "kind": "keynote",
        "title_en": "Opening",
        "hall_id": hall.id,
        "starts_at": at(event, 9).isoformat(),
        "ends_at": at(event, 10).isoformat(),
    }


def test_a_session_cannot_end_before_it_starts(event: Event) -> None:
    with pytest.raises(EndsBeforeStart):
        make_session(event, 10, 9)
    assert db.session.scalars(select(AgendaSession)).all() == []


def test_a_session_cannot_be_in_another_events_hall(event: Event, new_event: Any) -> None:
    hall = make_hall(new_event(slug="elsewhere"))
    with pytest.raises(HallElsewhere):
        make_session(event, hall_id=hall.id)


def test_a_change_raises_the_sequence_and_records_only_what_changed(event: Event) -> None:
    session = make_session(event)
    actions.change_session(session.id, by=SYSTEM, sequence=0, kind="keynote", title_zh="开幕")
    entry = last_audit()
    assert (session.sequence, session.title_zh) == (1, "开幕")
    assert (entry.action, entry.before, entry.after) == ("change_session", {"title_zh": ""}, {"title_zh": "开幕"})


def test_a_change_that_changes_nothing_makes_no_new_version(event: Event) -> None:
    session = make_session(event)
    actions.change_session(session.id, by=SYSTEM, kind="keynote")
    assert (session.sequence, last_audit().action) == (0, "create_session")


def test_a_change_of_a_session_that_somebody_else_changed_is_refused(event: Event) -> None:
    session = make_session(event)
    make_item(session)
    with pytest.raises(Stale):
        actions.change_session(session.id, by=SYSTEM, sequence=0, title_en="Too late")
    assert stored(session.id).title_en == "Opening"


def test_what_was_deleted_cannot_be_changed(event: Event) -> None:
    session = make_session(event)
    session_id = session.id
    actions.delete_session(session_id, by=SYSTEM, sequence=0)
    with pytest.raises(NotFound):
        actions.change_session(session_id, by=SYSTEM, title_en="Too late")


def test_moving_a_session_raises_its_sequence(event: Event) -> None:
    hall = make_hall(event)
    session = make_session(event)
    actions.move_session(
        session.id, by=SYSTEM, starts_at=at(event, 14), ends_at=at(event, 15), hall_id=hall.id, sequence=0
    )
    assert (session.sequence, session.starts_at, session.ends_at, session.hall) == (
        1,
        at(event, 14),
        at(event, 15),
        hall,
    )
    assert last_audit().before == {
        "starts_at": at(event, 9).isoformat(),
        "ends_at": at(event, 10).isoformat(),
        "hall_id": None,
    }


def test_a_hall_cannot_be_taken_twice_unless_that_is_meant(event: Event) -> None:
    hall = make_hall(event)
    make_session(event, 9, 11, hall_id=hall.id)
    with pytest.raises(Clashes) as refusal:
        make_session(event, 10, 12, "Forum", hall_id=hall.id)
    [sentence] = refusal.value.sentences
    assert sentence.startswith("Lake Hall is taken twice: “Opening” and “Forum” are both there on ")
    assert sentence.endswith(" from 10:00 to 11:00.")
    assert len(db.session.scalars(select(AgendaSession)).all()) == 1
    make_session(event, 10, 12, "Forum", hall_id=hall.id, despite_clashes=True)
    assert len(db.session.scalars(select(AgendaSession)).all()) == 2


def test_a_session_with_an_accepted_clash_can_be_edited_without_being_asked_again(event: Event) -> None:
    hall = make_hall(event)
    make_session(event, 9, 11, hall_id=hall.id)
    session = make_session(event, 10, 12, "Forum", hall_id=hall.id, despite_clashes=True)
    actions.change_session(session.id, by=SYSTEM, title_en="Forum on chips")
    assert session.title_en == "Forum on chips"
    with pytest.raises(Clashes):
        actions.change_session(session.id, by=SYSTEM, starts_at=at(event, 9))


def test_a_person_cannot_be_in_two_places_unless_that_is_meant(event: Event) -> None:
    person = make_person(given_zh="岚", family_zh="陈")
    make_part(make_item(make_session(event, 9, 11)), person)
    item = make_item(make_session(event, 10, 12, "Forum"))
    with pytest.raises(Clashes) as refusal:
        make_part(item, person)
    [sentence] = refusal.value.sentences
    assert sentence.startswith("Lan Chen is needed in two places: in “Opening” and in “Forum” on ")
    assert parts_in_order(item.id) == []
    make_part(item, person, despite_clashes=True)
    assert [part.person_id for part in parts_in_order(item.id)] == [person.id]


@pytest.mark.parametrize("mode", ["online", "recorded", "read_by_other"])
def test_who_does_not_come_in_person_may_be_in_two_places(event: Event, mode: str) -> None:
    person = make_person()
    make_part(make_item(make_session(event, 9, 11)), person)
    part = make_part(make_item(make_session(event, 10, 12, "Forum")), person, mode=mode)
    with pytest.raises(Clashes):
        actions.change_part(part.id, by=SYSTEM, mode="in_person")


def test_who_declined_is_in_no_place(event: Event) -> None:
    person = make_person()
    part = make_part(make_item(make_session(event, 9, 11)), person)
    actions.set_reply(part.id, "declined", by=SYSTEM)
    elsewhere = make_part(make_item(make_session(event, 10, 12, "Forum")), person)
    assert (elsewhere.person_id, elsewhere.reply) == (person.id, "open")


def test_moving_an_item_up_can_make_a_clash(event: Event) -> None:
    person = make_person()
    opening = make_session(event, 9, 11)
    make_item(opening, 60)
    make_part(make_item(opening, 60), person)
    make_part(make_item(make_session(event, 9, 10, "Forum"), 60), person)
    second = items_in_order(opening.id)[1]
    with pytest.raises(Clashes):
        actions.move_item(second.id, "up", by=SYSTEM)
    actions.move_item(second.id, "up", by=SYSTEM, despite_clashes=True)
    assert items_in_order(opening.id)[0].id == second.id


def test_items_longer_than_their_session_are_refused_in_words(event: Event) -> None:
    session = make_session(event, 9, 10)
    make_item(session, 45)
    with pytest.raises(Clashes) as refusal:
        make_item(session, 20)
    assert refusal.value.sentences == ["The items of “Opening” need 65 minutes, but it lasts 60."]


def test_items_are_moved_up_and_down_and_stay_at_the_ends(event: Event) -> None:
    session = make_session(event)
    first, second, third = (make_item(session, title_en=name).id for name in ("One", "Two", "Three"))
    actions.move_item(third, "up", by=SYSTEM)
    assert order_of(session) == [first, third, second]
    actions.move_item(first, "up", by=SYSTEM)
    assert order_of(session) == [first, third, second]
    actions.move_item(first, "down", by=SYSTEM)
    assert order_of(session) == [third, first, second]


def test_an_item_moves_to_another_session_with_its_parts(event: Event) -> None:
    opening, forum = make_session(event), make_session(event, 10, 11, "Forum")
    item = make_item(opening)
    part = make_part(item, make_person())
    actions.move_item_to(item.id, forum.id, by=SYSTEM, sequence=opening.sequence)
    assert items_in_order(opening.id) == []
    assert [(moved.id, moved.parts) for moved in items_in_order(forum.id)] == [(item.id, [part])]
    assert (opening.sequence, forum.sequence) == (3, 1)


def test_an_item_cannot_move_into_another_event(event: Event, new_event: Any) -> None:
    item = make_item(make_session(event))
    other = make_session(new_event(slug="elsewhere"))
    with pytest.raises(SessionElsewhere):
        actions.move_item_to(item.id, other.id, by=SYSTEM)


def test_deleting_a_session_takes_its_items_and_parts_along(event: Event) -> None:
    session = make_session(event)
    make_part(make_item(session), make_person())
    actions.delete_session(session.id, by=SYSTEM, sequence=session.sequence)
    assert [db.session.scalars(select(model)).all() for model in (AgendaSession, AgendaItem, Part)] == [[], [], []]
    assert last_audit().before["title_en"] == "Opening"


def test_items_and_parts_can_be_deleted(event: Event) -> None:
    session = make_session(event)
    item = make_item(session)
    part = make_part(item, make_person())
    actions.delete_part(part.id, by=SYSTEM, sequence=2)
    assert parts_in_order(item.id) == []
    actions.delete_item(item.id, by=SYSTEM, sequence=3)
    assert (items_in_order(session.id), session.sequence) == ([], 4)


def test_a_part_is_exactly_one_person_organisation_or_thing(event: Event) -> None:
    item = make_item(make_session(event), kind="unveiling")
    with pytest.raises(OneSubject):
        actions.add_part(item.id, by=SYSTEM, role="unveiler")
    with pytest.raises(OneSubject):
        make_part(item, make_person(), object_en="A plaque")
    part = actions.add_part(item.id, by=SYSTEM, role="presenter", object_en="A plaque")
    assert (part.object_name.en, part.position) == ("A plaque", 1)


def test_the_order_of_people_is_set_by_hand(event: Event) -> None:
    item = make_item(make_session(event))
    first, second = (make_part(item, make_person(name)).id for name in ("Lan", "Mei"))
    actions.move_part(second, "up", by=SYSTEM)
    assert [part.id for part in parts_in_order(item.id)] == [second, first]


def test_a_part_can_be_changed(event: Event) -> None:
    item = make_item(make_session(event), kind="appointment")
    part = make_part(item, make_person(), "recipient")
    actions.change_part(part.id, by=SYSTEM, as_en="Honorary Director", as_zh="名誉主任")
    assert last_audit().after == {"as_en": "Honorary Director", "as_zh": "名誉主任"}


def test_what_only_touches_a_part_is_undone_and_done_again(event: Event) -> None:
    part = make_part(make_item(make_session(event)), make_person())
    item_id = part.item_id
    actions.set_reply(part.id, "declined", by=SYSTEM)
    for act, replies in (
        (actions.undo, ["open"]), (actions.redo, ["declined"]), (actions.undo, ["open"]), (actions.undo, []), (actions.redo, ["open"]),
    ):  # fmt: skip
        act(event.id, by=SYSTEM)
        db.session.rollback()
        assert [row.reply for row in parts_in_order(item_id)] == replies


def test_who_declined_disappears_from_the_public_agenda_but_not_from_the_teams(event: Event) -> None:
    session = make_session(event)
    part = make_part(make_item(session), make_person())
    actions.set_reply(part.id, "declined", by=SYSTEM)
    publish(event)
    assert session_of(event, session.public_id, now()).items[0].parts == ()
    assert [shown.reply for shown in session_of(event, session.public_id, None).items[0].parts] == ["declined"]


def test_a_misspelt_value_is_an_error_of_the_program(event: Event) -> None:
    with pytest.raises(TypeError, match="titel_en"):
        make_session(event, titel_en="Opening")


def test_a_part_that_was_added_changed_or_taken_out_is_taken_back_like_all_else(event: Event) -> None:
    item = make_item(make_session(event))
    part = make_part(item, make_person())
    actions.change_part(part.id, by=SYSTEM, role="host")
    actions.delete_part(part.id, by=SYSTEM)
    for roles in (["host"], ["speaker"], []):
        actions.undo(event.id, by=SYSTEM)
        db.session.rollback()
        assert [row.role for row in parts_in_order(item.id)] == roles
