"""Somebody cannot come: what becomes of each of their parts is settled at once, and can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString, force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.agenda.actions import (
    change_part,
    delete_part,
    set_reply,
    substitute_on_the_day,
    undo,
    undo_live_change,
)
from eventapp.agenda.actions.changing import edit, lock_agenda, no_new_clash
from eventapp.agenda.actions.undoing import ChangeRedone, ChangeUndone
from eventapp.agenda.errors import LiveChangeFollowed, NothingReleased, NothingToUndo, ReleasedSince
from eventapp.agenda.models import Part
from eventapp.agenda.queries import latest_release
from eventapp.agenda.queries.live import live_changes_of, live_parts_of
from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.errors import NotFound
from eventapp.events.models import Event
from eventapp.messaging.actions import enqueue_message, take_back_messages
from eventapp.messaging.models import OutboxMessage
from eventapp.people.models import Person
from eventapp.people.queries import hidden_person_ids
from eventapp.registration.actions import RegistrationsPurged
from eventapp.speakers.actions.inviting import has_open_part, plan_next
from eventapp.speakers.actions.opening import open_invitation
from eventapp.speakers.errors import DeputyNeeded, NothingSettled, NotWithdrawn, PartsChanged, SamePerson
from eventapp.speakers.mails import TEMPLATES, is_about
from eventapp.speakers.models import SpeakerInvitation, Withdrawal
from eventapp.speakers.planned import PlannedPart
from eventapp.speakers.queries import invitation_of, parts_of_person
from eventapp.speakers.queries.withdrawals import standing_withdrawal, withdrawals_of
from eventapp.speakers.settling import OTHER_MODES, Settlement, seen_parts

Live = dict[str, dict[str, Any]]
LONGEST_AS = 200


def withdraw_person(
    event_id: int,
    person_id: int,
    settled: Mapping[str, Settlement],
    *,
    by: Actor,
    seen: str,
    reason: str = "",
    at_once: bool = False,
    despite_clashes: bool = False,
) -> Withdrawal:
    """Settle what becomes of somebody's parts, by the part's public id, as one change of the agenda.

    What was to be sent to them about their invitation stops. `seen` is `seen_parts` of what was looked at; `at_once` shows
    it to the public without a new release. A part that is not named stays as it is.
    Raises NotFound, PartsChanged, NothingSettled, DeputyNeeded, SamePerson, Clashes, OutsideScope, NothingReleased.
    """
    with transaction() as session:
        person, parts = _open_parts(event_id, person_id, seen)
        chosen = [(planned, settled.get(planned.part.public_id, Settlement("keep"))) for planned in parts]
        if all(settlement.way == "keep" for _planned, settlement in chosen):
            raise NothingSettled
        named: dict[str, Any] = {"en": person.shown_name.en, "zh": person.shown_name.zh, "table": "people"}
        with edit("withdraw_person", event_id, by=by, **named) as change, no_new_clash(event_id, despite_clashes):
            for planned, settlement in chosen:
                _settle(planned, settlement, person, event_id, by)
        withdrawal = Withdrawal(
            event_id=event_id, person_id=person_id, change_number=change.number, reason=reason,
            live=_shown_instead(chosen) if at_once else {}, stopped={}, withdrawn_at=now(),
        )  # fmt: skip
        session.add(withdrawal)
        _carry_out(withdrawal, by)
        ways = {planned.part.public_id: settlement.way for planned, settlement in chosen}
        record("withdraw_person", person, by=by, event_id=event_id, after={"parts": ways, "change": change.number})
        return withdrawal


def take_back_withdrawal(event_id: int, person_id: int, *, by: Actor, despite_clashes: bool = False) -> None:
    """Have everything stand as before somebody withdrew. Raises NotWithdrawn, and what `undo` raises."""
    with transaction():
        lock_agenda(event_id)
        withdrawal = standing_withdrawal(event_id, person_id)
        if withdrawal is None:
            raise NotWithdrawn
        undo(event_id, by=by, number=withdrawal.change_number, despite_clashes=despite_clashes)


def come_after_all(fact: ChangeUndone) -> None:
    """The change was taken back, here or on the board: what was stopped goes out again, the public sees whom it saw before."""
    withdrawal = _withdrawal_of(fact.event_id, fact.number)
    if withdrawal is None:
        return
    withdrawal.undone_at = now()
    _write_again(withdrawal.event_id, withdrawal.person_id)
    if withdrawal.live_number is not None:
        _show_again(withdrawal, withdrawal.live_number, fact.by)


def withdraw_again(fact: ChangeRedone) -> None:
    """The change was done again."""
    withdrawal = _withdrawal_of(fact.event_id, fact.number)
    if withdrawal is None:
        return
    withdrawal.undone_at = None
    _carry_out(withdrawal, fact.by)


def forget_withdrawals(fact: RegistrationsPurged) -> None:
    """Why somebody could not come is nobody's business any more once an event's data is removed."""
    with transaction() as session:
        theirs = update(Withdrawal).where(Withdrawal.event_id == fact.event_id)
        session.execute(theirs.values(reason="", stopped={}))


def _carry_out(withdrawal: Withdrawal, by: Actor) -> None:
    """What follows from what was settled: who has nothing left to answer is written to no more, the public sees it if wanted."""
    db.session.flush()
    withdrawal.stopped = _stop_writing(withdrawal.event_id, withdrawal.person_id)
    withdrawal.live_number = None
    if withdrawal.live and latest_release(withdrawal.event_id) is None:
        raise NothingReleased
    if withdrawal.live:
        shown = substitute_on_the_day(withdrawal.event_id, withdrawal.live, by=by)
        withdrawal.live_number = shown.number if shown else None


# -- Parts ---------------------------------------------------------------------------------------------------------


def _open_parts(event_id: int, person_id: int, seen: str) -> tuple[Person, list[PlannedPart]]:
    event, person = db.session.get(Event, event_id), db.session.get(Person, person_id)
    if event is None or person is None:
        raise NotFound
    lock_agenda(event_id)
    db.session.expire_all()
    parts = parts_of_person(event, person_id)
    if seen_parts(parts) != seen:
        raise PartsChanged
    return person, parts


def _settle(planned: PlannedPart, settlement: Settlement, person: Person, event_id: int, by: Actor) -> None:
    part_id, way = planned.part.id, settlement.way
    if way == "remove":
        delete_part(part_id, by=by)
    elif way == "deputy":
        deputy = _other_person(settlement.who_id, person)
        told = _as(planned, _l("in place of %(name)s"), person, event_id)
        change_part(part_id, by=by, person_id=deputy.id, mode="in_person", **told)
        set_reply(part_id, "open", by=by)
    elif way in OTHER_MODES:
        reader = _other_person(settlement.who_id, person) if settlement.who_id and way == "read_by_other" else None
        told = _as(planned, _l("read by %(name)s"), reader, event_id) if reader else {}
        change_part(part_id, by=by, mode=way, **told)
        # Whoever declined to come, and agrees to be heard in another way, is named again.
        if planned.part.reply == "declined":
            set_reply(part_id, "accepted", by=by)


def _other_person(person_id: int | None, person: Person) -> Person:
    found = db.session.get(Person, person_id) if person_id is not None else None
    if found is None:
        raise DeputyNeeded
    if found.id == person.id:
        raise SamePerson(name=person.shown_name)
    return found


def _as(planned: PlannedPart, words: LazyString, named: Person, event_id: int) -> dict[str, Any]:
    """What they appear as: somebody named after what stood there, as far as there is room, in both languages.

    The public reads it, so that nobody is named who is undisclosed.
    """
    if named.id in hidden_person_ids(event_id, now()):
        return {}
    before, found = planned.part.as_what, {}
    for language, stood, comma in (("en", before.en, ", "), ("zh", before.zh, "，")):
        with force_locale(language):
            told = str(words) % {"name": named.shown_name.here(language)}
        whole = f"{stood}{comma}{told}" if stood else told
        found[f"as_{language}"] = whole if len(whole) <= LONGEST_AS else told
    return found


# -- What the public sees at once ----------------------------------------------------------------------------------


def _shown_instead(chosen: list[tuple[PlannedPart, Settlement]]) -> Live:
    """Of each session how its parts stand now, as the public shall see them before the next release."""
    found: Live = {}
    for planned, settlement in chosen:
        if settlement.way == "keep":
            continue
        part = db.session.scalar(select(Part).where(Part.public_id == planned.part.public_id))
        told = {"gone": True} if part is None else _as_shown(part)
        found.setdefault(planned.session.uuid, {})[planned.part.public_id] = told
    return found


def _as_shown(part: Part) -> dict[str, Any]:
    assert part.person is not None
    return {"person": part.person.public_id, "mode": part.mode, "as_en": part.as_en, "as_zh": part.as_zh}


def _show_again(withdrawal: Withdrawal, number: int, by: Actor) -> None:
    """Whom the public saw before; what a release or somebody else changed since stays as it is."""
    event_id = withdrawal.event_id
    change = next(change for change in live_changes_of(event_id) if change.number == number)
    try:
        undo_live_change(event_id, number, by=by)
    except (NothingToUndo, ReleasedSince):
        # Taken back on the day already, or the latest release says who appears.
        return
    except LiveChangeFollowed:
        standing = live_parts_of(event_id)
        before = {
            uuid: {
                part: _parts_in(change.before, uuid).get(part) for part in parts if standing.get(part) == parts[part]
            }
            for uuid, parts in withdrawal.live.items()
        }
        substitute_on_the_day(event_id, before, by=by)


def _parts_in(states: dict[str, Any], uuid: str) -> dict[str, Any]:
    return (states.get(uuid) or {}).get("parts") or {}


# -- Mails ---------------------------------------------------------------------------------------------------------


def _stop_writing(event_id: int, person_id: int) -> dict[str, Any]:
    """Nothing more is asked of somebody who has nothing left to answer; returns what was stopped.

    Whether they are reminded by plan stays as the organiser chose it: the plan waits until there is something to answer.
    """
    invitation = invitation_of(event_id, person_id)
    if invitation is None or has_open_part(db.session.get_one(Event, event_id), person_id):
        return {}
    invitation = open_invitation(invitation.id)
    invitation.next_reminder_at = None
    return {"written": _written(invitation), "messages": _take_back(event_id, invitation.public_id)}


def _written(invitation: SpeakerInvitation) -> list[int]:
    """How often they were written to. Once they are written to again, an older mail tells them nothing new."""
    return [invitation.times_asked, invitation.reminders_sent]


def _take_back(event_id: int, invitation: str) -> list[dict[str, Any]]:
    taken: list[dict[str, Any]] = []

    def is_meant(message: OutboxMessage) -> bool:
        if not is_about(message, invitation):
            return False
        names = ("cause", "language", "template", "values")
        taken.append({name: getattr(message, name) for name in names})
        return True

    take_back_messages(event_id, is_meant, templates=TEMPLATES)
    return taken


def _write_again(event_id: int, person_id: int) -> None:
    """Who has something to answer again is asked on, whichever of their withdrawals had stopped it."""
    event = db.session.get_one(Event, event_id)
    invitation = invitation_of(event_id, person_id)
    if invitation is None or not has_open_part(event, person_id):
        return
    invitation = open_invitation(invitation.id)
    plan_next(invitation, event)
    for withdrawal in withdrawals_of(event_id, person_id):
        stopped, withdrawal.stopped = withdrawal.stopped, {}
        if stopped.get("written") == _written(invitation) and now() < event.starts_at:
            for message in stopped["messages"]:
                enqueue_message(event_id=event_id, recipient=invitation.email, **message)


def _withdrawal_of(event_id: int, number: int) -> Withdrawal | None:
    same = Withdrawal.event_id == event_id, Withdrawal.change_number == number
    return db.session.scalar(select(Withdrawal).where(*same))
