"""Correct the e-mail address of a registration: the new one gets a new link, the old link and pass are dead."""

from __future__ import annotations

from datetime import timedelta

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.messaging.actions import enqueue_message, readdress_messages, take_back_messages
from eventapp.messaging.queries import AGENDA_NEWS
from eventapp.registration.actions.links import renew_keys
from eventapp.registration.actions.notify import tell_attendee
from eventapp.registration.actions.own import check_address, check_may_change, hold_own
from eventapp.registration.errors import CorrectedTooOften, SameAddress
from eventapp.registration.models import Registration
from eventapp.registration.queries.own import is_news_for, is_sent_to_guest, times_done

# Each correction sends a mail to whatever address was typed.
MOST_CORRECTIONS = 5
CORRECTION_WINDOW = timedelta(days=1)


def correct_address(registration_id: int, email: str, *, by: Actor, link: str | None = None) -> Registration:
    """Write to another address from now on: it gets the mail with a new link and pass, every older one is dead.

    Whoever got the mail by mistake could have kept the link and the code. `link` is the secret a guest came by, None
    for the team. Raises LinkUnknown, NotPossibleNow, ChangesOver, SameAddress, CorrectedTooOften, TooManyRegistrations.
    """
    with transaction() as session:
        registration = hold_own(registration_id, link)
        _check(registration, email, by)
        old, public_id = registration.email, registration.public_id
        readdress_messages(registration.event_id, [AGENDA_NEWS], email, lambda message: is_news_for(message, public_id))
        take_back_messages(registration.event_id, lambda message: is_sent_to_guest(message, public_id), recipient=old)
        registration.email = email
        renew_keys(registration)
        registration.sequence += 1
        registration.changed_at = now()
        session.flush()
        record(
            "correct_address",
            registration,
            by=by,
            event_id=registration.event_id,
            after={"pass_serial": registration.pass_serial},
        )
        tell_attendee(registration)
        _tell_old_address(registration, old)
        return registration


def _check(registration: Registration, email: str, by: Actor) -> None:
    check_may_change(registration, by=by)
    if email == registration.email:
        raise SameAddress
    if times_done(registration.id, "correct_address", now() - CORRECTION_WINDOW) >= MOST_CORRECTIONS:
        raise CorrectedTooOften
    check_address(registration.event_id, email, "", by=by)


def _tell_old_address(registration: Registration, old: str) -> None:
    """Whoever reads the old address learns it, without a link: it may be the guest, and somebody else have the page."""
    if old:
        enqueue_message(
            cause=f"address_corrected:{registration.public_id}:{registration.sequence}",
            recipient=old,
            language=registration.language,
            template="address_corrected",
            values={"registration": registration.public_id},
            event_id=registration.event_id,
        )
