"""The front page of all events; an event's own front page, its pictures, and the card for the driver."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from flask_babel import force_locale

from eventapp.access import allow, current_event, shows_draft
from eventapp.agenda import words
from eventapp.agenda.queries import agenda_of
from eventapp.clock import now
from eventapp.errors import NotFound
from eventapp.events.lattice import lattice_svg
from eventapp.events.models import Event, EventOrganisation
from eventapp.events.queries import coming_events, organisations_of, past_events, under_labels
from eventapp.events.social import SocialCard, draw_social_card, event_facts
from eventapp.i18n import LANGUAGES, Bilingual, current_language, format_day
from eventapp.kept_pages import keep_for_guests
from eventapp.people.queries import people_of
from eventapp.prose import render_prose
from eventapp.registration.queries import open_categories

blueprint = Blueprint("events", __name__)

PICTURE_AGE_SECONDS = 3600


@blueprint.get("/")
@allow("public")
@keep_for_guests
def home() -> str:
    """Coming events, and those that were."""
    return render_template("events/home.html", coming=coming_events(now()), past=past_events(now()))


@blueprint.get("/e/<event>/")
@allow("public")
@keep_for_guests
def site(event: str) -> str:
    """The event's front page: what, when, where, by whom, and the one button."""
    this, at = current_event(), now()
    registration, organisations = this.registration_state(at), organisations_of(this.id)
    people = people_of(this.id, disclosed_at=at)
    return render_template(
        "events/site.html",
        event=this,
        about=render_prose(this.about.here(current_language())),
        registration=registration,
        organisations=under_labels(organisations),
        people=people,
        days=agenda_of(this, disclosed_at=at, draft=shows_draft()),
        trying_out=current_app.config["SETTINGS"].development,
        categories=open_categories(this.id),
        facts=_facts(this, registration, organisations, [row.person.shown_name for row in people]),
        words=words,
    )


@blueprint.get("/e/<event>/cover.svg")
@allow("public")
def cover(event: str) -> Response:
    """The event's lattice window."""
    this = current_event()
    response = make_response(lattice_svg(this.slug, this.colour, this.cover_pattern))
    response.mimetype = "image/svg+xml"
    response.add_etag()
    return _kept(response, this)


@blueprint.get("/e/<event>/card.png")
@allow("public")
def card(event: str) -> Response:
    """The picture that other sites show beside a link to the event, in the language of ?in=; drawn once for its words."""
    this, asked = current_event(), request.args.get("in", "")
    language = asked if asked in LANGUAGES else current_language()
    with force_locale(language):
        picture = _social_card(this, language)
    response = make_response()
    response.mimetype = "image/png"
    response.set_etag(picture.etag)
    # Without ?in= it is one thing to one reader and another to the next: nobody may keep it for others.
    _kept(response, this, for_all=asked in LANGUAGES)
    if response.status_code != 304:
        response.set_data(draw_social_card(picture))
    return response


@blueprint.get("/e/<event>/driver")
@allow("public")
def driver(event: str) -> str:
    """The address in Chinese, as large as the screen, to show to a driver."""
    this = current_event()
    if this.venue is None or not (this.venue.address or this.venue.name):
        raise NotFound
    return render_template("events/driver.html", event=this, venue=this.venue)


@blueprint.get("/e/<event>/driver/worker.js")
@allow("public")
def driver_worker(event: str) -> Response:
    """The service worker that keeps the card; it may answer for the card's page and for nothing else."""
    response = current_app.send_static_file("events/driver-worker.js")
    response.headers["Service-Worker-Allowed"] = url_for("events.driver", event=current_event().slug)
    return response


def _kept(response: Response, event: Event, *, for_all: bool = True) -> Response:
    """Let a picture of a public event be kept for an hour, and answer 304 to whoever has it."""
    whose = "public" if for_all else "private"
    response.headers["Cache-Control"] = f"{whose}, max-age={PICTURE_AGE_SECONDS}" if event.is_public else "no-store"
    response.make_conditional(request)
    return response


def _social_card(event: Event, language: str) -> SocialCard:
    first, last = format_day(event.starts_at, event.time_zone), format_day(event.ends_at, event.time_zone)
    return SocialCard(
        slug=event.slug,
        colour=event.colour,
        pattern=event.cover_pattern or "",
        name=event.name.here(language),
        name_other=event.name.other(language),
        dates=first if first == last else f"{first} – {last}",
        place=event.venue.name.here(language) if event.venue else "",
        language=language,
    )


def _facts(
    event: Event, registration: str, organisations: Sequence[EventOrganisation], performers: list[Bilingual]
) -> dict[str, Any]:
    base, register = current_app.config["BASE_URL"], url_for("registration.register", event=event.slug)
    return event_facts(
        event,
        current_language(),
        address=f"{base}{url_for('events.site', event=event.slug)}",
        picture=f"{base}{url_for('events.card', event=event.slug)}?in={current_language()}",
        organisations=organisations,
        performers=performers,
        registers_at=f"{base}{register}" if registration == "open" else None,
    )
