"""The inbox of those who were let in against what we know."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _

from eventapp.access import allow, current_actor, current_event
from eventapp.checkin import actions
from eventapp.checkin.forms import ConflictForm
from eventapp.checkin.manage.pages import BOTH, blueprint
from eventapp.checkin.queries import ConflictRow, conflict_of_event, open_conflicts, page_of_conflicts
from eventapp.checkin.words import CONFLICTS, DECISIONS, DECISIONS_ON_DOUBLES
from eventapp.errors import NotFound
from eventapp.formpage import desk_page, save_form

WORDS: dict[str, Any] = {"kinds": CONFLICTS, "decisions": DECISIONS, "decisions_on_doubles": DECISIONS_ON_DOUBLES}


@blueprint.get("/conflicts")
@allow("checkin:read")
def conflicts(event: str) -> Response:
    """What waits for a decision, the oldest first; or what was decided, the latest first."""
    this = current_event()
    decided = request.args.get("show") == "decided"
    return desk_page(
        "checkin/conflicts.html",
        page=page_of_conflicts(this.id, request.args.get("page", 1, type=int), decided=decided),
        decided=decided,
        others=open_conflicts(this.id, decided=not decided),
        **WORDS,
    )


@blueprint.route("/conflicts/<public_id>", methods=BOTH)
@allow("checkin:change")
def conflict(event: str, public_id: str) -> Response:
    """Decide about one of them."""
    row, back = _load(public_id), url_for(".conflicts", event=event)
    form = ConflictForm(row.conflict)

    def save() -> str:
        actions.decide_conflict(
            row.conflict.id,
            form.decision.data,
            by=current_actor(),
            note=form.note.data or "",
            version=form.version.data,
        )
        return back

    return save_form(
        form,
        save,
        title=str(CONFLICTS[row.conflict.kind]),
        label=_("Decide"),
        back=back,
        said=_("Decided."),
        template="checkin/conflict.html",
        entry=row,
        **WORDS,
    )


def _load(public_id: str) -> ConflictRow:
    row = conflict_of_event(current_event().id, public_id)
    if row is None:
        raise NotFound
    return row
