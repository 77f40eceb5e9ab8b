"""The people of an event, in the order guests see them."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.clock import now
from eventapp.errors import NotFound
from eventapp.formpage import asked_direction, desk_page, save_form
from eventapp.forms import ConfirmForm
from eventapp.people import actions
from eventapp.people.forms import PersonForm, PickForm, SearchForm
from eventapp.people.models import EventPerson
from eventapp.people.queries import find_event_person, people_of, search_people
from eventapp.web import see_other

blueprint = Blueprint("people_manage", __name__, url_prefix="/manage/<event>/people")

BOTH = ["GET", "POST"]


@blueprint.get("")
@allow("agenda:read")
def people(event: str) -> Response:
    """Everybody who is named in the event, also who is undisclosed."""
    rows = people_of(current_event().id, disclosed_at=None)
    return desk_page("people/desk.html", rows=rows, at=now())


@blueprint.route("/add", methods=BOTH)
@allow("agenda:change")
def pick(event: str) -> Response:
    """Look somebody up in the directory, and name them in the event."""
    this, words = current_event(), request.args.get("q", "")[:100]
    there = {row.person_id for row in people_of(this.id, disclosed_at=None)}
    found = search_people(words)
    form = PickForm(this.time_zone, [person for person in found if person.id not in there])
    back = url_for(".people", event=event)

    def save() -> str:
        until = form.undisclosed_until.moment
        actions.place_person(this.id, form.chosen().id, by=current_actor(), undisclosed_until=until)
        return back

    return save_form(
        form,
        save,
        title=_("Add from the directory"),
        label=_("Add"),
        back=back,
        template="people/pick.html",
        search=SearchForm(request.args),
        words=words,
        already=[person for person in found if person.id in there],
    )


@blueprint.route("/new", methods=BOTH)
@allow("agenda:change")
def new_person(event: str) -> Response:
    """Add somebody to the directory, and name them in the event."""
    this = current_event()
    form, back = PersonForm(this.time_zone), url_for(".people", event=event)

    def save() -> str:
        actions.add_person_to_event(this.id, by=current_actor(), **form.values())
        return back

    return save_form(form, save, title=_("New person"), label=_("Add the person"), back=back)


@blueprint.route("/<person>/change", methods=BOTH)
@allow("agenda:change")
def change_person(event: str, person: str) -> Response:
    row = _load(person)
    form, back = PersonForm(current_event().time_zone, row), url_for(".people", event=event)

    def save() -> str:
        actions.change_person_in_event(row.id, by=current_actor(), version=form.version.data, **form.values())
        return back

    about = _("Name, position and biography are those of the directory, for all events.")
    return save_form(form, save, title=str(row.person.shown_name), label=_("Save"), back=back, about=about)


@blueprint.post("/<person>/step")
@allow("agenda:change")
def step_person(event: str, person: str) -> Response:
    """Move somebody up or down by one place."""
    actions.move_person(_load(person).id, asked_direction(), by=current_actor())
    return see_other(f"{url_for('.people', event=event)}#person-{person}")


@blueprint.route("/<person>/remove", methods=BOTH)
@allow("agenda:change")
def remove_person(event: str, person: str) -> Response:
    row, form, back = _load(person), ConfirmForm(), url_for(".people", event=event)

    def save() -> str:
        actions.remove_person(row.id, by=current_actor())
        return back

    about = _(
        "“%(name)s” will no longer be named in this event. The entry stays in the directory.",
        name=row.person.shown_name,
    )
    return save_form(
        form, save, title=_("Remove from the event?"), label=_("Remove"), back=back, about=about, danger=True
    )


def _load(public_id: str) -> EventPerson:
    row = find_event_person(current_event().id, public_id)
    if row is None:
        raise NotFound
    return row
