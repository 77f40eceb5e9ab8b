"""The items of a session."""

from __future__ import annotations

from flask import Response, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.agenda import actions
from eventapp.agenda.forms import DeleteForm, ItemForm, MoveItemForm, StepForm
from eventapp.agenda.manage.pages import (
    BOTH,
    ITEM,
    SESSION,
    asked,
    blueprint,
    handle,
    item_heading,
    load_item,
    load_session,
    session_address,
)
from eventapp.agenda.queries import session_heading


@blueprint.route(f"{SESSION}/items/new", methods=BOTH)
@allow("agenda:change")
def new_item(event: str, session: str) -> Response:
    row = load_session(session)
    form, back = ItemForm(row), session_address(row)

    def save() -> str:
        actions.add_item(row.id, **asked(form), **form.values())
        return back

    return handle(form, save, _("New item"), _("Add the item"), back=back, about=session_heading(row))


@blueprint.route(f"{ITEM}/change", methods=BOTH)
@allow("agenda:change")
def change_item(event: str, session: str, item: str) -> Response:
    row, step = load_item(session, item)
    form, back = ItemForm(row, step), session_address(row)

    def save() -> str:
        actions.change_item(step.id, **asked(form), **form.values())
        return back

    return handle(form, save, _("Change the item"), _("Save"), back=back, about=session_heading(row))


@blueprint.route(f"{ITEM}/step", methods=BOTH)
@allow("agenda:change")
def step_item(event: str, session: str, item: str) -> Response:
    """Move an item up or down by one place."""
    row, step = load_item(session, item)
    form, back = StepForm(row), session_address(row)

    def save() -> str:
        actions.move_item(step.id, form.direction.data, **asked(form))
        return back

    return handle(form, save, _("Move the item up or down"), _("Move"), back=back, about=item_heading(step))


@blueprint.route(f"{ITEM}/move", methods=BOTH)
@allow("agenda:change")
def move_item(event: str, session: str, item: str) -> Response:
    """Move an item to another session."""
    row, step = load_item(session, item)
    form, back = MoveItemForm(current_event(), row), session_address(row)

    def save() -> str:
        actions.move_item_to(step.id, form.session_id(), **asked(form))
        return url_for(".session", event=event, session=form.session.data)

    return handle(form, save, _("Move the item to another session"), _("Move"), back=back, about=item_heading(step))


@blueprint.route(f"{ITEM}/delete", methods=BOTH)
@allow("agenda:change")
def delete_item(event: str, session: str, item: str) -> Response:
    row, step = load_item(session, item)
    form, back, name = DeleteForm(row), session_address(row), item_heading(step)

    def save() -> str:
        actions.delete_item(step.id, by=current_actor(), sequence=form.version)
        return back

    warning = _("“%(name)s” goes with everybody in it. The history can bring it back.", name=name)
    return handle(form, save, _("Delete the item?"), _("Delete"), back=back, about=warning, danger=True)
