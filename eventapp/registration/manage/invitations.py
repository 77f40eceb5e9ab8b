"""The team's pages about personal invitations."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventapp.access import allow, current_actor, current_event
from eventapp.changing import version_of
from eventapp.clock import now
from eventapp.errors import NotFound, Refused
from eventapp.formpage import desk_page, save_form
from eventapp.forms import DeskForm
from eventapp.i18n import current_language
from eventapp.registration import actions
from eventapp.registration.forms import GuestListForm, InvitationForm
from eventapp.registration.manage.pages import BOTH, blueprint, some_names
from eventapp.registration.models import INVITATION_STATES, INVITATION_VALUES, Category, Invitation
from eventapp.registration.queries import (
    categories_of,
    chosen_invitations,
    find_invitations,
    handed_between,
    invitation_of_event,
    invitations_by_state,
    invited_people,
    name_key,
)
from eventapp.registration.words import INVITATION_LABELS, TABLE_FAULTS
from eventapp.web import see_other

# Whom a mail to many goes to: those to whom none was sent, or those who have not answered.
MANY = {"drafted": ("drafted",), "unanswered": ("sent", "opened")}


@blueprint.get("/invitations")
@allow("registrations:read")
def invitations(event: str) -> Response:
    """Everybody who is invited, found by name, address or organisation, state and category."""
    this, chosen = current_event(), _chosen()
    page = find_invitations(this.id, **chosen, page=request.args.get("page", 1, type=int))
    return desk_page(
        "registration/invitations.html",
        page=page,
        pairs=handed_between(page.rows),
        counts=invitations_by_state(this.id),
        categories=categories_of(this.id),
        labels=INVITATION_LABELS,
        kept=_kept(),
        at=now(),
    )


@blueprint.route("/invitations/new", methods=BOTH)
@allow("registrations:change")
def new_invitation(event: str) -> Response:
    """Draft an invitation for one guest."""
    this, back = current_event(), url_for(".invitations", event=event)
    form = InvitationForm(_offered(), zone=this.time_zone)

    def save() -> str:
        category_id, expires_at = form.offered[form.category_id.data], form.expires_at.moment
        actions.add_invitation(this.id, category_id, form.invited(), by=current_actor(), expires_at=expires_at)
        return back

    said = _("Drafted. Nothing was sent yet.")
    return save_form(form, save, title=_("Invite a guest"), label=_("Draft the invitation"), back=back, said=said)


@blueprint.route("/invitations/paste", methods=BOTH)
@allow("registrations:change")
def paste_invitations(event: str) -> Response:
    """Draft many from a table: first shown line by line, then made."""
    this = current_event()
    form = GuestListForm(_offered(), zone=this.time_zone, language=current_language())
    valid = form.validate_on_submit()
    if valid and form.guests() and request.form.get("shown") == _mark(form):
        number = actions.add_invitations(
            this.id,
            form.offered[form.category_id.data],
            form.guests(),
            by=current_actor(),
            expires_at=form.expires_at.moment,
        )
        flash(ngettext("%(num)d invitation was drafted.", "%(num)d invitations were drafted.", number), "good")
        return see_other(url_for(".invitations", event=event, state="drafted"))
    read = {"lines": form.read, "known": _known(form), "faults": TABLE_FAULTS, "shown": _mark(form)} if valid else {}
    status = 422 if form.is_submitted() and not valid else 200
    return desk_page("registration/invite_many.html", status, form=form, **read)


@blueprint.route("/invitations/<public_id>/change", methods=BOTH)
@allow("registrations:change")
def change_invitation(event: str, public_id: str) -> Response:
    """Correct what is known of a guest who has not answered."""
    row, back = _load(public_id), url_for(".invitations", event=event)
    version = version_of(row, INVITATION_VALUES)
    form = InvitationForm(_offered(), row, zone=current_event().time_zone, version=version)

    def save() -> str:
        actions.change_invitation(row.id, by=current_actor(), version=form.version.data, **form.values())
        return back

    about = _("A new address gets a new link; the old one is dead then.")
    return save_form(form, save, title=_("Change the invitation"), label=_("Save"), back=back, about=about)


@blueprint.post("/invitations/<public_id>/send")
@allow("registrations:change")
def send_invitation(event: str, public_id: str) -> Response:
    """Write to one guest: the invitation, or a reminder of it."""
    row, mails = _load(public_id), request.form.get("mails", "")
    seen = int(mails) if mails.isdecimal() and len(mails) < 6 else None
    return _done(lambda: actions.send_invitation(row.id, by=current_actor(), mails=seen), _("The mail is on its way."))


@blueprint.post("/invitations/<public_id>/renew")
@allow("registrations:change")
def renew_invitation(event: str, public_id: str) -> Response:
    """Make a new link; the old one is dead."""
    row = _load(public_id)
    said = _("There is a new link, and the old one is dead. Send the invitation again, so that the guest gets it.")
    return _done(lambda: actions.renew_invitation_link(row.id, by=current_actor()), said)


@blueprint.post("/invitations/<public_id>/delete")
@allow("registrations:change")
def delete_invitation(event: str, public_id: str) -> Response:
    """Take a guest off the list to whom nothing was sent."""
    row = _load(public_id)
    return _done(lambda: actions.delete_invitation(row.id, by=current_actor()), _("The draft is deleted."))


@blueprint.route("/invitations/send/<which>", methods=BOTH)
@allow("registrations:change")
def send_chosen(event: str, which: str) -> Response:
    """Write to all drafted, or to all who have not answered, of those that are shown; first their number."""
    if which not in MANY:
        raise NotFound
    chosen, back = _chosen(), url_for(".invitations", event=event, **_kept())
    ids = chosen_invitations(current_event().id, MANY[which], **chosen)
    form, refusal = DeskForm(version=str(len(ids))), None
    if form.validate_on_submit() and form.version.data == str(len(ids)):
        try:
            return _sent(actions.send_invitations(ids, by=current_actor()), back)
        except Refused as refused:
            refusal = refused
    status = refusal.status if refusal else 409 if form.is_submitted() else 200
    form.version.data = str(len(ids))
    page = {"which": which, "number": len(ids), "back": back, "refusal": refusal}
    return desk_page("registration/send_invitations.html", status, form=form, **page)


def _sent(result: Any, back: str) -> Response:
    flash(ngettext("%(num)d mail is on its way.", "%(num)d mails are on their way.", result.sent), "good")
    if result.passed_over:
        names = some_names(result.passed_over)
        told = _(
            "Not written to, since they answered, got a mail within a day or may no longer accept: %(names)s.",
            names=names,
        )
        flash(told, "warning")
    return see_other(back)


def _done(act: Any, said: str) -> Response:
    """Do it, and back to the list with what became of it."""
    try:
        act()
    except Refused as refusal:
        flash(str(refusal), "danger")
    else:
        flash(said, "good")
    return see_other(url_for(".invitations", event=current_event().slug, **_kept()))


def _load(public_id: str) -> Invitation:
    """An invitation to this event. Raises NotFound for another event's."""
    found = invitation_of_event(current_event().id, public_id)
    if found is None:
        raise NotFound
    return found


def _offered() -> list[Category]:
    """The categories one may be invited to: those only for the invited first."""
    return sorted(categories_of(current_event().id), key=lambda category: category.entry != "invitation")


def _kept() -> dict[str, Any]:
    """What was searched and filtered for, as it stands in links."""
    told = {name: request.args.get(name, "")[:100] for name in ("q", "state", "category")}
    return {name: value for name, value in told.items() if value}


def _chosen() -> dict[str, Any]:
    kept = _kept()
    codes = {category.code: category.id for category in categories_of(current_event().id)}
    return {
        "words": kept.get("q", ""),
        "state": kept.get("state", "") if kept.get("state") in INVITATION_STATES else "",
        "category_id": codes.get(kept.get("category", "")),
    }


def _known(form: GuestListForm) -> set[int]:
    """The numbers of the lines whose guests are on the list already."""
    before = invited_people(current_event().id)
    read = [line for line in form.read if line.guest is not None]
    return {line.number for line in read if (line.guest.email, name_key(line.guest.name)) in before}  # type: ignore[union-attr]


def _mark(form: GuestListForm) -> str:
    """A short name for what the table and its choices say: only what was looked at is made."""
    told = (form.table.data, form.category_id.data, form.language.data, form.expires_at.data)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]
