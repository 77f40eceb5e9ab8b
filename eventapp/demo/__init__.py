"""The sample: a summit and an alliance's launch, built from what was reported and removed without a trace."""

from __future__ import annotations

from sqlalchemy import select

from eventapp.accounts.actions import add_user, delete_sample_users, set_role
from eventapp.accounts.actor import SYSTEM
from eventapp.db import transaction
from eventapp.demo.attendance import add_checkpoints, register_guests, rehearse
from eventapp.demo.build import build_directory, build_event, first_day
from eventapp.demo.guests import LAUNCH_GUESTS, SUMMIT_GUESTS
from eventapp.demo.launch import LAUNCH
from eventapp.demo.summit import SUMMIT
from eventapp.events.actions import delete_sample_events
from eventapp.events.models import Event
from eventapp.people.actions import delete_sample_people

ORGANISER_EMAIL = "organiser@example.org"

TEAM = {
    "editor": ("editor@example.org", "Agenda editor (sample)"),
    "registrar": ("registrar@example.org", "Registrar (sample)"),
    "door": ("door@example.org", "Door staff (sample)"),
    "viewer": ("viewer@example.org", "Viewer (sample)"),
}


def build_sample() -> bool:
    """Build the sample in one transaction; False, and nothing done, when it is already there.

    Raises SlugTaken if a real event uses one of its addresses. Sends no mail.
    """
    with transaction() as session:
        if session.scalar(select(Event.id).where(Event.is_sample)):
            return False
        day, directory = first_day(), build_directory()
        summit_id = build_event(SUMMIT, day, directory)
        launch_id = build_event(LAUNCH, day, directory)
        _gather_team(summit_id, launch_id)
        _fill_halls(summit_id, launch_id)
        return True


def remove_sample() -> None:
    """Remove the sample and everything that was done in it, leaving no row."""
    with transaction():
        delete_sample_events()
        delete_sample_people()
        delete_sample_users()


def _gather_team(summit_id: int, launch_id: int) -> None:
    """One owner of it all, and one user for each further role in the summit."""
    add_user(ORGANISER_EMAIL, name="Organiser (sample)", is_owner=True, is_sample=True)
    for event_id in (summit_id, launch_id):
        set_role(event_id, ORGANISER_EMAIL, "owner", by=SYSTEM)
    for role, (email, name) in TEAM.items():
        add_user(email, name=name, is_sample=True)
        set_role(summit_id, email, role, by=SYSTEM)


def _fill_halls(summit_id: int, launch_id: int) -> None:
    add_checkpoints(SUMMIT, summit_id)
    add_checkpoints(LAUNCH, launch_id)
    guests = register_guests(summit_id, SUMMIT_GUESTS, first_number=1)
    register_guests(launch_id, LAUNCH_GUESTS, first_number=1 + len(SUMMIT_GUESTS))
    rehearse(summit_id, guests)
