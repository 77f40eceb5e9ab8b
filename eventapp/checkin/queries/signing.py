"""The sign-in list: paper for when nothing else works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import func, select

from eventapp.checkin.models import Admission
from eventapp.db import db
from eventapp.i18n import Bilingual
from eventapp.people.models import NAME_PARTS, printed_name
from eventapp.registration.models import Category, Registration

# Under it stands whoever has no name that begins with a letter.
NO_LETTER = "#"


@dataclass(frozen=True)
class Line:
    """One guest as the door may know of them; `came_at` is when they were first let in."""

    name: Bilingual
    organisation: str
    category: Bilingual
    short_code: str
    phone_tail: str
    came_at: datetime | None
    letter: str


def sign_in_list(event_id: int, category_id: int | None = None) -> list[tuple[str, list[Line]]]:
    """All who have a place, in the order of pinyin, by first letter; one statement for any number of them."""
    lines = (_line(row) for row in db.session.execute(_statement(event_id, category_id)))
    return [(letter, list(group)) for letter, group in groupby(lines, key=lambda line: line.letter)]


def _statement(event_id: int, category_id: int | None) -> Any:
    came = (
        select(Admission.registration_id, func.min(Admission.admitted_at).label("came_at"))
        .join(Registration, Registration.id == Admission.registration_id)
        .where(Registration.event_id == event_id, Admission.voided_at.is_(None))
        .group_by(Admission.registration_id)
        .subquery()
    )
    query = (
        select(
            *(getattr(Registration, part) for part in NAME_PARTS),
            Registration.organisation,
            Registration.short_code,
            Registration.phone_tail,
            Registration.key_sort,
            Category.name_en.label("category_en"),
            Category.name_zh.label("category_zh"),
            came.c.came_at,
        )
        .join(Category, Category.id == Registration.category_id)
        .outerjoin(came, came.c.registration_id == Registration.id)
        .where(Registration.event_id == event_id, Registration.state == "confirmed")
        .order_by(Registration.key_sort, Registration.id)
    )
    return query if category_id is None else query.where(Registration.category_id == category_id)


def _line(row: Any) -> Line:
    first = row.key_sort[:1].upper()
    return Line(
        name=printed_name(row),
        organisation=row.organisation,
        category=Bilingual(row.category_en, row.category_zh),
        short_code=f"{row.short_code[:4]} {row.short_code[4:]}",
        phone_tail=row.phone_tail,
        came_at=row.came_at,
        letter=first if "A" <= first <= "Z" else NO_LETTER,
    )
