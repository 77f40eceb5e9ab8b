"""How the sample's events are written down: plain values, times as the clock on the wall shows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from typing import NamedTuple


class Text(NamedTuple):
    """A text in English and in Chinese; either may be unknown."""

    en: str = ""
    zh: str = ""


NO_TEXT = Text()


@dataclass(frozen=True)
class SamplePart:
    """A person or an organisation (by its key in the facts) or a thing, and what it does."""

    role: str
    person: str = ""
    organisation: str = ""
    thing: Text = NO_TEXT
    as_what: Text = NO_TEXT


@dataclass(frozen=True)
class SampleItem:
    kind: str
    minutes: int
    title: Text = NO_TEXT
    parts: tuple[SamplePart, ...] = ()


@dataclass(frozen=True)
class SampleSession:
    """A block of time; `hall` is a key of the event's halls, empty where a session has none."""

    kind: str
    hall: str
    start: time
    end: time
    title: Text = NO_TEXT
    summary: Text = NO_TEXT
    items: tuple[SampleItem, ...] = ()


@dataclass(frozen=True)
class SampleHall:
    key: str
    name: Text
    capacity: int
    colour: str


@dataclass(frozen=True)
class SampleCheckpoint:
    """A checkpoint; with `categories` (codes) it lets in no others."""

    code: str
    name: Text
    kind: str
    rule: str
    capacity: int | None = None
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class SampleOrganisation:
    """An organisation's part, under the exact label that is printed."""

    key: str
    role: str
    label: Text


@dataclass(frozen=True)
class SampleEvent:
    """An event; `day` counts from the day of the first one, `places` are those of each category.

    `questions` are ready-made ones by name; `seats` are those of sessions that are booked, by their English titles.
    """

    slug: str
    name: Text
    tagline: Text
    about: Text
    colour: str
    cover_pattern: str
    contact_email: str
    day: int
    start: time
    end: time
    halls: tuple[SampleHall, ...]
    organisations: tuple[SampleOrganisation, ...]
    people: tuple[str, ...]
    sessions: tuple[SampleSession, ...]
    places: dict[str, int]
    checkpoints: tuple[SampleCheckpoint, ...]
    questions: tuple[str, ...] = ()
    seats: dict[str, int] = field(default_factory=dict)
