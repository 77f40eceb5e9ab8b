"""The page of a personal invitation: who invites to what; accept, decline, or name a deputy."""

from __future__ import annotations

from flask import Response, flash, g, make_response, render_template, url_for
from flask_babel import gettext as _

from eventapp.access import allow
from eventapp.accounts.actor import Actor
from eventapp.clock import now
from eventapp.errors import Refused
from eventapp.events.models import Event
from eventapp.events.queries import get_event, organisations_of, under_labels
from eventapp.registration import actions
from eventapp.registration.actions.replies import MAY_ANSWER
from eventapp.registration.errors import InvitationUnknown
from eventapp.registration.forms import DeputyForm, RegretsForm
from eventapp.registration.models import Invitation
from eventapp.registration.public.pages import blueprint
from eventapp.registration.queries import (
    deputy_of,
    invitation_by_link,
    invitation_expired,
    link_token,
    registration_of,
)
from eventapp.web import client_address, no_store, see_other

HOSTS = ("host", "organiser")


@blueprint.get("/i/<token>")
@allow("bearer")
def invitation(token: str) -> Response:
    """Who invites to what, when and where; and how to answer."""
    return _page(token, *_load_invitation(token))


@blueprint.post("/i/<token>/opened")
@allow("bearer")
def opened(token: str) -> Response:
    """Sent by the page itself at the first sign of a person: mail programs look at links, but touch nothing."""
    found, _event = _load_invitation(token)
    actions.note_opened(found.id, by=_guest())
    return no_store(make_response("", 204))


@blueprint.post("/i/<token>/decline")
@allow("bearer")
def decline(token: str) -> Response:
    """Send regrets, with a word."""
    found, event = _load_invitation(token)
    form = RegretsForm()
    if not form.validate_on_submit():
        return _page(token, found, event, regrets=form, status=422)
    try:
        actions.decline_invitation(found.id, form.word.data or "", by=_guest())
    except Refused as refusal:
        return _page(token, *_load_invitation(token), refusal=refusal)
    flash(_("Thank you for telling us. If your plans change, you can take it back here."), "good")
    return see_other(url_for("registration.invitation", token=token))


@blueprint.post("/i/<token>/take-back")
@allow("bearer")
def take_back(token: str) -> Response:
    """Who declined may answer anew."""
    found, _event = _load_invitation(token)
    try:
        actions.take_regrets_back(found.id, by=_guest())
    except Refused as refusal:
        return _page(token, *_load_invitation(token), refusal=refusal)
    flash(_("Your regrets are taken back. You may answer now."), "good")
    return see_other(url_for("registration.invitation", token=token))


@blueprint.route("/i/<token>/deputy", methods=["GET", "POST"])
@allow("bearer")
def deputy(token: str) -> Response:
    """Name somebody who comes in one's place; they get an invitation of their own."""
    found, event = _load_invitation(token)
    form, status = DeputyForm(), 200
    if form.is_submitted():
        status = 422
    elif form.language.data is None:
        form.language.data = found.language
    if form.validate_on_submit():
        try:
            row = actions.name_deputy(found.id, form.deputy(found), by=_guest())
        except Refused as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            flash(_("Thank you. We wrote to %(name)s.", name=row.name), "good")
            return see_other(url_for("registration.invitation", token=token))
    page = render_template("registration/deputy.html", event=event, invitation=found, token=token, form=form)
    return no_store(make_response(page, status))


def _load_invitation(token: str) -> tuple[Invitation, Event]:
    """The invitation of a secret link and its event. Raises InvitationUnknown."""
    found = invitation_by_link(token)
    if found is None:
        raise InvitationUnknown
    g.event = get_event(found.event_id)
    return found, g.event


def _guest() -> Actor:
    return Actor("attendee", None, client_address())


def _page(
    token: str,
    found: Invitation,
    event: Event,
    *,
    regrets: RegretsForm | None = None,
    refusal: Refused | None = None,
    status: int = 200,
) -> Response:
    registration = registration_of(found) if found.state == "accepted" else None
    page = render_template(
        "registration/invitation.html",
        event=event,
        invitation=found,
        token=token,
        hosts=under_labels([row for row in organisations_of(event.id) if row.role in HOSTS]),
        deputy=deputy_of(found) if found.state == "handed" else None,
        may_answer=found.state in MAY_ANSWER and now() < event.starts_at,
        expired=invitation_expired(found, now()),
        registration_open=event.registration_state(now()),
        own_token=link_token(registration) if registration is not None else "",
        begun=now() >= event.starts_at,
        regrets=regrets or RegretsForm(formdata=None),
        refusal=refusal,
    )
    return no_store(make_response(page, refusal.status if refusal else status))
