"""Tracks: add, change, move, remove."""

from __future__ import annotations

from typing import Any

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.agenda.actions.changing import edit, fill, lock_agenda, put_in_order, stale, swapped
from eventapp.agenda.models import Track
from eventapp.agenda.queries.arranging import sessions_of_track, tracks_of
from eventapp.changing import version_of
from eventapp.db import db, transaction
from eventapp.errors import NotFound
from eventapp.events.errors import NameMissing

VALUES = ("name_en", "name_zh", "colour")


def add_track(event_id: int, *, by: Actor, **values: Any) -> Track:
    """Add a track to an event, after those already there. Raises NameMissing, OutsideScope."""
    with edit("add_track", event_id, by=by) as change:
        track = Track(event_id=event_id, position=len(tracks_of(event_id)) + 1)
        _before, after = fill(track, values, VALUES)
        if not track.name:
            raise NameMissing
        db.session.add(track)
        change.adds(track)
        change.about(track)
        record("add_track", track, by=by, event_id=event_id, after=after)
        return track


def change_track(track_id: int, *, by: Actor, version: str | None = None, **values: Any) -> Track:
    """Rename a track or give it another colour. Raises NotFound, Stale, NameMissing, OutsideScope."""
    with transaction():
        track = _open(track_id, version)
        with edit("change_track", track.event_id, by=by, about=track) as change:
            change.touches_tracks(track.id)
            before, after = fill(track, values, VALUES)
            if not track.name:
                raise NameMissing
            if after:
                record("change_track", track, by=by, event_id=track.event_id, before=before, after=after)
        return track


def move_track(track_id: int, direction: str, *, by: Actor) -> None:
    """Move a track 'up' or 'down' by one place in the order of tracks. Raises NotFound, OutsideScope."""
    with transaction():
        track = _open(track_id, None)
        with edit("move_track", track.event_id, by=by, about=track) as change:
            tracks, before = tracks_of(track.event_id), track.position
            change.touches_tracks(*(row.id for row in tracks))
            put_in_order(swapped(tracks, track, direction))
            places = {"position": before}, {"position": track.position}
            record("move_track", track, by=by, event_id=track.event_id, before=places[0], after=places[1])


def remove_track(track_id: int, *, by: Actor, version: str | None = None) -> None:
    """Take a track out of an event; its sessions stay, and are of no track. Raises NotFound, Stale, OutsideScope."""
    with transaction() as session:
        track = _open(track_id, version)
        sessions = sessions_of_track(track.id)
        touched = tuple(row.id for row in sessions)
        with edit("remove_track", track.event_id, by=by, about=track, sessions=touched) as change:
            change.touches_tracks(track.id)
            for row in sessions:
                row.track = None
            before = {"name_en": track.name_en, "name_zh": track.name_zh}
            record("remove_track", track, by=by, event_id=track.event_id, before=before)
            session.flush()
            session.delete(track)


def _open(track_id: int, version: str | None) -> Track:
    """A track to change, as it stands now. Raises NotFound, Stale."""
    track = db.session.get(Track, track_id)
    if track is None:
        raise NotFound
    lock_agenda(track.event_id)
    track = db.session.get(Track, track_id, populate_existing=True)
    if track is None:
        raise NotFound
    if version is not None and version != version_of(track, VALUES):
        raise stale(track.event_id, ("tracks", track.public_id))
    return track
