"""The shapes of the door API, for its description: `actions.record` reads what is sent with more forbearance."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue

MOST_SCANS = 1000
Verdict = Literal[
    "admitted", "left", "already_in", "too_soon", "not_inside", "not_confirmed", "cancelled", "revoked", "wrong_event",
    "not_allowed", "outside_hours", "full", "unknown", "forged", "malformed",
]  # fmt: skip


class Words(BaseModel):
    en: str
    zh: str


class Coloured(Words):
    colour: str


class Override(BaseModel):
    """Why a guest is let in against the verdict, by a device that may."""

    reason: str


class Scan(BaseModel):
    """One reading of a pass, or one guest chosen from the search."""

    id: str = Field(description="A UUID made by the device; sent again, it gets the first answer word for word.")
    code: str = Field(default="", description="What the camera read: address, digits or short code.")
    registration: str = Field(default="", description="The id of a guest found by search, in place of `code`.")
    checkpoint: str
    direction: Literal["in", "out"] = "in"
    scanned_at: AwareDatetime | None = None
    method: Literal["camera", "wedge", "typed", "search", "manual"] = "camera"
    offline: bool = False
    override: Override | None = None


class Scans(BaseModel):
    """One scan or up to 1,000. One that is not well-formed gets `malformed` and never spoils the others."""

    scans: list[Scan | JsonValue] = Field(max_length=MOST_SCANS)


class First(BaseModel):
    """When, where and by which device this pass was let in first."""

    model_config = ConfigDict(extra="allow")

    at: AwareDatetime
    checkpoint: str
    device: str | None


class Person(BaseModel):
    model_config = ConfigDict(extra="allow")

    name: Words
    organisation: str | None
    category: Coloured
    seat: str | None
    note: str | None


class ScanAnswer(BaseModel):
    id: str | None
    verdict: Verdict
    message: Words
    first: First | None
    person: Person | None


class Verdicts(BaseModel):
    """One answer for each scan, in the order sent; it is durable when it arrives."""

    verdicts: list[ScanAnswer]


class Search(BaseModel):
    q: str = Field(default="", description="Name, pinyin, initials, organisation or last digits of the phone.")


class FoundGuest(BaseModel):
    registration: str
    name: Words
    organisation: str
    category: Coloured
    state: str
    admitted: bool
    phone_tail: str


class Found(BaseModel):
    results: list[FoundGuest]


class CheckpointStats(BaseModel):
    code: str
    expected: int
    admitted: int
    inside: int


class Stats(BaseModel):
    expected: int
    admitted: int
    inside: int
    by_checkpoint: list[CheckpointStats]
