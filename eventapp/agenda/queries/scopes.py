"""Reads of what editors may change."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from eventapp.agenda.models import EditorScope, Track
from eventapp.agenda.scopes import Scope
from eventapp.db import db
from eventapp.events.models import Hall


def scopes_of(event_id: int, user_id: int) -> Sequence[EditorScope]:
    """The tracks and halls that an editor may change; none: there is no such limit."""
    query = select(EditorScope).where(EditorScope.event_id == event_id, EditorScope.user_id == user_id)
    return db.session.scalars(query.order_by(EditorScope.id)).all()


def scope_of(event_id: int, user_id: int) -> Scope | None:
    """What an editor's changes have to stay within; None without a limit."""
    here = EditorScope.event_id == event_id, EditorScope.user_id == user_id
    tracks = db.session.scalars(select(Track).join(EditorScope, EditorScope.track_id == Track.id).where(*here)).all()
    halls = db.session.scalars(select(Hall).join(EditorScope, EditorScope.hall_id == Hall.id).where(*here)).all()
    if not tracks and not halls:
        return None
    names = (*(track.name for track in tracks), *(hall.name for hall in halls))
    return Scope(frozenset(track.public_id for track in tracks), frozenset(hall.public_id for hall in halls), names)


def scoped_users(event_id: int) -> frozenset[int]:
    """The members of the team who may change only some tracks or halls."""
    return frozenset(db.session.scalars(select(EditorScope.user_id).where(EditorScope.event_id == event_id)))
