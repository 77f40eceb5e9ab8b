"""Hand a place over to a colleague: the row stays, the person changes, and nothing of the one before is left to open it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.db import announce, transaction
from eventapp.messaging.actions import enqueue_message, take_back_messages
from eventapp.people.models import NAME_PARTS
from eventapp.registration.actions.answers import delete_answers
from eventapp.registration.actions.bookings import end_booking, promote_bookings
from eventapp.registration.actions.links import forget_form, renew_keys
from eventapp.registration.actions.own import check_address, check_may_change, follow_details, hold_own
from eventapp.registration.actions.register import Attendee
from eventapp.registration.actions.stars import forget_stars
from eventapp.registration.booking import LIVE
from eventapp.registration.errors import NotPossibleNow, NoWayToReach, TeamHandsOver
from eventapp.registration.models import Booking, Consent, Registration
from eventapp.registration.queries.own import is_sent_to_guest
from eventapp.registration.states import LABELS


@dataclass(frozen=True)
class PlaceHandedOver:
    """A guest's place is about to go to somebody else; whoever knows a reason against it refuses."""

    registration_id: int
    event_id: int
    by: Actor


def hand_over(registration_id: int, colleague: Attendee, *, by: Actor, link: str | None = None) -> Registration:
    """Give a confirmed place to a colleague, who gets the pass by mail; the one before is told, and has nothing left.

    Category, sessions, seat and role in the party stay. `link` is the secret a guest came by, None for the team.
    Raises LinkUnknown, NotPossibleNow, ChangesOver, TeamHandsOver, NoWayToReach, TooManyRegistrations, PassesUsedUp,
    and what handlers of PlaceHandedOver raise.
    """
    with transaction():
        registration = hold_own(registration_id, link)
        _check(registration, colleague, by)
        announce(PlaceHandedOver(registration.id, registration.event_id, by))
        before, told = registration.pass_serial, (registration.email, registration.language)
        _forget_holder(registration, by=by)
        _take_in(registration, colleague)
        after = {"pass_serial": registration.pass_serial}
        record(
            "hand_over",
            registration,
            by=by,
            event_id=registration.event_id,
            before={"pass_serial": before},
            after=after,
        )
        _tell(registration, registration.email, registration.language, "place_received")
        _tell(registration, *told, "place_handed_over")
        return registration


def _check(registration: Registration, colleague: Attendee, by: Actor) -> None:
    check_may_change(registration, by=by)
    if registration.state != "confirmed":
        raise NotPossibleNow(state=LABELS[registration.state])
    category = registration.category
    if by.kind == "attendee" and (category.needs_approval or category.for_press):
        raise TeamHandsOver
    if not (colleague.email or colleague.phone or registration.party_id):
        raise NoWayToReach(field="email")
    check_address(registration.event_id, colleague.email, colleague.phone, by=by)


def _forget_holder(registration: Registration, *, by: Actor) -> None:
    """What belongs to the person and not to the place: answers, consents, what they follow, what was written about them."""
    with transaction() as session:
        public_id = registration.public_id
        take_back_messages(
            registration.event_id,
            lambda message: is_sent_to_guest(message, public_id),
            recipient=registration.email,
        )
        _let_choices_go(registration, by=by)
        delete_answers([registration.id], {"answers", "sensitive", "documents"})
        forget_stars([registration.id])
        session.execute(delete(Consent).where(Consent.registration_id == registration.id))
        session.expire(registration, ["consents"])
        registration.person_id = None
        registration.door_note = registration.reason_en = registration.reason_zh = ""


def _let_choices_go(registration: Registration, *, by: Actor) -> None:
    """What was answered is gone, so are the places of limited choices; sessions stay with the place."""
    with transaction() as session:
        chosen = select(Booking).where(
            Booking.registration_id == registration.id, Booking.choice_id.is_not(None), Booking.state.in_(LIVE)
        )
        for booking in session.scalars(chosen.order_by(Booking.places_id)).all():
            end_booking(booking, by=by)
            promote_bookings(booking.places_id, by=by)


def _take_in(registration: Registration, colleague: Attendee) -> None:
    with transaction() as session:
        nameless: dict[str, str | bool] = {**dict.fromkeys(NAME_PARTS, ""), "family_first": False}
        for part, value in (nameless | colleague.name).items():
            setattr(registration, part, value)
        registration.email = colleague.email
        registration.phone = colleague.phone
        registration.organisation = colleague.organisation
        registration.position = colleague.position
        registration.language = colleague.language
        follow_details(registration)
        renew_keys(registration)
        forget_form(registration)
        session.flush()


def _tell(registration: Registration, recipient: str, language: str, template: str) -> None:
    if recipient:
        enqueue_message(
            cause=f"{template}:{registration.public_id}:{registration.sequence}",
            recipient=recipient,
            language=language,
            template=template,
            values={"registration": registration.public_id},
            event_id=registration.event_id,
        )
