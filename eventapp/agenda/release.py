"""What a release holds: a whole agenda as plain values, written as JSON with `"schema": 1` and read back. Pure.

People, halls, tracks and organisations stand in it by their ids outside the house: who they are is looked up when a page
is made, so that a corrected name or a withdrawn consent holds for every release, too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from eventapp.walltime import same_wall_times

SCHEMA = 1
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
KEPT_IN_MEMORY = 8


class UnknownSchemaError(ValueError):
    """The payload was written by a version of the program that knew more."""


@dataclass(frozen=True)
class ReleasedPart:
    """Who or what appears in an item: one of person, organisation and object, the other two are empty."""

    id: str
    role: str
    side: str = ""
    mode: str = "in_person"
    person: str = ""
    organisation: str = ""
    object_en: str = ""
    object_zh: str = ""
    as_en: str = ""
    as_zh: str = ""


@dataclass(frozen=True)
class ReleasedItem:
    """One step of a session, its parts in their order."""

    id: str
    kind: str
    title_en: str = ""
    title_zh: str = ""
    summary_en: str = ""
    summary_zh: str = ""
    minutes: int = 0
    parts: tuple[ReleasedPart, ...] = ()

    @property
    def people(self) -> frozenset[str]:
        return frozenset(part.person for part in self.parts if part.person)


@dataclass(frozen=True)
class ReleasedSession:
    """A session with its items in their order; moments in UTC, no hall or no track is an empty id.

    `sequence` and `changed_at` tell calendars which version of it this is; they rise with each release that changes it.
    """

    uuid: str
    id: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    sequence: int = 0
    changed_at: datetime = LONG_AGO
    status: str = "planned"
    title_en: str = ""
    title_zh: str = ""
    summary_en: str = ""
    summary_zh: str = ""
    hall: str = ""
    track: str = ""
    language: str = ""
    items: tuple[ReleasedItem, ...] = ()

    @property
    def content(self) -> ReleasedSession:
        """The same without its version: what two releases are compared by."""
        return replace(self, sequence=0, changed_at=LONG_AGO)

    @property
    def people(self) -> frozenset[str]:
        return frozenset(person for item in self.items for person in item.people)


@dataclass(frozen=True)
class Content:
    """An agenda: its sessions by time, and what earlier releases held that is gone, for calendars to cancel.

    `zone` is that of the event when it was made: see `in_zone`.
    """

    sessions: tuple[ReleasedSession, ...] = ()
    dropped: tuple[ReleasedSession, ...] = ()
    zone: str = ""

    @property
    def by_uuid(self) -> dict[str, ReleasedSession]:
        return {session.uuid: session for session in self.sessions}


def fingerprint(content: Content) -> str:
    """Equal for two agendas exactly if a guest would see no difference; versions and what is gone do not count."""
    sessions = sorted((session.content for session in content.sessions), key=lambda session: session.uuid)
    return hashlib.sha256(_json([asdict(session) for session in sessions]).encode()).hexdigest()


def sealed(draft: Content, before: Content | None, at: datetime) -> Content:
    """The draft as it follows an earlier release: what changed gets a higher sequence, what is gone is kept as cancelled."""
    known = {session.uuid: session for session in (*before.sessions, *before.dropped)} if before else {}
    gone = {session.uuid for session in before.dropped} if before else set()
    sessions = tuple(_versioned(session, known.get(session.uuid), gone, at) for session in draft.sessions)
    remaining = {session.uuid for session in draft.sessions}
    dropped = (session if session.uuid in gone else _dropped(session, at) for session in known.values())
    return Content(sessions, tuple(session for session in dropped if session.uuid not in remaining), draft.zone)


def in_zone(content: Content, zone: str) -> Content:
    """The agenda of an event whose zone was corrected since: sessions stay at the times that the clock on the wall shows."""
    if content.zone in ("", zone):
        return content
    sessions, dropped = (
        tuple(_moved(session, content.zone, zone) for session in some) for some in (content.sessions, content.dropped)
    )
    return Content(sessions, dropped, zone)


def written(content: Content) -> str:
    """The payload of a release."""
    return _json(
        {
            "schema": SCHEMA,
            "zone": content.zone,
            "sessions": [asdict(session) for session in content.sessions],
            "dropped": [asdict(session) for session in content.dropped],
        }
    )


@lru_cache(maxsize=KEPT_IN_MEMORY)
def read(payload: str) -> Content:
    """The agenda that a payload holds. Payloads never change, so the last few are kept as they were read."""
    held = json.loads(payload)
    if held.get("schema") != SCHEMA:
        raise UnknownSchemaError(f"this version reads releases of schema {SCHEMA}, not {held.get('schema')}")
    return Content(_sessions(held["sessions"]), _sessions(held["dropped"]), held["zone"])


def as_laid(session: ReleasedSession, laid: Mapping[str, Any] | None) -> ReleasedSession:
    """A session with others laid over some of its parts for the day: by the part's id, what is different, or that it is `gone`."""
    return replace(session, items=tuple(_item_as_laid(item, laid) for item in session.items)) if laid else session


def _item_as_laid(item: ReleasedItem, laid: Mapping[str, Any]) -> ReleasedItem:
    told = [(part, laid.get(part.id, {})) for part in item.parts]
    return replace(item, parts=tuple(replace(part, **other) for part, other in told if "gone" not in other))


def _versioned(
    session: ReleasedSession, before: ReleasedSession | None, gone: set[str], at: datetime
) -> ReleasedSession:
    if before is None:
        return replace(session, changed_at=at)
    if session.uuid not in gone and session.content == before.content:
        return replace(session, sequence=before.sequence, changed_at=before.changed_at)
    return replace(session, sequence=max(before.sequence + 1, session.sequence), changed_at=at)


def _dropped(session: ReleasedSession, at: datetime) -> ReleasedSession:
    return replace(session, sequence=session.sequence + 1, changed_at=at, status="cancelled", items=())


def _moved(session: ReleasedSession, old: str, new: str) -> ReleasedSession:
    starts_at, ends_at = same_wall_times(session.starts_at, session.ends_at, old, new)
    return replace(session, starts_at=starts_at, ends_at=ends_at)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_moment)


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(f"a release cannot hold {type(value).__name__}")


def _sessions(held: Iterable[dict[str, Any]]) -> tuple[ReleasedSession, ...]:
    return tuple(_session(values) for values in held)


def _session(values: dict[str, Any]) -> ReleasedSession:
    moments = {name: datetime.fromisoformat(values[name]) for name in ("starts_at", "ends_at", "changed_at")}
    return ReleasedSession(**{**values, **moments, "items": tuple(_item(item) for item in values["items"])})


def _item(values: dict[str, Any]) -> ReleasedItem:
    return ReleasedItem(**{**values, "parts": tuple(ReleasedPart(**part) for part in values["parts"])})
