"""Who works on an event: its team, and the programs that hold a token."""

from __future__ import annotations

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.accounts import actions
from eventapp.accounts.forms import MemberForm, RoleForm, TokenForm
from eventapp.accounts.models import ApiToken, TeamMember
from eventapp.accounts.queries import find_member, find_token, team_of, tokens_of
from eventapp.accounts.roles import ROLE_LABELS, ROLE_MEANINGS, SCOPES
from eventapp.agenda.queries.scopes import limited_editors
from eventapp.clock import now
from eventapp.errors import NotFound, Refused
from eventapp.formpage import desk_page, save_form
from eventapp.forms import ConfirmForm
from eventapp.i18n import current_language

blueprint = Blueprint("accounts_manage", __name__, url_prefix="/manage/<event>")

BOTH = ["GET", "POST"]


@blueprint.get("/team")
@allow("team:change")
def team(event: str) -> Response:
    """Everybody in the team, with what each role may do."""
    members, limited = team_of(current_event().id), limited_editors(current_event().id)
    return desk_page("accounts/team.html", members=members, limited=limited, roles=ROLE_LABELS, meanings=ROLE_MEANINGS)


@blueprint.route("/team/add", methods=BOTH)
@allow("team:change")
def add_member(event: str) -> Response:
    """Add somebody by e-mail address; a sign-in link is mailed."""
    form, back = MemberForm(), url_for(".team", event=event)

    def save() -> str:
        actions.invite_member(
            current_event().id, form.email.data, form.role.data, by=current_actor(), language=current_language()
        )
        return back

    return save_form(
        form,
        save,
        title=_("Add to the team"),
        label=_("Add and send a sign-in link"),
        back=back,
        said=_("A sign-in link is on its way. It works for an hour; a new one can be asked for on the sign-in page."),
    )


@blueprint.route("/team/<member>/role", methods=BOTH)
@allow("team:change")
def change_role(event: str, member: str) -> Response:
    """Give a member another role."""
    row = _load(member)
    form, back = RoleForm(version=row.role, role=row.role), url_for(".team", event=event)

    def save() -> str:
        actions.change_role(row.event_id, row.user_id, form.role.data, by=current_actor(), was=form.version.data)
        return back

    return save_form(form, save, title=_("Change the role"), label=_("Save"), back=back, about=row.user.shown_name)


@blueprint.route("/team/<member>/remove", methods=BOTH)
@allow("team:change")
def remove_member(event: str, member: str) -> Response:
    """Take somebody out of the team."""
    row, form, back = _load(member), ConfirmForm(), url_for(".team", event=event)

    def save() -> str:
        actions.remove_member(row.event_id, row.user_id, by=current_actor())
        return back

    about = _("%(name)s can no longer open this event's desk.", name=row.user.shown_name)
    title = _("Remove from the team?")
    return save_form(form, save, title=title, label=_("Remove"), back=back, about=about, danger=True)


@blueprint.get("/tokens")
@allow("team:change")
def tokens(event: str) -> Response:
    """The keys of programs, with what each may do and when it was used last."""
    return desk_page("accounts/tokens.html", tokens=tokens_of(current_event().id), scopes=SCOPES, now=now())


@blueprint.route("/tokens/new", methods=BOTH)
@allow("team:change")
def new_token(event: str) -> Response:
    """Make a key; its secret stands on the page that answers, and never again."""
    this = current_event()
    form, back = TokenForm(zone=this.time_zone), url_for(".tokens", event=event)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            token, secret = actions.make_token(
                this.id, form.name.data, form.scopes.data, form.expires_at.moment, by=current_actor()
            )
            return desk_page("accounts/token.html", token=token, secret=secret)
        except Refused as refusal:
            form.refuse(refusal)
            status = refusal.status
    page = {"title": _("New token"), "label": _("Make the token"), "back": back}
    return desk_page("layouts/desk_form.html", status, form=form, **page)


@blueprint.route("/tokens/<public_id>/revoke", methods=BOTH)
@allow("team:change")
def revoke_token(event: str, public_id: str) -> Response:
    """Let a key open nothing any more."""
    row, form, back = _token(public_id), ConfirmForm(), url_for(".tokens", event=event)

    def save() -> str:
        actions.revoke_token(row.id, by=current_actor())
        return back

    about = _("The program that uses “%(name)s” is refused at once, and for good.", name=row.name)
    return save_form(form, save, title=_("Revoke this token?"), label=_("Revoke"), back=back, about=about, danger=True)


def _token(public_id: str) -> ApiToken:
    row = find_token(current_event().id, public_id)
    if row is None:
        raise NotFound
    return row


def _load(public_id: str) -> TeamMember:
    row = find_member(current_event().id, public_id)
    if row is None:
        raise NotFound
    return row
