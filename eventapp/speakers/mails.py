"""Mail to speakers: the invitation, and reminders of it."""

from __future__ import annotations

from flask import current_app, render_template
from flask_babel import gettext as _

from eventapp.agenda import words
from eventapp.events.queries import get_event
from eventapp.i18n import current_language
from eventapp.messaging.delivery import RenderedMail
from eventapp.messaging.errors import NothingToSay
from eventapp.messaging.models import OutboxMessage
from eventapp.speakers.queries import invitation_by_public_id, link_token, parts_of_person

TEMPLATES = ("speaker_invitation", "speaker_reminder")


def is_about(message: OutboxMessage, invitation: str) -> bool:
    """Whether one of these messages is about this invitation, wherever it goes."""
    return bool(message.values["invitation"] == invitation)


def render_speaker_mail(message: OutboxMessage) -> RenderedMail:
    """What the speaker is asked for, and the link to answer. Raises NothingToSay when the address is not the speaker's any more."""
    invitation = invitation_by_public_id(message.values["invitation"])
    if invitation is None:
        raise LookupError("the invitation of this message is gone")
    if message.recipient != invitation.email:
        # The link of today is only for the address of today.
        raise NothingToSay
    event = get_event(invitation.event_id)
    reminder = message.template == "speaker_reminder"
    parts = parts_of_person(event, invitation.person_id)
    values = {
        "event": event,
        "invitation": invitation,
        "reminder": reminder,
        "parts": [planned for planned in parts if planned.part.reply != "declined" and not planned.is_cancelled],
        "words": words,
        "link": f"{current_app.config['BASE_URL']}/s/{link_token(invitation)}",
    }
    name = event.name.here(current_language())
    subject = (
        _("We look forward to your answer: %(event)s", event=name)
        if reminder
        else _("Invitation: %(event)s", event=name)
    )
    return RenderedMail(
        subject=subject,
        text=render_template("speakers/mail/invitation.txt", **values),
        html=render_template("speakers/mail/invitation.html", **values),
    )
