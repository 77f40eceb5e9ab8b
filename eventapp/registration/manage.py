"""The team's pages about registrations and categories."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.accounts.queries import history_of, user_names
from eventapp.checkin.queries import admissions_of
from eventapp.errors import NotFound, Refused
from eventapp.formpage import asked_direction, desk_page, save_form
from eventapp.i18n import LANGUAGES
from eventapp.passes.queries import code_digits
from eventapp.prose import render_prose
from eventapp.registration import actions
from eventapp.registration.forms import CapacityForm, CategoryForm, NewCategoryForm, NoteForm, NoticeForm, ReasonForm
from eventapp.registration.models import Category, Registration
from eventapp.registration.queries import categories_of, current_notice, find_registrations, registration_of_event
from eventapp.registration.states import ALIVE, LABELS, STATES, may_become
from eventapp.registration.words import proposed_notice
from eventapp.web import no_store, see_other

blueprint = Blueprint("registration_manage", __name__, url_prefix="/manage/<event>")

DECISIONS: dict[str, Callable[..., Registration]] = {
    "approve": actions.approve_registration,
    "decline": actions.decline_registration,
    "offer": actions.offer_place,
    "cancel": actions.cancel_registration,
    "reissue": actions.reissue_pass,
}
BOTH = ["GET", "POST"]
WITH_REASON = frozenset({"decline", "cancel", "reissue"})


@blueprint.get("/registrations")
@allow("registrations:read")
def registrations(event: str) -> Response:
    """All registrations, found by name, pinyin, initials, organisation or contact."""
    this = current_event()
    state = request.args.get("state", "")
    page = find_registrations(
        this.id,
        words=request.args.get("q", "")[:100],
        state=state if state in STATES else "",
        page=request.args.get("page", 1, type=int),
    )
    html = render_template(
        "registration/list.html", event=this, page=page, states=LABELS, q=request.args.get("q", ""), state=state
    )
    return no_store(make_response(html))


@blueprint.get("/registrations/<public_id>")
@allow("registrations:read")
def registration(event: str, public_id: str) -> Response:
    """One registration with its pass, its admissions and its history."""
    return _registration_page(_load(public_id))


@blueprint.post("/registrations/<public_id>/note")
@allow("registrations:change")
def note(event: str, public_id: str) -> Response:
    """What door staff see with the verdict."""
    found, form = _load(public_id), NoteForm()
    if not form.validate_on_submit():
        return _registration_page(found, note_form=form, status=422)
    actions.set_door_note(found.id, form.note.data or "", by=current_actor())
    flash(_("The note was saved."), "good")
    return see_other(url_for("registration_manage.registration", event=event, public_id=public_id))


@blueprint.post("/registrations/<public_id>/<decision>")
@allow("registrations:change")
def decide(event: str, public_id: str, decision: str) -> Response:
    """Approve, decline, offer a place, cancel, or renew the pass."""
    found, form = _load(public_id), ReasonForm()
    if decision not in DECISIONS:
        raise NotFound
    if not form.validate_on_submit():
        return _registration_page(found, reason_form=form, status=422)
    reason = {"reason": form.reason.data or ""} if decision in WITH_REASON else {}
    try:
        DECISIONS[decision](found.id, by=current_actor(), **reason)
    except Refused as refusal:
        form.refuse(refusal)
        return _registration_page(_load(public_id), reason_form=form, status=refusal.status)
    flash(_("Done. The guest is told by mail if there is an address."), "good")
    return see_other(url_for("registration_manage.registration", event=event, public_id=public_id))


@blueprint.get("/categories")
@allow("registrations:read")
def categories(event: str) -> Response:
    """Categories with their places."""
    return _categories_page({})


@blueprint.post("/categories/<public_id>/capacity")
@allow("registrations:change")
def capacity(event: str, public_id: str) -> Response:
    """Change how many places there are; new ones go to the waiting list at once."""
    category, form = _category(public_id), CapacityForm()
    if form.validate_on_submit():
        try:
            actions.set_capacity(category.id, form.capacity.data, by=current_actor())
        except Refused as refusal:
            form.refuse(refusal)
            return _categories_page({public_id: form}, refusal.status)
        flash(_("The number of places was changed."), "good")
        return see_other(url_for("registration_manage.categories", event=event))
    return _categories_page({public_id: form}, 422)


@blueprint.post("/categories/<public_id>/open")
@allow("registrations:change")
def set_open(event: str, public_id: str) -> Response:
    """Open or close a category for new registrations."""
    category = _category(public_id)
    if request.form.get("open") == "yes":
        actions.open_category(category.id, by=current_actor())
    else:
        actions.close_category(category.id, by=current_actor())
    return see_other(url_for("registration_manage.categories", event=event))


@blueprint.route("/categories/new", methods=BOTH)
@allow("registrations:change")
def new_category(event: str) -> Response:
    """Add a kind of attendee with its places."""
    this, back = current_event(), url_for(".categories", event=event)
    form = NewCategoryForm(frozenset(category.code for category in categories_of(this.id)))

    def save() -> str:
        actions.add_category(this.id, by=current_actor(), **form.values())
        return back

    return save_form(form, save, title=_("New category"), label=_("Add the category"), back=back)


@blueprint.route("/categories/<public_id>/change", methods=BOTH)
@allow("registrations:change")
def change_category(event: str, public_id: str) -> Response:
    """Change names, help, colour, or whether the team decides."""
    row, back = _category(public_id), url_for(".categories", event=event)
    form = CategoryForm(row)

    def save() -> str:
        actions.change_category(row.id, by=current_actor(), version=form.version.data, **form.values())
        return back

    return save_form(form, save, title=_("Change the category"), label=_("Save"), back=back, about=str(row.name))


@blueprint.post("/categories/<public_id>/step")
@allow("registrations:change")
def step_category(event: str, public_id: str) -> Response:
    """Move a category up or down by one place."""
    actions.move_category(_category(public_id).id, asked_direction(), by=current_actor())
    return see_other(f"{url_for('.categories', event=event)}#category-{public_id}")


@blueprint.route("/notice", methods=BOTH)
@allow("registrations:change")
def notice(event: str) -> Response:
    """The privacy notice: the next version, first as guests will read it, then published."""
    this, latest = current_event(), current_notice(current_event().id)
    form = NoticeForm(latest, proposed_notice(this.name.as_dict(), this.contact_email))
    page = {"latest": latest, "title": _("Privacy notice"), "back": url_for("events_manage.settings", event=event)}
    if "preview" in request.form and form.validate_on_submit():
        preview = {code: render_prose(form[f"body_{code}"].data) for code in LANGUAGES}
        return desk_page("registration/notice.html", form=form, preview=preview, label=_("Publish"), **page)

    def save() -> str:
        actions.publish_notice(
            this.id,
            by=current_actor(),
            body_en=form.body_en.data,
            body_zh=form.body_zh.data,
            after_version=form.after_version(),
        )
        return url_for(".notice", event=event)

    return save_form(form, save, label=_("Publish"), template="registration/notice.html", **page)


def _load(public_id: str) -> Registration:
    """A registration of this event. Raises NotFound for another event's."""
    found = registration_of_event(current_event().id, public_id)
    if found is None:
        raise NotFound
    return found


def _category(public_id: str) -> Category:
    found = next((row for row in categories_of(current_event().id) if row.public_id == public_id), None)
    if found is None:
        raise NotFound
    return found


def _registration_page(
    found: Registration, *, note_form: NoteForm | None = None, reason_form: ReasonForm | None = None, status: int = 200
) -> Response:
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
        may_become=may_become,
        alive=found.state in ALIVE,
        note_form=note_form or NoteForm(formdata=None, note=found.door_note),
        reason_form=reason_form or ReasonForm(formdata=None),
    )
    return no_store(make_response(page, status))


def _categories_page(forms: dict[str, CapacityForm], status: int = 200) -> Response:
    this = current_event()
    rows = [
        (category, forms.get(category.public_id) or CapacityForm(formdata=None, capacity=category.places.capacity))
        for category in categories_of(this.id)
    ]
    return no_store(make_response(render_template("registration/categories.html", event=this, rows=rows), status))
