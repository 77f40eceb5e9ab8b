"""The choices of a question, and how many may choose each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.changing import fill, load_to_change, put_in_order, swapped
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.errors import NotFound
from eventapp.events.actions import load_with_event
from eventapp.registration.actions.bookings import book
from eventapp.registration.actions.places import lock_all
from eventapp.registration.actions.waiting import promote_waiting
from eventapp.registration.errors import CapacityBelowTaken, ChoiceInCondition, ChoiceLabelMissing
from eventapp.registration.models import CHOICE_COLUMNS, Answer, Choice, Places, Question, Registration
from eventapp.registration.queries import categories_of
from eventapp.registration.states import ALIVE

LABELS = ("label_en", "label_zh")


@dataclass(frozen=True)
class NewChoice:
    """A choice to be: its words, and how many may choose it (None: any number)."""

    label_en: str
    label_zh: str
    capacity: int | None = None


def put_choices(question: Question, choices: Iterable[NewChoice]) -> None:
    """The first choices of a new question, in its own transaction."""
    with transaction() as session:
        for position, new in enumerate(choices, start=1):
            session.add(_new_choice(question, new, position))
        session.flush()
        session.expire(question, ["choices"])


def add_choice(question_id: int, *, by: Actor, capacity: int | None = None, **labels: Any) -> Choice:
    """Offer one answer more. Raises ChoiceLabelMissing."""
    with transaction() as session:
        question = load_with_event(Question, question_id)
        last = session.scalar(select(func.max(Choice.position)).where(Choice.question_id == question_id)) or 0
        choice = _new_choice(question, NewChoice(capacity=capacity, **labels), last + 1)
        session.add(choice)
        after = {**labels, "capacity": capacity}
        record("add_choice", choice, by=by, event_id=question.event_id, after=after)
        return choice


def change_choice(
    choice_id: int, *, by: Actor, version: str | None = None, capacity: int | None = None, **labels: Any
) -> Choice:
    """Change the words of a choice, or how many may choose it; places freed go to the first who wait.

    A limit that is new counts those who chose it already. Raises Stale, ChoiceLabelMissing, CapacityBelowTaken.
    """
    with transaction() as session:
        question, choice = _load(choice_id, version)
        before, after = fill(choice, labels, LABELS)
        if not choice.label:
            raise ChoiceLabelMissing
        if capacity != choice.capacity:
            before, after = {**before, "capacity": choice.capacity}, {**after, "capacity": capacity}
            session.flush()
            _set_limit(question, choice, capacity, by=by)
        if after:
            record("change_choice", choice, by=by, event_id=question.event_id, before=before, after=after)
        return choice


def move_choice(choice_id: int, direction: str, *, by: Actor) -> None:
    """Move a choice 'up' or 'down' by one place."""
    with transaction():
        question, choice = _load(choice_id)
        before = choice.position
        put_in_order(swapped([row for row in question.choices if row.archived_at is None], choice, direction))
        places = {"position": before}, {"position": choice.position}
        record("move_choice", choice, by=by, event_id=question.event_id, before=places[0], after=places[1])


def archive_choice(choice_id: int, *, by: Actor) -> None:
    """Offer it no longer; whoever chose it keeps it. Raises ChoiceInCondition."""
    with transaction() as session:
        question, choice = _load(choice_id)
        asked = select(Question).where(
            Question.condition_id == question.id,
            Question.condition_value == choice.public_id,
            Question.archived_at.is_(None),
        )
        for other in session.scalars(asked):
            raise ChoiceInCondition(label=other.label)
        if choice.archived_at is None:
            choice.archived_at = now()
            record("archive_choice", choice, by=by, event_id=question.event_id)


def restore_choice(choice_id: int, *, by: Actor) -> None:
    """Offer an archived choice again."""
    with transaction():
        question, choice = _load(choice_id)
        if choice.archived_at is not None:
            choice.archived_at = None
            record("restore_choice", choice, by=by, event_id=question.event_id)


def _load(choice_id: int, version: str | None = None) -> tuple[Question, Choice]:
    """The choice as it is now, and its question; their event is held."""
    with transaction() as session:
        question_id = session.scalar(select(Choice.question_id).where(Choice.id == choice_id))
        if question_id is None:
            raise NotFound
        question = load_with_event(Question, question_id)
        return question, load_to_change(Choice, choice_id, version, CHOICE_COLUMNS)


def _new_choice(question: Question, new: NewChoice, position: int) -> Choice:
    choice = Choice(question_id=question.id, label_en=new.label_en, label_zh=new.label_zh, position=position)
    if not choice.label:
        raise ChoiceLabelMissing
    if new.capacity is not None:
        choice.places_id = _new_places(question.event_id, new.capacity).id
    return choice


def _new_places(event_id: int, capacity: int | None) -> Places:
    with transaction() as session:
        places = Places(event_id=event_id, capacity=capacity)
        session.add(places)
        session.flush()
        return places


def _set_limit(question: Question, choice: Choice, capacity: int | None, *, by: Actor) -> None:
    if choice.places_id is None:
        _begin_limit(question, choice, capacity, by=by)
        return
    with transaction() as session:
        places = lock_all([choice.places_id])[choice.places_id]
        if capacity is not None and capacity < places.taken:
            raise CapacityBelowTaken(taken=places.taken)
        places.capacity = capacity
        session.flush()
        promote_waiting(choice.places_id, by=by)


def _begin_limit(question: Question, choice: Choice, capacity: int | None, *, by: Actor) -> None:
    """The first limit of a choice: who chose it before has a place, so there must be enough for them."""
    with transaction() as session:
        places = _new_places(question.event_id, capacity)
        # Nobody registers meanwhile, so nobody chooses it without a place.
        lock_all([*(category.places_id for category in categories_of(question.event_id)), places.id])
        chosen = _who_chose(choice)
        if capacity is not None and len(chosen) > capacity:
            raise CapacityBelowTaken(taken=len(chosen))
        choice.places_id = places.id
        session.flush()
        for registration_id in chosen:
            book(registration_id, choice_id=choice.id, by=by)
        session.refresh(choice)


def _who_chose(choice: Choice) -> list[int]:
    """Those who chose it and still have a place or a wish for one, the first to register first."""
    with transaction() as session:
        query = (
            select(Answer.registration_id, Answer.value)
            .join(Registration, Registration.id == Answer.registration_id)
            .where(Answer.question_id == choice.question_id, Registration.state.in_(ALIVE))
            .order_by(Registration.id)
        )
        return [key for key, value in session.execute(query) if _holds(value, choice.public_id)]


def _holds(value: Any, public_id: str) -> bool:
    return public_id in value if isinstance(value, list) else value == public_id
