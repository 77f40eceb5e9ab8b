"""What the organiser's pages of the agenda share: addresses, loading, and a form that is saved or shown again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, make_response, render_template, url_for
from flask_babel import gettext as _

from eventapp.access import current_actor, current_event
from eventapp.agenda import words
from eventapp.agenda.forms import AgendaForm
from eventapp.agenda.models import AgendaItem, AgendaSession, Part
from eventapp.agenda.queries import find_item, find_part, find_session
from eventapp.errors import NotFound, Refused, Stale
from eventapp.web import no_store, see_other

blueprint = Blueprint("agenda_manage", __name__)

SESSION = "/manage/<event>/agenda/<session>"
ITEM = f"{SESSION}/items/<item>"
PART = f"{ITEM}/parts/<part>"
BOTH = ["GET", "POST"]


def handle(
    form: AgendaForm,
    save: Callable[[], str],
    title: str,
    label: str,
    *,
    back: str,
    about: str = "",
    danger: bool = False,
) -> Response:
    """Show a form, or save it and go on; what is refused comes back as typed."""
    status, stale = 422 if form.is_submitted() else 200, False
    if form.validate_on_submit():
        try:
            there = save()
        except Refused as refusal:
            form.refuse(refusal)
            status, stale = refusal.status, isinstance(refusal, Stale)
        else:
            flash(_("Saved."), "good")
            return see_other(there)
    page = {
        "form": form,
        "title": title,
        "label": label,
        "back": back,
        "about": about,
        "danger": danger,
        "stale": stale,
    }
    return answer("agenda/form.html", status, **page)


def asked(form: AgendaForm) -> dict[str, Any]:
    return {"by": current_actor(), "sequence": form.version, "despite_clashes": form.despite_clashes.data}


def load_session(public_id: str) -> AgendaSession:
    row = find_session(current_event().id, public_id)
    if row is None:
        raise NotFound
    return row


def load_item(session: str, public_id: str) -> tuple[AgendaSession, AgendaItem]:
    row = load_session(session)
    item = find_item(row.id, public_id)
    if item is None:
        raise NotFound
    return row, item


def load_part(session: str, item: str, public_id: str) -> tuple[AgendaSession, AgendaItem, Part]:
    row, step = load_item(session, item)
    part = find_part(step.id, public_id)
    if part is None:
        raise NotFound
    return row, step, part


def session_address(row: AgendaSession) -> str:
    return url_for(".session", event=current_event().slug, session=row.public_id)


def item_heading(item: AgendaItem) -> str:
    return str(item.title) if item.title else str(words.ITEM_KINDS[item.kind])


def part_heading(part: Part) -> str:
    if part.person is not None:
        return str(part.person.shown_name)
    return str(part.organisation.name if part.organisation is not None else part.object_name)


def answer(template: str, status: int = 200, **values: Any) -> Response:
    return no_store(make_response(render_template(template, event=current_event(), words=words, **values), status))
