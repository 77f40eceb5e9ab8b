"""The team's pages about registration."""

from eventapp.registration.manage import (
    answers,
    approval,
    bookings,
    categories,
    codes,
    deadline,
    handing,
    invitations,
    moving,
    notice,
    parties,
    privacy,
    questions,
    registrations,
    tables,
    waiting,
)
from eventapp.registration.manage.pages import blueprint

__all__ = [
    "answers",
    "approval",
    "blueprint",
    "bookings",
    "categories",
    "codes",
    "deadline",
    "handing",
    "invitations",
    "moving",
    "notice",
    "parties",
    "privacy",
    "questions",
    "registrations",
    "tables",
    "waiting",
]
