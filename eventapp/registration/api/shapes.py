"""Rows as programs read them. What is sealed or secret is in none of these."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from eventapp.changing import version_of
from eventapp.i18n import Bilingual
from eventapp.registration import models, schemas
from eventapp.registration.actions import OWN_VALUES
from eventapp.registration.models import CATEGORY_VALUES
from eventapp.registration.queries.parties import party_names
from eventapp.registration.question_specs import MASK


def text(words: Bilingual) -> schemas.Text:
    """Both languages, each filled from the other."""
    return schemas.Text(**words.as_dict())


def named(category: models.Category) -> schemas.NamedThing:
    """A category, where it is only mentioned."""
    return schemas.NamedThing(id=category.public_id, name=text(category.name))


def registration_fields(row: models.Registration) -> dict[str, Any]:
    """What is told of a registration wherever it is told of."""
    return {
        **{name: getattr(row, name) for name in _TOLD},
        "id": row.public_id,
        "category": named(row.category),
        "name": text(row.name),
        "party": row.party.public_id if row.party else None,
        "seat": row.seat_label,
        "reason": text(row.reason),
        "removed_at": row.purged_at,
        "version": version_of(row, OWN_VALUES),
    }


def registration(row: models.Registration) -> schemas.Registration:
    return schemas.Registration(**registration_fields(row))


def registrations(rows: Iterable[models.Registration]) -> list[schemas.Registration]:
    """Many of them; their parties come in one statement."""
    several = list(rows)
    parties = party_names(row.party_id for row in several if row.party_id)
    return [registration(row) for row in several if row.party_id is None or row.party_id in parties]


def answer(row: models.Answer) -> schemas.Answer:
    """An answer; of a document only that it was given."""
    is_document = row.question.kind == "document" or bool(row.sealed)
    words = Bilingual(MASK, MASK) if is_document else row.text
    value = None if is_document or row.question.kind == "file" else row.value
    return schemas.Answer(question=row.question.code, label=text(row.label), text=text(words), value=value)


def booking(row: models.Booking, registration_id: str) -> schemas.Booking:
    assert row.bookable is not None
    return schemas.Booking(
        session=row.bookable.public_id,
        registration=registration_id,
        title=text(row.bookable.session.title),
        state=row.state,  # type: ignore[arg-type]
        offer_expires_at=row.offer_expires_at,
        changed_at=row.changed_at,
    )


def category(row: models.Category) -> schemas.Category:
    same = ("code", "colour", "open", "entry", "needs_approval", "for_press", "takes_parties", "opens_at", "closes_at",
            "offer_hours")  # fmt: skip
    return schemas.Category(
        **{name: getattr(row, name) for name in same},
        id=row.public_id,
        name=text(row.name),
        help=text(row.help),
        capacity=row.places.capacity,
        taken=row.places.taken,
        free=row.places.free,
        version=version_of(row, CATEGORY_VALUES),
    )


def party_fields(row: models.Party) -> dict[str, Any]:
    same = ("name", "contact_name", "email", "phone", "language", "split_allowed", "created_at")
    return {"id": row.public_id, **{name: getattr(row, name) for name in same}}


def invitation(row: models.Invitation) -> schemas.Invitation:
    same = ("state", "email", "organisation", "position", "language", "plus_ones", "word", "note", "mails", "sent_at",
            "replied_at", "expires_at")  # fmt: skip
    return schemas.Invitation(
        **{name: getattr(row, name) for name in same},
        id=row.public_id,
        category=named(row.category),
        name=text(row.name),
    )


def attendee_name(name: schemas.SentName) -> dict[str, str | bool]:
    """The parts of a name as NameColumns has them."""
    return name.model_dump()


_TOLD = ("state", "family_en", "given_en", "family_zh", "given_zh", "email", "phone", "organisation", "position",
         "language", "party_role", "door_note", "offer_expires_at", "created_at", "changed_at")  # fmt: skip
