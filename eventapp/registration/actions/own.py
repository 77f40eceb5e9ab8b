"""What guests do on their own pages: only by a link that is alive, and changes only until the deadline."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.changing import fill, version_of
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.errors import Stale
from eventapp.events.models import Event
from eventapp.i18n import format_moment
from eventapp.people.models import NAME_PARTS
from eventapp.people.names import fold
from eventapp.registration.actions.answers import change_answers
from eventapp.registration.actions.changes import (
    accept_offer,
    decline_offer,
    withdraw_registration,
)
from eventapp.registration.actions.places import lock_places_of
from eventapp.registration.actions.register import ADDRESS_LIMIT, ADDRESS_WINDOW
from eventapp.registration.errors import (
    ChangesOver,
    DataRemoved,
    EventHasEnded,
    LinkUnknown,
    NotPossibleNow,
    NoWayToReach,
    TooManyRegistrations,
)
from eventapp.registration.models import Registration
from eventapp.registration.queries import places_of_answers
from eventapp.registration.queries.own import changes_until, recent_at_address
from eventapp.registration.states import ALIVE, LABELS
from eventapp.sealing import token_hash

# What a guest changes of the own row, and so what is compared when it is saved.
OWN_VALUES = (*NAME_PARTS, "phone", "organisation", "position", "language")


def withdraw_own(registration_id: int, *, by: Actor, link: str) -> Registration:
    """The guest gives the wish or the place back, until the event ends. Raises LinkUnknown, EventHasEnded, NotPossibleNow."""
    with transaction() as session:
        registration = hold_own(registration_id, link)
        if now() >= session.get_one(Event, registration.event_id).ends_at:
            raise EventHasEnded
        return withdraw_registration(registration_id, by=by)


def take_own_offer(registration_id: int, *, by: Actor, link: str) -> Registration:
    """The guest takes the place that is held. Raises LinkUnknown, NotPossibleNow."""
    with transaction():
        hold_own(registration_id, link)
        return accept_offer(registration_id, by=by)


def refuse_own_offer(registration_id: int, *, by: Actor, link: str) -> Registration:
    """The guest lets the offered place go. Raises LinkUnknown, NotPossibleNow."""
    with transaction():
        hold_own(registration_id, link)
        return decline_offer(registration_id, by=by)


def change_own_answers(
    registration_id: int,
    answers: Mapping[int, Any],
    *,
    among: Collection[int],
    by: Actor,
    link: str,
    version: str | None = None,
    form_key: str = "",
) -> Registration:
    """Change the guest's answers, as `change_answers`, while changes are possible.

    Raises LinkUnknown, NotPossibleNow, ChangesOver, Stale, FileGone.
    """
    with transaction() as session:
        event_id = session.get_one(Registration, registration_id).event_id
        registration = hold_own(registration_id, link, more=places_of_answers(event_id, answers))
        check_may_change(registration, by=by)
        return change_answers(registration_id, answers, among=among, by=by, version=version, form_key=form_key)


def change_own_details(
    registration_id: int, values: Mapping[str, Any], *, by: Actor, link: str | None, version: str | None = None
) -> Registration:
    """Change how the name is written, phone, organisation, position or language (OWN_VALUES).

    Raises LinkUnknown, NotPossibleNow, ChangesOver, Stale, NoWayToReach.
    """
    with transaction():
        registration = hold_own(registration_id, link)
        check_may_change(registration, by=by)
        if version is not None and version != version_of(registration, OWN_VALUES):
            raise Stale
        _before, after = fill(registration, dict(values), OWN_VALUES)
        if not (registration.email or registration.phone or registration.party_id):
            raise NoWayToReach
        if after:
            follow_details(registration)
            # Names and numbers stay out of the trail: it is kept longer than they are.
            record(
                "change_own_details",
                registration,
                by=by,
                event_id=registration.event_id,
                after={"changed": sorted(after)},
            )
        return registration


def hold_own(registration_id: int, link: str | None, *, more: Iterable[int] = ()) -> Registration:
    """The registration as it is now, held until the transaction ends; by a guest only while this link opens it.

    `link` is the secret the guest came by, None for the team; `more` are further places to hold. Raises LinkUnknown.
    """
    registration = lock_places_of(registration_id, more=more)
    if link is not None and registration.link_hash != token_hash(link):
        raise LinkUnknown
    return registration


def check_may_change(registration: Registration, *, by: Actor) -> None:
    """Only what is alive can be changed, by guests only until the deadline. Raises DataRemoved, NotPossibleNow, ChangesOver."""
    if registration.purged_at is not None:
        raise DataRemoved
    if registration.state not in ALIVE:
        raise NotPossibleNow(state=LABELS[registration.state])
    with transaction() as session:
        event = session.get_one(Event, registration.event_id)
        until = changes_until(event)
        if by.kind == "attendee" and now() >= until:
            raise ChangesOver(moment=format_moment(until, event.time_zone))


def check_address(event_id: int, email: str, phone: str, *, by: Actor) -> None:
    """As when somebody registers: guests bring only so many registrations to one address. Raises TooManyRegistrations."""
    if by.kind != "attendee":
        return
    if recent_at_address(event_id, email, phone, now() - ADDRESS_WINDOW) >= ADDRESS_LIMIT:
        raise TooManyRegistrations(field="email" if email else "phone")


def follow_details(registration: Registration) -> None:
    """Bring what is computed of the details in line with them, and note that the row changed."""
    registration.set_name()
    registration.phone_tail = registration.phone[-4:]
    # Folding may lengthen: one character of presentation forms becomes up to eighteen.
    registration.organisation_key = fold(registration.organisation)[:400]
    registration.sequence += 1
    registration.changed_at = now()
