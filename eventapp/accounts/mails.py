"""Mail that accounts sends."""

from __future__ import annotations

from flask import current_app, render_template
from flask_babel import gettext as _

from eventapp.messaging.delivery import RenderedMail
from eventapp.messaging.models import OutboxMessage
from eventapp.sealing import unseal


def render_sign_in_link(message: OutboxMessage) -> RenderedMail:
    """The mail that brings a sign-in link."""
    token = unseal(message.values["token_sealed"], "sign_in_link").decode()
    link = f"{current_app.config['BASE_URL']}/sign-in/{token}"
    return RenderedMail(
        subject=_("Your sign-in link"),
        text=render_template("accounts/mail/sign_in_link.txt", link=link),
        html=render_template("accounts/mail/sign_in_link.html", link=link),
    )
