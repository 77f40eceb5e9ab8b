"""Pages for attendees: registering, and one's own page."""

from eventapp.registration.public import (
    address,
    answers,
    bookings,
    consents,
    details,
    finding,
    handing,
    invitations,
    moving,
    own,
    own_data,
    parties,
    privacy,
    registering,
    stars,
    uploads,
)
from eventapp.registration.public.pages import blueprint

__all__ = [
    "address",
    "answers",
    "blueprint",
    "bookings",
    "consents",
    "details",
    "finding",
    "handing",
    "invitations",
    "moving",
    "own",
    "own_data",
    "parties",
    "privacy",
    "registering",
    "stars",
    "uploads",
]
