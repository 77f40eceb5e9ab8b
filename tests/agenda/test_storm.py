"""Many editors at once over HTTP: nothing is overwritten that nobody saw, and the history replays to the same agenda."""

from __future__ import annotations

import http.client
import json
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import change_session
from eventapp.agenda.history import STAMPS, replayed
from eventapp.agenda.models import AgendaChange, AgendaSession
from eventapp.agenda.queries.history import changes_after, rows_of_event
from eventapp.db import db
from eventapp.errors import Stale
from eventapp.events.models import Event
from tests.agenda.boards import Board
from tests.agenda.stage import at, make_hall, make_item, make_session
from tests.ground.storms import while_others_look
from tests.ground.visitors import Visitor

pytestmark = [pytest.mark.both_databases, pytest.mark.storm]

EDITORS = 20
# The storm lasts 20 s: STORM_SECONDS=20.
SECONDS = float(os.environ.get("STORM_SECONDS", "4"))
SECONDS_TO_ANSWER = 60
MINUTES = 5
# What is told of a session on the board, and what the history calls it.
SEEN = ("kind", "title_en", "title_zh", "hall", "track", "status", "in_tray", "fixed", "language", "expected")
OF_ONE_SESSION = (
    "change",
    "move",
    "resize",
    "to-tray",
    "copy",
    "split",
    "delete",
    "cancel",
    "item-minutes",
    "item-move",
)


@dataclass
class Done:
    """An accepted edit: what was sent, what the editor saw then, and the change's number."""

    verb: str
    body: dict[str, Any]
    seen: dict[str, Any]
    number: int


@dataclass
class Editor:
    """Somebody who changes one thing after the other, each upon what their board shows at that moment."""

    number: int
    port: int
    address: str
    headers: dict[str, str]
    day: str
    halls: list[str]
    until: float
    sessions: dict[str, Any] = field(default_factory=dict)
    known: int = 0
    done: list[Done] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def run(self) -> None:
        self.dice = random.Random(self.number)
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS_TO_ANSWER)
        self._take(self._ask("GET", "")[1])
        while time.monotonic() < self.until:
            self._act()
            if self.dice.random() < 0.3:
                self._take(self._ask("GET", f"/changes?after={self.known}")[1])
        self.connection.close()

    def _act(self) -> None:
        verb, body = self._idea()
        seen = dict(self.sessions.get(body.get("session", ""), {}))
        status, answer = self._ask("POST", f"/{verb}", {**body, "after": self.known})
        if status == 200:
            mine = [change["number"] for change in answer["changes"] if change["mine"]]
            if mine:
                self.done.append(Done(verb, body, seen, max(mine)))
            self._take(answer)
        elif status in (403, 404, 409, 422) and answer["type"] != "Wrongly":
            self.refused[answer["type"]] += 1
            self._look_at_refusal(verb, body, answer)
            self._take(self._ask("GET", f"/changes?after={self.known}")[1])
        else:
            self.wrong.append(f"{verb} {body} was answered {status}: {answer}")

    def _look_at_refusal(self, verb: str, body: dict[str, Any], answer: dict[str, Any]) -> None:
        """Nobody is told that something changed that did not."""
        if answer["type"] != "Stale" or verb not in OF_ONE_SESSION:
            return
        if not answer["changed"] or (answer["session"] or {}).get("sequence") == body["sequence"]:
            self.wrong.append(f"{verb} {body} was called stale: {answer}")

    def _idea(self) -> tuple[str, dict[str, Any]]:
        dice = self.dice
        if not self.sessions or dice.random() < 0.05:
            return "create", {"kind": "forum", "title_en": f"New {dice.random():.6f}", **self._place()}
        session = dice.choice(list(self.sessions.values()))
        known = {"session": session["id"], "sequence": session["sequence"], "despite_clashes": True}
        item = dice.choice(session["items"])["id"] if session["items"] else None
        ideas: list[tuple[str, dict[str, Any]]] = [
            ("change", {**known, "title_en": f"{self.number}: {dice.random():.6f}"}),
            ("change", {**known, "expected": dice.randrange(500)}),
            ("place" if session["in_tray"] else "move", {**known, **self._place()}),
            ("resize", {**known, "minutes": MINUTES * dice.randrange(3, 20)}),
            ("cancel" if session["status"] == "planned" else "reinstate", known),
            ("shift", {**known, "minutes": MINUTES * dice.choice([-2, -1, 1, 2]), "all_halls": dice.random() < 0.3}),
            ("undo", {"despite_clashes": True}),
            ("redo", {"despite_clashes": True}),
        ]
        if item:
            ideas += [("item-minutes", {**known, "item": item, "minutes": dice.randrange(5)})]
            ideas += [("item-move", {**known, "item": item, "direction": dice.choice(["up", "down"])})]
        if dice.random() < 0.2:
            other = dice.choice(list(self.sessions.values()))
            ideas += [
                ("to-tray", known),
                ("copy", {**known, **self._place()}),
                ("split", {**known, "minutes": max(session["minutes"] // 2, 1)}),
                ("delete", known),
                ("swap", {**known, "other": other["id"], "other_sequence": other["sequence"]}),
            ]
        return dice.choice(ideas)

    def _place(self) -> dict[str, Any]:
        start = f"{self.day}T{self.dice.randrange(8, 20):02}:{MINUTES * self.dice.randrange(12):02}"
        return {"local_start": start, "minutes": 30, "hall": self.dice.choice(self.halls)}

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        sent = None if body is None else json.dumps(body)
        self.connection.request(method, self.address + path, sent, self.headers)
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read())

    def _take(self, answer: dict[str, Any]) -> None:
        if "halls" in answer:
            self.sessions = {}
        self.sessions |= {session["id"]: session for session in answer["sessions"]}
        for gone in answer["removed"]:
            self.sessions.pop(gone, None)
        self.known = answer["number"]


def test_of_what_twenty_editors_do_nothing_is_overwritten_unseen(
    event: Event, serve: Any, staff: Callable[..., Visitor]
) -> None:
    halls = [make_hall(event, name).public_id for name in ("Lake Hall", "Garden Hall", "Tower Hall")]
    for number in range(12):
        session = make_session(event, 9 + number % 8, 10 + number % 8, title_en=f"Session {number}")
        for minutes in (10, 20):
            make_item(session, minutes)
    editors = _in_a_storm(event, serve(workers=2, threads=8).port, [staff("editor") for _ in range(EDITORS)], halls)
    assert [complaint for editor in editors for complaint in editor.wrong] == []
    db.session.rollback()
    history = {change.number: change for change in changes_after(event.id, 0)}
    assert list(history) == list(range(1, len(history) + 1))
    assert replayed(change.changes for change in history.values()) == rows_of_event(event.id)
    done = [one for editor in editors for one in editor.done]
    assert len(done) >= SECONDS
    for one in done:
        _assert_made_upon_what_was_seen(one, history[one.number])


def _in_a_storm(event: Event, port: int, visitors: list[Visitor], halls: list[str]) -> list[Editor]:
    tokens = [Board(visitor, event).token for visitor in visitors]
    until = time.monotonic() + SECONDS
    editors = [
        Editor(
            number,
            port,
            f"/manage/{event.slug}/agenda/board",
            {
                "Cookie": f"session={visitor.get_cookie('session').value}",
                "X-CSRFToken": token,
                "Content-Type": "application/json",
                "Accept": "application/json",
            },
            at(event, 9).date().isoformat(),
            halls,
            until,
        )
        for number, (visitor, token) in enumerate(zip(visitors, tokens, strict=True))
    ]
    threads = [threading.Thread(target=editor.run) for editor in editors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS + SECONDS_TO_ANSWER)
    assert not any(thread.is_alive() for thread in threads)
    return editors


def _assert_made_upon_what_was_seen(done: Done, change: AgendaChange) -> None:
    """Each session stood as its editor saw it; a session that was only moved along was moved by just so much."""
    before = {row["id"]: row["before"] for row in change.changes if row["table"] == "agenda_sessions"}
    after = {row["id"]: row["after"] for row in change.changes if row["table"] == "agenda_sessions"}
    if done.verb == "shift":
        for public_id, row in before.items():
            assert _moved_by(row, after[public_id]) == done.body["minutes"]
    elif done.verb in OF_ONE_SESSION and done.verb != "copy":
        row = before[done.body["session"]]
        assert row["sequence"] == done.body["sequence"], (done, change.changes)
        assert {name: row[name] for name in SEEN} == {name: done.seen[name] for name in SEEN}
        assert (row["starts_at"], row["ends_at"]) == (done.seen["starts_at"], done.seen["ends_at"])
        others = {public_id for public_id, row in before.items() if row is not None} - {done.body["session"]}
        assert others == set()


def _moved_by(before: dict[str, Any], after: dict[str, Any]) -> float:
    moved = {
        (datetime.fromisoformat(after[name]) - datetime.fromisoformat(before[name])).total_seconds() / 60
        for name in ("starts_at", "ends_at")
    }
    kept = {name: value for name, value in before.items() if name not in ("starts_at", "ends_at", *STAMPS)}
    assert kept == {name: after[name] for name in kept}
    [minutes] = moved
    return minutes


# -- The race is real ----------------------------------------------------------------------------------------------


def add_a_letter(index: int, session_id: int) -> None:
    """Read the title, add a letter of one's own; whoever is refused reads it again."""
    while True:
        row = db.session.get(AgendaSession, session_id, populate_existing=True)
        title, sequence = row.title_en, row.sequence
        db.session.rollback()
        time.sleep(0.02)
        try:
            change_session(session_id, by=SYSTEM, sequence=sequence, title_en=title + "abcdefgh"[index])
            return
        except Stale:
            continue


def add_a_letter_naively(index: int, session_id: int) -> None:
    """Read, think, write: with nothing that tells whether somebody was faster."""
    title = db.session.get(AgendaSession, session_id).title_en
    db.session.rollback()
    while_others_look()
    change_session(session_id, by=SYSTEM, title_en=title + "abcdefgh"[index])


def test_eight_who_each_add_a_letter_all_find_theirs(event: Event, storm: Callable[..., list[Any]]) -> None:
    session_id = make_session(event, title_en="").id
    outcomes = storm(add_a_letter, processes=2, threads=4, args=(session_id,))
    assert [outcome.refusal for outcome in outcomes] == [None] * 8
    assert sorted(db.session.get(AgendaSession, session_id).title_en) == list("abcdefgh")


def test_without_the_version_letters_would_be_lost(event: Event, storm: Callable[..., list[Any]]) -> None:
    session_id = make_session(event, title_en="").id
    storm(add_a_letter_naively, processes=2, threads=4, args=(session_id,))
    assert len(db.session.get(AgendaSession, session_id).title_en) < 8
