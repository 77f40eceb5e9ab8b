"""Invite speakers, and remind those who have not answered."""

from __future__ import annotations

from sqlalchemy import select

from eventapp.accounts.actions import record
from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.clock import now
from eventapp.db import insert_new, transaction
from eventapp.errors import Stale
from eventapp.events.models import Event
from eventapp.messaging.actions import enqueue_message, readdress_messages, take_back_messages
from eventapp.messaging.queries import AGENDA_NEWS
from eventapp.sealing import new_token, seal, token_hash
from eventapp.speakers.actions.opening import open_invitation
from eventapp.speakers.errors import EventHasBegun, NoPart, NothingOpen, NotInvited, RemindedAlready
from eventapp.speakers.mails import TEMPLATES, is_about
from eventapp.speakers.models import ReminderPlan, SpeakerInvitation
from eventapp.speakers.plan import SHORTEST_PAUSE, next_reminder
from eventapp.speakers.queries import due_invitation_ids, invitation_of, parts_of_person, reminder_days

# A second reminder by hand within this time is a double click, or two organisers at once.
HAND_PAUSE = SHORTEST_PAUSE / 24
WAITING = frozenset({"sent", "opened"})


def draft_invitation(
    event_id: int, person_id: int, *, by: Actor, email: str, language: str, note: str = ""
) -> SpeakerInvitation:
    """Keep how a person is reached and what we write to them, without sending anything. Raises NoPart."""
    with transaction() as session:
        event = session.get_one(Event, event_id)
        if not parts_of_person(event, person_id):
            raise NoPart
        invitation = _only_one(event_id, person_id, email, language)
        before = {"email": invitation.email, "language": invitation.language, "note": invitation.note}
        if invitation.email != email:
            # Whoever reads the old mailbox must not answer for the speaker any more.
            _renew_link(invitation)
        _readdress(invitation, email)
        invitation.email, invitation.language, invitation.note = email, language, note
        after = {"email": email, "language": language, "note": note}
        record("draft_invitation", invitation, by=by, event_id=event_id, before=before, after=after)
        return invitation


def invite_speaker(
    event_id: int,
    person_id: int,
    *,
    by: Actor,
    email: str,
    language: str,
    note: str = "",
    times_asked: int | None = None,
) -> SpeakerInvitation:
    """Ask a person by mail to take part, or ask again about parts that are new.

    It says all that an earlier mail would that was not delivered yet, so that one is not sent any more.
    `times_asked` is how often the organiser saw them asked: a double click asks once.
    Raises NoPart, NothingOpen, EventHasBegun, Stale.
    """
    with transaction() as session:
        invitation = draft_invitation(event_id, person_id, by=by, email=email, language=language, note=note)
        event = session.get_one(Event, event_id)
        if times_asked is not None and invitation.times_asked != times_asked:
            raise Stale
        if now() >= event.starts_at:
            raise EventHasBegun
        if not has_open_part(event, person_id):
            raise NothingOpen
        invitation.times_asked += 1
        invitation.state, invitation.asked_at, invitation.chased = "sent", now(), True
        plan_next(invitation, event)
        take_back_messages(event_id, lambda message: is_about(message, invitation.public_id), templates=TEMPLATES)
        _write_to(invitation, "speaker_invitation", f"{invitation.times_asked}")
        record("invite_speaker", invitation, by=by, event_id=event_id, after={"times_asked": invitation.times_asked})
        return invitation


def remind_speaker(invitation_id: int, *, by: Actor) -> None:
    """Send a reminder now. Raises NotInvited, NothingOpen, EventHasBegun, RemindedAlready."""
    with transaction() as session:
        invitation = open_invitation(invitation_id)
        event = session.get_one(Event, invitation.event_id)
        if not invitation.times_asked:
            raise NotInvited
        if now() >= event.starts_at:
            raise EventHasBegun
        if not has_open_part(event, invitation.person_id):
            raise NothingOpen
        if invitation.reminded_at and now() < invitation.reminded_at + HAND_PAUSE:
            raise RemindedAlready
        _remind(invitation, event, by=by)


def stop_reminders(invitation_id: int, *, by: Actor) -> None:
    """Send this speaker no reminder by plan any more."""
    _set_chased(invitation_id, False, by=by)


def resume_reminders(invitation_id: int, *, by: Actor) -> None:
    """Remind this speaker by plan again."""
    _set_chased(invitation_id, True, by=by)


def set_reminder_days(event_id: int, days: list[int], *, by: Actor) -> None:
    """After how many days without an answer speakers are reminded; holds for everybody who has not answered."""
    with transaction() as session:
        before = reminder_days(event_id)
        plan = session.get(ReminderPlan, event_id) or ReminderPlan(event_id=event_id)
        plan.days = sorted(days)
        session.add(plan)
        session.flush()
        event = session.get_one(Event, event_id)
        asked = (
            select(SpeakerInvitation.id).where(SpeakerInvitation.event_id == event_id).order_by(SpeakerInvitation.id)
        )
        for invitation_id in session.scalars(asked).all():
            plan_next(open_invitation(invitation_id), event)
        record("set_reminder_days", event, by=by, event_id=event_id, before={"days": before}, after={"days": plan.days})


def remind_due() -> int:
    """Send every reminder that is due by plan; any number of workers may run. Returns how many were sent."""
    return sum(_remind_by_plan(invitation_id) for invitation_id in due_invitation_ids(now()))


def _remind_by_plan(invitation_id: int) -> bool:
    with transaction() as session:
        # The row is held from here on, so that of several workers the first sends and moves the date.
        invitation = open_invitation(invitation_id)
        if invitation.next_reminder_at is None or invitation.next_reminder_at > now():
            return False
        event = session.get_one(Event, invitation.event_id)
        wanted = now() < event.starts_at and event.state in ("draft", "published")
        if not (wanted and has_open_part(event, invitation.person_id)):
            invitation.next_reminder_at = None
            return False
        _remind(invitation, event, by=SYSTEM)
        return True


def _remind(invitation: SpeakerInvitation, event: Event, *, by: Actor) -> None:
    invitation.reminders_sent += 1
    invitation.reminded_at = now()
    plan_next(invitation, event)
    _write_to(invitation, "speaker_reminder", f"{invitation.times_asked}:{invitation.reminders_sent}")
    after = {"reminders_sent": invitation.reminders_sent}
    record("remind_speaker", invitation, by=by, event_id=event.id, after=after)


def plan_next(invitation: SpeakerInvitation, event: Event) -> None:
    """When the next reminder goes out by plan; never, if none is waited for."""
    if not (invitation.chased and invitation.asked_at and invitation.state in WAITING):
        invitation.next_reminder_at = None
        return
    invitation.next_reminder_at = next_reminder(
        invitation.asked_at,
        reminder_days(event.id),
        reminded_at=invitation.reminded_at,
        at=now(),
        ends=event.starts_at,
    )


def _set_chased(invitation_id: int, chased: bool, *, by: Actor) -> None:
    with transaction() as session:
        invitation = open_invitation(invitation_id)
        before, invitation.chased = invitation.chased, chased
        plan_next(invitation, session.get_one(Event, invitation.event_id))
        changed = {"chased": before}, {"chased": chased}
        record("set_chased", invitation, by=by, event_id=invitation.event_id, before=changed[0], after=changed[1])


def _only_one(event_id: int, person_id: int, email: str, language: str) -> SpeakerInvitation:
    """The person's invitation, made if there is none; of two organisers at once, one makes it."""
    with transaction() as session:
        token = new_token()
        session.execute(
            insert_new(SpeakerInvitation).values(
                event_id=event_id,
                person_id=person_id,
                email=email,
                language=language,
                link_hash=token_hash(token),
                link_sealed=seal(token.encode(), "speaker_link"),
                created_at=now(),
            )
        )
        invitation = invitation_of(event_id, person_id)
        assert invitation is not None
        return open_invitation(invitation.id)


def _renew_link(invitation: SpeakerInvitation) -> None:
    token = new_token()
    invitation.link_hash = token_hash(token)
    invitation.link_sealed = seal(token.encode(), "speaker_link")


def _readdress(invitation: SpeakerInvitation, email: str) -> None:
    """What has not reached them yet, of the agenda's news and of the invitation, goes where they are reached from now on."""
    event_id, person, own = invitation.event_id, invitation.person.public_id, invitation.public_id
    readdress_messages(event_id, [AGENDA_NEWS], email, lambda message: message.values["person"] == person)
    readdress_messages(event_id, TEMPLATES, email, lambda message: is_about(message, own))


def has_open_part(event: Event, person_id: int) -> bool:
    """Whether an answer of theirs is waited for."""
    return any(planned.is_open for planned in parts_of_person(event, person_id))


def _write_to(invitation: SpeakerInvitation, template: str, number: str) -> None:
    enqueue_message(
        cause=f"{template}:{invitation.public_id}:{number}",
        recipient=invitation.email,
        language=invitation.language,
        template=template,
        values={"invitation": invitation.public_id},
        event_id=invitation.event_id,
    )
