"""The team's page about the waiting list of a category."""

from __future__ import annotations

from flask import Response, request

from eventapp.access import allow, current_event
from eventapp.errors import NotFound
from eventapp.formpage import desk_page
from eventapp.registration.manage.pages import blueprint
from eventapp.registration.queries import categories_of, offers_in, waiting_page


@blueprint.get("/categories/<public_id>/waiting")
@allow("registrations:read")
def waiting(event: str, public_id: str) -> Response:
    """Who waits in which order, who waits with whom, and which offers are open."""
    category = next((row for row in categories_of(current_event().id) if row.public_id == public_id), None)
    if category is None:
        raise NotFound
    page, positions = waiting_page(category.id, request.args.get("page", 1, type=int))
    return desk_page(
        "registration/waiting.html", category=category, page=page, positions=positions, offers=offers_in(category.id)
    )
