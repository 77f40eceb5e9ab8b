"""Registering, and the attendee's own page."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, g, make_response, render_template, url_for

from eventapp.access import allow, current_event
from eventapp.accounts.actor import Actor
from eventapp.clock import now
from eventapp.errors import Refused
from eventapp.events.models import Event
from eventapp.events.queries import get_event
from eventapp.passes.queries import code_digits
from eventapp.registration.actions import accept_offer, decline_offer, register_attendee, withdraw_registration
from eventapp.registration.errors import LinkUnknown
from eventapp.registration.forms import RegistrationForm
from eventapp.registration.invitation import invitation_file
from eventapp.registration.models import Registration
from eventapp.registration.queries import (
    current_notice,
    link_token,
    open_categories,
    registration_by_link,
    waiting_position,
)
from eventapp.registration.states import ALIVE
from eventapp.web import client_address, no_store, see_other

blueprint = Blueprint("registration", __name__)


@blueprint.route("/e/<event>/register", methods=["GET", "POST"])
@allow("public")
def register(event: str) -> Response:
    """The form; a valid one registers and leads to the attendee's own page."""
    this = current_event()
    form = _form(this)
    if this.registration_state(now()) != "open" or not form.categories:
        return _closed_page(this, 409 if form.is_submitted() else 200)
    if form.validate_on_submit():
        try:
            return see_other(url_for("registration.own", token=_register(this, form)))
        except Refused as refusal:
            # Read anew: what was refused may have changed since, and the page shows how it is now.
            form = _form(this)
            form.refuse(refusal)
            return _form_page(form, refusal.status)
    return _form_page(form, 422 if form.is_submitted() else 200)


@blueprint.get("/r/<token>")
@allow("bearer")
def own(token: str) -> Response:
    """One's registration: where it stands, the pass, what can be changed."""
    registration, event = _load(token)
    confirmed = registration.state == "confirmed"
    page = render_template(
        "registration/own.html",
        event=event,
        registration=registration,
        token=token,
        alive=registration.state in ALIVE,
        digits=code_digits(event.id, registration.public_id, registration.pass_serial) if confirmed else None,
        ahead=waiting_position(registration) if registration.state == "waiting" else None,
        mail_reader=current_app.config["SETTINGS"].development,
    )
    return no_store(make_response(page))


@blueprint.get("/r/<token>/calendar.ics")
@allow("bearer")
def calendar(token: str) -> Response:
    """The event as a calendar entry."""
    registration, event = _load(token)
    response = make_response(invitation_file(event, registration))
    response.mimetype = "text/calendar"
    response.headers["Content-Disposition"] = f'attachment; filename="{event.slug}.ics"'
    return no_store(response)


@blueprint.get("/r/<token>/withdraw")
@allow("bearer")
def ask_withdraw(token: str) -> Response:
    """Ask once more before a place is given away."""
    registration, event = _load(token)
    page = render_template(
        "registration/withdraw.html",
        event=event,
        registration=registration,
        token=token,
        alive=registration.state in ALIVE,
    )
    return no_store(make_response(page))


@blueprint.post("/r/<token>/withdraw")
@allow("bearer")
def withdraw(token: str) -> Response:
    registration, _event = _load(token)
    withdraw_registration(registration.id, by=_attendee(registration))
    return see_other(url_for("registration.own", token=token))


@blueprint.post("/r/<token>/offer")
@allow("bearer")
def take_offer(token: str) -> Response:
    registration, _event = _load(token)
    accept_offer(registration.id, by=_attendee(registration))
    return see_other(url_for("registration.own", token=token))


@blueprint.post("/r/<token>/offer/decline")
@allow("bearer")
def refuse_offer(token: str) -> Response:
    registration, _event = _load(token)
    decline_offer(registration.id, by=_attendee(registration))
    return see_other(url_for("registration.own", token=token))


def _load(token: str) -> tuple[Registration, Event]:
    """The registration of a secret link and its event. Raises LinkUnknown."""
    registration = registration_by_link(token)
    if registration is None:
        raise LinkUnknown
    g.event = get_event(registration.event_id)
    return registration, g.event


def _register(event: Event, form: RegistrationForm) -> str:
    registration = register_attendee(
        event.id,
        form.chosen_category().id,
        form.attendee(),
        by=Actor("attendee", None, client_address()),
        form_key=form.form_key.data or "",
        notice_id=form.agreed_notice_id(),
    )
    return link_token(registration)


def _attendee(registration: Registration) -> Actor:
    return Actor("attendee", registration.id, client_address())


def _form(event: Event) -> RegistrationForm:
    return RegistrationForm(open_categories(event.id), current_notice(event.id), phone_suffices=event.phone_suffices)


def _form_page(form: RegistrationForm, status: int) -> Response:
    form.show_notice()
    page = render_template("registration/register.html", event=current_event(), form=form)
    return no_store(make_response(page, status))


def _closed_page(event: Event, status: int) -> Response:
    return no_store(make_response(render_template("registration/closed.html", event=event, at=now()), status))
