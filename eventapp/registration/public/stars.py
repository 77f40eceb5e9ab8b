"""The guest's own agenda: what is followed, booked or done there, the whole of it to choose from, and as a calendar."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_event
from eventapp.agenda import words
from eventapp.agenda.queries import agenda_calendar, by_days, public_agenda, session_heading
from eventapp.agenda.searching import choices_in, found_in, wanted_from
from eventapp.clock import now
from eventapp.errors import Refused
from eventapp.registration import actions
from eventapp.registration.errors.stars import FeedUnknown
from eventapp.registration.public.pages import attendee, blueprint, load
from eventapp.registration.queries import (
    calendar_of,
    feed_of,
    feed_token,
    own_agenda,
    registration_by_feed,
    starred_by,
)
from eventapp.registration.states import BOOKING_LABELS
from eventapp.web import no_store, see_other


@blueprint.get("/r/<token>/agenda")
@allow("bearer")
def agenda(token: str) -> Response:
    """What the guest follows, has booked or appears in, by time."""
    return _agenda_page(token)


@blueprint.get("/r/<token>/agenda/choose")
@allow("bearer")
def choose(token: str) -> Response:
    """The whole agenda, or what is searched for, with a star for each session."""
    return _choose_page(token)


@blueprint.post("/r/<token>/agenda/star")
@allow("bearer")
def star(token: str) -> Response:
    """Follow a session; pressed twice it is followed once."""
    registration, _event = load(token)
    chosen = request.form.get("session", "")
    return _done(token, lambda: actions.star_session(registration.id, chosen, by=attendee(registration), link=token))


@blueprint.post("/r/<token>/agenda/unstar")
@allow("bearer")
def unstar(token: str) -> Response:
    """Follow a session no more."""
    registration, _event = load(token)
    chosen = request.form.get("session", "")
    return _done(token, lambda: actions.unstar_session(registration.id, chosen, by=attendee(registration), link=token))


@blueprint.post("/r/<token>/agenda/device")
@allow("bearer")
def take_over_stars(token: str) -> Response:
    """Follow what a device has kept without a registration."""
    registration, _event = load(token)
    kept = request.form.get("sessions", "").split()
    try:
        number = actions.star_sessions(registration.id, kept, by=attendee(registration), link=token)
    except Refused as refusal:
        return _agenda_page(token, refusal)
    flash(_("The stars of this device are in your agenda now: %(number)s new.", number=number), "good")
    return see_other(url_for("registration.agenda", token=token))


@blueprint.post("/r/<token>/agenda/calendar")
@allow("bearer")
def make_calendar(token: str) -> Response:
    """A new address of the guest's calendar; the one before ends."""
    registration, _event = load(token)
    actions.make_feed(registration.id, by=attendee(registration), link=token)
    flash(_("Your calendar has a new address. One that you had before works no more."), "good")
    return see_other(url_for("registration.agenda", token=token, _anchor="calendar"))


@blueprint.post("/r/<token>/agenda/calendar/end")
@allow("bearer")
def end_calendar(token: str) -> Response:
    """The guest's calendar can be read no more."""
    registration, _event = load(token)
    actions.end_feed(registration.id, by=attendee(registration), link=token)
    flash(_("Your calendar has ended. Whoever has its address reads nothing any more."), "good")
    return see_other(url_for("registration.agenda", token=token, _anchor="calendar"))


@blueprint.get("/e/<event>/my/<token>.ics")
@allow("bearer")
def feed(event: str, token: str) -> Response:
    """A guest's own agenda as a calendar to subscribe to. Raises FeedUnknown."""
    here = current_event()
    registration = registration_by_feed(here.id, token)
    if registration is None:
        raise FeedUnknown
    response = make_response(agenda_calendar(here, calendar_of(here, registration, now())))
    response.mimetype = "text/calendar"
    response.headers["Content-Disposition"] = f'inline; filename="{here.slug}-my.ics"'
    response.add_etag()
    response.make_conditional(request)
    return response


def _done(token: str, act: Callable[[], bool]) -> Response:
    """Act, and go back to the list from which it was asked, where it stands; what was refused is said there."""
    choosing = request.form.get("list") == "choose"
    try:
        act()
    except Refused as refusal:
        return (_choose_page if choosing else _agenda_page)(token, refusal)
    if not choosing:
        return see_other(url_for("registration.agenda", token=token))
    back = url_for("registration.choose", token=token, **wanted_from(request.args).asked)  # type: ignore[arg-type]
    return see_other(f"{back}#session-{quote(request.form.get('session', ''))}")


def _agenda_page(token: str, refusal: Refused | None = None) -> Response:
    registration, event = load(token)
    mine, feed = own_agenda(event, registration, now()), feed_of(registration.id)
    rows = {row.session.uuid: row for row in mine}
    page = render_template(
        "registration/agenda.html",
        event=event,
        token=token,
        days=by_days(event, [row.session for row in mine]),
        rows=rows,
        feed=feed_token(feed) if feed else None,
        heading=session_heading,
        labels=BOOKING_LABELS,
        words=words,
        refusal=refusal,
    )
    return no_store(make_response(page, refusal.status if refusal else 200))


def _choose_page(token: str, refusal: Refused | None = None) -> Response:
    registration, event = load(token)
    wanted, days = wanted_from(request.args), by_days(event, public_agenda(event, now()).sessions)
    page = render_template(
        "registration/choose.html",
        event=event,
        token=token,
        wanted=wanted,
        choices=choices_in(days),
        days=found_in(days, wanted),
        starred=starred_by(registration.id),
        heading=session_heading,
        words=words,
        refusal=refusal,
    )
    return no_store(make_response(page, refusal.status if refusal else 200))
