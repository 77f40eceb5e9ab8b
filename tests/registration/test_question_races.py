"""A limited choice chosen by many at once: never oversold, and who chose it too late waits in order."""

from __future__ import annotations

import secrets

import pytest
from sqlalchemy import select, update

from eventapp.accounts.actor import SYSTEM
from eventapp.db import db, transaction
from eventapp.registration.actions import change_answers, change_choice, register_attendee
from eventapp.registration.actions.register import Attendee
from eventapp.registration.actions.wishes import Wishes
from eventapp.registration.models import Answer, Booking, Choice, Places, Registration
from tests.ground.storms import while_others_look
from tests.registration.asking import ask_choice
from tests.registration.guests import GUEST, count, make_category, register_guest

pytestmark = [pytest.mark.storm, pytest.mark.both_databases]
CROWD = {"processes": 3, "threads": 8}


def choose_naively(_index: int, places_id: int) -> bool:
    """What choosing would be if the form's "1 place left" were believed: look, think, write."""
    capacity, taken = db.session.execute(select(Places.capacity, Places.taken).where(Places.id == places_id)).one()
    db.session.rollback()
    while_others_look()
    if taken >= capacity:
        return False
    with transaction() as session:
        session.execute(update(Places).where(Places.id == places_id).values(taken=taken + 1))
    return True


def register_choosing(index: int, event_id: int, category_id: int, question_id: int, chosen: str) -> str:
    registration = register_attendee(
        event_id,
        category_id,
        Attendee(name={"given_en": f"Guest {index}"}, email=f"guest{index}@example.org"),
        by=GUEST,
        form_key=secrets.token_urlsafe(24),
        notice_id=None,
        wishes=Wishes(answers={question_id: chosen}),
    )
    return registration.state


def change_choosing(index: int, ids: list[int], question_id: int, chosen: list[str]) -> None:
    change_answers(ids[index], {question_id: chosen[index % 2]}, among=[question_id], by=GUEST)


def test_twenty_four_choose_what_eight_can_have(event, storm):
    category = make_category(event)
    naive = ask_choice(event, "naive", ("Garden", "", 8)).choices[0].places
    assert naive is not None
    outcomes = storm(choose_naively, **CROWD, args=(naive.id,))
    assert sum(bool(outcome.value) for outcome in outcomes) > 8, "the race must be real: looking first lets too many in"

    tour = ask_choice(event, "tour", ("Garden", "", 8))
    garden = tour.choices[0]
    outcomes = storm(register_choosing, **CROWD, args=(event.id, category.id, tour.id, garden.public_id))
    assert [(outcome.value, outcome.refusal) for outcome in outcomes] == [("confirmed", None)] * 24
    order = db.session.scalars(
        select(Booking.state).where(Booking.choice_id == garden.id).order_by(Booking.ticket)
    ).all()
    assert order == ["confirmed"] * 8 + ["waiting"] * 16
    assert (count(Answer), count(Registration)) == (24, 24)
    db.session.expire_all()
    assert garden.places is not None
    assert garden.places.taken == 8


def test_changes_of_mind_crossing_each_other_lose_no_place(event, storm):
    category = make_category(event)
    tour = ask_choice(event, "tour", ("Garden", "", 6), ("Museum", "", 6))
    ids = [register_guest(category, number).id for number in range(24)]
    chosen = [choice.public_id for choice in tour.choices]
    for turn in (chosen, chosen[::-1]):
        outcomes = storm(change_choosing, **CROWD, args=(ids, tour.id, turn))
        assert [outcome.refusal for outcome in outcomes] == [None] * 24
        db.session.rollback()
        for choice, wished in zip(tour.choices, (turn.index(one) for one in chosen), strict=True):
            live = select(Booking).where(Booking.choice_id == choice.id, Booking.state.in_(("confirmed", "waiting")))
            held = db.session.scalars(live).all()
            assert {row.registration_id for row in held} == {one for at, one in enumerate(ids) if at % 2 == wished}
            assert sorted(row.state for row in held) == ["confirmed"] * 6 + ["waiting"] * 6
            assert choice.places is not None
            assert choice.places.taken == 6


def test_a_limit_that_comes_while_guests_choose_counts_all_of_them(event, storm):
    category = make_category(event)
    tour = ask_choice(event, "tour", ("Garden", "", None))
    outcomes = storm(register_or_limit, **CROWD, args=(event.id, category.id, tour.id, tour.choices[0].public_id))
    assert {outcome.refusal for outcome in outcomes} == {None}
    db.session.rollback()
    places = tour.choices[0].places
    assert places is not None
    assert (count(Answer), count(Booking), places.taken) == (23, 23, 23)


def register_or_limit(index: int, event_id: int, category_id: int, question_id: int, chosen: str) -> None:
    if index != 11:
        register_choosing(index, event_id, category_id, question_id, chosen)
        return
    choice = _first_choice(question_id)
    change_choice(choice, by=SYSTEM, label_en="Garden", label_zh="", capacity=100)


def _first_choice(question_id: int) -> int:
    """The first choice of a question."""
    found = db.session.scalars(select(Choice.id).where(Choice.question_id == question_id)).first()
    assert found is not None
    return found
