"""Registration for programs: JSON under /api/v1/events/<event>/."""

from eventapp.registration.api import invitations, parties, privacy, questions, registrations, setup
from eventapp.registration.api.pages import blueprint

__all__ = ["blueprint", "invitations", "parties", "privacy", "questions", "registrations", "setup"]
