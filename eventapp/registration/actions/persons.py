"""Which person of the directory a registration stands for."""

from __future__ import annotations

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.db import transaction
from eventapp.registration.errors import NotPossibleNow
from eventapp.registration.models import Registration
from eventapp.registration.states import ALIVE, LABELS


def free_person(registration_id: int, *, by: Actor) -> None:
    """An ended registration no longer stands for its person, who may get another one. Raises NotPossibleNow."""
    with transaction() as session:
        registration = session.get_one(Registration, registration_id)
        if registration.state in ALIVE:
            raise NotPossibleNow(state=LABELS[registration.state])
        before, registration.person_id = registration.person_id, None
        session.flush()
        record(
            "free_person",
            registration,
            by=by,
            event_id=registration.event_id,
            before={"person_id": before},
            after={"person_id": None},
        )
