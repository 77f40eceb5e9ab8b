"""Move a registration to another category of the event; the place it held goes on in the same transaction."""

from __future__ import annotations

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.registration.actions.changes import leaves_a_gap
from eventapp.registration.actions.notify import tell_attendee, tell_contacts
from eventapp.registration.actions.own import check_may_change
from eventapp.registration.actions.places import draw_ticket, lock_places_of, release_place, take_place
from eventapp.registration.actions.waiting import promote_waiting
from eventapp.registration.actions.ways import check_way_in
from eventapp.registration.actions.wishes import NO_WISHES
from eventapp.registration.errors import CategoryClosed, LinkUnknown, NoPlaceThere, SameCategory, TeamDecidesThere
from eventapp.registration.models import Category, Registration
from eventapp.registration.states import HOLDING
from eventapp.sealing import token_hash


def change_category_of(
    registration_id: int, category_id: int, *, by: Actor, may_wait: bool = False, link: str | None = None
) -> Registration:
    """Move a registration to another category if there is a place; its pass stays as it is.

    Only the team may let it wait there (`may_wait`), or move it to where registrations are approved: that approves it.
    `link` is the secret a guest came by, None for the team.
    Raises LinkUnknown, NotPossibleNow, ChangesOver, SameCategory, CategoryClosed and what else `check_way_in` raises,
    TeamDecidesThere, NoPlaceThere.
    """
    with transaction() as session:
        target = session.get_one(Category, category_id)
        registration = lock_places_of(registration_id, more=[target.places_id])
        if link is not None and registration.link_hash != token_hash(link):
            raise LinkUnknown
        check_may_change(registration, by=by)
        _check_target(registration, target, by)
        return _move_there(registration, target, by=by, may_wait=may_wait and by.kind != "attendee")


def _check_target(registration: Registration, target: Category, by: Actor) -> None:
    if target.event_id != registration.event_id:
        raise CategoryClosed
    if target.id == registration.category_id:
        raise SameCategory
    check_way_in(target, NO_WISHES.way, by=by)
    if by.kind == "attendee" and (target.for_press or (target.needs_approval and registration.state != "pending")):
        raise TeamDecidesThere


def _move_there(registration: Registration, target: Category, *, by: Actor, may_wait: bool) -> Registration:
    source = registration.category
    held = registration.state in HOLDING
    passes_on = held or leaves_a_gap(registration)
    state, ticket = _place_in(registration, target, by, may_wait)
    _become_there(registration, target, state, ticket, by=by)
    if held:
        release_place(source.places_id)
    if passes_on:
        promote_waiting(source.places_id, by=by)
    return registration


def _place_in(registration: Registration, target: Category, by: Actor, may_wait: bool) -> tuple[str, int | None]:
    if target.needs_approval and registration.state == "pending":
        return "pending", None
    if target.offer_hours:
        # What lapsed a moment ago belongs to those who wait already.
        promote_waiting(target.places_id, by=by)
    ticket = draw_ticket(target.places_id)
    if take_place(target.places_id):
        return "confirmed", ticket
    if may_wait:
        return "waiting", ticket
    raise NoPlaceThere


def _become_there(registration: Registration, target: Category, state: str, ticket: int | None, *, by: Actor) -> None:
    with transaction() as session:
        before = {"category": registration.category.code, "state": registration.state}
        registration.category, registration.ticket = target, ticket
        registration.state, registration.offer_expires_at = state, None
        registration.sequence += 1
        registration.changed_at = now()
        session.flush()
        record(
            "move_registration",
            registration,
            by=by,
            event_id=registration.event_id,
            before=before,
            after={"category": target.code, "state": state},
        )
        tell_attendee(registration)
        tell_contacts([registration])
