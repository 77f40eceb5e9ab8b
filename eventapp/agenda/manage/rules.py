"""The rules about clashes: how strict they are, and what they go by; and the button that mends a clash."""

from __future__ import annotations

from datetime import datetime
from itertools import combinations
from typing import Any

from flask import Response, flash, request, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.agenda import actions
from eventapp.agenda.actions import rules as acting
from eventapp.agenda.clashes import OF_PREPARATION, OF_TIME
from eventapp.agenda.forms.rules import RulesForm, UnavailabilityForm, walks_form
from eventapp.agenda.manage.pages import BOTH, answer, blueprint, load_item, load_session
from eventapp.agenda.models import Unavailability
from eventapp.agenda.queries import terms_of
from eventapp.agenda.queries.clashing import find_unavailability, rules_of, unavailabilities_of, walks_of
from eventapp.changing import version_of
from eventapp.errors import Malformed, NotFound, Refused
from eventapp.events.models import Hall
from eventapp.events.queries import find_hall, halls_of
from eventapp.formpage import save_form
from eventapp.forms import ConfirmForm
from eventapp.people.queries import all_people
from eventapp.web import see_other

RULES = "/manage/<event>/agenda/rules"
AWAY = f"{RULES}/unavailabilities"


@blueprint.get(RULES)
@allow("agenda:read")
def rules(event: str) -> Response:
    """All that the clashes of this event go by."""
    here = current_event()
    halls, terms = halls_of(here.id), terms_of(here.id)
    walks = [(one, other, terms.walks.get(_pair(one, other), 0)) for one, other in combinations(halls, 2)]
    return answer(
        "agenda/rules.html",
        levels=rules_of(here.id),
        groups=((_("Time, place and people"), OF_TIME), (_("What is still to be done"), OF_PREPARATION)),
        halls=halls,
        walks=[walk for walk in walks if walk[2]],
        away=unavailabilities_of(here.id),
        people={person.id: person for person in all_people()},
        hall_names={hall.id: hall for hall in halls},
    )


@blueprint.route(f"{RULES}/change", methods=BOTH)
@allow("agenda:change")
def change_rules(event: str) -> Response:
    """Set how strict each rule is, and the hours of a day."""
    here, back = current_event(), url_for(".rules", event=event)
    form = RulesForm(rules_of(here.id))

    def save() -> str:
        acting.set_rules(here.id, by=current_actor(), version=form.version.data, **form.rules())
        return back

    about = _(
        "Block: nobody may make such a clash, and nothing is released while there is one. Warn: whoever makes one is asked."
    )
    return save_form(form, save, title=_("Rules about clashes"), label=_("Save"), back=back, about=about)


@blueprint.route(f"{RULES}/halls/<hall>", methods=BOTH)
@allow("agenda:change")
def change_walks(event: str, hall: str) -> Response:
    """Say how many minutes it takes from one hall to the others."""
    here, back = _load_hall(hall), f"{url_for('.rules', event=event)}#walks"
    others = [other for other in halls_of(here.event_id) if other.id != here.id]
    known = walks_of(here.id)
    form = walks_form(others, known)
    form.version.data = form.version.data or ",".join(str(known.get(other.id, 0)) for other in others)

    def save() -> str:
        minutes = {other.id: form[f"to_{other.public_id}"].data or 0 for other in others}
        acting.set_walks(here.id, by=current_actor(), minutes=minutes, version=_seen(form.version.data, others))
        return back

    about = _("Minutes on foot, either way. Empty: no time at all.")
    title = _("Ways from %(hall)s", hall=here.name)
    return save_form(form, save, title=title, label=_("Save"), back=back, about=about)


@blueprint.route(f"{AWAY}/new", methods=BOTH)
@allow("agenda:change")
def new_unavailability(event: str) -> Response:
    here, back = current_event(), _away_address(event)
    form = UnavailabilityForm(here, all_people(), halls_of(here.id))

    def save() -> str:
        acting.add_unavailability(here.id, by=current_actor(), **form.values())
        return back

    return save_form(form, save, title=_("Not available"), label=_("Add"), back=back)


@blueprint.route(f"{AWAY}/<unavailability>/change", methods=BOTH)
@allow("agenda:change")
def change_unavailability(event: str, unavailability: str) -> Response:
    row, here, back = _load_away(unavailability), current_event(), _away_address(event)
    form = UnavailabilityForm(here, all_people(), halls_of(here.id), row)

    def save() -> str:
        acting.change_unavailability(row.id, by=current_actor(), version=form.version.data, **form.values())
        return back

    return save_form(form, save, title=_("Not available"), label=_("Save"), back=back)


@blueprint.route(f"{AWAY}/<unavailability>/remove", methods=BOTH)
@allow("agenda:change")
def remove_unavailability(event: str, unavailability: str) -> Response:
    row, back = _load_away(unavailability), _away_address(event)
    form = ConfirmForm(version=version_of(row, acting.AWAY_VALUES))

    def save() -> str:
        acting.remove_unavailability(row.id, by=current_actor(), version=form.version.data)
        return back

    title = _("Available after all?")
    return save_form(form, save, title=title, label=_("Remove the note"), back=back, danger=True)


@blueprint.post("/manage/<event>/agenda/mend")
@allow("agenda:change")
def mend(event: str) -> Response:
    """Do what a clash suggests: move a session, let it end later, or put an item's people into their order."""
    verb, row = request.form.get("verb", ""), load_session(request.form.get("session", ""))
    asked: dict[str, Any] = {"by": current_actor(), "sequence": _number(request.form.get("sequence", ""))}
    try:
        if verb == "order":
            actions.order_people(load_item(row.public_id, request.form.get("item", ""))[1].id, **asked)
        elif verb in ("move", "resize"):
            hall = request.form.get("hall", "")
            place: dict[str, Any] = {name: _moment(request.form.get(name, "")) for name in ("starts_at", "ends_at")}
            actions.move_session(row.id, hall_id=_load_hall(hall).id if hall else None, **place, **asked)
        else:
            raise Malformed
    except Refused as refusal:
        if refusal.status in (400, 404):
            raise
        flash(str(refusal), "warning")
    else:
        flash(_("Done."), "good")
    return see_other(url_for(".agenda", event=event))


def _pair(one: Hall, other: Hall) -> tuple[int, int]:
    return min(one.id, other.id), max(one.id, other.id)


def _seen(version: str, others: list[Hall]) -> dict[int, int]:
    """The minutes that were looked at, from the form's hidden field; a damaged one matches nothing."""
    numbers = [_number(part) for part in version.split(",")]
    if len(numbers) != len(others):
        return {other.id: -1 for other in others}
    return {other.id: number for other, number in zip(others, numbers, strict=True)}


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Malformed from None
    if moment.tzinfo is None:
        raise Malformed
    return moment


def _load_hall(public_id: str) -> Hall:
    row = find_hall(current_event().id, public_id)
    if row is None:
        raise NotFound
    return row


def _load_away(public_id: str) -> Unavailability:
    row = find_unavailability(current_event().id, public_id)
    if row is None:
        raise NotFound
    return row


def _away_address(event: str) -> str:
    return f"{url_for('.rules', event=event)}#away"
