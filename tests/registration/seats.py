"""Sessions with seats, and limited choices, that tests tell of; made by the real actions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import create_session
from eventapp.agenda.models import AgendaSession
from eventapp.db import db, transaction
from eventapp.events.models import Event
from eventapp.registration.actions import make_bookable
from eventapp.registration.booking import HOLDING_SEAT
from eventapp.registration.models import BookableSession, Booking, Choice, Places, Question


def make_session(event: Event, *, hour: int = 9, minutes: int = 60, **values: Any) -> AgendaSession:
    """A session of the event's first day that begins at this hour, where the event takes place (9 is its beginning)."""
    starts_at = event.starts_at + timedelta(hours=hour - 9)
    texts = {"title_en": f"Forum at {hour}", "title_zh": f"{hour}点论坛"}
    return create_session(
        event.id,
        by=SYSTEM,
        kind="forum",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        despite_clashes=True,
        **{**texts, **values},
    )


def make_seats(
    event: Event, capacity: int | None, *, hour: int = 9, minutes: int = 60, session: Any = None, **values: Any
) -> BookableSession:
    """A session with so many seats."""
    session = session or make_session(event, hour=hour, minutes=minutes)
    return make_bookable(session.id, by=SYSTEM, capacity=capacity, **values)


def limited_choice(event: Event, capacity: int | None) -> Choice:
    """One choice of a question, with so many places (None: it has none of its own)."""
    with transaction() as session:
        question = Question(
            event_id=event.id, code=f"lunch-{capacity}", kind="choice", label_en="Lunch", label_zh="午餐"
        )
        places = Places(event_id=event.id, capacity=capacity)
        session.add_all([question, places])
        session.flush()
        choice = Choice(
            question_id=question.id,
            places_id=None if capacity is None else places.id,
            label_en="At the lake",
            label_zh="湖边",
        )
        session.add(choice)
    return choice


def booking_states(subject: Any) -> list[str]:
    """The state of every booking of a session with seats, or of a choice, in the order they were made."""
    query = select(Booking.state).where(Booking.places_id == subject.places_id).order_by(Booking.id)
    return list(db.session.scalars(query))


def assert_seats_add_up(places_id: int) -> None:
    """taken is confirmed + offered, never above the capacity; while a seat is free nobody waits."""
    db.session.rollback()
    places = db.session.get_one(Places, places_id)
    held = select(func.count()).where(Booking.places_id == places_id, Booking.state.in_(HOLDING_SEAT))
    waiting = select(func.count()).where(Booking.places_id == places_id, Booking.state == "waiting")
    assert places.taken == db.session.scalar(held)
    assert places.capacity is None or places.taken <= places.capacity
    assert places.free == 0 or db.session.scalar(waiting) == 0
