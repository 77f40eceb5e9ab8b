"""The attendee's own page."""

from __future__ import annotations

from flask import Response, current_app, make_response, render_template, url_for

from eventapp.access import allow
from eventapp.agenda.queries import session_heading
from eventapp.clock import now
from eventapp.passes.card import render_sheet
from eventapp.passes.errors import PassUnknown
from eventapp.passes.queries import code_digits, pass_card
from eventapp.registration.actions import refuse_own_offer, take_own_offer, withdraw_own
from eventapp.registration.forms.answers import questions_for
from eventapp.registration.invitation import invitation_file
from eventapp.registration.public.pages import attendee, blueprint, load, own_form_page
from eventapp.registration.queries import changes_until, choosable_categories, seats_shown, waiting_position
from eventapp.registration.states import ALIVE, BOOKING_LABELS
from eventapp.web import no_store, see_other


@blueprint.get("/r/<token>")
@allow("bearer")
def own(token: str) -> Response:
    """One's registration: where it stands, the pass, what can be changed."""
    registration, event = load(token)
    confirmed, alive, until = registration.state == "confirmed", registration.state in ALIVE, changes_until(event)
    page = render_template(
        "registration/own.html",
        event=event,
        registration=registration,
        token=token,
        alive=alive,
        until=until,
        may_change=alive and now() < until,
        may_withdraw=alive and now() < event.ends_at,
        may_hand_over=confirmed and not (registration.category.needs_approval or registration.category.for_press),
        asked=bool(questions_for(event.id, registration)),
        seats=seats_shown(event.id, registration.id, now()),
        heading=session_heading,
        booking_words=BOOKING_LABELS,
        may_move=alive and bool(choosable_categories(registration, now())),
        digits=code_digits(event.id, registration.public_id, registration.pass_serial) if confirmed else None,
        ahead=waiting_position(registration) if registration.state == "waiting" else None,
        mail_reader=current_app.config["SETTINGS"].development,
    )
    return no_store(make_response(page))


@blueprint.get("/r/<token>/pass.pdf")
@allow("bearer")
def pass_pdf(token: str) -> Response:
    """The pass on a page to print or to keep. Raises PassUnknown while there is none."""
    registration, event = load(token)
    if registration.state != "confirmed":
        raise PassUnknown
    digits = code_digits(event.id, registration.public_id, registration.pass_serial)
    response = make_response(render_sheet(pass_card(event, registration, digits)))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{event.slug}-pass.pdf"'
    return no_store(response)


@blueprint.get("/r/<token>/calendar.ics")
@allow("bearer")
def calendar(token: str) -> Response:
    """The event as a calendar entry."""
    registration, event = load(token)
    response = make_response(invitation_file(event, registration))
    response.mimetype = "text/calendar"
    response.headers["Content-Disposition"] = f'attachment; filename="{event.slug}.ics"'
    return no_store(response)


@blueprint.get("/r/<token>/withdraw")
@allow("bearer")
def ask_withdraw(token: str) -> Response:
    """Ask once more before a place is given away."""
    registration, event = load(token)
    alive = registration.state in ALIVE and now() < event.ends_at
    return own_form_page("registration/withdraw.html", registration, event, token, alive=alive)


@blueprint.post("/r/<token>/withdraw")
@allow("bearer")
def withdraw(token: str) -> Response:
    registration, _event = load(token)
    withdraw_own(registration.id, by=attendee(registration), link=token)
    return see_other(url_for("registration.own", token=token))


@blueprint.post("/r/<token>/offer")
@allow("bearer")
def take_offer(token: str) -> Response:
    registration, _event = load(token)
    take_own_offer(registration.id, by=attendee(registration), link=token)
    return see_other(url_for("registration.own", token=token))


@blueprint.post("/r/<token>/offer/decline")
@allow("bearer")
def refuse_offer(token: str) -> Response:
    registration, _event = load(token)
    refuse_own_offer(registration.id, by=attendee(registration), link=token)
    return see_other(url_for("registration.own", token=token))
