"""The waiting list of a category: a free place goes to the first that fits, in the transaction that freed it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import exists, select

from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.events.models import Event
from eventapp.registration.actions.becoming import become, end_registration
from eventapp.registration.actions.bookings import lapse_booking_offers, promote_bookings
from eventapp.registration.actions.notify import tell_contacts
from eventapp.registration.actions.places import lock_places, lock_places_of, take_place
from eventapp.registration.booking import LIVE
from eventapp.registration.models import Booking, Category, Party, Registration
from eventapp.registration.queries.waiting import waiting_parties, waiting_singly, waits_whole


@dataclass
class Unit:
    """Those who wait together: one guest, or the members of a party that is not split. `ticket` is their last."""

    members: list[Registration] = field(default_factory=list)

    @property
    def ticket(self) -> int:
        return max(member.ticket or 0 for member in self.members)


def promote_waiting(places_id: int, *, by: Actor) -> list[Registration]:
    """Give, or offer, the free places to the first on the waiting list that fit; returns who moved up.

    The places are held by the caller. Offers that have lapsed are ended first. A party that waits whole moves when
    there is room for all of it; smaller ones behind it may go before. Places of another kind than a category's are
    passed on among bookings.
    """
    with transaction() as session:
        category = session.scalar(select(Category).where(Category.places_id == places_id))
        if category is None:
            promote_bookings(places_id, by=by)
            return []
        lapsed = _lapse_here(category, by=by)
        promoted = _move_up(category, by=by)
        tell_contacts(lapsed + promoted)
        return promoted


def lapse_offers(*, by: Actor = SYSTEM) -> int:
    """End every offer that was not taken in time and pass the places on; returns how many lapsed.

    Any number of workers may do so at once: each offer is looked at again once its places are held.
    """
    lapsed = sum(_lapse_offer(registration_id, by=by) for registration_id in _lapsing())
    return lapsed + lapse_booking_offers(at=now(), by=by)


def offered_until(category: Category) -> datetime | None:
    """Until when a place of this category that is free now is held for somebody; None if it is given at once.

    Once the event has begun, nobody has time to be asked.
    """
    if not category.offer_hours:
        return None
    with transaction() as session:
        starts_at: datetime = session.get_one(Event, category.event_id).starts_at
        return min(now() + timedelta(hours=category.offer_hours), starts_at) if starts_at > now() else None


def waiting_with(registration: Registration) -> Sequence[Registration]:
    """A registration on the waiting list and those who move only together with it, in ticket order."""
    with transaction() as session:
        together = select(Registration).join(Party, Party.id == Registration.party_id)
        together = together.where(
            Registration.party_id == registration.party_id,
            Registration.category_id == registration.category_id,
            Registration.state == "waiting",
            waits_whole(),
        )
        found: Sequence[Registration] = session.scalars(together.order_by(Registration.ticket)).all()
        return found if registration in found else [registration]


def _move_up(category: Category, *, by: Actor) -> list[Registration]:
    free = lock_places(category.places_id).free
    if free == 0:
        return []
    promoted: list[Registration] = []
    for unit in _units(category, free):
        if take_place(category.places_id, len(unit.members)):
            promoted += unit.members
    until = offered_until(category) if promoted else None
    for member in promoted:
        become(member, "offered" if until else "confirmed", by=by, action="promote_registration", until=until)
    return promoted


def _units(category: Category, free: int | None) -> list[Unit]:
    """Who may fit into the free places, in the order of the waiting list."""
    with transaction() as session:
        units = [Unit([row]) for row in session.scalars(waiting_singly(category.id).limit(free))]
        parties: dict[int | None, Unit] = {}
        for member in session.scalars(waiting_parties(category.id, free)):
            parties.setdefault(member.party_id, Unit()).members.append(member)
        return sorted([*units, *parties.values()], key=lambda unit: unit.ticket)


def _lapse_here(category: Category, *, by: Actor) -> list[Registration]:
    """End the offers in this category that were not taken in time.

    Those who hold seats elsewhere, too, are left to the worker, who holds those places as well.
    """
    with transaction() as session:
        seats = exists().where(Booking.registration_id == Registration.id, Booking.state.in_(LIVE))
        due = select(Registration).where(
            Registration.category_id == category.id,
            Registration.state == "offered",
            Registration.offer_expires_at <= now(),
            ~seats,
        )
        rows = session.scalars(due.order_by(Registration.ticket).execution_options(populate_existing=True)).all()
        for registration in rows:
            _lapse(registration, by=by)
        return list(rows)


def _lapsing() -> Iterable[int]:
    with transaction() as session:
        due = select(Registration.id).where(Registration.state == "offered", Registration.offer_expires_at <= now())
        found: Sequence[int] = session.scalars(due.order_by(Registration.offer_expires_at, Registration.id)).all()
        return found


def _lapse_offer(registration_id: int, *, by: Actor) -> int:
    with transaction():
        registration = lock_places_of(registration_id)
        until = registration.offer_expires_at
        if registration.state != "offered" or until is None or until > now():
            return 0
        _lapse(registration, by=by)
        category = registration.category
        lapsed = [registration, *_lapse_here(category, by=by)]
        tell_contacts([*lapsed, *_move_up(category, by=by)])
        return len(lapsed)


def _lapse(registration: Registration, *, by: Actor) -> None:
    # The moment stays in the row: it tells an offer that lapsed from one that was declined.
    end_registration(registration, "declined", by=by, action="lapse_offer", until=registration.offer_expires_at)
