"""Remove what is held about one guest, because the guest asks for it.

The guest is told by a last message. It names nobody but its recipient, and its row is removed once it was sent or given up
(see `forget_farewells`), so that at the end nothing is left of the address either.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.db import transaction
from eventapp.messaging.actions import enqueue_message
from eventapp.people.models import NAME_PARTS
from eventapp.registration.actions.changes import cancel_registration, withdraw_registration
from eventapp.registration.actions.places import lock_places_of
from eventapp.registration.actions.purging import purge_registration
from eventapp.registration.errors import DataRemoved, NotPossibleNow, ReasonMissing
from eventapp.registration.models import Registration
from eventapp.registration.queries.privacy import removed_on

FAREWELL = "registration_erased"


def erase_registration(registration_id: int, *, by: Actor, reason: str = "") -> None:
    """End the registration if it is alive, pass its place on, and remove what is held about the guest, at once.

    The team says why. Raises DataRemoved, ReasonMissing.
    """
    with transaction():
        registration = lock_places_of(registration_id)
        if registration.purged_at is not None:
            raise DataRemoved(day=removed_on(registration))
        if by.kind == "user" and not reason:
            raise ReasonMissing
        # Nothing of the guest stays, so neither does where the wish came from.
        by = by if by.kind == "user" else replace(by, origin="")
        farewell = _farewell(registration)
        reason = _without_values(reason, registration)
        _end(registration_id, by=by)
        purge_registration(registration, by=by)
        record("erase_registration", registration, by=by, event_id=registration.event_id, reason=reason)
        if farewell["recipient"]:
            enqueue_message(template=FAREWELL, values={}, **farewell)


def _end(registration_id: int, *, by: Actor) -> None:
    end = withdraw_registration if by.kind == "attendee" else cancel_registration
    # It may have ended before.
    with suppress(NotPossibleNow):
        end(registration_id, by=by)


def _farewell(registration: Registration) -> dict[str, Any]:
    return {
        "cause": f"erasure:{registration.public_id}",
        "recipient": registration.email,
        "language": registration.language,
        "event_id": registration.event_id,
    }


def _without_values(reason: str, registration: Registration) -> str:
    """The reason, should it hold what is being removed, with a dash in its place."""
    held = [getattr(registration, part) for part in (*NAME_PARTS, "email", "phone", "organisation")]
    for value in sorted((value for value in held if isinstance(value, str) and value), key=len, reverse=True):
        reason = reason.replace(value, "–")
    return reason
