"""Lists that programs read page by page: the newest first, each page after the last row of the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from eventapp.db import db
from eventapp.registration.models import BookableSession, Booking, Category, Invitation, Party, Registration
from eventapp.registration.queries.invitations import matching_invitations
from eventapp.registration.queries.registrations import matches_words


@dataclass(frozen=True)
class Listed:
    """One page; `next` is the cursor of the one after it, None at the end."""

    rows: Sequence[Any]
    total: int
    next: str | None


def list_registrations(
    event_id: int,
    *,
    words: str = "",
    state: str = "",
    category_id: int | None = None,
    cursor: str = "",
    limit: int = 50,
) -> Listed:
    """Registrations by name, organisation or contact, state and category, with category and party."""
    query = select(Registration).where(Registration.event_id == event_id)
    if state:
        query = query.where(Registration.state == state)
    if category_id is not None:
        query = query.where(Registration.category_id == category_id)
    if words.strip():
        query = query.where(matches_words(words))
    whole = joinedload(Registration.category), joinedload(Registration.party)
    return _listed(query, Registration, cursor, limit, *whole)


def list_invitations(event_id: int, *, words: str = "", state: str = "", cursor: str = "", limit: int = 50) -> Listed:
    """Personal invitations with their categories."""
    query = matching_invitations(event_id, words, state, None)
    return _listed(query, Invitation, cursor, limit, joinedload(Invitation.category))


def list_parties(event_id: int, *, cursor: str = "", limit: int = 50) -> Listed:
    """The parties of an event."""
    return _listed(select(Party).where(Party.event_id == event_id), Party, cursor, limit)


def list_bookings(
    event_id: int, *, bookable_id: int | None = None, state: str = "", cursor: str = "", limit: int = 50
) -> Listed:
    """Pairs of a booking of a session and whose it is; without a state those that have not ended."""
    query = select(Booking).join(Booking.bookable).where(Booking.event_id == event_id)
    query = query.where(Booking.state == state if state else Booking.state != "ended")
    if bookable_id is not None:
        query = query.where(Booking.bookable_id == bookable_id)
    with_session = contains_eager(Booking.bookable).joinedload(BookableSession.session)
    found = _listed(query, Booking, cursor, limit, with_session)
    ids = {booking.registration_id for booking in found.rows}
    rows = db.session.execute(select(Registration.id, Registration.public_id).where(Registration.id.in_(ids))).all()
    public_ids = {row.id: row.public_id for row in rows}
    return Listed([(booking, public_ids[booking.registration_id]) for booking in found.rows], found.total, found.next)


def category_named(event_id: int, code_or_id: str) -> Category | None:
    """A category of one event by its code or its id outside the house; another event's is not found."""
    named = (Category.code == code_or_id) | (Category.public_id == code_or_id)
    found = db.session.scalars(select(Category).where(Category.event_id == event_id, named)).all()
    # A code may look like an id: the code comes first.
    return next((row for row in found if row.code == code_or_id), next(iter(found), None))


def _listed(query: Select[Any], model: Any, cursor: str, limit: int, *options: Any) -> Listed:
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    if cursor:
        query = query.where(model.id < select(model.id).where(model.public_id == cursor).scalar_subquery())
    ordered = query.options(*options).order_by(model.id.desc()).limit(limit + 1)
    rows = db.session.scalars(ordered).all()
    more = len(rows) > limit
    return Listed(rows[:limit], total, rows[limit - 1].public_id if more else None)
