"""Two organisers at once: the promise that no clash is made unseen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import create_session
from eventapp.agenda.clashes import find_clashes
from eventapp.agenda.models import AgendaSession
from eventapp.agenda.queries import blocks_of, sessions_in_order
from eventapp.clock import now
from eventapp.db import db
from eventapp.events.models import Event
from eventapp.events.queries import get_event
from tests.agenda.stage import at, make_hall
from tests.ground.storms import while_others_look

pytestmark = pytest.mark.both_databases


def take_the_hall(index: int, event_id: int, hall_id: int) -> None:
    event = get_event(event_id)
    times = {"starts_at": at(event, 9), "ends_at": at(event, 10)}
    create_session(event_id, by=SYSTEM, kind="forum", hall_id=hall_id, title_en=f"Forum {index}", **times)


def take_the_hall_naively(index: int, event_id: int, hall_id: int) -> None:
    """Look first, write afterwards, with nothing that holds the two together."""
    event = get_event(event_id)
    free = not sessions_in_order(event_id)
    db.session.rollback()
    while_others_look()
    if free:
        times = {"starts_at": at(event, 9), "ends_at": at(event, 10), "changed_at": now()}
        db.session.add(
            AgendaSession(event_id=event_id, kind="forum", hall_id=hall_id, title_en=f"Forum {index}", **times)
        )
        db.session.commit()


def test_of_many_who_want_one_hall_at_one_time_one_gets_it(event: Event, storm: Callable[..., list[Any]]) -> None:
    event_id, hall_id = event.id, make_hall(event).id
    outcomes = storm(take_the_hall, processes=2, threads=4, args=(event_id, hall_id))
    assert Counter(outcome.refusal for outcome in outcomes) == {None: 1, "Clashes": 7}
    assert len(sessions_in_order(event_id)) == 1


def test_without_the_lock_a_hall_would_be_taken_twice(event: Event, storm: Callable[..., list[Any]]) -> None:
    event_id, hall_id = event.id, make_hall(event).id
    storm(take_the_hall_naively, processes=2, threads=4, args=(event_id, hall_id))
    assert find_clashes(blocks_of(event_id)) != []
