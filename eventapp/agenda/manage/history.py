"""Who changed what in an agenda; each change can be taken back from here."""

from __future__ import annotations

from flask import Response, request, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.agenda import actions
from eventapp.agenda.manage.pages import blueprint
from eventapp.agenda.queries.history import find_change, history_page, what_was_done, who_did
from eventapp.errors import NotFound
from eventapp.formpage import desk_page, save_form
from eventapp.forms import ConfirmForm

HISTORY = "/manage/<event>/agenda/history"


@blueprint.get(HISTORY)
@allow("agenda:read")
def history(event: str) -> Response:
    """Who changed what, the newest first."""
    page = history_page(current_event().id, request.args.get("page", 1, type=int))
    return desk_page("agenda/history.html", page=page, who=who_did, what=what_was_done)


@blueprint.route(f"{HISTORY}/<int:number>/undo", methods=["GET", "POST"])
@allow("agenda:change")
def undo_change(event: str, number: int) -> Response:
    """Take one change back, whoever made it, if nobody has changed the same since."""
    change = find_change(current_event().id, number)
    if change is None:
        raise NotFound
    form, back = ConfirmForm(), url_for(".history", event=event)

    def save() -> str:
        actions.undo(current_event().id, by=current_actor(), number=number, despite_clashes=True)
        return back

    about = f"{who_did(change)} {what_was_done(change)}"
    return save_form(form, save, title=_("Undo this change?"), label=_("Undo"), back=back, about=about)
