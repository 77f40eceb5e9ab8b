"""Reads about waiting lists: who waits with whom, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from eventapp.db import db
from eventapp.registration.models import Party, Registration
from eventapp.registration.queries.registrations import PAGE_SIZE, Page


def waiting_position(registration: Registration) -> int:
    """1 for the first on the waiting list of the category; those who wait together stand at one position."""
    return waiting_positions([registration]).get(registration.id, 0)


def waiting_positions(registrations: Iterable[Registration]) -> dict[int, int]:
    """The positions of those who wait among these registrations, by id; one statement for each category."""
    waiting = [row for row in registrations if row.state == "waiting"]
    found: dict[int, int] = {}
    for category_id in {row.category_id for row in waiting}:
        line, ids = _line(category_id), [row.id for row in waiting if row.category_id == category_id]
        rows = db.session.execute(select(line.c.id, line.c.position).where(line.c.id.in_(ids)))
        found |= {row.id: row.position for row in rows}
    return found


def waiting_page(category_id: int, page: int) -> tuple[Page, dict[int, int]]:
    """A page of a category's waiting list in its order, with the party of each, and the positions by id."""
    line = _line(category_id)
    total = db.session.scalar(select(func.count()).select_from(line)) or 0
    page = min(max(page, 1), max(1, -(-total // PAGE_SIZE)))
    query = select(Registration, line.c.position).join(line, line.c.id == Registration.id)
    query = query.options(joinedload(Registration.party)).order_by(line.c.position, Registration.ticket)
    rows = db.session.execute(query.offset((page - 1) * PAGE_SIZE).limit(PAGE_SIZE)).all()
    return Page([row[0] for row in rows], page, total), {row[0].id: row[1] for row in rows}


def offers_in(category_id: int) -> Sequence[Registration]:
    """Those for whom a place of a category is held, the first to lapse first."""
    query = select(Registration).where(Registration.category_id == category_id, Registration.state == "offered")
    query = query.options(joinedload(Registration.party))
    return db.session.scalars(query.order_by(Registration.offer_expires_at, Registration.ticket)).all()


def waits_whole() -> ColumnElement[bool]:
    """A condition on registrations joined with their party: they move up together or not at all.

    Those who came with a party do, unless it may be split; those added to it later stand in the line by themselves.
    """
    return and_(Party.split_allowed.is_(False), Registration.created_at == Party.created_at)


def waiting_singly(category_id: int) -> Select[Registration]:
    """Those who wait in a category by themselves, in ticket order."""
    alone = or_(Registration.party_id.is_(None), Party.split_allowed, Registration.created_at != Party.created_at)
    return _waiting(category_id).outerjoin(Party, Party.id == Registration.party_id).where(alone)


def waiting_parties(category_id: int, at_most: int | None) -> Select[Registration]:
    """The members of parties that wait whole in a category and are at most so many (None: any number)."""
    sizes = (
        select(Registration.party_id)
        .join(Party, Party.id == Registration.party_id)
        .where(Registration.category_id == category_id, Registration.state == "waiting", waits_whole())
        .group_by(Registration.party_id)
    )
    if at_most is not None:
        sizes = sizes.having(func.count() <= at_most)
    whole = _waiting(category_id).join(Party, Party.id == Registration.party_id).where(waits_whole())
    return whole.where(Registration.party_id.in_(sizes))


def _waiting(category_id: int) -> Select[Registration]:
    return (
        select(Registration)
        .where(Registration.category_id == category_id, Registration.state == "waiting")
        .order_by(Registration.ticket)
        .execution_options(populate_existing=True)
    )


def _line(category_id: int) -> Subquery:
    """Ids and positions of those who wait in a category. Whoever waits together has the turn of their last ticket."""
    together = func.max(Registration.ticket).over(partition_by=(Registration.party_id, Registration.created_at))
    turn = case((waits_whole(), together), else_=Registration.ticket).label("turn")
    turns = (
        select(Registration.id, turn)
        .outerjoin(Party, Party.id == Registration.party_id)
        .where(Registration.category_id == category_id, Registration.state == "waiting")
        .subquery()
    )
    return select(turns.c.id, func.rank().over(order_by=turns.c.turn).label("position")).subquery()
