"""Tell an attendee what became of the registration, in the same transaction."""

from __future__ import annotations

from eventapp.messaging.actions import enqueue_message
from eventapp.registration.models import Registration


def tell_attendee(registration: Registration) -> None:
    """Put the mail about the present state into the outbox; without an address the guest's own page tells it."""
    if not registration.email:
        return
    enqueue_message(
        cause=f"registration:{registration.public_id}:{registration.sequence}",
        recipient=registration.email,
        language=registration.language,
        template=f"registration_{registration.state}",
        values={"registration": registration.public_id},
        event_id=registration.event_id,
    )
