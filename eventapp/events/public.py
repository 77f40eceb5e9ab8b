"""The front page of all events, an event's own front page, and its cover."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from eventapp.access import allow, current_event
from eventapp.agenda.queries import agenda_of
from eventapp.clock import now
from eventapp.events.lattice import lattice_svg
from eventapp.events.queries import coming_events, organisations_of, past_events
from eventapp.i18n import current_language
from eventapp.people.queries import people_of
from eventapp.prose import render_prose
from eventapp.registration.queries import open_categories

blueprint = Blueprint("events", __name__)

COVER_AGE_SECONDS = 3600


@blueprint.get("/")
@allow("public")
def home() -> str:
    """Coming events, and those that were."""
    return render_template("events/home.html", coming=coming_events(now()), past=past_events(now()))


@blueprint.get("/e/<event>/")
@allow("public")
def site(event: str) -> str:
    """The event's front page: what, when, where, by whom, and the one button."""
    this, at = current_event(), now()
    return render_template(
        "events/site.html",
        event=this,
        about=render_prose(this.about.here(current_language())),
        registration=this.registration_state(at),
        organisations=organisations_of(this.id),
        people=people_of(this.id, disclosed_at=at),
        days=agenda_of(this, disclosed_at=at),
        categories=open_categories(this.id),
    )


@blueprint.get("/e/<event>/cover.svg")
@allow("public")
def cover(event: str) -> Response:
    """The event's lattice window."""
    this = current_event()
    response = make_response(lattice_svg(this.slug, this.colour, this.cover_pattern))
    response.mimetype = "image/svg+xml"
    response.add_etag()
    response.headers["Cache-Control"] = f"public, max-age={COVER_AGE_SECONDS}" if this.is_public else "no-store"
    return response.make_conditional(request)
