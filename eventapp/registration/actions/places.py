"""Places: taken one by one under the database's guard, drawn in ticket order, passed on when freed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select, update

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.registration.actions.notify import tell_attendee
from eventapp.registration.models import Category, Places, Registration


def lock_places(places_id: int) -> Places:
    """Hold the row until the transaction ends; every change of state in the category waits its turn here."""
    with transaction() as session:
        return session.scalars(
            select(Places).where(Places.id == places_id).with_for_update().execution_options(populate_existing=True)
        ).one()


def take_place(places_id: int) -> bool:
    """Take one place if there is one; the guard is part of the statement."""
    with transaction() as session:
        taken = session.execute(
            update(Places)
            .where(Places.id == places_id, or_(Places.capacity.is_(None), Places.taken < Places.capacity))
            .values(taken=Places.taken + 1)
            .execution_options(synchronize_session=False)
        )
        return bool(taken.rowcount)


def release_place(places_id: int) -> None:
    """Give one place back."""
    with transaction() as session:
        session.execute(
            update(Places)
            .where(Places.id == places_id)
            .values(taken=Places.taken - 1)
            .execution_options(synchronize_session=False)
        )


def draw_ticket(places_id: int) -> int:
    """The next number of the waiting order, drawn under the row's lock."""
    with transaction() as session:
        return session.execute(
            update(Places)
            .where(Places.id == places_id)
            .values(next_ticket=Places.next_ticket + 1)
            .returning(Places.next_ticket - 1)
            .execution_options(synchronize_session=False)
        ).scalar_one()


def promote_waiting(category: Category, *, by: Actor) -> list[Registration]:
    """Give every free place to the first on the waiting list, in the transaction that freed it."""
    promoted = []
    with transaction() as session:
        for registration in _first_waiting(category):
            if not take_place(category.places_id):
                break
            registration.state = "confirmed"
            registration.sequence += 1
            registration.changed_at = now()
            session.flush()
            record(
                "promote_registration",
                registration,
                by=by,
                event_id=registration.event_id,
                before={"state": "waiting"},
                after={"state": "confirmed"},
            )
            tell_attendee(registration)
            promoted.append(registration)
    return promoted


def _first_waiting(category: Category) -> Sequence[Registration]:
    with transaction() as session:
        places = lock_places(category.places_id)
        waiting = (
            select(Registration)
            .where(Registration.category_id == category.id, Registration.state == "waiting")
            .order_by(Registration.ticket)
            .limit(places.free)
            .execution_options(populate_existing=True)
        )
        return session.scalars(waiting).all()
