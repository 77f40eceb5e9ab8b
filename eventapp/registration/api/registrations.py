"""Registrations for programs: list, read, register, change, decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from eventapp.access import allow
from eventapp.errors import NotFound
from eventapp.jsonapi import Program, operation
from eventapp.registration import actions, models, schemas
from eventapp.registration.actions.decisions import Reason
from eventapp.registration.actions.register import Attendee
from eventapp.registration.actions.wishes import Wishes
from eventapp.registration.api import shapes
from eventapp.registration.api.answering import changed_answers, first_answers
from eventapp.registration.api.pages import (
    agreed_notice,
    blueprint,
    check_reachable,
    form_key_of,
    load_registration,
    named_category,
    named_sessions,
)
from eventapp.registration.queries import (
    answers_of,
    bookable_of_event,
    booking_in,
    bookings_of,
    version_of_answers,
    waiting_position,
)
from eventapp.registration.queries.listing import list_bookings, list_registrations

READ, WRITE = "registrations:read", "registrations:write"


@blueprint.get("/registrations")
@allow("bearer")
@operation(READ, query=schemas.RegistrationFilter, answer=schemas.RegistrationPage)
def registrations(program: Program, asked: schemas.RegistrationFilter) -> schemas.RegistrationPage:
    """Registrations, the newest first, by words, state and category."""
    category = named_category(program, asked.category) if asked.category else None
    found = list_registrations(
        program.event.id,
        words=asked.q.replace("\x00", ""),
        state=asked.state,
        category_id=category.id if category else None,
        cursor=asked.cursor,
        limit=asked.limit,
    )
    rows = shapes.registrations(found.rows)
    return schemas.RegistrationPage(registrations=rows, total=found.total, next=found.next)


@blueprint.get("/registrations/<public_id>")
@allow("bearer")
@operation(READ, answer=schemas.WholeRegistration)
def registration(program: Program, public_id: str) -> schemas.WholeRegistration:
    """One registration with answers and bookings."""
    return _whole(load_registration(program, public_id))


@blueprint.post("/registrations")
@allow("bearer")
@operation(WRITE, status=201, body=schemas.NewRegistration, answer=schemas.WholeRegistration)
def register(program: Program, sent: schemas.NewRegistration) -> schemas.WholeRegistration:
    """Register a guest, as the team does: also while registration is closed."""
    check_reachable(sent.email, sent.phone)
    category = named_category(program, sent.category)
    notice_id, consents = agreed_notice(program, sent.notice_version), frozenset(sent.consents)
    made = actions.register_attendee(
        program.event.id,
        category.id,
        attendee_of(sent),
        by=program.actor,
        form_key=form_key_of(program, "registration", sent.key),
        notice_id=notice_id,
        wishes=Wishes(
            answers=first_answers(program, sent.answers, category.id, consents),
            consents=consents if notice_id is not None else frozenset(),
            sessions=tuple(row.id for row in named_sessions(program, sent.sessions)),
        ),
    )
    return _whole(load_registration(program, made.public_id))


@blueprint.patch("/registrations/<public_id>")
@allow("bearer")
@operation(WRITE, body=schemas.Details, answer=schemas.WholeRegistration)
def change_details(program: Program, public_id: str, sent: schemas.Details) -> schemas.WholeRegistration:
    """Change name, phone, organisation, position or language."""
    found = load_registration(program, public_id)
    values: dict[str, Any] = sent.model_dump(exclude_unset=True, exclude={"version", "name"})
    if sent.name is not None:
        values |= sent.name.model_dump()
    actions.change_own_details(found.id, values, by=program.actor, link=None, version=sent.version)
    return _whole(load_registration(program, public_id))


@blueprint.put("/registrations/<public_id>/email")
@allow("bearer")
@operation(WRITE, body=schemas.NewAddress, answer=schemas.WholeRegistration)
def change_email(program: Program, public_id: str, sent: schemas.NewAddress) -> schemas.WholeRegistration:
    """Correct the e-mail address: the new one gets a new link and pass, older ones are dead."""
    actions.correct_address(load_registration(program, public_id).id, sent.email, by=program.actor)
    return _whole(load_registration(program, public_id))


@blueprint.patch("/registrations/<public_id>/answers")
@allow("bearer")
@operation(WRITE, body=schemas.NewAnswers, answer=schemas.WholeRegistration)
def change_answers(program: Program, public_id: str, sent: schemas.NewAnswers) -> schemas.WholeRegistration:
    """Change answers; null takes one back, what is left out stays."""
    found = load_registration(program, public_id)
    changes = changed_answers(program, found, sent.answers)
    actions.change_answers(found.id, changes.values, among=changes.among, by=program.actor, version=sent.version)
    return _whole(load_registration(program, public_id))


@blueprint.put("/registrations/<public_id>/category")
@allow("bearer")
@operation(WRITE, body=schemas.NewCategory, answer=schemas.WholeRegistration)
def move(program: Program, public_id: str, sent: schemas.NewCategory) -> schemas.WholeRegistration:
    """Move a registration to another category, if there is a place, or to its waiting list."""
    found, target = load_registration(program, public_id), named_category(program, sent.category)
    actions.change_category_of(found.id, target.id, by=program.actor, may_wait=sent.may_wait)
    return _whole(load_registration(program, public_id))


@blueprint.post("/registrations/<public_id>/decisions")
@allow("bearer")
@operation(WRITE, body=schemas.Decision, answer=schemas.WholeRegistration)
def decide(program: Program, public_id: str, sent: schemas.Decision) -> schemas.WholeRegistration:
    """Approve, decline, offer a place, cancel, or withdraw for the guest."""
    found, reason = load_registration(program, public_id), Reason(sent.reason.en, sent.reason.zh)
    DECISIONS[sent.decision](found.id, reason, program)
    return _whole(load_registration(program, public_id))


@blueprint.get("/bookings")
@allow("bearer")
@operation(READ, query=schemas.BookingFilter, answer=schemas.BookingPage)
def bookings(program: Program, asked: schemas.BookingFilter) -> schemas.BookingPage:
    """Bookings of sessions with seats, the newest first; without a state those that have not ended."""
    session = named_sessions(program, [asked.session])[0] if asked.session else None
    found = list_bookings(
        program.event.id,
        bookable_id=session.id if session else None,
        state=asked.state,
        cursor=asked.cursor,
        limit=asked.limit,
    )
    rows = [shapes.booking(row, of) for row, of in found.rows]
    return schemas.BookingPage(bookings=rows, total=found.total, next=found.next)


@blueprint.post("/registrations/<public_id>/bookings")
@allow("bearer")
@operation(WRITE, status=201, body=schemas.NewBooking, answer=schemas.Booking)
def book(program: Program, public_id: str, sent: schemas.NewBooking) -> schemas.Booking:
    """Book a session: confirmed if there is a seat, else waiting; again is no harm."""
    found, session = load_registration(program, public_id), named_sessions(program, [sent.session])[0]
    return shapes.booking(actions.book(found.id, bookable_id=session.id, by=program.actor), public_id)


@blueprint.delete("/registrations/<public_id>/bookings/<session>")
@allow("bearer")
@operation(WRITE, status=204)
def give_up(program: Program, public_id: str, session: str) -> None:
    """Give a seat back, or the wish for one; it goes to the next at once."""
    found, seats = load_registration(program, public_id), bookable_of_event(program.event.id, session)
    booking = booking_in(found.id, seats.id) if seats else None
    if booking is None:
        raise NotFound
    actions.give_up_booking(booking.id, by=program.actor)


DECISIONS: dict[str, Callable[[int, Reason, Program], models.Registration]] = {
    "approve": lambda id, reason, program: actions.approve_with_reason(id, reason, by=program.actor),
    "decline": lambda id, reason, program: actions.decline_with_reason(id, reason, by=program.actor),
    "offer": lambda id, reason, program: actions.offer_place(id, by=program.actor),
    "cancel": lambda id, reason, program: actions.cancel_registration(id, by=program.actor, reason=str(reason)),
    "withdraw": lambda id, reason, program: actions.withdraw_registration(id, by=program.actor),
}


def attendee_of(sent: schemas.NewRegistration | schemas.SentMember) -> Attendee:
    """A guest as actions take them."""
    return Attendee(
        name=shapes.attendee_name(sent.name),
        email=sent.email,
        phone=sent.phone,
        organisation=sent.organisation,
        position=sent.position,
        language=sent.language,
    )


def _whole(row: models.Registration) -> schemas.WholeRegistration:
    answers = answers_of(row.id)
    return schemas.WholeRegistration(
        **shapes.registration_fields(row),
        answers=[shapes.answer(one) for one in answers],
        answers_version=version_of_answers(answers),
        bookings=[shapes.booking(one, row.public_id) for one in bookings_of(row.id)],
        waiting_position=waiting_position(row) or None,
    )
