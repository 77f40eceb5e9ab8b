"""The people of an event: who speaks, and where."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from eventapp.access import allow, current_event, shows_draft
from eventapp.agenda import words
from eventapp.agenda.queries import agenda_of, sessions_with, speakers_of
from eventapp.clock import now
from eventapp.errors import NotFound
from eventapp.kept_pages import keep_for_guests
from eventapp.people.queries import find_person, hidden_person_ids, people_of

blueprint = Blueprint("people", __name__)


@blueprint.get("/e/<event>/speakers")
@allow("public")
@keep_for_guests
def speakers(event: str) -> Response:
    """Everybody who takes part, in the order set by hand."""
    here = current_event()
    page = render_template("people/speakers.html", event=here, people=speakers_of(here, now(), draft=shows_draft()))
    return _revalidated(page)


@blueprint.get("/e/<event>/speakers/<person>")
@allow("public")
@keep_for_guests
def person(event: str, person: str) -> Response:
    """One person and the sessions they appear in; nobody who is undisclosed or not of this event."""
    here, at = current_event(), now()
    found = find_person(person) if person.isalnum() else None
    if found is None or found.id in hidden_person_ids(here.id, at):
        raise NotFound
    sessions = sessions_with(agenda_of(here, at, draft=shows_draft()), found)
    if not sessions and found.id not in {row.person_id for row in people_of(here.id, disclosed_at=at)}:
        raise NotFound
    return _revalidated(render_template("people/person.html", event=here, person=found, sessions=sessions, words=words))


def _revalidated(page: str) -> Response:
    """Answer 304 when the visitor already has exactly this page."""
    response = make_response(page)
    response.add_etag()
    response.make_conditional(request)
    return response
