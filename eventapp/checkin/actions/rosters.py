"""Begin the devices' rosters anew."""

from __future__ import annotations

from sqlalchemy import update

from eventapp.checkin.models import RosterEpoch
from eventapp.db import insert_new, new_public_id, transaction


def begin_rosters_anew() -> None:
    """After a backup was put back: what devices hold may be of a time that this database does not know."""
    with transaction() as session:
        session.execute(insert_new(RosterEpoch).values(id=1, name=new_public_id()))
        session.execute(update(RosterEpoch).values(name=new_public_id()))
