"""The closed table of states: every way that is open, every way that is not, and that a step is done whole or not at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.accounts.models import AuditEntry
from eventapp.db import db, transaction
from eventapp.messaging.models import OutboxMessage
from eventapp.registration import actions
from eventapp.registration.actions import becoming, changes, waiting
from eventapp.registration.errors import NoPlaceLeft, NotPossibleNow, PassesUsedUp
from eventapp.registration.models import Category, Places, Registration
from eventapp.registration.states import ALIVE, HOLDING, STATES, TRANSITIONS, may_become
from tests.registration.guests import (
    GUEST,
    assert_places_add_up,
    count,
    make_category,
    register_guest,
    state_of,
    states,
)

TEAM = Actor("user", 1, "192.0.2.1")

# What each action makes of each state; whatever is missing is refused.
WAYS: dict[str, dict[str, str]] = {
    "withdraw_registration": dict.fromkeys(("pending", "waiting", "offered", "confirmed"), "withdrawn"),
    "cancel_registration": dict.fromkeys(("pending", "waiting", "offered", "confirmed"), "cancelled"),
    "approve_registration": {"pending": "confirmed"},
    "decline_registration": {"pending": "declined"},
    "offer_place": {"waiting": "offered"},
    "accept_offer": {"offered": "confirmed"},
    "decline_offer": {"offered": "declined"},
}


@pytest.fixture
def category(event) -> Category:
    return make_category(event, 5)


@pytest.fixture
def registration_in(category) -> Callable[[str], Registration]:
    """`registration_in("offered")`: a registration that came into this state; a place is free."""

    def make(state: str) -> Registration:
        registration = register_guest(category, 99)
        with transaction() as session:
            ticket = {"pending": None}.get(state, registration.ticket)
            session.execute(
                update(Registration).where(Registration.id == registration.id).values(state=state, ticket=ticket)
            )
            session.execute(
                update(Places).where(Places.id == category.places_id).values(taken=1 if state in HOLDING else 0)
            )
        return registration

    return make


def audit(action: str) -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)))


def test_the_table_is_closed():
    assert set(TRANSITIONS) == set(STATES)
    assert set().union(*TRANSITIONS.values()) == set(STATES) - {"pending"}
    assert {state for state in STATES if TRANSITIONS[state]} == ALIVE
    assert HOLDING < ALIVE
    assert all(not may_become(state, state) for state in STATES)


def test_every_way_of_the_table_is_walked_by_an_action_or_by_promotion():
    walked = {(old, new) for ways in WAYS.values() for old, new in ways.items()}
    walked |= {("pending", "waiting"), ("waiting", "confirmed")}
    assert walked == {(old, new) for old in STATES for new in TRANSITIONS[old]}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("action", sorted(WAYS))
def test_an_action_does_what_the_table_says_or_is_refused(registration_in, category, action, state):
    registration_id, public_id = (lambda row: (row.id, row.public_id))(registration_in(state))
    sent, told = count(OutboxMessage), len(audit(action))
    target = WAYS[action].get(state)
    if target is None:
        with pytest.raises(NotPossibleNow):
            getattr(actions, action)(registration_id, by=TEAM)
        assert (state_of(registration_id), count(OutboxMessage), len(audit(action))) == (state, sent, told)
    else:
        assert getattr(actions, action)(registration_id, by=TEAM).state == target
        message = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
        assert (count(OutboxMessage), message.template) == (sent + 1, f"registration_{target}")
        assert message.cause == f"registration:{public_id}:1"
        entry = audit(action)[-1]
        assert (entry.before, entry.after) == ({"state": state}, {"state": target})
        assert (entry.actor_kind, entry.actor_id, entry.origin) == ("user", 1, "192.0.2.1")
        assert (entry.subject_kind, entry.subject_id, entry.event_id) == (
            "registrations",
            registration_id,
            category.event_id,
        )
    assert_places_add_up(category.id)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "This is no longer possible: the registration is now “Withdrawn”."),
        ("zh", "无法执行此操作：该报名当前状态为“已自行取消”。"),
    ],
)
def test_a_refusal_names_the_present_state(app, registration_in, language, words):
    registration_id = registration_in("withdrawn").id
    with pytest.raises(NotPossibleNow) as refusal:
        actions.withdraw_registration(registration_id, by=GUEST)
    with app.test_request_context(f"/?lang={language}"):
        assert str(refusal.value) == words


def test_approval_when_all_places_are_taken_leads_to_the_waiting_list(event):
    category = make_category(event, 1, needs_approval=True)
    ids = [register_guest(category, number).id for number in range(3)]
    assert states(category) == ["pending"] * 3
    assert category.places.taken == 0
    assert actions.approve_registration(ids[2], by=TEAM).state == "confirmed"
    assert actions.approve_registration(ids[0], by=TEAM).state == "waiting"
    assert states(category) == ["waiting", "pending", "confirmed"]
    assert_places_add_up(category.id)


def test_an_offer_needs_a_free_place(event):
    category = make_category(event, 1)
    register_guest(category, 1)
    waiting_id = register_guest(category, 2).id
    with pytest.raises(NoPlaceLeft):
        actions.offer_place(waiting_id, by=TEAM)
    assert states(category) == ["confirmed", "waiting"]


def test_an_offer_that_is_declined_goes_to_the_next(event):
    category = make_category(event, 1)
    ids = [register_guest(category, number).id for number in range(3)]
    actions.offer_extra_place(ids[2], by=TEAM)
    actions.decline_offer(ids[2], by=GUEST)
    assert states(category) == ["confirmed", "confirmed", "declined"]
    assert_places_add_up(category.id)


def test_a_withdrawn_place_goes_to_the_first_who_waits(event):
    category = make_category(event, 2)
    ids = [register_guest(category, number).id for number in range(4)]
    assert states(category) == ["confirmed", "confirmed", "waiting", "waiting"]
    actions.withdraw_registration(ids[0], by=GUEST)
    assert states(category) == ["withdrawn", "confirmed", "confirmed", "waiting"]
    promoted = audit("promote_registration")
    assert [(entry.subject_id, entry.before, entry.after) for entry in promoted] == [
        (ids[2], {"state": "waiting"}, {"state": "confirmed"})
    ]
    assert_places_add_up(category.id)


def test_a_promoted_guest_is_told(event):
    category = make_category(event, 1)
    first, second = (register_guest(category, number) for number in (1, 2))
    actions.cancel_registration(first.id, by=TEAM, reason="asked by phone")
    told = db.session.execute(select(OutboxMessage.recipient, OutboxMessage.template).order_by(OutboxMessage.id)).all()
    assert told == [
        ("guest1@example.org", "registration_confirmed"),
        ("guest2@example.org", "registration_waiting"),
        ("guest1@example.org", "registration_cancelled"),
        ("guest2@example.org", "registration_confirmed"),
    ]
    assert audit("cancel_registration")[0].reason == "asked by phone"
    assert (second.state, second.sequence) == ("confirmed", 1)


def test_who_waits_and_withdraws_frees_no_place(event):
    category = make_category(event, 1)
    ids = [register_guest(category, number).id for number in range(3)]
    actions.withdraw_registration(ids[1], by=GUEST)
    assert states(category) == ["confirmed", "withdrawn", "waiting"]
    assert_places_add_up(category.id)


def test_withdrawing_twice_gives_one_place_back(event):
    category = make_category(event, 2)
    ids = [register_guest(category, number).id for number in range(4)]
    actions.withdraw_registration(ids[0], by=GUEST)
    with pytest.raises(NotPossibleNow):
        actions.withdraw_registration(ids[0], by=GUEST)
    assert states(category) == ["withdrawn", "confirmed", "confirmed", "waiting"]
    assert_places_add_up(category.id)


def test_a_row_that_was_loaded_before_somebody_else_changed_it_is_no_way_around(event):
    category = make_category(event, 2)
    stale = register_guest(category, 1)
    assert stale.state == "confirmed"
    actions.cancel_registration(stale.id, by=TEAM)
    with pytest.raises(NotPossibleNow):
        actions.withdraw_registration(stale.id, by=GUEST)


def test_a_guest_with_a_pending_wish_holds_no_ticket_in_the_queue(event):
    category = make_category(event, 0, needs_approval=True)
    early, late = register_guest(category, 1), register_guest(category, 2)
    actions.approve_registration(late.id, by=TEAM)
    actions.approve_registration(early.id, by=TEAM)
    assert (late.ticket, early.ticket) == (1, 2)


# -- Whole or not at all -------------------------------------------------------------------------------------------


def everything() -> dict[str, object]:
    """All that a change of state touches."""
    db.session.rollback()
    return {
        "registrations": db.session.execute(select(Registration.id, Registration.state, Registration.sequence)).all(),
        "places": db.session.execute(select(Places.id, Places.capacity, Places.taken, Places.next_ticket)).all(),
        "mail": db.session.scalars(select(OutboxMessage.cause).order_by(OutboxMessage.id)).all(),
        "audit": db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all(),
    }


class PowerCut(Exception):  # noqa: N818 - what happens in these tests
    pass


def _fail(*_args: object, **_values: object) -> None:
    raise PowerCut


STEPS = [
    (becoming, "release_place"),
    (becoming, "end_bookings"),
    (changes, "promote_waiting"),
    (becoming, "tell_attendee"),
    (becoming, "record"),
    (waiting, "take_place"),
    (waiting, "become"),
]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("module", "step"), STEPS, ids=[f"{module.__name__.rpartition('.')[2]}-{step}" for module, step in STEPS]
)
def test_an_error_in_the_middle_of_a_withdrawal_undoes_all_of_it(event, monkeypatch, module, step):
    category = make_category(event, 2)
    ids = [register_guest(category, number).id for number in range(4)]
    before = everything()
    monkeypatch.setattr(module, step, _fail)
    with pytest.raises(PowerCut):
        actions.withdraw_registration(ids[0], by=GUEST)
    assert everything() == before
    monkeypatch.undo()
    actions.withdraw_registration(ids[0], by=GUEST)
    assert states(category) == ["withdrawn", "confirmed", "confirmed", "waiting"]


@pytest.mark.parametrize("step", ["draw_ticket", "take_place", "record", "tell_attendee"])
def test_an_error_in_the_middle_of_a_registration_leaves_no_trace(event, monkeypatch, step):
    from eventapp.registration.actions import register

    category = make_category(event, 2)
    before = everything()
    monkeypatch.setattr(register, step, _fail)
    with pytest.raises(PowerCut):
        register_guest(category, 1)
    assert everything() == before


# -- The pass and the note -----------------------------------------------------------------------------------------


def test_a_lost_pass_gets_a_new_serial_and_a_letter(category):
    registration = register_guest(category, 1)
    stolen_short_code = registration.short_code
    actions.reissue_pass(registration.id, by=TEAM, reason="stolen")
    assert registration.short_code != stolen_short_code
    assert (registration.pass_serial, registration.sequence, registration.state) == (2, 1, "confirmed")
    assert audit("reissue_pass")[0].reason == "stolen"
    assert db.session.scalars(select(OutboxMessage.cause).order_by(OutboxMessage.id.desc())).first().endswith(":1")


@pytest.mark.parametrize("state", sorted(set(STATES) - {"confirmed"}))
def test_only_who_has_a_pass_gets_a_new_one(registration_in, state):
    registration = registration_in(state)
    with pytest.raises(NotPossibleNow):
        actions.reissue_pass(registration.id, by=TEAM, reason="")
    assert (registration.pass_serial, registration.sequence) == (1, 0)


def test_a_pass_cannot_be_renewed_for_ever(category):
    registration = register_guest(category, 1)
    with transaction() as session:
        session.execute(update(Registration).values(pass_serial=255))
    with pytest.raises(PassesUsedUp):
        actions.reissue_pass(registration.id, by=TEAM, reason="")
    assert registration.pass_serial == 255


def test_a_note_for_the_door_is_audited(category):
    registration = register_guest(category, 1)
    actions.set_door_note(registration.id, "Wheelchair", by=SYSTEM)
    entry = audit("set_door_note")[0]
    assert (registration.door_note, entry.before, entry.after) == ("Wheelchair", {"note": ""}, {"note": "Wheelchair"})
