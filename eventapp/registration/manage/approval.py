"""The team decides on those who await approval, one or many at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventapp.access import allow, current_actor, current_event
from eventapp.checkin.queries import checkpoints_of
from eventapp.errors import Malformed, NotFound, Refused
from eventapp.formpage import desk_page
from eventapp.registration import actions
from eventapp.registration.actions.decisions import Decided
from eventapp.registration.forms import DecisionForm
from eventapp.registration.manage.chosen import Chosen
from eventapp.registration.manage.pages import BOTH, blueprint, some_names
from eventapp.registration.manage.registrations import registration_page
from eventapp.registration.models import Registration
from eventapp.registration.queries import pending_of, registration_of_event
from eventapp.web import see_other

DECISIONS = ("approve", "decline")
# So many are decided on at once; the rest of a longer list afterwards.
MOST = 500


@blueprint.post("/registrations/<public_id>/approval")
@allow("registrations:change")
def approval(event: str, public_id: str) -> Response:
    """Approve or decline one who awaits it, with words to the guest; open further doors to the press."""
    found = registration_of_event(current_event().id, public_id)
    if found is None:
        raise NotFound
    number, form = found.id, DecisionForm(doors_for([found]))
    if not form.validate_on_submit():
        return registration_page(found, decision_form=form, status=422)
    try:
        if _decision() == "approve":
            actions.approve_with_reason(number, form.reason(), by=current_actor(), zones=_zones(form))
        else:
            actions.decline_with_reason(number, form.reason(), by=current_actor())
    except Refused as refusal:
        form.refuse(refusal)
        again = registration_of_event(current_event().id, public_id)
        return registration_page(again or found, decision_form=form, status=refusal.status)
    flash(_("Done. The guest is told by mail if there is an address."), "good")
    return see_other(url_for("registration_manage.registration", event=event, public_id=public_id))


@blueprint.route("/registrations/approval", methods=BOTH)
@allow("registrations:change")
def approve_many(event: str) -> Response:
    """Decide on those that were ticked, or on all that the list shows; first their number."""
    this = current_event()
    chosen = Chosen.read(this.id, request.values)
    back = url_for("registration_manage.registrations", event=event, **chosen.kept)
    asked = _asked(this.id, chosen)
    form = DecisionForm(doors_for(asked.rows))
    if form.validate_on_submit():
        decision = _decision()
        result = actions.decide_on_many(
            this.id, asked.ids, decision, form.reason(), by=current_actor(), zones=_zones(form)
        )
        _tell(decision, result)
        return see_other(back)
    status = 422 if form.is_submitted() else 200
    page = {"form": form, "asked": asked, "chosen": chosen, "back": back, "most": MOST}
    return desk_page("registration/approve_many.html", status, **page)


@dataclass(frozen=True)
class Asked:
    """Those to decide on: by public id, as far as they await it; and how many were ticked or shown."""

    ids: list[str]
    rows: Sequence[Registration]
    ticked: int


def doors_for(rows: Iterable[Registration]) -> dict[str, str]:
    """The event's checkpoints by code, where somebody of the press is among these registrations."""
    if not any(row.category.for_press for row in rows):
        return {}
    return {row.code: str(row.name) for row in checkpoints_of(current_event().id)}


def _asked(event_id: int, chosen: Chosen) -> Asked:
    if request.method == "POST":
        # What was shown is decided on, also whoever changed meanwhile: they are named afterwards.
        ids = request.form.get("ids", "").split(",")[:MOST]
        return Asked(ids, pending_of(event_id, ids), len(ids))
    if "all" in request.args:
        every: dict[str, Any] = {"words": chosen.words, "state": chosen.state, "category_id": chosen.category_id}
        rows = pending_of(event_id, None, limit=MOST, **every)
        return Asked([row.public_id for row in rows], rows, len(rows))
    ticked = request.args.getlist("chosen")[:MOST]
    rows = pending_of(event_id, ticked)
    return Asked([row.public_id for row in rows], rows, len(ticked))


def _decision() -> str:
    decision = request.form.get("decision", "")
    if decision not in DECISIONS:
        raise Malformed
    return decision


def _zones(form: DecisionForm) -> list[int]:
    chosen = set(form.chosen_zones())
    return [row.id for row in checkpoints_of(current_event().id) if row.code in chosen] if chosen else []


def _tell(decision: str, result: Decided) -> None:
    if decision == "approve":
        said = ngettext("%(num)d registration was approved.", "%(num)d registrations were approved.", result.done)
    else:
        said = ngettext("%(num)d registration was declined.", "%(num)d registrations were declined.", result.done)
    flash(said, "good")
    if result.passed_over:
        told = _(
            "Passed over, because they no longer awaited approval: %(names)s.", names=some_names(result.passed_over)
        )
        flash(told, "warning")
