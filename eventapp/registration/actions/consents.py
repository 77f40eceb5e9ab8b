"""Agree to something besides registering, and take it back as easily."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.changing import load_to_change
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.events.queries import get_event
from eventapp.registration.actions.answers import delete_answers
from eventapp.registration.errors import ConsentNotAsked, DataRemoved
from eventapp.registration.models import Consent, Registration
from eventapp.registration.queries.categories import current_notice
from eventapp.registration.queries.consents import consents_asked
from eventapp.registration.queries.privacy import removed_on


def keep_consents(registration: Registration, notice_id: int | None, purposes: Collection[str] = ()) -> None:
    """Note that a guest agreed to the notice, and to each of these purposes by itself; while registering.

    Raises ConsentNotAsked.
    """
    if notice_id is None and not purposes:
        return
    with transaction() as session:
        if purposes:
            _check_asked(registration.event_id, set(purposes))
        agreed = {"registration_id": registration.id, "notice_id": notice_id, "given_at": now()}
        session.add_all(Consent(purpose=purpose, **agreed) for purpose in ("registration", *sorted(purposes)))


def give_consent(registration_id: int, purpose: str, *, by: Actor) -> bool:
    """Agree to a purpose under the notice in force; False if that was done already. Raises ConsentNotAsked, DataRemoved."""
    with transaction() as session:
        registration = _load(registration_id)
        _check_asked(registration.event_id, {purpose})
        notice, consent = current_notice(registration.event_id), _consent(registration_id, purpose)
        if consent is not None and consent.withdrawn_at is None:
            return False
        assert notice is not None
        if consent is None:
            consent = Consent(registration_id=registration_id, purpose=purpose)
            session.add(consent)
        consent.notice_id, consent.given_at, consent.withdrawn_at = notice.id, now(), None
        session.flush()
        record("give_consent", registration, by=by, event_id=registration.event_id, after={"purpose": purpose})
        return True


def withdraw_consent(registration_id: int, purpose: str, *, by: Actor) -> bool:
    """Take a consent back, at once: sensitive answers are deleted, a name leaves the public list.

    False if there was nothing to take back. Raises ConsentNotAsked, DataRemoved.
    """
    if purpose == "registration":
        # Without it there is no registration: that is taken back by having everything removed.
        raise ConsentNotAsked
    with transaction():
        registration, consent = _load(registration_id), _consent(registration_id, purpose)
        if consent is None or consent.withdrawn_at is not None:
            return False
        consent.withdrawn_at = now()
        if purpose == "sensitive":
            delete_answers([registration_id], {"sensitive"})
        before = {"purpose": purpose, "given_at": consent.given_at.isoformat()}
        after = {"purpose": purpose}
        record("withdraw_consent", registration, by=by, event_id=registration.event_id, before=before, after=after)
        return True


def _load(registration_id: int) -> Registration:
    """The registration, held: two changes of one consent follow one another. Raises DataRemoved."""
    registration = load_to_change(Registration, registration_id)
    if registration.purged_at is not None:
        raise DataRemoved(day=removed_on(registration))
    return registration


def _consent(registration_id: int, purpose: str) -> Consent | None:
    with transaction() as session:
        return session.scalar(
            select(Consent)
            .where(Consent.registration_id == registration_id, Consent.purpose == purpose)
            .execution_options(populate_existing=True)
        )


def _check_asked(event_id: int, purposes: set[str]) -> None:
    if purposes - {asked.purpose for asked in consents_asked(get_event(event_id))}:
        raise ConsentNotAsked
