"""Reads about parties."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from eventapp.db import db
from eventapp.registration.models import Party, Registration
from eventapp.registration.states import ALIVE, HOLDING
from eventapp.sealing import token_hash, unseal


def party_by_link(token: str) -> Party | None:
    """The party that a contact's secret link belongs to."""
    return db.session.scalar(select(Party).where(Party.link_hash == token_hash(token)))


def party_by_public_id(public_id: str) -> Party | None:
    return db.session.scalar(select(Party).where(Party.public_id == public_id))


def party_of_event(event_id: int, public_id: str) -> Party | None:
    """A party of one event; another event's is not found."""
    return db.session.scalar(select(Party).where(Party.event_id == event_id, Party.public_id == public_id))


def party_token(party: Party) -> str:
    """The secret of the contact's page, for a link in a mail to the contact."""
    return unseal(party.link_sealed, "party_link").decode()


def members_of(party_id: int) -> Sequence[Registration]:
    """Everybody of a party in the order they were named, with their categories; one statement."""
    query = select(Registration).where(Registration.party_id == party_id).options(joinedload(Registration.category))
    return db.session.scalars(query.order_by(Registration.id)).all()


def member_of(party_id: int, public_id: str) -> Registration | None:
    """One of a party; another's member is not found."""
    query = select(Registration).where(Registration.party_id == party_id, Registration.public_id == public_id)
    return db.session.scalar(query.options(joinedload(Registration.category)))


def parties_of(event_id: int) -> list[tuple[Party, int, int]]:
    """The parties of an event, the newest first, each with how many are to come or wish to, and how many have a place."""
    alive = func.count(Registration.id).filter(Registration.state.in_(ALIVE))
    holding = func.count(Registration.id).filter(Registration.state.in_(HOLDING))
    query = (
        select(Party, alive.label("alive"), holding.label("holding"))
        .outerjoin(Registration, Registration.party_id == Party.id)
        .where(Party.event_id == event_id)
        .group_by(Party.id)
    )
    return [(row[0], row.alive, row.holding) for row in db.session.execute(query.order_by(Party.id.desc()))]


def recent_parties(event_id: int, email: str, phone: str, since: datetime) -> int:
    """How many parties a contact with this e-mail address, or phone where there is none, registered since a moment."""
    same = Party.email == email if email else Party.phone == phone
    query = select(func.count()).where(Party.event_id == event_id, same, Party.created_at >= since)
    return db.session.scalar(query) or 0


def party_names(party_ids: Iterable[int]) -> dict[int, Party]:
    """Parties by id; one statement."""
    return {party.id: party for party in db.session.scalars(select(Party).where(Party.id.in_(set(party_ids))))}
