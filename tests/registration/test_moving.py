"""Moving to another category: only where there is room, and the place left behind goes on."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.accounts.models import AuditEntry
from eventapp.db import db
from eventapp.registration import actions
from eventapp.registration.errors import (
    CategoryClosed,
    ChangesOver,
    LinkUnknown,
    NoPlaceThere,
    NotPossibleNow,
    SameCategory,
    TeamDecidesThere,
)
from eventapp.registration.models import Category, Registration
from tests.registration.guests import GUEST, assert_places_add_up, make_category, register_guest, state_of, states
from tests.registration.test_parties import register as register_party

TEAM = Actor("user", 1)


@pytest.fixture
def industry(event) -> Category:
    return make_category(event, 1)


@pytest.fixture
def student(event) -> Category:
    return make_category(event, 1, code="student", name_en="Student")


def where(registration: Registration) -> tuple[int, str]:
    db.session.rollback()
    row = db.session.get_one(Registration, registration.id)
    return row.category_id, row.state


@pytest.mark.both_databases
def test_the_place_left_behind_goes_to_the_first_who_waits(industry, student):
    first, second = register_guest(industry, 1), register_guest(industry, 2)
    actions.change_category_of(first.id, student.id, by=GUEST)
    assert (where(first), where(second)) == ((student.id, "confirmed"), (industry.id, "confirmed"))
    assert (first.pass_serial, first.sequence) == (1, 1)
    assert_places_add_up(industry.id)
    assert_places_add_up(student.id)
    entry = db.session.scalars(select(AuditEntry).filter_by(action="move_registration")).one()
    assert (entry.before, entry.after) == (
        {"category": "industry", "state": "confirmed"},
        {"category": "student", "state": "confirmed"},
    )


def test_without_room_nothing_changes(industry, student):
    first, second = register_guest(industry, 1), register_guest(student, 2)
    before = (first.ticket, student.places.next_ticket)
    with pytest.raises(NoPlaceThere):
        actions.change_category_of(first.id, student.id, by=GUEST)
    assert (where(first), where(second)) == ((industry.id, "confirmed"), (student.id, "confirmed"))
    assert (first.ticket, student.places.next_ticket) == before


def test_a_guest_cannot_choose_to_wait_there_and_the_team_can(industry, student):
    first, waiting = register_guest(industry, 1), register_guest(industry, 3)
    register_guest(student, 2)
    with pytest.raises(NoPlaceThere):
        actions.change_category_of(first.id, student.id, by=GUEST, may_wait=True)
    actions.change_category_of(first.id, student.id, by=TEAM, may_wait=True)
    assert (where(first), state_of(waiting.id)) == ((student.id, "waiting"), "confirmed")
    assert_places_add_up(industry.id)
    assert_places_add_up(student.id)


def test_who_waits_moves_to_where_there_is_room(industry, student):
    register_guest(industry, 1)
    waiting = register_guest(industry, 2)
    actions.change_category_of(waiting.id, student.id, by=GUEST)
    assert where(waiting) == (student.id, "confirmed")
    assert_places_add_up(industry.id)


@pytest.mark.parametrize("values", [{"needs_approval": True}, {"for_press": True}], ids=["approval", "press"])
def test_where_the_team_decides_no_guest_moves_by_themselves(event, industry, values):
    chosen = make_category(event, 5, code="chosen", **values)
    guest = register_guest(industry, 1)
    with pytest.raises(TeamDecidesThere):
        actions.change_category_of(guest.id, chosen.id, by=GUEST)
    assert where(guest) == (industry.id, "confirmed")
    actions.change_category_of(guest.id, chosen.id, by=TEAM)
    assert where(guest) == (chosen.id, "confirmed")


def test_who_awaits_approval_goes_on_awaiting_it_there(event):
    one, other = (make_category(event, 5, code=code, needs_approval=True) for code in ("one", "other"))
    guest = register_guest(one, 1)
    actions.change_category_of(guest.id, other.id, by=GUEST)
    assert where(guest) == (other.id, "pending")


def test_what_is_not_for_this_guest_is_refused(event, new_event, industry):
    guest = register_guest(industry, 1)
    closed, foreign = make_category(event, code="closed"), make_category(new_event("other-2026"), code="foreign")
    hidden = make_category(event, code="hidden", entry="hidden")
    actions.close_category(closed.id, by=SYSTEM)
    for category, refusal in (
        (industry, SameCategory),
        (closed, CategoryClosed),
        (foreign, CategoryClosed),
        (hidden, CategoryClosed),
    ):
        with pytest.raises(refusal):
            actions.change_category_of(guest.id, category.id, by=GUEST)
    with pytest.raises(LinkUnknown):
        actions.change_category_of(guest.id, closed.id, by=GUEST, link="another's")
    assert where(guest) == (industry.id, "confirmed")


def test_what_has_ended_moves_nowhere_and_after_the_deadline_only_the_team_moves(event, industry, student):
    gone = register_guest(industry, 1)
    actions.withdraw_registration(gone.id, by=GUEST)
    with pytest.raises(NotPossibleNow):
        actions.change_category_of(gone.id, student.id, by=TEAM)
    guest = register_guest(industry, 2)
    actions.set_changes_until(event.id, event.created_at, by=SYSTEM)
    with pytest.raises(ChangesOver):
        actions.change_category_of(guest.id, student.id, by=GUEST)
    actions.change_category_of(guest.id, student.id, by=TEAM)
    assert where(guest) == (student.id, "confirmed")


def test_when_one_of_a_waiting_party_moves_away_the_rest_may_fit(event, student):
    category = make_category(event, 2, code="full")
    party = register_party(category, 3)
    ids = list(db.session.scalars(select(Registration.id).filter_by(party_id=party.id).order_by(Registration.id)))
    actions.change_category_of(ids[0], student.id, by=GUEST)
    assert [state_of(row_id) for row_id in ids] == ["confirmed"] * 3
    assert_places_add_up(category.id)


def swap(index: int, ids: list[int], categories: list[int]) -> int:
    """Even ones go one way, odd ones the other, at once, there and back."""
    for turn in range(4):
        actions.change_category_of(ids[index], categories[(index + turn + 1) % 2], by=GUEST)
    return index


@pytest.mark.storm
@pytest.mark.both_databases
def test_moving_in_both_directions_at_once_stops_nobody(event, storm):
    categories = [make_category(event, 40, code=code) for code in ("one", "other")]
    ids = [register_guest(categories[number % 2], number).id for number in range(16)]
    outcomes = storm(swap, processes=4, threads=4, args=(ids, [category.id for category in categories]))
    assert [(outcome.value, outcome.refusal) for outcome in outcomes] == [(n, None) for n in range(16)]
    for category in categories:
        assert_places_add_up(category.id)
        assert states(category) == ["confirmed"] * 8


# -- The team's page -----------------------------------------------------------------------------------------------


def test_the_team_moves_a_guest_on_the_page_and_is_told_where_there_is_no_room(staff, industry, student):
    guest, blocking = register_guest(industry, 1), register_guest(student, 2)
    registrar = staff("registrar")
    path = f"/manage/delta-2026/registrations/{guest.public_id}/category"
    detail = registrar.get(f"/manage/delta-2026/registrations/{guest.public_id}", status=200)
    assert detail.links()["Move to another category"] == path
    refused = registrar.post_form(path, status=409, category=student.public_id)
    assert "There is no place left in that category" in " ".join(refused.errors)
    registrar.post_form(path, category=student.public_id, may_wait="y")
    assert (where(guest), where(blocking)) == ((student.id, "waiting"), (student.id, "confirmed"))


def test_who_may_only_read_moves_nobody(staff, industry, student):
    guest = register_guest(industry, 1)
    staff("viewer").get(f"/manage/delta-2026/registrations/{guest.public_id}/category", status=403)
    assert where(guest) == (industry.id, "confirmed")
