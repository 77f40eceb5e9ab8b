"""The team decides on those who await approval: one, or many at once, with a reason in the guest's language."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from eventapp.accounts.actor import Actor
from eventapp.db import announce, transaction
from eventapp.registration.actions.changes import approve_registration, decline_registration
from eventapp.registration.actions.places import lock_places_of
from eventapp.registration.errors import NotPossibleNow
from eventapp.registration.models import Registration
from eventapp.registration.queries import registration_of_event


@dataclass(frozen=True)
class ZonesGiven:
    """A registration was approved and may enter further zones (ids of checkpoints); the room that owns them hears of it."""

    registration_id: int
    checkpoint_ids: tuple[int, ...]
    by: Actor


@dataclass(frozen=True)
class Reason:
    """What the guest is told with the decision, in each language; a missing one falls back to the other."""

    en: str = ""
    zh: str = ""

    def __str__(self) -> str:
        return self.en or self.zh


@dataclass
class Decided:
    """What became of many: how many were decided on, and the names of those whose state had changed meanwhile."""

    done: int = 0
    passed_over: list[str] = field(default_factory=list)


def approve_with_reason(
    registration_id: int, reason: Reason, *, by: Actor, zones: Collection[int] = ()
) -> Registration:
    """Approve a registration and tell the guest; a guest of the press may enter these zones. Raises NotPossibleNow.

    A party that is decided on together gets the same reason and the same zones.
    """
    with transaction():
        pending = _pending_with(registration_id)
        registration = approve_registration(registration_id, by=by)
        for member in pending:
            if member.state != "pending":
                member.reason_en, member.reason_zh = reason.en, reason.zh
                if zones and member.category.for_press:
                    announce(ZonesGiven(member.id, tuple(zones), by))
        return registration


def decline_with_reason(registration_id: int, reason: Reason, *, by: Actor) -> Registration:
    """Decline a registration that awaits approval, and tell the guest why. Raises NotPossibleNow."""
    with transaction():
        registration = decline_registration(registration_id, by=by, reason=str(reason))
        registration.reason_en, registration.reason_zh = reason.en, reason.zh
        return registration


def decide_on_many(
    event_id: int,
    public_ids: Iterable[str],
    decision: str,
    reason: Reason,
    *,
    by: Actor,
    zones: Collection[int] = (),
) -> Decided:
    """Approve or decline ('approve', 'decline') these registrations of an event, each in a transaction of its own.

    After a crash those reached are decided on and the others await it as before. Whoever no longer awaits approval is
    passed over and named; what is not this event's is passed over in silence.
    """
    result, decided = Decided(), set[int]()
    for public_id in dict.fromkeys(public_ids):
        found = registration_of_event(event_id, public_id)
        if found is None or found.id in decided:
            continue
        number, name = found.id, str(found.name)
        try:
            now_decided = _decide(number, decision, reason, zones, by)
        except NotPossibleNow:
            result.passed_over.append(name)
        else:
            decided |= now_decided
    result.done = len(decided)
    return result


def _decide(registration_id: int, decision: str, reason: Reason, zones: Collection[int], by: Actor) -> set[int]:
    """Returns the ids of all that were decided on: a party may be approved together."""
    with transaction():
        pending = _pending_with(registration_id)
        if decision == "approve":
            approve_with_reason(registration_id, reason, by=by, zones=zones)
        else:
            decline_with_reason(registration_id, reason, by=by)
        return {member.id for member in pending if member.state != "pending"}


def _pending_with(registration_id: int) -> Sequence[Registration]:
    """The registration as it is now, and those of its party who await approval; their places are held."""
    with transaction() as session:
        registration = lock_places_of(registration_id)
        if registration.party_id is None:
            return [registration]
        members = select(Registration).where(
            Registration.party_id == registration.party_id, Registration.state == "pending"
        )
        rows = session.scalars(members.execution_options(populate_existing=True)).all()
        return rows if registration in rows else [*rows, registration]
