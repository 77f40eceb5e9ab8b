"""Where single guests may go besides what their category allows, and doors of sessions that are booked no more."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, insert, select

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.changing import load_to_change
from eventapp.checkin.errors import CheckpointElsewhere
from eventapp.checkin.models import Checkpoint, zone_grants
from eventapp.checkin.queries import checkpoints_of, grants_of
from eventapp.db import transaction
from eventapp.registration.actions import SessionBookedNoMore
from eventapp.registration.models import Registration


def grant_zones(registration_id: int, checkpoint_ids: Iterable[int], *, by: Actor) -> set[int]:
    """Let a guest pass exactly these checkpoints besides those of the category. Raises CheckpointElsewhere."""
    with transaction() as session:
        registration = load_to_change(Registration, registration_id)
        codes = {row.id: row.code for row in checkpoints_of(registration.event_id)}
        wanted, held = set(checkpoint_ids), grants_of(registration_id)
        if not wanted <= codes.keys():
            raise CheckpointElsewhere
        if wanted != held:
            session.execute(delete(zone_grants).where(zone_grants.c.registration_id == registration_id))
            rows = [{"registration_id": registration_id, "checkpoint_id": one} for one in sorted(wanted)]
            if rows:
                session.execute(insert(zone_grants), rows)
            before, after = ({"zones": sorted(codes[one] for one in zones)} for zones in (held, wanted))
            record("grant_zones", registration, by=by, event_id=registration.event_id, before=before, after=after)
        return wanted


def open_session_doors(fact: SessionBookedNoMore) -> None:
    """The doors of a session that is booked no more ask for no booking any more."""
    with transaction() as session:
        for row in session.scalars(select(Checkpoint).where(Checkpoint.session_id == fact.session_id)).all():
            row.session_id = None
            before, after = {"session_id": fact.session_id}, {"session_id": None}
            record("change_checkpoint", row, by=fact.by, event_id=row.event_id, before=before, after=after)
