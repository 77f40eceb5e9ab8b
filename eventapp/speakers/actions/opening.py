"""What all actions around one speaker share: one writer at a time for each invitation."""

from __future__ import annotations

from sqlalchemy import select

from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.events.models import Event
from eventapp.speakers.errors import EventHasBegun, InvitationUnknown
from eventapp.speakers.models import SpeakerInvitation
from eventapp.speakers.queries import proposal_of


def open_invitation(invitation_id: int) -> SpeakerInvitation:
    """The invitation as it is now; nobody else changes it until the transaction ends. Raises InvitationUnknown."""
    with transaction() as session:
        query = select(SpeakerInvitation).where(SpeakerInvitation.id == invitation_id)
        held = query.with_for_update(of=SpeakerInvitation).execution_options(populate_existing=True)
        invitation = session.scalar(held)
        if invitation is None:
            raise InvitationUnknown
        return invitation  # type: ignore[no-any-return]


def open_for_writing(invitation_id: int) -> SpeakerInvitation:
    """The invitation of a speaker who writes something; the event must not be over. Raises EventHasBegun."""
    invitation = open_invitation(invitation_id)
    event = db.session.get_one(Event, invitation.event_id)
    if now() >= event.ends_at or event.state == "archived":
        raise EventHasBegun
    if invitation.state == "sent":
        invitation.state = "opened"
    return invitation


def note_something_written(invitation: SpeakerInvitation) -> None:
    """There is a new version for the organisers to look at, unless it says what the site shows already."""
    with transaction() as session:
        invitation.written_version += 1
        session.flush()
        event = session.get_one(Event, invitation.event_id)
        if not proposal_of(event, invitation).changes:
            invitation.approved_version = invitation.written_version
