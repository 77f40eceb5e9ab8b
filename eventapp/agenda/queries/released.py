"""The agenda as the public sees it: the latest release, and over it what is different on the day.

A page asks twice: for the release, and for those who appear in it as they are called and looked up at this moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from itertools import groupby
from typing import Any

from sqlalchemy import Integer, String, and_, literal, null, select, union_all

from eventapp.agenda.models import LiveChange, LiveSession, Release, Track
from eventapp.agenda.queries.draft import draft_content
from eventapp.agenda.release import ReleasedItem, ReleasedPart, ReleasedSession, as_laid, in_zone, read
from eventapp.agenda.shown import AgendaDay, ShownItem, ShownPart, ShownSession
from eventapp.agenda.times import day_of, running_times
from eventapp.db import db
from eventapp.events.models import Event, Hall, Organisation
from eventapp.i18n import Bilingual
from eventapp.kept_pages import note_border, until_border
from eventapp.people.models import EventPerson, Person

MIDNIGHT = time(0)


@dataclass(frozen=True)
class Version:
    """Which release is shown, and since when."""

    number: int
    published_at: datetime
    note: Bilingual


@dataclass(frozen=True)
class PublicAgenda:
    """What the public may know of an agenda at a moment; without a version nothing was released yet, or a draft is shown.

    `dropped` is what earlier releases held and this one does not, for calendars to take out.
    """

    version: Version | None
    sessions: tuple[ShownSession, ...] = ()
    dropped: tuple[ReleasedSession, ...] = ()


@dataclass
class Directory:
    """What the ids in a release stand for at this moment. Whoever must not be named, or is no longer there, is not in it."""

    people: dict[str, Person] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    halls: dict[str, Hall] = field(default_factory=dict)
    tracks: dict[str, Track] = field(default_factory=dict)
    live: dict[str, LiveSession] = field(default_factory=dict)


def public_agenda(event: Event, at: datetime, *, draft: bool = False) -> PublicAgenda:
    """The latest release of an event with what is different on the day; two statements whatever its size.

    `draft` is for those whom the draft may be shown: it reads as it would if it were released now.
    """
    return _draft(event, at, _all) if draft else _public(event, at, _all)


def public_session(event: Event, public_id: str, at: datetime, *, draft: bool = False) -> ShownSession | None:
    """One session as `public_agenda` shows it."""

    def wanted(session: ReleasedSession) -> bool:
        return session.id == public_id

    found = (_draft if draft else _public)(event, at, wanted).sessions
    return found[0] if found else None


def taking_place(shown: PublicAgenda) -> list[ShownSession]:
    """The sessions without those that are cancelled, for files that cannot say so."""
    return [session for session in shown.sessions if not session.is_cancelled]


def by_days(event: Event, sessions: Iterable[ShownSession], zone: str = "") -> list[AgendaDay]:
    """Sessions by time as the days of an event; what runs after midnight is still of the day before.

    In another zone than the event's, days are those of the calendar there.
    """
    own = zone in ("", event.time_zone)
    shown, starts = (event.time_zone, event.day_starts) if own else (zone, MIDNIGHT)
    days = groupby(sessions, key=lambda session: day_of(session.starts_at, shown, starts))
    return [AgendaDay(day, shown, tuple(found)) for day, found in days]


@dataclass(frozen=True)
class LiveVersion:
    """How often a session was changed on the day, and when last; what was taken back counts twice."""

    changes: int
    changed_at: datetime


def live_versions(event_id: int) -> dict[str, LiveVersion]:
    """The sessions that were changed on the day, by their uuid."""
    found: dict[str, LiveVersion] = {}
    rows = db.session.scalars(select(LiveChange).where(LiveChange.event_id == event_id).order_by(LiveChange.number))
    for row in rows:
        moments = [moment for moment in (row.at, row.undone_at) if moment is not None]
        for session_uuid in {**row.before, **row.after}:
            before = found.get(session_uuid, LiveVersion(0, row.at))
            found[session_uuid] = LiveVersion(before.changes + len(moments), max(before.changed_at, *moments))
    return found


def latest_release(event_id: int) -> Release | None:
    """The release that the public sees."""
    return db.session.scalar(_latest(event_id))


def shown_content(event: Event, sessions: Sequence[ReleasedSession], at: datetime | None) -> list[ShownSession]:
    """Any sessions as pages show them, without what is different on the day; with a moment, without who is hidden then."""
    directory = directory_of(event.id, sessions, at)
    directory.live = {}
    return _shown(sessions, directory)


def directory_of(event_id: int, sessions: Sequence[ReleasedSession], at: datetime | None) -> Directory:
    """Everybody and everything that sessions name, in one statement; with a moment, without who is hidden then."""
    directory = Directory()
    for row in db.session.execute(_everybody(event_id, sessions)):
        if row.Person is not None and (at is None or row.undisclosed_until is None or row.undisclosed_until <= at):
            directory.people[row.Person.public_id] = row.Person
        for things, thing in (
            (directory.organisations, row.Organisation), (directory.halls, row.Hall), (directory.tracks, row.Track),
        ):  # fmt: skip
            if thing is not None:
                things[thing.public_id] = thing
        if row.LiveSession is not None:
            directory.live[row.LiveSession.session_uuid] = row.LiveSession
    _add_substitutes(event_id, directory, at)
    return directory


def _add_substitutes(event_id: int, directory: Directory, at: datetime | None) -> None:
    """Those who appear only on the day."""
    laid = [told for row in directory.live.values() for told in (row.parts or {}).values()]
    wanted = {told["person"] for told in laid if told.get("person")} - directory.people.keys()
    if not wanted:
        return
    theirs = and_(EventPerson.event_id == event_id, EventPerson.person_id == Person.id)
    query = select(Person, EventPerson.undisclosed_until).outerjoin(EventPerson, theirs)
    for person, hidden_until in db.session.execute(query.where(Person.public_id.in_(wanted))):
        if at is None or hidden_until is None or hidden_until <= at:
            directory.people[person.public_id] = person


def _all(_session: ReleasedSession) -> bool:
    return True


def _draft(event: Event, at: datetime, wanted: Callable[[ReleasedSession], bool]) -> PublicAgenda:
    sessions = [session for session in draft_content(event.id).sessions if wanted(session)]
    return PublicAgenda(None, tuple(shown_content(event, sessions, at)))


def _public(event: Event, at: datetime, wanted: Callable[[ReleasedSession], bool]) -> PublicAgenda:
    row = db.session.execute(
        _latest(event.id).with_only_columns(
            Release.number, Release.published_at, Release.note_en, Release.note_zh, Release.payload,
            until_border().label("border"),
        )
    ).one_or_none()  # fmt: skip
    if row is None:
        return PublicAgenda(None)
    content = in_zone(read(row.payload), event.time_zone)
    sessions = [session for session in content.sessions if wanted(session)]
    shown = _shown(sessions, directory_of(event.id, sessions, at))
    note_border(row.border, *(moment for one in shown for moment in (one.starts_at, one.ends_at)))
    version = Version(row.number, row.published_at, Bilingual(row.note_en, row.note_zh))
    return PublicAgenda(version, tuple(shown), content.dropped)


def _latest(event_id: int) -> Any:
    published = select(Release).where(Release.event_id == event_id, Release.state == "published")
    return published.order_by(Release.number.desc()).limit(1)


def _everybody(event_id: int, sessions: Sequence[ReleasedSession]) -> Any:
    """Rows of five tables in one answer: each row holds one thing, and of a person until when it is hidden."""
    parts = [part for session in sessions for item in session.items for part in item.parts]
    people = sorted({part.person for part in parts if part.person})
    organisations = sorted({part.organisation for part in parts if part.organisation})
    keys = union_all(
        _keys("person", Person, Person.public_id.in_(people)),
        _keys("organisation", Organisation, Organisation.public_id.in_(organisations)),
        _keys("hall", Hall, Hall.event_id == event_id),
        _keys("track", Track, Track.event_id == event_id),
        select(literal("live").label("kind"), null().cast(Integer).label("id"), LiveSession.session_uuid.label("uuid"))
        .where(LiveSession.event_id == event_id),
    ).subquery("keys")  # fmt: skip
    query = select(Person, Organisation, Hall, Track, LiveSession, EventPerson.undisclosed_until).select_from(keys)
    for kind, model in (("person", Person), ("organisation", Organisation), ("hall", Hall), ("track", Track)):
        query = query.outerjoin(model, and_(keys.c.kind == kind, model.id == keys.c.id))
    query = query.outerjoin(LiveSession, LiveSession.session_uuid == keys.c.uuid)
    return query.outerjoin(EventPerson, and_(EventPerson.event_id == event_id, EventPerson.person_id == Person.id))


def _keys(kind: str, model: Any, which: Any) -> Any:
    return select(literal(kind).label("kind"), model.id.label("id"), null().cast(String).label("uuid")).where(which)


def _shown(sessions: Sequence[ReleasedSession], directory: Directory) -> list[ShownSession]:
    shown = [_shown_session(number, session, directory) for number, session in enumerate(sessions, 1)]
    return sorted(shown, key=lambda row: (row.starts_at, row.hall.position if row.hall else -1, row.id))


def _shown_session(number: int, session: ReleasedSession, directory: Directory) -> ShownSession:
    live = directory.live.get(session.uuid)
    starts_at, ends_at = (live.starts_at, live.ends_at) if live else (session.starts_at, session.ends_at)
    times = running_times(starts_at, [item.minutes for item in session.items])
    items = [
        _shown_item(place, item, when, directory)
        for place, (item, when) in enumerate(
            zip(as_laid(session, live.parts if live else None).items, times, strict=True), 1
        )
    ]
    return ShownSession(
        id=number,
        public_id=session.id,
        uuid=session.uuid,
        sequence=session.sequence,
        changed_at=session.changed_at,
        kind=session.kind,
        title=Bilingual(session.title_en, session.title_zh),
        summary=Bilingual(session.summary_en, session.summary_zh),
        starts_at=starts_at,
        ends_at=ends_at,
        hall=directory.halls.get(session.hall),
        items=tuple(items),
        status=live.status if live else session.status,
        track=directory.tracks.get(session.track),
        language=session.language,
        started_at=live.started_at if live else None,
        ended_at=live.ended_at if live else None,
        planned=(session.starts_at, session.ends_at),
    )


def _shown_item(
    number: int,
    item: ReleasedItem,
    when: tuple[datetime, datetime] | None,
    directory: Directory,
) -> ShownItem:
    return ShownItem(
        id=number,
        public_id=item.id,
        kind=item.kind,
        title=Bilingual(item.title_en, item.title_zh),
        summary=Bilingual(item.summary_en, item.summary_zh),
        minutes=item.minutes,
        starts_at=when[0] if when else None,
        ends_at=when[1] if when else None,
        parts=tuple(
            _shown_part(place, part, directory)
            for place, part in enumerate(item.parts, 1)
            if _may_be_named(part, directory)
        ),
    )


def _may_be_named(part: ReleasedPart, directory: Directory) -> bool:
    if part.person:
        return part.person in directory.people
    return not part.organisation or part.organisation in directory.organisations


def _shown_part(number: int, part: ReleasedPart, directory: Directory) -> ShownPart:
    return ShownPart(
        id=number,
        public_id=part.id,
        role=part.role,
        side=part.side,
        mode=part.mode,
        reply="open",
        as_what=Bilingual(part.as_en, part.as_zh),
        person=directory.people.get(part.person),
        organisation=directory.organisations.get(part.organisation),
        object_name=Bilingual(part.object_en, part.object_zh),
    )
