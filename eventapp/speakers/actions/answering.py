"""A speaker accepts or declines a part, or says so by phone; who accepts gets a pass."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, PendingRollbackError

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.agenda.actions import set_reply
from eventapp.agenda.actions.changing import lock_agenda
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.errors import Stale
from eventapp.events.models import Event
from eventapp.people.actions import NAME_PARTS
from eventapp.registration.actions import (
    add_category,
    cancel_registration,
    free_person,
    register_attendee,
    withdraw_registration,
)
from eventapp.registration.actions.register import Attendee
from eventapp.registration.errors import NoticeChanged
from eventapp.registration.models import Category
from eventapp.registration.queries import current_notice
from eventapp.registration.states import ALIVE
from eventapp.sealing import new_token
from eventapp.speakers.actions.opening import note_something_written, open_invitation
from eventapp.speakers.errors import AnswersClosed, EventHasBegun, NotInvited, PartGone, PartMoved, StillTakesPart
from eventapp.speakers.models import SpeakerInvitation, SpeakerReply
from eventapp.speakers.planned import PlannedPart
from eventapp.speakers.queries import (
    SPEAKER_CATEGORY,
    invitation_of,
    parts_of_person,
    registration_of_person,
    replies_of,
    speaker_pass,
)

CATEGORY_COLOUR = "#8a6d1f"
# A pass's short code that is taken, or a category made by somebody at the same moment: the next try meets neither.
TRIES = 3


def answer_part(
    invitation_id: int,
    part_public_id: str,
    reply: str,
    *,
    by: Actor,
    word: str = "",
    mode: str = "",
    seen: str | None = None,
    notice_id: int | None = None,
) -> None:
    """Note what a speaker answers for one part ('accepted' or 'declined') and how they wish to take part.

    The first acceptance brings a pass, and with it the consent to the privacy notice that stood beside the button;
    who declines everything loses it. `seen` is the mark of what the speaker was asked (`PlannedPart.seen`).
    Raises EventHasBegun, PartGone, PartMoved, NoticeChanged.
    """

    def answer() -> None:
        with transaction() as session:
            invitation = open_invitation(invitation_id)
            event = session.get_one(Event, invitation.event_id)
            if now() >= event.starts_at or event.state in ("over", "archived"):
                raise EventHasBegun
            lock_agenda(event.id)
            planned = _still_planned(parts_of_person(event, invitation.person_id), part_public_id, seen)
            set_reply(planned.part.id, reply, by=by)
            _keep_word(invitation, planned, reply, word, mode)
            session.flush()
            _settle(invitation, parts_of_person(event, invitation.person_id), by, notice_id)

    _try_again(answer)


def note_answer(
    invitation_id: int, part_public_id: str, reply: str, *, by: Actor, word: str = "", seen: str, stood: str
) -> None:
    """An organiser notes what a speaker said by phone about one part; the audit trail tells who noted it.

    `seen` and `stood` are what was asked and what the answer was when the organiser looked. Nobody consents to a
    privacy notice by phone, so none is noted. Raises AnswersClosed, PartGone, PartMoved, Stale.
    """

    def note() -> None:
        with transaction() as session:
            invitation = open_invitation(invitation_id)
            event = session.get_one(Event, invitation.event_id)
            if now() >= event.ends_at or event.state in ("over", "archived"):
                raise AnswersClosed
            lock_agenda(event.id)
            planned = _still_planned(parts_of_person(event, invitation.person_id), part_public_id, seen)
            if planned.part.reply != stood:
                # The speaker has answered on their own page meanwhile.
                raise Stale
            set_reply(planned.part.id, reply, by=by)
            wished = replies_of([invitation.id]).get(planned.part.id)
            _keep_word(invitation, planned, reply, word, wished.mode if wished else "")
            session.flush()
            _settle(invitation, parts_of_person(event, invitation.person_id), by, None)
            after = {"reply": reply, "word": word}
            record("note_answer", invitation, by=by, event_id=event.id, before={"reply": stood}, after=after)

    _try_again(note)


def cancel_speaker_pass(event_id: int, person_id: int, *, by: Actor) -> None:
    """Cancel the pass of somebody who was to speak and has no accepted part any more. Raises StillTakesPart, NotInvited.

    Taking a part out of the agenda does not do it by itself: it may come back elsewhere in a minute, and who reads
    "cancelled" in a mail stays at home.
    """
    with transaction() as session:
        invitation = invitation_of(event_id, person_id)
        held = speaker_pass(event_id, person_id)
        if invitation is None or held is None:
            raise NotInvited
        invitation = open_invitation(invitation.id)
        lock_agenda(event_id)
        parts = parts_of_person(session.get_one(Event, event_id), person_id)
        if any(planned.part.reply == "accepted" for planned in parts):
            raise StillTakesPart
        _take_pass_back(invitation, by)


def _try_again(act: Callable[[], None]) -> None:
    for attempt in range(TRIES):
        try:
            return act()
        except (IntegrityError, PendingRollbackError):
            if attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _still_planned(parts: list[PlannedPart], part_public_id: str, seen: str | None) -> PlannedPart:
    planned = next((planned for planned in parts if planned.part.public_id == part_public_id), None)
    if planned is None:
        raise PartGone
    if seen is not None and seen != planned.seen:
        raise PartMoved
    return planned


def _keep_word(invitation: SpeakerInvitation, planned: PlannedPart, reply: str, word: str, mode: str) -> None:
    with transaction() as session:
        same = SpeakerReply.invitation_id == invitation.id, SpeakerReply.part_id == planned.part.id
        row = session.scalar(select(SpeakerReply).where(*same))
        if row is None:
            row = SpeakerReply(invitation_id=invitation.id, part_id=planned.part.id, word="", mode="")
            session.add(row)
        before = row.mode
        wished = mode if reply == "accepted" and mode != planned.part.mode else ""
        row.word, row.mode, row.replied_at = word, wished, now()
        if wished != before:
            note_something_written(invitation)


def _settle(invitation: SpeakerInvitation, parts: list[PlannedPart], by: Actor, notice_id: int | None) -> None:
    """What follows from all answers together: the state of the invitation, and the pass."""
    replies = {planned.part.reply for planned in parts}
    if "open" in replies:
        invitation.state = "opened"
    else:
        invitation.state, invitation.answered_at, invitation.next_reminder_at = "answered", now(), None
    if "accepted" in replies:
        _give_pass(invitation, by, notice_id)
    elif replies == {"declined"}:
        _take_pass_back(invitation, by)


def _give_pass(invitation: SpeakerInvitation, by: Actor, notice_id: int | None) -> None:
    earlier = registration_of_person(invitation.event_id, invitation.person_id)
    if earlier is not None and earlier.state in ALIVE:
        return
    if earlier is not None:
        # One that has ended cannot be revived, and a person has at most one.
        free_person(earlier.id, by=by)
    _check_notice(invitation.event_id, by, notice_id)
    category = _speaker_category(invitation.event_id, by)
    register_attendee(
        invitation.event_id,
        category.id,
        _as_attendee(invitation),
        by=by,
        form_key=f"speaker-{new_token()}",
        notice_id=notice_id,
    )


def _check_notice(event_id: int, by: Actor, notice_id: int | None) -> None:
    """Who accepts on their own page agrees to the notice in force, and to no other."""
    notice = current_notice(event_id)
    if by.kind == "speaker" and notice is not None and notice.id != notice_id:
        raise NoticeChanged


def _take_pass_back(invitation: SpeakerInvitation, by: Actor) -> None:
    """A pass of another category was not given for speaking, so it stays."""
    held = speaker_pass(invitation.event_id, invitation.person_id)
    if held is None:
        return
    if by.kind == "speaker":
        withdraw_registration(held.id, by=by)
    else:
        cancel_registration(held.id, by=by)


def _speaker_category(event_id: int, by: Actor) -> Category:
    """The event's category for speakers: nobody chooses it in the public form, and it has no limit."""
    with transaction() as session:
        same = Category.event_id == event_id, Category.code == SPEAKER_CATEGORY
        category = session.scalar(select(Category).where(*same))
        return category or add_category(
            event_id,
            by=by,
            code=SPEAKER_CATEGORY,
            capacity=None,
            open=False,
            name_en="Speaker",
            name_zh="演讲嘉宾",
            colour=CATEGORY_COLOUR,
        )


def _as_attendee(invitation: SpeakerInvitation) -> Attendee:
    person = invitation.person
    return Attendee(
        name={part: getattr(person, part) for part in NAME_PARTS},
        email=invitation.email,
        organisation=person.organisation.here(invitation.language),
        position=person.position.here(invitation.language),
        language=invitation.language,
        person_id=person.id,
    )
