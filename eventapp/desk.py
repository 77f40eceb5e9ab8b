"""The organisers' desk: the pages of an event that the signed-in member may open."""

from __future__ import annotations

from flask import Flask, g, has_request_context, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventapp.access import may_here
from eventapp.registration.states import LABELS as STATE_WORDS


ACTOR_WORDS = {
    "attendee": _l("Attendee"),
    "speaker": _l("Speaker"),
    "device": _l("Device"),
    "token": _l("Program"),
    "system": _l("System"),
}


def manage_nav() -> list[tuple[str, str, bool]]:
    """(label, address, whether it is this page) for each page of the event's desk that may be opened."""
    event = g.get("event")
    if event is None:
        return []
    pages = (
        ("events_manage.home", _("Overview"), "event:read"),
        ("agenda_manage.agenda", _("Agenda"), "agenda:read"),
        ("registration_manage.registrations", _("Registrations"), "registrations:read"),
        ("registration_manage.categories", _("Categories"), "registrations:read"),
        ("checkin_manage.overview", _("Check-in"), "checkin:read"),
        ("messaging.messages", _("Messages"), "mail:read"),
        ("events_manage.audit", _("Audit trail"), "audit:read"),
    )
    return [
        (label, url_for(endpoint, event=event.slug), request.endpoint == endpoint)
        for endpoint, label, permission in pages
        if may_here(permission)
    ]


def init_desk(app: Flask) -> None:
    @app.context_processor
    def _desk() -> dict[str, object]:
        # Only the desk's own pages need it; the public ones hold nothing about the visitor.
        return {"manage_nav": manage_nav()} if has_request_context() and request.path.startswith("/manage/") else {}

    app.jinja_env.globals.update(actor_words=ACTOR_WORDS, state_words=STATE_WORDS)
