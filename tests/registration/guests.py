"""Guests and categories that tests tell of, made by the real actions."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import func, select

from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.passes.queries import code_digits
from eventapp.registration.actions import add_category, publish_notice, register_attendee
from eventapp.registration.actions.register import Attendee
from eventapp.registration.models import Category, PrivacyNotice, Registration
from eventapp.registration.queries import current_notice, link_token
from eventapp.registration.states import HOLDING

GUEST = Actor("attendee", None, "192.0.2.7")


def make_category(event: Event, capacity: int | None = None, code: str = "industry", **values: Any) -> Category:
    """A category of the event, open, named Industry unless told otherwise."""
    story: dict[str, Any] = {"name_en": "Industry", "name_zh": "企业界", **values}
    return add_category(event.id, by=SYSTEM, code=code, capacity=capacity, **story)


def make_notice(
    event: Event, body_en: str = "We keep your data for this event.", body_zh: str = "您的信息仅用于本次活动。"
) -> PrivacyNotice:
    """One more version of the event's privacy notice."""
    return publish_notice(event.id, by=SYSTEM, body_en=body_en, body_zh=body_zh)


def register_guest(category: Category, number: int = 1, **values: Any) -> Registration:
    """Guest number so-and-so, registered by the real action; agrees to the notice there is."""
    notice = current_notice(category.event_id)
    story: dict[str, Any] = {
        "name": {"given_en": "Lei", "family_en": f"Li {number}", "family_zh": "李", "given_zh": f"雷{number}"},
        "email": f"guest{number}@example.org",
        "language": "en",
        **values,
    }
    return register_attendee(
        category.event_id,
        category.id,
        Attendee(**story),
        by=GUEST,
        form_key=secrets.token_urlsafe(24),
        notice_id=notice.id if notice else None,
    )


def own_page(registration: Registration) -> str:
    """The address of the guest's own page."""
    return f"/r/{link_token(registration)}"


def pass_digits(registration: Registration) -> str:
    """The digits of the guest's newest pass."""
    return code_digits(registration.event_id, registration.public_id, registration.pass_serial)


def states(category: Category | None = None) -> list[str]:
    """The state of every registration, in the order they were made."""
    query = select(Registration.state).order_by(Registration.id)
    return list(db.session.scalars(query if category is None else query.where(Registration.category_id == category.id)))


def state_of(registration_id: int) -> str:
    """The state of one registration, as it is now."""
    return db.session.scalars(select(Registration.state).where(Registration.id == registration_id)).one()


def count(model: Any) -> int:
    """How many rows there are."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def assert_places_add_up(category_id: int) -> None:
    """taken is confirmed + offered, never above the capacity; nobody waits before somebody with a later ticket moved up."""
    db.session.rollback()
    category = db.session.get_one(Category, category_id)
    held = db.session.scalar(
        select(func.count()).where(Registration.category_id == category_id, Registration.state.in_(HOLDING))
    )
    assert category.places.taken == held
    assert category.places.capacity is None or category.places.taken <= category.places.capacity
