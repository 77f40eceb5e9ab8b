"""Categories, and the codes that open them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.db import Base, Moment, new_public_id
from eventapp.i18n import bilingual
from eventapp.registration.models.places import Places

# How one gets into a category: listed for everybody, by the category's own link, by a code, by a personal invitation.
ENTRIES = ("open", "hidden", "code", "invitation")
# What a form changes of a row, and so what is compared when it is saved.
CATEGORY_VALUES = (
    "name_en", "name_zh", "help_en", "help_zh", "colour", "needs_approval", "entry", "for_press", "takes_parties",
    "opens_at", "closes_at", "offer_hours",
)  # fmt: skip

ACCESS_CODE_VALUES = ("code", "note", "most_uses", "expires_at")
ACCESS_CODE_VERSION = (*ACCESS_CODE_VALUES, "opens")

access_code_categories = Table(
    "access_code_categories",
    Base.metadata,
    Column("access_code_id", ForeignKey("access_codes.id", ondelete="CASCADE"), primary_key=True),
    Column("category_id", ForeignKey("categories.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Category(Base):
    """A kind of attendee.

    `opens_at` and `closes_at` narrow the event's own registration time. A freed place is offered to the first who waits
    for `offer_hours`, or, when that is NULL, given at once. `link_*` is the secret of a hidden category's link.
    """

    __tablename__ = "categories"
    __table_args__ = (
        UniqueConstraint("event_id", "code"),
        CheckConstraint("entry IN ('open', 'hidden', 'code', 'invitation')", name="entry"),
        CheckConstraint("offer_hours IS NULL OR offer_hours > 0", name="offer_hours"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    places_id: Mapped[int] = mapped_column(ForeignKey("places.id"), unique=True)
    code: Mapped[str] = mapped_column(String(30))
    name_en: Mapped[str] = mapped_column(String(100), default="")
    name_zh: Mapped[str] = mapped_column(String(100), default="")
    help_en: Mapped[str] = mapped_column(String(300), default="")
    help_zh: Mapped[str] = mapped_column(String(300), default="")
    colour: Mapped[str] = mapped_column(String(7), default="#176b70")
    open: Mapped[bool] = mapped_column(default=True)
    entry: Mapped[str] = mapped_column(String(10), default="open")
    link_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    link_sealed: Mapped[str] = mapped_column(String(200), default="")
    needs_approval: Mapped[bool] = mapped_column(default=False)
    for_press: Mapped[bool] = mapped_column(default=False)
    takes_parties: Mapped[bool] = mapped_column(default=True)
    opens_at: Mapped[datetime | None] = mapped_column(Moment)
    closes_at: Mapped[datetime | None] = mapped_column(Moment)
    offer_hours: Mapped[int | None] = mapped_column()
    position: Mapped[int] = mapped_column(default=0)

    places: Mapped[Places] = relationship(lazy="joined")

    name = bilingual("name")
    help = bilingual("help")


class AccessCode(Base):
    """A word that opens categories to whoever knows it, at most `most_uses` times (NULL: any number)."""

    __tablename__ = "access_codes"
    __table_args__ = (
        UniqueConstraint("event_id", "code_key"),
        CheckConstraint("used >= 0", name="used_not_negative"),
        CheckConstraint("most_uses IS NULL OR used <= most_uses", name="not_overused"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(40))
    code_key: Mapped[str] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(String(200), default="")
    most_uses: Mapped[int | None] = mapped_column()
    used: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)

    categories: Mapped[list[Category]] = relationship(
        secondary=access_code_categories, order_by=Category.position, lazy="selectin"
    )

    @property
    def opens(self) -> str:
        """The public ids of the categories it opens, as forms compare them."""
        return " ".join(sorted(category.public_id for category in self.categories))

    @property
    def is_used_up(self) -> bool:
        return self.most_uses is not None and self.used >= self.most_uses

    def has_expired(self, at: datetime) -> bool:
        """Whether its time is over at a moment."""
        return self.expires_at is not None and at >= self.expires_at

    def is_usable(self, at: datetime) -> bool:
        """Whether it still opens anything at a moment."""
        return self.ended_at is None and not self.has_expired(at) and not self.is_used_up
