"""Personal invitations: drafted by the team, sent, reminded of. What guests answer stands in `replies`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete

from eventapp.accounts.actions import record
from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.changing import fill, load_to_change
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.errors import Stale
from eventapp.events.models import Event
from eventapp.i18n import format_moment
from eventapp.messaging.actions import MessageFailed, enqueue_message
from eventapp.people.models import NAME_PARTS
from eventapp.registration.actions.ways import hold_invitation
from eventapp.registration.errors import (
    EventIsOver,
    InvitationAnswered,
    InvitationExpired,
    InvitationNotDrafted,
    InvitedAlready,
    NothingToInviteTo,
    RemindedToday,
)
from eventapp.registration.models import INVITATION_VALUES, Category, Invitation
from eventapp.registration.queries import invitation_by_public_id, invitation_expired, invited_before, invited_people
from eventapp.registration.words import INVITATION_LABELS
from eventapp.sealing import new_token, seal, token_hash

# Nobody gets two mails about one invitation within this time.
REMINDER_PAUSE = timedelta(days=1)
UNANSWERED = frozenset({"drafted", "sent", "bounced", "opened"})
MAILS = ("guest_invitation", "guest_reminder")
# So many are sent in one transaction: a crash leaves whole invitations sent and the rest as they were.
AT_ONCE = 100


@dataclass(frozen=True)
class Invited:
    """Somebody to invite. `name` holds the parts of NameColumns; `plus_ones` is how many more they may bring."""

    name: dict[str, str]
    email: str
    organisation: str = ""
    position: str = ""
    language: str = "en"
    plus_ones: int = 0
    note: str = ""


@dataclass
class Sent:
    """What became of many: how many mails are on their way, and whom no mail goes to now."""

    sent: int = 0
    passed_over: list[str] = field(default_factory=list)


def add_invitation(
    event_id: int, category_id: int, guest: Invited, *, by: Actor, expires_at: datetime | None = None
) -> Invitation:
    """Draft an invitation to a category; nothing is sent yet. `expires_at` in UTC. Raises InvitedAlready."""
    with transaction() as session:
        invitation = new_invitation(event_id, category_id, guest, expires_at)
        if invited_before(event_id, guest.email, invitation.key_plain):
            raise InvitedAlready
        session.add(invitation)
        session.flush()
        record("add_invitation", invitation, by=by, event_id=event_id, after={"email": guest.email})
        return invitation


def add_invitations(
    event_id: int, category_id: int, guests: Sequence[Invited], *, by: Actor, expires_at: datetime | None = None
) -> int:
    """Draft many at once; who is on the list already, with the same name and address, is passed over.

    Returns how many were drafted.
    """
    with transaction() as session:
        category = session.get_one(Category, category_id)
        # Two who paste the same list at once: the second waits here and finds everybody on it.
        load_to_change(Event, event_id)
        before, added = invited_people(event_id), 0
        for guest in guests:
            invitation = new_invitation(event_id, category_id, guest, expires_at)
            if (same := (guest.email, invitation.key_plain)) in before:
                continue
            before.add(same)
            session.add(invitation)
            added += 1
        session.flush()
        record("add_invitations", category, by=by, event_id=event_id, after={"invitations": added})
        return added


def change_invitation(invitation_id: int, *, by: Actor, version: str | None = None, **values: Any) -> Invitation:
    """Correct what is known of a guest who has not answered. A new address gets a new link; the old one is dead.

    Raises InvitationAnswered, Stale.
    """
    with transaction():
        hold_invitation(invitation_id)
        invitation = load_to_change(Invitation, invitation_id, version, INVITATION_VALUES)
        _refuse_answered(invitation)
        before, after = fill(invitation, values, INVITATION_VALUES)
        if not after:
            return invitation
        invitation.set_name(**{part: getattr(invitation, part) for part in NAME_PARTS})
        if "email" in after:
            _renew(invitation)
            invitation.state = "drafted"
        invitation.changed_at = now()
        record("change_invitation", invitation, by=by, event_id=invitation.event_id, before=before, after=after)
        return invitation


def send_invitation(invitation_id: int, *, by: Actor, mails: int | None = None) -> None:
    """Write to a guest: the invitation, or a reminder of it if they got it already.

    `mails` is how many the organiser saw them get: a double click writes once. Raises Stale, InvitationAnswered,
    InvitationExpired, RemindedToday, NothingToInviteTo, EventIsOver.
    """
    with transaction() as session:
        invitation = hold_invitation(invitation_id)
        event = session.get_one(Event, invitation.event_id)
        if mails is not None and mails != invitation.mails:
            raise Stale
        _refuse_unsendable(invitation, event)
        _write_to(invitation, by=by)


def send_invitations(invitation_ids: Iterable[int], *, by: Actor) -> Sent:
    """Write to many: an invitation to whom none was sent, a reminder to who has not answered.

    Whoever answered, was written to within a day, or may no longer accept is passed over and named.
    """
    result, ids = Sent(), list(invitation_ids)
    for start in range(0, len(ids), AT_ONCE):
        with transaction():
            for invitation_id in sorted(ids[start : start + AT_ONCE]):
                _send_or_pass_over(invitation_id, result, by=by)
    return result


def renew_invitation_link(invitation_id: int, *, by: Actor) -> None:
    """Make a new link, for when the old one went astray: it is dead at once. Raises InvitationAnswered."""
    with transaction():
        invitation = hold_invitation(invitation_id)
        _refuse_answered(invitation)
        _renew(invitation)
        invitation.state = "drafted"
        invitation.changed_at = now()
        record("renew_invitation_link", invitation, by=by, event_id=invitation.event_id)


def delete_invitation(invitation_id: int, *, by: Actor) -> None:
    """Take a guest off the list to whom nothing was sent yet. Raises InvitationNotDrafted."""
    with transaction() as session:
        invitation = hold_invitation(invitation_id)
        if invitation.state != "drafted" or invitation.mails:
            raise InvitationNotDrafted
        before = {"email": invitation.email}
        record("delete_invitation", invitation, by=by, event_id=invitation.event_id, before=before)
        session.execute(delete(Invitation).where(Invitation.id == invitation_id))


def note_undelivered(fact: MessageFailed) -> None:
    """A mail server refused an invitation for good: it is marked, unless the guest was reached in another way."""
    if fact.template not in MAILS:
        return
    with transaction():
        found = invitation_by_public_id(fact.values.get("invitation", ""))
        if found is None:
            return
        invitation = hold_invitation(found.id)
        if invitation.state != "sent" or invitation.email != fact.recipient:
            return
        invitation.state, invitation.changed_at = "bounced", now()
        before, after = {"state": "sent"}, {"state": "bounced"}
        record("note_undelivered", invitation, by=SYSTEM, event_id=invitation.event_id, before=before, after=after)


def new_invitation(event_id: int, category_id: int, guest: Invited, expires_at: datetime | None) -> Invitation:
    """The row of somebody to invite, with a secret link, and still not sent."""
    invitation = Invitation(
        event_id=event_id,
        category_id=category_id,
        email=guest.email,
        organisation=guest.organisation,
        position=guest.position,
        language=guest.language,
        plus_ones=guest.plus_ones,
        note=guest.note,
        state="drafted",
        mails=0,
        expires_at=expires_at,
        created_at=now(),
        changed_at=now(),
    )
    invitation.set_name(**guest.name)
    _renew(invitation)
    return invitation


def write_first(invitation: Invitation, *, by: Actor) -> None:
    """Send the mail of an invitation that was made just now, in the transaction that made it."""
    _write_to(invitation, by=by)


def _renew(invitation: Invitation) -> None:
    token = new_token()
    invitation.link_hash, invitation.link_sealed = token_hash(token), seal(token.encode(), "invitation_link")


def _send_or_pass_over(invitation_id: int, result: Sent, *, by: Actor) -> None:
    with transaction() as session:
        invitation = session.get(Invitation, invitation_id)
        if invitation is None:
            return
        hold_invitation(invitation_id)
        try:
            _refuse_unsendable(invitation, session.get_one(Event, invitation.event_id))
        except (InvitationAnswered, InvitationExpired, RemindedToday):
            result.passed_over.append(str(invitation.name))
        else:
            _write_to(invitation, by=by)
            result.sent += 1


def _refuse_answered(invitation: Invitation) -> None:
    if invitation.state not in UNANSWERED:
        raise InvitationAnswered(state=INVITATION_LABELS[invitation.state])


def _refuse_unsendable(invitation: Invitation, event: Event) -> None:
    _refuse_answered(invitation)
    if not event.is_public:
        raise NothingToInviteTo
    if now() >= event.starts_at:
        raise EventIsOver
    if invitation_expired(invitation, now()):
        raise InvitationExpired(moment=format_moment(invitation.expires_at, event.time_zone))  # type: ignore[arg-type]
    if invitation.state in ("sent", "opened") and invitation.sent_at and now() < invitation.sent_at + REMINDER_PAUSE:
        raise RemindedToday


def _write_to(invitation: Invitation, *, by: Actor) -> None:
    with transaction() as session:
        first = invitation.state in ("drafted", "bounced")
        before = {"state": invitation.state, "mails": invitation.mails}
        invitation.mails += 1
        invitation.sent_at = invitation.changed_at = now()
        invitation.state = "sent" if first else invitation.state
        session.flush()
        enqueue_message(
            cause=f"guest_invitation:{invitation.public_id}:{invitation.mails}",
            recipient=invitation.email,
            language=invitation.language,
            template="guest_invitation" if first else "guest_reminder",
            values={"invitation": invitation.public_id},
            event_id=invitation.event_id,
        )
        after = {"state": invitation.state, "mails": invitation.mails}
        action = "send_invitation" if first else "remind_guest"
        record(action, invitation, by=by, event_id=invitation.event_id, before=before, after=after)
