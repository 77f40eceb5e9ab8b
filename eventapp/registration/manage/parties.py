"""The team's pages about parties."""

from __future__ import annotations

from flask import Response

from eventapp.access import allow, current_event
from eventapp.accounts.queries import history_of, user_names
from eventapp.checkin.queries import came_by_party, came_of_party
from eventapp.errors import NotFound
from eventapp.formpage import desk_page
from eventapp.registration.manage.pages import blueprint
from eventapp.registration.queries import members_of, parties_of, party_of_event, waiting_positions
from eventapp.registration.states import LABELS
from eventapp.registration.words import ROLE_LABELS


@blueprint.get("/parties")
@allow("registrations:read")
def parties(event: str) -> Response:
    """Every party with its contact, how many come, how many have a place and how many are here."""
    this = current_event()
    return desk_page("registration/parties.html", rows=parties_of(this.id), came=came_by_party(this.id))


@blueprint.get("/parties/<public_id>")
@allow("registrations:read")
def party(event: str, public_id: str) -> Response:
    """One party with its members, who of them is here, and its history."""
    found = party_of_event(current_event().id, public_id)
    if found is None:
        raise NotFound
    members, history = members_of(found.id), history_of("parties", found.id)
    return desk_page(
        "registration/party_detail.html",
        party=found,
        members=members,
        positions=waiting_positions(members),
        came=came_of_party(found.id),
        states=LABELS,
        roles=ROLE_LABELS,
        history=history,
        names=user_names({entry.actor_id for entry in history if entry.actor_kind == "user" and entry.actor_id}),
    )
