"""The public agenda as files that other programs read, in the present language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from eventapp.agenda import words
from eventapp.agenda.formats.frab import schedule_json, schedule_xml
from eventapp.agenda.formats.programme import Names, Programme, Slot, programme_of
from eventapp.agenda.formats.table import csv_file, xlsx_file
from eventapp.agenda.ics import Entry, calendar_file
from eventapp.agenda.models import AgendaSession
from eventapp.agenda.printed import Printing, programme_by_day, programme_by_person
from eventapp.agenda.queries.arranging import tracks_of
from eventapp.agenda.queries.released import LiveVersion, PublicAgenda, by_days, live_versions
from eventapp.agenda.queries.sessions import last_changed, whole_agenda
from eventapp.agenda.queries.telling import heading_of
from eventapp.agenda.release import ReleasedSession
from eventapp.agenda.shown import AgendaDay, ShownSession
from eventapp.clock import now
from eventapp.events.models import Event
from eventapp.events.queries import halls_of
from eventapp.i18n import current_language, format_day, html_lang


def agenda_calendar(event: Event, shown: PublicAgenda) -> bytes:
    """The agenda as a calendar file: one entry a session, with UID and SEQUENCE that last, also for what is cancelled."""
    return calendar_file(
        str(event.name), event.time_zone, html_lang(current_language()), calendar_entries(event, shown)
    )


def calendar_entries(event: Event, shown: PublicAgenda) -> list[Entry]:
    """The entries of an agenda's calendar in the present language, with what earlier releases held and is gone."""
    sessions = {session.uuid: session for session in shown.sessions}
    programme, live = _programme(event, by_days(event, shown.sessions)), live_versions(event.id)
    entries = [
        _entry(event, slot, sessions[slot.uuid], live.get(slot.uuid)) for day in programme.days for slot in day.slots
    ]
    return [*entries, *(_gone(event, session, live.get(session.uuid)) for session in shown.dropped)]


def agenda_json(event: Event, days: Sequence[AgendaDay]) -> dict[str, Any]:
    """The agenda as frab's schedule JSON."""
    return schedule_json(_programme(event, days))


def agenda_xml(event: Event, days: Sequence[AgendaDay]) -> bytes:
    """The agenda as frab's schedule XML."""
    return schedule_xml(_programme(event, days))


def agenda_table(event: Event, sessions: Iterable[Any], form: str) -> bytes:
    """Sessions as a table in both languages, 'csv' or 'xlsx': what is shown of them, or the rows themselves."""
    if form == "csv":
        return csv_file(sessions, event.time_zone)
    return xlsx_file(sessions, event.time_zone, halls_of(event.id), tracks_of(event.id))


def agenda_pdf(event: Event, days: Sequence[AgendaDay], *, by: str) -> bytes:
    """The programme to print, in the present language with the other one beside it: by 'day' or by 'person'."""
    draw = programme_by_person if by == "person" else programme_by_day
    return draw(event, days, _printing(event, by))


def _printing(event: Event, by: str) -> Printing:
    return Printing(
        language=current_language(),
        session_kinds=words.SESSION_KINDS,
        item_kinds=words.ITEM_KINDS,
        roles=words.PART_ROLES,
        modes=words.PART_MODES,
        day=lambda moment: format_day(moment, event.time_zone),
        heading=_("Everybody who appears, by name") if by == "person" else _("The programme, day by day"),
        place=" · ".join(filter(None, (_venue(event), str(event.venue.address) if event.venue else ""))),
        footer=_("%(name)s. Times are those of %(zone)s.", name=str(event.name), zone=event.time_zone),
        cancelled=_("Cancelled"),
        empty=_("The agenda is not published yet."),
    )


def whole_sessions(event_id: int) -> list[AgendaSession]:
    """Every session of the draft with all that is in it, the placed ones by time and hall, then what lies in the tray."""
    rows = whole_agenda(event_id)
    return sorted(rows, key=lambda row: (row.in_tray, row.starts_at, row.hall.position if row.hall else -1, row.id))


def _entry(event: Event, slot: Slot, session: ShownSession, live: LiveVersion | None) -> Entry:
    sequence, changed_at = _version(session, live)
    return Entry(
        uid=slot.uuid,
        sequence=sequence,
        changed_at=changed_at,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        summary=slot.title,
        location=", ".join(place for place in (slot.room if slot.room_id else "", _venue(event)) if place),
        description=slot.description,
        category=slot.kind,
        url=slot.url,
        cancelled=session.is_cancelled,
    )


def _gone(event: Event, session: ReleasedSession, live: LiveVersion | None) -> Entry:
    """What an earlier release held: calendars that have it take it out."""
    sequence, changed_at = _version(session, live)
    return Entry(
        uid=session.uuid,
        sequence=sequence,
        changed_at=changed_at,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        summary=heading_of(session),
        location="",
        description="",
        category=str(words.SESSION_KINDS[session.kind]),
        url=f"{current_app.config['BASE_URL']}/e/{event.slug}/agenda",
        cancelled=True,
    )


def _version(session: ShownSession | ReleasedSession, live: LiveVersion | None) -> tuple[int, datetime]:
    """What is changed on the day is a new version for calendars, too; taken back, it is one more."""
    if live is None:
        return session.sequence, session.changed_at
    return session.sequence + live.changes, max(session.changed_at, live.changed_at)


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
