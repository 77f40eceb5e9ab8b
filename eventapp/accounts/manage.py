"""The team of an event: who belongs to it, and what each may do."""

from __future__ import annotations

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.accounts import actions
from eventapp.accounts.forms import MemberForm, RoleForm
from eventapp.accounts.models import TeamMember
from eventapp.accounts.queries import find_member, team_of
from eventapp.accounts.roles import ROLE_LABELS, ROLE_MEANINGS
from eventapp.errors import NotFound
from eventapp.formpage import desk_page, save_form
from eventapp.forms import ConfirmForm
from eventapp.i18n import current_language

blueprint = Blueprint("accounts_manage", __name__, url_prefix="/manage/<event>/team")

BOTH = ["GET", "POST"]


@blueprint.get("")
@allow("team:change")
def team(event: str) -> Response:
    """Everybody in the team, with what each role may do."""
    members = team_of(current_event().id)
    return desk_page("accounts/team.html", members=members, roles=ROLE_LABELS, meanings=ROLE_MEANINGS)


@blueprint.route("/add", methods=BOTH)
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


@blueprint.route("/<member>/role", methods=BOTH)
@allow("team:change")
def change_role(event: str, member: str) -> Response:
    """Give a member another role."""
    row = _load(member)
    form, back = RoleForm(version=row.role, role=row.role), url_for(".team", event=event)

    def save() -> str:
        actions.change_role(row.event_id, row.user_id, form.role.data, by=current_actor(), was=form.version.data)
        return back

    return save_form(form, save, title=_("Change the role"), label=_("Save"), back=back, about=row.user.shown_name)


@blueprint.route("/<member>/remove", methods=BOTH)
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


def _load(public_id: str) -> TeamMember:
    row = find_member(current_event().id, public_id)
    if row is None:
        raise NotFound
    return row
