"""What a speaker proposes, beside what the site shows now."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from eventapp.speakers.planned import PlannedPart

NAMES = ("printed_en", "printed_zh")
PERSON_FIELDS = (
    *NAMES,
    "pronounced",
    "honorific_en",
    "honorific_zh",
    "position_en",
    "position_zh",
    "organisation_en",
    "organisation_zh",
    "biography_en",
    "biography_zh",
)
TALK_FIELDS = ("title_en", "title_zh", "summary_en", "summary_zh")


@dataclass(frozen=True)
class Change:
    """One thing that would be different: of a 'person', an 'item' or a 'part'."""

    subject: str
    subject_id: int
    field: str
    before: str
    after: str
    about: PlannedPart | None = None

    @property
    def key(self) -> str:
        """What the form calls this change."""
        return f"{self.subject}-{self.subject_id}-{self.field}"


@dataclass(frozen=True)
class Proposal:
    """All that a speaker wrote and nobody has approved."""

    version: int
    changes: tuple[Change, ...]

    @property
    def seen(self) -> str:
        """A mark of what was looked at: another version, or another state of the site, has another one."""
        told = [
            (change.subject, change.subject_id, change.field, change.before, change.after) for change in self.changes
        ]
        return hashlib.sha256(repr((self.version, told)).encode()).hexdigest()[:32]

    def only(self, keys: Collection[str]) -> Proposal:
        """The changes that were chosen."""
        return Proposal(self.version, tuple(change for change in self.changes if change.key in keys))

    def of(self, subject: str) -> dict[int, dict[str, Any]]:
        """The new values of each person, item or part by its id."""
        found: dict[int, dict[str, Any]] = {}
        for change in self.changes:
            if change.subject == subject:
                found.setdefault(change.subject_id, {})[change.field] = change.after
        return found


def shown_texts(person: Any) -> dict[str, str]:
    """What the site shows about a person now, by the names of the speaker's form."""
    texts = {name: getattr(person, name) for name in PERSON_FIELDS if name not in NAMES}
    return {"printed_en": person.name.en, "printed_zh": person.name.zh, **texts}


def compare(
    person: Any, parts: list[PlannedPart], *, version: int, profile: Any, portrait: Any, talks: Any, replies: Any
) -> Proposal:
    """What approving would change. `talks` are by item, `replies` by part; profile and portrait may be None."""
    changes = [*_of_person(person, profile, portrait)]
    for planned in parts:
        changes += _of_talk(planned, talks.get(planned.item.id))
        changes += _of_mode(planned, replies.get(planned.part.id))
    return Proposal(version, tuple(changes))


def _of_person(person: Any, profile: Any, portrait: Any) -> Iterator[Change]:
    if profile is not None:
        now = shown_texts(person)
        for name in PERSON_FIELDS:
            typed = getattr(profile, name)
            # An empty name proposes nothing; somebody always has one.
            if typed != now[name] and (typed or name not in NAMES):
                yield Change("person", person.id, name, now[name], typed)
    if portrait is not None and not portrait.approved and portrait.name != person.portrait:
        yield Change("person", person.id, "portrait", person.portrait, portrait.name)


def _of_talk(planned: PlannedPart, talk: Any) -> Iterator[Change]:
    if talk is None or not planned.has_talk:
        return
    now = {
        "title_en": planned.item.title.en,
        "title_zh": planned.item.title.zh,
        "summary_en": planned.item.summary.en,
        "summary_zh": planned.item.summary.zh,
    }
    for name in TALK_FIELDS:
        if getattr(talk, name) != now[name]:
            yield Change("item", planned.item.id, name, now[name], getattr(talk, name), planned)


def _of_mode(planned: PlannedPart, reply: Any) -> Iterator[Change]:
    if reply is not None and reply.mode and reply.mode != planned.part.mode and planned.part.reply != "declined":
        yield Change("part", planned.part.id, "mode", planned.part.mode, reply.mode, planned)
