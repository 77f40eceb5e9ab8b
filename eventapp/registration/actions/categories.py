"""Set up registration: categories with places."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.changing import fill, load_to_change
from eventapp.db import transaction
from eventapp.events.actions import EventCopied, EventZoneChanged, load_with_event, move_in_order
from eventapp.events.models import Event
from eventapp.registration.actions.places import lock_places
from eventapp.registration.actions.press import ask_the_press
from eventapp.registration.actions.waiting import promote_waiting
from eventapp.registration.errors import (
    CapacityBelowTaken,
    CategoryClosesFirst,
    CategoryCodeTaken,
    CategoryNameMissing,
)
from eventapp.registration.models import CATEGORY_VALUES, AccessCode, Category, Invitation, Places
from eventapp.registration.queries import categories_of
from eventapp.walltime import same_wall_time

CATEGORY_TIMES = ("opens_at", "closes_at")
ENDING = ("expires_at",)


def add_category(event_id: int, *, by: Actor, code: str, capacity: int | None, **values: Any) -> Category:
    """Add a kind of attendee with its places (None: no limit), after those already there.

    One for the press is approved by the team and asked for outlet and press card.
    Raises CategoryCodeTaken, CategoryClosesFirst.
    """
    with transaction():
        category = _add(event_id, by=by, code=code, capacity=capacity, **values)
        if category.for_press:
            ask_the_press(category, by=by)
        return category


def _add(event_id: int, *, by: Actor, code: str, capacity: int | None, **values: Any) -> Category:
    with transaction() as session:
        places = Places(event_id=event_id, capacity=capacity)
        session.add(places)
        session.flush()
        last = session.scalar(select(func.max(Category.position)).where(Category.event_id == event_id)) or 0
        category = Category(event_id=event_id, places_id=places.id, code=code, position=last + 1, **values)
        _check(category)
        session.add(category)
        try:
            session.flush()
        except IntegrityError:
            raise CategoryCodeTaken from None
        record("add_category", category, by=by, event_id=event_id, after={"code": code, "capacity": capacity})
        return category


def change_category(category_id: int, *, by: Actor, version: str | None = None, **values: Any) -> Category:
    """Change names, help, colour, how guests get in and when. Raises Stale, CategoryNameMissing, CategoryClosesFirst."""
    with transaction():
        category = load_to_change(Category, category_id, version, CATEGORY_VALUES)
        if values.get("for_press", category.for_press):
            values = {**values, "needs_approval": True}
        before, after = fill(category, values, CATEGORY_VALUES)
        if not category.name:
            raise CategoryNameMissing
        _check(category)
        if after.get("for_press"):
            ask_the_press(category, by=by)
        if after:
            record("change_category", category, by=by, event_id=category.event_id, before=before, after=after)
        return category


def move_category(category_id: int, direction: str, *, by: Actor) -> None:
    """Move a category 'up' or 'down' by one place in the order guests see."""
    with transaction():
        category = load_with_event(Category, category_id)
        move_in_order("move_category", categories_of(category.event_id), category, direction, by=by)


def set_capacity(category_id: int, capacity: int | None, *, by: Actor) -> Category:
    """Change how many places a category has; new ones go to the first on the waiting list. Raises CapacityBelowTaken."""
    with transaction() as session:
        category = session.get_one(Category, category_id)
        places = lock_places(category.places_id)
        if capacity is not None and capacity < places.taken:
            raise CapacityBelowTaken(taken=places.taken)
        before, places.capacity = places.capacity, capacity
        session.flush()
        record(
            "set_capacity",
            category,
            by=by,
            event_id=category.event_id,
            before={"capacity": before},
            after={"capacity": capacity},
        )
        promote_waiting(category.places_id, by=by)
        return category


def open_category(category_id: int, *, by: Actor) -> None:
    """Let guests choose this category."""
    _set_open(category_id, True, by=by)


def close_category(category_id: int, *, by: Actor) -> None:
    """Take no more registrations in this category; those there are stay."""
    _set_open(category_id, False, by=by)


def copy_categories(fact: EventCopied) -> None:
    """Categories with as many places as in the source; no registration.

    They open and close as many days later as the event begins. Links of hidden ones, codes and invitations stay behind.
    """
    with transaction() as session:
        source, event = session.get_one(Event, fact.source_id), session.get_one(Event, fact.event_id)
        for row in categories_of(fact.source_id):
            values = {name: getattr(row, name) for name in (*CATEGORY_VALUES, "open")}
            for name in CATEGORY_TIMES:
                values[name] = fact.moved(values[name], source.time_zone, event.time_zone)
            # Its questions are copied after it.
            _add(fact.event_id, by=fact.by, code=row.code, capacity=row.places.capacity, **values)


def keep_registration_times(fact: EventZoneChanged) -> None:
    """Categories, codes and invitations open and end at the times that the clock on the wall shows, in the new zone."""
    with transaction() as session:
        for model, names in ((Category, CATEGORY_TIMES), (AccessCode, ENDING), (Invitation, ENDING)):
            which: Any = model
            for row in session.scalars(select(which).where(which.event_id == fact.event_id)):
                for name in names:
                    moment = getattr(row, name)
                    setattr(row, name, moment and same_wall_time(moment, fact.old_zone, fact.new_zone))


def _check(category: Category) -> None:
    """Press is always approved by the team; a category opens before it closes. Raises CategoryClosesFirst."""
    if category.for_press:
        category.needs_approval = True
    if category.opens_at and category.closes_at and category.opens_at >= category.closes_at:
        raise CategoryClosesFirst


def _set_open(category_id: int, is_open: bool, *, by: Actor) -> None:
    with transaction() as session:
        category = session.get_one(Category, category_id)
        before, category.open = category.open, is_open
        record(
            "set_category_open",
            category,
            by=by,
            event_id=category.event_id,
            before={"open": before},
            after={"open": is_open},
        )
