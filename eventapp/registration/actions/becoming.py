"""One step of a registration along the table of states: noted, audited, told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.registration.actions.bookings import end_bookings
from eventapp.registration.actions.notify import tell_attendee
from eventapp.registration.actions.places import release_place
from eventapp.registration.actions.ways import give_back_code
from eventapp.registration.models import Registration
from eventapp.registration.states import HOLDING


def become(
    registration: Registration,
    state: str,
    *,
    by: Actor,
    action: str,
    reason: str = "",
    until: datetime | None = None,
) -> Registration:
    """Give a registration whose places are held a state, write one audit row and tell the guest.

    `until` is when an offer lapses. Places are the caller's business.
    """
    with transaction() as session:
        before: dict[str, Any] = {"state": registration.state}
        registration.state, registration.offer_expires_at = state, until
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


def end_registration(
    registration: Registration, state: str, *, by: Actor, action: str, reason: str = "", until: datetime | None = None
) -> bool:
    """Let a registration whose places are held leave, and end its bookings; whether it held a place in its category.

    That place is free then; whoever calls passes it on.
    """
    held = registration.state in HOLDING
    become(registration, state, by=by, action=action, reason=reason, until=until)
    end_bookings(registration, by=by)
    give_back_code(registration)
    if held:
        release_place(registration.category.places_id)
    return held
