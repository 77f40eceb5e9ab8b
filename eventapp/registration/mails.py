"""Mail about a registration, one template a state."""

from __future__ import annotations

from flask import current_app, render_template
from flask_babel import gettext as _

from eventapp.db import db
from eventapp.events.models import Event
from eventapp.i18n import current_language
from eventapp.messaging.delivery import Attachment, RenderedMail
from eventapp.messaging.models import OutboxMessage
from eventapp.passes import qr
from eventapp.passes.queries import code_digits, code_url
from eventapp.registration.invitation import invitation_file
from eventapp.registration.models import Registration
from eventapp.registration.queries import link_token, registration_by_public_id
from eventapp.registration.states import STATES

TEMPLATES = tuple(f"registration_{state}" for state in STATES)
QR_CONTENT_ID = "pass-code"


def render_registration_mail(message: OutboxMessage) -> RenderedMail:
    """What became of the registration; a confirmed guest gets the code and the calendar entry."""
    registration = registration_by_public_id(message.values["registration"])
    if registration is None:
        raise LookupError("the registration of this message is gone")
    event = db.session.get_one(Event, registration.event_id)
    state = message.template.removeprefix("registration_")
    values = _values(event, registration, state)
    return RenderedMail(
        subject=_subject(state, event.name.here(current_language())),
        text=render_template("registration/mail/registration.txt", **values),
        html=render_template("registration/mail/registration.html", **values),
        attachments=_attachments(event, registration) if state == "confirmed" else [],
    )


def _values(event: Event, registration: Registration, state: str) -> dict[str, object]:
    base = current_app.config["BASE_URL"]
    return {
        "event": event,
        "registration": registration,
        "state": state,
        "own_url": f"{base}/r/{link_token(registration)}",
        "pass_url": f"{base}/p/{_digits(registration)}" if state == "confirmed" else "",
        "qr_source": f"cid:{QR_CONTENT_ID}",
    }


def _attachments(event: Event, registration: Registration) -> list[Attachment]:
    picture = qr.png(code_url(_digits(registration)), scale=8)
    return [
        Attachment("pass.png", "image/png", picture, content_id=QR_CONTENT_ID),
        Attachment(f"{event.slug}.ics", "text/calendar", invitation_file(event, registration)),
    ]


def _digits(registration: Registration) -> str:
    return code_digits(registration.event_id, registration.public_id, registration.pass_serial)


def _subject(state: str, event: str) -> str:
    return {
        "pending": _("We received your registration: %(event)s", event=event),
        "waiting": _("You are on the waiting list: %(event)s", event=event),
        "offered": _("A place is held for you: %(event)s", event=event),
        "confirmed": _("Your pass: %(event)s", event=event),
        "declined": _("About your registration: %(event)s", event=event),
        "withdrawn": _("You have withdrawn: %(event)s", event=event),
        "cancelled": _("Your registration was cancelled: %(event)s", event=event),
    }[state]
