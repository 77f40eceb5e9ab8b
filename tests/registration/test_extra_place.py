"""A place made for one guest on the waiting list of a full category."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import AuditEntry
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.registration.actions import add_category, offer_extra_place, register_attendee
from eventapp.registration.actions.register import Attendee
from eventapp.registration.errors import NotPossibleNow
from eventapp.registration.models import Category, Registration


@pytest.fixture
def category(event: Event) -> Category:
    return add_category(event.id, by=SYSTEM, code="student", capacity=1, name_en="Student")


def register(category: Category, number: int) -> Registration:
    guest = Attendee(name={"given_en": "Guest", "family_en": f"Number {number}"}, phone=f"+86111000000{number}")
    return register_attendee(
        category.event_id, category.id, guest, by=SYSTEM, form_key=f"form-{number}", notice_id=None
    )


def test_the_guest_gets_it_past_those_who_wait_longer(category: Category) -> None:
    ids = [register(category, number).id for number in range(1, 5)]
    offer_extra_place(ids[2], by=SYSTEM)
    states = db.session.scalars(select(Registration.state).order_by(Registration.id)).all()
    assert states == ["confirmed", "waiting", "offered", "waiting"]
    assert (category.places.capacity, category.places.taken) == (2, 2)
    audit = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "set_capacity")).one()
    assert (audit.before, audit.after) == ({"capacity": 1}, {"capacity": 2})


def test_who_does_not_wait_gets_none(category: Category) -> None:
    confirmed = register(category, 1)
    with pytest.raises(NotPossibleNow):
        offer_extra_place(confirmed.id, by=SYSTEM)
    assert (category.places.capacity, category.places.taken) == (1, 1)
