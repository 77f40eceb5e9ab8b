"""The directory of people: names in both scripts, positions, search keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.db import Base, Moment, new_public_id
from eventapp.i18n import Bilingual, bilingual
from eventapp.people.names import Name, printed_en, printed_zh, search_keys, sort_key

NAME_PARTS = ("family_en", "given_en", "family_zh", "given_zh", "printed_en", "printed_zh", "family_first")
# What a form changes of a row, and so what is compared when it is saved.
PERSON_VALUES = (
    *NAME_PARTS, "honorific_en", "honorific_zh", "position_en", "position_zh", "organisation_en", "organisation_zh",
    "biography_en", "biography_zh", "pronounced",
)  # fmt: skip
PLACED_VERSION = ("undisclosed_until", *(f"person.{value}" for value in PERSON_VALUES))


def printed_name(row: Any) -> Bilingual:
    """The printed form in both scripts, without honorific, of a row that has the columns of a name."""
    parts = _name(row)
    return Bilingual(printed_en(parts), printed_zh(parts))


def _name(row: Any) -> Name:
    # A row that was not stored yet may hold None.
    return Name(
        family_en=row.family_en or "",
        given_en=row.given_en or "",
        family_zh=row.family_zh or "",
        given_zh=row.given_zh or "",
        printed_en=row.printed_en or "",
        printed_zh=row.printed_zh or "",
        family_first=bool(row.family_first),
    )


class NameColumns:
    """A person's name in both scripts, and the keys it is found by. Shared by Person and Registration."""

    family_en: Mapped[str] = mapped_column(String(100), default="")
    given_en: Mapped[str] = mapped_column(String(100), default="")
    family_zh: Mapped[str] = mapped_column(String(50), default="")
    given_zh: Mapped[str] = mapped_column(String(50), default="")
    printed_en: Mapped[str] = mapped_column(String(200), default="")
    printed_zh: Mapped[str] = mapped_column(String(100), default="")
    family_first: Mapped[bool] = mapped_column(default=False)
    key_full: Mapped[str] = mapped_column(String(300), default="", index=True)
    key_initials: Mapped[str] = mapped_column(String(60), default="", index=True)
    key_readings: Mapped[str] = mapped_column(Text, default="")
    key_plain: Mapped[str] = mapped_column(String(400), default="", index=True)
    key_sort: Mapped[str] = mapped_column(String(300), default="", index=True)

    @property
    def name(self) -> Bilingual:
        """The printed form in both scripts, without honorific."""
        return printed_name(self)

    def set_name(self, **parts: Any) -> None:
        """Store the name's parts and compute the keys it is found by."""
        for part, value in parts.items():
            setattr(self, part, value)
        name = _name(self)
        keys = search_keys(name)
        self.key_full, self.key_initials = keys.full[:300], keys.initials[:60]
        self.key_readings, self.key_plain = keys.readings, keys.plain[:400]
        self.key_sort = sort_key(name)[:300]


class Person(NameColumns, Base):
    """The team's directory entry of someone who takes part."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    honorific_en: Mapped[str] = mapped_column(String(40), default="")
    honorific_zh: Mapped[str] = mapped_column(String(40), default="")
    position_en: Mapped[str] = mapped_column(String(200), default="")
    position_zh: Mapped[str] = mapped_column(String(200), default="")
    organisation_en: Mapped[str] = mapped_column(String(200), default="")
    organisation_zh: Mapped[str] = mapped_column(String(200), default="")
    biography_en: Mapped[str] = mapped_column(Text, default="")
    biography_zh: Mapped[str] = mapped_column(Text, default="")
    pronounced: Mapped[str] = mapped_column(String(200), default="")
    # The random part of the pictures' public names; empty without a portrait.
    portrait: Mapped[str] = mapped_column(String(32), default="")
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Moment)

    honorific = bilingual("honorific")
    position = bilingual("position")
    organisation = bilingual("organisation")
    biography = bilingual("biography")

    @property
    def shown_name(self) -> Bilingual:
        """The name with its honorific: 'Professor Youmin Xi', 席酉民教授."""
        name = self.name
        english = f"{self.honorific_en} {name.en}".strip() if name.en else ""
        return Bilingual(english, f"{name.zh}{self.honorific_zh}" if name.zh else "")


class EventPerson(Base):
    """A person's place among the people of one event; hidden until `undisclosed_until`."""

    __tablename__ = "event_people"
    __table_args__ = (UniqueConstraint("event_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    undisclosed_until: Mapped[datetime | None] = mapped_column(Moment)

    person: Mapped[Person] = relationship(lazy="joined")

    def disclosed(self, at: datetime) -> bool:
        """Whether the public may know of this person at a moment."""
        return self.undisclosed_until is None or at >= self.undisclosed_until
