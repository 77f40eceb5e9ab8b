"""What a guest says to a personal invitation: opened, declined, handed to a deputy. Accepting it is registering."""

from __future__ import annotations

from eventapp.accounts.actions import record
from eventapp.accounts.actor import Actor
from eventapp.clock import now
from eventapp.db import transaction
from eventapp.events.models import Event
from eventapp.i18n import format_moment
from eventapp.registration.actions.invitations import Invited, new_invitation, write_first
from eventapp.registration.actions.ways import hold_invitation
from eventapp.registration.errors import (
    DeputyMayNotHandOn,
    EventIsOver,
    InvitationAnswered,
    InvitationExpired,
    NothingToInviteTo,
)
from eventapp.registration.models import Invitation
from eventapp.registration.queries import invitation_expired
from eventapp.registration.words import INVITATION_LABELS

# From these states a guest may still say yes, no, or somebody else.
MAY_ANSWER = frozenset({"drafted", "sent", "bounced", "opened"})


def note_opened(invitation_id: int, *, by: Actor) -> None:
    """A person looked at the invitation; a second look changes nothing."""
    with transaction():
        invitation = hold_invitation(invitation_id)
        if invitation.opened_at is not None or invitation.state not in MAY_ANSWER:
            return
        _move(invitation, "opened", "note_opened", by=by)


def decline_invitation(invitation_id: int, word: str, *, by: Actor) -> None:
    """The guest sends regrets, with a word if they like; until the event begins they may take it back.

    Raises InvitationAnswered, EventIsOver.
    """
    with transaction():
        invitation = hold_invitation(invitation_id)
        _refuse(invitation, MAY_ANSWER)
        invitation.word, invitation.replied_at = word, now()
        _move(invitation, "declined", "decline_invitation", by=by)


def take_regrets_back(invitation_id: int, *, by: Actor) -> None:
    """The guest who declined may answer once more. Raises InvitationAnswered, EventIsOver."""
    with transaction():
        invitation = hold_invitation(invitation_id)
        _refuse(invitation, frozenset({"declined"}))
        invitation.word, invitation.replied_at = "", None
        _move(invitation, "opened", "take_regrets_back", by=by)


def name_deputy(invitation_id: int, deputy: Invited, *, by: Actor) -> Invitation:
    """Somebody comes in the guest's place: they get an invitation of their own, at once, and this one is closed.

    Raises DeputyMayNotHandOn, InvitationAnswered, InvitationExpired, NothingToInviteTo, EventIsOver.
    """
    with transaction() as session:
        invitation = hold_invitation(invitation_id)
        event = session.get_one(Event, invitation.event_id)
        if invitation.deputy_of_id is not None:
            raise DeputyMayNotHandOn
        _refuse(invitation, MAY_ANSWER)
        if not event.is_public:
            raise NothingToInviteTo
        if invitation_expired(invitation, now()):
            raise InvitationExpired(moment=format_moment(invitation.expires_at, event.time_zone))  # type: ignore[arg-type]
        row = new_invitation(event.id, invitation.category_id, deputy, invitation.expires_at)
        row.deputy_of_id = invitation.id
        session.add(row)
        session.flush()
        write_first(row, by=by)
        invitation.replied_at = now()
        _move(invitation, "handed", "name_deputy", by=by)
        return row


def _refuse(invitation: Invitation, from_states: frozenset[str]) -> None:
    """Raises InvitationAnswered, EventIsOver."""
    if invitation.state not in from_states:
        raise InvitationAnswered(state=INVITATION_LABELS[invitation.state])
    with transaction() as session:
        if now() >= session.get_one(Event, invitation.event_id).starts_at:
            raise EventIsOver


def _move(invitation: Invitation, state: str, action: str, *, by: Actor) -> None:
    with transaction() as session:
        before, invitation.state = {"state": invitation.state}, state
        invitation.changed_at = now()
        invitation.opened_at = invitation.opened_at or now()
        session.flush()
        record(action, invitation, by=by, event_id=invitation.event_id, before=before, after={"state": state})
