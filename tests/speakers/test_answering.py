"""Accepting and declining, and the pass that comes of it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
import time_machine

from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.agenda.actions import delete_part, move_session
from eventapp.agenda.models import AgendaSession, Part
from eventapp.db import db
from eventapp.messaging.models import OutboxMessage
from eventapp.registration.actions import add_category, register_attendee
from eventapp.registration.actions.register import Attendee
from eventapp.registration.models import Category, Registration
from eventapp.registration.queries import open_categories
from eventapp.speakers.actions import answer_part
from eventapp.speakers.errors import EventHasBegun, PartGone, PartMoved
from eventapp.speakers.models import SpeakerReply
from eventapp.speakers.queries import parts_of_person
from tests.agenda.stage import make_person
from tests.speakers.stage import EMAIL, SPEAKER, fresh, invited, make_another_part, make_speaker


def passes() -> list[tuple[str, str, str]]:
    rows = db.session.query(Registration).order_by(Registration.id)
    return [(row.state, row.category.code, row.email) for row in rows]


def templates() -> list[str]:
    return [row.template for row in db.session.query(OutboxMessage).order_by(OutboxMessage.id)]


def test_the_first_acceptance_brings_a_pass_that_is_mailed(event):
    person, part = make_speaker(event)
    other = make_another_part(event, person)
    invitation = invited(event, person)
    answer_part(invitation.id, part.public_id, "accepted", by=SPEAKER, word="With pleasure")
    assert fresh(part).reply == "accepted"
    assert passes() == [("confirmed", "speaker", EMAIL)]
    assert templates() == ["speaker_invitation", "registration_confirmed"]
    registration = db.session.query(Registration).one()
    assert (registration.person_id, registration.name.zh) == (person.id, "席酉民")
    assert (fresh(invitation).state, fresh(invitation).next_reminder_at is None) == ("opened", False)
    answer_part(invitation.id, other.public_id, "accepted", by=SPEAKER)
    assert passes() == [("confirmed", "speaker", EMAIL)]
    assert (fresh(invitation).state, fresh(invitation).next_reminder_at) == ("answered", None)
    assert db.session.query(SpeakerReply).filter_by(part_id=part.id).one().word == "With pleasure"


def test_the_category_of_speakers_is_in_no_public_form(event):
    person, part = make_speaker(event)
    answer_part(invited(event, person).id, part.public_id, "accepted", by=SPEAKER)
    category = db.session.query(Category).one()
    assert (category.code, category.open, category.places.capacity) == ("speaker", False, None)
    assert open_categories(event.id) == []


def test_the_organisers_own_category_for_speakers_is_used(event):
    own = add_category(event.id, by=SYSTEM, code="speaker", capacity=30, name_en="Guest speaker")
    person, part = make_speaker(event)
    answer_part(invited(event, person).id, part.public_id, "accepted", by=SPEAKER)
    assert db.session.query(Registration).one().category_id == own.id


def test_who_declines_everything_loses_the_pass_and_may_come_back(event):
    person, part = make_speaker(event)
    other = make_another_part(event, person)
    invitation = invited(event, person)
    answer_part(invitation.id, part.public_id, "accepted", by=SPEAKER)
    answer_part(invitation.id, part.public_id, "declined", by=SPEAKER)
    assert [state for state, *_ in passes()] == ["confirmed"], "one part is still open"
    answer_part(invitation.id, other.public_id, "declined", by=SPEAKER)
    assert [state for state, *_ in passes()] == ["withdrawn"]
    answer_part(invitation.id, other.public_id, "accepted", by=SPEAKER)
    assert [state for state, *_ in passes()] == ["withdrawn", "confirmed"]
    people = [row.person_id for row in db.session.query(Registration).order_by(Registration.id)]
    assert people == [None, person.id]


def test_a_pass_that_was_not_given_for_speaking_stays(event):
    person, part = make_speaker(event)
    vip = add_category(event.id, by=SYSTEM, code="vip", capacity=None, name_en="VIP")
    guest = Attendee(name={"family_en": "Xi"}, email=EMAIL, person_id=person.id)
    register_attendee(event.id, vip.id, guest, by=SYSTEM, form_key="vip-form-key-000001", notice_id=None)
    invitation = invited(event, person)
    for reply in ("accepted", "declined"):
        answer_part(invitation.id, part.public_id, reply, by=SPEAKER)
        assert passes() == [("confirmed", "vip", EMAIL)]


def test_a_part_that_was_removed_meanwhile_is_refused_in_words(event):
    person, part = make_speaker(event)
    invitation = invited(event, person)
    public_id = part.public_id
    delete_part(part.id, by=SYSTEM)
    with pytest.raises(PartGone):
        answer_part(invitation.id, public_id, "accepted", by=SPEAKER)
    assert passes() == []


def test_a_part_of_somebody_else_cannot_be_answered(event):
    person, _part = make_speaker(event)
    stranger_part = make_another_part(event, make_person())
    with pytest.raises(PartGone):
        answer_part(invited(event, person).id, stranger_part.public_id, "accepted", by=SPEAKER)
    assert fresh(stranger_part).reply == "open"


def test_an_answer_to_what_was_moved_meanwhile_is_refused(event):
    person, part = make_speaker(event)
    invitation = invited(event, person)
    seen = parts_of_person(event, person.id)[0].seen
    session = db.session.query(AgendaSession).one()
    later = {"starts_at": session.starts_at + timedelta(hours=3), "ends_at": session.ends_at + timedelta(hours=3)}
    move_session(session.id, by=SYSTEM, hall_id=session.hall_id, **later)
    with pytest.raises(PartMoved):
        answer_part(invitation.id, part.public_id, "accepted", by=SPEAKER, seen=seen)
    assert fresh(part).reply == "open"
    seen = parts_of_person(event, person.id)[0].seen
    answer_part(invitation.id, part.public_id, "accepted", by=SPEAKER, seen=seen)
    assert fresh(part).reply == "accepted"


def test_once_the_event_has_begun_answers_stand(event):
    person, part = make_speaker(event)
    invitation = invited(event, person)
    with time_machine.travel(event.starts_at, tick=False), pytest.raises(EventHasBegun):
        answer_part(invitation.id, part.public_id, "declined", by=SPEAKER)
    assert fresh(part).reply == "open"


def test_an_organiser_may_note_that_somebody_declined(event, organiser):
    person, part = make_speaker(event)
    invitation = invited(event, person)
    answer_part(invitation.id, part.public_id, "accepted", by=SPEAKER)
    answer_part(invitation.id, part.public_id, "declined", by=Actor("user", organiser.id))
    assert [state for state, *_ in passes()] == ["cancelled"]


def accept(index: int, invitation_id: int, part_ids: list[str]) -> None:
    answer_part(invitation_id, part_ids[index % len(part_ids)], "accepted", by=SPEAKER)


@pytest.mark.storm
@pytest.mark.both_databases
def test_however_often_it_is_accepted_at_once_there_is_one_pass(event, storm):
    person, part = make_speaker(event)
    other = make_another_part(event, person)
    invitation = invited(event, person)
    arguments = (invitation.id, [part.public_id, other.public_id])
    outcomes = storm(accept, processes=2, threads=4, args=arguments)
    assert Counter(outcome.refusal for outcome in outcomes) == {None: 8}
    assert passes() == [("confirmed", "speaker", EMAIL)]
    assert [row.reply for row in db.session.query(Part)] == ["accepted", "accepted"]


def accept_as(index: int, invitations: list[tuple[int, str]]) -> None:
    invitation_id, part = invitations[index]
    answer_part(invitation_id, part, "accepted", by=SPEAKER)


@pytest.mark.storm
@pytest.mark.both_databases
def test_many_speakers_who_accept_at_once_share_one_category(event, storm):
    invitations = []
    for number in range(8):
        person = make_person(f"Lan {number}")
        own = make_another_part(event, person, start=9 + number)
        invitation = invited(event, person, email=f"speaker{number}@example.org")
        invitations.append((invitation.id, own.public_id))
    outcomes = storm(accept_as, processes=2, threads=4, args=(invitations,))
    assert Counter(outcome.refusal for outcome in outcomes) == {None: 8}
    assert db.session.query(Category).one().places.taken == 8
