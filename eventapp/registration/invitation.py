"""The calendar entry of one registration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app

from eventapp.agenda.words import SESSION_KINDS
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


@dataclass(frozen=True)
class Seat:
    """What was booked, in one language: a session with its times and hall, or a choice of an answer."""

    booking: str
    sequence: int
    changed_at: datetime
    title: str
    choice: str = ""
    session: str = ""
    hall: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    until: datetime | None = None


def seat_of(values: dict[str, Any]) -> Seat:
    """The plain values of a booking (see actions.booking_mails) in the present language."""
    language = current_language()
    kind = str(SESSION_KINDS[values["kind"]]) if "kind" in values else ""
    moments = {name: values.get(name) for name in ("starts_at", "ends_at", "until")}
    return Seat(
        booking=values["booking"],
        sequence=values["sequence"],
        changed_at=datetime.fromisoformat(values["changed_at"]),
        title=values["title"][language] or kind,
        choice=(values.get("choice") or {}).get(language, ""),
        session=values.get("session", ""),
        hall=(values.get("hall") or {}).get(language, ""),
        **{name: datetime.fromisoformat(text) if text else None for name, text in moments.items()},
    )


def seat_file(event: Event, seat: Seat, *, cancelled: bool = False) -> bytes:
    """A booked session as a calendar file; the same entry whatever becomes of the booking."""
    language = current_language()
    venue = event.venue.name.here(language) if event.venue else ""
    return calendar_file(
        Invitation(
            uid=f"{seat.booking}@eventapp",
            sequence=seat.sequence,
            changed_at=seat.changed_at,
            starts_at=seat.starts_at or event.starts_at,
            ends_at=seat.ends_at or event.ends_at,
            zone=event.time_zone,
            summary=seat.title,
            location=", ".join(part for part in (seat.hall, venue) if part),
            description=event.name.here(language),
            url=f"{current_app.config['BASE_URL']}/e/{event.slug}/agenda/{seat.session}",
            organiser=event.contact_email,
            cancelled=cancelled,
        )
    )
