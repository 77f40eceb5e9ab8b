"""What a file says about an agenda, whatever its format: sessions with items and parts, and what could not be read. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
# So many letters of an English sentence may stand beside one Chinese character.
LETTERS_BESIDE_HAN = 3
LONGEST = {"title": 300, "summary": 10_000, "as": 200, "thing": 300, "name": 200}
MOST_ROWS = 10_000


@dataclass(frozen=True)
class Named:
    """A hall, track, person or organisation as a file names it: by our id, by a derived one, by a name in either language."""

    id: str = ""
    en: str = ""
    zh: str = ""
    guid: str = ""
    colour: str = ""
    capacity: int | None = None

    def __bool__(self) -> bool:
        return bool(self.id or self.en or self.zh)

    @property
    def name(self) -> str:
        return self.en or self.zh or self.id


@dataclass(frozen=True)
class SaidPart:
    """Who or what appears; `values` are columns of a part, the subject apart."""

    row: int
    id: str = ""
    person: Named = Named()
    organisation: Named = Named()
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class SaidItem:
    """An item; `values` are its columns."""

    row: int
    id: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    parts: list[SaidPart] = field(default_factory=list)


@dataclass
class SaidSession:
    """A session; `values` are the columns about which the file says something.

    `hall` and `track` are None where the file says nothing about them. `items` is None where it knows of no items: then
    `people` and `details`, if it has them, become one where the session has none of its own.
    """

    row: int
    id: str = ""
    uuid: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    hall: Named | None = None
    track: Named | None = None
    items: list[SaidItem] | None = None
    people: tuple[Named, ...] | None = None
    details: str = ""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row: a code for which there are words, and what was written there."""

    row: int
    code: str
    text: str = ""


@dataclass
class Said:
    """A file as it was understood. `notes` are kinds and languages read as something else; `unread` heads that say nothing."""

    sessions: list[SaidSession] = field(default_factory=list)
    halls: list[Named] = field(default_factory=list)
    tracks: list[Named] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def without_faults(self) -> list[SaidSession]:
        """The sessions of which every row could be read."""
        wrong = {fault.row for fault in self.faults}
        return [session for session in self.sessions if not wrong & set(rows_of(session))]


@dataclass(frozen=True)
class Vocabulary:
    """Words of both languages for codes, folded; and what is called by kind when it has no title."""

    session_kinds: Mapping[str, str]
    item_kinds: Mapping[str, str]
    roles: Mapping[str, str]
    modes: Mapping[str, str]
    replies: Mapping[str, str]
    sides: Mapping[str, str]
    languages: Mapping[str, str]
    statuses: Mapping[str, str]


@dataclass(frozen=True)
class Place:
    """When and where the event is, as far as files go: its zone, when its days start, and how far off its sessions may be."""

    zone: str
    starts_at: datetime
    earliest: datetime
    latest: datetime
    day_starts: Any


class FileUnreadableError(ValueError):
    """The file is none of the formats we read; `reason` is a code for which there are words."""

    def __init__(self, reason: str = "unreadable") -> None:
        super().__init__(reason)
        self.reason = reason


def rows_of(session: SaidSession) -> list[int]:
    """Every row of the file that is about a session."""
    items = session.items or []
    return [session.row, *(item.row for item in items), *(part.row for item in items for part in item.parts)]


def is_chinese(text: str) -> bool:
    """Whether a text is Chinese rather than a text in Latin letters with some Chinese in it."""
    han = len(HAN.findall(text))
    return bool(han) and han * LETTERS_BESIDE_HAN >= len(LATIN.findall(text))


def by_script(name: str, text: str) -> dict[str, str]:
    """A text as the column of the language it is written in: {'title_zh': '开幕'}."""
    return {f"{name}_{'zh' if is_chinese(text) else 'en'}": text}


def named(text: str, **more: Any) -> Named:
    """A name in whichever language it is written."""
    return Named(zh=text, **more) if is_chinese(text) else Named(en=text, **more)
