"""Reads about retention: what is kept until when, what would go, and what is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from eventapp.db import db
from eventapp.events.models import Event
from eventapp.registration.models import (
    Answer,
    AnswerFile,
    Invitation,
    Party,
    Question,
    Registration,
    RetentionRule,
)
from eventapp.registration.notices import last_day_of
from eventapp.walltime import wall_of


@dataclass(frozen=True)
class Planned:
    """What goes for one purpose, and when: how many rows of each kind are still there after its last day."""

    purpose: str
    last_day: date
    is_past: bool
    done_at: datetime | None
    rows: dict[str, int]

    @property
    def goes_on(self) -> date:
        """The first day on which the data is no longer there."""
        return self.last_day + timedelta(days=1)

    @property
    def left(self) -> int:
        return sum(self.rows.values())


def rules_of(event_id: int) -> dict[str, RetentionRule]:
    """The event's rules by purpose."""
    return {rule.purpose: rule for rule in db.session.scalars(select(RetentionRule).filter_by(event_id=event_id))}


def last_day(rule: RetentionRule, event: Event) -> date:
    """The last day on which the data is there: never before the event is over, even if it was moved to a later day."""
    return max(rule.keep_until, last_day_of(event.ends_at, event.time_zone))


def is_past(rule: RetentionRule, event: Event, at: datetime) -> bool:
    """Whether at a moment the last day is over in the event's zone."""
    return wall_of(at, event.time_zone).date() > last_day(rule, event)


def plan_of(event: Event, at: datetime) -> list[Planned]:
    """What goes on which day, in that order."""
    rules = [rule for rule in rules_of(event.id).values() if rule.purpose in LEFT]
    planned = [
        Planned(
            rule.purpose, last_day(rule, event), is_past(rule, event, at), rule.done_at, left_of(event.id, rule.purpose)
        )
        for rule in rules
    ]
    return sorted(planned, key=lambda one: (one.last_day, one.purpose))


def left_of(event_id: int, purpose: str) -> dict[str, int]:
    """How many rows of each kind are still there for a purpose."""
    counts = {kind: select(func.count()).select_from(rows.subquery()) for kind, rows in LEFT[purpose](event_id).items()}
    found = db.session.execute(select(*(query.scalar_subquery() for query in counts.values()))).one()
    return dict(zip(counts, found, strict=True))


def due_rules(at: datetime) -> list[int]:
    """Rules whose last day is over and whose data was not removed yet, or of which something came later."""
    # No zone is further ahead than 14 hours; the day itself is decided in the event's own.
    soonest = (at + timedelta(hours=14)).date()
    rows = db.session.execute(
        select(RetentionRule, Event)
        .join(Event, Event.id == RetentionRule.event_id)
        .where(RetentionRule.keep_until < soonest)
    ).all()
    past = [rule for rule, event in rows if is_past(rule, event, at)]
    return [rule.id for rule in past if rule.done_at is None or something_is_left(rule)]


def something_is_left(rule: RetentionRule) -> bool:
    """Whether there is anything still to be removed."""
    rows = LEFT.get(rule.purpose)
    if rows is None:
        return False
    there = or_(*(query.exists() for query in rows(rule.event_id).values()))
    return bool(db.session.scalar(select(there)))


def unpurged(event_id: int) -> Select[Any]:
    """Registrations of which name and contact are still there."""
    return select(Registration.id).where(Registration.event_id == event_id, Registration.purged_at.is_(None))


def named_invitations(event_id: int) -> Select[Any]:
    """Invitations that still say who is invited."""
    return select(Invitation.id).where(Invitation.event_id == event_id, still_named())


def still_named() -> ColumnElement[bool]:
    """A condition: the invitation still says who is invited."""
    return or_(Invitation.email != "", Invitation.key_plain != "", Invitation.word != "", Invitation.note != "")


def _contact(event_id: int) -> dict[str, Select[Any]]:
    return {
        "registrations": unpurged(event_id),
        "parties": select(Party.id).where(Party.event_id == event_id, Party.purged_at.is_(None)),
        "invitations": named_invitations(event_id),
    }


def _answers(purpose: str) -> Any:
    def rows(event_id: int) -> dict[str, Select[Any]]:
        asked = select(Question.id).where(Question.event_id == event_id, Question.purpose == purpose)
        return {
            "answers": select(Answer.id).where(Answer.question_id.in_(asked)),
            "files": select(AnswerFile.id).where(AnswerFile.question_id.in_(asked)),
        }

    return rows


# What there is for each purpose, by kind of row.
LEFT: dict[str, Any] = {
    "contact": _contact,
    "answers": _answers("answers"),
    "sensitive": _answers("sensitive"),
    "documents": _answers("documents"),
}


def registrations_with_answers(event_id: int, purpose: str) -> Sequence[int]:
    """Registrations that answered a question of this purpose, or sent a file for one."""
    asked = select(Question.id).where(Question.event_id == event_id, Question.purpose == purpose)
    answered = select(Answer.registration_id).where(Answer.question_id.in_(asked))
    sent = select(AnswerFile.registration_id).where(
        AnswerFile.question_id.in_(asked), AnswerFile.registration_id.is_not(None)
    )
    return sorted({*db.session.scalars(answered), *db.session.scalars(sent)})
