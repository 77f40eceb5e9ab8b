"""Changes of mind and decisions: each moves a registration along the table of states, and frees or takes its place."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.registration.actions.becoming import become, end_registration
from eventapp.registration.actions.links import LARGEST_SERIAL, unused_short_code
from eventapp.registration.actions.notify import tell_attendee, tell_contacts
from eventapp.registration.actions.places import draw_ticket, lock_places, lock_places_of, take_place
from eventapp.registration.actions.waiting import offered_until, promote_waiting, waiting_with
from eventapp.registration.errors import NoPlaceLeft, NotPossibleNow, OfferLapsed, PassesUsedUp
from eventapp.registration.models import Party, Registration
from eventapp.registration.queries.waiting import waits_whole
from eventapp.registration.states import HOLDING, LABELS, may_become


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

    Those of a party that is not split are approved together: whoever of them shall not come is declined before.
    Raises NotPossibleNow.
    """
    with transaction():
        registration = lock_places_of(registration_id)
        _check(registration, "confirmed", only_from="pending")
        approved = _decided_with(registration)
        places_id = registration.category.places_id
        if registration.category.offer_hours:
            # What lapsed a moment ago belongs to those who wait already.
            promote_waiting(places_id, by=by)
        first = draw_ticket(places_id, len(approved))
        for number, member in enumerate(approved):
            member.ticket = first + number
        state = "confirmed" if take_place(places_id, len(approved)) else "waiting"
        for member in approved:
            become(member, state, by=by, action="approve_registration")
        tell_contacts(approved)
        return registration


def offer_place(registration_id: int, *, by: Actor) -> Registration:
    """Hold a free place for somebody on the waiting list, and for those who wait with them, until they answer.

    Raises NotPossibleNow, NoPlaceLeft.
    """
    with transaction():
        registration = lock_places_of(registration_id)
        _check(registration, "offered")
        together = waiting_with(registration)
        if not take_place(registration.category.places_id, len(together)):
            raise NoPlaceLeft
        until = offered_until(registration.category)
        for member in together:
            become(member, "offered", by=by, action="offer_place", until=until)
        tell_contacts(together)
        return registration


def offer_extra_place(registration_id: int, *, by: Actor) -> Registration:
    """Make a place more in a full category, as many as wait together, and hold it past those who wait longer.

    Raises NotPossibleNow.
    """
    with transaction() as session:
        registration = lock_places_of(registration_id)
        _check(registration, "offered")
        category = registration.category
        places = lock_places(category.places_id)
        lacking = len(waiting_with(registration)) - (places.free or 0)
        if places.capacity is not None and lacking > 0:
            before, places.capacity = {"capacity": places.capacity}, places.capacity + lacking
            session.flush()
            after = {"capacity": places.capacity}
            record("set_capacity", category, by=by, event_id=category.event_id, before=before, after=after)
        return offer_place(registration_id, by=by)


def accept_offer(registration_id: int, *, by: Actor) -> Registration:
    """The guest takes the place that is held. Raises NotPossibleNow, OfferLapsed."""
    with transaction():
        registration = lock_places_of(registration_id)
        _check(registration, "confirmed", only_from="offered")
        check_offer(registration)
        become(registration, "confirmed", by=by, action="accept_offer")
        tell_contacts([registration])
        return registration


def check_offer(registration: Registration) -> None:
    """Raises OfferLapsed once it is too late to take the place, even before the worker has passed it on."""
    if registration.offer_expires_at is not None and registration.offer_expires_at <= now():
        raise OfferLapsed


def decline_offer(registration_id: int, *, by: Actor) -> Registration:
    """The guest lets the offered place go; it is passed on at once. Raises NotPossibleNow."""
    return _move(registration_id, "declined", by=by, action="decline_offer", only_from="offered")


def reissue_pass(registration_id: int, *, by: Actor, reason: str) -> Registration:
    """Lost or stolen: a new pass is made and every older copy is refused at the door.

    Raises NotPossibleNow, PassesUsedUp.
    """
    with transaction():
        registration = lock_places_of(registration_id)
        if registration.state != "confirmed":
            raise NotPossibleNow(state=LABELS[registration.state])
        if registration.pass_serial >= LARGEST_SERIAL:
            raise PassesUsedUp
        before = {"pass_serial": registration.pass_serial}
        registration.pass_serial += 1
        # Whoever holds the old pass can read its short code, too.
        registration.short_code = unused_short_code(registration.event_id)
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


def _move(
    registration_id: int, state: str, *, by: Actor, action: str, reason: str = "", only_from: str = ""
) -> Registration:
    with transaction():
        registration = lock_places_of(registration_id)
        _check(registration, state, only_from)
        passes_on = registration.state in HOLDING or leaves_a_gap(registration)
        end_registration(registration, state, by=by, action=action, reason=reason)
        tell_contacts([registration])
        if passes_on:
            promote_waiting(registration.category.places_id, by=by)
        return registration


def leaves_a_gap(registration: Registration) -> bool:
    """Whether others may move up when this one leaves the waiting list: the rest of a party may fit now."""
    return registration.state == "waiting" and registration.party_id is not None


def _decided_with(registration: Registration) -> Sequence[Registration]:
    """A registration that awaits approval, and those of its party who are approved only together with it."""
    with transaction() as session:
        together = select(Registration).join(Party, Party.id == Registration.party_id)
        together = together.where(
            Registration.party_id == registration.party_id,
            Registration.category_id == registration.category_id,
            Registration.state == "pending",
            waits_whole(),
        )
        rows = session.scalars(together.order_by(Registration.id).execution_options(populate_existing=True)).all()
        return rows if registration in rows else [registration]


def _check(registration: Registration, state: str, only_from: str = "") -> None:
    if not may_become(registration.state, state) or (only_from and registration.state != only_from):
        raise NotPossibleNow(state=LABELS[registration.state])
