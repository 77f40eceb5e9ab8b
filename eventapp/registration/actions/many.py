"""Register many at once: the rules are those of one, the statements are few."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from eventapp.accounts.actor import Actor
from eventapp.accounts.models import AuditEntry
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.passes.code import new_short_code
from eventapp.registration.actions.answers import keep_answers_of_many
from eventapp.registration.actions.places import lock_all
from eventapp.registration.actions.register import TRIES, Attendee, new_registration
from eventapp.registration.errors import CategoryClosed, NoPlaceLeft
from eventapp.registration.models import Category, Consent, Places, Registration
from eventapp.registration.queries.questions import limited_choices
from eventapp.registration.queries.registrations import ids_by_form_key


@dataclass(frozen=True)
class Arrival:
    """Somebody to register in a category, with clean answers. A `form_key` that was used before is passed over."""

    category_id: int
    attendee: Attendee
    form_key: str
    answers: Mapping[int, Any] = field(default_factory=dict)


def register_many(
    event_id: int, arrivals: Sequence[Arrival], *, by: Actor, notice_id: int | None = None
) -> Counter[str]:
    """Register these people in one transaction, in order, and send no mail; returns how many came into each state.

    As when one registers: confirmed while there are places, then on the waiting list; pending where a category asks;
    an audit row each. Only for a team's import or a sample: whether registration is open is not asked.
    Raises CategoryClosed if a category is another event's.
    """
    # Names are read and secrets sealed before anything is locked.
    rows = [_row(event_id, arrival) for arrival in arrivals]
    answers = {arrival.form_key: arrival.answers for arrival in arrivals if arrival.answers}
    for attempt in range(TRIES):
        try:
            with transaction():
                came = _register(event_id, [dict(row) for row in rows], answers, by, notice_id)
                return Counter(row["state"] for row in came)
        except IntegrityError:
            # Somebody took one of the short codes meanwhile.
            if attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _row(event_id: int, arrival: Arrival) -> dict[str, Any]:
    registration = new_registration(event_id, arrival.category_id, arrival.attendee, arrival.form_key)
    return {key: value for key, value in vars(registration).items() if not key.startswith("_")}


def _register(
    event_id: int,
    rows: list[dict[str, Any]],
    answers: Mapping[str, Mapping[int, Any]],
    by: Actor,
    notice_id: int | None,
) -> list[dict[str, Any]]:
    limited = limited_choices(event_id) if answers else {}
    categories = _lock_categories(event_id, {row["category_id"] for row in rows}, set(limited.values()))
    known = ids_by_form_key(row["form_key"] for row in rows)
    fresh = [row for row in rows if row["form_key"] not in known]
    _give_places(categories, fresh)
    _give_short_codes(event_id, fresh)
    if fresh:
        ids = _write(event_id, categories, fresh, by, notice_id)
        keys = {row_id: row["form_key"] for row_id, row in zip(ids, fresh, strict=True)}
        given = {row_id: answers[key] for row_id, key in keys.items() if key in answers}
        keep_answers_of_many(event_id, given, limited, by=by)
    return fresh


def _lock_categories(event_id: int, ids: set[int], more: set[int]) -> dict[int, Category]:
    with transaction() as session:
        found = session.scalars(select(Category).where(Category.id.in_(ids), Category.event_id == event_id)).all()
        if len(found) != len(ids):
            raise CategoryClosed
        lock_all({category.places_id for category in found} | more)
        return {category.id: category for category in found}


def _give_places(categories: dict[int, Category], rows: list[dict[str, Any]]) -> None:
    """States and tickets as the order of arrival gives them; then each category's places in one guarded statement."""
    by_category = defaultdict(list)
    for row in rows:
        by_category[row["category_id"]].append(row)
    for category_id in sorted(by_category, key=lambda category_id: categories[category_id].places_id):
        category, arriving = categories[category_id], by_category[category_id]
        if category.needs_approval:
            for row in arriving:
                row["state"], row["ticket"] = "pending", None
        else:
            _admit_in_order(category.places, arriving)


def _admit_in_order(places: Places, rows: list[dict[str, Any]]) -> None:
    free = len(rows) if places.free is None else min(len(rows), places.free)
    for number, row in enumerate(rows):
        row["ticket"] = places.next_ticket + number
        row["state"] = "confirmed" if number < free else "waiting"
    with transaction() as session:
        taken = session.execute(
            update(Places)
            .where(Places.id == places.id, or_(Places.capacity.is_(None), Places.taken + free <= Places.capacity))
            .values(taken=Places.taken + free, next_ticket=Places.next_ticket + len(rows))
            .execution_options(synchronize_session=False)
        )
        if not taken.rowcount:
            raise NoPlaceLeft


def _give_short_codes(event_id: int, rows: list[dict[str, Any]]) -> None:
    with transaction() as session:
        taken = set(session.scalars(select(Registration.short_code).where(Registration.event_id == event_id)))
    for row in rows:
        while (code := row["short_code"]) in taken:
            row["short_code"] = new_short_code()
        taken.add(code)


def _write(
    event_id: int, categories: dict[int, Category], rows: list[dict[str, Any]], by: Actor, notice_id: int | None
) -> list[int]:
    at = now()
    codes = {category_id: category.code for category_id, category in categories.items()}
    with transaction() as session:
        # Returning the ids would send as many statements as rows to SQLite.
        session.execute(insert(Registration), rows)
        found = ids_by_form_key(row["form_key"] for row in rows)
        ids = [found[row["form_key"]] for row in rows]
        if notice_id is not None:
            given = {"notice_id": notice_id, "purpose": "registration", "given_at": at}
            session.execute(insert(Consent), [{"registration_id": row_id, **given} for row_id in ids])
        session.execute(
            insert(AuditEntry),
            [
                {
                    "at": at,
                    "event_id": event_id,
                    "actor_kind": by.kind,
                    "actor_id": by.id,
                    "origin": by.origin,
                    "action": "register",
                    "subject_kind": Registration.__tablename__,
                    "subject_id": row_id,
                    "after": {"state": row["state"], "category": codes[row["category_id"]]},
                }
                for row_id, row in zip(ids, rows, strict=True)
            ],
        )
        return ids
