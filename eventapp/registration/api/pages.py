"""What the operations share: the blueprint, and finding what an address or a body names in the program's own event."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from flask import Blueprint

from eventapp.errors import NotFound
from eventapp.jsonapi import Program, Wrongly
from eventapp.registration.errors import NoticeChanged, NoWayToReach
from eventapp.registration.models import BookableSession, Category, Registration
from eventapp.registration.queries import bookables_of, categories_of, current_notice, registration_of_event
from eventapp.registration.queries.listing import category_named
from eventapp.web import csrf

blueprint = Blueprint("registration_api", __name__, url_prefix="/api/v1/events/<event>")
# A bearer token in a header is never sent by a browser on its own, so no form of another site can use it.
csrf.exempt(blueprint)


def load_registration(program: Program, public_id: str) -> Registration:
    """Raises NotFound for another event's."""
    found = registration_of_event(program.event.id, public_id)
    if found is None:
        raise NotFound
    return found


def load_category(program: Program, public_id: str) -> Category:
    """Raises NotFound for another event's."""
    found = next((row for row in categories_of(program.event.id) if row.public_id == public_id), None)
    if found is None:
        raise NotFound
    return found


def named_category(program: Program, code_or_id: str) -> Category:
    """The category that a body names. Raises Wrongly."""
    found = category_named(program.event.id, code_or_id)
    if found is None:
        raise Wrongly({"category": "no such category in this event"})
    return found


def named_sessions(program: Program, public_ids: Iterable[str]) -> list[BookableSession]:
    """The sessions with seats that a body names. Raises Wrongly."""
    known = {row.public_id: row for row in bookables_of(program.event.id)}
    found = []
    for public_id in dict.fromkeys(public_ids):
        if public_id not in known:
            raise Wrongly({"sessions": f"no session with seats has the id {public_id[:40]}"})
        found.append(known[public_id])
    return found


def form_key_of(program: Program, noun: str, key: str) -> str:
    """A program's key, told apart from every other event's and from what forms send."""
    # Keys of programs can be guessed, and a form's key leads to the guest's page: the dot is in no key that a form can send.
    return f"api.{hashlib.sha256(f'api:{noun}:{program.event.public_id}:{key}'.encode()).hexdigest()[:56]}"


def agreed_notice(program: Program, version: int | None) -> int | None:
    """The notice that a guest agreed to; only the one in force counts. Raises NoticeChanged."""
    if version is None:
        return None
    notice = current_notice(program.event.id)
    if notice is None or notice.version != version:
        raise NoticeChanged(field="notice_version")
    return notice.id


def check_reachable(email: str, phone: str, field: str = "email") -> None:
    """Raises NoWayToReach."""
    if not (email or phone):
        raise NoWayToReach(field=field)
