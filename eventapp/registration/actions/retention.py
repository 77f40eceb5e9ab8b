"""Remove data on the day after its last one, as the privacy notice says."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from eventapp.accounts.actions import record
from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.changing import load_to_change
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.errors import NotFound
from eventapp.events.queries import get_event
from eventapp.registration.actions.files import forget_files
from eventapp.registration.actions.purging import purge_answers, purge_event
from eventapp.registration.errors import NotYetDue
from eventapp.registration.models import AnswerFile, Question, RetentionRule
from eventapp.registration.queries.retention import (
    due_rules,
    is_past,
    last_day,
    registrations_with_answers,
    something_is_left,
)


def remove_due() -> int:
    """Remove all data whose last day is over; returns for how many rules it was done.

    Each rule is held while its data is removed: of several workers one does it, and the others find it done.
    """
    return sum(_remove_by_rule(rule_id, by=SYSTEM) for rule_id in due_rules(now()))


def remove_now(event_id: int, purpose: str, *, by: Actor) -> bool:
    """Remove the data of one purpose whose last day is over, without waiting for the worker; False if nothing was left.

    Raises NotYetDue, NotFound.
    """
    with transaction() as session:
        rule = session.scalar(select(RetentionRule).filter_by(event_id=event_id, purpose=purpose))
        if rule is None:
            raise NotFound
        event = get_event(event_id)
        if not is_past(rule, event, now()):
            raise NotYetDue(day=last_day(rule, event).isoformat())
        return _remove_by_rule(rule.id, by=by)


def _remove_by_rule(rule_id: int, *, by: Actor) -> bool:
    with transaction():
        rule = load_to_change(RetentionRule, rule_id)
        # Another worker may have been here, or the day been moved, since we looked.
        if not is_past(rule, get_event(rule.event_id), now()):
            return False
        if rule.done_at is not None and not something_is_left(rule):
            return False
        removed = _remove(rule, by=by)
        rule.done_at = now()
        after: dict[str, Any] = {"purpose": rule.purpose, **removed}
        record("remove_data", rule, by=by, event_id=rule.event_id, after=after)
        return True


def _remove(rule: RetentionRule, *, by: Actor) -> dict[str, int]:
    if rule.purpose == "contact":
        return purge_event(rule.event_id, by=by)
    answers = purge_answers(registrations_with_answers(rule.event_id, rule.purpose), rule.purpose)
    return {"answers": answers, "files": _forget_unclaimed_files(rule)}


def _forget_unclaimed_files(rule: RetentionRule) -> int:
    """Files that came with forms that were never sent."""
    with transaction() as session:
        asked = select(Question.id).where(Question.event_id == rule.event_id, Question.purpose == rule.purpose)
        left = session.scalars(select(AnswerFile).where(AnswerFile.question_id.in_(asked))).all()
        forget_files(left)
        return len(left)
