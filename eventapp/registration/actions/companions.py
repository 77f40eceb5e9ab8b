"""A guest who was invited in person brings others along: together they are a small party, with the guest as contact."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError, PendingRollbackError

from eventapp.accounts.actions import record
from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.registration.actions.parties import Member, add_to_party
from eventapp.registration.actions.register import TRIES, Attendee, register_attendee
from eventapp.registration.actions.wishes import Wishes
from eventapp.registration.errors import PlusOnesBelowBrought
from eventapp.registration.guestlist import name_parts
from eventapp.registration.models import Category, Party, Registration
from eventapp.registration.queries import invitation_by_link
from eventapp.sealing import new_token, seal, token_hash


def register_invited(
    event_id: int,
    category_id: int,
    attendee: Attendee,
    companions: Sequence[str],
    *,
    by: Actor,
    form_key: str,
    notice_id: int | None,
    wishes: Wishes,
) -> Registration:
    """Register a guest by their invitation (`wishes.way`), and those they name, in one transaction.

    The guest comes first; each of the others gets a place or waits. They are admitted by the guest's invitation, so the
    category need not be open to parties. Raises PlusOnesBelowBrought and what `register_attendee` raises.
    """
    for attempt in range(TRIES):
        try:
            with transaction():
                registration = register_attendee(
                    event_id, category_id, attendee, by=by, form_key=form_key, notice_id=notice_id, wishes=wishes
                )
                if companions and registration.party_id is None:
                    _refuse_too_many(companions, wishes.way.invitation, registration)
                    _bring(registration, companions, form_key, by=by)
                return registration
        except (IntegrityError, PendingRollbackError):
            # A short code that is taken.
            if attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _refuse_too_many(companions: Sequence[str], token: str, registration: Registration) -> None:
    invitation = invitation_by_link(token)
    # The form of another registration may be sent again with this invitation.
    is_theirs = invitation is not None and invitation.registration_id == registration.id
    most = invitation.plus_ones if invitation is not None and is_theirs else 0
    if len(companions) > most:
        raise PlusOnesBelowBrought(most=most)


def _bring(registration: Registration, companions: Sequence[str], form_key: str, *, by: Actor) -> None:
    with transaction() as session:
        party = _party_of(registration, form_key)
        session.add(party)
        session.flush()
        registration.party_id, registration.party_role = party.id, "head"
        session.flush()
        after = {"companions": len(companions), "category": session.get_one(Category, registration.category_id).code}
        record("bring_companions", party, by=by, event_id=party.event_id, after=after)
        members = [_member(name, registration) for name in companions]
        add_to_party(party.id, registration.category_id, members, by=SYSTEM, form_key=form_key, notice_id=None)


def _party_of(registration: Registration, form_key: str) -> Party:
    token = new_token()
    return Party(
        event_id=registration.event_id,
        name="",
        contact_name=str(registration.name),
        email=registration.email,
        phone=registration.phone,
        language=registration.language,
        split_allowed=True,
        form_key=form_key,
        link_hash=token_hash(token),
        link_sealed=seal(token.encode(), "party_link"),
        created_at=now(),
        changed_at=now(),
    )


def _member(name: str, host: Registration) -> Member:
    return Member(Attendee(name=dict(name_parts(name)), organisation=host.organisation, language=host.language))
