"""The guest's own sessions: book one, give it back, take or refuse a seat that is held."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any

from flask import Response, flash, make_response, render_template, url_for
from flask_babel import gettext as _

from eventapp.access import allow
from eventapp.agenda.queries import session_heading
from eventapp.clock import now
from eventapp.errors import NotFound, Refused
from eventapp.i18n import format_day
from eventapp.registration import actions
from eventapp.registration.actions.booking_mails import values_of
from eventapp.registration.errors import NotBookable
from eventapp.registration.invitation import seat_file, seat_of
from eventapp.registration.models import Booking
from eventapp.registration.public.pages import attendee, blueprint, load
from eventapp.registration.queries import as_guests_know_it, bookable_of_event, booking_in, seats_shown
from eventapp.registration.states import ALIVE, BOOKING_LABELS
from eventapp.web import no_store, see_other

Change = Callable[..., Booking]


@blueprint.get("/r/<token>/sessions")
@allow("bearer")
def sessions(token: str) -> Response:
    """The sessions with seats, by day: what one has booked, waits for, or may still book."""
    return _sessions_page(token)


@blueprint.post("/r/<token>/sessions/<bookable>/book")
@allow("bearer")
def book_session(token: str, bookable: str) -> Response:
    """Book a session; pressed twice, it is booked once."""
    registration, event = load(token)
    row = bookable_of_event(event.id, bookable)
    if row is None:
        return _sessions_page(token, NotBookable())
    return _done(token, lambda: actions.book(registration.id, bookable_id=row.id, by=attendee(registration)))


@blueprint.post("/r/<token>/sessions/<bookable>/give-up")
@allow("bearer")
def give_up_session(token: str, bookable: str) -> Response:
    """Give a seat back, or leave the waiting list."""
    return _changed(token, bookable, actions.give_up_booking)


@blueprint.post("/r/<token>/sessions/<bookable>/accept")
@allow("bearer")
def accept_seat(token: str, bookable: str) -> Response:
    """Take the seat that is held."""
    return _changed(token, bookable, actions.accept_booking_offer)


@blueprint.post("/r/<token>/sessions/<bookable>/decline")
@allow("bearer")
def decline_seat(token: str, bookable: str) -> Response:
    """Let the seat that is held go to the next guest."""
    return _changed(token, bookable, actions.decline_booking_offer)


@blueprint.get("/r/<token>/sessions/<bookable>/calendar.ics")
@allow("bearer")
def session_calendar(token: str, bookable: str) -> Response:
    """A booked session as a calendar entry."""
    registration, event = load(token)
    booking = _booking(registration.id, event.id, bookable)
    file = seat_file(event, seat_of(values_of(booking)), cancelled=booking.state != "confirmed")
    response = make_response(file)
    response.mimetype = "text/calendar"
    response.headers["Content-Disposition"] = f'attachment; filename="{event.slug}-{booking.public_id}.ics"'
    return no_store(response)


def _changed(token: str, bookable: str, change: Change) -> Response:
    registration, event = load(token)
    booking = _booking(registration.id, event.id, bookable)
    return _done(token, lambda: change(booking.id, by=attendee(registration)))


def _booking(registration_id: int, event_id: int, public_id: str) -> Booking:
    """The guest's booking of a session. Raises NotFound."""
    row = bookable_of_event(event_id, public_id)
    booking = booking_in(registration_id, row.id) if row else None
    if booking is None:
        raise NotFound
    return booking


def _done(token: str, act: Callable[[], Booking]) -> Response:
    """Act, and say where the booking stands; what was refused is said on the page as it is now."""
    try:
        booking = act()
    except Refused as refusal:
        return _sessions_page(token, refusal)
    flash(_said(booking), "good")
    return see_other(url_for("registration.sessions", token=token))


def _said(booking: Booking) -> str:
    title = session_heading(as_guests_know_it(booking.bookable.session)) if booking.bookable else ""
    return {
        "confirmed": _("You have a seat: %(title)s", title=title),
        "waiting": _("All seats are taken. You are on the waiting list: %(title)s", title=title),
        "offered": _("A seat is held for you: %(title)s", title=title),
        "ended": _("You gave it back: %(title)s", title=title),
    }[booking.state]


def _sessions_page(token: str, refusal: Refused | None = None) -> Response:
    registration, event = load(token)
    seats = seats_shown(event.id, registration.id, now())

    def day_of(seat: Any) -> str:
        return format_day(seat.session.starts_at, event.time_zone)

    page = render_template(
        "registration/sessions.html",
        event=event,
        registration=registration,
        token=token,
        alive=registration.state in ALIVE,
        days=[(day, list(shown)) for day, shown in groupby(seats, key=day_of)],
        heading=session_heading,
        labels=BOOKING_LABELS,
        refusal=refusal,
    )
    return no_store(make_response(page, refusal.status if refusal else 200))
