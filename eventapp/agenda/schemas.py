"""What the agenda's editor sends: one shape for each thing that can be done on its board."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from eventapp.agenda.models import SESSION_KINDS
from eventapp.jsonapi import Moment, RowNumber, Sent

LONGEST_MINUTES = 3 * 24 * 60
PublicId = Annotated[str, StringConstraints(pattern=r"^[0-9a-z]{1,16}$")]
LocalTime = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$")]
Minutes = Annotated[int, Field(ge=1, le=LONGEST_MINUTES)]
Title = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$")]
Text = Annotated[str, StringConstraints(max_length=20_000, pattern=r"^[^\x00]*$")]
SessionKind = Literal["keynote", "forum", "ceremony", "break", "meal", "tour"]
assert set(SessionKind.__args__) == set(SESSION_KINDS)  # type: ignore[attr-defined]


class Asked(Sent):
    """`after` is the number of the last change that the editor knows; the answer holds what came after."""

    after: RowNumber | None = None
    despite_clashes: bool = False


class OfSession(Asked):
    """Something to be done to a session, as it was at this version."""

    session: PublicId
    sequence: RowNumber


class Times(Asked):
    """A start and an end, in UTC or by the event's own clock; `minutes` instead of an end."""

    starts_at: Moment | None = None
    ends_at: Moment | None = None
    local_start: LocalTime | None = None
    minutes: Minutes | None = None

    @model_validator(mode="after")
    def _one_of_each(self) -> Any:
        if self.starts_at and self.local_start:
            raise ValueError("starts_at or local_start, not both")
        if self.ends_at and self.minutes:
            raise ValueError("ends_at or minutes, not both")
        return self


class Place(Times):
    """A time and a hall; null is no hall, and without the word the hall stays."""

    hall: PublicId | None = None


class Details(Asked):
    """What a session is about; only what is sent is changed."""

    kind: SessionKind | None = None
    title_en: Title | None = None
    title_zh: Title | None = None
    summary_en: Text | None = None
    summary_zh: Text | None = None
    track: PublicId | None = None
    language: Literal["", "en", "zh", "both"] | None = None
    expected: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    fixed: bool | None = None


class Create(Place, Details):
    kind: SessionKind
    in_tray: bool = False


class Change(OfSession, Details):
    pass


class Move(OfSession, Place):
    pass


class Resize(OfSession, Place):
    """The hall is the one it is in."""


class Split(OfSession):
    """At a moment, so many minutes after the start, or before an item."""

    at: Moment | None = None
    minutes: Minutes | None = None
    item: PublicId | None = None


class Swap(OfSession):
    other: PublicId
    other_sequence: RowNumber


class Shift(OfSession):
    minutes: Annotated[int, Field(ge=-24 * 60, le=24 * 60)]
    all_halls: bool = False


class OfItem(OfSession):
    item: PublicId


class ItemMove(OfItem):
    """One place up or down, to a place counted from 1, or to the end of another session."""

    direction: Literal["up", "down"] | None = None
    position: Annotated[int, Field(ge=1, le=1000)] | None = None
    to_session: PublicId | None = None

    @model_validator(mode="after")
    def _one_way(self) -> ItemMove:
        if sum(way is not None for way in (self.direction, self.position, self.to_session)) != 1:
            raise ValueError("one of direction, position, to_session")
        return self


class ItemMinutes(OfItem):
    minutes: Annotated[int, Field(ge=0, le=LONGEST_MINUTES)]


class Undo(Asked):
    """`number`: this change, whoever made it; without it one's own last one."""

    number: RowNumber | None = None


class Check(Place):
    session: PublicId | None = None


class After(Sent):
    after: RowNumber = 0
    setup: str = Field(default="", max_length=16)
