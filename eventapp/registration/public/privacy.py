"""What an event tells everybody about data: the privacy notice, and the list of those who agreed to be named."""

from __future__ import annotations

from flask import Response, make_response, render_template, request

from eventapp.access import allow, current_event
from eventapp.errors import NotFound
from eventapp.i18n import current_language
from eventapp.kept_pages import keep_for_guests
from eventapp.prose import render_prose
from eventapp.registration.models import PrivacyNotice
from eventapp.registration.public.pages import blueprint
from eventapp.registration.queries import asks_for_list, current_notice, notice_of_version
from eventapp.registration.queries import participants as listed_participants
from eventapp.registration.queries.privacy import told_by


@blueprint.get("/e/<event>/privacy")
@allow("public")
@keep_for_guests
def privacy(event: str) -> str:
    """The notice in force, with its version and fingerprint."""
    return _notice_page(current_notice(current_event().id), in_force=True)


@blueprint.get("/e/<event>/privacy/<int:version>")
@allow("public")
def privacy_version(event: str, version: int) -> str:
    """One version of the notice: guests agreed to the one they read."""
    this = current_event()
    notice, latest = notice_of_version(this.id, min(version, 2**31 - 1)), current_notice(this.id)
    if notice is None or latest is None:
        raise NotFound
    return _notice_page(notice, in_force=notice.id == latest.id)


@blueprint.get("/e/<event>/participants")
@allow("public")
def participants(event: str) -> Response:
    """Those who agreed to it, if the event has such a list; no search engine keeps it."""
    this = current_event()
    asked = asks_for_list(this)
    page = listed_participants(this.id, request.args.get("page", 1, type=int)) if asked else None
    response = make_response(render_template("registration/participants.html", event=this, asked=asked, page=page))
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _notice_page(notice: PrivacyNotice | None, *, in_force: bool) -> str:
    this, language = current_event(), current_language()
    return render_template(
        "registration/privacy.html",
        event=this,
        shown=notice,
        in_force=in_force,
        told=told_by(notice) if notice else None,
        body=render_prose(notice.body.here(language)) if notice else "",
        lists_participants=notice is not None and asks_for_list(this),
    )
