"""Which tracks and halls an editor may change."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete

from eventapp.accounts.actions import MemberLeaves, record
from eventapp.accounts.actor import Actor
from eventapp.accounts.models import User
from eventapp.accounts.queries import role_in_event
from eventapp.agenda.actions.changing import lock_agenda
from eventapp.agenda.errors import HallElsewhere, TrackElsewhere
from eventapp.agenda.models import EditorScope
from eventapp.agenda.queries.arranging import tracks_of
from eventapp.agenda.queries.scopes import Limits, limits_of, version_of_limits
from eventapp.db import db, transaction
from eventapp.errors import NotFound, Stale
from eventapp.events.queries import halls_of


def limit_editor(
    event_id: int,
    user_id: int,
    *,
    by: Actor,
    track_ids: Collection[int] = (),
    hall_ids: Collection[int] = (),
    version: str | None = None,
) -> None:
    """Let an editor change only these tracks and halls; without any, the whole agenda.

    `version` names what was looked at. Raises NotFound, Stale, TrackElsewhere, HallElsewhere.
    """
    with transaction() as session:
        lock_agenda(event_id)
        if role_in_event(user_id, event_id) is None:
            raise NotFound
        tracks, halls = frozenset(track_ids), frozenset(hall_ids)
        held = limits_of(event_id, user_id)
        if version is not None and version != version_of_limits(held):
            raise Stale
        if not tracks <= {track.id for track in tracks_of(event_id)}:
            raise TrackElsewhere
        if not halls <= {hall.id for hall in halls_of(event_id)}:
            raise HallElsewhere
        if (tracks, halls) != held:
            _forget(event_id, user_id)
            session.add_all(EditorScope(event_id=event_id, user_id=user_id, track_id=one) for one in sorted(tracks))
            session.add_all(EditorScope(event_id=event_id, user_id=user_id, hall_id=one) for one in sorted(halls))
            before, after = _told(held), _told((tracks, halls))
            user = session.get_one(User, user_id)
            record("limit_editor", user, by=by, event_id=event_id, before=before, after=after)


def forget_limits(fact: MemberLeaves) -> None:
    """Whoever leaves the team and comes back begins without a limit."""
    _forget(fact.event_id, fact.user_id)


def _forget(event_id: int, user_id: int) -> None:
    with transaction() as session:
        here = EditorScope.event_id == event_id, EditorScope.user_id == user_id
        session.execute(delete(EditorScope).where(*here))
        db.session.flush()


def _told(limits: Limits) -> dict[str, list[int]]:
    return {"tracks": sorted(limits[0]), "halls": sorted(limits[1])}
