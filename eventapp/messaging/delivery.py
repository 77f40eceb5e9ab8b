"""Render a message and hand it to the mail server."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from flask import Flask, current_app
from flask_babel import force_locale

from eventapp.messaging.errors import DeliveryFailed, NothingToSay
from eventapp.messaging.models import OutboxMessage

TIMEOUT_SECONDS = 20


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a message; `content_id` shows it inside the page as well.

    `method` is what a calendar is asked to do with it: it has to stand beside the type, too (RFC 6047).
    """

    filename: str
    mime_type: str
    content: bytes
    content_id: str = ""
    method: str = ""


@dataclass(frozen=True)
class RenderedMail:
    """What a renderer makes of an outbox row."""

    subject: str
    text: str
    html: str
    attachments: list[Attachment] = field(default_factory=list)


Renderer = Callable[[OutboxMessage], RenderedMail]


def register_renderer(app: Flask, template: str, renderer: Renderer) -> None:
    """Say how rows of one template are rendered; called by create_app only."""
    app.extensions.setdefault("mail_renderers", {})[template] = renderer


def render(message: OutboxMessage) -> RenderedMail:
    """The message as its recipient will read it, in the recipient's language."""
    renderer: Renderer = current_app.extensions["mail_renderers"][message.template]
    with force_locale(message.language):
        return renderer(message)


def compose(message: OutboxMessage) -> EmailMessage:
    """The whole e-mail: text, HTML, pictures inside it, attachments."""
    rendered = render(message)
    sender = current_app.config["MAIL_FROM"]
    mail = EmailMessage()
    mail["Subject"] = " ".join(rendered.subject.split())
    mail["From"] = sender
    mail["To"] = message.recipient
    mail["Date"] = format_datetime(message.created_at)
    # Stable across retries: a mailbox that got it twice can tell.
    mail["Message-ID"] = f"<{message.public_id}@{parseaddr(sender)[1].rpartition('@')[2] or 'localhost'}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(rendered.text)
    mail.add_alternative(rendered.html, subtype="html")
    _attach(mail, rendered.attachments)
    return mail


def _attach(mail: EmailMessage, attachments: list[Attachment]) -> None:
    # The second alternative, which set_content and add_alternative have just made.
    page: Any = cast(list[Any], mail.get_payload())[1]
    for attachment in attachments:
        main, _, sub = attachment.mime_type.partition("/")
        if attachment.content_id:
            page.add_related(
                attachment.content, main, sub, cid=f"<{attachment.content_id}>", filename=attachment.filename
            )
        else:
            # Text without it is read as ASCII, and Chinese in a calendar entry becomes question marks.
            params = {"charset": "utf-8"} if main == "text" else {}
            if attachment.method:
                params["method"] = attachment.method
            mail.add_attachment(attachment.content, main, sub, filename=attachment.filename, params=params)


def send_by_smtp(message: OutboxMessage) -> None:
    """Hand one message to the mail server of MAIL_URL. Raises DeliveryFailed, NothingToSay."""
    mail = _composed(message)
    try:
        with open_mail_server(current_app.config["MAIL_URL"]) as server:
            server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        raise DeliveryFailed(_words(code, text), permanent=code >= 500) from error
    except smtplib.SMTPResponseException as error:
        # A refused password is the operator's to mend, so the message stays.
        permanent = error.smtp_code >= 500 and not isinstance(error, smtplib.SMTPAuthenticationError)
        raise DeliveryFailed(_words(error.smtp_code, error.smtp_error), permanent=permanent) from error
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryFailed(f"{type(error).__name__}: {error}", permanent=False) from error


def _composed(message: OutboxMessage) -> EmailMessage:
    """One message that cannot be written must not hold up the others."""
    try:
        return compose(message)
    except NothingToSay:
        raise
    except Exception as error:
        raise DeliveryFailed(f"could not be written: {type(error).__name__}: {error}", permanent=False) from error


def open_mail_server(url: str) -> smtplib.SMTP:
    """A connection to the mail server of an address such as smtps://user:password@host, signed in. Raises OSError, SMTPException."""
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server


def _words(code: int, text: bytes | str) -> str:
    return f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"
