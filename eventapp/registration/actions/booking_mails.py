"""Tell a guest what became of bookings, in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eventapp.db import db
from eventapp.messaging.actions import enqueue_message
from eventapp.registration.models import Booking, Choice, Registration
from eventapp.registration.queries import as_guests_know_it


def tell_of_bookings(
    registration: Registration, bookings: Sequence[Booking], what: str, why: str = "", *, reason: str = ""
) -> None:
    """Put one mail about these bookings into the outbox: 'confirmed', 'offered', or 'ended' with why.

    The mail holds the sessions as they are now: what has ended may be gone from the agenda when it is sent.
    """
    party = registration.party
    recipient = registration.email or (party.email if party else "")
    if not bookings or not recipient:
        return
    first = bookings[0]
    enqueue_message(
        cause=f"booking:{first.public_id}:{first.sequence}",
        recipient=recipient,
        language=registration.language if registration.email or not party else party.language,
        template=f"booking_{what}",
        values={
            "registration": registration.public_id,
            "why": why,
            "reason": reason,
            "bookings": [values_of(booking) for booking in bookings],
        },
        event_id=registration.event_id,
    )


def values_of(booking: Booking) -> dict[str, Any]:
    """What a mail and its calendar entry tell of one booking, as plain values; moments in UTC."""
    entry: dict[str, Any] = {
        "booking": booking.public_id,
        "sequence": booking.sequence,
        "changed_at": booking.changed_at.isoformat(),
        "until": booking.offer_expires_at.isoformat() if booking.offer_expires_at else None,
    }
    if booking.bookable is None:
        choice = db.session.get_one(Choice, booking.choice_id)
        return {**entry, "title": _both(choice.question.label), "choice": _both(choice.label)}
    session = as_guests_know_it(booking.bookable.session)
    return {
        **entry,
        "session": session.public_id,
        "kind": session.kind,
        "title": _both(session.title),
        "hall": _both(session.hall.name) if session.hall else None,
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
        # Both only ever grow, so their sum does: a calendar takes the entry with the highest.
        "sequence": booking.sequence + session.sequence,
    }


def _both(text: Any) -> dict[str, str]:
    return dict(text.as_dict())
