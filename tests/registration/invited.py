"""Invitations, codes and links that tests tell of, made by the real actions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.messaging.models import OutboxMessage
from eventapp.registration.actions import add_invitation, send_invitation
from eventapp.registration.actions.invitations import Invited
from eventapp.registration.models import Category, Invitation
from eventapp.registration.queries import invitation_token
from tests.registration.guests import make_category

FORM = "/e/delta-2026/register"


def vip_category(event: Event, capacity: int | None = None, **values: Any) -> Category:
    """A category only for those who are invited in person."""
    story = {"code": "vip", "name_en": "Guests of honour", "name_zh": "特邀嘉宾", "entry": "invitation", **values}
    return make_category(event, capacity, **story)


def invited(number: int = 1, **values: Any) -> Invited:
    """Guest number so-and-so, to be invited."""
    story: dict[str, Any] = {
        "name": {"given_en": "Mei", "family_en": f"Han {number}", "family_zh": "韩", "given_zh": f"梅{number}"},
        "email": f"mei{number}@example.org",
        "organisation": "Suzhou Institute",
        "position": "Professor",
        **values,
    }
    return Invited(**story)


def draft(category: Category, number: int = 1, expires_at: Any = None, **values: Any) -> Invitation:
    """A drafted invitation."""
    return add_invitation(category.event_id, category.id, invited(number, **values), by=SYSTEM, expires_at=expires_at)


def sent(category: Category, number: int = 1, **values: Any) -> Invitation:
    """An invitation that was sent."""
    row = draft(category, number, **values)
    send_invitation(row.id, by=SYSTEM)
    return fresh(row)


def fresh(row: Invitation) -> Invitation:
    """The invitation as it is now."""
    number = row.id
    db.session.rollback()
    return db.session.get_one(Invitation, number)


def page_of(row: Invitation) -> str:
    """The address of the guest's invitation."""
    return f"/i/{invitation_token(row)}"


def form_of(row: Invitation) -> str:
    """The address of the registration form for the guest."""
    return f"{FORM}?invitation={invitation_token(row)}"


def mails_to(address: str) -> list[str]:
    """The templates of all mails to an address, in order."""
    query = select(OutboxMessage.template).where(OutboxMessage.recipient == address).order_by(OutboxMessage.id)
    return list(db.session.scalars(query))
