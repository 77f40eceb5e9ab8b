"""Places: locked in one order, taken under the database's guard, and the tickets of the waiting order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import or_, select, update

from eventapp.db import transaction
from eventapp.registration.booking import LIVE
from eventapp.registration.models import Booking, Category, Places, Registration


def lock_places_of(registration_id: int, *, more: Iterable[int] = ()) -> Registration:
    """The registration as it is now, with all places it has to do with held until the transaction ends.

    These are the places of its category, those of its bookings, and `more`. Nobody else changes its state meanwhile.
    """
    further = set(more)
    hold(lambda: places_of([registration_id]) | further)
    return load_again([registration_id])[0]


def hold(find: Callable[[], set[int]]) -> None:
    """Lock the places that `find` names, in id order.

    Who waits for a lock may find another set of places once it is there: then all is let go and done again, since
    locking some more of them would be out of order.
    """
    with transaction() as session:
        while True:
            wanted = find()
            attempt = session.begin_nested()
            lock_all(wanted)
            if find() <= wanted:
                attempt.commit()
                return
            attempt.rollback()


def lock_all(places_ids: Iterable[int]) -> dict[int, Places]:
    """Hold these rows until the transaction ends, locked in id order; every change in them waits its turn here."""
    with transaction() as session:
        rows = session.scalars(
            select(Places)
            .where(Places.id.in_(set(places_ids)))
            .order_by(Places.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).all()
        return {row.id: row for row in rows}


def lock_places(places_id: int) -> Places:
    """Hold one row until the transaction ends."""
    return lock_all([places_id])[places_id]


def places_of(registration_ids: Sequence[int]) -> set[int]:
    """The places of these registrations' categories and live bookings."""
    with transaction() as session:
        of_categories = (
            select(Category.places_id)
            .join(Registration, Registration.category_id == Category.id)
            .where(Registration.id.in_(registration_ids))
        )
        of_bookings = select(Booking.places_id).where(
            Booking.registration_id.in_(registration_ids), Booking.state.in_(LIVE)
        )
        return set(session.scalars(of_categories.union(of_bookings)))


def load_again(registration_ids: Sequence[int]) -> Sequence[Registration]:
    """Registrations as they are now, in the order of their tickets; to be asked once their places are held."""
    with transaction() as session:
        rows: Sequence[Registration] = session.scalars(
            select(Registration)
            .where(Registration.id.in_(registration_ids))
            .order_by(Registration.ticket, Registration.id)
            .execution_options(populate_existing=True)
        ).all()
        return rows


def take_place(places_id: int, number: int = 1) -> bool:
    """Take so many places if there are as many, else none; the guard is part of the statement."""
    with transaction() as session:
        taken = session.execute(
            update(Places)
            .where(Places.id == places_id, or_(Places.capacity.is_(None), Places.taken + number <= Places.capacity))
            .values(taken=Places.taken + number)
            .execution_options(synchronize_session=False)
        )
        return bool(taken.rowcount)


def release_place(places_id: int, number: int = 1) -> None:
    """Give places back."""
    with transaction() as session:
        session.execute(
            update(Places)
            .where(Places.id == places_id)
            .values(taken=Places.taken - number)
            .execution_options(synchronize_session=False)
        )


def draw_ticket(places_id: int, number: int = 1) -> int:
    """The next number of the waiting order, the first of so many that follow each other."""
    with transaction() as session:
        first: int = session.execute(
            update(Places)
            .where(Places.id == places_id)
            .values(next_ticket=Places.next_ticket + number)
            .returning(Places.next_ticket - number)
            .execution_options(synchronize_session=False)
        ).scalar_one()
        return first
