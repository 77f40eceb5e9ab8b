"""Changes of mind and decisions: each moves a registration along the table of states, and frees or takes its place."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.passes.code import new_short_code
from eventapp.registration.actions.notify import tell_attendee
from eventapp.registration.actions.places import draw_ticket, lock_places, promote_waiting, release_place, take_place
from eventapp.registration.errors import NoPlaceLeft, NotPossibleNow, PassesUsedUp
from eventapp.registration.models import Category, Registration
from eventapp.registration.states import HOLDING, LABELS, may_become

LARGEST_SERIAL = 255


def withdraw_registration(registration_id: int, *, by: Actor) -> Registration:
    """The guest gives the wish or the place back. Raises NotPossibleNow."""
    return _move(registration_id, "withdrawn", by=by, action="withdraw_registration")


def cancel_registration(registration_id: int, *, by: Actor, reason: str = "") -> Registration:
    """The team takes a registration out. Raises NotPossibleNow."""
    return _move(registration_id, "cancelled", by=by, action="cancel_registration", reason=reason)


def decline_registration(registration_id: int, *, by: Actor, reason: str = "") -> Registration:
    """The team refuses a registration that awaits approval. Raises NotPossibleNow."""
    return _move(registration_id, "declined", by=by, action="decline_registration", reason=reason, only_from="pending")


def approve_registration(registration_id: int, *, by: Actor) -> Registration:
    """Confirm a registration that awaits approval, or put it on the waiting list when all places are taken.

    Raises NotPossibleNow.
    """
    with transaction():
        registration = _locked(registration_id)
        _check(registration, "confirmed", only_from="pending")
        places_id = registration.category.places_id
        registration.ticket = draw_ticket(places_id)
        state = "confirmed" if take_place(places_id) else "waiting"
        return _become(registration, state, by=by, action="approve_registration")


def offer_place(registration_id: int, *, by: Actor) -> Registration:
    """Hold a free place for somebody on the waiting list until they answer. Raises NotPossibleNow, NoPlaceLeft."""
    with transaction():
        registration = _locked(registration_id)
        _check(registration, "offered")
        if not take_place(registration.category.places_id):
            raise NoPlaceLeft
        return _become(registration, "offered", by=by, action="offer_place")


def offer_extra_place(registration_id: int, *, by: Actor) -> Registration:
    """Make one place more in a full category and hold it for this guest, past those who wait longer.

    Raises NotPossibleNow.
    """
    with transaction() as session:
        registration = _locked(registration_id)
        _check(registration, "offered")
        category = registration.category
        places = lock_places(category.places_id)
        if places.capacity is not None and places.free == 0:
            before, places.capacity = {"capacity": places.capacity}, places.capacity + 1
            session.flush()
            after = {"capacity": places.capacity}
            record("set_capacity", category, by=by, event_id=category.event_id, before=before, after=after)
        return offer_place(registration_id, by=by)


def accept_offer(registration_id: int, *, by: Actor) -> Registration:
    """The guest takes the place that is held. Raises NotPossibleNow."""
    return _move(registration_id, "confirmed", by=by, action="accept_offer", only_from="offered")


def decline_offer(registration_id: int, *, by: Actor) -> Registration:
    """The guest lets the offered place go; it is passed on at once. Raises NotPossibleNow."""
    return _move(registration_id, "declined", by=by, action="decline_offer", only_from="offered")


def reissue_pass(registration_id: int, *, by: Actor, reason: str) -> Registration:
    """Lost or stolen: a new pass is made and every older copy is refused at the door.

    Raises NotPossibleNow, PassesUsedUp.
    """
    with transaction():
        registration = _locked(registration_id)
        if registration.state != "confirmed":
            raise NotPossibleNow(state=LABELS[registration.state])
        if registration.pass_serial >= LARGEST_SERIAL:
            raise PassesUsedUp
        before = {"pass_serial": registration.pass_serial}
        registration.pass_serial += 1
        # Whoever holds the old pass can read its short code, too.
        registration.short_code = _unused_short_code(registration.event_id)
        registration.sequence += 1
        registration.changed_at = now()
        after = {"pass_serial": registration.pass_serial}
        record(
            "reissue_pass",
            registration,
            by=by,
            event_id=registration.event_id,
            before=before,
            after=after,
            reason=reason,
        )
        tell_attendee(registration)
        return registration


def set_door_note(registration_id: int, note: str, *, by: Actor) -> None:
    """What door staff see with the verdict."""
    with transaction() as session:
        registration = session.get_one(Registration, registration_id)
        before, registration.door_note = registration.door_note, note
        record(
            "set_door_note",
            registration,
            by=by,
            event_id=registration.event_id,
            before={"note": before},
            after={"note": note},
        )


def _unused_short_code(event_id: int) -> str:
    with transaction() as session:
        while True:
            code = new_short_code()
            if not session.scalar(select(Registration.id).filter_by(event_id=event_id, short_code=code)):
                return code


def _move(
    registration_id: int, state: str, *, by: Actor, action: str, reason: str = "", only_from: str = ""
) -> Registration:
    with transaction():
        registration = _locked(registration_id)
        _check(registration, state, only_from)
        held = registration.state in HOLDING
        _become(registration, state, by=by, action=action, reason=reason)
        if held and state not in HOLDING:
            release_place(registration.category.places_id)
            promote_waiting(registration.category, by=by)
        return registration


def _locked(registration_id: int) -> Registration:
    """The registration as it is now, with its category's places held: nobody else changes its state meanwhile."""
    with transaction() as session:
        places_id = session.scalars(
            select(Category.places_id)
            .join(Registration, Registration.category_id == Category.id)
            .where(Registration.id == registration_id)
        ).one()
        lock_places(places_id)
        return session.scalars(
            select(Registration).where(Registration.id == registration_id).execution_options(populate_existing=True)
        ).one()


def _check(registration: Registration, state: str, only_from: str = "") -> None:
    if not may_become(registration.state, state) or (only_from and registration.state != only_from):
        raise NotPossibleNow(state=LABELS[registration.state])


def _become(registration: Registration, state: str, *, by: Actor, action: str, reason: str = "") -> Registration:
    with transaction() as session:
        before: dict[str, Any] = {"state": registration.state}
        registration.state = state
        registration.sequence += 1
        registration.changed_at = now()
        session.flush()
        record(
            action,
            registration,
            by=by,
            event_id=registration.event_id,
            before=before,
            after={"state": state},
            reason=reason,
        )
        tell_attendee(registration)
        return registration
