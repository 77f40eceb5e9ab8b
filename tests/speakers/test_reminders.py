"""Open answers are chased on a plan."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import update

from eventapp.accounts.actor import SYSTEM
from eventapp.clock import now
from eventapp.db import db
from eventapp.events.actions import set_event_state
from eventapp.messaging.actions import enqueue_message
from eventapp.messaging.models import OutboxMessage
from eventapp.speakers.actions import (
    answer_part,
    draft_invitation,
    remind_due,
    remind_speaker,
    resume_reminders,
    set_reminder_days,
    stop_reminders,
)
from eventapp.speakers.errors import EventHasBegun, NothingOpen, NotInvited, RemindedAlready
from eventapp.speakers.models import SpeakerInvitation
from eventapp.speakers.queries import due_invitation_ids
from tests.ground.storms import while_others_look
from tests.speakers.stage import EMAIL, SPEAKER, fresh, invited, make_speaker


def reminders() -> int:
    return db.session.query(OutboxMessage).filter_by(template="speaker_reminder").count()


def after(days: float) -> Any:
    return time_machine.travel(now() + timedelta(days=days), tick=False)


def make_due(invitation: SpeakerInvitation) -> None:
    """Let the reminder be due now: asked long ago, as the worker finds it."""
    moved = {"asked_at": now() - timedelta(days=6), "next_reminder_at": now() - timedelta(days=1)}
    db.session.execute(update(SpeakerInvitation).where(SpeakerInvitation.id == invitation.id).values(**moved))
    db.session.commit()


def test_who_does_not_answer_is_reminded_twice_and_no_more(event):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    sent = []
    start = now()
    for day in range(14):
        with time_machine.travel(start + timedelta(days=day, minutes=1), tick=False):
            sent += [day] * remind_due()
    assert sent == [5, 10]
    assert (fresh(invitation).reminders_sent, fresh(invitation).next_reminder_at) == (2, None)
    assert reminders() == 2


def test_the_reminder_arrives(event, mailbox, deliver):
    person, _part = make_speaker(event)
    remind_speaker(invited(event, person).id, by=SYSTEM)
    deliver()
    invitation, reminder = mailbox.to(EMAIL)
    assert reminder["Subject"] == "We look forward to your answer: Yangtze River Delta Summit"
    assert "/s/" in reminder.get_body(("plain",)).get_content()
    assert invitation["Message-ID"] != reminder["Message-ID"]


def test_who_has_answered_is_not_reminded(event):
    person, part = make_speaker(event)
    answer_part(invited(event, person).id, part.public_id, "declined", by=SPEAKER)
    with after(6):
        assert remind_due() == 0
    assert reminders() == 0


def test_once_the_event_has_begun_nobody_is_reminded(event):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    with time_machine.travel(event.starts_at + timedelta(minutes=1), tick=False):
        assert remind_due() == 0
        with pytest.raises(EventHasBegun):
            remind_speaker(invitation.id, by=SYSTEM)
    assert fresh(invitation).next_reminder_at is None


def test_an_event_that_was_taken_back_chases_nobody(event):
    person, _part = make_speaker(event)
    invited(event, person)
    set_event_state(event.id, "archived", by=SYSTEM)
    with after(6):
        assert remind_due() == 0


def test_a_reminder_by_hand_moves_the_next_one(event):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    asked = invitation.asked_at
    with after(4.5):
        remind_speaker(invitation.id, by=SYSTEM)
        assert fresh(invitation).next_reminder_at == asked + timedelta(days=10)
        with pytest.raises(RemindedAlready):
            remind_speaker(invitation.id, by=SYSTEM)
    assert reminders() == 1


def test_there_is_nothing_to_remind_of_what_was_never_asked_or_is_answered(event):
    person, part = make_speaker(event)
    drafted = draft_invitation(event.id, person.id, by=SYSTEM, email=EMAIL, language="en")
    with pytest.raises(NotInvited):
        remind_speaker(drafted.id, by=SYSTEM)
    invitation = invited(event, person)
    answer_part(invitation.id, part.public_id, "accepted", by=SPEAKER)
    with pytest.raises(NothingOpen):
        remind_speaker(invitation.id, by=SYSTEM)


def test_reminders_are_stopped_and_taken_up_again(event):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    planned = invitation.next_reminder_at
    stop_reminders(invitation.id, by=SYSTEM)
    assert fresh(invitation).next_reminder_at is None
    with after(6):
        assert remind_due() == 0
    resume_reminders(invitation.id, by=SYSTEM)
    assert fresh(invitation).next_reminder_at == planned


def test_a_new_plan_moves_the_open_reminders(event):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    set_reminder_days(event.id, [3], by=SYSTEM)
    assert fresh(invitation).next_reminder_at == fresh(invitation).asked_at + timedelta(days=3)
    set_reminder_days(event.id, [], by=SYSTEM)
    assert fresh(invitation).next_reminder_at is None


def work(_index: int) -> int:
    return remind_due()


def work_naively(_index: int) -> int:
    """Look what is due, write afterwards, with nothing that holds the two together."""
    due = due_invitation_ids(now())
    db.session.rollback()
    while_others_look()
    for _ in due:
        enqueue_message(
            cause=secrets.token_hex(8), recipient=EMAIL, language="en", template="speaker_reminder", values={}
        )
    return len(due)


@pytest.mark.storm
@pytest.mark.both_databases
def test_of_many_workers_one_sends_each_reminder(event, storm):
    person, _part = make_speaker(event)
    make_due(invited(event, person))
    outcomes = storm(work, processes=2, threads=4)
    assert sorted(outcome.value for outcome in outcomes) == [0] * 7 + [1]
    assert reminders() == 1


@pytest.mark.storm
@pytest.mark.both_databases
def test_without_holding_the_row_it_would_be_sent_many_times(event, storm):
    person, _part = make_speaker(event)
    make_due(invited(event, person))
    storm(work_naively, processes=2, threads=4)
    assert reminders() > 1
