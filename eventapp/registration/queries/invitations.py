"""Reads about personal invitations."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import joinedload

from eventapp.db import db
from eventapp.people.names import Name, fold, letters, printed_en, printed_zh
from eventapp.registration.models import INVITATION_STATES, Invitation, Registration
from eventapp.registration.queries.registrations import PAGE_SIZE, Page
from eventapp.sealing import token_hash, unseal


def invitation_by_link(token: str) -> Invitation | None:
    """The invitation a guest's secret link belongs to."""
    return db.session.scalar(_whole().where(Invitation.link_hash == token_hash(token)))


def invitation_by_public_id(public_id: str) -> Invitation | None:
    return db.session.scalar(_whole().where(Invitation.public_id == public_id))


def invitation_of_event(event_id: int, public_id: str) -> Invitation | None:
    """An invitation to one event; another event's is not found."""
    return db.session.scalar(_whole().where(Invitation.event_id == event_id, Invitation.public_id == public_id))


def invitation_token(invitation: Invitation) -> str:
    """The secret of a guest's invitation, for a link in a mail to that guest."""
    return unseal(invitation.link_sealed, "invitation_link").decode()


def find_invitations(
    event_id: int, *, words: str = "", state: str = "", category_id: int | None = None, page: int = 1
) -> Page:
    """Invitations by name, organisation or address, state and category; newest first."""
    query = matching_invitations(event_id, words, state, category_id)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page = min(max(page, 1), max(1, -(-total // PAGE_SIZE)))
    rows = query.options(joinedload(Invitation.category)).order_by(Invitation.id.desc())
    return Page(db.session.scalars(rows.offset((page - 1) * PAGE_SIZE).limit(PAGE_SIZE)).all(), page, total)


def chosen_invitations(
    event_id: int, states: Collection[str], *, words: str = "", state: str = "", category_id: int | None = None
) -> Sequence[int]:
    """The ids of all invitations in one of these states that meet what is chosen, the oldest first."""
    query = matching_invitations(event_id, words, state, category_id).where(Invitation.state.in_(states))
    return db.session.scalars(query.with_only_columns(Invitation.id).order_by(Invitation.id)).all()


def invitations_by_state(event_id: int) -> dict[str, int]:
    """How many invitations are in each state; all states are named."""
    rows = db.session.execute(
        select(Invitation.state, func.count()).where(Invitation.event_id == event_id).group_by(Invitation.state)
    ).all()
    return dict.fromkeys(INVITATION_STATES, 0) | dict(rows)


def handed_between(rows: Sequence[Invitation]) -> dict[int, Invitation]:
    """For those of these invitations that were handed on, or came to a deputy: the other one of the pair, by id."""
    ids = [row.id for row in rows]
    first = {row.deputy_of_id: row.id for row in rows if row.deputy_of_id}
    pairs = select(Invitation).where(or_(Invitation.deputy_of_id.in_(ids), Invitation.id.in_(first)))
    found: dict[int, Invitation] = {}
    for other in db.session.scalars(pairs):
        if other.deputy_of_id in ids:
            found[other.deputy_of_id] = other
        if other.id in first:
            found[first[other.id]] = other
    return found


def deputy_of(invitation: Invitation) -> Invitation | None:
    """The invitation that somebody handed theirs on to."""
    return db.session.scalar(select(Invitation).where(Invitation.deputy_of_id == invitation.id))


def invited_before(event_id: int, email: str, key_plain: str) -> bool:
    """Whether somebody of this name was invited at this address."""
    same = Invitation.event_id == event_id, Invitation.email == email, Invitation.key_plain == key_plain
    return db.session.scalar(select(Invitation.id).where(*same).limit(1)) is not None


def invited_people(event_id: int) -> set[tuple[str, str]]:
    """Address and name key of everybody who was invited, in one statement."""
    rows = db.session.execute(
        select(Invitation.email, Invitation.key_plain).where(Invitation.event_id == event_id)
    ).all()
    return {(email, key) for email, key in rows}


def name_key(parts: Mapping[str, Any]) -> str:
    """What of a name is compared, as its column `key_plain` holds it."""
    name = Name(**parts)
    return fold(f"{printed_en(name)} {printed_zh(name)}")[:400]


def registration_of(invitation: Invitation) -> Registration | None:
    """What was registered with an invitation, as long as it is still this guest's.

    A place that was handed over, or a pass that was renewed, belongs to whoever has its newest link: the invitation,
    which went to the guest who was invited, leads there no longer.
    """
    if invitation.registration_id is None:
        return None
    registration = db.session.get(Registration, invitation.registration_id)
    return registration if registration is not None and registration.pass_serial == 1 else None


def invitation_expired(invitation: Invitation, at: datetime) -> bool:
    """Whether the time to accept is over at a moment."""
    return invitation.expires_at is not None and at >= invitation.expires_at


def matching_invitations(event_id: int, words: str, state: str, category_id: int | None) -> Select[Invitation]:
    """A query for an event's invitations that meet what is chosen; without an order."""
    query = select(Invitation).where(Invitation.event_id == event_id)
    if state:
        query = query.where(Invitation.state == state)
    if category_id is not None:
        query = query.where(Invitation.category_id == category_id)
    if words.strip():
        query = query.where(_matches(words))
    return query


def _matches(words: str) -> ColumnElement[bool]:
    plain, joined = fold(words), letters(words)
    if not plain:
        return false()
    found = [
        Invitation.key_plain.contains(plain, autoescape=True),
        Invitation.email.contains(words.strip().lower(), autoescape=True),
        Invitation.organisation.icontains(words.strip(), autoescape=True),
    ]
    if joined:
        found += [
            Invitation.key_full.startswith(joined, autoescape=True),
            Invitation.key_initials.startswith(joined, autoescape=True),
            Invitation.key_readings.contains(joined, autoescape=True),
        ]
    return or_(*found)


def _whole() -> Select[Invitation]:
    return select(Invitation).options(joinedload(Invitation.category))
