"""Parties: all or nothing, or as many as fit; they wait together and move together."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.clock import now
from eventapp.db import db
from eventapp.messaging.models import OutboxMessage
from eventapp.registration import actions
from eventapp.registration.actions.parties import PARTY_LIMIT, Contact, Member
from eventapp.registration.actions.register import ADDRESS_LIMIT, Attendee
from eventapp.registration.errors import (
    CategoryClosed,
    FormSentBefore,
    LinkUnknown,
    NoPartiesHere,
    NotPossibleNow,
    PartyEmpty,
    PartyTooLarge,
    RegistrationClosed,
    TooManyForOneAddress,
    TooManyParties,
)
from eventapp.registration.models import Category, Party, Registration
from eventapp.registration.queries import current_notice, members_of, party_token, waiting_position, waiting_positions
from tests.registration.guests import GUEST, assert_places_add_up, count, make_category, register_guest, states


def people(number: int, *, addresses: bool = False, first: int = 1) -> list[Member]:
    """So many people, without addresses of their own unless told otherwise."""
    return [
        Member(
            Attendee(
                name={"family_zh": "王", "given_zh": f"团{n}"}, email=f"member{n}@example.org" if addresses else ""
            )
        )
        for n in range(first, first + number)
    ]


def register(category: Category, number: int, *, contact: Contact | None = None, **values: Any) -> Party:
    """A party of so many, registered by its contact."""
    notice = current_notice(category.event_id)
    agreed = {"notice_id": notice.id if notice else None}
    story: dict[str, Any] = {"by": GUEST, "form_key": secrets.token_urlsafe(24), **agreed, **values}
    contact = contact or Contact("Ms Wang", "wang@example.org", party="Suzhou Delegation")
    return actions.register_party(category.event_id, category.id, contact, people(number), **story)


def split_contact() -> Contact:
    return Contact("Ms Wang", "wang@example.org", split_allowed=True)


def member_states(party: Party) -> list[str]:
    db.session.rollback()
    return [row.state for row in members_of(party.id)]


def mails() -> list[tuple[str, str]]:
    db.session.rollback()
    rows = db.session.execute(select(OutboxMessage.template, OutboxMessage.recipient).order_by(OutboxMessage.id))
    return [(row.template, row.recipient) for row in rows]


# -- Registering ---------------------------------------------------------------------------------------------------


def test_a_party_gets_its_places_in_one_step_and_its_contact_one_mail(event):
    category = make_category(event, 5)
    party = register(category, 3)
    assert member_states(party) == ["confirmed"] * 3
    assert [(row.ticket, row.party_role, row.email) for row in members_of(party.id)] == [
        (1, "member", ""),
        (2, "member", ""),
        (3, "member", ""),
    ]
    assert (category.places.taken, category.places.next_ticket) == (3, 4)
    assert mails() == [("party_registered", "wang@example.org")]
    assert_places_add_up(category.id)


def test_members_with_an_address_get_their_own_mail(event):
    category = make_category(event)
    contact = Contact("Ms Wang", phone="+8613800138000")
    members = people(2, addresses=True)
    actions.register_party(event.id, category.id, contact, members, by=GUEST, form_key="k" * 20, notice_id=None)
    assert mails() == [
        ("registration_confirmed", "member1@example.org"),
        ("registration_confirmed", "member2@example.org"),
    ]


def test_a_party_that_does_not_fit_waits_whole_and_takes_nothing(event):
    category = make_category(event, 2)
    party = register(category, 3)
    assert member_states(party) == ["waiting"] * 3
    assert category.places.taken == 0
    assert set(waiting_positions(members_of(party.id)).values()) == {1}
    assert_places_add_up(category.id)


def test_a_party_that_may_be_split_gets_as_many_places_as_there_are(event):
    category = make_category(event, 2)
    party = register(category, 3, contact=split_contact())
    assert member_states(party) == ["confirmed", "confirmed", "waiting"]
    assert_places_add_up(category.id)


def test_a_party_awaits_approval_where_the_category_asks_for_it_and_is_approved_whole(event):
    category = make_category(event, 2, needs_approval=True)
    party = register(category, 3)
    assert member_states(party) == ["pending"] * 3
    first = members_of(party.id)[0].id
    actions.approve_registration(first, by=SYSTEM)
    assert member_states(party) == ["waiting"] * 3
    actions.set_capacity(category.id, 3, by=SYSTEM)
    assert member_states(party) == ["confirmed"] * 3
    assert_places_add_up(category.id)


def test_who_is_declined_before_does_not_come_with_the_party(event):
    category = make_category(event, 2, needs_approval=True)
    party = register(category, 3)
    ids = [row.id for row in members_of(party.id)]
    actions.decline_registration(ids[1], by=SYSTEM)
    actions.approve_registration(ids[0], by=SYSTEM)
    assert member_states(party) == ["confirmed", "declined", "confirmed"]


def test_the_same_form_registers_one_party(event):
    category = make_category(event)
    first = register(category, 2, form_key="the-same-form-key")
    again = register(category, 3, form_key="the-same-form-key")
    assert (again.id, count(Party), count(Registration), len(mails())) == (first.id, 1, 2, 1)


@pytest.mark.parametrize(
    ("number", "refusal"), [(0, PartyEmpty), (51, PartyTooLarge)], ids=["nobody", "more than fifty"]
)
def test_nobody_and_more_than_fifty_are_no_party(event, number, refusal):
    with pytest.raises(refusal):
        register(make_category(event), number)
    assert (count(Party), count(Registration), count(OutboxMessage)) == (0, 0, 0)


def test_fifty_are_a_party(event):
    category = make_category(event)
    assert member_states(register(category, 50)) == ["confirmed"] * 50


def test_what_is_closed_to_guests_is_closed_to_parties_and_leaves_nothing(event):
    closed, alone = make_category(event), make_category(event, code="alone", takes_parties=False)
    actions.close_category(closed.id, by=SYSTEM)
    with pytest.raises(CategoryClosed):
        register(closed, 2)
    with pytest.raises(NoPartiesHere):
        register(alone, 2)
    with time_machine.travel(event.ends_at + timedelta(days=1), tick=False), pytest.raises(RegistrationClosed):
        register(make_category(event, code="late"), 2)
    assert (count(Party), count(Registration)) == (0, 0)


def test_one_contact_registers_only_so_many_parties_in_an_hour(event):
    category = make_category(event)
    for _ in range(PARTY_LIMIT):
        register(category, 1)
    with pytest.raises(TooManyParties):
        register(category, 1)
    assert count(Party) == PARTY_LIMIT
    register(category, 1, by=SYSTEM)


def test_a_party_cannot_be_used_to_write_to_one_address_many_times(event):
    category = make_category(event)
    same = [Member(Attendee(name={"given_en": f"G{n}"}, email="victim@example.org")) for n in range(ADDRESS_LIMIT + 1)]
    with pytest.raises(TooManyForOneAddress):
        actions.register_party(
            event.id, category.id, Contact("X", "x@example.org"), same, by=GUEST, form_key="k" * 20, notice_id=None
        )
    assert count(OutboxMessage) == 0


# -- Waiting together ----------------------------------------------------------------------------------------------


def test_a_party_moves_up_whole_when_there_is_room_for_all_of_it(event):
    category = make_category(event, 3)
    guests = [register_guest(category, number) for number in range(3)]
    party, behind = register(category, 2), register_guest(category, 9)
    actions.withdraw_registration(guests[0].id, by=GUEST)
    # One place is too few for the party, and the first that fits is behind it.
    assert member_states(party) == ["waiting", "waiting"]
    assert behind.state == "confirmed"
    actions.withdraw_registration(guests[1].id, by=GUEST)
    assert member_states(party) == ["waiting", "waiting"]
    actions.withdraw_registration(guests[2].id, by=GUEST)
    assert member_states(party) == ["confirmed", "confirmed"]
    assert ("party_news", "wang@example.org") in mails()
    assert_places_add_up(category.id)


def test_a_smaller_party_behind_goes_before_when_only_it_fits_and_never_otherwise(event):
    category = make_category(event, 5)
    full = [register_guest(category, number) for number in range(5)]
    large, small = register(category, 4), register(category, 2, contact=Contact("B", "b@example.org"))
    actions.withdraw_registration(full[0].id, by=GUEST)
    actions.withdraw_registration(full[1].id, by=GUEST)
    assert (member_states(large), member_states(small)) == (["waiting"] * 4, ["confirmed"] * 2)
    actions.set_capacity(category.id, 9, by=SYSTEM)
    assert member_states(large) == ["confirmed"] * 4
    assert_places_add_up(category.id)


def test_when_one_of_a_waiting_party_withdraws_the_rest_may_fit(event):
    category = make_category(event, 2)
    party = register(category, 3)
    actions.withdraw_registration(members_of(party.id)[1].id, by=GUEST)
    assert member_states(party) == ["confirmed", "withdrawn", "confirmed"]
    assert_places_add_up(category.id)


def test_those_added_later_wait_by_themselves_and_overtake_nobody(event):
    category = make_category(event, 0)
    party, guest = register(category, 2), register_guest(category, 5)
    added = actions.add_to_party(party.id, category.id, people(1, first=9), by=GUEST, form_key="k" * 20, notice_id=None)
    assert [waiting_position(row) for row in (*members_of(party.id)[:2], guest, added[0])] == [1, 1, 3, 4]
    actions.set_capacity(category.id, 3, by=SYSTEM)
    assert member_states(party) == ["confirmed", "confirmed", "waiting"]
    assert guest.state == "confirmed"


def test_the_same_form_adds_people_once_and_never_more_than_fifty_in_all(event):
    category = make_category(event)
    party = register(category, 49)
    for _ in range(2):
        actions.add_to_party(party.id, category.id, people(1, first=60), by=GUEST, form_key="k" * 20, notice_id=None)
    assert len(member_states(party)) == 50
    with pytest.raises(PartyTooLarge):
        actions.add_to_party(party.id, category.id, people(1, first=61), by=GUEST, form_key="l" * 20, notice_id=None)


def test_a_form_of_one_party_cannot_be_sent_to_another(event):
    category = make_category(event)
    party, other = register(category, 2), register(category, 2)
    actions.add_to_party(party.id, category.id, people(1, first=60), by=GUEST, form_key="k" * 20, notice_id=None)
    with pytest.raises(FormSentBefore):
        actions.add_to_party(other.id, category.id, people(1, first=61), by=GUEST, form_key="k" * 20, notice_id=None)
    assert (len(member_states(party)), len(member_states(other))) == (3, 2)


# -- Offers --------------------------------------------------------------------------------------------------------


def test_a_party_is_offered_its_places_together_and_takes_them_together(event):
    category = make_category(event, 0, offer_hours=24)
    party = register(category, 2)
    actions.set_capacity(category.id, 2, by=SYSTEM)
    assert member_states(party) == ["offered", "offered"]
    assert {row.offer_expires_at - now() > timedelta(hours=23) for row in members_of(party.id)} == {True}
    actions.accept_party_offer(party.id, by=GUEST, link=party_token(party))
    assert member_states(party) == ["confirmed", "confirmed"]
    with pytest.raises(NotPossibleNow):
        actions.accept_party_offer(party.id, by=GUEST)


def test_what_a_party_lets_go_is_passed_on(event):
    category = make_category(event, 0, offer_hours=24)
    party, guest = register(category, 2), register_guest(category, 1)
    actions.set_capacity(category.id, 2, by=SYSTEM)
    actions.decline_party_offer(party.id, by=GUEST)
    assert member_states(party) == ["declined", "declined"]
    db.session.refresh(guest)
    assert guest.state == "offered"
    assert_places_add_up(category.id)


def test_the_team_offers_extra_places_to_all_who_wait_together(event):
    category = make_category(event, 1)
    register_guest(category, 1)
    party = register(category, 3)
    actions.offer_extra_place(members_of(party.id)[2].id, by=SYSTEM)
    assert member_states(party) == ["offered"] * 3
    assert category.places.capacity == 4
    assert_places_add_up(category.id)


# -- What the contact does -----------------------------------------------------------------------------------------


def test_a_contact_withdraws_all_in_one_step_and_the_places_go_on(event):
    category = make_category(event, 3)
    party, next_party = register(category, 3), register(category, 2, contact=Contact("B", "b@example.org"))
    actions.withdraw_party(party.id, by=GUEST, link=party_token(party))
    assert (member_states(party), member_states(next_party)) == (["withdrawn"] * 3, ["confirmed"] * 2)
    assert_places_add_up(category.id)
    with pytest.raises(NotPossibleNow):
        actions.withdraw_party(party.id, by=GUEST)


def test_the_link_of_one_party_opens_no_other(event):
    category = make_category(event)
    mine, other = register(category, 1), register(category, 1, contact=Contact("B", "b@example.org"))
    member, link = members_of(other.id)[0].id, party_token(mine)
    for act in (
        lambda: actions.withdraw_member(member, by=GUEST, link=link),
        lambda: actions.withdraw_party(other.id, by=GUEST, link=link),
        lambda: actions.replace_member(member, people(1)[0], by=GUEST, link=link),
        lambda: actions.change_member(member, {}, by=GUEST, email="", role="head", link=link),
        lambda: actions.add_to_party(
            other.id, category.id, people(1), by=GUEST, form_key="k" * 20, notice_id=None, link=link
        ),
    ):
        with pytest.raises(LinkUnknown):
            act()
    assert states(category) == ["confirmed", "confirmed"]


def test_a_changed_name_keeps_the_pass_and_another_address_renews_it(event):
    category = make_category(event)
    party = register(category, 1)
    row = members_of(party.id)[0]
    link, code = row.link_hash, row.short_code
    actions.change_member(row.id, {"given_en": "Fang"}, by=GUEST, email="", role="head")
    db.session.refresh(row)
    assert (row.given_en, row.party_role, row.pass_serial, row.link_hash) == ("Fang", "head", 1, link)
    actions.change_member(row.id, {}, by=GUEST, email="fang@example.org", role="head")
    db.session.refresh(row)
    assert (row.email, row.pass_serial, row.short_code == code, row.link_hash == link) == (
        "fang@example.org",
        2,
        False,
        False,
    )


def test_somebody_else_comes_and_the_old_pass_is_dead(event):
    category = make_category(event)
    party = register(category, 1)
    row = members_of(party.id)[0]
    colleague = Member(Attendee(name={"given_en": "Jun", "family_en": "He"}), "interpreter")
    actions.replace_member(row.id, colleague, by=GUEST)
    db.session.refresh(row)
    assert (str(row.name), row.family_zh, row.party_role, row.pass_serial) == ("Jun He", "", "interpreter", 2)


# -- At the same moment --------------------------------------------------------------------------------------------


def come_at_once(index: int, event_id: int, category_id: int) -> list[str]:
    """One party of five among single guests."""
    if index == 0:
        party = actions.register_party(
            event_id, category_id, Contact("A", "a@example.org"), people(5), by=GUEST, form_key="p" * 20, notice_id=None
        )
        return [row.state for row in members_of(party.id)]
    guest = Attendee(name={"given_en": f"Guest {index}"}, email=f"guest{index}@example.org")
    row = actions.register_attendee(event_id, category_id, guest, by=GUEST, form_key=f"{index:032}", notice_id=None)
    return [row.state]


def send_the_party(_index: int, event_id: int, category_id: int) -> int:
    return actions.register_party(
        event_id, category_id, Contact("A", "a@example.org"), people(5), by=GUEST, form_key="p" * 20, notice_id=None
    ).id


def withdraw_one(index: int, ids: list[int]) -> str:
    return actions.withdraw_registration(ids[index], by=GUEST).state


@pytest.mark.storm
@pytest.mark.both_databases
def test_a_party_of_five_for_three_places_among_single_guests_takes_none(event, storm):
    category = make_category(event, 3)
    outcomes = storm(come_at_once, processes=2, threads=4, args=(event.id, category.id))
    assert [outcome.refusal for outcome in outcomes] == [None] * 8
    assert outcomes[0].value == ["waiting"] * 5
    assert sorted(outcome.value[0] for outcome in outcomes[1:]) == ["confirmed"] * 3 + ["waiting"] * 4
    assert_places_add_up(category.id)


@pytest.mark.storm
@pytest.mark.both_databases
def test_two_withdrawals_at_once_make_room_for_a_party_of_two(event, storm):
    category = make_category(event, 4)
    ids = [register_guest(category, number).id for number in range(4)]
    party = register(category, 2)
    outcomes = storm(withdraw_one, processes=2, threads=1, args=(ids,))
    assert [outcome.value for outcome in outcomes] == ["withdrawn", "withdrawn"]
    assert member_states(party) == ["confirmed", "confirmed"]
    assert_places_add_up(category.id)


@pytest.mark.storm
@pytest.mark.both_databases
def test_a_party_sent_many_times_at_once_is_registered_once(event, storm):
    category = make_category(event, 50)
    outcomes = storm(send_the_party, processes=2, threads=4, args=(event.id, category.id))
    assert [outcome.refusal for outcome in outcomes] == [None] * 8
    assert (len({outcome.value for outcome in outcomes}), count(Party), count(Registration)) == (1, 1, 5)
    assert_places_add_up(category.id)
