"""What the attendees' pages share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, make_response, render_template, url_for

from eventapp.accounts.actor import Actor
from eventapp.events.models import Event
from eventapp.events.queries import get_event
from eventapp.registration.errors import DataRemoved, LinkUnknown
from eventapp.registration.models import Registration
from eventapp.registration.queries import (
    registration_by_link,
    removed_on,
)
from eventapp.web import client_address, no_store

BOTH = ["GET", "POST"]

blueprint = Blueprint("registration", __name__)


def load(token: str) -> tuple[Registration, Event]:
    """The registration of a secret link and its event. Raises LinkUnknown, DataRemoved."""
    registration = registration_by_link(token)
    if registration is None:
        raise LinkUnknown
    if registration.purged_at is not None:
        raise DataRemoved(day=removed_on(registration))
    g.event = get_event(registration.event_id)
    return registration, g.event


def attendee(registration: Registration) -> Actor:
    """The guest of a registration, for `by=`."""
    return Actor("attendee", registration.id, client_address())


def own_form_page(
    template: str, registration: Registration, event: Event, token: str, status: int = 200, **values: Any
) -> Response:
    """A page under a guest's own one; no cache may keep it."""
    back = url_for("registration.own", token=token)
    page = render_template(template, event=event, registration=registration, token=token, back=back, **values)
    return no_store(make_response(page, status))
