"""A session whose year is wrong: refused wherever it is sent from, before a page or a release holds it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import (
    change_session,
    copy_session,
    create_session,
    move_session,
    place_session,
    put_in_tray,
    resize_session,
    shift_after,
)
from eventapp.agenda.errors import FarFromEvent
from eventapp.agenda.models import AgendaChange, AgendaSession
from eventapp.agenda.times import FARTHEST
from eventapp.db import db
from eventapp.events.actions import change_details
from tests.agenda.boards import Board
from tests.agenda.stage import at, make_session

FAR = (
    {"local_start": "9999-12-31T23:00", "minutes": 120},
    {"local_start": "9999-12-31T23:59", "minutes": 1},
    {"starts_at": "9999-12-31T23:50:00Z", "minutes": 60},
    {"starts_at": "0001-01-01T00:00:00+14:00", "minutes": 60},
    {"local_start": "0001-01-01T00:00", "minutes": 60},
    {"local_start": "2062-12-31T23:00", "minutes": 120},
    {"starts_at": "2019-05-01T09:00:00Z", "ends_at": "2019-05-01T10:00:00Z"},
)


@pytest.mark.parametrize("when", FAR, ids=lambda when: next(iter(when.values())))
def test_the_board_refuses_it_and_keeps_nothing(event, staff, client, when):
    make_session(event)
    board = Board(staff(), event)
    opening = board.named("Opening")
    changes = db.session.scalar(select(func.count(AgendaChange.id)))
    for verb, session, more in (("create", None, {"kind": "forum"}), ("move", opening, {}), ("copy", opening, {})):
        refused = board.do(verb, session, status=422, **when, **more)
        assert refused["type"] in ("FarFromEvent", "Wrongly"), (verb, refused)
    board.send("check", 200 if "2062" in str(when) or "2019" in str(when) else 422, session=opening, **when)
    assert db.session.scalar(select(func.count(AgendaSession.id))) == 1
    assert db.session.scalar(select(func.count(AgendaChange.id))) == changes
    assert len(board.look()["sessions"]) == 1


def test_every_action_that_gives_a_time_refuses_it(event):
    session, later = make_session(event), make_session(event, 11, 12, "Later")
    far = event.ends_at + FARTHEST
    times = {"starts_at": far, "ends_at": far + timedelta(minutes=1)}
    with pytest.raises(FarFromEvent):
        create_session(event.id, by=SYSTEM, kind="forum", title_en="Far", **times)
    with pytest.raises(FarFromEvent):
        change_session(session.id, by=SYSTEM, **times)
    with pytest.raises(FarFromEvent):
        move_session(session.id, by=SYSTEM, hall_id=None, **times)
    with pytest.raises(FarFromEvent):
        resize_session(session.id, by=SYSTEM, starts_at=event.starts_at - FARTHEST - timedelta(seconds=1), ends_at=far)
    with pytest.raises(FarFromEvent):
        copy_session(session.id, by=SYSTEM, starts_at=far)
    put_in_tray(later.id, by=SYSTEM)
    with pytest.raises(FarFromEvent):
        place_session(later.id, by=SYSTEM, starts_at=far, hall_id=None)
    assert [row.starts_at for row in db.session.scalars(select(AgendaSession).order_by(AgendaSession.id))] == [
        at(event, 9),
        at(event, 11),
    ]


def test_a_year_from_the_event_is_still_near(event):
    session = make_session(event, starts_at=event.starts_at - FARTHEST, ends_at=event.starts_at)
    move_session(session.id, by=SYSTEM, starts_at=event.ends_at, ends_at=event.ends_at + FARTHEST, hall_id=None)
    assert db.session.get_one(AgendaSession, session.id).ends_at == event.ends_at + FARTHEST


def test_what_is_moved_along_again_and_again_does_not_leave_the_event(event):
    begins = event.ends_at + FARTHEST
    make_session(event, starts_at=begins - timedelta(hours=3), ends_at=begins - timedelta(hours=2))
    last = make_session(event, starts_at=begins - timedelta(hours=1), ends_at=begins)
    first = db.session.scalar(select(AgendaSession.id).where(AgendaSession.id != last.id))
    with pytest.raises(FarFromEvent):
        shift_after(first, 1, by=SYSTEM)
    shift_after(first, -1, by=SYSTEM)
    assert db.session.get_one(AgendaSession, last.id).ends_at == begins - timedelta(minutes=1)


def test_what_an_event_that_moved_has_left_behind_can_still_be_changed_and_fetched(event):
    session = make_session(event)
    years = timedelta(days=3 * 365)
    change_details(event.id, by=SYSTEM, starts_at=event.starts_at + years, ends_at=event.ends_at + years)
    change_session(session.id, by=SYSTEM, title_en="Left behind")
    move_session(session.id, by=SYSTEM, starts_at=at(event, 9), ends_at=at(event, 10), hall_id=None)
    assert db.session.get_one(AgendaSession, session.id).starts_at == event.starts_at
