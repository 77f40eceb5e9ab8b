"""Reads about registrations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import joinedload, load_only

from eventapp.db import db
from eventapp.people.models import NAME_PARTS
from eventapp.people.names import fold, letters
from eventapp.registration.models import Category, Registration
from eventapp.registration.states import ALIVE, STATES
from eventapp.sealing import token_hash, unseal

PAGE_SIZE = 50
MOST_KEYS_ASKED = 500


def registration_by_link(token: str) -> Registration | None:
    """The registration a guest's secret link belongs to."""
    return db.session.scalar(_whole().where(Registration.link_hash == token_hash(token)))


def registration_by_public_id(public_id: str) -> Registration | None:
    return db.session.scalar(_whole().where(Registration.public_id == public_id))


def registration_of_event(event_id: int, public_id: str) -> Registration | None:
    """A registration of one event; another event's is not found."""
    return db.session.scalar(_whole().where(Registration.event_id == event_id, Registration.public_id == public_id))


def link_token(registration: Registration) -> str:
    """The secret of a guest's own page, for a link in a mail to that guest."""
    return unseal(registration.link_sealed, "registration_link").decode()


def recent_for_address(event_id: int, email: str, phone: str, since: datetime) -> int:
    """How many registrations were made with this e-mail address, or phone where there is none, since a moment."""
    same = Registration.email == email if email else Registration.phone == phone
    query = select(func.count()).where(Registration.event_id == event_id, same, Registration.created_at >= since)
    return db.session.scalar(query) or 0


def counts_by_state(event_id: int) -> dict[str, int]:
    """How many registrations are in each state; all states are named."""
    rows = db.session.execute(
        select(Registration.state, func.count()).where(Registration.event_id == event_id).group_by(Registration.state)
    ).all()
    return dict.fromkeys(STATES, 0) | dict(rows)


@dataclass(frozen=True)
class Page:
    """One page of a list; `page` counts from 1."""

    rows: Sequence[Any]
    page: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))

    @property
    def prev_num(self) -> int:
        return self.page - 1

    @property
    def next_num(self) -> int:
        return self.page + 1

    @property
    def has_prev(self) -> bool:
        return self.page > 1

    @property
    def has_next(self) -> bool:
        return self.page < self.pages


def find_registrations(
    event_id: int, *, words: str = "", state: str = "", category_id: int | None = None, page: int = 1
) -> Page:
    """Registrations by name (any script, pinyin, initials), organisation or contact, state and category; newest first."""
    query = select(Registration).where(Registration.event_id == event_id)
    if state:
        query = query.where(Registration.state == state)
    if category_id is not None:
        query = query.where(Registration.category_id == category_id)
    if words.strip():
        query = query.where(matches_words(words))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page = min(max(page, 1), max(1, -(-total // PAGE_SIZE)))
    rows = query.options(joinedload(Registration.category)).order_by(Registration.id.desc())
    return Page(db.session.scalars(rows.offset((page - 1) * PAGE_SIZE).limit(PAGE_SIZE)).all(), page, total)


def all_matching(event_id: int, *, words: str = "", state: str = "", category: str = "") -> Sequence[Registration]:
    """Every registration that meets what is chosen, the oldest first, with the columns a message needs; one statement.

    `category` is a category's code.
    """
    query = select(Registration).where(Registration.event_id == event_id)
    if state:
        query = query.where(Registration.state == state)
    if category:
        query = query.join(Category, Category.id == Registration.category_id).where(Category.code == category)
    if words.strip():
        query = query.where(matches_words(words))
    needed = load_only(
        Registration.public_id, Registration.state, Registration.email, Registration.language,
        *(getattr(Registration, part) for part in NAME_PARTS),
    )  # fmt: skip
    return db.session.scalars(query.options(needed).order_by(Registration.id)).all()


def pending_of(
    event_id: int,
    public_ids: Collection[str] | None,
    *,
    words: str = "",
    state: str = "",
    category_id: int | None = None,
    limit: int | None = None,
) -> Sequence[Registration]:
    """Those who await approval: of these public ids, or (None) of all that meet what is chosen; the oldest first."""
    query = _whole().where(Registration.event_id == event_id, Registration.state == "pending")
    if public_ids is not None:
        query = query.where(Registration.public_id.in_(list(public_ids)))
    if state:
        query = query.where(Registration.state == state)
    if category_id is not None:
        query = query.where(Registration.category_id == category_id)
    if words.strip():
        query = query.where(matches_words(words))
    return db.session.scalars(query.order_by(Registration.id).limit(limit)).all()


def ids_by_form_key(keys: Iterable[str]) -> dict[str, int]:
    """The ids of those who were registered under these keys, by the key."""
    asked, columns = list(keys), select(Registration.form_key, Registration.id)
    return {
        row.form_key: row.id
        for start in range(0, len(asked), MOST_KEYS_ASKED)
        for row in db.session.execute(columns.where(Registration.form_key.in_(asked[start : start + MOST_KEYS_ASKED])))
    }


def registrations_of_people(event_id: int) -> dict[int, Registration]:
    """The registrations of an event that stand for a person of the directory, by the person."""
    query = select(Registration).where(Registration.event_id == event_id, Registration.person_id.is_not(None))
    return {row.person_id: row for row in db.session.scalars(query) if row.person_id is not None}


def still_coming(event_id: int) -> ColumnElement[bool]:
    """A condition: the registration is of this event, has a place or a wish for one, and was not erased."""
    return and_(Registration.event_id == event_id, Registration.state.in_(ALIVE), Registration.purged_at.is_(None))


def matches_words(words: str) -> ColumnElement[bool]:
    """A condition: the name, pinyin, initials, organisation, e-mail or last digits of the phone hold what was typed."""
    plain, joined = fold(words), letters(words)
    if not plain:
        return false()
    found = [
        Registration.key_plain.contains(plain, autoescape=True),
        Registration.organisation_key.contains(plain, autoescape=True),
        Registration.email == words.strip().lower(),
    ]
    if joined:
        found += [
            Registration.key_full.startswith(joined, autoescape=True),
            Registration.key_initials.startswith(joined, autoescape=True),
            Registration.key_readings.contains(joined, autoescape=True),
        ]
    if len(joined) >= 4 and joined.isdigit():
        found.append(Registration.phone_tail == joined[-4:])
    return or_(*found)


def _whole() -> Select[Registration]:
    return select(Registration).options(joinedload(Registration.category))
