"""Somebody who cannot come, as the public sees it: at once or with the next release, over whatever comes after."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import delay_session, publish_due_releases, undo_live_change
from eventapp.agenda.models import LiveChange, LiveSession
from eventapp.agenda.queries import public_agenda
from eventapp.agenda.queries.live import live_agenda, plan_of_delay
from eventapp.agenda.queries.live_words import tell_plan
from eventapp.clock import now
from eventapp.db import db
from eventapp.speakers.actions import take_back_withdrawal
from eventapp.speakers.settling import Settlement
from tests.agenda.stage import at, make_hall, make_item, make_part, make_person, make_session, publish
from tests.speakers.stage import make_another_part, make_speaker
from tests.speakers.test_withdrawing import appearing, settle

DEPUTY = ("Mei Wang", "in_person", "in place of Youmin Xi")
HIMSELF = ("Youmin Xi", "in_person", "")


def test_the_public_sees_it_with_the_next_release_unless_it_is_shown_at_once(event):
    person, _part = make_speaker(event)
    make_another_part(event, person)
    publish(event)
    deputy = make_person("Mei", "Wang")
    settle(event, person, Settlement("deputy", deputy.id), Settlement("remove"))
    assert appearing(event) == [("Youmin Xi", "in_person", "")] * 2
    publish(event)
    assert appearing(event) == [("Mei Wang", "in_person", "in place of Youmin Xi")]


def test_shown_at_once_it_lies_over_the_release_until_the_next_one(event):
    person, _part = make_speaker(event)
    make_another_part(event, person)
    publish(event)
    deputy = make_person("Mei", "Wang")
    settle(event, person, Settlement("deputy", deputy.id), Settlement("remove"), at_once=True)
    assert appearing(event) == [("Mei Wang", "in_person", "in place of Youmin Xi")]
    assert db.session.scalars(select(LiveChange.kind)).all() == ["substitute"]
    publish(event)
    assert appearing(event) == [("Mei Wang", "in_person", "in place of Youmin Xi")]
    assert [row.parts for row in db.session.scalars(select(LiveSession))] == [None, None]


def test_taken_back_the_public_sees_who_was_released_and_undone_on_the_day_too(event):
    person, _part = make_speaker(event)
    publish(event)
    settle(event, person, Settlement("recorded"), at_once=True)
    undo_live_change(event.id, 1, by=SYSTEM)
    assert appearing(event) == [("Youmin Xi", "in_person", "")]
    take_back_withdrawal(event.id, person.id, by=SYSTEM)
    settle(event, person, Settlement("online"), at_once=True)
    assert appearing(event) == [("Youmin Xi", "online", "")]
    take_back_withdrawal(event.id, person.id, by=SYSTEM)
    assert appearing(event) == [("Youmin Xi", "in_person", "")]


def test_one_deputy_after_another_is_taken_back_one_after_another(event):
    person, _part = make_speaker(event)
    first, second = make_person("Bea", "Bai"), make_person("Cy", "Cai")
    publish(event)
    settle(event, person, Settlement("deputy", first.id), at_once=True)
    settle(event, first, Settlement("deputy", second.id), at_once=True)
    assert appearing(event) == [("Cy Cai", "in_person", "in place of Youmin Xi, in place of Bea Bai")]
    take_back_withdrawal(event.id, first.id, by=SYSTEM)
    assert appearing(event) == [("Bea Bai", "in_person", "in place of Youmin Xi")]
    take_back_withdrawal(event.id, person.id, by=SYSTEM)
    assert appearing(event) == [("Youmin Xi", "in_person", "")]
    assert db.session.scalars(select(LiveSession)).all() == [], "exactly as before"


def test_taken_back_after_a_delay_the_delay_stays(event):
    person, part = make_speaker(event)
    session = part.item.session
    uuid, starts = session.uuid, session.starts_at
    publish(event)
    settle(event, person, Settlement("recorded"), at_once=True)
    delay_session(event.id, uuid, minutes=7, by=SYSTEM)
    take_back_withdrawal(event.id, person.id, by=SYSTEM)
    assert appearing(event) == [("Youmin Xi", "in_person", "")]
    [shown] = public_agenda(event, now()).sessions
    assert shown.starts_at == starts + timedelta(minutes=7)


# -- A release that was made before ----------------------------------------------------------------------------------


def test_a_release_that_waited_for_its_hour_does_not_bring_them_back(event):
    person, _part = make_speaker(event)
    make_another_part(event, person)
    publish(event)
    make_session(event, 16, 17, "Closing")
    publish(event, publish_at=now() + timedelta(hours=1))
    settle(event, person, Settlement("deputy", make_person("Mei", "Wang").id), Settlement("remove"), at_once=True)
    with time_machine.travel(now() + timedelta(hours=2)):
        assert publish_due_releases() == 1
        assert appearing(event) == [DEPUTY]
        take_back_withdrawal(event.id, person.id, by=SYSTEM)
        assert appearing(event) == [HIMSELF] * 2
        assert db.session.scalars(select(LiveSession)).all() == []


def test_a_release_that_knew_of_it_says_who_appears(event):
    person, _part = make_speaker(event)
    make_another_part(event, person)
    publish(event)
    first, second = make_person("Bea", "Bai"), make_person("Mei", "Wang")
    settle(event, person, Settlement("deputy", first.id), Settlement("remove"), at_once=True)
    make_session(event, 16, 17, "Closing")
    settle(event, first, Settlement("deputy", second.id))
    publish(event, publish_at=now() + timedelta(hours=1))
    with time_machine.travel(now() + timedelta(hours=2)):
        publish_due_releases()
    assert appearing(event) == [("Mei Wang", "in_person", "in place of Youmin Xi, in place of Bea Bai")]


def test_what_was_taken_back_before_the_release_is_as_the_release_has_it(event):
    person, _part = make_speaker(event)
    publish(event)
    make_session(event, 16, 17, "Closing")
    publish(event, publish_at=now() + timedelta(hours=1))
    settle(event, person, Settlement("remove"), at_once=True)
    take_back_withdrawal(event.id, person.id, by=SYSTEM)
    with time_machine.travel(now() + timedelta(hours=2)):
        publish_due_releases()
        assert appearing(event) == [HIMSELF]


# -- A delay after it -----------------------------------------------------------------------------------------------


def talk(event, person, start, title, hall):
    """An hour in a hall; its item and who speaks."""
    session = make_session(event, start, start + 1, title, hall_id=hall.id)
    make_part(make_item(session, 60), person)
    return session.uuid


def test_a_delay_waits_for_the_deputy_and_no_longer_for_whom_they_stand_for(event):
    lake, garden, west = make_hall(event), make_hall(event, "Garden Hall"), make_hall(event, "West Hall")
    lan, deputy = make_person(), make_person("Mei", "Wang")
    first = talk(event, lan, 9, "Opening", lake)
    talk(event, lan, 10, "Forum", garden)
    talk(event, deputy, 10, "Talk", west)
    publish(event)
    settle(event, lan, Settlement("deputy", deputy.id), Settlement("keep"), at_once=True, despite_clashes=True)
    live = live_agenda(event.id)
    told = tell_plan(plan_of_delay(live, first, 20, at(event, 8)), live)
    assert [(move.session.title_en, move.why) for move in told.moves] == [
        ("Opening", ""),
        ("Talk", "Mei Wang comes from “Opening”"),
    ]
    assert told.people == ["Mei Wang"]
