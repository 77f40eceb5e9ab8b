"""Reads of what editors may change."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from eventapp.agenda.models import EditorScope, Track
from eventapp.agenda.scopes import Scope
from eventapp.db import db
from eventapp.events.models import Hall

Limits = tuple[frozenset[int], frozenset[int]]


def scopes_of(event_id: int, user_id: int) -> Sequence[EditorScope]:
    """The tracks and halls that an editor may change; none: there is no such limit."""
    query = select(EditorScope).where(EditorScope.event_id == event_id, EditorScope.user_id == user_id)
    return db.session.scalars(query.order_by(EditorScope.id)).all()


def limits_of(event_id: int, user_id: int) -> Limits:
    """The tracks and the halls that an editor may change, by their inner ids."""
    rows = scopes_of(event_id, user_id)
    tracks = frozenset(row.track_id for row in rows if row.track_id is not None)
    return tracks, frozenset(row.hall_id for row in rows if row.hall_id is not None)


def version_of_limits(limits: Limits) -> str:
    """A short name for what is chosen; a form carries it, so that a choice made meanwhile is noticed."""
    return ".".join(",".join(str(one) for one in sorted(places)) for places in limits)


def scope_of(event_id: int, user_id: int) -> Scope | None:
    """What an editor's changes have to stay within; None without a limit."""
    here = EditorScope.event_id == event_id, EditorScope.user_id == user_id
    tracks = db.session.scalars(select(Track).join(EditorScope, EditorScope.track_id == Track.id).where(*here)).all()
    halls = db.session.scalars(select(Hall).join(EditorScope, EditorScope.hall_id == Hall.id).where(*here)).all()
    if not tracks and not halls:
        return None
    names = (*(track.name for track in tracks), *(hall.name for hall in halls))
    return Scope(frozenset(track.public_id for track in tracks), frozenset(hall.public_id for hall in halls), names)


def limited_editors(event_id: int) -> frozenset[int]:
    """The members of the team who may change only some tracks or halls."""
    return frozenset(db.session.scalars(select(EditorScope.user_id).where(EditorScope.event_id == event_id)))
