"""A guest's own agenda: follow a session or no more, and the secret address under which a calendar reads it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.agenda.queries import public_agenda
from eventapp.clock import now
from eventapp.db import insert_new, transaction
from eventapp.events.models import Event
from eventapp.registration.actions.own import hold_own
from eventapp.registration.errors import DataRemoved
from eventapp.registration.errors.stars import NothingToFollow, NotOnAgenda
from eventapp.registration.models import PersonalFeed, Registration, Star
from eventapp.registration.queries.privacy import removed_on
from eventapp.registration.queries.stars import starred_by
from eventapp.sealing import new_token, seal, token_hash

CHUNK = 500


def star_session(registration_id: int, session_uuid: str, *, by: Actor, link: str | None = None) -> bool:
    """Follow a session of the released agenda; False if that was so already. Raises LinkUnknown, DataRemoved, NotOnAgenda."""
    with transaction():
        registration = _hold(registration_id, link)
        if session_uuid not in _released(registration):
            raise NotOnAgenda
        return bool(_star(registration, [session_uuid], by=by))


def star_sessions(registration_id: int, session_uuids: Collection[str], *, by: Actor, link: str | None = None) -> int:
    """Follow what a device has kept, as far as the released agenda still has it; how many are new.

    Raises LinkUnknown, DataRemoved, NothingToFollow.
    """
    with transaction():
        registration = _hold(registration_id, link)
        known = sorted(_released(registration) & set(session_uuids))
        if not known:
            raise NothingToFollow
        return _star(registration, known, by=by)


def unstar_session(registration_id: int, session_uuid: str, *, by: Actor, link: str | None = None) -> bool:
    """Follow a session no more; False if that was so already. Raises LinkUnknown, DataRemoved."""
    with transaction() as session:
        registration = _hold(registration_id, link)
        if session_uuid not in starred_by(registration.id):
            return False
        theirs = Star.registration_id == registration.id, Star.session_uuid == session_uuid
        session.execute(delete(Star).where(*theirs))
        record("unstar_session", registration, by=by, event_id=registration.event_id)
        return True


def make_feed(registration_id: int, *, by: Actor, link: str | None = None) -> str:
    """A new secret address for the guest's calendar; the one before opens nothing from now on. Raises LinkUnknown, DataRemoved."""
    with transaction() as session:
        registration = _hold(registration_id, link)
        token = new_token()
        feed = session.get(PersonalFeed, registration.id) or PersonalFeed(registration_id=registration.id)
        feed.token_hash, feed.token_sealed = token_hash(token), seal(token.encode(), "personal_feed")
        feed.made_at = now()
        session.add(feed)
        session.flush()
        record("make_feed", registration, by=by, event_id=registration.event_id)
        return token


def end_feed(registration_id: int, *, by: Actor, link: str | None = None) -> None:
    """The guest's calendar can be read no more; ended twice is no harm. Raises LinkUnknown, DataRemoved."""
    with transaction() as session:
        registration = _hold(registration_id, link)
        feed = session.get(PersonalFeed, registration.id)
        if feed is not None:
            session.delete(feed)
            record("end_feed", registration, by=by, event_id=registration.event_id)


def forget_stars(registration_ids: Collection[int]) -> None:
    """Remove what these guests follow, and their calendars, in the transaction in which they leave."""
    ids = list(registration_ids)
    with transaction() as session:
        for start in range(0, len(ids), CHUNK):
            some = ids[start : start + CHUNK]
            session.execute(delete(Star).where(Star.registration_id.in_(some)))
            session.execute(delete(PersonalFeed).where(PersonalFeed.registration_id.in_(some)))


def _hold(registration_id: int, link: str | None) -> Registration:
    registration = hold_own(registration_id, link)
    if registration.purged_at is not None:
        raise DataRemoved(day=removed_on(registration))
    return registration


def _released(registration: Registration) -> set[str]:
    with transaction() as session:
        shown = public_agenda(session.get_one(Event, registration.event_id), now())
        return {row.uuid for row in shown.sessions}


def _star(registration: Registration, session_uuids: Collection[str], *, by: Actor) -> int:
    new = sorted(set(session_uuids) - starred_by(registration.id))
    with transaction() as session:
        if new:
            stars = [{"registration_id": registration.id, "session_uuid": uuid, "starred_at": now()} for uuid in new]
            session.execute(insert_new(Star).values(stars))
            record("star_session", registration, by=by, event_id=registration.event_id, after={"sessions": len(new)})
        return len(new)
