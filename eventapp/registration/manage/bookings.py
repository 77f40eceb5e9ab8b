"""The team's pages about sessions with seats, and who booked them."""

from __future__ import annotations

from flask import Response, flash, request, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.agenda.queries import session_heading, sessions_in_order
from eventapp.errors import NotFound, Refused
from eventapp.formpage import desk_page, save_form
from eventapp.registration import actions
from eventapp.registration.booking import BOOKING_STATES
from eventapp.registration.forms import BookableForm, NewBookableForm, TakeOutForm
from eventapp.registration.manage.pages import BOTH, blueprint
from eventapp.registration.models import BookableSession, Booking, Registration
from eventapp.registration.queries import (
    bookable_of_event,
    bookables_of,
    booking_of_event,
    find_bookings,
    find_registrations,
    registration_of_event,
    waiting_by_places,
)
from eventapp.registration.states import ALIVE, BOOKING_LABELS, LABELS
from eventapp.web import see_other

MOST_FOUND = 10
LONGEST_WORDS = 100


@blueprint.get("/bookings")
@allow("registrations:read")
def bookings(event: str) -> Response:
    """The sessions with seats: how many there are, are taken and waited for."""
    this = current_event()
    return desk_page(
        "registration/bookings.html",
        rows=bookables_of(this.id),
        waiting=waiting_by_places(this.id),
        heading=session_heading,
    )


@blueprint.route("/bookings/new", methods=BOTH)
@allow("registrations:change")
def new_bookable(event: str) -> Response:
    """Give a session of the agenda seats of its own."""
    this, back = current_event(), url_for(".bookings", event=event)
    booked = {row.session_id for row in bookables_of(this.id)}
    form = NewBookableForm(this.time_zone, [row for row in sessions_in_order(this.id) if row.id not in booked])

    def save() -> str:
        actions.make_bookable(form.session_id(), by=current_actor(), **form.values())
        return back

    return save_form(form, save, title=_("Give a session seats"), label=_("Save"), back=back)


@blueprint.route("/bookings/<public_id>/change", methods=BOTH)
@allow("registrations:change")
def change_bookable(event: str, public_id: str) -> Response:
    """Change seats and times; new seats go to those who wait at once."""
    row, back = _bookable(public_id), url_for(".bookings", event=event)
    form = BookableForm(current_event().time_zone, row)

    def save() -> str:
        actions.change_bookable(row.id, by=current_actor(), version=form.version.data, **form.values())
        return back

    return save_form(
        form, save, title=_("Change the seats"), label=_("Save"), back=back, about=session_heading(row.session)
    )


@blueprint.route("/bookings/<public_id>/end", methods=BOTH)
@allow("registrations:change")
def end_bookable(event: str, public_id: str) -> Response:
    """Book a session no more; whoever booked it is told why."""
    row, back = _bookable(public_id), url_for(".bookings", event=event)
    form = TakeOutForm()

    def save() -> str:
        actions.end_bookable(row.id, by=current_actor(), reason=form.reason.data or "")
        return back

    about = _("All bookings of “%(title)s” end, and everybody who booked or waits is told.", title=_heading(row))
    return save_form(
        form, save, title=_("End the booking of this session?"), label=_("End it"), back=back, about=about, danger=True
    )


@blueprint.get("/bookings/<public_id>")
@allow("registrations:read")
def bookable(event: str, public_id: str) -> Response:
    """Who booked a session, and a search for guests to book it for."""
    return _bookable_page(_bookable(public_id))


@blueprint.post("/bookings/<public_id>/book")
@allow("registrations:change")
def make_booking(event: str, public_id: str) -> Response:
    """Book a session for a guest, also outside of its booking times."""
    row, guest = _bookable(public_id), _registration(request.form.get("registration", ""))
    try:
        booking = actions.book(guest.id, bookable_id=row.id, by=current_actor())
    except Refused as refusal:
        return _bookable_page(_bookable(public_id), refusal)
    flash(_booked_words(booking, guest), "good")
    return see_other(url_for(".bookable", event=event, public_id=public_id))


@blueprint.route("/bookings/<public_id>/take-out/<booking>", methods=BOTH)
@allow("registrations:change")
def take_out_booking(event: str, public_id: str, booking: str) -> Response:
    """Take a guest out of a session, with a reason."""
    row, back = _bookable(public_id), url_for(".bookable", event=event, public_id=public_id)
    found = booking_of_event(row.event_id, booking)
    if found is None or found[0].bookable_id != row.id:
        raise NotFound
    (taken_out, guest), form = found, TakeOutForm()

    def save() -> str:
        actions.take_out_booking(taken_out.id, by=current_actor(), reason=form.reason.data or "")
        return back

    about = _(
        "%(name)s is taken out of “%(title)s” and told so. The seat goes to the next who waits.",
        name=guest.name,
        title=_heading(row),
    )
    return save_form(
        form, save, title=_("Take this guest out?"), label=_("Take out"), back=back, about=about, danger=True
    )


def _booked_words(booking: Booking, guest: Registration) -> str:
    if booking.state == "waiting":
        return _("All seats are taken: %(name)s is on the waiting list.", name=guest.name)
    return _("%(name)s has a seat.", name=guest.name)


def _heading(row: BookableSession) -> str:
    return session_heading(row.session)


def _bookable(public_id: str) -> BookableSession:
    """A session with seats of this event. Raises NotFound for another event's."""
    found = bookable_of_event(current_event().id, public_id)
    if found is None:
        raise NotFound
    return found


def _registration(public_id: str) -> Registration:
    found = registration_of_event(current_event().id, public_id)
    if found is None:
        raise NotFound
    return found


def _bookable_page(row: BookableSession, refusal: Refused | None = None) -> Response:
    words, guest = request.args.get("q", "")[:LONGEST_WORDS], request.args.get("guest", "")[:LONGEST_WORDS]
    state = request.args.get("state", "")
    state = state if state in BOOKING_STATES else ""
    found = find_registrations(row.event_id, words=guest).rows if guest.strip() else []
    return desk_page(
        "registration/bookable.html",
        refusal.status if refusal else 200,
        row=row,
        heading=session_heading,
        page=find_bookings(row.id, words=words, state=state, page=request.args.get("page", 1, type=int)),
        q=words,
        state=state,
        labels=BOOKING_LABELS,
        guest=guest,
        found=[one for one in found if one.state in ALIVE][:MOST_FOUND],
        states=LABELS,
        refusal=refusal,
    )
