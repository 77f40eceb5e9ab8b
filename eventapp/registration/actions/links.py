"""What opens a registration and its pass: the secret link, the short code, the serial in the QR code."""

from __future__ import annotations

from sqlalchemy import select

from eventapp.db import transaction
from eventapp.passes.code import new_short_code
from eventapp.registration.errors import PassesUsedUp
from eventapp.registration.models import Registration
from eventapp.sealing import new_token, seal, token_hash

# One byte of the QR code.
LARGEST_SERIAL = 255
# Between the key of a party's form and the number of a member; a form key has none of this, so no form can send it.
BETWEEN = "."


def renew_keys(registration: Registration) -> str:
    """A new link, pass and short code, so that every older copy is dead; returns the link's secret.

    Of a registration that is held. Raises PassesUsedUp.
    """
    if registration.pass_serial >= LARGEST_SERIAL:
        raise PassesUsedUp
    token = new_token()
    registration.link_hash = token_hash(token)
    registration.link_sealed = seal(token.encode(), "registration_link")
    registration.short_code = unused_short_code(registration.event_id)
    registration.pass_serial += 1
    return token


def forget_form(registration: Registration) -> None:
    """The form that a place was registered with leads to its page no more: whoever sends it again is somebody else now.

    Forms of a party lead to the page of its contact, and what a member got from it stays theirs.
    """
    if BETWEEN not in registration.form_key:
        registration.form_key = f"handed-{new_token()}"


def unused_short_code(event_id: int) -> str:
    """Eight digits that no other pass of the event has."""
    with transaction() as session:
        while True:
            code = new_short_code()
            if not session.scalar(select(Registration.id).filter_by(event_id=event_id, short_code=code)):
                return code
