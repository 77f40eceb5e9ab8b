"""What the site says and how it looks, where the event is, and the announcement."""

from __future__ import annotations

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.errors import NotFound
from eventapp.events import actions
from eventapp.events.forms import BannerForm, DetailsForm, VenueForm
from eventapp.events.lattice import PATTERNS, lattice_svg
from eventapp.events.manage.pages import BOTH, blueprint
from eventapp.events.models import Venue
from eventapp.formpage import save_form
from eventapp.web import no_store, see_other


@blueprint.route("/manage/<event>/details", methods=BOTH)
@allow("event:change")
def details(event: str) -> Response:
    """Names and texts, times, registration, colour and cover."""
    this = current_event()
    form = DetailsForm(this)

    def save() -> str:
        actions.change_details(this.id, by=current_actor(), version=form.version.data, **form.values())
        return url_for(".details", event=event)

    back = url_for(".settings", event=event)
    return save_form(form, save, title=_("Details"), label=_("Save"), back=back, template="events/details.html")


@blueprint.get("/manage/<event>/cover/<pattern>")
@allow("event:read")
def cover_pattern(event: str, pattern: str) -> Response:
    """The cover with one pattern, or with the one that the address chooses, to choose from."""
    if pattern not in (*PATTERNS, "chosen"):
        raise NotFound
    this = current_event()
    drawn = lattice_svg(this.slug, this.colour, pattern if pattern in PATTERNS else None)
    response = no_store(make_response(drawn))
    response.mimetype = "image/svg+xml"
    return response


@blueprint.route("/manage/<event>/venue", methods=BOTH)
@allow("event:change")
def venue(event: str) -> Response:
    """Where the event takes place."""
    this = current_event()
    form = VenueForm(this.venue or Venue.empty())

    def save() -> str:
        actions.set_venue(this.id, by=current_actor(), version=form.version.data, **form.values())
        return url_for(".venue", event=event)

    back = url_for(".settings", event=event)
    return save_form(form, save, title=_("Venue"), label=_("Save"), back=back, template="events/venue.html")


@blueprint.route("/manage/<event>/banner", methods=BOTH)
@allow("event:change")
def banner(event: str) -> Response:
    """A line on the site and on every pass, at once."""
    this = current_event()
    form = BannerForm(obj=this)
    if form.validate_on_submit():
        actions.set_banner(this.id, form.banner_en.data or "", form.banner_zh.data or "", by=current_actor())
        flash(_("The announcement is on the site and on every pass now."), "good")
        return see_other(url_for("events_manage.home", event=event))
    page = render_template("events/banner.html", event=this, form=form)
    return no_store(make_response(page, 422 if request.method == "POST" else 200))
