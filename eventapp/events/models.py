"""Events, their venue, halls, and the organisations behind them."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.db import Base, Moment, new_public_id
from eventapp.i18n import bilingual

EVENT_STATES = ("draft", "published", "over", "archived")
ORGANISATION_ROLES = ("guided_by", "host", "organiser", "co_organiser", "supported_by", "strategic_partner", "media")

# What a form changes of a row, and so what is compared when it is saved.
DETAILS = (
    "name_en", "name_zh", "tagline_en", "tagline_zh", "about_en", "about_zh", "footnote_en", "footnote_zh", "time_zone",
    "starts_at", "ends_at", "day_starts", "registration_opens_at", "registration_closes_at", "phone_suffices", "colour",
    "cover_pattern", "contact_email",
)  # fmt: skip
VENUE_TEXTS = ("name_en", "name_zh", "address_en", "address_zh", "directions_en", "directions_zh")
HALL_VALUES = ("name_en", "name_zh", "capacity", "colour", "parallel_ok", "turnaround_minutes")
ORGANISATION_TEXTS = ("name_en", "name_zh", "short_en", "short_zh", "website")
PLACED_VALUES = ("role", "label_en", "label_zh")
PLACED_VERSION = (*PLACED_VALUES, *(f"organisation.{text}" for text in ORGANISATION_TEXTS))


class Venue(Base):
    """Where an event takes place."""

    __tablename__ = "venues"

    id: Mapped[int] = mapped_column(primary_key=True)
    name_en: Mapped[str] = mapped_column(String(200), default="")
    name_zh: Mapped[str] = mapped_column(String(200), default="")
    address_en: Mapped[str] = mapped_column(Text, default="")
    address_zh: Mapped[str] = mapped_column(Text, default="")
    directions_en: Mapped[str] = mapped_column(Text, default="")
    directions_zh: Mapped[str] = mapped_column(Text, default="")
    is_sample: Mapped[bool] = mapped_column(default=False)

    name = bilingual("name")
    address = bilingual("address")
    directions = bilingual("directions")

    @classmethod
    def empty(cls, *, is_sample: bool = False) -> Venue:
        """A venue of which nothing is known yet."""
        return cls(is_sample=is_sample, **dict.fromkeys(VENUE_TEXTS, ""))


class Event(Base):
    """One summit or ceremony, with its own site, team, agenda and registration."""

    __tablename__ = "events"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'published', 'over', 'archived')", name="state"),
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name_en: Mapped[str] = mapped_column(String(200), default="")
    name_zh: Mapped[str] = mapped_column(String(200), default="")
    tagline_en: Mapped[str] = mapped_column(String(300), default="")
    tagline_zh: Mapped[str] = mapped_column(String(300), default="")
    about_en: Mapped[str] = mapped_column(Text, default="")
    about_zh: Mapped[str] = mapped_column(Text, default="")
    footnote_en: Mapped[str] = mapped_column(Text, default="")
    footnote_zh: Mapped[str] = mapped_column(Text, default="")
    banner_en: Mapped[str] = mapped_column(String(300), default="")
    banner_zh: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[str] = mapped_column(String(10), default="draft")
    time_zone: Mapped[str] = mapped_column(String(60), default="Asia/Shanghai")
    starts_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    day_starts: Mapped[time] = mapped_column(default=time(4))
    registration_opens_at: Mapped[datetime | None] = mapped_column(Moment)
    registration_closes_at: Mapped[datetime | None] = mapped_column(Moment)
    phone_suffices: Mapped[bool] = mapped_column(default=True)
    colour: Mapped[str] = mapped_column(String(7), default="#176b70")
    cover_pattern: Mapped[str | None] = mapped_column(String(20))
    contact_email: Mapped[str] = mapped_column(String(320), default="")
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venues.id", ondelete="SET NULL"))
    preview_hash: Mapped[str | None] = mapped_column(String(64))
    preview_sealed: Mapped[str | None] = mapped_column(String(200))
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Moment)

    venue: Mapped[Venue | None] = relationship(lazy="joined")

    name = bilingual("name")
    tagline = bilingual("tagline")
    about = bilingual("about")
    footnote = bilingual("footnote")
    banner = bilingual("banner")

    @property
    def is_public(self) -> bool:
        """Whether guests may see the site."""
        return self.state in ("published", "over")

    def registration_state(self, at: datetime) -> str:
        """'closed', 'soon' or 'open' at a moment."""
        if self.state != "published" or at >= (self.registration_closes_at or self.ends_at):
            return "closed"
        if self.registration_opens_at and at < self.registration_opens_at:
            return "soon"
        return "open"


class Hall(Base):
    """A room of the venue. Some may be used by several sessions at once; some need minutes to be made ready again."""

    __tablename__ = "halls"
    __table_args__ = (
        UniqueConstraint("event_id", "name_en", "name_zh"),
        CheckConstraint("turnaround_minutes >= 0", name="turnaround_minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    name_zh: Mapped[str] = mapped_column(String(200), default="")
    capacity: Mapped[int | None] = mapped_column()
    colour: Mapped[str] = mapped_column(String(7), default="#176b70")
    parallel_ok: Mapped[bool] = mapped_column(default=False, server_default=false())
    turnaround_minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    position: Mapped[int] = mapped_column(default=0)

    name = bilingual("name")


class Organisation(Base):
    """A university, company, authority or medium in the directory."""

    __tablename__ = "organisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    name_en: Mapped[str] = mapped_column(String(200), default="")
    name_zh: Mapped[str] = mapped_column(String(200), default="")
    short_en: Mapped[str] = mapped_column(String(60), default="")
    short_zh: Mapped[str] = mapped_column(String(60), default="")
    website: Mapped[str] = mapped_column(String(300), default="")
    is_sample: Mapped[bool] = mapped_column(default=False)

    name = bilingual("name")
    short = bilingual("short")


class EventOrganisation(Base):
    """An organisation's part in an event. The label is what the event prints, word for word."""

    __tablename__ = "event_organisations"
    __table_args__ = (
        UniqueConstraint("event_id", "organisation_id", "role"),
        CheckConstraint(
            "role IN ('guided_by', 'host', 'organiser', 'co_organiser', 'supported_by', 'strategic_partner', 'media')",
            name="role",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    label_en: Mapped[str] = mapped_column(String(100), default="")
    label_zh: Mapped[str] = mapped_column(String(100), default="")
    position: Mapped[int] = mapped_column(default=0)

    organisation: Mapped[Organisation] = relationship(lazy="joined")

    label = bilingual("label")
