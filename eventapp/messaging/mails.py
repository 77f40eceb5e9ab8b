"""A mailing as one of its recipients reads it."""

from __future__ import annotations

from flask import current_app, render_template
from flask_babel import gettext as _

from eventapp.audiences import AUDIENCES
from eventapp.events.queries import get_event
from eventapp.i18n import current_language
from eventapp.messaging.delivery import RenderedMail
from eventapp.messaging.models import OutboxMessage
from eventapp.messaging.placeholders import LINKS, filled_html, filled_line, filled_text
from eventapp.messaging.queries import mailing_by_public_id

TEMPLATES = ("mailing", "mailing_test")
SECRET_LINKS = LINKS - {"event_link"}


def render_mailing(message: OutboxMessage) -> RenderedMail:
    """The text in the recipient's language with the recipient's own values; a test holds nobody's secret links."""
    mailing = mailing_by_public_id(message.values["mailing"])
    if mailing is None:
        raise LookupError("this mailing is gone")
    event, audience, language = get_event(mailing.event_id), AUDIENCES[mailing.audience], current_language()
    values = audience.values(event, message.values["to"], mailing.criteria, language)
    is_test = message.template == "mailing_test"
    if is_test:
        values = without_secrets(values)
    subject = filled_line(mailing.subject.here(language), values)
    body = mailing.body.here(language)
    shown = {"event": event, "is_test": is_test, "reason": audience.reason, "subject": subject}
    return RenderedMail(
        subject=_("Test: %(subject)s", subject=subject) if is_test else subject,
        text=render_template("messaging/mail/mailing.txt", body=filled_text(body, values), **shown),
        html=render_template("messaging/mail/mailing.html", body=filled_html(body, values), **shown),
    )


def without_secrets(values: dict[str, str]) -> dict[str, str]:
    """The values for organisers' eyes: whoever holds a personal link is taken for the person."""
    hidden = f"{current_app.config['BASE_URL']}/…"
    return {name: hidden if name in SECRET_LINKS else value for name, value in values.items()}
