"""Answers given by phone, passes that have lost their part, consent, and pictures that nobody shows any more."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from eventapp.accounts.actor import Actor
from eventapp.accounts.models import AuditEntry
from eventapp.agenda.actions import delete_part
from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.errors import Stale
from eventapp.people.actions import change_person
from eventapp.registration.actions import publish_notice
from eventapp.registration.errors import NoticeChanged
from eventapp.registration.models import Consent, Registration
from eventapp.speakers.actions import (
    answer_part,
    approve_words,
    cancel_speaker_pass,
    delete_unused_pictures,
    note_answer,
    send_portrait,
    write_profile,
)
from eventapp.speakers.errors import AnswersClosed, NotInvited, PartGone, PartMoved, StillTakesPart
from eventapp.speakers.models import SpeakerReply
from eventapp.speakers.queries import parts_of_person, passes_without_part, portraits_folder, proposal_of
from tests.speakers.stage import SPEAKER, address, fresh, invited, make_another_part, make_speaker, photo
from tests.speakers.test_answering import passes
from tests.speakers.test_pages import desk_address


def note(event, invitation, part, reply: str, by: Actor, **given: str) -> None:
    seen = next(planned.seen for planned in parts_of_person(event, invitation.person_id) if planned.part.id == part.id)
    note_answer(invitation.id, part.public_id, reply, by=by, **{"seen": seen, "stood": "open", **given})


# -- By phone ------------------------------------------------------------------------------------------------------


def test_an_answer_by_phone_is_noted_with_who_noted_it(event, organiser):
    person, part = make_speaker(event)
    invitation = invited(event, person)
    note(event, invitation, part, "accepted", Actor("user", organiser.id), word="Rang back at noon")
    assert fresh(part).reply == "accepted"
    assert [state for state, *_ in passes()] == ["confirmed"]
    assert fresh(invitation).state == "answered"
    assert db.session.scalars(select(SpeakerReply.word)).all() == ["Rang back at noon"]
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "note_answer")).all()
    assert [(row.actor_kind, row.actor_id, row.before, row.after) for row in rows] == [
        ("user", organiser.id, {"reply": "open"}, {"reply": "accepted", "word": "Rang back at noon"})
    ]
    assert db.session.scalars(select(Consent)).all() == [], "nobody agrees to a notice by phone"


def test_the_page_notes_what_was_said(event, staff):
    person, part = make_speaker(event)
    invited(event, person)
    desk = staff("organiser")
    answer = desk.press(desk.get(desk_address(event, person)), "They decline", word="Is abroad")
    words = desk.follow(answer).words
    assert "Noted. The audit trail tells that it was you." in words
    assert "Is abroad" in words
    assert fresh(part).reply == "declined"


def test_nothing_is_noted_for_whoever_was_not_written_down_as_invited(event, staff):
    person, part = make_speaker(event)
    desk = staff("organiser")
    assert "Note an answer given by phone" not in desk.get(desk_address(event, person)).words
    page = desk_address(event, person)
    token = desk.get(f"{page}/invite").tree.xpath("//input[@name='csrf_token']/@value")[0]
    fields = {"csrf_token": token, "answer": "accepted", "seen": "", "stood": "open"}
    answer = desk.post(f"{page}/parts/{part.public_id}/answer", data=fields, status=409)
    assert "This person has not been invited yet." in answer.words
    assert fresh(part).reply == "open"


def test_a_word_that_is_too_long_and_a_damaged_button_come_back(event, staff):
    person, part = make_speaker(event)
    invited(event, person)
    desk = staff("organiser")
    answer = desk.press(desk.get(desk_address(event, person)), "They accept", status=422, word="x" * 1001)
    assert answer.errors == ["At most 1000 characters, please."]
    url = desk_address(event, person, f"/parts/{part.public_id}/answer")
    desk.post_form(url, page=desk_address(event, person), status=422, answer="perhaps")
    assert fresh(part).reply == "open"


def test_what_the_speaker_answered_meanwhile_is_not_written_over(event, organiser):
    person, part = make_speaker(event)
    invitation = invited(event, person)
    answer_part(invitation.id, part.public_id, "declined", by=SPEAKER)
    with pytest.raises(Stale):
        note(event, invitation, part, "accepted", Actor("user", organiser.id))
    with pytest.raises(PartMoved):
        note(event, invitation, part, "accepted", Actor("user", organiser.id), seen="another")
    assert fresh(part).reply == "declined"


def test_nor_is_a_part_that_is_gone_or_an_event_that_is_over(event, organiser):
    person, part = make_speaker(event)
    invitation = invited(event, person)
    by, seen = Actor("user", organiser.id), parts_of_person(event, person.id)[0].seen
    with time_machine.travel(event.ends_at + timedelta(minutes=1), tick=False), pytest.raises(AnswersClosed):
        note(event, invitation, part, "accepted", by)
    public_id = part.public_id
    delete_part(part.id, by=by)
    with pytest.raises(PartGone):
        note_answer(invitation.id, public_id, "accepted", by=by, seen=seen, stood="open")
    assert passes() == []


# -- A pass whose part is gone -------------------------------------------------------------------------------------


def test_who_loses_the_last_accepted_part_keeps_the_pass_until_an_organiser_cancels_it(event, staff, organiser):
    person, part = make_speaker(event)
    invitation = invited(event, person)
    answer_part(invitation.id, part.public_id, "accepted", by=SPEAKER)
    assert passes_without_part(event) == []
    delete_part(part.id, by=Actor("user", organiser.id))
    assert [state for state, *_ in passes()] == ["confirmed"]
    assert passes_without_part(event) == [fresh(person)]
    desk = staff("organiser")
    listed = desk.get(desk_address(event), status=200)
    assert "These people hold a speaker's pass and have no accepted part any more: Youmin Xi" in listed.words
    page = desk.get(listed.links()["Youmin Xi"], status=200)
    assert "The pass is cancelled" in desk.follow(desk.press(page, "Cancel the pass")).words
    assert [state for state, *_ in passes()] == ["cancelled"]
    assert passes_without_part(event) == []


def test_the_page_that_takes_a_part_out_says_so(event, staff):
    person, part = make_speaker(event)
    answer_part(invited(event, person).id, part.public_id, "accepted", by=SPEAKER)
    planned = parts_of_person(event, person.id)[0]
    place = f"{planned.session.public_id}/items/{planned.item.public_id}/parts/{part.public_id}"
    words = staff("organiser").get(f"/manage/{event.slug}/agenda/{place}/delete", status=200).words
    assert "their pass stays valid until you cancel it under Speakers" in words


def test_whoever_takes_part_again_keeps_the_pass(event, organiser):
    person, part = make_speaker(event)
    invitation = invited(event, person)
    answer_part(invitation.id, part.public_id, "accepted", by=SPEAKER)
    delete_part(part.id, by=Actor("user", organiser.id))
    other = make_another_part(event, person)
    answer_part(invitation.id, other.public_id, "accepted", by=SPEAKER)
    with pytest.raises(StillTakesPart):
        cancel_speaker_pass(event.id, person.id, by=Actor("user", organiser.id))
    assert [state for state, *_ in passes()] == ["confirmed"]


def test_there_is_no_pass_to_cancel_for_who_has_none(event, organiser):
    person, _part = make_speaker(event)
    invited(event, person)
    with pytest.raises(NotInvited):
        cancel_speaker_pass(event.id, person.id, by=Actor("user", organiser.id))


# -- Consent -------------------------------------------------------------------------------------------------------


def test_accepting_on_ones_own_page_notes_the_consent_to_the_notice_that_stood_there(event, client):
    notice = publish_notice(event.id, by=Actor("system"), body_en="We keep your name.", body_zh="")
    person, part = make_speaker(event)
    page = client.get(address(invited(event, person)), status=200)
    assert "Who accepts gets a pass, and agrees to the privacy notice below." in page.words
    assert "We keep your name." in page.words
    client.press(page, "I accept")
    registration = db.session.scalars(select(Registration)).one()
    kept = [(row.registration_id, row.notice_id) for row in db.session.scalars(select(Consent))]
    assert kept == [(registration.id, notice.id)]
    assert fresh(part).reply == "accepted"


def test_a_notice_that_changed_meanwhile_is_shown_before_anything_is_noted(event):
    old = publish_notice(event.id, by=Actor("system"), body_en="First", body_zh="").id
    new = publish_notice(event.id, by=Actor("system"), body_en="Second", body_zh="").id
    person, part = make_speaker(event)
    invitation = invited(event, person)
    for notice_id in (old, None):
        with pytest.raises(NoticeChanged):
            answer_part(invitation.id, part.public_id, "accepted", by=SPEAKER, notice_id=notice_id)
    assert (fresh(part).reply, passes()) == ("open", [])
    answer_part(invitation.id, part.public_id, "accepted", by=SPEAKER, notice_id=new)
    assert [row.notice_id for row in db.session.scalars(select(Consent))] == [new]


# -- Pictures ------------------------------------------------------------------------------------------------------


def aged(path: Path) -> Path:
    long_ago = now().timestamp() - 7200
    os.utime(path, (long_ago, long_ago))
    return path


def all_files() -> list[Path]:
    return sorted(path for path in portraits_folder().rglob("*") if path.is_file())


def test_the_worker_deletes_the_pictures_of_an_invitation_that_is_gone_and_of_no_other(event):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    send_portrait(invitation.id, photo(), by=SPEAKER)
    for path in all_files():
        aged(path)
    assert delete_unused_pictures() == 0
    kept = all_files()
    with transaction() as session:
        session.delete(session.get_one(type(invitation), invitation.id))
    assert (delete_unused_pictures(), len(kept)) == (7, 7)
    assert all_files() == []


def test_a_portrait_on_the_site_outlives_the_invitation_it_came_with(event):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    send_portrait(invitation.id, photo(), by=SPEAKER)
    approve_words(invitation.id, by=SPEAKER, seen=proposal_of(event, invitation).seen)
    with transaction() as session:
        session.delete(session.get_one(type(invitation), invitation.id))
    for path in all_files():
        aged(path)
    assert delete_unused_pictures() == 1, "only the photo it was cut from"
    assert {path.name[:32] for path in all_files()} == {fresh(person).portrait}
    change_person(person.id, by=SPEAKER, portrait="")
    assert delete_unused_pictures() == 6


def test_a_photo_that_is_being_sent_is_left_alone(app, event):
    invitation = invited(event, make_speaker(event)[0])
    send_portrait(invitation.id, photo(), by=SPEAKER)
    with transaction() as session:
        session.delete(session.get_one(type(invitation), invitation.id))
    assert delete_unused_pictures() == 0
    assert len(all_files()) == 7


# -- Field by field ------------------------------------------------------------------------------------------------


def test_what_is_left_out_of_an_approval_goes_on_waiting(event, staff):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    write_profile(invitation.id, by=SPEAKER, biography_en="A scholar.", position_en="Emperor")
    desk = staff("organiser")
    chosen = f"person-{person.id}-biography_en"
    page = desk.follow(desk.press(desk.get(desk_address(event, person)), "Approve and show", change=chosen))
    assert (fresh(person).biography_en, fresh(person).position_en) == ("A scholar.", "")
    assert fresh(invitation).awaits_approval
    assert "Emperor" in page.words
    desk.press(page, "Approve and show")
    assert fresh(person).position_en == "Emperor"
    assert not fresh(invitation).awaits_approval


def test_a_portrait_and_a_mode_are_approved_by_themselves(event):
    person, part = make_speaker(event)
    invitation = invited(event, person)
    send_portrait(invitation.id, photo(), by=SPEAKER)
    write_profile(invitation.id, by=SPEAKER, biography_en="A scholar.")
    answer_part(invitation.id, part.public_id, "accepted", by=SPEAKER, mode="online")
    for kind, left in (("portrait", ["biography_en", "mode"]), ("mode", ["biography_en"]), ("biography_en", [])):
        proposal = proposal_of(event, invitation)
        key = next(change.key for change in proposal.changes if change.field == kind)
        approve_words(invitation.id, by=SPEAKER, seen=proposal.seen, only=[key])
        assert [change.field for change in proposal_of(event, invitation).changes] == left
    assert (fresh(part).mode, fresh(person).biography_en) == ("online", "A scholar.")
    assert not fresh(invitation).awaits_approval


def test_an_approval_of_nothing_is_refused_and_a_second_one_of_the_same_is_stale(event, staff):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    write_profile(invitation.id, by=SPEAKER, biography_en="A scholar.", position_en="Emperor")
    desk = staff("organiser")
    page = desk.get(desk_address(event, person))
    refused = desk.press(page, "Approve and show", status=422, change=None)
    assert "Tick at least one thing to show on the site." in refused.words
    seen = proposal_of(event, invitation).seen
    key = f"person-{person.id}-position_en"
    approve_words(invitation.id, by=SPEAKER, seen=seen, only=[key])
    with pytest.raises(Stale):
        approve_words(invitation.id, by=SPEAKER, seen=seen, only=[key])
    assert fresh(person).biography_en == ""
