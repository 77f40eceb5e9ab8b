"""The programme to print, in both languages: by day, or by person. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from eventapp.agenda.shown import AgendaDay, ShownItem, ShownPart, ShownSession
from eventapp.events.models import Event
from eventapp.i18n import Bilingual
from eventapp.people.models import Person
from eventapp.typesetting import draw_pdf, drawable

_TEMPLATE = Path(__file__).with_name("programme.typ")
# A title may have 300 characters; a Chinese one takes two columns.
LONGEST = 620
QUIET = ("break", "meal")


@dataclass(frozen=True)
class Printing:
    """What the programme says in its reader's language: words for codes, days in words, and the lines around it."""

    language: str
    session_kinds: Mapping[str, Any]
    item_kinds: Mapping[str, Any]
    roles: Mapping[str, Any]
    modes: Mapping[str, Any]
    day: Callable[[datetime], str]
    heading: str
    place: str
    footer: str
    cancelled: str
    empty: str


def programme_by_day(event: Event, days: Sequence[AgendaDay], said: Printing) -> bytes:
    """The sessions of each day with their items and everybody in them, as PDF."""
    shown = [
        {"date": said.day(day.noon), "sessions": [_session(one, event, said) for one in day.sessions]} for day in days
    ]
    return _drawn(json.dumps({**_frame(event, said), "days": shown, "people": []}))


def programme_by_person(event: Event, days: Sequence[AgendaDay], said: Printing) -> bytes:
    """Everybody who appears, in the order of their names, with all they do, as PDF."""
    found: dict[int, tuple[Person, list[dict[str, Any]]]] = {}
    for day in days:
        for session in (one for one in day.sessions if not one.is_cancelled):
            for item in session.items:
                for part in item.parts:
                    if part.person is not None:
                        appearances = found.setdefault(part.person.id, (part.person, []))[1]
                        appearances.append(_appearance(day, session, item, part, event, said))
    ordered = sorted(found.values(), key=lambda one: (one[0].key_sort, one[0].id))
    people = [
        {**_both(person.shown_name, said), "about": _about(person, said), "parts": parts} for person, parts in ordered
    ]
    return _drawn(json.dumps({**_frame(event, said), "days": [], "people": people}))


@lru_cache(maxsize=8)
def _drawn(values: str) -> bytes:
    """The same programme is asked for many times and drawn once."""
    return draw_pdf(_TEMPLATE, "programme", json.loads(values))


def _frame(event: Event, said: Printing) -> dict[str, Any]:
    return {
        **_both(event.name, said),
        "language": said.language,
        "accent": event.colour or "#176b70",
        "heading": said.heading,
        "place": drawable(said.place, LONGEST),
        "footer": said.footer,
        "cancelled": said.cancelled,
        "empty": said.empty,
    }


def _session(session: ShownSession, event: Event, said: Printing) -> dict[str, Any]:
    kind = str(said.session_kinds[session.kind])
    return {
        **_both(session.title or Bilingual(kind, kind), said),
        "time": _times(session.starts_at, session.ends_at, event.time_zone),
        "hall": _both(session.hall.name, said) if session.hall else None,
        "colour": session.hall.colour if session.hall else "#3b4854",
        "track": drawable(session.track.name.here(said.language), LONGEST) if session.track else "",
        "kind": kind if session.title else "",
        "quiet": session.kind in QUIET,
        "solemn": session.is_solemn,
        "gone": session.is_cancelled,
        "items": [_item(item, event, said) for item in session.items],
    }


def _item(item: ShownItem, event: Event, said: Printing) -> dict[str, Any]:
    return {
        **_both(item.title, said),
        "time": _clock(item.starts_at, event.time_zone) if item.starts_at else "",
        "kind": str(said.item_kinds[item.kind]),
        "people": [{**_both(_subject(part), said), "role": _role(part, said)} for part in item.parts],
    }


def _appearance(
    day: AgendaDay, session: ShownSession, item: ShownItem, part: ShownPart, event: Event, said: Printing
) -> dict[str, Any]:
    title = item.title or session.title or Bilingual(*[str(said.session_kinds[session.kind])] * 2)
    starts_at, ends_at = item.starts_at or session.starts_at, item.ends_at or session.ends_at
    return {
        **_both(title, said),
        "date": said.day(day.noon),
        "time": _times(starts_at, ends_at, event.time_zone),
        "hall": _both(session.hall.name, said) if session.hall else None,
        "role": _role(part, said),
    }


def _role(part: ShownPart, said: Printing) -> str:
    """What somebody does, as what, and how if not in person."""
    told: Iterable[str] = (
        str(said.roles[part.role]),
        part.as_what.here(said.language),
        str(said.modes[part.mode]) if part.mode != "in_person" else "",
    )
    return drawable(" · ".join(word for word in told if word), LONGEST)


def _subject(part: ShownPart) -> Bilingual:
    if part.person is not None:
        return part.person.shown_name
    return part.organisation.name if part.organisation is not None else part.object_name


def _about(person: Person, said: Printing) -> str:
    told = (person.position.here(said.language), person.organisation.here(said.language))
    return drawable(" · ".join(text for text in told if text), LONGEST)


def _both(text: Bilingual, said: Printing) -> dict[str, str]:
    """A text in the reader's language, and in the other one if it says something else."""
    return {"name": drawable(text.here(said.language), LONGEST), "other": drawable(text.other(said.language), LONGEST)}


def _times(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    return f"{_clock(starts_at, zone)}–{_clock(ends_at, zone)}"


def _clock(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%H:%M")
