"""What is to be told of releases: the notices, and what each of them tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select

from eventapp.agenda.concerning import by_person, by_session
from eventapp.agenda.differences import Difference, differences
from eventapp.agenda.models import AgendaItem, AgendaSession, Part, Release, ReleaseNotice
from eventapp.agenda.models.notices import UNDECIDED
from eventapp.agenda.queries.released import Directory, directory_of
from eventapp.agenda.queries.releases import Names
from eventapp.agenda.release import Content, in_zone, read
from eventapp.clock import now
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.people.queries import hidden_person_ids

KEPT_IN_MEMORY = 4


@dataclass(frozen=True)
class Changes:
    """What a notice tells, by session and by person.

    `known` are the people that may be named to everybody, `declined` the parts whose people said no.
    """

    event: Event
    release: Release
    base: Release | None
    before: Content
    after: Content
    by_session: dict[str, list[Difference]]
    by_person: dict[str, list[Difference]]
    directory: Directory
    known: frozenset[str]
    declined: frozenset[str]

    @property
    def names(self) -> Names:
        return Names(self.directory)

    @property
    def is_first(self) -> bool:
        """Whether there was no agenda before."""
        return self.base is None


def changes_of(notice: ReleaseNotice) -> Changes:
    """What is different from what was told before, and whom of those in the agenda it concerns; five statements."""
    event = db.session.get_one(Event, notice.event_id)
    release, base = db.session.get_one(Release, notice.release_id), _base(notice)
    before, after, found = _compared(base.payload if base else "", release.payload, event.time_zone)
    everybody = directory_of(event.id, [*before.sessions, *after.sessions], None)
    hidden = hidden_person_ids(event.id, now())
    known = frozenset(public_id for public_id, person in everybody.people.items() if person.id not in hidden)
    declined = _declined(event.id)
    told = by_session(found), by_person(found, declined)
    return Changes(event, release, base, before, after, *told, everybody, known, declined)


def notice_of(release_id: int) -> ReleaseNotice | None:
    """What is told of a release; None where it concerns nobody."""
    return db.session.scalar(select(ReleaseNotice).where(ReleaseNotice.release_id == release_id))


def notice_by_public_id(public_id: str) -> ReleaseNotice | None:
    return db.session.scalar(select(ReleaseNotice).where(ReleaseNotice.public_id == public_id))


def undecided_notice(event_id: int) -> tuple[ReleaseNotice, int] | None:
    """The notice of an event about which somebody has to decide, and the number of its release; there is one at most."""
    row = db.session.execute(
        select(ReleaseNotice, Release.number)
        .join(Release, Release.id == ReleaseNotice.release_id)
        .where(ReleaseNotice.event_id == event_id, ReleaseNotice.state.in_(UNDECIDED))
    ).one_or_none()
    return (row[0], row[1]) if row else None


def notices_of(event_id: int) -> dict[int, ReleaseNotice]:
    """The notices of an event, by the release."""
    rows = db.session.scalars(select(ReleaseNotice).where(ReleaseNotice.event_id == event_id))
    return {row.release_id: row for row in rows}


def due_notices(at: datetime) -> Sequence[int]:
    """The notices whose hour has come."""
    due = select(ReleaseNotice.id).where(ReleaseNotice.state == "scheduled", ReleaseNotice.send_at <= at)
    return db.session.scalars(due.order_by(ReleaseNotice.send_at, ReleaseNotice.id)).all()


def _base(notice: ReleaseNotice) -> Release | None:
    return db.session.get(Release, notice.base_id) if notice.base_id else None


def _declined(event_id: int) -> frozenset[str]:
    """The parts of an event whose people said no."""
    parts = select(Part.public_id).join(AgendaItem, AgendaItem.id == Part.item_id)
    parts = parts.join(AgendaSession, AgendaSession.id == AgendaItem.session_id)
    return frozenset(db.session.scalars(parts.where(AgendaSession.event_id == event_id, Part.reply == "declined")))


@lru_cache(maxsize=KEPT_IN_MEMORY)
def _compared(before: str, after: str, zone: str) -> tuple[Content, Content, list[Difference]]:
    """Payloads never change, so the last few comparisons are kept: a message to thousands asks for the same one each time."""
    old, new = in_zone(read(before), zone) if before else Content(), in_zone(read(after), zone)
    return old, new, differences(old, new)
