"""Places: never oversold, given away in ticket order, whatever happens at the same moment."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import AuditEntry
from eventapp.db import db, transaction
from eventapp.messaging.models import OutboxMessage
from eventapp.registration.actions import (
    add_category,
    approve_registration,
    close_category,
    open_category,
    register_attendee,
    set_capacity,
    withdraw_registration,
)
from eventapp.registration.actions.register import Attendee
from eventapp.registration.errors import CapacityBelowTaken, CategoryCodeTaken
from eventapp.registration.models import Category, Consent, Places, Registration
from eventapp.registration.queries import waiting_position
from tests.ground.storms import while_others_look
from tests.registration.guests import (
    GUEST,
    assert_places_add_up,
    count,
    make_category,
    make_notice,
    register_guest,
    states,
)

EVERYBODY = {"processes": 4, "threads": 15}
TEN = {"processes": 2, "threads": 5}


# -- The number of places ------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_the_database_itself_refuses_to_oversell(event):
    category = make_category(event, 1)
    register_guest(category, 1)
    for oversold in ("taken = taken + 1", "capacity = 0", "taken = -1"):
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(text(f"UPDATE places SET {oversold} WHERE id = :id"), {"id": category.places_id})
    assert (category.places.capacity, category.places.taken) == (1, 1)


@pytest.mark.both_databases
def test_a_waiting_guest_without_a_ticket_and_a_guest_without_an_address_cannot_be_stored(event):
    category = make_category(event, 0)
    registration = register_guest(category, 1)
    for nonsense in ({"ticket": None}, {"email": "", "phone": ""}, {"state": "lost"}, {"pass_serial": 0}):
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(update(Registration).where(Registration.id == registration.id).values(**nonsense))


def test_without_a_limit_everybody_has_a_place(event):
    category = make_category(event, None)
    for number in range(30):
        register_guest(category, number)
    assert states(category) == ["confirmed"] * 30
    assert (category.places.taken, category.places.free) == (30, None)


def test_fewer_places_than_are_taken_are_refused(app, event):
    category = make_category(event, 3)
    for number in range(3):
        register_guest(category, number)
    with pytest.raises(CapacityBelowTaken) as refusal:
        set_capacity(category.id, 2, by=SYSTEM)
    assert str(refusal.value) == "3 places are already taken, so there cannot be fewer than that."
    assert category.places.capacity == 3
    set_capacity(category.id, 4, by=SYSTEM)
    set_capacity(category.id, 3, by=SYSTEM)
    assert category.places.capacity == 3


def test_new_places_go_to_the_first_who_wait_and_each_is_told(event):
    category = make_category(event, 1)
    for number in range(6):
        register_guest(category, number)
    db.session.rollback()
    told = count(OutboxMessage)
    set_capacity(category.id, 4, by=SYSTEM)
    assert states(category) == ["confirmed"] * 4 + ["waiting"] * 2
    letters = db.session.scalars(select(OutboxMessage.recipient).order_by(OutboxMessage.id)).all()[told:]
    assert letters == [f"guest{number}@example.org" for number in (1, 2, 3)]
    assert_places_add_up(category.id)


def test_when_the_limit_is_lifted_nobody_waits_any_more(event):
    category = make_category(event, 0)
    for number in range(4):
        register_guest(category, number)
    set_capacity(category.id, None, by=SYSTEM)
    assert states(category) == ["confirmed"] * 4
    assert_places_add_up(category.id)


def test_the_position_on_the_waiting_list_counts_those_before(event):
    category = make_category(event, 0)
    guests = [register_guest(category, number) for number in range(3)]
    assert [waiting_position(guest) for guest in guests] == [1, 2, 3]
    withdraw_registration(guests[0].id, by=GUEST)
    assert [waiting_position(guest) for guest in guests[1:]] == [1, 2]


def test_every_change_of_the_number_is_audited(event):
    category = make_category(event, 1)
    set_capacity(category.id, 2, by=SYSTEM)
    close_category(category.id, by=SYSTEM)
    open_category(category.id, by=SYSTEM)
    rows = db.session.execute(
        select(AuditEntry.action, AuditEntry.before, AuditEntry.after)
        .where(AuditEntry.subject_kind == "categories")
        .order_by(AuditEntry.id)
    ).all()
    assert rows == [
        ("add_category", None, {"code": "industry", "capacity": 1}),
        ("set_capacity", {"capacity": 1}, {"capacity": 2}),
        ("set_category_open", {"open": True}, {"open": False}),
        ("set_category_open", {"open": False}, {"open": True}),
    ]


def test_two_categories_cannot_share_a_code(event):
    make_category(event, 1)
    with pytest.raises(CategoryCodeTaken):
        make_category(event, 1)
    assert (count(Category), count(Places)) == (1, 1)


def test_one_events_places_are_no_others(event, new_event):
    here, there = make_category(event, 1), make_category(new_event("other-2026"), 1)
    for category in (here, there):
        register_guest(category, 1)
    first, _ = register_guest(here, 2), register_guest(there, 2)
    assert states(here) == states(there) == ["confirmed", "waiting"]
    withdraw_registration(first.id, by=GUEST)
    assert states(there) == ["confirmed", "waiting"]


# -- Sixty people, twenty places -----------------------------------------------------------------------------------


def register_one(index: int, event_id: int, category_id: int) -> tuple[str, int | None]:
    guest = Attendee(name={"given_en": f"Guest {index}"}, email=f"guest{index}@example.org")
    registration = register_attendee(event_id, category_id, guest, by=GUEST, form_key=f"{index:032}", notice_id=None)
    return registration.state, registration.ticket


def take_a_place_naively(_index: int, places_id: int) -> bool:
    """What taking would be without the guarded UPDATE and the lock: look, think, write."""
    capacity, taken = db.session.execute(select(Places.capacity, Places.taken).where(Places.id == places_id)).one()
    db.session.rollback()
    while_others_look()
    if taken >= capacity:
        return False
    with transaction() as session:
        session.execute(update(Places).where(Places.id == places_id).values(taken=taken + 1))
    return True


def withdraw_one(index: int, ids: list[int]) -> str:
    return withdraw_registration(ids[index], by=GUEST).state


def withdraw_naively(index: int, ids: list[int], category_id: int) -> int | None:
    """What passing a place on would be without holding the places: the first who waits, as seen before writing."""
    first = db.session.scalar(
        select(Registration.id)
        .where(Registration.category_id == category_id, Registration.state == "waiting")
        .order_by(Registration.ticket)
        .limit(1)
    )
    db.session.rollback()
    while_others_look()
    with transaction() as session:
        session.execute(update(Registration).where(Registration.id == ids[index]).values(state="withdrawn"))
        session.execute(update(Registration).where(Registration.id == first).values(state="confirmed"))
    return first


@pytest.mark.storm
@pytest.mark.both_databases
def test_sixty_people_for_twenty_places(event, storm):
    naive = make_category(event, 20, code="naive")
    outcomes = storm(take_a_place_naively, **EVERYBODY, args=(naive.places_id,))
    let_in = [outcome for outcome in outcomes if outcome.value]
    assert len(let_in) > 20, "the race must be real: looking first lets too many in"

    category = make_category(event, 20)
    outcomes = storm(register_one, **EVERYBODY, args=(event.id, category.id))
    assert [outcome.refusal for outcome in outcomes] == [None] * 60
    by_ticket = sorted((ticket, state) for state, ticket in (outcome.value for outcome in outcomes))
    assert by_ticket == [(number, "confirmed" if number <= 20 else "waiting") for number in range(1, 61)]
    assert (category.places.taken, category.places.next_ticket) == (20, 61)
    assert count(OutboxMessage) == 60


@pytest.mark.storm
@pytest.mark.both_databases
def test_when_ten_withdraw_at_once_the_right_ten_move_up(event, storm):
    naive = make_category(event, 20, code="naive")
    ids = [register_guest(naive, number).id for number in range(60)]
    outcomes = storm(withdraw_naively, **TEN, args=(ids, naive.id))
    assert Counter(states(naive))["confirmed"] < 20, "the race must be real: places get lost"
    assert len({outcome.value for outcome in outcomes}) < 10

    category = make_category(event, 20)
    ids = [register_guest(category, number).id for number in range(60)]
    outcomes = storm(withdraw_one, **TEN, args=(ids,))
    assert [(outcome.value, outcome.refusal) for outcome in outcomes] == [("withdrawn", None)] * 10
    assert states(category) == ["withdrawn"] * 10 + ["confirmed"] * 20 + ["waiting"] * 30
    assert_places_add_up(category.id)
    promoted = db.session.scalars(
        select(AuditEntry.subject_id).where(AuditEntry.action == "promote_registration").order_by(AuditEntry.id)
    ).all()
    assert promoted == ids[20:30], "each exactly once, in ticket order"


def withdraw_the_same(_index: int, registration_id: int) -> str:
    return withdraw_registration(registration_id, by=GUEST).state


@pytest.mark.storm
@pytest.mark.both_databases
def test_ten_clicks_on_withdraw_give_one_place_back(event, storm):
    category = make_category(event, 2)
    ids = [register_guest(category, number).id for number in range(6)]
    outcomes = storm(withdraw_the_same, **TEN, args=(ids[0],))
    assert sorted(outcome.refusal or outcome.value for outcome in outcomes) == ["NotPossibleNow"] * 9 + ["withdrawn"]
    assert states(category) == ["withdrawn", "confirmed", "confirmed", "waiting", "waiting", "waiting"]
    assert_places_add_up(category.id)


def mixed_step(index: int, event_id: int, category_id: int, ids: list[int]) -> Any:
    """Registering, withdrawing, approving and changing the number of places, all at once."""
    match index % 4:
        case 0:
            return register_one(index, event_id, category_id)
        case 1:
            return withdraw_one(index, ids)
        case 2:
            return set_capacity(category_id, 25 + index, by=SYSTEM).id
        case _:
            return approve_registration(ids[index], by=SYSTEM).state


@pytest.mark.storm
@pytest.mark.both_databases
def test_whatever_happens_at_once_the_places_add_up(event, storm):
    category = make_category(event, 20)
    ids = [register_guest(category, 100 + number).id for number in range(40)]
    outcomes = storm(mixed_step, processes=4, threads=8, args=(event.id, category.id, ids))
    assert {outcome.refusal for outcome in outcomes} <= {None, "NotPossibleNow", "CapacityBelowTaken"}
    assert_places_add_up(category.id)
    db.session.rollback()
    waiting, free = Counter(states(category))["waiting"], category.places.free
    assert waiting == 0 or free == 0, "nobody waits beside a free place"


# -- One form, sent twice at the same moment -----------------------------------------------------------------------


def send_the_form(index: int, event_id: int, category_ids: list[int], notice_id: int) -> int:
    guest = Attendee(name={"given_en": "Lei"}, email="li.lei@example.org")
    chosen = category_ids[index % len(category_ids)]
    return register_attendee(event_id, chosen, guest, by=GUEST, form_key="k" * 32, notice_id=notice_id).id


def send_the_form_naively(_index: int, event_id: int) -> bool:
    """What the double click would be without the UNIQUE form key under the lock: look, then add."""
    known = db.session.scalar(select(Registration.id).where(Registration.event_id == event_id))
    db.session.rollback()
    while_others_look()
    return known is None


@pytest.mark.storm
@pytest.mark.both_databases
@pytest.mark.parametrize("number_of_categories", [1, 2])
def test_one_form_sent_many_times_at_once_registers_once(event, storm, number_of_categories):
    naive = storm(send_the_form_naively, processes=2, threads=6, args=(event.id,))
    assert sum(outcome.value for outcome in naive) > 1, "the race must be real: many would add a row"

    notice = make_notice(event)
    categories = [make_category(event, 5, code=f"c{number}").id for number in range(number_of_categories)]
    outcomes = storm(send_the_form, processes=2, threads=6, args=(event.id, categories, notice.id))
    assert [outcome.refusal for outcome in outcomes] == [None] * 12
    assert len({outcome.value for outcome in outcomes}) == 1
    assert (count(Registration), count(Consent), count(OutboxMessage)) == (1, 1, 1)
    assert sum(db.session.scalars(select(Places.taken))) == 1


@pytest.mark.both_databases
def test_whoever_changes_places_waits_for_who_holds_them(app, event):
    """The lock itself: a second writer does not pass a transaction that is still open."""
    category = make_category(event, 1)
    order: list[str] = []

    def register_meanwhile(places_held: threading.Event) -> None:
        with app.app_context():
            places_held.wait(10)
            register_one(1, event.id, category.id)
            order.append("registered")

    places_held = threading.Event()
    other = threading.Thread(target=register_meanwhile, args=(places_held,))
    other.start()
    with transaction() as session:
        set_capacity(category.id, 0, by=SYSTEM)
        session.flush()
        places_held.set()
        time.sleep(0.3)
        order.append("capacity changed")
    other.join(15)
    assert order == ["capacity changed", "registered"]
    assert states(category) == ["waiting"]


def test_a_category_needs_no_limit_to_be_named(event):
    assert add_category(event.id, by=SYSTEM, code="vip", capacity=None, name_zh="贵宾").name.en == ""
