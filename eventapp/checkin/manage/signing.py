"""The sign-in list, to be printed."""

from __future__ import annotations

from flask import Response, request

from eventapp.access import allow, current_event
from eventapp.checkin.manage.pages import blueprint
from eventapp.checkin.queries import sign_in_list
from eventapp.clock import now
from eventapp.formpage import desk_page
from eventapp.registration.queries import categories_of


@blueprint.get("/list")
@allow("checkin:read")
def paper_list(event: str) -> Response:
    """Everybody who has a place, by pinyin, with room for a tick and a signature: paper for when nothing else works."""
    this = current_event()
    categories = categories_of(this.id)
    chosen = next((row for row in categories if row.code == request.args.get("category")), None)
    groups = sign_in_list(this.id, chosen.id if chosen else None)
    return desk_page(
        "checkin/sign_in_list.html",
        groups=groups,
        total=sum(len(lines) for _letter, lines in groups),
        categories=categories,
        chosen=chosen,
        at=now(),
    )
