"""The public agenda: by day, one session, now and next, and as a calendar."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_event
from eventapp.agenda import words
from eventapp.agenda.errors import TimeSkipped, UnreadableTime
from eventapp.agenda.grid import grid_of
from eventapp.agenda.ics import Entry, calendar_file
from eventapp.agenda.queries import agenda_of, last_changed, session_heading, session_of
from eventapp.agenda.shown import ShownItem, ShownPart, ShownSession, now_and_next
from eventapp.agenda.times import SkippedTime, local_to_utc
from eventapp.clock import now as present
from eventapp.errors import NotFound
from eventapp.events.models import Event
from eventapp.i18n import Bilingual, current_language, format_clock, html_lang
from eventapp.kept_pages import keep_for_guests

blueprint = Blueprint("agenda", __name__)

# A hall screen shows this page all day without anybody touching it.
SCREEN_REFRESH_SECONDS = 60


@blueprint.get("/e/<event>/agenda")
@allow("public")
@keep_for_guests
def agenda(event: str) -> Response:
    """The agenda by day."""
    here, at = current_event(), present()
    days = agenda_of(here, at)
    page = render_template("agenda/agenda.html", event=here, days=days, grid_of=grid_of, at=at, words=words)
    return _revalidated(make_response(page))


@blueprint.get("/e/<event>/agenda/<session>")
@allow("public")
@keep_for_guests
def session(event: str, session: str) -> Response:
    """One session: its items, and first of all who appears."""
    here = current_event()
    shown = session_of(here, session, present())
    if shown is None:
        raise NotFound
    return _revalidated(make_response(render_template("agenda/session.html", event=here, session=shown, words=words)))


@blueprint.get("/e/<event>/now")
@allow("public")
def now(event: str) -> Response:
    """What runs and what comes next in every hall; ?at=<local time> shows another moment."""
    here, asked = current_event(), request.args.get("at", "").strip()
    at = _moment(asked, here.time_zone) if asked else present()
    days = agenda_of(here, present())
    page = render_template(
        "agenda/now.html", event=here, at=at, asked=asked, halls=now_and_next(days, at), days=days, words=words
    )
    response = make_response(page)
    if not asked:
        response.headers["Refresh"] = str(SCREEN_REFRESH_SECONDS)
    return response


@blueprint.get("/e/<event>/agenda.ics")
@allow("public")
def calendar(event: str) -> Response:
    """The agenda as a calendar to subscribe to, in the language of ?lang."""
    here, at = current_event(), present()
    sessions = [shown for day in agenda_of(here, at) for shown in day.sessions]
    file = calendar_file(
        str(here.name), here.time_zone, html_lang(current_language()), (_entry(here, shown) for shown in sessions)
    )
    response = make_response(file)
    response.mimetype = "text/calendar"
    response.headers["Content-Disposition"] = f'inline; filename="{here.slug}.ics"'
    response.last_modified = last_changed(here, at)
    return _revalidated(response)


def _revalidated(response: Response) -> Response:
    """Answer 304 when the visitor already has exactly this."""
    response.add_etag()
    response.make_conditional(request)
    return response


def _moment(text: str, zone: str) -> datetime:
    """A moment as typed into the address: by the clock on the event's wall, unless it names its own zone."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(ZoneInfo(zone)) if moment.tzinfo else local_to_utc(moment.date(), moment.time(), zone)
    except SkippedTime:
        raise TimeSkipped(clock=moment.strftime("%H:%M")) from None
    except (ValueError, OverflowError):
        raise UnreadableTime(text=text[:40]) from None


def _entry(event: Event, shown: ShownSession) -> Entry:
    address = url_for("agenda.session", event=event.slug, session=shown.public_id)
    return Entry(
        uid=shown.uuid,
        sequence=shown.sequence,
        changed_at=shown.changed_at,
        starts_at=shown.starts_at,
        ends_at=shown.ends_at,
        summary=session_heading(shown),
        location=_location(event, shown),
        description=_description(event, shown),
        category=str(words.SESSION_KINDS[shown.kind]),
        url=f"{current_app.config['BASE_URL']}{address}",
    )


def _location(event: Event, shown: ShownSession) -> str:
    places = [shown.hall.name if shown.hall else None, event.venue.name if event.venue else None]
    return ", ".join(str(place) for place in places if place)


def _description(event: Event, shown: ShownSession) -> str:
    lines = [str(shown.summary), *(_item_line(item, event.time_zone) for item in shown.items)]
    return "\n".join(line for line in lines if line)


def _item_line(item: ShownItem, zone: str) -> str:
    kind = str(words.ITEM_KINDS[item.kind])
    title = f"{kind}: {item.title}" if item.title else kind
    begins = f"{format_clock(item.starts_at, zone)} " if item.starts_at else ""
    names = ", ".join(map(_part_name, item.parts))
    return f"{begins}{title}" + (_(" (%(names)s)", names=names) if names else "")


def _part_name(part: ShownPart) -> str:
    name: Bilingual = part.object_name
    if part.person is not None:
        name = part.person.shown_name
    elif part.organisation is not None:
        name = part.organisation.name
    return str(name)
