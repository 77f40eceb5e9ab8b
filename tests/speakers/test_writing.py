"""What speakers write is kept as typed, and shown when the organiser approves it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
import time_machine

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import change_item, change_part, delete_part
from eventapp.agenda.errors import Clashes
from eventapp.agenda.models import AgendaItem, Part
from eventapp.db import db
from eventapp.errors import Stale
from eventapp.people.actions import change_person
from eventapp.speakers.actions import answer_part, approve_words, write_profile, write_talk
from eventapp.speakers.errors import EventHasBegun, PartGone
from eventapp.speakers.queries import invitation_of, profile_of, proposal_of
from tests.agenda.stage import publish
from tests.speakers.stage import SPEAKER, fresh, invited, make_another_part, make_speaker


def changes_of(event, invitation) -> list[tuple[str, str, str]]:
    return [(change.field, change.before, change.after) for change in proposal_of(event, invitation).changes]


def test_what_is_typed_is_kept_and_not_shown(event, client):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    write_profile(invitation.id, by=SPEAKER, biography_en="A scholar.\n\nAnd a builder.", position_zh="")
    assert profile_of(invitation.id).biography_en == "A scholar.\n\nAnd a builder."
    assert fresh(invitation).awaits_approval
    assert fresh(person).biography_en == ""
    assert "A scholar" not in client.get(f"/e/{event.slug}/speakers/{person.public_id}").words
    assert changes_of(event, invitation) == [("biography_en", "", "A scholar.\n\nAnd a builder.")]


def test_approving_puts_it_on_the_site(event, client):
    person, part = make_speaker(event)
    invitation = invited(event, person)
    write_profile(
        invitation.id, by=SPEAKER, printed_en="XI Youmin", pronounced="shee yo-min", biography_zh="管理学者。"
    )
    item = db.session.get(AgendaItem, part.item_id)
    write_talk(invitation.id, item.public_id, by=SPEAKER, title_en="Learning cities", summary_zh="摘要")
    answer_part(invitation.id, part.public_id, "accepted", by=SPEAKER, mode="online")
    assert changes_of(event, invitation) == [
        ("printed_en", "Youmin Xi", "XI Youmin"),
        ("pronounced", "", "shee yo-min"),
        ("biography_zh", "", "管理学者。"),
        ("title_en", "Rivers and cities", "Learning cities"),
        ("summary_zh", "", "摘要"),
        ("mode", "in_person", "online"),
    ]
    approve_words(invitation.id, by=SYSTEM, seen=proposal_of(event, invitation).seen)
    shown = fresh(person)
    assert (shown.name.en, shown.pronounced, shown.biography_zh) == ("XI Youmin", "shee yo-min", "管理学者。")
    assert (fresh(item).title_en, fresh(item).title_zh, fresh(item).summary_zh) == (
        "Learning cities",
        "江河与城市",
        "摘要",
    )
    assert fresh(part).mode == "online"
    assert not fresh(invitation).awaits_approval
    assert changes_of(event, invitation) == []
    publish(event)
    assert "XI Youmin" in client.get(f"/e/{event.slug}/speakers").words


def test_a_proposal_that_changed_meanwhile_is_not_approved(event):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    write_profile(invitation.id, by=SPEAKER, biography_en="First")
    seen = proposal_of(event, invitation).seen
    write_profile(invitation.id, by=SPEAKER, biography_en="Second")
    with pytest.raises(Stale):
        approve_words(invitation.id, by=SYSTEM, seen=seen)
    assert fresh(person).biography_en == ""


def test_nor_one_whose_site_changed_meanwhile(event):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    write_profile(invitation.id, by=SPEAKER, biography_en="Mine")
    seen = proposal_of(event, invitation).seen
    change_person(person.id, by=SYSTEM, biography_en="The organisers'")
    with pytest.raises(Stale):
        approve_words(invitation.id, by=SYSTEM, seen=seen)


def test_approving_twice_is_refused_the_second_time(event):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    write_profile(invitation.id, by=SPEAKER, biography_en="Mine")
    seen = proposal_of(event, invitation).seen
    approve_words(invitation.id, by=SYSTEM, seen=seen)
    with pytest.raises(Stale):
        approve_words(invitation.id, by=SYSTEM, seen=seen)


def test_after_approval_the_organisers_corrections_are_what_the_speaker_continues_from(event):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    write_profile(invitation.id, by=SPEAKER, biography_en="A scholer.", pronounced="shee")
    approve_words(invitation.id, by=SYSTEM, seen=proposal_of(event, invitation).seen)
    change_person(person.id, by=SYSTEM, biography_en="A scholar.")
    write_profile(invitation.id, by=SPEAKER, biography_en="A scholar.", pronounced="shee yo")
    assert changes_of(event, invitation) == [("pronounced", "shee", "shee yo")]


def test_who_writes_what_the_site_says_already_proposes_nothing(event):
    person, _part = make_speaker(event, biography_en="A scholar.")
    invitation = invited(event, person)
    write_profile(invitation.id, by=SPEAKER, biography_en="Something")
    write_profile(invitation.id, by=SPEAKER, biography_en="A scholar.")
    assert not fresh(invitation).awaits_approval


def test_a_talk_that_is_no_longer_theirs_is_refused(event):
    person, part = make_speaker(event)
    invitation = invited(event, person)
    item = db.session.get(AgendaItem, part.item_id)
    delete_part(part.id, by=SYSTEM)
    with pytest.raises(PartGone):
        write_talk(invitation.id, item.public_id, by=SPEAKER, title_en="Mine")


def test_a_panel_is_not_named_by_one_of_its_panellists(event):
    person, _part = make_speaker(event)
    panel = make_another_part(event, person)
    item = db.session.get(AgendaItem, panel.item_id)
    with pytest.raises(PartGone):
        write_talk(invited(event, person).id, item.public_id, by=SPEAKER, title_en="Mine")


def test_what_was_written_about_a_talk_goes_with_the_part(event):
    person, part = make_speaker(event)
    invitation = invited(event, person)
    item = db.session.get(AgendaItem, part.item_id)
    write_talk(invitation.id, item.public_id, by=SPEAKER, title_en="Mine")
    delete_part(part.id, by=SYSTEM)
    assert changes_of(event, invitation) == []


def test_the_organisers_own_change_of_a_title_is_seen_before_approving(event):
    person, part = make_speaker(event)
    invitation = invited(event, person)
    item = db.session.get(AgendaItem, part.item_id)
    write_talk(invitation.id, item.public_id, by=SPEAKER, title_en="Mine")
    change_item(item.id, by=SYSTEM, title_en="Ours")
    assert changes_of(event, invitation) == [("title_en", "Ours", "Mine")]


def test_coming_in_person_after_all_may_clash_and_may_be_approved_all_the_same(event):
    person, part = make_speaker(event)
    change_part(part.id, by=SYSTEM, mode="online")
    make_another_part(event, person, start=9)
    invitation = invited(event, person)
    answer_part(invitation.id, part.public_id, "accepted", by=SPEAKER, mode="in_person")
    seen = proposal_of(event, invitation).seen
    with pytest.raises(Clashes):
        approve_words(invitation.id, by=SYSTEM, seen=seen)
    assert fresh(part).mode == "online"
    approve_words(invitation.id, by=SYSTEM, seen=seen, despite_clashes=True)
    assert fresh(part).mode == "in_person"


def test_when_the_event_is_over_nothing_is_written(event):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    with time_machine.travel(event.ends_at + timedelta(hours=1), tick=False), pytest.raises(EventHasBegun):
        write_profile(invitation.id, by=SPEAKER, biography_en="Late")


def write(index: int, invitation_id: int) -> None:
    write_profile(invitation_id, by=SPEAKER, biography_en=f"Version {index}")


def approve(index: int, event_id: int, person_id: int, seen: str) -> None:
    invitation = invitation_of(event_id, person_id)
    assert invitation is not None
    invitation_id = invitation.id
    if index % 2:
        write_profile(invitation_id, by=SPEAKER, biography_en=f"Version {index}")
    else:
        approve_words(invitation_id, by=SYSTEM, seen=seen)


@pytest.mark.storm
@pytest.mark.both_databases
def test_every_version_that_is_written_at_once_counts(event, storm):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    outcomes = storm(write, processes=2, threads=4, args=(invitation.id,))
    assert Counter(outcome.refusal for outcome in outcomes) == {None: 8}
    assert fresh(invitation).written_version == 8


@pytest.mark.storm
@pytest.mark.both_databases
def test_nothing_is_approved_that_was_not_looked_at(event, storm):
    person, _part = make_speaker(event)
    invitation = invited(event, person)
    write_profile(invitation.id, by=SPEAKER, biography_en="Looked at")
    seen = proposal_of(event, invitation).seen
    outcomes = storm(approve, processes=2, threads=4, args=(event.id, person.id, seen))
    assert {outcome.refusal for outcome in outcomes} <= {None, "Stale"}
    assert fresh(person).biography_en in ("", "Looked at")
    assert db.session.query(Part).one().reply == "open"
