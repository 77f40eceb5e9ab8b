"""People who come to the door without a registration."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import func, select

from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.accounts.queries import history_of
from eventapp.checkin.actions import register_walk_in
from eventapp.db import db, transaction
from eventapp.messaging.models import OutboxMessage
from eventapp.passes.code import new_short_code
from eventapp.registration.actions import set_capacity
from eventapp.registration.actions.register import Attendee, new_registration
from eventapp.registration.models import Category, Places, Registration
from tests.checkin.stage import a_scan, make_category, make_guest
from tests.ground.storms import while_others_look


def a_walk_in(category: str = "industry", **values: Any) -> dict[str, Any]:
    """One form as a device sends it."""
    return {
        "id": str(uuid.uuid4()), "category": category, "family": "Zhao", "given": "Min", "organisation": "Lake Robotics",
        "position": "Engineer", "phone": "13800001234", "email": "", "language": "zh", **values,
    }  # fmt: skip


def registrations() -> list[Registration]:
    return list(db.session.scalars(select(Registration).order_by(Registration.id)))


@pytest.fixture
def desk(event, gate, scanner_at):
    """A device that may register people, in an event with a category for everybody."""
    make_category(event)
    return scanner_at("Desk", may_register=True)


def test_whoever_comes_without_a_registration_is_registered_and_let_in(desk, event):
    answer = desk.tell("walk-ins", a_walk_in())
    [made] = registrations()
    assert answer == {
        "registration": made.public_id,
        "state": "confirmed",
        "short_code": made.short_code,
        "message": {"en": "Registered. Let this guest in now.", "zh": "报名成功，请放行。"},
    }
    assert (made.name.en, made.phone, made.organisation, made.language) == (
        "Min Zhao", "+8613800001234", "Lake Robotics", "zh",
    )  # fmt: skip
    assert desk.send(a_scan(registration=made.public_id, method="search"))[0]["verdict"] == "admitted"
    [entry] = history_of("registrations", made.id)
    assert (entry.action, entry.actor_kind) == ("register", "device")
    assert entry.actor_id is not None
    assert entry.after == {"state": "confirmed", "category": "industry"}


@pytest.mark.parametrize(
    ("sent", "en", "zh"),
    [
        ({"family": "赵", "given": "敏"}, "", "赵敏"),
        ({"family": "", "given": "", "name": "赵敏 Min Zhao"}, "Min Zhao", "赵敏"),
        ({"family": "", "given": "Madonna"}, "Madonna", ""),
        ({"family": "", "given": "", "name": "欧阳小红"}, "", "欧阳小红"),
    ],
)
def test_a_name_is_taken_in_either_script(desk, sent, en, zh):
    desk.tell("walk-ins", a_walk_in(**sent))
    name = registrations()[0].name
    assert (name.en, name.zh) == (en, zh)


def test_whoever_leaves_an_address_is_sent_the_pass(desk):
    desk.tell("walk-ins", a_walk_in(email="Min@Example.org"))
    [message] = db.session.scalars(select(OutboxMessage)).all()
    assert message.recipient == "min@example.org"


def test_a_form_that_is_sent_twice_registers_once(desk):
    form = a_walk_in()
    first = desk.tell("walk-ins", form)
    assert desk.tell("walk-ins", {**form, "given": "Other"}) == first
    assert len(registrations()) == 1


def test_a_form_of_another_device_is_another_form(desk, scanner_at):
    form = a_walk_in()
    other = scanner_at("Other desk", may_register=True)
    assert desk.tell("walk-ins", form)["registration"] != other.tell("walk-ins", form)["registration"]


def test_where_the_team_decides_the_guest_is_held(desk, event):
    make_category(event, "approved")
    answer = desk.tell("walk-ins", a_walk_in("approved"))
    assert (answer["state"], answer["message"]["en"]) == (
        "pending",
        "Registered, and held until the team has decided. Send this guest to the registration desk.",
    )
    assert desk.send(a_scan(registration=answer["registration"]))[0]["verdict"] == "not_confirmed"


def test_a_category_that_is_full_takes_nobody_and_nobody_waits(desk, event):
    make_category(event, "tight")
    answer = desk.tell("walk-ins", a_walk_in("tight"), status=409)
    assert (answer["type"], answer["detail"]) == ("NoPlaceLeft", "There is no place left in this category.")
    assert registrations() == []
    set_capacity(make_category(event, "tight").id, 1, by=SYSTEM)
    assert desk.tell("walk-ins", a_walk_in("tight"))["state"] == "confirmed"


def test_a_device_that_may_not_register_is_refused(scanner, event):
    make_category(event)
    answer = scanner.tell("walk-ins", a_walk_in(), status=403)
    assert answer["type"] == "DeviceMayNotRegister"
    assert registrations() == []


@pytest.mark.parametrize(
    ("wrong", "status", "field"),
    [
        ({"phone": "", "email": ""}, 422, "phone"),
        ({"phone": "12"}, 422, "phone"),
        ({"email": "nobody"}, 422, "email"),
        ({"category": "nowhere"}, 422, "category"),
        ({"category": ""}, 422, "category"),
        ({"family": "", "given": "", "name": ""}, 422, ""),
        ({"family": "\u200b", "given": ""}, 422, ""),
        ({"family": "赵" * 51, "given": ""}, 422, "family"),
        ({"name": "赵" * 60}, 422, ""),
        ({"id": "mine"}, 422, "id"),
        ({"language": "fr"}, 422, "language"),
        ({"organisation": "x" * 201}, 422, "organisation"),
        ({"organisation": "a\x00b"}, 422, "organisation"),
    ],
)
def test_what_cannot_be_is_refused_and_the_place_is_named(desk, wrong, status, field):
    answer = desk.tell("walk-ins", a_walk_in(**wrong), status=status)
    assert [found["field"] for found in answer["errors"]] == [field]
    assert registrations() == []


def test_another_events_category_and_one_for_invited_guests_take_nobody(desk, event, new_event):
    other = make_category(new_event(slug="launch-2026"), "media")
    invited = make_category(event, "media")
    with transaction() as session:
        session.get_one(Category, invited.id).entry = "invitation"
    assert other.code == invited.code
    assert desk.tell("walk-ins", a_walk_in("media"), status=422)["type"] == "NoWalkInsHere"
    assert registrations() == []


# -- The last place ------------------------------------------------------------------------------------------------


def attendee(index: int) -> Attendee:
    return Attendee(name={"family_en": "Zhao", "given_en": str(index)}, phone=f"+86138000{index:05}")


def walk_in(index: int, event_id: int, code: str, form_key: str = "") -> str:
    by = Actor("device", 1)
    key = form_key or f"door.1.walk-in-{index:08}"
    return register_walk_in(event_id, code, attendee(index), by=by, form_key=key).public_id


def walk_in_naively(index: int, event_id: int, category_id: int) -> str:
    """Look whether there is a place, then register: what the door must not do."""
    category = db.session.get_one(Category, category_id)
    capacity = category.places.capacity or 0
    taken = db.session.scalar(select(func.count()).where(Registration.category_id == category_id)) or 0
    db.session.rollback()
    while_others_look()
    if taken >= capacity:
        return "full"
    with transaction() as session:
        row = new_registration(event_id, category_id, attendee(index), f"naive-{index:08}")
        row.state, row.short_code = "confirmed", new_short_code()
        session.add(row)
    return "confirmed"


@pytest.mark.storm
@pytest.mark.both_databases
def test_looking_before_registering_gives_the_last_place_to_many(event, storm):
    category = make_category(event, "tight")
    set_capacity(category.id, 1, by=SYSTEM)
    outcomes = Counter(outcome.value for outcome in storm(walk_in_naively, threads=4, args=(event.id, category.id)))
    assert outcomes["confirmed"] > 1


@pytest.mark.storm
@pytest.mark.both_databases
def test_of_many_desks_one_gives_the_last_place(event, storm):
    category = make_category(event, "tight")
    set_capacity(category.id, 1, by=SYSTEM)
    places_id = category.places_id
    outcomes = storm(walk_in, threads=4, args=(event.id, "tight"))
    assert Counter(outcome.refusal for outcome in outcomes) == {None: 1, "NoPlaceLeft": 15}
    places = db.session.get_one(Places, places_id)
    assert (places.taken, len(registrations())) == (1, 1)


@pytest.mark.storm
@pytest.mark.both_databases
def test_one_form_that_arrives_many_times_at_once_registers_once(event, storm):
    make_category(event)
    outcomes = storm(walk_in, threads=4, args=(event.id, "industry", "door.1.the-same-form"))
    assert [outcome.refusal for outcome in outcomes] == [None] * 16
    assert {outcome.value for outcome in outcomes} == {registrations()[0].public_id}
    assert len(registrations()) == 1


def test_a_walk_in_waits_behind_nobody_and_takes_no_place_that_is_held(desk, event):
    """An offered place is taken: the guest to whom it is offered may still come."""
    guest = make_guest(event, "offered")
    assert guest.category.places.free == 0
    assert desk.tell("walk-ins", a_walk_in("tight"), status=409)["type"] == "NoPlaceLeft"
