"""Register one attendee."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.events.models import Event
from eventapp.passes.code import new_short_code
from eventapp.people.names import fold
from eventapp.registration.actions.answers import keep_answers
from eventapp.registration.actions.bookings import book_sessions
from eventapp.registration.actions.consents import keep_consents
from eventapp.registration.actions.notify import tell_attendee
from eventapp.registration.actions.places import draw_ticket, lock_all, take_place
from eventapp.registration.actions.waiting import promote_waiting
from eventapp.registration.actions.ways import check_way_in, use_way_in
from eventapp.registration.actions.wishes import NO_WISHES, Wishes
from eventapp.registration.errors import (
    CategoryClosed,
    NoPlaceLeft,
    NoticeChanged,
    RegistrationClosed,
    TooManyRegistrations,
)
from eventapp.registration.models import BookableSession, Category, Choice, Registration
from eventapp.registration.queries import current_notice, recent_for_address
from eventapp.sealing import new_token, seal, token_hash

# One address may register a family or a small delegation within the window, not a bot's hundreds.
ADDRESS_LIMIT = 12
ADDRESS_WINDOW = timedelta(hours=1)
# A random short code meets one that is taken about once in 10^8 / (registrations of the event) tries.
TRIES = 5


@dataclass(frozen=True)
class Attendee:
    """What a guest says about themselves. `name` holds the parts of NameColumns; phone is E.164."""

    name: dict[str, str | bool]
    email: str = ""
    phone: str = ""
    organisation: str = ""
    position: str = ""
    language: str = "en"
    person_id: int | None = None


def register_attendee(
    event_id: int,
    category_id: int,
    attendee: Attendee,
    *,
    by: Actor,
    form_key: str,
    notice_id: int | None,
    wishes: Wishes = NO_WISHES,
    waits: bool = True,
) -> Registration:
    """Register a guest: confirmed if there is a place, on the waiting list if not, pending where a category asks.

    The same `form_key` gives the first registration again, so that a double click registers once. A team member
    who registers somebody (`by.kind` other than attendee) may do so while registration is closed. Whoever shall not
    wait (`waits`) is refused where there is no place.
    Raises RegistrationClosed, CategoryClosed, NoticeChanged, TooManyRegistrations, NoPlaceLeft, and what `check_way_in`
    raises.
    """
    for attempt in range(TRIES):
        try:
            with transaction() as session:
                category = session.get_one(Category, category_id)
                lock_all({category.places_id} | _places_wished(wishes))
                earlier = _by_form_key(form_key)
                if earlier is not None:
                    return earlier
                check_open(event_id, category, by=by, notice_id=notice_id, wishes=wishes)
                _check_address(event_id, attendee, by)
                return _add(event_id, category, attendee, by, form_key, notice_id, wishes, waits)
        except IntegrityError:
            # Either the same form through another category at the same moment, or a short code that is taken.
            if attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable")


def check_open(event_id: int, category: Category, *, by: Actor, notice_id: int | None, wishes: Wishes) -> None:
    """Refuse a guest who may not register here now; the team may always.

    Raises RegistrationClosed, CategoryClosed, NoticeChanged, and what `check_way_in` raises.
    """
    if by.kind != "attendee":
        return
    with transaction() as session:
        if session.get_one(Event, event_id).registration_state(now()) != "open":
            raise RegistrationClosed
        if category.event_id != event_id:
            raise CategoryClosed
        check_way_in(category, wishes.way, by=by)
        notice = current_notice(event_id)
        if notice is not None and notice.id != notice_id:
            raise NoticeChanged


def keep_registration(
    registration: Registration,
    category: Category,
    *,
    by: Actor,
    form_key: str,
    notice_id: int | None,
    wishes: Wishes,
) -> Registration:
    """Write a registration that has its state, with all that it wishes; audit it and tell the guest."""
    with transaction() as session:
        state, event_id = registration.state, registration.event_id
        session.add(registration)
        session.flush()
        use_way_in(registration, category, wishes.way, by=by)
        keep_answers(registration, wishes.answers, by=by, form_key=form_key)
        book_sessions(registration, wishes.sessions, by=by)
        keep_consents(registration, notice_id, wishes.consents)
        record("register", registration, by=by, event_id=event_id, after={"state": state, "category": category.code})
        tell_attendee(registration)
        return registration


def _by_form_key(form_key: str) -> Registration | None:
    with transaction() as session:
        found: Registration | None = session.scalar(select(Registration).where(Registration.form_key == form_key))
        return found


def _places_wished(wishes: Wishes) -> set[int]:
    """The places of the sessions and of the limited choices among the answers."""
    with transaction() as session:
        wished: set[int] = set()
        if wishes.sessions:
            sessions = select(BookableSession.places_id).where(BookableSession.id.in_(wishes.sessions))
            wished.update(session.scalars(sessions))
        if wishes.answers:
            limited = select(Choice.places_id, Choice.public_id, Choice.question_id).where(
                Choice.question_id.in_(wishes.answers), Choice.places_id.is_not(None)
            )
            wished.update(
                row.places_id
                for row in session.execute(limited)
                if _chosen(row.public_id, wishes.answers[row.question_id])
            )
        return wished


def _chosen(public_id: str, answer: Any) -> bool:
    return public_id in answer if isinstance(answer, list | tuple | set | frozenset) else public_id == answer


def _check_address(event_id: int, attendee: Attendee, by: Actor) -> None:
    since = now() - ADDRESS_WINDOW
    if by.kind == "attendee" and (recent_for_address(event_id, attendee.email, attendee.phone, since) >= ADDRESS_LIMIT):
        raise TooManyRegistrations(field="email" if attendee.email else "phone")


def _add(
    event_id: int,
    category: Category,
    attendee: Attendee,
    by: Actor,
    form_key: str,
    notice_id: int | None,
    wishes: Wishes,
    waits: bool,
) -> Registration:
    registration = new_registration(event_id, category.id, attendee, form_key)
    registration.state, registration.ticket = _place_in(category, by)
    if registration.state == "waiting" and not waits:
        raise NoPlaceLeft
    return keep_registration(registration, category, by=by, form_key=form_key, notice_id=notice_id, wishes=wishes)


def _place_in(category: Category, by: Actor) -> tuple[str, int | None]:
    if category.needs_approval:
        return "pending", None
    if category.offer_hours:
        # What lapsed a moment ago belongs to those who wait already.
        promote_waiting(category.places_id, by=by)
    ticket = draw_ticket(category.places_id)
    return ("confirmed" if take_place(category.places_id) else "waiting"), ticket


def new_registration(event_id: int, category_id: int, attendee: Attendee, form_key: str) -> Registration:
    """The row of a guest, with keys, secret link and short code, and still without a state."""
    token = new_token()
    registration = Registration(
        event_id=event_id,
        category_id=category_id,
        person_id=attendee.person_id,
        email=attendee.email,
        phone=attendee.phone,
        phone_tail=attendee.phone[-4:],
        organisation=attendee.organisation,
        # Folding may lengthen: one character of presentation forms becomes up to eighteen.
        organisation_key=fold(attendee.organisation)[:400],
        position=attendee.position,
        language=attendee.language,
        form_key=form_key,
        link_hash=token_hash(token),
        link_sealed=seal(token.encode(), "registration_link"),
        short_code=new_short_code(),
        sequence=0,
        created_at=now(),
        changed_at=now(),
    )
    registration.set_name(**attendee.name)
    return registration
