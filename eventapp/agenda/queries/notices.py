"""What is to be told of releases: the notices, and what each of them tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select

from eventapp.agenda.concerning import Held, by_person, by_session
from eventapp.agenda.differences import Difference, differences
from eventapp.agenda.models import AgendaItem, AgendaSession, Part, Release, ReleaseNotice
from eventapp.agenda.models.notices import UNDECIDED
from eventapp.agenda.queries.released import Directory, directory_of
from eventapp.agenda.queries.releases import Names
from eventapp.agenda.release import Content, in_zone, read
from eventapp.clock import now
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.people.models import Person
from eventapp.people.queries import hidden_person_ids

KEPT_IN_MEMORY = 16


@dataclass(frozen=True)
class Step:
    """What is different for whoever came to a session after `since` and until `until`: they knew it as it was then."""

    since: datetime | None
    until: datetime
    by_session: dict[str, list[Difference]]


@dataclass(frozen=True)
class Changes:
    """What a notice tells: to people with a part since what was told before, to guests since they came to a session.

    `known` are the people that may be named to everybody, `gone` who has a part no more.
    """

    event: Event
    release: Release
    base: Release | None
    after: Content
    steps: tuple[Step, ...]
    by_person: dict[str, list[Difference]]
    directory: Directory
    known: frozenset[str]
    gone: Held

    @property
    def names(self) -> Names:
        return Names(self.directory)


def changes_of(notice: ReleaseNotice) -> Changes:
    """What is different from what was told before, and whom of those in the agenda it concerns.

    The number of statements does not grow with the agenda.
    """
    event, release = db.session.get_one(Event, notice.event_id), db.session.get_one(Release, notice.release_id)
    chain = _chain(notice, release)
    compared = [_compared(one.payload if one else "", release.payload, event.time_zone) for one in chain]
    _before, after, found = compared[0]
    directory = directory_of(
        event.id, [row for old, _new, _found in compared for row in old.sessions] + [*after.sessions], None
    )
    hidden, gone = hidden_person_ids(event.id, now()), _gone(event.id, after)
    known = frozenset(public_id for public_id, person in directory.people.items() if person.id not in hidden)
    steps = _steps(chain, release, [found for _old, _new, found in compared])
    return Changes(event, release, chain[0], after, steps, by_person(found, gone), directory, known, gone)


def notice_of(release_id: int) -> ReleaseNotice | None:
    """What is told of a release; None where it concerns nobody."""
    return db.session.scalar(select(ReleaseNotice).where(ReleaseNotice.release_id == release_id))


def number_after(release: Release) -> int | None:
    """The number of the release that took the place of one before anybody was told of that; None if it tells nobody."""
    since = Release.event_id == release.event_id, Release.state == "published", Release.number > release.number
    later = db.session.scalar(select(Release).where(*since).order_by(Release.number).limit(1))
    return later.number if later and notice_of(later.id) else None


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


def release_to_tell(event_id: int) -> int | None:
    """The number of the release about which somebody has to decide whether it is told."""
    found = undecided_notice(event_id)
    return found[1] if found and found[0].state == "open" else None


def notices_of(event_id: int) -> dict[int, ReleaseNotice]:
    """The notices of an event, by the release."""
    rows = db.session.scalars(select(ReleaseNotice).where(ReleaseNotice.event_id == event_id))
    return {row.release_id: row for row in rows}


def due_notices(at: datetime) -> Sequence[int]:
    """The notices whose hour has come."""
    due = select(ReleaseNotice.id).where(ReleaseNotice.state == "scheduled", ReleaseNotice.send_at <= at)
    return db.session.scalars(due.order_by(ReleaseNotice.send_at, ReleaseNotice.id)).all()


def _chain(notice: ReleaseNotice, release: Release) -> list[Release | None]:
    """What was told before, None for no agenda at all, and the releases since of which nobody was told."""
    base = db.session.get(Release, notice.base_id) if notice.base_id else None
    since = Release.number > (base.number if base else 0), Release.number < release.number
    untold = select(Release).where(Release.event_id == release.event_id, Release.state == "published", *since)
    return [base, *db.session.scalars(untold.order_by(Release.number))]


def _steps(chain: Sequence[Release | None], release: Release, compared: Sequence[list[Difference]]) -> tuple[Step, ...]:
    """One for each release that a guest may have known when coming to a session."""
    since = [None, *(known.published_at for known in chain[1:] if known)]
    until = [*since[1:], release.published_at]
    return tuple(
        Step(begins, ends or now(), by_session(found))
        for begins, ends, found in zip(since, until, compared, strict=True)
    )


def _gone(event_id: int, after: Content) -> Held:
    """Who declined a part, and who has one in the release that in the draft is another's, or nobody's, by now."""
    parts = select(Part.public_id, Person.public_id, Part.reply).join(Part.person)
    parts = parts.join(AgendaItem, AgendaItem.id == Part.item_id)
    parts = parts.join(AgendaSession, AgendaSession.id == AgendaItem.session_id)
    rows = db.session.execute(parts.where(AgendaSession.event_id == event_id)).all()
    held = {(part, person): reply for part, person, reply in rows}
    released = {
        (part.id, part.person) for row in after.sessions for item in row.items for part in item.parts if part.person
    }
    return frozenset(pair for pair in released | held.keys() if held.get(pair, "declined") == "declined")


@lru_cache(maxsize=KEPT_IN_MEMORY)
def _compared(before: str, after: str, zone: str) -> tuple[Content, Content, list[Difference]]:
    """Payloads never change, so the last few comparisons are kept: a message to thousands asks for the same one each time."""
    old, new = in_zone(read(before), zone) if before else Content(), in_zone(read(after), zone)
    return old, new, differences(old, new)
