"""Reads about categories and the privacy notice."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from eventapp.db import db
from eventapp.registration.models import Category, PrivacyNotice


def categories_of(event_id: int) -> Sequence[Category]:
    """The categories of an event in the order set by hand."""
    return db.session.scalars(
        select(Category).where(Category.event_id == event_id).order_by(Category.position, Category.id)
    ).all()


def open_categories(event_id: int) -> list[Category]:
    """Categories that everybody may read of: open, and not kept for those with a link, a code or an invitation."""
    return [category for category in categories_of(event_id) if category.open and category.entry == "open"]


def current_notice(event_id: int) -> PrivacyNotice | None:
    """The latest version of the event's privacy notice."""
    return db.session.scalar(
        select(PrivacyNotice).where(PrivacyNotice.event_id == event_id).order_by(PrivacyNotice.version.desc()).limit(1)
    )
