"""Who or what appears in an item."""

from __future__ import annotations

from flask import Response
from flask_babel import gettext as _

from eventapp.access import allow, current_actor
from eventapp.agenda import actions
from eventapp.agenda.forms import DeleteForm, PartForm, StepForm
from eventapp.agenda.manage.pages import (
    BOTH,
    ITEM,
    PART,
    asked,
    blueprint,
    handle,
    item_heading,
    load_item,
    load_part,
    part_heading,
    session_address,
)


@blueprint.route(f"{ITEM}/parts/new", methods=BOTH)
@allow("agenda:change")
def new_part(event: str, session: str, item: str) -> Response:
    row, step = load_item(session, item)
    form, back = PartForm(row), session_address(row)

    def save() -> str:
        actions.add_part(step.id, **asked(form), **form.values())
        return back

    return handle(form, save, _("Add to the item"), _("Add"), back=back, about=item_heading(step))


@blueprint.route(f"{PART}/change", methods=BOTH)
@allow("agenda:change")
def change_part(event: str, session: str, item: str, part: str) -> Response:
    row, step, found = load_part(session, item, part)
    form, back = PartForm(row, found), session_address(row)

    def save() -> str:
        actions.change_part(found.id, **asked(form), **form.values())
        return back

    return handle(form, save, _("Change the part"), _("Save"), back=back, about=item_heading(step))


@blueprint.route(f"{PART}/step", methods=BOTH)
@allow("agenda:change")
def step_part(event: str, session: str, item: str, part: str) -> Response:
    """Move a part up or down by one place: the order of people is set by hand."""
    row, _step, found = load_part(session, item, part)
    form, back = StepForm(row), session_address(row)

    def save() -> str:
        actions.move_part(found.id, form.direction.data, by=current_actor(), sequence=form.version)
        return back

    return handle(form, save, _("Move up or down"), _("Move"), back=back, about=part_heading(found))


@blueprint.route(f"{PART}/delete", methods=BOTH)
@allow("agenda:change")
def delete_part(event: str, session: str, item: str, part: str) -> Response:
    row, step, found = load_part(session, item, part)
    form, back = DeleteForm(row), session_address(row)

    def save() -> str:
        actions.delete_part(found.id, by=current_actor(), sequence=form.version)
        return back

    warning = _("“%(name)s” will no longer be in “%(item)s”.", name=part_heading(found), item=item_heading(step))
    if found.reply == "accepted" and found.person_id:
        stays = _("If this is their last accepted part, their pass stays valid until you cancel it under Speakers.")
        warning = f"{warning} {stays}"
    return handle(form, save, _("Take out of the item?"), _("Take out"), back=back, about=warning, danger=True)
