"""The team's side of releases: the list of them, what would be released now, and who their ids stand for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from eventapp.agenda.bringing_back import Known
from eventapp.agenda.differences import Difference, differences
from eventapp.agenda.models import Release
from eventapp.agenda.queries.draft import draft_content
from eventapp.agenda.queries.released import Directory, directory_of, latest_release
from eventapp.agenda.release import Content, ReleasedSession, fingerprint, in_zone, read
from eventapp.db import db
from eventapp.events.models import Hall


@dataclass(frozen=True)
class Pending:
    """What would be released now: the draft, the release it follows, and what is different. `seen` names exactly this."""

    draft: Content
    before: Content
    number: int
    differences: list[Difference]

    @property
    def seen(self) -> str:
        return f"{self.number}-{fingerprint(self.draft)[:32]}"


class Names:
    """Who the ids of releases stand for today; who was removed since is told as such."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def person(self, public_id: str) -> str:
        person = self._directory.people.get(public_id)
        return str(person.shown_name) if person else _("somebody who was removed")

    def organisation(self, public_id: str) -> str:
        organisation = self._directory.organisations.get(public_id)
        return str(organisation.name) if organisation else _("an organisation that was removed")

    def hall(self, public_id: str) -> str:
        hall = self._directory.halls.get(public_id)
        return str(hall.name) if hall else _("a hall that was removed")

    def track(self, public_id: str) -> str:
        track = self._directory.tracks.get(public_id)
        return str(track.name) if track else _("a track that was removed")


def pending(event_id: int) -> Pending:
    """What would be released now, compared with the last release, one that is scheduled included."""
    last, draft = last_release(event_id), draft_content(event_id)
    before = content_of(last, draft.zone) if last else Content()
    return Pending(draft, before, last.number if last else 0, differences(before, draft))


def content_of(release: Release, zone: str) -> Content:
    """What a release holds, by the clock of the event as it is now."""
    return in_zone(read(release.payload), zone)


def unpublished(event_id: int) -> int:
    """How many changes of the draft no release holds yet."""
    return len(pending(event_id).differences)


def unpublished_label(number: int) -> str:
    """What the desk says about them."""
    if not number:
        return _("Everything is published")
    return ngettext("%(num)d change not yet published", "%(num)d changes not yet published", number)


def last_release(event_id: int) -> Release | None:
    """The release that the next one follows: the latest that is published or will be."""
    lasting = select(Release).where(Release.event_id == event_id, Release.state != "withdrawn")
    return db.session.scalar(lasting.order_by(Release.number.desc()).limit(1))


def next_number(event_id: int) -> int:
    found = db.session.scalar(
        select(Release.number).where(Release.event_id == event_id).order_by(Release.number.desc()).limit(1)
    )
    return (found or 0) + 1


def releases_of(event_id: int) -> Sequence[Release]:
    """The releases of an event, the newest first."""
    query = select(Release).where(Release.event_id == event_id)
    return db.session.scalars(query.order_by(Release.number.desc())).all()


def find_release(event_id: int, number: int) -> Release | None:
    return db.session.scalar(select(Release).where(Release.event_id == event_id, Release.number == number))


def scheduled_release(event_id: int) -> Release | None:
    """The release that waits for its hour; there is one at most."""
    return db.session.scalar(select(Release).where(Release.event_id == event_id, Release.state == "scheduled"))


def due_releases(at: datetime) -> Sequence[tuple[int, int]]:
    """The releases whose hour has come, each with its event."""
    query = select(Release.id, Release.event_id).where(Release.state == "scheduled", Release.publish_at <= at)
    return [(row.id, row.event_id) for row in db.session.execute(query.order_by(Release.publish_at, Release.id))]


def names_for(event_id: int, *sessions: Iterable[ReleasedSession]) -> Names:
    """The names of everybody in these sessions, for the team."""
    return Names(directory_of(event_id, [session for some in sessions for session in some], None))


def known_of(event_id: int, sessions: Sequence[ReleasedSession]) -> Known:
    """What of that which these sessions name is still there."""
    directory = directory_of(event_id, sessions, None)
    return Known(directory.people, directory.organisations, directory.halls, directory.tracks)


def released_in_hall(hall: Hall) -> list[ReleasedSession]:
    """The sessions of the public agenda, or of one that waits for its hour, that are in a hall."""
    found = [release for release in (latest_release(hall.event_id), scheduled_release(hall.event_id)) if release]
    sessions = {session.uuid: session for release in found for session in read(release.payload).sessions}
    return [session for session in sessions.values() if session.hall == hall.public_id]
