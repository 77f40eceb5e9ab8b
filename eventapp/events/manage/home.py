"""Where an event stands, and where everything about it is set up."""

from __future__ import annotations

from flask import Response

from eventapp.access import allow, current_event
from eventapp.agenda.queries import number_of_clashes
from eventapp.agenda.queries.notices import release_to_tell
from eventapp.checkin.queries import admitted_people, counts_of
from eventapp.events.manage.checklist import missing_languages, set_up_steps
from eventapp.events.manage.pages import blueprint
from eventapp.events.words import EVENT_STATES
from eventapp.formpage import desk_page
from eventapp.messaging.queries import count_failed
from eventapp.registration.queries import categories_of, counts_by_state


@blueprint.get("/manage/<event>/")
@allow("event:read")
def home(event: str) -> Response:
    """Three numbers, and the things to do next."""
    this = current_event()
    return desk_page(
        "events/overview.html",
        counts=counts_by_state(this.id),
        admitted=admitted_people(this.id),
        checkpoints=counts_of(this.id),
        categories=categories_of(this.id),
        failed_messages=count_failed(this.id),
        clashes=number_of_clashes(this.id),
        to_tell=release_to_tell(this.id),
        steps=set_up_steps(this),
        untranslated=missing_languages(this),
        states=EVENT_STATES,
    )


@blueprint.get("/manage/<event>/settings")
@allow("event:read")
def settings(event: str) -> Response:
    """Everything that is set up before guests come, each with a sentence."""
    return desk_page("events/settings.html")
