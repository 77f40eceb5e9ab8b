"""Register whoever comes to the door without a registration."""

from __future__ import annotations

from eventapp.accounts.actor import Actor
from eventapp.checkin.errors import NoWalkInsHere
from eventapp.checkin.queries.settings import walk_ins_of
from eventapp.registration.actions import register_attendee
from eventapp.registration.actions.register import Attendee
from eventapp.registration.errors import NoWayToReach
from eventapp.registration.models import Registration


def register_walk_in(
    event_id: int, category_code: str, attendee: Attendee, *, by: Actor, form_key: str, notice_id: int | None = None
) -> Registration:
    """Register a guest at the door: confirmed while there is a place, held where the team decides; nobody waits.

    The same `form_key` gives the first registration again. Raises NoWayToReach, NoWalkInsHere, NoPlaceLeft.
    """
    if not (attendee.email or attendee.phone):
        raise NoWayToReach
    taken = {one.category.code: one.category.id for one in walk_ins_of(event_id)}
    if category_code not in taken:
        raise NoWalkInsHere
    # A transaction of its own: it begins anew where a short code turns out to be taken.
    return register_attendee(
        event_id, taken[category_code], attendee, by=by, form_key=form_key, notice_id=notice_id, waits=False
    )
