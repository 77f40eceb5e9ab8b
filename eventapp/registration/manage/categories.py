"""The team's pages about categories."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, current_app, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event, may_here
from eventapp.errors import NotFound, Refused
from eventapp.formpage import asked_direction, save_form
from eventapp.registration import actions
from eventapp.registration.forms import CapacityForm, CategoryForm, NewCategoryForm
from eventapp.registration.manage.pages import BOTH, blueprint
from eventapp.registration.models import Category
from eventapp.registration.queries import categories_of
from eventapp.registration.queries import category_link as link_secret
from eventapp.registration.words import ENTRY_LABELS
from eventapp.web import no_store, see_other


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
    codes = frozenset(category.code for category in categories_of(this.id))
    form = NewCategoryForm(codes, zone=this.time_zone)

    def save() -> str:
        actions.add_category(this.id, by=current_actor(), **form.values())
        return back

    return save_form(form, save, title=_("New category"), label=_("Add the category"), back=back)


@blueprint.route("/categories/<public_id>/change", methods=BOTH)
@allow("registrations:change")
def change_category(event: str, public_id: str) -> Response:
    """Change names, help, colour, who gets in and how, and when."""
    row, back = _category(public_id), url_for(".categories", event=event)
    form = CategoryForm(row, zone=current_event().time_zone)

    def save() -> str:
        actions.change_category(row.id, by=current_actor(), version=form.version.data, **form.values())
        return back

    return save_form(form, save, title=_("Change the category"), label=_("Save"), back=back, about=str(row.name))


@blueprint.post("/categories/<public_id>/link")
@allow("registrations:change")
def category_link(event: str, public_id: str) -> Response:
    """Make the link of a hidden category, or a new one in its place."""
    actions.make_category_link(_category(public_id).id, by=current_actor())
    flash(_("This is the link. An older one no longer opens anything."), "good")
    return see_other(f"{url_for('.categories', event=event)}#category-{public_id}")


@blueprint.post("/categories/<public_id>/step")
@allow("registrations:change")
def step_category(event: str, public_id: str) -> Response:
    """Move a category up or down by one place."""
    actions.move_category(_category(public_id).id, asked_direction(), by=current_actor())
    return see_other(f"{url_for('.categories', event=event)}#category-{public_id}")


def _category(public_id: str) -> Category:
    found = next((row for row in categories_of(current_event().id) if row.public_id == public_id), None)
    if found is None:
        raise NotFound
    return found


def _categories_page(forms: dict[str, CapacityForm], status: int = 200) -> Response:
    this = current_event()
    rows = [
        (category, forms.get(category.public_id) or CapacityForm(formdata=None, capacity=category.places.capacity))
        for category in categories_of(this.id)
    ]
    page = render_template(
        "registration/categories.html", event=this, rows=rows, links=_links(rows), entry_words=ENTRY_LABELS
    )
    return no_store(make_response(page, status))


def _links(rows: Sequence[tuple[Category, CapacityForm]]) -> dict[str, str]:
    """The links of hidden categories, by the category's public id, for who may give them away."""
    if not may_here("registrations:change"):
        return {}
    base = f"{current_app.config['BASE_URL']}{url_for('registration.register', event=current_event().slug)}"
    hidden = [category for category, _form in rows if category.entry == "hidden" and category.link_sealed]
    return {category.public_id: f"{base}?way={link_secret(category)}" for category in hidden}
