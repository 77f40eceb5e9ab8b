"""Parties: several people registered by one contact, in one transaction, with places for all of them or as many as fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.changing import load_to_change
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.registration.actions.links import BETWEEN
from eventapp.registration.actions.notify import tell_contacts
from eventapp.registration.actions.places import draw_ticket, lock_all, lock_places, take_place
from eventapp.registration.actions.register import (
    ADDRESS_LIMIT,
    ADDRESS_WINDOW,
    TRIES,
    Attendee,
    check_open,
    keep_registration,
    new_registration,
)
from eventapp.registration.actions.waiting import promote_waiting
from eventapp.registration.actions.wishes import NO_WISHES, WayIn, Wishes
from eventapp.registration.errors import (
    FormSentBefore,
    LinkUnknown,
    NoPartiesHere,
    PartyEmpty,
    PartyTooLarge,
    TooManyForOneAddress,
    TooManyParties,
)
from eventapp.registration.models import MOST_OF_A_PARTY, Category, Party, Registration
from eventapp.registration.queries import recent_for_address
from eventapp.registration.queries.parties import recent_parties
from eventapp.registration.states import ALIVE
from eventapp.sealing import new_token, seal, token_hash

# One contact may register the delegations of a few organisations within the window, not a bot's hundreds.
PARTY_LIMIT = 6


@dataclass(frozen=True)
class Contact:
    """Who registers a party and looks after it. `party` is what the delegation is called."""

    name: str
    email: str = ""
    phone: str = ""
    party: str = ""
    language: str = "en"
    split_allowed: bool = False


@dataclass(frozen=True)
class Member:
    """One person of a party; needs no address of their own. `role` is one of PARTY_ROLES."""

    attendee: Attendee
    role: str = "member"


def register_party(
    event_id: int,
    category_id: int,
    contact: Contact,
    members: Sequence[Member],
    *,
    by: Actor,
    form_key: str,
    notice_id: int | None,
    wishes: Wishes = NO_WISHES,
) -> Party:
    """Register all of a party: all confirmed or all waiting; as many as fit if the contact allows a split.

    The same `form_key` gives the first party again. Of the wishes, the way in and the consents count for each member.
    Raises PartyEmpty, PartyTooLarge, RegistrationClosed, CategoryClosed and what else `check_way_in` raises,
    NoPartiesHere, NoticeChanged, TooManyParties, TooManyForOneAddress, FormSentBefore.
    """
    for attempt in range(TRIES):
        try:
            with transaction() as session:
                category = session.get_one(Category, category_id)
                lock_all([category.places_id])
                earlier = _by_form_key(form_key)
                if earlier is not None:
                    return earlier
                _check_party(event_id, category, contact, members, by)
                check_open(event_id, category, by=by, notice_id=notice_id, wishes=_of_each(wishes))
                return _add_party(event_id, category, contact, members, by, form_key, notice_id, wishes)
        except IntegrityError:
            # A short code that is taken, or the same form through another category at the same moment.
            if attempt == TRIES - 1:
                raise FormSentBefore from None
    raise AssertionError("unreachable")


def add_to_party(
    party_id: int,
    category_id: int,
    members: Sequence[Member],
    *,
    by: Actor,
    form_key: str,
    notice_id: int | None,
    link: str | None = None,
    wishes: Wishes = NO_WISHES,
) -> list[Registration]:
    """Add people to a party; each gets a place or waits in the line by itself.

    The same `form_key` adds them once. `link` is the secret a contact came by, None for the team.
    Raises LinkUnknown and what `register_party` raises.
    """
    for attempt in range(TRIES):
        try:
            with transaction() as session:
                category = session.get_one(Category, category_id)
                lock_all([category.places_id])
                party = load_to_change(Party, party_id)
                check_party_link(party, link)
                earlier = _added_with(party, form_key)
                if earlier:
                    return earlier
                _check_members(category, members, party.event_id, by, there=_alive_in(party))
                check_open(party.event_id, category, by=by, notice_id=notice_id, wishes=_of_each(wishes))
                return _add_members(party, category, members, by, form_key, notice_id, wishes)
        except IntegrityError:
            # A short code that is taken.
            if attempt == TRIES - 1:
                raise FormSentBefore from None
    raise AssertionError("unreachable")


def check_party_link(party: Party, link: str | None) -> None:
    """Raises LinkUnknown if a contact came by a link that opens another party; the team comes without."""
    if link is not None and party.link_hash != token_hash(link):
        raise LinkUnknown


def _check_party(event_id: int, category: Category, contact: Contact, members: Sequence[Member], by: Actor) -> None:
    _check_members(category, members, event_id, by, there=0)
    if by.kind == "attendee":
        since = now() - ADDRESS_WINDOW
        if recent_parties(event_id, contact.email, contact.phone, since) >= PARTY_LIMIT:
            raise TooManyParties(field="contact_email" if contact.email else "contact_phone")


def _check_members(category: Category, members: Sequence[Member], event_id: int, by: Actor, *, there: int) -> None:
    if not members:
        raise PartyEmpty
    if there + len(members) > MOST_OF_A_PARTY:
        raise PartyTooLarge(most=MOST_OF_A_PARTY)
    if by.kind == "attendee":
        if not category.takes_parties:
            raise NoPartiesHere
        _check_addresses(event_id, members)


def _check_addresses(event_id: int, members: Sequence[Member]) -> None:
    """Each mail goes to somebody who did not ask for it themselves, so an address takes no more here than elsewhere."""
    since = now() - ADDRESS_WINDOW
    for email, number in Counter(member.attendee.email for member in members).items():
        if email and recent_for_address(event_id, email, "", since) + number > ADDRESS_LIMIT:
            raise TooManyForOneAddress(email=email)


def _add_party(
    event_id: int,
    category: Category,
    contact: Contact,
    members: Sequence[Member],
    by: Actor,
    form_key: str,
    notice_id: int | None,
    wishes: Wishes,
) -> Party:
    with transaction() as session:
        party = _new_party(event_id, contact, form_key)
        session.add(party)
        session.flush()
        rows = [
            _new_member(party, category, member, form_key, number) for number, member in enumerate(members, start=1)
        ]
        for row in rows:
            # Who came together waits together.
            row.created_at = party.created_at
        _give_places(category, rows, by, whole=not party.split_allowed)
        _keep(rows, category, by, notice_id, wishes)
        after = {"members": len(rows), "category": category.code}
        record("register_party", party, by=by, event_id=event_id, after=after)
        tell_contacts(rows, template="party_registered")
        return party


def _add_members(
    party: Party,
    category: Category,
    members: Sequence[Member],
    by: Actor,
    form_key: str,
    notice_id: int | None,
    wishes: Wishes,
) -> list[Registration]:
    rows = [_new_member(party, category, member, form_key, number) for number, member in enumerate(members, start=1)]
    _give_places(category, rows, by, whole=False)
    _keep(rows, category, by, notice_id, wishes)
    after = {"members": len(rows), "category": category.code}
    record("add_to_party", party, by=by, event_id=party.event_id, after=after)
    tell_contacts(rows)
    return rows


def _give_places(category: Category, rows: Sequence[Registration], by: Actor, *, whole: bool) -> None:
    if category.needs_approval:
        for row in rows:
            row.state, row.ticket = "pending", None
        return
    if category.offer_hours:
        # What lapsed a moment ago belongs to those who wait already.
        promote_waiting(category.places_id, by=by)
    free = lock_places(category.places_id).free
    fitting = len(rows) if free is None else min(free, len(rows))
    taken = 0 if whole and fitting < len(rows) else fitting
    taken = taken if take_place(category.places_id, taken) else 0
    first = draw_ticket(category.places_id, len(rows))
    for number, row in enumerate(rows):
        row.state, row.ticket = ("confirmed" if number < taken else "waiting"), first + number


def _keep(rows: Sequence[Registration], category: Category, by: Actor, notice_id: int | None, wishes: Wishes) -> None:
    for row in rows:
        keep_registration(row, category, by=by, form_key=row.form_key, notice_id=notice_id, wishes=_of_each(wishes))


def _new_party(event_id: int, contact: Contact, form_key: str) -> Party:
    token = new_token()
    return Party(
        event_id=event_id,
        name=contact.party,
        contact_name=contact.name,
        email=contact.email,
        phone=contact.phone,
        language=contact.language,
        split_allowed=contact.split_allowed,
        form_key=form_key,
        link_hash=token_hash(token),
        link_sealed=seal(token.encode(), "party_link"),
        created_at=now(),
        changed_at=now(),
    )


def _new_member(party: Party, category: Category, member: Member, form_key: str, number: int) -> Registration:
    row = new_registration(party.event_id, category.id, member.attendee, _member_key(form_key, number))
    row.party_id, row.party_role = party.id, member.role
    return row


def _member_key(form_key: str, number: int) -> str:
    return f"{form_key[:60]}{BETWEEN}{number}"


def _of_each(wishes: Wishes) -> Wishes:
    """What each member wishes: how they came in, what they agree to. A personal invitation is one person's."""
    return replace(wishes, answers={}, sessions=(), way=WayIn(code=wishes.way.code, link=wishes.way.link))


def _by_form_key(form_key: str) -> Party | None:
    with transaction() as session:
        found: Party | None = session.scalar(select(Party).where(Party.form_key == form_key))
        return found


def _added_with(party: Party, form_key: str) -> list[Registration]:
    with transaction() as session:
        first = select(Registration).where(
            Registration.party_id == party.id,
            Registration.form_key.startswith(f"{form_key[:60]}{BETWEEN}", autoescape=True),
        )
        return list(session.scalars(first.order_by(Registration.id)))


def _alive_in(party: Party) -> int:
    with transaction() as session:
        alive = select(func.count()).where(Registration.party_id == party.id, Registration.state.in_(ALIVE))
        return session.scalar(alive) or 0
