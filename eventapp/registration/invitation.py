"""The calendar entry of one registration."""

from __future__ import annotations

from flask import current_app

from eventapp.events.models import Event
from eventapp.i18n import current_language
from eventapp.passes.calendar import Invitation, calendar_file
from eventapp.registration.models import Registration
from eventapp.registration.states import ALIVE


def invitation_file(event: Event, registration: Registration) -> bytes:
    """The event as a calendar file in the present language; the same entry, with a higher SEQUENCE, after each change."""
    language = current_language()
    venue = event.venue
    place = (
        ", ".join(part for part in (venue.name.here(language), venue.address.here(language)) if part) if venue else ""
    )
    address = f"{current_app.config['BASE_URL']}/e/{event.slug}/"
    return calendar_file(
        Invitation(
            uid=f"{registration.public_id}@eventapp",
            sequence=registration.sequence,
            changed_at=registration.changed_at,
            starts_at=event.starts_at,
            ends_at=event.ends_at,
            zone=event.time_zone,
            summary=event.name.here(language),
            location=place,
            description=event.tagline.here(language),
            url=address,
            organiser=event.contact_email,
            cancelled=registration.state not in ALIVE,
        )
    )
