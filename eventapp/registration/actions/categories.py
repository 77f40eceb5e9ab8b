"""Set up registration: categories with places, the privacy notice."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.changing import fill, load_to_change
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.errors import Stale
from eventapp.events.actions import EventCopied, load_with_event, move_in_order
from eventapp.events.models import Event
from eventapp.registration.actions.places import lock_places, promote_waiting
from eventapp.registration.errors import CapacityBelowTaken, CategoryCodeTaken, CategoryNameMissing, NoticeMissing
from eventapp.registration.models import CATEGORY_VALUES, Category, Places, PrivacyNotice
from eventapp.registration.queries import categories_of, current_notice


def add_category(event_id: int, *, by: Actor, code: str, capacity: int | None, **values: Any) -> Category:
    """Add a kind of attendee with its places (None: no limit), after those already there. Raises CategoryCodeTaken."""
    with transaction() as session:
        places = Places(event_id=event_id, capacity=capacity)
        session.add(places)
        session.flush()
        last = session.scalar(select(func.max(Category.position)).where(Category.event_id == event_id)) or 0
        category = Category(event_id=event_id, places_id=places.id, code=code, position=last + 1, **values)
        session.add(category)
        try:
            session.flush()
        except IntegrityError:
            raise CategoryCodeTaken from None
        record("add_category", category, by=by, event_id=event_id, after={"code": code, "capacity": capacity})
        return category


def change_category(category_id: int, *, by: Actor, version: str | None = None, **values: Any) -> Category:
    """Change names, help, colour or whether the team decides. Raises Stale, CategoryNameMissing."""
    with transaction():
        category = load_to_change(Category, category_id, version, CATEGORY_VALUES)
        before, after = fill(category, values, CATEGORY_VALUES)
        if not category.name:
            raise CategoryNameMissing
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
        promote_waiting(category, by=by)
        return category


def open_category(category_id: int, *, by: Actor) -> None:
    """Let guests choose this category."""
    _set_open(category_id, True, by=by)


def close_category(category_id: int, *, by: Actor) -> None:
    """Take no more registrations in this category; those there are stay."""
    _set_open(category_id, False, by=by)


def publish_notice(
    event_id: int, *, by: Actor, body_en: str, body_zh: str, after_version: int | None = None
) -> PrivacyNotice:
    """Publish a new version of the privacy notice; earlier ones stay as guests agreed to them.

    With `after_version`, only if that is still the latest. Raises Stale, NoticeMissing.
    """
    with transaction() as session:
        load_to_change(Event, event_id)
        last = session.scalar(select(func.max(PrivacyNotice.version)).where(PrivacyNotice.event_id == event_id)) or 0
        if after_version is not None and after_version != last:
            raise Stale
        if not (body_en or body_zh):
            raise NoticeMissing
        content_hash = hashlib.sha256(f"{body_en}\0{body_zh}".encode()).hexdigest()
        notice = PrivacyNotice(
            event_id=event_id,
            version=last + 1,
            body_en=body_en,
            body_zh=body_zh,
            content_hash=content_hash,
            published_at=now(),
        )
        session.add(notice)
        record(
            "publish_notice", notice, by=by, event_id=event_id, after={"version": notice.version, "hash": content_hash}
        )
        return notice


def copy_categories(fact: EventCopied) -> None:
    """Categories with as many places as in the source, and its privacy notice; no registration."""
    with transaction():
        for row in categories_of(fact.source_id):
            values = {name: getattr(row, name) for name in (*CATEGORY_VALUES, "open")}
            add_category(fact.event_id, by=fact.by, code=row.code, capacity=row.places.capacity, **values)
        notice = current_notice(fact.source_id)
        if notice is not None:
            publish_notice(fact.event_id, by=fact.by, body_en=notice.body_en, body_zh=notice.body_zh)


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
