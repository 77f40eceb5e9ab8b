"""The registration form."""

from __future__ import annotations

from flask import Response, make_response, render_template, url_for

from eventapp.access import allow, current_event
from eventapp.accounts.actor import Actor
from eventapp.clock import now
from eventapp.errors import Refused
from eventapp.events.models import Event
from eventapp.registration.actions import register_invited
from eventapp.registration.actions.replies import MAY_ANSWER
from eventapp.registration.actions.wishes import WayIn
from eventapp.registration.errors import InvitationUnknown, InvitationUsed
from eventapp.registration.forms import RegistrationForm, asked_way, companions_in, registration_form
from eventapp.registration.models import Invitation
from eventapp.registration.public.pages import blueprint
from eventapp.registration.public.uploads import keep_form_files
from eventapp.registration.queries import (
    categories_for,
    current_notice,
    invitation_by_link,
    invitation_by_public_id,
    invitation_token,
    link_token,
    opens_next,
    registration_of,
)
from eventapp.web import client_address, no_store, see_other


@blueprint.route("/e/<event>/register", methods=["GET", "POST"])
@allow("public")
def register(event: str) -> Response:
    """The form; a valid one registers and leads to the attendee's own page."""
    this, invitation = current_event(), invitation_asked_for(current_event())
    if invitation is not None and invitation.state not in MAY_ANSWER:
        return _answered_already(invitation)
    form = _form(this, invitation)
    # Whoever came with a code or a link keeps what they typed, also when that opens nothing any more.
    nothing_to_choose = not form.categories and not (form.is_submitted() and asked_way() != WayIn())
    if this.registration_state(now()) != "open" or nothing_to_choose:
        return _closed_page(this, form, 409 if form.is_submitted() else 200)
    keep_form_files(form, this.id)
    if form.validate_on_submit():
        try:
            return see_other(url_for("registration.own", token=_register(this, form)))
        except InvitationUsed:
            # Two tabs at once: the one that was slower is led to what the other registered.
            return _answered_already(_fresh(invitation))
        except Refused as refusal:
            # Read anew: what was refused may have changed since, and the page shows how it is now.
            form = _form(this, invitation)
            form.refuse(refusal)
            return _form_page(form, refusal.status)
    return _form_page(form, 422 if form.is_submitted() else 200)


def _register(event: Event, form: RegistrationForm) -> str:
    registration = register_invited(
        event.id,
        form.chosen_category().id,
        form.attendee(),
        companions_in(form),
        by=Actor("attendee", None, client_address()),
        form_key=form.form_key.data or "",
        notice_id=form.agreed_notice_id(),
        wishes=form.wishes(),
    )
    return link_token(registration)


def _form(event: Event, invitation: Invitation | None) -> RegistrationForm:
    form = registration_form(event, categories_for(event.id, asked_way(), now()), current_notice(event.id))
    if invitation is not None and not form.is_submitted():
        form.fill_in(invitation)
    return form


def invitation_asked_for(event: Event) -> Invitation | None:
    """The invitation that the address or the form names. Raises InvitationUnknown for another event's, or none."""
    token = asked_way().invitation
    if not token:
        return None
    found = invitation_by_link(token)
    if found is None or found.event_id != event.id:
        raise InvitationUnknown
    return found


def _answered_already(invitation: Invitation | None) -> Response:
    """To what was registered with the invitation; if that is no longer this guest's, to the invitation's own page."""
    if invitation is None:
        raise InvitationUnknown
    registration = registration_of(invitation)
    if registration is not None:
        return see_other(url_for("registration.own", token=link_token(registration)))
    return see_other(url_for("registration.invitation", token=invitation_token(invitation)))


def _fresh(invitation: Invitation | None) -> Invitation | None:
    return invitation_by_public_id(invitation.public_id) if invitation is not None else None


def _form_page(form: RegistrationForm, status: int) -> Response:
    form.show_notice()
    page = render_template("registration/register.html", event=current_event(), form=form)
    return no_store(make_response(page, status))


def _closed_page(event: Event, form: RegistrationForm, status: int) -> Response:
    page = render_template(
        "registration/closed.html",
        event=event,
        at=now(),
        form=form,
        opens_at=opens_next(event.id, now()),
        asks_code=any(getattr(section, "asks_code", False) for section in form.sections),
    )
    return no_store(make_response(page, status))
