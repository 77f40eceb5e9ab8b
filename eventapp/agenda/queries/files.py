"""The public agenda as files that other programs read, in the present language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from eventapp.agenda import words
from eventapp.agenda.formats.frab import schedule_json, schedule_xml
from eventapp.agenda.formats.programme import Names, Programme, programme_of
from eventapp.agenda.ics import Entry, calendar_file
from eventapp.agenda.queries.sessions import last_changed
from eventapp.agenda.shown import AgendaDay
from eventapp.clock import now
from eventapp.events.models import Event
from eventapp.i18n import current_language, html_lang


def agenda_calendar(event: Event, days: Sequence[AgendaDay]) -> bytes:
    """The agenda as a calendar file: one entry a session, with UID and SEQUENCE that last."""
    sessions = {session.uuid: session for day in days for session in day.sessions}
    programme = _programme(event, days)
    entries = [
        Entry(
            uid=slot.uuid,
            sequence=sessions[slot.uuid].sequence,
            changed_at=sessions[slot.uuid].changed_at,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            summary=slot.title,
            location=", ".join(place for place in (slot.room if slot.room_id else "", _venue(event)) if place),
            description=slot.description,
            category=slot.kind,
            url=slot.url,
        )
        for day in programme.days
        for slot in day.slots
    ]
    return calendar_file(str(event.name), event.time_zone, html_lang(current_language()), entries)


def agenda_json(event: Event, days: Sequence[AgendaDay]) -> dict[str, Any]:
    """The agenda as frab's schedule JSON."""
    return schedule_json(_programme(event, days))


def agenda_xml(event: Event, days: Sequence[AgendaDay]) -> bytes:
    """The agenda as frab's schedule XML."""
    return schedule_xml(_programme(event, days))


def _programme(event: Event, days: Sequence[AgendaDay]) -> Programme:
    names = Names(
        session_kinds={kind: str(word) for kind, word in words.SESSION_KINDS.items()},
        item_kinds={kind: str(word) for kind, word in words.ITEM_KINDS.items()},
        elsewhere=_venue(event) or _("Elsewhere"),
    )
    site = current_app.config["BASE_URL"]
    changed_at = last_changed(event, now())
    return programme_of(event, days, current_language(), site=site, names=names, changed_at=changed_at)


def _venue(event: Event) -> str:
    return str(event.venue.name) if event.venue else ""
