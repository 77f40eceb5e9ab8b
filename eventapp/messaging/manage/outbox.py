"""Messages for organisers, and development's mail reader."""

from __future__ import annotations

import base64

from flask import Blueprint, Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.errors import NotFound
from eventapp.messaging.actions import retry_message
from eventapp.messaging.delivery import RenderedMail, render
from eventapp.messaging.models import STATES, OutboxMessage
from eventapp.messaging.queries import count_failed, find_message, latest_messages, messages_of_event
from eventapp.messaging.words import STATE_LABELS, TEMPLATE_LABELS
from eventapp.web import no_store, see_other

blueprint = Blueprint("messaging", __name__)

# Mail programs need inline styles; the frame may show them and open links in new windows, and nothing else.
MAIL_FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


@blueprint.get("/manage/<event>/messages")
@allow("mail:read")
def messages(event: str) -> Response:
    """The event's messages, the newest first; those that could not be delivered can be tried again."""
    state = request.args.get("state", "")
    page = render_template(
        "messaging/messages.html",
        event=current_event(),
        messages=messages_of_event(current_event().id, state if state in STATES else None),
        failed=count_failed(current_event().id),
        chosen_state=state,
        state_labels=STATE_LABELS,
        template_labels=TEMPLATE_LABELS,
    )
    return no_store(make_response(page))


@blueprint.post("/manage/<event>/messages/<public_id>/retry")
@allow("mail:change")
def retry(event: str, public_id: str) -> Response:
    """Put a failed message back into the queue."""
    message = find_message(public_id)
    if message is None or message.event_id != current_event().id:
        raise NotFound
    retry_message(message.id, by=current_actor())
    flash(_("The message will be sent again in a moment."), "good")
    return see_other(url_for("messaging.messages", event=event))


@blueprint.get("/dev/mail")
@allow("development")
def outbox() -> Response:
    """All mail of this installation, the newest first."""
    page = render_template(
        "messaging/outbox.html", messages=latest_messages(), state_labels=STATE_LABELS, template_labels=TEMPLATE_LABELS
    )
    return no_store(make_response(page))


@blueprint.get("/dev/mail/<public_id>")
@allow("development")
def read(public_id: str) -> Response:
    """One message as its recipient reads it."""
    message = _message(public_id)
    page = render_template("messaging/mail.html", message=message, mail=render(message), state_labels=STATE_LABELS)
    return no_store(make_response(page))


@blueprint.get("/dev/mail/<public_id>/body")
@allow("development")
def body(public_id: str) -> Response:
    """The message's own page, for the frame that shows it."""
    response = no_store(make_response(_with_pictures(render(_message(public_id)))))
    response.headers["Content-Security-Policy"] = MAIL_FRAME_POLICY
    return response


def _message(public_id: str) -> OutboxMessage:
    message = find_message(public_id)
    if message is None:
        raise NotFound
    return message


def _with_pictures(mail: RenderedMail) -> str:
    """The HTML with its inline pictures as data: addresses, and links that open beside the frame."""
    html = mail.html.replace("<head>", '<head><base target="_blank">', 1)
    for attachment in mail.attachments:
        if attachment.content_id:
            data = base64.b64encode(attachment.content).decode("ascii")
            html = html.replace(f"cid:{attachment.content_id}", f"data:{attachment.mime_type};base64,{data}")
    return html
