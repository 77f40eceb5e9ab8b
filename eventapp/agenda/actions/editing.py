"""One change of an agenda: what it touches is kept whole, before and after, and it is one line of the history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select

from eventapp.accounts.actor import Actor
from eventapp.accounts.models import ApiToken, User
from eventapp.accounts.queries import role_in_event
from eventapp.agenda.errors import OutsideScope
from eventapp.agenda.history import Row, State, changes_between, touched_sessions
from eventapp.agenda.models import AgendaChange, AgendaSession, Track
from eventapp.agenda.queries.history import last_number, rows_of_sessions, rows_of_tracks
from eventapp.agenda.queries.scopes import scope_of
from eventapp.agenda.scopes import Scope
from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.events.models import Event


class Edit:
    """A change that is being made: what it touches, what it is about, and how all that was before."""

    def __init__(self, action: str, event_id: int, by: Actor, params: dict[str, Any]) -> None:
        self.action, self.event_id, self.by, self.params = action, event_id, by, params
        self.undoes: int | None = None
        self.number = 0
        self._sessions: set[int] = set()
        self._tracks: set[int] = set()
        self._before: State = {}

    def touches(self, *session_ids: int) -> None:
        """These sessions are about to be changed, with what is in them."""
        new = set(session_ids) - self._sessions
        db.session.flush()
        self._before |= rows_of_sessions(new)
        self._sessions |= new

    def touches_tracks(self, *track_ids: int) -> None:
        new = set(track_ids) - self._tracks
        db.session.flush()
        self._before |= rows_of_tracks(new)
        self._tracks |= new

    def adds(self, *rows: AgendaSession | Track) -> None:
        """These rows are new."""
        db.session.flush()
        for row in rows:
            (self._tracks if isinstance(row, Track) else self._sessions).add(row.id)

    def about(self, row: Any) -> None:
        """Whose name tells what the change was about; the first one that is named."""
        self.params = {**_names(row), **self.params}

    def write(self) -> None:
        """Make a new version of what changed, and write the line; nothing if nothing did. Raises OutsideScope."""
        db.session.flush()
        after = self._after()
        touched = touched_sessions(self._before, after)
        self._check_scope(touched, after)
        _raise_sequences(touched, self._before)
        changes = changes_between(self._before, self._after())
        if not changes:
            return
        self.number = last_number(self.event_id) + 1
        db.session.add(
            AgendaChange(
                event_id=self.event_id,
                number=self.number,
                action=self.action,
                params=self.params,
                changes=changes,
                by_kind=self.by.kind,
                by_id=self.by.id,
                by_name=name_of(self.by),
                at=now(),
                undoes=self.undoes,
            )
        )
        db.session.flush()

    def _after(self) -> State:
        return {**rows_of_tracks(self._tracks), **rows_of_sessions(self._sessions)}

    def _check_scope(self, touched: set[str], after: State) -> None:
        scope = scope_of_actor(self.event_id, self.by)
        if scope is None:
            return
        keys = [("agenda_sessions", public_id) for public_id in touched]
        rows: list[Row] = [state[key] for key in keys for state in (self._before, after) if key in state]
        if self._tracks or not all(scope.allows(row["track"], row["hall"]) for row in rows):
            raise OutsideScope(scope.names)


@contextmanager
def edit(
    action: str, event_id: int, *, by: Actor, about: Any = None, sessions: tuple[int, ...] = (), **params: Any
) -> Iterator[Edit]:
    """Change an agenda: whoever wants to change it waits, and what is done inside is one line of its history.

    Like transactions, an inner edit joins the outer one. `about` is the row whose name tells what it was about,
    `sessions` are those that are going to be touched. Raises OutsideScope.
    """
    with transaction() as session:
        outer: Edit | None = session.info.get("agenda_edit")
        if outer is not None:
            _join(outer, event_id, sessions)
            yield outer
            return
        lock_agenda(event_id)
        mine = session.info["agenda_edit"] = Edit(action, event_id, by, params)
        try:
            if about is not None:
                mine.about(about)
            mine.touches(*sessions)
            yield mine
            mine.write()
        finally:
            del session.info["agenda_edit"]


def lock_agenda(event_id: int) -> None:
    """Let one change of an event's agenda at a time look for clashes and write."""
    # NO KEY UPDATE: guests who register at this moment refer to the event and need not wait.
    db.session.execute(select(Event.id).where(Event.id == event_id).with_for_update(key_share=True, of=Event))


def scope_of_actor(event_id: int, by: Actor) -> Scope | None:
    """Within what an actor may change an agenda; None without a limit. Only editors have one."""
    if by.kind != "user" or by.id is None or role_in_event(by.id, event_id) != "editor":
        return None
    user = db.session.get_one(User, by.id)
    return None if user.is_owner else scope_of(event_id, by.id)


def refuse_limited(event_id: int, by: Actor) -> None:
    """For what concerns the whole of an agenda. Raises OutsideScope for those who may change some of it only."""
    scope = scope_of_actor(event_id, by)
    if scope is not None:
        raise OutsideScope(scope.names)


def _join(outer: Edit, event_id: int, sessions: tuple[int, ...]) -> None:
    if outer.event_id != event_id:
        raise RuntimeError("one change of an agenda cannot change another event's agenda, too")
    outer.touches(*sessions)


def _raise_sequences(touched: set[str], before: State) -> None:
    """A new version of every session that was there before, for calendars and for forms that are open elsewhere."""
    known = [public_id for public_id in touched if ("agenda_sessions", public_id) in before]
    for row in db.session.scalars(select(AgendaSession).where(AgendaSession.public_id.in_(known))):
        row.sequence += 1
        row.changed_at = now()
    db.session.flush()


def _names(row: Any) -> dict[str, Any]:
    en, zh = ("name_en", "name_zh") if isinstance(row, Track) else ("title_en", "title_zh")
    found = {"table": row.__tablename__, "en": getattr(row, en) or "", "zh": getattr(row, zh) or ""}
    return found if isinstance(row, Track) else {**found, "kind": row.kind}


def name_of(by: Actor) -> str:
    """How the history names somebody, whatever becomes of their account."""
    if by.id is None or by.kind not in ("user", "token"):
        return ""
    if by.kind == "user":
        user = db.session.get(User, by.id)
        return user.shown_name[:200] if user else ""
    token = db.session.get(ApiToken, by.id)
    return token.name if token else ""
