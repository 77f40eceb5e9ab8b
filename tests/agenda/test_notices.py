"""Everybody whom a release concerns is told, once: who that is, when, and who is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.accounts.models import AuditEntry
from eventapp.agenda import actions
from eventapp.agenda.errors import EventNotPublic, NobodyToTell, NoticeSettled, NoticeTimePassed, OutsideScope
from eventapp.agenda.models import AgendaItem, Part, ReleaseNotice
from eventapp.audiences.affected import recipients_of_notice
from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.events.actions import set_event_state
from eventapp.messaging.actions import enqueue_message, outbox
from eventapp.messaging.models import OutboxMessage
from eventapp.messaging.queries import due_ids
from eventapp.people.actions import place_person
from eventapp.registration.actions import book, give_up_booking, unstar_session, withdraw_registration
from eventapp.registration.actions.erasure import erase_registration
from eventapp.speakers.settling import Settlement
from tests.agenda.stage import make_hall, make_item, make_part, make_person, make_session, publish
from tests.agenda.telling import (
    Story,
    addresses,
    affected,
    begin,
    follower,
    invite,
    move,
    news,
    notice,
    send,
    states,
    told_sentences,
)
from tests.registration.guests import GUEST, register_guest
from tests.registration.seats import make_seats
from tests.speakers.test_withdrawing import settle


@pytest.fixture
def story(event) -> Story:
    return begin(event)


def due() -> int:
    return actions.send_due_notices(recipients_of_notice)


def item_of(session: Any) -> AgendaItem:
    return db.session.scalars(select(AgendaItem).where(AgendaItem.session_id == session.id)).one()


def part_of(session: Any) -> Part:
    return db.session.scalars(select(Part).where(Part.item_id == item_of(session).id)).one()


# -- Who is concerned ----------------------------------------------------------------------------------------------


def test_the_first_release_tells_speakers_where_and_when_they_speak(event, story):
    assert [(message.recipient, message.language) for message in news(event)] == [
        ("lan@example.org", "en"), ("mei@example.org", "zh"),
    ]  # fmt: skip
    assert told_sentences(event, 1) == {"lan@example.org": ["added"], "mei@example.org": ["added"]}


def test_a_move_is_told_to_its_people_to_those_with_a_seat_and_to_followers_and_to_nobody_else(event, story):
    seats = make_seats(event, 5, session=story.opening)
    booked = register_guest(story.category, 1)
    book(booked.id, bookable_id=seats.id, by=SYSTEM)
    follower(story.category, 2, story.opening, language="zh")
    follower(story.category, 3, story.forum)
    register_guest(story.category, 4)
    move(event, story.opening, 14)
    publish(event)
    assert told_sentences(event, 2) == {
        "lan@example.org": ["time"], "guest1@example.org": ["time"], "guest2@example.org": ["time"],
    }  # fmt: skip
    assert [one.kind for one in affected(event, 2)] == ["part", "booked", "followed"]
    assert send(event, 2) == 3
    assert [(one.recipient, one.language) for one in news(event)[2:]] == [
        ("lan@example.org", "en"), ("guest1@example.org", "en"), ("guest2@example.org", "zh"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("act", "kinds"),
    [
        (lambda story: actions.cancel_session(story.opening.id, by=SYSTEM), ["cancelled"]),
        (lambda story: actions.delete_session(story.opening.id, by=SYSTEM), ["dropped"]),
        (lambda story: actions.change_session(story.opening.id, by=SYSTEM, title_en="Grand opening"), ["title"]),
    ],
)
def test_cancelled_taken_out_and_renamed_are_told(event, story, act, kinds):
    follower(story.category, 1, story.opening)
    act(story)
    publish(event)
    assert told_sentences(event, 2) == {"lan@example.org": kinds, "guest1@example.org": kinds}


def test_who_comes_and_who_leaves_are_told_and_so_is_everybody_there(event, story):
    follower(story.category, 1, story.opening)
    bo = make_person("Bo")
    make_part(item_of(story.opening), bo)
    invite(event, bo, "bo@example.org")
    actions.delete_part(part_of(story.forum).id, by=SYSTEM)
    publish(event)
    assert told_sentences(event, 2) == {
        "lan@example.org": ["person_added"], "bo@example.org": ["person_added"],
        "guest1@example.org": ["person_added"], "mei@example.org": ["person_dropped"],
    }  # fmt: skip


def test_what_only_matters_on_stage_is_told_only_there(event, story):
    follower(story.category, 1, story.opening)
    actions.change_item(item_of(story.opening).id, by=SYSTEM, minutes=35)
    actions.change_session(story.forum.id, by=SYSTEM, summary_en="More words")
    publish(event)
    assert told_sentences(event, 2) == {"lan@example.org": ["item_minutes"]}


def test_where_it_concerns_nobody_there_is_nothing_to_decide(event, story):
    actions.change_session(story.opening.id, by=SYSTEM, summary_en="More words")
    make_session(event, 15, 16, "Tea", kind="break")
    publish(event)
    assert notice(event, 2) is None


def test_what_is_cancelled_is_told_once_and_not_again_when_it_is_taken_out(event, story):
    follower(story.category, 1, story.opening)
    actions.cancel_session(story.opening.id, by=SYSTEM)
    publish(event)
    send(event, 2)
    actions.delete_session(story.opening.id, by=SYSTEM)
    publish(event)
    assert notice(event, 3) is None


def test_of_a_cancelled_session_only_that_is_told(event, story):
    follower(story.category, 1, story.opening)
    move(event, story.opening, 14)
    actions.cancel_session(story.opening.id, by=SYSTEM)
    publish(event)
    assert told_sentences(event, 2)["guest1@example.org"] == ["cancelled"]


def test_somebody_who_declined_hears_no_more_and_the_others_hear_of_it(event, story):
    follower(story.category, 1, story.opening)
    actions.set_reply(part_of(story.opening).id, "declined", by=SYSTEM)
    move(event, story.opening, 14)
    publish(event)
    assert told_sentences(event, 2) == {"guest1@example.org": ["time", "person_dropped"]}


def test_nobody_learns_of_somebody_who_is_not_disclosed_but_that_person_does(event, story):
    follower(story.category, 1, story.opening)
    follower(story.category, 2, story.forum)
    star = make_person("Star")
    place_person(event.id, star.id, by=SYSTEM, undisclosed_until=now() + timedelta(days=3))
    make_part(item_of(story.opening), star)
    actions.change_part(part_of(story.forum).id, by=SYSTEM, person_id=star.id)
    invite(event, star, "star@example.org")
    publish(event)
    assert told_sentences(event, 2) == {
        "star@example.org": ["person_added", "person_replaced"],
        "mei@example.org": ["person_dropped"],
        "guest2@example.org": ["person_dropped"],
    }


def test_a_speaker_who_is_registered_gets_one_message_about_both(event, story):
    guest = follower(story.category, 1, story.forum, person_id=story.lan.id, language="zh")
    move(event, story.opening, 14)
    actions.change_session(story.forum.id, by=SYSTEM, title_en="Great forum")
    publish(event)
    [one] = [one for one in affected(event, 2) if one.email == "lan@example.org"]
    assert one.registration.id == guest.id
    assert sorted(difference.kind for difference in one.found) == ["time", "title"]
    send(event, 2)
    assert addresses(event)[-2:] == ["mei@example.org", "mei@example.org"]
    assert "guest1@example.org" not in addresses(event)


def test_two_guests_with_one_address_get_a_message_each(event, story):
    for number in (1, 2):
        follower(story.category, number, story.opening, email="office@example.org")
    move(event, story.opening, 14)
    publish(event)
    assert send(event, 2) == 3
    assert addresses(event).count("office@example.org") == 2


def test_who_has_no_address_is_counted_and_not_forgotten(event, story):
    follower(story.category, 1, story.opening, email="", phone="+8613800138003")
    move(event, story.opening, 14)
    publish(event)
    row = notice(event, 2)
    assert (row.recipients, row.left_out) == (1, 1)


def test_who_follows_or_books_after_the_release_knows_it_already(event, story):
    move(event, story.opening, 14)
    publish(event)
    with time_machine.travel(now() + timedelta(minutes=1)):
        follower(story.category, 1, story.opening)
        assert "guest1@example.org" not in told_sentences(event, 2)


def test_there_is_one_notice_for_a_release(event, story):
    row = notice(event, 1)
    again = {"event_id": event.id, "release_id": row.release_id, "created_at": now()}
    with pytest.raises(IntegrityError), transaction() as session:
        session.add(ReleaseNotice(**again))
    assert len(states(event)) == 1


# -- The decision --------------------------------------------------------------------------------------------------


def test_pressed_twice_it_is_sent_once(event, story):
    move(event, story.opening, 14)
    publish(event)
    row = notice(event, 2)
    assert send(event, 2) == 1
    with pytest.raises(NoticeSettled, match="has been sent"):
        actions.send_notice(row.id, find=recipients_of_notice, by=SYSTEM)
    with pytest.raises(NoticeSettled):
        actions.schedule_notice(row.id, now() + timedelta(hours=1), by=SYSTEM)
    assert addresses(event) == ["lan@example.org", "lan@example.org", "mei@example.org"]


def test_it_waits_for_its_hour_and_can_be_stopped_until_then(event, story):
    move(event, story.opening, 14)
    publish(event)
    row_id, hour = notice(event, 2).id, now() + timedelta(hours=2)
    with pytest.raises(NoticeTimePassed):
        actions.schedule_notice(row_id, now(), by=SYSTEM)
    actions.schedule_notice(row_id, hour, by=SYSTEM)
    assert due() == 0
    actions.stop_notice(row_id, by=SYSTEM)
    with time_machine.travel(hour + timedelta(minutes=1)):
        assert due() == 0
        with pytest.raises(NoticeSettled, match="does not wait"):
            actions.stop_notice(row_id, by=SYSTEM)
        actions.schedule_notice(row_id, now() + timedelta(minutes=1), by=SYSTEM)
    with time_machine.travel(hour + timedelta(minutes=3)):
        assert (due(), due()) == (1, 0)
    assert states(event) == ["sent", "sent"]
    assert len(news(event)) == 3


@pytest.mark.parametrize("state", ["draft", "archived"])
def test_of_an_event_that_is_not_public_nobody_is_told(event, story, state):
    move(event, story.opening, 14)
    publish(event)
    row_id, hour = notice(event, 2).id, now() + timedelta(hours=1)
    set_event_state(event.id, state, by=SYSTEM)
    with pytest.raises(EventNotPublic, match="not public"):
        actions.send_notice(row_id, find=recipients_of_notice, by=SYSTEM)
    with pytest.raises(EventNotPublic):
        actions.schedule_notice(row_id, hour, by=SYSTEM)
    assert (states(event), len(news(event))) == (["sent", "open"], 2)
    set_event_state(event.id, "over", by=SYSTEM)
    assert send(event, 2) == 1


def test_what_was_sent_already_is_said_so_even_if_the_event_is_archived(event, story):
    set_event_state(event.id, "archived", by=SYSTEM)
    with pytest.raises(NoticeSettled, match="has been sent"):
        send(event, 1)


def test_archived_before_its_hour_it_awaits_a_decision_again_and_the_trail_says_so(event, story):
    move(event, story.opening, 14)
    publish(event)
    row_id, hour = notice(event, 2).id, now() + timedelta(hours=1)
    actions.schedule_notice(row_id, hour, by=SYSTEM)
    set_event_state(event.id, "archived", by=SYSTEM)
    with time_machine.travel(hour + timedelta(minutes=1)):
        assert (due(), due()) == (0, 0)
        row = notice(event, 2)
        assert (row.state, row.send_at, row.settled_at, len(news(event))) == ("open", None, None, 2)
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "put_back_notice")).all()
        assert [(entry.event_id, entry.after) for entry in entries] == [(event.id, {"event_state": "archived"})]
        set_event_state(event.id, "published", by=SYSTEM)
        assert due() == 0
        assert send(event, 2) == 1


def test_nobody_is_told_of_what_was_dismissed_and_the_next_release_does_not_repeat_it(event, story):
    move(event, story.opening, 14)
    publish(event)
    row_id = notice(event, 2).id
    actions.dismiss_notice(row_id, "Told by telephone", by=SYSTEM)
    with pytest.raises(NoticeSettled, match="nobody is told"):
        actions.send_notice(row_id, find=recipients_of_notice, by=SYSTEM)
    actions.change_session(story.opening.id, by=SYSTEM, title_en="Grand opening")
    publish(event)
    assert told_sentences(event, 3) == {"lan@example.org": ["title"]}


def test_a_newer_release_tells_what_nobody_was_told_of_the_one_before(event, story):
    move(event, story.opening, 14)
    publish(event)
    actions.schedule_notice(notice(event, 2).id, now() + timedelta(hours=1), by=SYSTEM)
    move(event, story.opening, 15)
    actions.change_session(story.forum.id, by=SYSTEM, title_en="Great forum")
    publish(event)
    assert states(event) == ["sent", "superseded", "open"]
    assert told_sentences(event, 3) == {"lan@example.org": ["time"], "mei@example.org": ["title"]}
    with pytest.raises(NoticeSettled, match="newer release"):
        send(event, 2)
    with time_machine.travel(now() + timedelta(hours=2)):
        assert due() == 0
    assert send(event, 3) == 2


def test_moved_and_moved_back_before_anybody_was_told_is_not_told(event, story):
    move(event, story.opening, 14)
    publish(event)
    move(event, story.opening, 9)
    publish(event)
    assert states(event) == ["sent", "superseded"]
    assert notice(event, 3) is None


def test_a_guest_is_told_what_is_different_since_they_came_to_the_session(event, story):
    follower(story.category, 1, story.opening)
    move(event, story.opening, 14)
    publish(event)
    with time_machine.travel(now() + timedelta(minutes=1)):
        follower(story.category, 2, story.opening)
        actions.change_session(story.opening.id, by=SYSTEM, title_en="Grand opening")
        publish(event)
        told = told_sentences(event, 3)
    assert told["guest1@example.org"] == ["time", "title"]
    assert told["guest2@example.org"] == ["title"]


def test_who_has_withdrawn_was_erased_or_follows_no_more_is_not_sent_to(event, story):
    guests = [follower(story.category, number, story.opening) for number in (1, 2, 3, 4)]
    move(event, story.opening, 14)
    publish(event)
    row = notice(event, 2)
    assert row.recipients == 5
    withdraw_registration(guests[0].id, by=GUEST)
    erase_registration(guests[1].id, by=SYSTEM, reason="Asked for it")
    unstar_session(guests[2].id, story.opening.uuid, by=GUEST)
    assert send(event, 2) == 2
    assert [message.recipient for message in news(event)[2:]] == ["lan@example.org", "guest4@example.org"]


def test_when_all_have_withdrawn_that_is_said_and_nothing_is_decided(event, story):
    follower(story.category, 1, story.forum)
    seats = make_seats(event, 5, session=story.opening)
    other = register_guest(story.category, 2)
    booking = book(other.id, bookable_id=seats.id, by=SYSTEM)
    actions.set_reply(part_of(story.opening).id, "declined", by=SYSTEM)
    publish(event)
    assert told_sentences(event, 2) == {"guest2@example.org": ["person_dropped"]}
    give_up_booking(booking.id, by=GUEST)
    with pytest.raises(NobodyToTell):
        send(event, 2)
    assert states(event) == ["sent", "open"]


def test_a_worker_that_dies_midway_has_sent_nothing_and_the_next_one_sends_all(event, story, monkeypatch):
    for number in range(1, 6):
        follower(story.category, number, story.opening)
    move(event, story.opening, 14)
    publish(event)
    hour = now() + timedelta(minutes=5)
    actions.schedule_notice(notice(event, 2).id, hour, by=SYSTEM)
    with time_machine.travel(hour + timedelta(minutes=1)):
        with monkeypatch.context() as patch:
            patch.setattr(outbox, "CHUNK", 2)
            patch.setattr(outbox, "asdict", dies_at_the_fourth(outbox.asdict))
            assert due() == 0
        assert len(news(event)) == 2
        assert states(event) == ["sent", "scheduled"]
        assert due() == 1
    assert len(news(event)) == 2 + 6
    assert len({message.cause for message in news(event)}) == 8


def dies_at_the_fourth(real: Any) -> Any:
    calls: list[Any] = []

    def asdict(message: Any) -> Any:
        calls.append(message)
        if len(calls) == 4:
            raise RuntimeError("the power went")
        return real(message)

    return asdict


def test_to_many_it_is_sent_with_as_many_statements_as_to_few(event, story, count_statements):
    counts = []
    for release, guests in ((2, range(1, 3)), (3, range(3, 15))):
        for number in guests:
            follower(story.category, number, story.opening)
        move(event, story.opening, 10 + release)
        publish(event)
        row_id = notice(event, release).id
        with count_statements() as statements:
            actions.send_notice(row_id, find=recipients_of_notice, by=SYSTEM)
        counts.append(len(statements))
    assert counts[0] == counts[1] < 30


def test_what_is_written_to_one_goes_before_what_is_written_to_many(event, story):
    follower(story.category, 1, story.opening)
    later = enqueue_message(
        cause="later", recipient="somebody@example.org", language="en", template="sign_in_link", values={}
    )
    assert later
    order = [db.session.get_one(OutboxMessage, row_id).template for row_id in due_ids(now(), 100)]
    assert order[-2:] == ["agenda_news", "agenda_news"]
    assert "sign_in_link" in order[:-2]


def test_an_editor_of_some_halls_tells_nobody(event, story, user_with_role):
    editor, hall = user_with_role("editor"), make_hall(event, "Small hall")
    actions.limit_editor(event.id, editor.id, hall_ids=[hall.id], by=SYSTEM)
    move(event, story.opening, 14)
    publish(event)
    row_id, by = notice(event, 2).id, Actor("user", editor.id)
    for act in (
        lambda: actions.send_notice(row_id, find=recipients_of_notice, by=by),
        lambda: actions.schedule_notice(row_id, now() + timedelta(hours=1), by=by),
        lambda: actions.stop_notice(row_id, by=by),
        lambda: actions.dismiss_notice(row_id, "No", by=by),
    ):
        with pytest.raises(OutsideScope):
            act()
    assert states(event) == ["sent", "open"]


def test_every_decision_stands_in_the_audit_trail(event, story):
    move(event, story.opening, 14)
    publish(event)
    row_id = notice(event, 2).id
    actions.schedule_notice(row_id, now() + timedelta(hours=1), by=SYSTEM)
    actions.stop_notice(row_id, by=SYSTEM)
    actions.dismiss_notice(row_id, "Told by telephone", by=SYSTEM)
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action.like("%_notice")).order_by(AuditEntry.id)
    ).all()
    assert [entry.action for entry in entries] == ["send_notice", "schedule_notice", "stop_notice", "dismiss_notice"]
    assert entries[0].after == {"recipients": 2, "left_out": 0}
    assert entries[3].reason == "Told by telephone"


def test_an_erased_guest_leaves_no_message_behind(event, story):
    guest = follower(story.category, 1, story.opening)
    move(event, story.opening, 14)
    publish(event)
    send(event, 2)
    assert "guest1@example.org" in addresses(event)
    erase_registration(guest.id, by=SYSTEM, reason="Asked for it")
    assert [row for row in news(event) if row.values["registration"] == guest.public_id] == []


# -- Who withdraws between the release and its message -----------------------------------------------------------------


@pytest.mark.parametrize("way", ["remove", "deputy"])
def test_nobody_is_told_that_somebody_comes_who_has_withdrawn_since(event, story, way):
    follower(story.category, 1, story.opening)
    xavier = make_person("Xavier", "Gone")
    make_part(make_item(story.opening, 30, title_en="Second"), xavier)
    invite(event, xavier, "x@example.org")
    actions.change_session(story.opening.id, by=SYSTEM, title_en="Grand opening")
    publish(event)
    assert told_sentences(event, 2)["x@example.org"] == ["title", "item_added", "person_added"]
    settle(event, xavier, Settlement(way, story.mei.id if way == "deputy" else None), at_once=True)
    told = told_sentences(event, 2)
    assert (told["guest1@example.org"], "x@example.org" in told) == (["title"], False)
    assert told["lan@example.org"] == ["title", "item_added"]


def test_in_whose_place_somebody_came_who_has_withdrawn_since_is_only_told_to_leave(event, story):
    follower(story.category, 1, story.forum)
    xavier = make_person("Xavier", "Gone")
    actions.change_part(part_of(story.forum).id, by=SYSTEM, person_id=xavier.id)
    publish(event)
    settle(event, xavier, Settlement("remove"))
    assert told_sentences(event, 2) == {
        "mei@example.org": ["person_dropped"],
        "guest1@example.org": ["person_dropped"],
    }
