"""The tracks of an event, and the editors who look after some of them."""

from __future__ import annotations

from flask import Response, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.accounts.queries import find_member
from eventapp.agenda import actions
from eventapp.agenda.forms.arranging import LimitsForm, TrackForm
from eventapp.agenda.manage.pages import BOTH, blueprint
from eventapp.agenda.models import Track
from eventapp.agenda.queries.arranging import find_track, sessions_of_track, tracks_of
from eventapp.agenda.queries.scopes import limits_of
from eventapp.changing import version_of
from eventapp.errors import NotFound
from eventapp.events.queries import halls_of
from eventapp.formpage import asked_direction, desk_page, save_form
from eventapp.forms import ConfirmForm
from eventapp.web import see_other

TRACK = "/manage/<event>/agenda/tracks/<track>"


@blueprint.get("/manage/<event>/agenda/tracks")
@allow("agenda:read")
def tracks(event: str) -> Response:
    """The tracks in their order, with how many sessions each has."""
    rows = tracks_of(current_event().id)
    numbers = {row.id: len(sessions_of_track(row.id)) for row in rows}
    return desk_page("agenda/tracks.html", tracks=rows, numbers=numbers)


@blueprint.route("/manage/<event>/agenda/tracks/new", methods=BOTH)
@allow("agenda:change")
def new_track(event: str) -> Response:
    form, back = TrackForm(), url_for(".tracks", event=event)

    def save() -> str:
        actions.add_track(current_event().id, by=current_actor(), **form.values())
        return back

    return save_form(form, save, title=_("New track"), label=_("Add the track"), back=back)


@blueprint.route(f"{TRACK}/change", methods=BOTH)
@allow("agenda:change")
def change_track(event: str, track: str) -> Response:
    row = _load(track)
    form, back = TrackForm(row), url_for(".tracks", event=event)

    def save() -> str:
        actions.change_track(row.id, by=current_actor(), version=form.version.data, **form.values())
        return back

    return save_form(form, save, title=_("Change the track"), label=_("Save"), back=back, about=str(row.name))


@blueprint.post(f"{TRACK}/step")
@allow("agenda:change")
def step_track(event: str, track: str) -> Response:
    """Move a track up or down by one place."""
    actions.move_track(_load(track).id, asked_direction(), by=current_actor())
    return see_other(f"{url_for('.tracks', event=event)}#track-{track}")


@blueprint.route(f"{TRACK}/remove", methods=BOTH)
@allow("agenda:change")
def remove_track(event: str, track: str) -> Response:
    row = _load(track)
    form = ConfirmForm(version=version_of(row, TrackForm.columns))
    back = url_for(".tracks", event=event)

    def save() -> str:
        actions.remove_track(row.id, by=current_actor(), version=form.version.data)
        return back

    about = _("The sessions of “%(name)s” stay; they are of no track then.", name=row.name)
    return save_form(form, save, title=_("Remove the track?"), label=_("Remove"), back=back, about=about, danger=True)


@blueprint.route("/manage/<event>/team/<member>/agenda", methods=BOTH)
@allow("team:change")
def limit_editor(event: str, member: str) -> Response:
    """Choose which tracks and halls an editor may change."""
    here, row = current_event(), find_member(current_event().id, member)
    if row is None:
        raise NotFound
    form = LimitsForm(tracks_of(here.id), halls_of(here.id), limits_of(here.id, row.user_id))
    back = url_for("accounts_manage.team", event=event)

    def save() -> str:
        actions.limit_editor(here.id, row.user_id, by=current_actor(), version=form.version.data, **form.chosen())
        return back

    about = _(
        "%(name)s may change sessions of these tracks, and sessions in these halls. With nothing ticked: all sessions. It holds while their role is agenda editor.",
        name=row.user.shown_name,
    )
    return save_form(form, save, title=_("What this editor may change"), label=_("Save"), back=back, about=about)


def _load(public_id: str) -> Track:
    row = find_track(current_event().id, public_id)
    if row is None:
        raise NotFound
    return row
