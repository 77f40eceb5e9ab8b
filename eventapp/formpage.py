"""A form of the desk as a page: shown, saved, or shown again as typed with what was refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, g, make_response, render_template, request
from flask_babel import gettext as _

from eventapp.errors import Malformed, Refused, Stale
from eventapp.forms import DeskForm
from eventapp.web import no_store, see_other


def save_form(
    form: DeskForm,
    save: Callable[[], str],
    *,
    title: str,
    label: str,
    back: str,
    about: str = "",
    danger: bool = False,
    said: str = "",
    template: str = "layouts/desk_form.html",
    **values: Any,
) -> Response:
    """Show a form, or `save` it and go to the address that this returns.

    `back` is where Cancel leads; `about` a sentence under the heading; `said` what is told when it was saved.
    """
    status, stale = 422 if form.is_submitted() else 200, False
    if form.validate_on_submit():
        try:
            there = save()
        except Refused as refusal:
            form.refuse(refusal)
            status, stale = refusal.status, isinstance(refusal, Stale)
        else:
            flash(said or _("Saved."), "good")
            return see_other(there)
    page = {"title": title, "label": label, "back": back, "about": about, "danger": danger, "stale": stale, **values}
    return desk_page(template, status, form=form, **page)


def desk_page(template: str, status: int = 200, **values: Any) -> Response:
    """A page of the desk; no cache may keep it."""
    return no_store(make_response(render_template(template, event=g.get("event"), **values), status))


def asked_direction() -> str:
    """Which way the button that was pressed moves a row: 'up' or 'down'. Raises Malformed."""
    direction = request.form.get("direction", "")
    if direction not in ("up", "down"):
        raise Malformed
    return direction
