"""What guests are asked besides name and contact, and what they answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventapp.db import Base, Moment, new_public_id
from eventapp.i18n import bilingual
from eventapp.registration.models.categories import Category
from eventapp.registration.models.places import Places

QUESTION_KINDS = (
    "short_text", "long_text", "choice", "choices", "number", "date", "yes_no", "country", "phone", "file", "document",
)  # fmt: skip
ASKED = ("registration", "later")
AUDIENCES = ("guest", "team")
# What a form changes of a row, and so what is compared when it is saved.
QUESTION_VALUES = (
    "label_en", "label_zh", "help_en", "help_zh", "required", "asked", "audience", "purpose", "most",
    "condition_id", "condition_value",
)  # fmt: skip

QUESTION_COLUMNS = (*QUESTION_VALUES, "limited_to")
CHOICE_COLUMNS = ("label_en", "label_zh", "capacity")

question_categories = Table(
    "question_categories",
    Base.metadata,
    Column("question_id", ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True),
    Column("category_id", ForeignKey("categories.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Question(Base):
    """One question of an event; without categories it is asked in all of them.

    Its kind never changes, and it is archived rather than deleted, so that old answers stay readable. `most` is the
    largest number or the longest text. It is asked only if the question of `condition_id` was answered with
    `condition_value` (a choice's public id, 'yes' or 'no').
    """

    __tablename__ = "questions"
    __table_args__ = (
        UniqueConstraint("event_id", "code"),
        CheckConstraint(
            "kind IN ('short_text', 'long_text', 'choice', 'choices', 'number', 'date', 'yes_no', 'country', 'phone', "
            "'file', 'document')",
            name="kind",
        ),
        CheckConstraint("asked IN ('registration', 'later')", name="asked"),
        CheckConstraint("audience IN ('guest', 'team')", name="audience"),
        CheckConstraint("purpose IN ('answers', 'sensitive', 'documents')", name="purpose"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(30))
    kind: Mapped[str] = mapped_column(String(12))
    label_en: Mapped[str] = mapped_column(String(300), default="")
    label_zh: Mapped[str] = mapped_column(String(300), default="")
    help_en: Mapped[str] = mapped_column(String(500), default="")
    help_zh: Mapped[str] = mapped_column(String(500), default="")
    required: Mapped[bool] = mapped_column(default=False)
    asked: Mapped[str] = mapped_column(String(12), default="registration")
    audience: Mapped[str] = mapped_column(String(5), default="guest")
    purpose: Mapped[str] = mapped_column(String(12), default="answers")
    most: Mapped[int | None] = mapped_column()
    condition_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id", ondelete="SET NULL"), index=True)
    condition_value: Mapped[str] = mapped_column(String(16), default="")
    position: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None] = mapped_column(Moment)

    categories: Mapped[list[Category]] = relationship(secondary=question_categories, order_by=Category.position)
    choices: Mapped[list[Choice]] = relationship(
        back_populates="question", order_by="Choice.position, Choice.id", passive_deletes=True
    )

    label = bilingual("label")
    help = bilingual("help")

    @property
    def limited_to(self) -> list[int]:
        """The ids of the categories it is asked in; none means all of them."""
        return sorted(category.id for category in self.categories)


class Choice(Base):
    """One of the answers to choose from, with places of its own where its number is limited."""

    __tablename__ = "question_choices"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), index=True)
    places_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"), unique=True)
    label_en: Mapped[str] = mapped_column(String(200), default="")
    label_zh: Mapped[str] = mapped_column(String(200), default="")
    position: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None] = mapped_column(Moment)

    question: Mapped[Question] = relationship(back_populates="choices")
    places: Mapped[Places | None] = relationship(lazy="joined")

    label = bilingual("label")

    @property
    def capacity(self) -> int | None:
        """How many may choose it; None when there is no limit."""
        return self.places.capacity if self.places else None


class Answer(Base):
    """What one guest answered, with the question and the answer in words as they were then.

    `value` is a text, a number, a list of choices' public ids, or a file's public id; the number of a document is only in
    `sealed`, with its last characters in `tail`.
    """

    __tablename__ = "answers"
    __table_args__ = (UniqueConstraint("registration_id", "question_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), index=True)
    value: Mapped[Any] = mapped_column(JSON)
    label_en: Mapped[str] = mapped_column(String(300), default="")
    label_zh: Mapped[str] = mapped_column(String(300), default="")
    text_en: Mapped[str] = mapped_column(Text, default="")
    text_zh: Mapped[str] = mapped_column(Text, default="")
    sealed: Mapped[str] = mapped_column(Text, default="")
    tail: Mapped[str] = mapped_column(String(4), default="")
    changed_at: Mapped[datetime] = mapped_column(Moment)

    question: Mapped[Question] = relationship()

    label = bilingual("label")
    text = bilingual("text")


class AnswerFile(Base):
    """A file somebody sent as an answer. Until the form is complete it belongs to the form's key alone."""

    __tablename__ = "answer_files"
    __table_args__ = (Index("ix_answer_files_form_key", "form_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=new_public_id)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), index=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registrations.id", ondelete="CASCADE"), index=True)
    form_key: Mapped[str] = mapped_column(String(64))
    stored_as: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(Moment)
