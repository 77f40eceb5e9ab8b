"""Reads about ways in: what a guest may choose, and which code or invitation opens it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from eventapp.db import db
from eventapp.people.names import fold
from eventapp.registration.models import AccessCode, Category
from eventapp.registration.queries.categories import categories_of
from eventapp.registration.queries.invitations import invitation_by_link
from eventapp.sealing import token_hash, unseal

if TYPE_CHECKING:
    from eventapp.registration.actions.wishes import WayIn

LONGEST_CODE = 40


def categories_for(event_id: int, way: WayIn, at: datetime) -> list[Category]:
    """What a guest with this way in may choose at a moment (UTC), in the order set by hand.

    A personal invitation leads to its own category and to no other.
    """
    opened = opened_by(event_id, way, at)
    wanted = [category for category in categories_of(event_id) if is_open(category, at)]
    if way.invitation:
        return [category for category in wanted if category.id in opened]
    return [category for category in wanted if category.entry == "open" or category.id in opened]


def opened_by(event_id: int, way: WayIn, at: datetime) -> frozenset[int]:
    """The ids of the categories that a link, a code or an invitation opens besides those open to everybody."""
    if way.invitation:
        invitation = invitation_by_link(way.invitation)
        return frozenset([invitation.category_id] if invitation and invitation.event_id == event_id else [])
    found: set[int] = set()
    if way.link:
        found.update(category.id for category in _by_link(event_id, way.link))
    code = code_of_event(event_id, way.code) if way.code else None
    if code is not None and code.is_usable(at):
        found.update(category.id for category in code.categories)
    return frozenset(found)


def is_open(category: Category, at: datetime) -> bool:
    """Whether a category takes registrations at a moment, whoever asks."""
    return bool(
        category.open
        and (category.opens_at is None or category.opens_at <= at)
        and (category.closes_at is None or at < category.closes_at)
    )


def opens_next(event_id: int, at: datetime) -> datetime | None:
    """When the first of the categories open to everybody opens that is not open yet."""
    later = [
        category.opens_at
        for category in categories_of(event_id)
        if category.open and category.entry == "open" and category.opens_at and category.opens_at > at
    ]
    return min(later, default=None)


def code_key(code: str) -> str:
    """What of a code is compared: neither case nor width nor spaces tell codes apart."""
    return fold(code[: LONGEST_CODE * 4]).replace(" ", "")[:80]


def code_of_event(event_id: int, code: str) -> AccessCode | None:
    """The code that somebody typed, also one that has ended."""
    key = code_key(code)
    if not key:
        return None
    return db.session.scalar(select(AccessCode).where(AccessCode.event_id == event_id, AccessCode.code_key == key))


def codes_of(event_id: int) -> Sequence[AccessCode]:
    """An event's codes, the newest first."""
    return db.session.scalars(
        select(AccessCode).where(AccessCode.event_id == event_id).order_by(AccessCode.id.desc())
    ).all()


def asks_for_code(event_id: int, at: datetime) -> bool:
    """Whether there is a code that somebody may still use."""
    live = select(func.count()).where(
        AccessCode.event_id == event_id,
        AccessCode.ended_at.is_(None),
        or_(AccessCode.expires_at.is_(None), AccessCode.expires_at > at),
    )
    return bool(db.session.scalar(live))


def category_link(category: Category) -> str:
    """The secret of a hidden category's link; empty while there is none."""
    return unseal(category.link_sealed, "category_link").decode() if category.link_sealed else ""


def _by_link(event_id: int, token: str) -> Sequence[Category]:
    same = Category.event_id == event_id, Category.link_hash == token_hash(token), Category.entry == "hidden"
    return db.session.scalars(select(Category).where(*same)).all()
