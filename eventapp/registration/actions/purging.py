"""Remove what is held about guests, and keep that they were there: rows, states, counts.

What a purge removes: name and contact, answers with their files, the reasons of decisions, what the audit trail and the
outbox say, what invitations and parties hold; higher rooms hear of it and remove what is theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update

from eventapp.accounts.actions import forget_in_audit
from eventapp.accounts.actor import Actor
from eventapp.clock import now
from eventapp.db import after_commit, announce, transaction
from eventapp.messaging.actions import forget_messages, forget_search_words
from eventapp.people.models import NAME_PARTS
from eventapp.registration.actions.answers import delete_answers
from eventapp.registration.actions.stars import forget_stars
from eventapp.registration.models import RETENTION_PURPOSES, Invitation, Party, Registration
from eventapp.traces import leave_no_trace

CHUNK = 500
NO_NAME: dict[str, Any] = {
    **{part: "" for part in NAME_PARTS if part != "family_first"},
    **dict.fromkeys(("key_full", "key_initials", "key_readings", "key_plain", "key_sort"), ""),
    "family_first": False,
}
NO_GUEST = {
    **NO_NAME,
    **dict.fromkeys(("email", "phone", "phone_tail", "organisation", "organisation_key", "position"), ""),
    **dict.fromkeys(("seat_label", "door_note", "reason_en", "reason_zh"), ""),
    "person_id": None,
}
NO_INVITED = {**NO_NAME, **dict.fromkeys(("email", "organisation", "position", "word", "note"), "")}
NO_CONTACT = dict.fromkeys(("name", "contact_name", "email", "phone"), "")
# Tables whose rows say who somebody is; after a purge none of what they held is left in the database's files.
TABLES = (
    "registrations", "invitations", "parties", "answers", "answer_files", "consents", "audit_entries",
    "outbox_messages", "mailings", "scans", "stars", "personal_feeds",
)  # fmt: skip
# Rows whose trail may name a guest.
TRAILS = ("registrations", "invitations", "parties", "bookings", "answers", "answer_files", "mailings")


@dataclass(frozen=True)
class RegistrationsPurged:
    """What was held about these guests is removed; whoever else holds something removes it now."""

    event_id: int
    registration_ids: tuple[int, ...]
    by: Actor


@dataclass
class _Guests:
    """Whose data goes, and how else they are called: addresses and public ids that messages may hold."""

    registrations: list[int] = field(default_factory=list)
    invitations: list[int] = field(default_factory=list)
    parties: list[int] = field(default_factory=list)
    addresses: set[str] = field(default_factory=set)
    public_ids: set[str] = field(default_factory=set)


def purge_registration(registration: Registration, *, by: Actor) -> None:
    """Remove what is held about one guest, with the guest's invitation; and the party's contact after the last member."""
    guests = _Guests()
    _add(guests.registrations, guests, [registration])
    with transaction() as session:
        invited = select(Invitation).where(Invitation.registration_id == registration.id)
        _add(guests.invitations, guests, session.scalars(invited).all())
        if registration.party_id is not None and _was_last(registration):
            _add(guests.parties, guests, [session.get_one(Party, registration.party_id)])
        values = [registration.email, registration.phone, *(getattr(registration, part) for part in NAME_PARTS)]
        _remove(registration.event_id, guests, by=by)
        for kind, ids in (("registrations", guests.registrations), ("invitations", guests.invitations)):
            forget_in_audit(registration.event_id, kind, ids)
        if guests.parties:
            forget_in_audit(registration.event_id, "parties", guests.parties)
        forget_search_words(registration.event_id, [value for value in values if isinstance(value, str)])


def purge_event(event_id: int, *, by: Actor) -> dict[str, int]:
    """Remove what is held about all guests of an event; returns how many rows of each kind."""
    guests = _Guests()
    with transaction() as session:
        of_event = select(Registration).where(Registration.event_id == event_id, Registration.purged_at.is_(None))
        _add(guests.registrations, guests, session.scalars(of_event).all())
        _add(guests.invitations, guests, session.scalars(select(Invitation).filter_by(event_id=event_id)).all())
        parties = select(Party).where(Party.event_id == event_id, Party.purged_at.is_(None))
        _add(guests.parties, guests, session.scalars(parties).all())
        _remove(event_id, guests, by=by)
        for kind in TRAILS:
            forget_in_audit(event_id, kind)
        forget_search_words(event_id)
    return {
        "registrations": len(guests.registrations),
        "parties": len(guests.parties),
        "invitations": len(guests.invitations),
    }


def purge_answers(registration_ids: Collection[int], purpose: str) -> int:
    """Remove answers to questions of one purpose, with their files; returns how many."""
    with transaction():
        after_commit(_leave_no_trace)
        return delete_answers(registration_ids, {purpose})


def _add(ids: list[int], guests: _Guests, rows: Sequence[Any]) -> None:
    ids += [row.id for row in rows]
    guests.addresses |= {row.email for row in rows if row.email}
    guests.public_ids |= {row.public_id for row in rows}


def _was_last(registration: Registration) -> bool:
    """Whether nobody else of the party is still known."""
    with transaction() as session:
        others = select(Registration.id).where(
            Registration.party_id == registration.party_id,
            Registration.id != registration.id,
            Registration.purged_at.is_(None),
        )
        return session.scalar(others.limit(1)) is None


def _remove(event_id: int, guests: _Guests, *, by: Actor) -> None:
    at = now()
    with transaction() as session:
        delete_answers(guests.registrations, RETENTION_PURPOSES)
        forget_stars(guests.registrations)
        forget_messages(event_id, addresses=guests.addresses, public_ids=guests.public_ids)
        purged = {"purged_at": at, "changed_at": at}
        _blank(Registration, guests.registrations, {**NO_GUEST, **purged, "sequence": Registration.sequence + 1})
        _blank(Invitation, guests.invitations, {**NO_INVITED, "changed_at": at})
        _blank(Party, guests.parties, {**NO_CONTACT, **purged})
        session.expire_all()
        announce(RegistrationsPurged(event_id, tuple(guests.registrations), by))
        after_commit(_leave_no_trace)


def _blank(model: type[Any], ids: list[int], values: dict[str, Any]) -> None:
    with transaction() as session:
        for start in range(0, len(ids), CHUNK):
            session.execute(
                update(model)
                .where(model.id.in_(ids[start : start + CHUNK]))
                .values(**values)
                .execution_options(synchronize_session=False)
            )


def _leave_no_trace() -> None:
    leave_no_trace(TABLES)
