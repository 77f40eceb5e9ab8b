"""What the contact of a party does for its members: change, replace, withdraw them, take or let go what is offered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.errors import NotFound
from eventapp.events.models import Event
from eventapp.registration.actions.address import correct_address
from eventapp.registration.actions.becoming import become, end_registration
from eventapp.registration.actions.changes import check_offer, leaves_a_gap, withdraw_registration
from eventapp.registration.actions.handing import hand_over
from eventapp.registration.actions.links import renew_keys
from eventapp.registration.actions.notify import tell_contacts
from eventapp.registration.actions.own import change_own_details
from eventapp.registration.actions.parties import Member, check_party_link
from eventapp.registration.actions.places import hold, load_again, lock_places_of, places_of
from eventapp.registration.actions.waiting import promote_waiting
from eventapp.registration.errors import EventHasEnded, NotPossibleNow
from eventapp.registration.models import Party, Registration
from eventapp.registration.states import ALIVE, HOLDING, LABELS


def change_member(
    registration_id: int,
    values: Mapping[str, Any],
    *,
    by: Actor,
    email: str,
    role: str,
    link: str | None = None,
    version: str | None = None,
) -> Registration:
    """Change how a member is written (OWN_VALUES), the address or the role; another address gets a new link and pass.

    `link` is the secret of the party's page, None for the team. Raises LinkUnknown, NotFound, NotPossibleNow,
    ChangesOver, Stale, CorrectedTooOften, TooManyRegistrations, PassesUsedUp.
    """
    with transaction() as session:
        registration = _member(registration_id, link)
        change_own_details(registration_id, values, by=by, link=None, version=version)
        if email and email != registration.email:
            correct_address(registration_id, email, by=by)
        elif registration.email and not email:
            # Whoever reads the old address must not keep the link.
            renew_keys(registration)
            registration.email = ""
        if role != registration.party_role:
            before, registration.party_role = registration.party_role, role
            _note_role(registration, before, by=by)
        session.flush()
        return registration


def replace_member(registration_id: int, member: Member, *, by: Actor, link: str | None = None) -> Registration:
    """Somebody else comes in a confirmed member's place: the old pass is dead.

    Raises LinkUnknown, NotFound, and what `hand_over` raises.
    """
    with transaction():
        registration = _member(registration_id, link)
        hand_over(registration_id, member.attendee, by=by)
        if member.role != registration.party_role:
            before, registration.party_role = registration.party_role, member.role
            _note_role(registration, before, by=by)
        return registration


def withdraw_member(registration_id: int, *, by: Actor, link: str | None = None) -> Registration:
    """Give a member's place or wish back, until the event ends. Raises LinkUnknown, NotFound, EventHasEnded, NotPossibleNow."""
    with transaction():
        registration = _member(registration_id, link)
        _check_time(registration.event_id)
        return withdraw_registration(registration_id, by=by)


def withdraw_party(party_id: int, *, by: Actor, link: str | None = None) -> list[Registration]:
    """Give all places and wishes of a party back in one step. Raises LinkUnknown, EventHasEnded, NotPossibleNow."""
    with transaction():
        members = _held(party_id, link, ALIVE)
        _check_time(members[0].event_id)
        freed = {row.category.places_id for row in members if row.state in HOLDING or leaves_a_gap(row)}
        for member in members:
            end_registration(member, "withdrawn", by=by, action="withdraw_registration")
        tell_contacts(members)
        _pass_on(freed, by=by)
        return members


def accept_party_offer(party_id: int, *, by: Actor, link: str | None = None) -> list[Registration]:
    """Take all places that are held for a party. Raises LinkUnknown, NotPossibleNow, OfferLapsed."""
    with transaction():
        members = _held(party_id, link, {"offered"})
        for member in members:
            check_offer(member)
            become(member, "confirmed", by=by, action="accept_offer")
        tell_contacts(members)
        return members


def decline_party_offer(party_id: int, *, by: Actor, link: str | None = None) -> list[Registration]:
    """Let all places go that are held for a party; they are passed on at once. Raises LinkUnknown, NotPossibleNow."""
    with transaction():
        members = _held(party_id, link, {"offered"})
        for member in members:
            end_registration(member, "declined", by=by, action="decline_offer")
        tell_contacts(members)
        _pass_on({row.category.places_id for row in members}, by=by)
        return members


def _held(party_id: int, link: str | None, states: frozenset[str] | set[str]) -> list[Registration]:
    """The members in these states, with all places they have to do with held. Raises LinkUnknown, NotPossibleNow."""
    with transaction() as session:
        check_party_link(session.get_one(Party, party_id, populate_existing=True), link)
        hold(lambda: places_of(_ids(party_id)))
        members = load_again(_ids(party_id))
        chosen = [member for member in members if member.state in states]
        if not chosen:
            raise NotPossibleNow(state=LABELS[members[0].state])
        return chosen


def _ids(party_id: int) -> Sequence[int]:
    with transaction() as session:
        ids: Sequence[int] = session.scalars(select(Registration.id).where(Registration.party_id == party_id)).all()
        return ids


def _member(registration_id: int, link: str | None) -> Registration:
    """A member of the party that this link opens, with its places held. Raises LinkUnknown, NotFound."""
    with transaction() as session:
        registration = lock_places_of(registration_id)
        if registration.party_id is None:
            raise NotFound
        check_party_link(session.get_one(Party, registration.party_id, populate_existing=True), link)
        return registration


def _check_time(event_id: int) -> None:
    with transaction() as session:
        if now() >= session.get_one(Event, event_id).ends_at:
            raise EventHasEnded


def _note_role(registration: Registration, before: str, *, by: Actor) -> None:
    record(
        "change_member",
        registration,
        by=by,
        event_id=registration.event_id,
        before={"role": before},
        after={"role": registration.party_role},
    )


def _pass_on(places_ids: set[int], *, by: Actor) -> None:
    for places_id in sorted(places_ids):
        promote_waiting(places_id, by=by)
