"""The public agenda in one language as plain values, the ground of every file that other programs read. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from eventapp.agenda.shown import AgendaDay, ShownItem, ShownPart, ShownSession
from eventapp.events.models import Event
from eventapp.i18n import Bilingual

# Ids of things that have none of their own kind in a format are derived from ours, the same ones each time.
NAMESPACE = uuid.UUID("6f4f1d7e-0f0c-5a43-9a7e-2f8f3f6a1c55")


@dataclass(frozen=True)
class Appearance:
    """Somebody who appears in a session."""

    public_id: str
    name: str
    url: str


@dataclass(frozen=True)
class Slot:
    """A session; moments are aware, in the event's zone. `subtitle` is the title in the other language.

    `description` tells its summary and its items with everybody in them; `details` leaves out what only repeats the people,
    for formats that list them, and tells what the items are about.
    """

    uuid: str
    public_id: str
    room: str
    room_id: str
    kind: str
    title: str
    subtitle: str
    summary: str
    description: str
    details: str
    starts_at: datetime
    ends_at: datetime
    url: str
    people: tuple[Appearance, ...]
    track: str = ""
    language: str = ""


@dataclass(frozen=True)
class ProgrammeDay:
    """A day of the event with its sessions, by time; it lasts from the hour at which days start to the same of the next."""

    day: date
    starts_at: datetime
    ends_at: datetime
    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class Programme:
    """An event's public agenda in one language. `tracks` are the names and colours of those that are in it."""

    slug: str
    title: str
    description: str
    url: str
    zone: str
    starts_at: datetime
    ends_at: datetime
    version: str
    language: str
    days: tuple[ProgrammeDay, ...]
    tracks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Names:
    """What is called how in the reader's language: kinds of sessions and items, and a room that is none of the halls."""

    session_kinds: Mapping[str, str]
    item_kinds: Mapping[str, str]
    elsewhere: str


def programme_of(
    event: Event, days: Sequence[AgendaDay], language: str, *, site: str, names: Names, changed_at: datetime | None
) -> Programme:
    """The agenda of these days for a reader of `language`; `site` is the address the event's pages begin with."""
    zone = ZoneInfo(event.time_zone)
    return Programme(
        slug=event.slug,
        title=event.name.here(language),
        description=event.tagline.here(language),
        url=f"{site}/e/{event.slug}/",
        zone=event.time_zone,
        starts_at=event.starts_at.astimezone(zone),
        ends_at=event.ends_at.astimezone(zone),
        version=(changed_at or event.starts_at).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"),
        language=language,
        days=tuple(_day(event, day, language, site, names) for day in days),
        tracks=_tracks(days, language),
    )


def derived_uuid(kind: str, public_id: str) -> str:
    """A UUID for a thing of ours that has a public id only; always the same one."""
    return str(uuid.uuid5(NAMESPACE, f"{kind}:{public_id}"))


def derived_number(public_id: str) -> int:
    """A positive whole number for a public id, small enough for every reader of JSON (48 bits)."""
    return int(public_id[:12], 16) + 1


def _day(event: Event, day: AgendaDay, language: str, site: str, names: Names) -> ProgrammeDay:
    begins = _wall(day.day, event.day_starts, event.time_zone)
    ends = _wall(day.day + timedelta(days=1), event.day_starts, event.time_zone)
    slots = tuple(_slot(event, session, language, site, names) for session in day.sessions)
    return ProgrammeDay(day.day, begins, ends, slots)


def _wall(day: date, clock: time, zone: str) -> datetime:
    return datetime.combine(day, clock, ZoneInfo(zone))


def _slot(event: Event, session: ShownSession, language: str, site: str, names: Names) -> Slot:
    zone, kind = ZoneInfo(event.time_zone), names.session_kinds[session.kind]
    summary, lines = session.summary.here(language), [_item(item, zone, language, names) for item in session.items]
    told = [
        (line if _says_more(item) else "", item.summary.here(language))
        for line, item in zip(lines, session.items, strict=True)
    ]
    return Slot(
        uuid=session.uuid,
        public_id=session.public_id,
        room=session.hall.name.here(language) if session.hall else names.elsewhere,
        room_id=session.hall.public_id if session.hall else "",
        kind=kind,
        title=session.title.here(language) or kind,
        subtitle=session.title.other(language),
        summary=summary,
        description=_lines([summary, *lines]),
        details=_lines([summary, *(line for item in told for line in item)]),
        starts_at=session.starts_at.astimezone(zone),
        ends_at=session.ends_at.astimezone(zone),
        url=f"{site}/e/{event.slug}/agenda/{session.public_id}",
        people=tuple(
            Appearance(person.public_id, person.shown_name.here(language), f"{site}/e/{event.slug}/speakers/{person.public_id}")
            for person, _parts in session.appearances
        ),
        track=session.track.name.here(language) if session.track else "",
        language=session.language,
    )  # fmt: skip


def _says_more(item: ShownItem) -> bool:
    """Whether an item says more than who is there."""
    return bool(
        item.kind != "speech" or item.title or item.starts_at or any(part.person is None for part in item.parts)
    )


def _lines(lines: Sequence[str]) -> str:
    return "\n".join(line for line in lines if line)


def _tracks(days: Sequence[AgendaDay], language: str) -> tuple[tuple[str, str], ...]:
    tracks = [session.track for day in days for session in day.sessions if session.track]
    found = {track.id: track for track in sorted(tracks, key=lambda track: (track.position, track.id))}
    return tuple((track.name.here(language), track.colour) for track in found.values())


def _item(item: ShownItem, zone: ZoneInfo, language: str, names: Names) -> str:
    begins = f"{item.starts_at.astimezone(zone):%H:%M} " if item.starts_at else ""
    kind, title = names.item_kinds[item.kind], item.title.here(language)
    people = ", ".join(_part_name(part).here(language) for part in item.parts)
    return begins + (f"{kind}: {title}" if title else kind) + (f" ({people})" if people else "")


def _part_name(part: ShownPart) -> Bilingual:
    if part.person is not None:
        return part.person.shown_name
    return part.organisation.name if part.organisation is not None else part.object_name
