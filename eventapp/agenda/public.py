"""The public agenda: by day, one session, now and next, and as a calendar."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from eventapp.access import allow, current_event, shows_draft
from eventapp.agenda import words
from eventapp.agenda.errors import NoSuchScreen, TimeSkipped, UnknownZone, UnreadableTime
from eventapp.agenda.grid import grid_of
from eventapp.agenda.queries import (
    PublicAgenda,
    agenda_calendar,
    agenda_json,
    agenda_of,
    agenda_xml,
    by_days,
    last_changed,
    public_agenda,
    session_of,
    taking_place,
)
from eventapp.agenda.queries.files import agenda_pdf
from eventapp.agenda.searching import choices_in, found_in, wanted_from
from eventapp.agenda.shown import now_and_next
from eventapp.agenda.times import SkippedTime, local_to_utc
from eventapp.agenda.zones import is_zone
from eventapp.clock import now as present
from eventapp.errors import NotFound
from eventapp.events.models import Event, Hall
from eventapp.events.queries import halls_of
from eventapp.i18n import LANGUAGES
from eventapp.kept_pages import keep_for_guests
from eventapp.registration.queries import bookable_of_session

blueprint = Blueprint("agenda", __name__)

WORKER = Path(__file__).resolve().parents[2] / "static" / "agenda" / "offline-worker.js"


@blueprint.get("/e/<event>/agenda")
@allow("public")
@keep_for_guests
def agenda(event: str) -> Response:
    """The agenda by day: all of it, or what the address asks for; ?zone=<name> shows it by another clock."""
    here, at = current_event(), present()
    zone, wanted = _zone_asked(here), wanted_from(request.args)
    shown = public_agenda(here, at, draft=shows_draft())
    days = by_days(here, shown.sessions, zone)
    page = render_template(
        "agenda/agenda.html",
        event=here,
        version=shown.version,
        days=found_in(days, wanted) if wanted else days,
        choices=choices_in(days),
        wanted=wanted,
        zone=zone,
        grid_of=grid_of,
        at=at,
        words=words,
    )
    return _revalidated(make_response(page))


@blueprint.get("/e/<event>/agenda/<session>")
@allow("public")
@keep_for_guests
def session(event: str, session: str) -> Response:
    """One session: its items, and first of all who appears."""
    here = current_event()
    zone = _zone_asked(here)
    shown = session_of(here, session, present(), draft=shows_draft())
    if shown is None:
        raise NotFound
    seats = bookable_of_session(here.id, session)
    page = render_template("agenda/session.html", event=here, session=shown, words=words, seats=seats, zone=zone)
    return _revalidated(make_response(page))


@blueprint.get("/e/<event>/now")
@allow("public")
def now(event: str) -> Response:
    """What runs and what comes next in every hall, or on the screen of ?hall=<id>; ?at=<local time> shows another moment."""
    here, asked = current_event(), request.args.get("at", "").strip()
    at = _moment(asked, here.time_zone) if asked else present()
    days = agenda_of(here, present(), draft=shows_draft())
    halls, screen = now_and_next(days, at), _screen_asked(here)
    page = render_template(
        "agenda/now.html", event=here, at=at, asked=asked, days=days, words=words, screen=screen,
        halls=[row for row in halls if screen is None or (row.hall and row.hall.id == screen.id)],
    )  # fmt: skip
    return _revalidated(make_response(page))


@blueprint.get("/e/<event>/agenda.ics")
@allow("public")
def calendar(event: str) -> Response:
    """The agenda as a calendar to subscribe to, in the language of ?lang."""
    return _file("ics", "text/calendar", agenda_calendar)


@blueprint.get("/e/<event>/agenda.json")
@allow("public")
def schedule_json(event: str) -> Response:
    """The agenda as frab's schedule JSON, which conference apps read."""
    return _file("json", "application/json", _json)


@blueprint.get("/e/<event>/agenda.xml")
@allow("public")
def schedule_xml(event: str) -> Response:
    """The agenda as frab's schedule XML, which conference apps read."""
    return _file("xml", "application/xml", lambda here, shown: agenda_xml(here, by_days(here, taking_place(shown))))


@blueprint.get("/e/<event>/agenda.pdf")
@allow("public")
def programme(event: str) -> Response:
    """The programme to print, by day; with ?by=person by who appears."""
    by = "person" if request.args.get("by") == "person" else "day"
    return _file("pdf", "application/pdf", lambda here, shown: agenda_pdf(here, by_days(here, shown.sessions), by=by))


@blueprint.get("/e/<event>/sw.js")
@allow("public")
def worker(event: str) -> Response:
    """The service worker that lets the event's pages be read without a network; it knows nothing beside its own site."""
    here = current_event()
    root = url_for("events.site", event=here.slug)
    pages = [root, *(url_for(page, event=here.slug) for page in ("agenda.agenda", "people.speakers", "agenda.now"))]
    site = {"root": root, "pages": pages, "zone": here.time_zone, "words": _offline_words()}
    response = make_response(f"const SITE = {json.dumps(site)};\n{_worker_text()}")
    response.mimetype = "text/javascript"
    return _revalidated(response)


@cache
def _worker_text() -> str:
    return WORKER.read_text(encoding="utf-8")


def _offline_words() -> dict[str, dict[str, str]]:
    """What is said above a page that comes from the device, in the language that the page was kept in."""
    told: dict[str, dict[str, str]] = {"kept": {}, "other": {}}
    for language in LANGUAGES:
        with force_locale(language):
            told["kept"][language] = _("You are offline. This page is as it was on %(time)s.", time="{time}")
            told["other"][language] = _(
                "You are offline, and this was not kept on your device. Here is what was, as of %(time)s.",
                time="{time}",
            )
    return told


def _json(event: Event, shown: PublicAgenda) -> str:
    return json.dumps(agenda_json(event, by_days(event, taking_place(shown))), ensure_ascii=False)


def _file(ending: str, media_type: str, write: Callable[[Event, PublicAgenda], str | bytes]) -> Response:
    """What the public may see of the agenda now, as a file with ETag and Last-Modified."""
    here, at = current_event(), present()
    response = make_response(write(here, public_agenda(here, at, draft=shows_draft())))
    response.mimetype = media_type
    response.headers["Content-Disposition"] = f'inline; filename="{here.slug}.{ending}"'
    response.last_modified = last_changed(here, at)
    return _revalidated(response)


def _revalidated(response: Response) -> Response:
    """Answer 304 when the visitor already has exactly this."""
    response.add_etag()
    response.make_conditional(request)
    return response


def _screen_asked(event: Event) -> Hall | None:
    """The hall of ?hall=. Raises NoSuchScreen."""
    asked = request.args.get("hall", "").strip()
    hall = next((hall for hall in halls_of(event.id) if hall.public_id == asked), None) if asked else None
    if asked and hall is None:
        raise NoSuchScreen
    return hall


def _zone_asked(event: Event) -> str:
    """The zone of ?zone=, else the event's. Raises UnknownZone."""
    asked = request.args.get("zone", "").strip()
    if asked and not is_zone(asked):
        raise UnknownZone(zone=asked[:40])
    return asked or event.time_zone


def _moment(text: str, zone: str) -> datetime:
    """A moment as typed into the address: by the clock on the event's wall, unless it names its own zone."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(ZoneInfo(zone)) if moment.tzinfo else local_to_utc(moment.date(), moment.time(), zone)
    except SkippedTime:
        raise TimeSkipped(clock=moment.strftime("%H:%M")) from None
    except (ValueError, OverflowError):
        raise UnreadableTime(text=text[:40]) from None
