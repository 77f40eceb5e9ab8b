"""What the door says when a place is handed over."""

from __future__ import annotations

from sqlalchemy import delete, select

from eventapp.checkin.errors import GuestWasLetIn
from eventapp.checkin.models import Admission, zone_grants
from eventapp.db import transaction
from eventapp.registration.actions import PlaceHandedOver
from eventapp.registration.models import Registration


def keep_guest_who_came(fact: PlaceHandedOver) -> None:
    """Refuse that a place is handed over whose guest was let in; zones were granted to the person, so they end.

    Raises GuestWasLetIn.
    """
    with transaction() as session:
        # An admission that is being written refers to this row, and so has to wait for us, or we for it.
        session.execute(select(Registration.id).where(Registration.id == fact.registration_id).with_for_update())
        came = select(Admission.id).where(
            Admission.registration_id == fact.registration_id, Admission.voided_at.is_(None)
        )
        if session.scalar(came.limit(1)) is not None:
            raise GuestWasLetIn
        session.execute(delete(zone_grants).where(zone_grants.c.registration_id == fact.registration_id))
