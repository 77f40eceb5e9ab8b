"""The board of the editor: the agenda as JSON, what changed since, and a verb for each thing that is done on it.

Every verb takes the version of the session that was looked at. A stale one is refused with what changed and who did it,
and with the session as it is now; nothing is overwritten that nobody saw.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, jsonify, request

from eventapp.access import allow, current_actor, current_event, may_here
from eventapp.agenda import schemas
from eventapp.agenda.actions.editing import scope_of_actor
from eventapp.agenda.errors import ChangedMeanwhile, Clashes
from eventapp.agenda.manage.pages import blueprint
from eventapp.agenda.manage.verbs import VERBS, going_on, hall_or_same, load_session_of_board, times
from eventapp.agenda.queries import clashes_if
from eventapp.agenda.queries.board import Reader, board_after, session_on_board, told_clash, whole_board
from eventapp.agenda.queries.history import last_number
from eventapp.errors import NotFound, Refused, Stale
from eventapp.jsonapi import Wrongly, read_body, read_query
from eventapp.web import no_store, problem_json

BOARD = "/manage/<event>/agenda/board"


def in_json(view: Callable[..., Any]) -> Callable[..., Response]:
    """Answer with JSON, and with problem+json where something is refused."""

    @wraps(view)
    def answer(**address: str) -> Response:
        try:
            return no_store(jsonify(view(**address)))
        except Refused as refusal:
            return _refusal(refusal)

    return answer


@blueprint.get(BOARD)
@allow("agenda:read")
@in_json
def board(event: str) -> dict[str, Any]:
    """The whole agenda."""
    return whole_board(current_event(), _reader())


@blueprint.get(f"{BOARD}/changes")
@allow("agenda:read")
@in_json
def board_changes(event: str) -> dict[str, Any]:
    """What changed after a change that the editor knows."""
    known = read_query(schemas.After)
    return board_after(current_event(), known.after, _reader(), known.setup)


@blueprint.post(f"{BOARD}/check")
@allow("agenda:change")
@in_json
def board_check(event: str) -> dict[str, Any]:
    """What a session would clash with elsewhere; changes nothing."""
    sent = read_body(schemas.Check)
    row = load_session_of_board(sent.session) if sent.session else None
    starts, ends = times(sent, row)
    found = clashes_if(current_event().id, row.id if row else None, starts, ends, hall_or_same(sent, row))
    return {"clashes": [told_clash(clash) for clash in found]}


@blueprint.post(f"{BOARD}/<verb>")
@allow("agenda:change")
@in_json
def board_verb(event: str, verb: str) -> dict[str, Any]:
    """Do one thing; the answer is what changed since the editor last heard."""
    if verb not in VERBS:
        raise NotFound
    shape, act = VERBS[verb]
    sent, here = read_body(shape), current_event()
    before = last_number(here.id) if sent.after is None else sent.after
    act(sent, going_on(sent))
    return board_after(here, before, _reader())


def _reader() -> Reader:
    by = current_actor()
    scope = scope_of_actor(current_event().id, by)
    return Reader(by, may_change=may_here("agenda:change"), scope=scope)


def _refusal(refusal: Refused) -> Response:
    """Problem+json that tells more where an editor can do something about it."""
    more: dict[str, Any] = {}
    kind, status = type(refusal).__name__, refusal.status
    if isinstance(refusal, Clashes):
        status = 422
        more = {"clashes": [{"sentence": sentence} for sentence in refusal.sentences], "may_go_on": not refusal.blocked}
    elif isinstance(refusal, Stale):
        kind, more = "Stale", {"changed": _changed(refusal), "session": _present()}
    elif isinstance(refusal, Wrongly):
        more = {"errors": [{"field": field, "message": message} for field, message in refusal.places.items()]}
    return problem_json(status, str(refusal), kind, **more)


def _changed(refusal: Stale) -> dict[str, str] | None:
    if not isinstance(refusal, ChangedMeanwhile) or refusal.at is None:
        return None
    return {"by": refusal.values["who"], "what": refusal.values["what"], "at": refusal.at.isoformat()}


def _present() -> dict[str, Any] | None:
    """The session that a verb was about, as it is now."""
    body = request.get_json(silent=True)
    public_id = body.get("session") if isinstance(body, dict) else None
    if not isinstance(public_id, str) or not public_id.isalnum():
        return None
    return session_on_board(current_event(), public_id, _reader())
