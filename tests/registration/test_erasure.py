"""Erasure: a guest asks, and at once nothing is left but that somebody was there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.accounts.models import AuditEntry
from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.messaging.actions import forget_farewells
from eventapp.messaging.models import OutboxMessage
from eventapp.registration.actions import (
    FAREWELL,
    approve_registration,
    erase_registration,
    withdraw_registration,
)
from eventapp.registration.actions.parties import Contact, Member, register_party
from eventapp.registration.actions.purging import purge_registration
from eventapp.registration.actions.register import Attendee
from eventapp.registration.errors import DataRemoved, ReasonMissing
from eventapp.registration.jobs import remove_data
from eventapp.registration.models import Answer, Party, Registration
from tests.ground.storms import while_others_look
from tests.registration.guests import (
    GUEST,
    assert_places_add_up,
    count,
    make_category,
    own_page,
    register_guest,
    states,
)
from tests.registration.traces import VALUES, found_in_files, found_in_rows, tell_everything

HELD = (
    "given_en", "given_zh", "email", "phone", "door_note", "short_text", "long_text", "sensitive", "file_name",
    "file_body", "first_position",
)  # fmt: skip
OF_THE_GUEST = {name: VALUES[name] for name in HELD}


def fresh(registration_id: int) -> Registration:
    db.session.rollback()
    return db.session.get_one(Registration, registration_id)


# -- The guest's own page ------------------------------------------------------------------------------------------


def test_a_guest_is_asked_once_more_and_then_everything_goes_at_once(client, event):
    category = make_category(event, 1)
    guest, next_one = register_guest(category, 1, organisation="Works"), register_guest(category, 2)
    address, guest_id, next_id = own_page(guest), guest.id, next_one.id
    page = client.get(f"{address}/erase", status=200)
    assert fresh(guest_id).purged_at is None
    gone = client.press(page, "Yes, remove everything")
    client.get(gone.location, status=410)
    row = fresh(guest_id)
    assert (row.name.en, row.email, row.organisation, row.key_plain, row.state) == ("", "", "", "", "withdrawn")
    assert fresh(next_id).state == "confirmed"
    assert_places_add_up(category.id)


def test_a_guest_may_think_again(client, event):
    guest = register_guest(make_category(event), 1)
    page = client.get(f"{own_page(guest)}/erase", status=200)
    assert page.tree.xpath("//main//a[text()='No, keep it']/@href") == [own_page(guest)]
    assert fresh(guest.id).purged_at is None


def test_pressing_twice_removes_once_and_says_so(client, event):
    guest = register_guest(make_category(event), 1)
    address = f"{own_page(guest)}/erase"
    page = client.get(address)
    client.press(page, "Yes, remove everything")
    again = client.press(page, "Yes, remove everything", status=410)
    assert "was removed on" in again.words
    actions = [row.action for row in db.session.scalars(select(AuditEntry))]
    assert actions.count("erase_registration") == 1


def test_whoever_has_withdrawn_may_still_have_everything_removed(event):
    guest = register_guest(make_category(event), 1)
    withdraw_registration(guest.id, by=GUEST)
    erase_registration(guest.id, by=GUEST)
    row = fresh(guest.id)
    assert (row.state, row.email) == ("withdrawn", "")


def test_after_erasure_nothing_of_the_guest_is_in_any_file_and_others_are_untouched(
    event, tmp_path: Path, mailbox, deliver
):
    others_before = {"Wimbledorf": VALUES["invited"], "Contessa": VALUES["contact"]}
    guest = tell_everything(event)
    # The second row of the same person is another registration.
    refused = db.session.scalars(select(Registration).where(Registration.state == "declined")).one()
    deliver()
    for row in (guest.id, refused.id):
        erase_registration(row, by=Actor("attendee", row))
    deliver()
    remove_data()
    db.session.rollback()
    assert found_in_files(tmp_path, OF_THE_GUEST) == {}
    assert found_in_rows(OF_THE_GUEST) == {}
    assert set(found_in_rows(others_before)) >= {"invitations", "parties"}
    assert count(Answer) == 0


# -- The last mail -------------------------------------------------------------------------------------------------


def test_the_last_mail_names_nobody_and_is_removed_once_it_was_sent(event, mailbox, deliver):
    guest = register_guest(make_category(event), 1, language="zh")
    deliver()
    erase_registration(guest.id, by=GUEST)
    assert [row.template for row in db.session.scalars(select(OutboxMessage))] == [FAREWELL]
    deliver()
    remove_data()
    assert count(OutboxMessage) == 0
    mail = mailbox.to("guest1@example.org")[-1]
    assert "长三角峰会" in mail["Subject"]
    assert "雷" not in mail.get_body(("plain",)).get_content()


def test_a_last_mail_that_nobody_takes_is_given_up_after_two_days(event):
    guest = register_guest(make_category(event), 1)
    erase_registration(guest.id, by=GUEST)
    assert forget_farewells(FAREWELL) == 0
    with time_machine.travel(now() + timedelta(days=2, minutes=1), tick=False):
        assert forget_farewells(FAREWELL) == 1
    assert count(OutboxMessage) == 0


# -- The team ------------------------------------------------------------------------------------------------------


def test_the_team_removes_with_a_reason_which_holds_none_of_the_values(staff, event):
    guest = register_guest(make_category(event), 1)
    desk = staff("registrar")
    page = desk.get(f"/manage/delta-2026/registrations/{guest.public_id}", status=200)
    there = page.tree.xpath("//a[contains(., 'Remove everything')]/@href")[0]
    desk.post_form(there, status=422, reason="")
    desk.post_form(there, reason="guest1@example.org asked by phone, 李 雷1")
    row = fresh(guest.id)
    assert (row.state, row.email) == ("cancelled", "")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "erase_registration")).one()
    assert (entry.actor_kind, entry.reason) == ("user", "– asked by phone, – –")
    assert "Removed on" in desk.get(f"/manage/delta-2026/registrations/{guest.public_id}").heading
    desk.get(there, status=410)


@pytest.mark.parametrize("role", ["viewer", "door", "editor"])
def test_who_may_not_change_registrations_removes_nobody(staff, event, role):
    guest = register_guest(make_category(event), 1)
    staff(role).get(f"/manage/delta-2026/registrations/{guest.public_id}/erase", status=403)


def test_another_events_guest_cannot_be_removed(staff, event, new_event):
    other = register_guest(make_category(new_event(slug="other-2026")), 1)
    staff("organiser").get(f"/manage/delta-2026/registrations/{other.public_id}/erase", status=404)
    assert fresh(other.id).purged_at is None


def test_without_a_reason_the_team_removes_nobody(event, owner):
    guest = register_guest(make_category(event), 1)
    with pytest.raises(ReasonMissing):
        erase_registration(guest.id, by=Actor("user", owner.id))
    assert fresh(guest.id).state == "confirmed"


def test_the_history_keeps_what_was_done_and_not_from_where(event):
    guest = register_guest(make_category(event), 1)
    erase_registration(guest.id, by=Actor("attendee", guest.id, "192.0.2.7"))
    entries = db.session.scalars(select(AuditEntry).filter_by(subject_kind="registrations").order_by(AuditEntry.id))
    assert [(row.action, row.origin) for row in entries] == [
        ("register", ""), ("withdraw_registration", ""), ("erase_registration", ""),
    ]  # fmt: skip


# -- Parties -------------------------------------------------------------------------------------------------------


def test_the_contact_of_a_party_goes_with_its_last_member(event):
    category = make_category(event)
    members = [Member(Attendee(name={"given_en": name})) for name in ("One", "Two")]
    contact = Contact("Head", "head@example.org", party="Delegation")
    register_party(event.id, category.id, contact, members, by=SYSTEM, form_key="k" * 24, notice_id=None)
    first, second = db.session.scalars(select(Registration.id).order_by(Registration.id))
    erase_registration(first, by=Actor("attendee", first))
    db.session.rollback()
    assert db.session.scalars(select(Party.email)).one() == "head@example.org"
    erase_registration(second, by=Actor("attendee", second))
    db.session.rollback()
    party = db.session.scalars(select(Party)).one()
    assert (party.email, party.contact_name, party.name, party.purged_at is None) == ("", "", "", False)


# -- At the same moment --------------------------------------------------------------------------------------------


def erase_or_approve(index: int, registration_id: int) -> str:
    act = erase_registration if index % 2 else approve_registration
    act(registration_id, by=SYSTEM)
    return act.__name__


def erase_naively(index: int, registration_id: int) -> bool:
    """Without holding the places: looks first, and removes what it saw."""
    row = db.session.get_one(Registration, registration_id)
    was_there = row.purged_at is None
    while_others_look()
    with transaction() as session:
        if was_there:
            purge_registration(session.get_one(Registration, registration_id), by=SYSTEM)
    return was_there


@pytest.mark.storm
@pytest.mark.both_databases
def test_erasing_against_approving_ends_in_an_erased_registration_and_no_place_lost(event, storm):
    category = make_category(event, 3, needs_approval=True)
    guests = [register_guest(category, number).id for number in range(3)]
    naive = storm(erase_naively, processes=2, threads=3, args=(guests[2],))
    assert [outcome.value for outcome in naive].count(True) > 1
    for registration_id in guests[:2]:
        outcomes = storm(erase_or_approve, processes=2, threads=4, args=(registration_id,))
        assert [outcome.value for outcome in outcomes].count("erase_registration") == 1
        assert {outcome.refusal for outcome in outcomes} <= {None, "NotPossibleNow", "DataRemoved"}
    db.session.rollback()
    assert states(category)[:2] == ["cancelled", "cancelled"]
    assert_places_add_up(category.id)


@pytest.mark.both_databases
def test_what_was_removed_cannot_be_removed_again(event):
    guest = register_guest(make_category(event), 1)
    erase_registration(guest.id, by=GUEST)
    with pytest.raises(DataRemoved):
        erase_registration(guest.id, by=GUEST)
