"""The organisers' desk: their events, an event's overview, the banner, the audit trail."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from eventapp.access import allow, current_actor, current_event
from eventapp.accounts.queries import audit_trail, event_ids_of, user_names
from eventapp.checkin.queries import admitted_people, counts_of
from eventapp.events.actions import set_banner
from eventapp.events.forms import BannerForm
from eventapp.events.queries import events_for_team
from eventapp.messaging.queries import count_failed
from eventapp.registration.queries import categories_of, counts_by_state
from eventapp.web import no_store, see_other

blueprint = Blueprint("events_manage", __name__)


@blueprint.get("/manage/")
@allow("member")
def desk() -> Response:
    """The events the signed-in user works on."""
    event_ids = None if current_user.is_owner else event_ids_of(current_user.id)
    return no_store(make_response(render_template("events/desk.html", events=events_for_team(event_ids))))


@blueprint.get("/manage/<event>/")
@allow("event:read")
def home(event: str) -> Response:
    """Where the event stands at this moment."""
    this = current_event()
    page = render_template(
        "events/overview.html",
        event=this,
        counts=counts_by_state(this.id),
        admitted=admitted_people(this.id),
        checkpoints=counts_of(this.id),
        categories=categories_of(this.id),
        failed_messages=count_failed(this.id),
    )
    return no_store(make_response(page))


@blueprint.route("/manage/<event>/banner", methods=["GET", "POST"])
@allow("event:change")
def banner(event: str) -> Response:
    """A line on the site and on every pass, at once."""
    this = current_event()
    form = BannerForm(obj=this)
    if form.validate_on_submit():
        set_banner(this.id, form.banner_en.data or "", form.banner_zh.data or "", by=current_actor())
        flash(_("The announcement is on the site and on every pass now."), "good")
        return see_other(url_for("events_manage.home", event=event))
    page = render_template("events/banner.html", event=this, form=form)
    return no_store(make_response(page, 422 if form.is_submitted() else 200))


@blueprint.get("/manage/<event>/audit")
@allow("audit:read")
def audit(event: str) -> Response:
    """Who did what, the newest first."""
    this = current_event()
    entries = audit_trail(this.id)
    names = user_names({entry.actor_id for entry in entries if entry.actor_kind == "user" and entry.actor_id})
    return no_store(make_response(render_template("events/audit.html", event=this, entries=entries, names=names)))
