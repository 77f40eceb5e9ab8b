"""The events somebody works on, and a new one."""

from __future__ import annotations

from flask import Response, url_for
from flask_babel import gettext as _
from flask_login import current_user

from eventapp.access import allow, current_actor
from eventapp.accounts.queries import event_ids_of
from eventapp.events.actions import copy_event, create_event_at
from eventapp.events.forms import NewEventForm
from eventapp.events.manage.pages import BOTH, blueprint
from eventapp.events.queries import events_for_team
from eventapp.events.words import EVENT_STATES
from eventapp.formpage import desk_page, save_form


@blueprint.get("/manage/")
@allow("member")
def desk() -> Response:
    """The events the signed-in user works on."""
    event_ids = None if current_user.is_owner else event_ids_of(current_user.id)
    return desk_page("events/desk.html", events=events_for_team(event_ids), states=EVENT_STATES)


@blueprint.route("/manage/new", methods=BOTH)
@allow("owner")
def new() -> Response:
    """Create an event, from nothing or as a copy of one."""
    form = NewEventForm(events_for_team(None))

    def save() -> str:
        source = form.sources.get(form.source.data)
        if source is None:
            event = create_event_at(form.venue(), by=current_actor(), **form.values())
        else:
            event = copy_event(
                source.id, by=current_actor(), with_people=form.with_people.data, venue=form.venue(), **form.values()
            )
        return url_for(".home", event=event.slug)

    return save_form(
        form,
        save,
        title=_("New event"),
        label=_("Create the event"),
        back=url_for(".desk"),
        said=_("The event was created as a draft: only its team sees it."),
        template="events/new.html",
    )
