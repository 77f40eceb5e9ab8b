"""The team's pages about registrations."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.accounts.queries import history_of, user_names
from eventapp.checkin.queries import admissions_of, checkpoints_of
from eventapp.errors import NotFound, Refused
from eventapp.passes.queries import code_digits
from eventapp.registration import actions
from eventapp.registration.forms import DecisionForm, NoteForm, ReasonForm
from eventapp.registration.manage.answers import answers_part
from eventapp.registration.manage.chosen import Chosen
from eventapp.registration.manage.pages import blueprint
from eventapp.registration.models import Registration
from eventapp.registration.queries import find_registrations, registration_of_event
from eventapp.registration.queries.consents import choices_of
from eventapp.registration.states import ALIVE, LABELS, may_become
from eventapp.web import no_store, see_other

DECISIONS: dict[str, Callable[..., Registration]] = {
    "offer": actions.offer_place,
    "cancel": actions.cancel_registration,
    "reissue": actions.reissue_pass,
}
WITH_REASON = frozenset({"cancel", "reissue"})


@blueprint.get("/registrations")
@allow("registrations:read")
def registrations(event: str) -> Response:
    """All registrations, found by name, pinyin, initials, organisation or contact."""
    this = current_event()
    chosen = Chosen.read(this.id, request.args)
    page = find_registrations(
        this.id,
        words=chosen.words,
        state=chosen.state,
        category_id=chosen.category_id,
        page=request.args.get("page", 1, type=int),
    )
    html = render_template("registration/list.html", event=this, page=page, states=LABELS, chosen=chosen)
    return no_store(make_response(html))


@blueprint.get("/registrations/<public_id>")
@allow("registrations:read")
def registration(event: str, public_id: str) -> Response:
    """One registration with its pass, its admissions and its history."""
    return registration_page(_load(public_id))


@blueprint.post("/registrations/<public_id>/note")
@allow("registrations:change")
def note(event: str, public_id: str) -> Response:
    """What door staff see with the verdict."""
    found, form = _load(public_id), NoteForm()
    if not form.validate_on_submit():
        return registration_page(found, note_form=form, status=422)
    actions.set_door_note(found.id, form.note.data or "", by=current_actor())
    flash(_("The note was saved."), "good")
    return see_other(url_for("registration_manage.registration", event=event, public_id=public_id))


@blueprint.post("/registrations/<public_id>/<decision>")
@allow("registrations:change")
def decide(event: str, public_id: str, decision: str) -> Response:
    """Offer a place, cancel, or renew the pass."""
    found, form = _load(public_id), ReasonForm()
    if decision not in DECISIONS:
        raise NotFound
    if not form.validate_on_submit():
        return registration_page(found, reason_form=form, status=422)
    reason = {"reason": form.reason.data or ""} if decision in WITH_REASON else {}
    try:
        DECISIONS[decision](found.id, by=current_actor(), **reason)
    except Refused as refusal:
        form.refuse(refusal)
        return registration_page(_load(public_id), reason_form=form, status=refusal.status)
    flash(_("Done. The guest is told by mail if there is an address."), "good")
    return see_other(url_for("registration_manage.registration", event=event, public_id=public_id))


def _load(public_id: str) -> Registration:
    """A registration of this event. Raises NotFound for another event's."""
    found = registration_of_event(current_event().id, public_id)
    if found is None:
        raise NotFound
    return found


def _doors(found: Registration) -> dict[str, str]:
    """The event's checkpoints by code, which a guest of the press may be let through."""
    if not (found.category.for_press and found.state == "pending"):
        return {}
    return {row.code: str(row.name) for row in checkpoints_of(found.event_id)}


def registration_page(
    found: Registration,
    *,
    note_form: NoteForm | None = None,
    reason_form: ReasonForm | None = None,
    decision_form: DecisionForm | None = None,
    status: int = 200,
) -> Response:
    """One registration, with the forms as they were sent."""
    this = current_event()
    history = history_of("registrations", found.id)
    page = render_template(
        "registration/detail.html",
        event=this,
        registration=found,
        digits=code_digits(this.id, found.public_id, found.pass_serial) if found.state == "confirmed" else None,
        history=history,
        names=user_names({entry.actor_id for entry in history if entry.actor_kind == "user" and entry.actor_id}),
        admissions=admissions_of(found.id),
        consents=choices_of(found, this),
        may_become=may_become,
        alive=found.state in ALIVE and found.purged_at is None,
        **answers_part(this, found),
        note_form=note_form or NoteForm(formdata=None, note=found.door_note),
        reason_form=reason_form or ReasonForm(formdata=None),
        decision_form=decision_form or DecisionForm(_doors(found), formdata=None),
    )
    return no_store(make_response(page, status))
