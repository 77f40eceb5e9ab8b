"""Pages for the contact of a party: registering it, and looking after it."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_event
from eventapp.accounts.actor import Actor
from eventapp.clock import now
from eventapp.errors import NotFound, Refused
from eventapp.events.models import Event
from eventapp.events.queries import get_event
from eventapp.passes.queries import code_digits
from eventapp.registration import actions
from eventapp.registration.actions.wishes import Wishes
from eventapp.registration.errors import LinkUnknown
from eventapp.registration.forms.parties import MemberForm, PartyForm
from eventapp.registration.forms.party_rows import RowsForm, rows_form
from eventapp.registration.forms.ways import asked_way
from eventapp.registration.models import MOST_OF_A_PARTY, Category, Party, Registration
from eventapp.registration.public.pages import BOTH, blueprint
from eventapp.registration.queries import (
    categories_for,
    current_notice,
    member_of,
    members_of,
    party_by_link,
    party_token,
    waiting_positions,
)
from eventapp.registration.states import ALIVE, LABELS
from eventapp.registration.words import ROLE_LABELS
from eventapp.web import client_address, no_store, see_other


@blueprint.route("/e/<event>/register/party", methods=BOTH)
@allow("public")
def register_party(event: str) -> Response:
    """The form for a delegation; a valid one registers all and leads to the party's page."""
    this = current_event()
    form = _party_form(this)
    if this.registration_state(now()) != "open" or not form.categories:
        page = render_template("registration/closed.html", event=this, at=now(), form=form)
        return no_store(make_response(page, 409 if form.is_submitted() else 200))
    if _asked_for_rows():
        return _form_page(form, this)
    if form.validate_on_submit():
        try:
            party = actions.register_party(
                this.id,
                form.chosen_category().id,
                form.contact(),
                form.members(form.language.data, form.party.data or ""),
                by=_contact(),
                form_key=form.form_key.data or "",
                notice_id=form.agreed_notice_id(),
                wishes=Wishes(way=asked_way()),
            )
            return see_other(url_for("registration.party", token=party_token(party)))
        except Refused as refusal:
            # Read anew: what was refused may have changed since, and the page shows how it is now.
            form = _party_form(this)
            form.refuse(refusal)
            return _form_page(form, this, refusal.status)
    return _form_page(form, this, 422 if form.is_submitted() else 200)


@blueprint.get("/party/<token>")
@allow("bearer")
def party(token: str) -> Response:
    """Everybody of the party, where they stand, and their passes."""
    found, event = _load(token)
    members = members_of(found.id)
    page = render_template(
        "registration/party.html",
        event=event,
        party=found,
        token=token,
        members=members,
        digits={row.id: _digits(row) for row in members if row.state == "confirmed"},
        positions=waiting_positions(members),
        states=LABELS,
        roles=ROLE_LABELS,
        alive=ALIVE,
        may_add=event.registration_state(now()) == "open" and _alive(members) < MOST_OF_A_PARTY,
    )
    return no_store(make_response(page))


@blueprint.route("/party/<token>/add", methods=BOTH)
@allow("bearer")
def add_to_party(token: str) -> Response:
    """Further people; each gets a place or joins the waiting list."""
    found, event = _load(token)
    form = _add_form(event, found)
    if _asked_for_rows():
        return _add_page(form, found, event, token)
    if form.validate_on_submit():
        try:
            added = actions.add_to_party(
                found.id,
                form.chosen_category().id,
                form.members(found.language, found.name),
                by=_contact(),
                form_key=form.form_key.data or "",
                notice_id=form.agreed_notice_id(),
                link=token,
                wishes=Wishes(way=asked_way()),
            )
            flash(_("Added: %(names)s", names=", ".join(str(row.name) for row in added)), "good")
            return see_other(url_for("registration.party", token=token))
        except Refused as refusal:
            form = _add_form(event, found)
            form.refuse(refusal)
            return _add_page(form, found, event, token, refusal.status)
    return _add_page(form, found, event, token, 422 if form.is_submitted() else 200)


@blueprint.route("/party/<token>/people/<public_id>", methods=BOTH)
@allow("bearer")
def change_member(token: str, public_id: str) -> Response:
    """Change how one of the party is written, or name who comes instead."""
    found, event = _load(token)
    member = _member(found, public_id)
    form = MemberForm(member)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            _save_member(form, member, token)
            flash(_("Saved."), "good")
            return see_other(url_for("registration.party", token=token))
        except Refused as refusal:
            form.refuse(refusal)
            status = refusal.status
    page = render_template("registration/member.html", event=event, party=found, token=token, member=member, form=form)
    return no_store(make_response(page, status))


@blueprint.get("/party/<token>/people/<public_id>/withdraw")
@allow("bearer")
def ask_withdraw_member(token: str, public_id: str) -> Response:
    """Ask once more before a place is given away."""
    found, event = _load(token)
    return _asking_page(found, event, token, [_member(found, public_id)])


@blueprint.post("/party/<token>/people/<public_id>/withdraw")
@allow("bearer")
def withdraw_member(token: str, public_id: str) -> Response:
    found, _event = _load(token)
    actions.withdraw_member(_member(found, public_id).id, by=_contact(), link=token)
    return see_other(url_for("registration.party", token=token))


@blueprint.get("/party/<token>/withdraw")
@allow("bearer")
def ask_withdraw_party(token: str) -> Response:
    """Ask once more before all places are given away."""
    found, event = _load(token)
    return _asking_page(found, event, token, [row for row in members_of(found.id) if row.state in ALIVE], whole=True)


@blueprint.post("/party/<token>/withdraw")
@allow("bearer")
def withdraw_party(token: str) -> Response:
    found, _event = _load(token)
    actions.withdraw_party(found.id, by=_contact(), link=token)
    return see_other(url_for("registration.party", token=token))


@blueprint.post("/party/<token>/offer")
@allow("bearer")
def take_party_offer(token: str) -> Response:
    found, _event = _load(token)
    actions.accept_party_offer(found.id, by=_contact(), link=token)
    return see_other(url_for("registration.party", token=token))


@blueprint.post("/party/<token>/offer/decline")
@allow("bearer")
def refuse_party_offer(token: str) -> Response:
    found, _event = _load(token)
    actions.decline_party_offer(found.id, by=_contact(), link=token)
    return see_other(url_for("registration.party", token=token))


def _load(token: str) -> tuple[Party, Event]:
    """The party of a secret link and its event. Raises LinkUnknown."""
    found = party_by_link(token)
    if found is None or found.purged_at is not None:
        raise LinkUnknown
    g.event = get_event(found.event_id)
    return found, g.event


def _member(found: Party, public_id: str) -> Registration:
    member = member_of(found.id, public_id)
    if member is None:
        raise NotFound
    return member


def _contact() -> Actor:
    return Actor("attendee", None, client_address())


def _asked_for_rows() -> bool:
    return request.method == "POST" and request.form.get("do") == "more"


def _categories(event: Event) -> list[Category]:
    return [row for row in categories_for(event.id, asked_way(), now()) if row.takes_parties]


def _party_form(event: Event) -> Any:
    notice = current_notice(event.id)
    return rows_form(PartyForm, _categories(event), notice, phone_suffices=event.phone_suffices)


def _add_form(event: Event, found: Party) -> Any:
    return rows_form(RowsForm, _categories(event), current_notice(event.id))


def _save_member(form: MemberForm, member: Registration, token: str) -> None:
    if form.replaced and form.replaced.data:
        actions.replace_member(member.id, form.member(), by=_contact(), link=token)
    else:
        actions.change_member(
            member.id,
            form.values(),
            by=_contact(),
            email=form.email_address,
            role=form.role.data,
            link=token,
            version=form.version.data,
        )


def _alive(members: Any) -> int:
    return sum(row.state in ALIVE for row in members)


def _digits(row: Registration) -> str:
    return code_digits(row.event_id, row.public_id, row.pass_serial)


def _form_page(form: Any, event: Event, status: int = 200) -> Response:
    form.show_notice()
    return no_store(make_response(render_template("registration/register_party.html", event=event, form=form), status))


def _add_page(form: Any, found: Party, event: Event, token: str, status: int = 200) -> Response:
    form.show_notice()
    page = render_template("registration/add_to_party.html", event=event, form=form, party=found, token=token)
    return no_store(make_response(page, status))


def _asking_page(
    found: Party, event: Event, token: str, members: list[Registration], *, whole: bool = False
) -> Response:
    page = render_template(
        "registration/withdraw_party.html",
        event=event,
        party=found,
        token=token,
        members=members,
        whole=whole,
        alive=ALIVE,
    )
    return no_store(make_response(page))
