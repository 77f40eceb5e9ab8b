"""Tell an attendee, or the contact of a party, what became of registrations, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from eventapp.db import transaction
from eventapp.messaging.actions import enqueue_message
from eventapp.registration.models import Party, Registration


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


def tell_contacts(changed: Iterable[Registration], template: str = "party_news") -> None:
    """One mail to the contact of each party that one of these belongs to, whatever number of its members changed."""
    members = {member.party_id: member for member in changed if member.party_id is not None}
    if not members:
        return
    with transaction() as session:
        for party in session.scalars(select(Party).where(Party.id.in_(members)).order_by(Party.id)):
            member = members[party.id]
            if party.email:
                enqueue_message(
                    # The member's own count makes it another mail each time, and takes no lock on the party.
                    cause=f"party:{party.public_id}:{member.public_id}:{member.sequence}",
                    recipient=party.email,
                    language=party.language,
                    template=template,
                    values={"party": party.public_id},
                    event_id=party.event_id,
                )
