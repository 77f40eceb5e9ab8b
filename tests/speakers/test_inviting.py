"""Inviting speakers by mail."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import update

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import AuditEntry
from eventapp.agenda.actions import set_reply
from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.errors import Stale
from eventapp.events.models import Event
from eventapp.messaging.actions import deliver_due
from eventapp.messaging.delivery import compose
from eventapp.messaging.models import OutboxMessage
from eventapp.speakers.actions import draft_invitation, invite_speaker, remind_speaker
from eventapp.speakers.errors import EventHasBegun, NoPart, NothingOpen
from eventapp.speakers.models import SpeakerInvitation
from eventapp.speakers.queries import invitation_by_link, invitation_of, link_token
from tests.agenda.stage import make_item, make_part, make_person, make_session
from tests.ground.storms import while_others_look
from tests.speakers.stage import EMAIL, address, invited, make_another_part, make_speaker


def mails() -> list[tuple[str, str, str]]:
    rows = db.session.query(OutboxMessage).order_by(OutboxMessage.id)
    return [(row.template, row.recipient, row.language) for row in rows]


def test_an_invitation_is_a_mail_a_link_and_a_date_for_the_reminder(event):
    person, _part = make_speaker(event)
    invitation = invited(event, person, note="We would be so glad.")
    assert (invitation.state, invitation.times_asked, invitation.reminders_sent) == ("sent", 1, 0)
    assert invitation.next_reminder_at - invitation.asked_at == timedelta(days=5)
    assert mails() == [("speaker_invitation", EMAIL, "en")]
    found = invitation_by_link(link_token(invitation))
    assert found is not None
    assert found.id == invitation.id
    actions = [row.action for row in db.session.query(AuditEntry).filter_by(subject_kind="speaker_invitations")]
    assert actions == ["draft_invitation", "invite_speaker"]


def test_the_mail_reaches_a_real_mail_server_in_both_languages(event, mailbox, deliver, client):
    person, _part = make_speaker(event)
    make_another_part(event, person, as_en="Honorary Director", as_zh="名誉院长")
    invited(event, person, language="zh", note="盼您拨冗。")
    deliver()
    chinese = mailbox.to(EMAIL)[0]
    text = chinese.get_body(("plain",)).get_content()
    assert "江河与城市" in text
    assert "共同学习" in text
    assert "名誉院长" in text
    assert "盼您拨冗。" in text
    assert "09:00–09:30 (Asia/Shanghai)" in text
    invited(event, person, language="en")
    deliver()
    english = mailbox.to(EMAIL)[1]
    assert english["Subject"] == "Invitation: Yangtze River Delta Summit"
    page = english.get_body(("html",)).get_content()
    assert "Rivers and cities" in page
    assert "Honorary Director" in page
    path = re.search(r"http://[^/]+(/s/[\w-]+)", english.get_body(("plain",)).get_content())[1]
    assert client.get(path, status=200).heading == "Welcome, Youmin Xi"


def test_a_draft_sends_nothing(event):
    person, _part = make_speaker(event)
    invitation = draft_invitation(event.id, person.id, by=SYSTEM, email=EMAIL, language="zh", note="Soon")
    assert (invitation.state, invitation.next_reminder_at) == ("drafted", None)
    assert mails() == []


def test_a_person_without_a_part_is_not_invited(event):
    with pytest.raises(NoPart):
        invited(event, make_person())
    assert db.session.query(SpeakerInvitation).count() == 0


def test_who_has_answered_everything_is_not_asked_again(event):
    person, part = make_speaker(event)
    set_reply(part.id, "accepted", by=SYSTEM)
    with pytest.raises(NothingOpen):
        invited(event, person)


def test_after_the_event_has_begun_nobody_is_invited(event):
    person, _part = make_speaker(event)
    with time_machine.travel(event.starts_at + timedelta(minutes=1), tick=False), pytest.raises(EventHasBegun):
        invited(event, person)


def test_a_new_address_gets_a_new_link_and_the_old_one_ends(event, client):
    person, _part = make_speaker(event)
    old = address(invited(event, person))
    new = address(invited(event, person, email="office@example.org"))
    assert old != new
    assert client.get(old).status_code == 404
    client.get(new, status=200)


@pytest.fixture
def undelivered(event):
    """A speaker whose invitation and reminder wait in the outbox for a mailbox that is not theirs."""
    person, _part = make_speaker(event)
    invitation = invited(event, person, email="wrong@example.org")
    remind_speaker(invitation.id, by=SYSTEM)
    return invitation


def correct(invitation: SpeakerInvitation) -> None:
    draft_invitation(invitation.event_id, invitation.person_id, by=SYSTEM, email=EMAIL, language="en")


@pytest.mark.parametrize("state", ["queued", "failed", "sending"])
def test_what_was_not_delivered_goes_to_the_corrected_address_and_the_wrong_one_never_gets_the_new_link(
    undelivered, mailbox, deliver, client, state
):
    with transaction() as session:
        session.execute(update(OutboxMessage).values(state=state, leased_until=now() - timedelta(minutes=1)))
    correct(undelivered)
    deliver()
    assert mailbox.to("wrong@example.org") == []
    subjects = ["Invitation: Yangtze River Delta Summit", "We look forward to your answer: Yangtze River Delta Summit"]
    assert [mail["Subject"] for mail in mailbox.to(EMAIL)] == subjects
    for mail in mailbox.to(EMAIL):
        path = re.search(r"http://[^/]+(/s/[\w-]+)", mail.get_body(("plain",)).get_content())[1]
        client.get(path, status=200)


@pytest.mark.both_databases
def test_an_address_that_is_corrected_while_a_worker_is_sending_gets_the_mail_and_the_wrong_one_does_not(undelivered):
    written: list[tuple[str, str]] = []

    def send(message: OutboxMessage) -> None:
        # As a worker holds it that loaded it a moment ago: by the recipient of then.
        db.session.expunge(message)
        if message.recipient != EMAIL:
            correct(undelivered)
        compose(message)
        written.append((message.template, message.recipient))

    deliver_due(send)
    deliver_due(send)
    assert sorted(written) == [("speaker_invitation", EMAIL), ("speaker_reminder", EMAIL)]
    assert {row.state for row in db.session.query(OutboxMessage)} == {"sent"}


def test_an_invitation_to_another_address_replaces_what_was_not_delivered(undelivered):
    invited(db.session.get_one(Event, undelivered.event_id), undelivered.person)
    assert mails() == [("speaker_invitation", EMAIL, "en")]


def test_what_another_speaker_waits_for_stays_where_it_goes(event, undelivered):
    other = make_person("Mei", "Wang")
    make_part(make_item(make_session(event, 16, 17, "Closing"), 30), other)
    invited(event, other, email="wrong@example.org")
    correct(undelivered)
    assert [row[:2] for row in mails()] == [
        ("speaker_invitation", EMAIL),
        ("speaker_reminder", EMAIL),
        ("speaker_invitation", "wrong@example.org"),
    ]


def test_the_same_address_keeps_its_link(event):
    person, _part = make_speaker(event)
    assert address(invited(event, person)) == address(invited(event, person))


def test_a_double_click_invites_once(event):
    person, _part = make_speaker(event)
    invited(event, person, times_asked=0)
    with pytest.raises(Stale):
        invited(event, person, times_asked=0)
    assert len(mails()) == 1


def invite_once(_index: int, event_id: int, person_id: int) -> None:
    invite_speaker(event_id, person_id, by=SYSTEM, email=EMAIL, language="en", times_asked=0)


def invite_naively(index: int, event_id: int, person_id: int) -> None:
    """Look first, write afterwards, with nothing that holds the two together."""
    seen = invitation_of(event_id, person_id)
    db.session.rollback()
    while_others_look()
    if seen is None:
        fields = {"link_hash": f"{index}", "link_sealed": "", "created_at": now()}
        db.session.add(SpeakerInvitation(event_id=event_id, person_id=person_id, email=EMAIL, language="en", **fields))
        db.session.commit()


@pytest.mark.storm
@pytest.mark.both_databases
def test_of_many_organisers_at_once_one_invites(event, storm):
    person, _part = make_speaker(event)
    outcomes = storm(invite_once, processes=2, threads=4, args=(event.id, person.id))
    assert Counter(outcome.refusal for outcome in outcomes) == {None: 1, "Stale": 7}
    assert mails() == [("speaker_invitation", EMAIL, "en")]


@pytest.mark.storm
@pytest.mark.both_databases
def test_without_our_way_of_making_it_the_constraint_refuses_the_second_invitation(event, storm):
    person, _part = make_speaker(event)
    outcomes = storm(invite_naively, processes=2, threads=4, args=(event.id, person.id))
    assert {outcome.refusal for outcome in outcomes} == {None, "IntegrityError"}
    assert db.session.query(SpeakerInvitation).count() == 1
