"""The shapes of the door API, for its description: `actions.record` reads what is sent with more forbearance."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, model_validator

from eventapp.jsonapi import Moment
from eventapp.registration.guestlist import HAN, name_parts
from eventapp.registration.schemas.values import Email, Language, Line50, Line100, Line200, Phone, State
from eventapp.text import can_be_seen

MOST_SCANS = 1000
LONGEST_CHINESE = 50
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
    local: Verdict | None = Field(default=None, description="What an offline device told door staff.")
    rehearsal: bool = Field(default=False, description="It is answered and marked, and counts nowhere.")


class Scans(BaseModel):
    """One scan or up to 1,000. One that is not well-formed gets `malformed` and never spoils the others.

    An offline scan is judged at the moment it was taken: `scanned_at` less `offset_ms`, or as far as `sent_at` differs
    from the moment the request arrives. Outside the device's hours the verdict comes without `first` and `person`.
    """

    scans: list[Scan | JsonValue] = Field(max_length=MOST_SCANS)
    sent_at: AwareDatetime | None = Field(default=None, description="When this was sent, by the device's clock.")
    offset_ms: int | None = Field(default=None, description="How far the device's clock is ahead of the server's.")


class Undo(BaseModel):
    """A scan of this device that is taken back; `id` is a UUID made by the device."""

    id: str
    scan: str
    reason: str = ""
    undone_at: AwareDatetime | None = None


class Undos(BaseModel):
    undos: list[Undo | JsonValue] = Field(max_length=MOST_SCANS)


class UndoResult(BaseModel):
    id: str | None
    result: Literal["undone", "not_admitted", "already_undone", "unknown_scan", "not_allowed", "malformed"]


class Undone(BaseModel):
    """One result for each undo, in the order sent; sent again, it is the same."""

    undone: list[UndoResult]


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
    rehearsal: bool = False


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
    name: Words
    expected: int
    admitted: int
    inside: int


class CategoryStats(BaseModel):
    """Guests of one category: who came anywhere, and who is in somewhere now, each counted once."""

    code: str
    name: Coloured
    expected: int
    admitted: int
    inside: int


class Arrivals(BaseModel):
    """How many came for the first time that day within the five minutes that began at this moment."""

    at: AwareDatetime
    admitted: int


class Stats(BaseModel):
    """`inside` adds up the checkpoints, `present` counts each person once."""

    expected: int
    admitted: int
    inside: int
    present: int
    by_checkpoint: list[CheckpointStats]
    by_category: list[CategoryStats]
    by_five_minutes: list[Arrivals]


class RosterQuery(BaseModel):
    since: str = Field(default="", description="The last answer's cursor; without one that is known, all comes anew.")
    limit: int = Field(default=2000, description="How many guests one page holds, up to 5,000.")


class RosterEntry(BaseModel):
    """One admission at a checkpoint of this device."""

    checkpoint: str
    period: str
    visit: int
    at: AwareDatetime
    left: AwareDatetime | None
    device: str


class RosterGuest(BaseModel):
    """One guest; what is empty is left out. Of one who withdrew, was cancelled or declined only the first four come."""

    id: str
    state: str
    serial: int
    short_code: str
    category: str = ""
    name: Words | None = None
    organisation: str = ""
    position: str = ""
    seat: str = ""
    note: str = ""
    phone_tail: str = ""
    keys: str = Field(default="", description="What a search looks in: names, pinyin, initials, organisation.")
    party: str = ""
    head: bool = False
    booked: list[str] = []
    granted: list[str] = []
    entries: list[RosterEntry] = []


class RosterKey(BaseModel):
    """A public Ed25519 key in base64; `here` when it signs this event's passes."""

    id: int
    key: str
    event: str
    here: bool


class RosterGate(BaseModel):
    code: str
    name_en: str
    name_zh: str
    rule: Literal["once", "daily", "visits"]
    opens_at: AwareDatetime | None
    closes_at: AwareDatetime | None
    capacity: int | None
    inside: int
    pause_seconds: int
    categories: list[str]
    booking: bool
    allowed: bool


class RosterEvent(BaseModel):
    slug: str
    name_en: str
    name_zh: str
    zone: str
    day_starts: str
    ends_at: AwareDatetime


class RosterDevice(BaseModel):
    name: str
    may_override: bool
    may_register: bool
    valid_from: AwareDatetime | None
    valid_until: AwareDatetime | None


class RosterSettings(BaseModel):
    model_config = ConfigDict(extra="allow")

    admit_unknown_offline: bool


class RosterCategory(Coloured):
    """`walk_in`: this device may register people in it, who are then `held` until the team decides; it may be `full`."""

    code: str
    walk_in: bool
    held: bool
    full: bool


class Roster(BaseModel):
    """What changed since a cursor. `full`: it begins anew, so forget the guests known so far. `more`: ask again at once."""

    cursor: str
    more: bool
    full: bool
    changed: list[RosterGuest]
    removed: list[str]
    keys: list[RosterKey]
    event: RosterEvent
    categories: list[RosterCategory]
    checkpoints: list[RosterGate]
    device: RosterDevice
    settings: RosterSettings
    now: AwareDatetime


class Beat(BaseModel):
    """How the device stands by its own account; `clock` is what its clock shows as it sends this."""

    battery: int | None = Field(default=None, ge=0, le=100)
    charging: bool | None = None
    version: str = Field(default="", max_length=200)
    queue: int = Field(default=0, ge=0, le=1_000_000)
    clock: AwareDatetime | None = None
    roster_at: Moment | None = Field(
        default=None, description="When the device last had the whole roster, by our clock."
    )


class BeatAnswer(BaseModel):
    """`now` is our clock. `messages` is for later versions."""

    now: AwareDatetime
    within_hours: bool
    messages: list[Words]


class WalkIn(BaseModel):
    """Somebody without a registration; a whole name in one script or both, or its two parts."""

    id: UUID = Field(description="Made by the device for this form: sent again, it gets the same registration.")
    category: str = Field(min_length=1, max_length=30, description="Code of a category that takes walk-ins.")
    name: Line100 = ""
    family: Line50 = ""
    given: Line50 = ""
    organisation: Line200 = ""
    position: Line200 = ""
    email: Email = ""
    phone: Phone = ""
    language: Language = "en"
    consent: bool = Field(
        default=False, description="The guest was shown the privacy notice in force and agrees to it."
    )

    def name_parts(self) -> dict[str, str]:
        """The name as columns keep it."""
        if self.name:
            return name_parts(self.name)
        script = "zh" if HAN.search(self.family + self.given) else "en"
        return {f"family_{script}": self.family, f"given_{script}": self.given}

    @model_validator(mode="after")
    def _can_be_read(self) -> WalkIn:
        parts = self.name_parts()
        if not can_be_seen("".join(parts.values())):
            raise ValueError("give a name in one script at least")
        if any(len(part) > LONGEST_CHINESE for key, part in parts.items() if key.endswith("_zh")):
            raise ValueError("the name is too long")
        return self


class WalkInAnswer(BaseModel):
    """`confirmed`: admit the guest by a scan with this registration. `pending`: the team decides first."""

    registration: str
    state: State
    short_code: str
    message: Words
