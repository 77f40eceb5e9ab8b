"""Offers that lapse, and the order in which places go on."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import AuditEntry
from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.messaging.models import OutboxMessage
from eventapp.registration import actions
from eventapp.registration.errors import OfferLapsed
from eventapp.registration.models import Category, Places, Registration
from tests.ground.storms import while_others_look
from tests.registration.guests import (
    GUEST,
    assert_places_add_up,
    make_category,
    own_page,
    register_guest,
    state_of,
    states,
)


@pytest.fixture
def offering(event) -> Category:
    """One place, offered for a day when it is free; one guest has it and three wait."""
    category = make_category(event, 1, offer_hours=24)
    for number in range(4):
        register_guest(category, number)
    return category


def ids_in(category: Category) -> list[int]:
    return list(
        db.session.scalars(select(Registration.id).filter_by(category_id=category.id).order_by(Registration.id))
    )


def later(hours: float) -> time_machine.travel:
    return time_machine.travel(now() + timedelta(hours=hours), tick=False)


def test_a_freed_place_is_offered_for_as_long_as_the_category_says(offering):
    first, second, *_ = ids_in(offering)
    with time_machine.travel(now(), tick=False):
        actions.withdraw_registration(first, by=GUEST)
        assert states(offering) == ["withdrawn", "offered", "waiting", "waiting"]
        held = db.session.get_one(Registration, second).offer_expires_at
        assert held == now() + timedelta(hours=24)
    assert_places_add_up(offering.id)


def test_an_offer_ends_at_the_latest_when_the_event_begins(event, offering):
    with time_machine.travel(event.starts_at - timedelta(hours=3), tick=False):
        actions.withdraw_registration(ids_in(offering)[0], by=GUEST)
        db.session.rollback()
        assert db.session.get_one(Registration, ids_in(offering)[1]).offer_expires_at == event.starts_at


def test_once_the_event_has_begun_a_freed_place_is_given_at_once(event, offering):
    with time_machine.travel(event.starts_at + timedelta(hours=1), tick=False):
        actions.withdraw_registration(ids_in(offering)[0], by=GUEST)
    assert states(offering) == ["withdrawn", "confirmed", "waiting", "waiting"]


def test_an_offer_that_is_taken_in_time_stays(offering):
    first, second, *_ = ids_in(offering)
    actions.withdraw_registration(first, by=GUEST)
    actions.accept_offer(second, by=GUEST)
    with later(25):
        assert actions.lapse_offers() == 0
    assert states(offering) == ["withdrawn", "confirmed", "waiting", "waiting"]
    assert db.session.get_one(Registration, second).offer_expires_at is None


def test_an_offer_that_nobody_took_lapses_and_goes_to_the_next(client, offering):
    first, second, *_ = ids_in(offering)
    actions.withdraw_registration(first, by=GUEST)
    with later(25):
        assert actions.lapse_offers() == 1
        assert actions.lapse_offers() == 0
        assert states(offering) == ["withdrawn", "declined", "offered", "waiting"]
    assert_places_add_up(offering.id)
    letters = db.session.execute(
        select(OutboxMessage.template, OutboxMessage.recipient).order_by(OutboxMessage.id.desc())
    )
    assert [tuple(row) for row in letters.fetchmany(2)] == [
        ("registration_offered", "guest2@example.org"),
        ("registration_declined", "guest1@example.org"),
    ]
    audit = db.session.scalars(select(AuditEntry).filter_by(action="lapse_offer")).one()
    assert (audit.actor_kind, audit.subject_id, audit.after) == ("system", second, {"state": "declined"})
    page = client.get(own_page(db.session.get_one(Registration, second)), status=200)
    assert "was not taken in time" in page.words


def test_the_mail_about_a_lapsed_offer_says_so(mailbox, deliver, offering):
    actions.withdraw_registration(ids_in(offering)[0], by=GUEST)
    with later(25):
        actions.lapse_offers()
        deliver()
    text = [message.get_body(("plain",)).get_content() for message in mailbox.to("guest1@example.org")][-1]
    assert "was not taken in time" in text


def test_too_late_is_too_late_even_before_the_worker_came_by(offering):
    first, second, *_ = ids_in(offering)
    actions.withdraw_registration(first, by=GUEST)
    with later(25), pytest.raises(OfferLapsed):
        actions.accept_offer(second, by=GUEST)
    assert state_of(second) == "offered"


def test_what_has_lapsed_is_passed_on_before_anybody_else_comes(offering):
    first, *_ = ids_in(offering)
    actions.withdraw_registration(first, by=GUEST)
    with later(25):
        register_guest(offering, 9)
        assert states(offering) == ["withdrawn", "declined", "offered", "waiting", "waiting"]
    assert_places_add_up(offering.id)


def test_an_offer_by_the_team_lasts_until_it_is_answered_where_the_category_names_no_hours(event):
    category = make_category(event, 0)
    guest = register_guest(category, 1)
    actions.offer_extra_place(guest.id, by=SYSTEM)
    with time_machine.travel(event.ends_at, tick=False):
        assert actions.lapse_offers() == 0
    assert state_of(guest.id) == "offered"


def test_the_worker_lapses_offers_every_minute(app):
    from eventapp.registration.jobs import register_jobs

    seen = {}

    class Book:
        def add(self, name, act, *, every_minute=False):
            seen[name] = every_minute

    register_jobs(Book())
    assert seen["lapse_offers"] is True


# -- At the same moment --------------------------------------------------------------------------------------------


def take_or_lapse(index: int, registration_id: int) -> str:
    """Half of them take the offer, half of them find it lapsed."""
    if index % 2:
        return f"lapsed {actions.lapse_offers()}"
    return actions.accept_offer(registration_id, by=GUEST).state


def lapse_naively(_index: int, category_id: int, places_id: int) -> int:
    """What lapsing would be without holding the places: look, think, write."""
    due = list(db.session.scalars(select(Registration.id).filter_by(category_id=category_id, state="offered")))
    db.session.rollback()
    while_others_look()
    with transaction() as session:
        session.execute(update(Registration).where(Registration.id.in_(due)).values(state="declined"))
        session.execute(update(Places).where(Places.id == places_id).values(taken=Places.taken - len(due)))
    return len(due)


def lapse(_index: int) -> int:
    return actions.lapse_offers()


@pytest.mark.storm
@pytest.mark.both_databases
def test_many_workers_lapse_each_offer_once(event, storm):
    naive = make_category(event, 40, code="naive")
    for number in range(30):
        guest = register_guest(naive, 100 + number).id
        if number < 2:
            _set_state(guest, "offered")
    outcomes = storm(lapse_naively, processes=2, threads=4, args=(naive.id, naive.places_id))
    assert sum(outcome.value for outcome in outcomes) > 2, "the race must be real: places are given back twice"

    category = make_category(event, 10, offer_hours=24)
    guests = [register_guest(category, number).id for number in range(30)]
    for guest in guests[:10]:
        actions.withdraw_registration(guest, by=GUEST)
    _make_due(guests[10:20])
    outcomes = storm(lapse, processes=2, threads=4)
    assert [outcome.refusal for outcome in outcomes] == [None] * 8
    assert sum(outcome.value for outcome in outcomes) == 10
    assert states(category) == ["withdrawn"] * 10 + ["declined"] * 10 + ["offered"] * 10
    assert_places_add_up(category.id)


@pytest.mark.storm
@pytest.mark.both_databases
def test_taking_an_offer_while_it_lapses_ends_one_way_or_the_other(event, storm):
    category = make_category(event, 1, offer_hours=24)
    guests = [register_guest(category, number).id for number in range(3)]
    actions.withdraw_registration(guests[0], by=GUEST)
    # It lapses while they are at it.
    _make_due(guests[1:2], timedelta(milliseconds=300))
    for _ in range(4):
        storm(take_or_lapse, processes=2, threads=4, args=(guests[1],))
        if state_of(guests[1]) != "offered":
            break
    assert (state_of(guests[1]), state_of(guests[2])) in {("confirmed", "waiting"), ("declined", "offered")}
    assert_places_add_up(category.id)


def _set_state(registration_id: int, state: str) -> None:
    with transaction() as session:
        session.get_one(Registration, registration_id).state = state


def _make_due(ids: list[int], after: timedelta = timedelta(seconds=-1)) -> None:
    with transaction() as session:
        for registration_id in ids:
            session.get_one(Registration, registration_id).offer_expires_at = now() + after
