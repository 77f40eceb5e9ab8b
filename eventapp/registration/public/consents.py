"""A guest's own word on data: agree, take it back, have everything removed."""

from __future__ import annotations

from flask import Response, flash, request, url_for
from flask_babel import gettext as _

from eventapp.access import allow
from eventapp.registration.actions import erase_registration, give_consent, withdraw_consent
from eventapp.registration.public.pages import attendee, blueprint, load, own_form_page
from eventapp.registration.queries import consent_history
from eventapp.registration.queries.consents import agreed_notice, choices_of
from eventapp.registration.states import ALIVE
from eventapp.web import see_other


@blueprint.get("/r/<token>/consents")
@allow("bearer")
def consents(token: str) -> Response:
    """What the guest agreed to, each to be given or taken back by one button, and what was before."""
    registration, event = load(token)
    choices = choices_of(registration, event)
    return own_form_page(
        "registration/consents.html",
        registration,
        event,
        token,
        choices=choices,
        labels={choice.purpose: choice.label for choice in choices},
        history=[step for step in consent_history(registration) if step.purpose != "registration"],
        agreed=agreed_notice(registration),
    )


@blueprint.post("/r/<token>/consents/give")
@allow("bearer")
def agree(token: str) -> Response:
    registration, _event = load(token)
    give_consent(registration.id, request.form.get("purpose", ""), by=attendee(registration))
    flash(_("Thank you. You can take it back here at any time."), "good")
    return see_other(url_for("registration.consents", token=token))


@blueprint.post("/r/<token>/consents/withdraw")
@allow("bearer")
def take_consent_back(token: str) -> Response:
    registration, _event = load(token)
    withdraw_consent(registration.id, request.form.get("purpose", ""), by=attendee(registration))
    flash(_("It is taken back, from now on."), "good")
    return see_other(url_for("registration.consents", token=token))


@blueprint.get("/r/<token>/erase")
@allow("bearer")
def ask_erase(token: str) -> Response:
    """Ask once more before everything is removed."""
    registration, event = load(token)
    return own_form_page("registration/erase.html", registration, event, token, alive=registration.state in ALIVE)


@blueprint.post("/r/<token>/erase")
@allow("bearer")
def erase(token: str) -> Response:
    registration, _event = load(token)
    erase_registration(registration.id, by=attendee(registration))
    return see_other(url_for("registration.own", token=token))
