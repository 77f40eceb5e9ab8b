"""On the day: start, end, put off, cancel, reinstate, and take all that back; the public sees it at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.accounts.models import AuditEntry
from eventapp.agenda.actions import (
    cancel_on_the_day,
    cancel_session,
    delay_session,
    delete_session,
    end_session,
    limit_editor,
    move_session,
    reinstate_on_the_day,
    start_session,
    undo_live_change,
)
from eventapp.agenda.errors import (
    AlreadyCancelled,
    AlreadyEnded,
    AlreadyStarted,
    ChangedMeanwhile,
    EarlierThanPlanned,
    LiveChangeFollowed,
    MinutesOutOfRange,
    NotBegun,
    NotCancelled,
    NothingReleased,
    NothingToUndo,
    NotToday,
    OutsideScope,
    PastTheDay,
    ReleasedSince,
)
from eventapp.agenda.models import AgendaSession, LiveChange, LiveSession
from eventapp.agenda.queries import agenda_of
from eventapp.agenda.queries.live import live_agenda, live_changes_of, plan_of_delay, seen_of
from eventapp.clock import now
from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.events.actions import change_details
from eventapp.events.queries import get_event, halls_of
from tests.agenda.stage import at, make_hall, make_item, make_part, make_person, make_session, publish
from tests.ground.storms import while_others_look


def three_sessions(event) -> dict[str, str]:
    """Two halls; Lan Chen answers at half past ten in the lake hall, and replies at half past eleven in the garden hall."""
    lake, garden, lan = make_hall(event), make_hall(event, "Garden Hall", "园林厅"), make_person()
    opening = make_session(event, 9, 10, "Opening", hall_id=lake.id)
    keynote = make_session(event, 10, 11, "Keynote", hall_id=lake.id)
    forum = make_session(event, 11, 12, "Forum", hall_id=garden.id)
    for session in (opening, keynote, forum):
        make_item(session, 30, title_en="Speech")
    make_part(make_item(keynote, 30, title_en="Answer"), lan)
    make_part(make_item(forum, 30, title_en="Reply"), lan)
    publish(event)
    return {row.title_en: row.uuid for row in (opening, keynote, forum)}


@pytest.fixture
def day(event):
    """Title → uuid."""
    return three_sessions(event)


@pytest.fixture
def on_the_day(event):
    """`on_the_day(9, 40)` is a moment of the event's first day."""
    return lambda hour, minute=0: time_machine.travel(at(event, hour, minute), tick=False)


def minutes_after_nine(event, moment):
    return (moment - at(event, 9)) // timedelta(minutes=1)


def seen_by_guests(event_id):
    """Title → from when to when the public sees it, in minutes after nine; and its state."""
    db.session.rollback()
    event = get_event(event_id)
    shown = [session for day in agenda_of(event, now()) for session in day.sessions]
    return {
        one.title.en: (minutes_after_nine(event, one.starts_at), minutes_after_nine(event, one.ends_at), one.status)
        for one in shown
    }


def laid(event_id):
    """Every row of the day, whole."""
    db.session.rollback()
    columns = LiveSession.__table__.columns
    query = select(*columns).where(LiveSession.event_id == event_id).order_by(LiveSession.session_uuid)
    return [tuple(row) for row in db.session.execute(query)]


PLANNED = {"Opening": (0, 60, "planned"), "Keynote": (60, 120, "planned"), "Forum": (120, 180, "planned")}


# -- A delay -------------------------------------------------------------------------------------------------------


def test_a_delay_pushes_what_follows_in_the_hall_and_elsewhere_only_for_the_same_people(event, day):
    delay_session(event.id, day["Opening"], minutes=7, by=SYSTEM)
    assert seen_by_guests(event.id) == {**PLANNED, "Opening": (7, 67, "planned"), "Keynote": (67, 127, "planned")}
    # Lan has to be in the garden hall at 11:30, and her answer now ends at 11:47.
    delay_session(event.id, day["Opening"], minutes=40, by=SYSTEM)
    assert seen_by_guests(event.id) == {
        "Opening": (47, 107, "planned"),
        "Keynote": (107, 167, "planned"),
        "Forum": (137, 197, "planned"),
    }


def test_one_that_has_begun_goes_on_for_longer_and_its_items_stay(event, day, on_the_day):
    with on_the_day(9):
        start_session(event.id, day["Opening"], by=SYSTEM)
        delay_session(event.id, day["Opening"], minutes=5, by=SYSTEM)
    assert seen_by_guests(event.id)["Opening"] == (0, 65, "planned")
    assert seen_by_guests(event.id)["Keynote"] == (65, 125, "planned")
    opening, keynote, _forum = agenda_of(get_event(event.id), now())[0].sessions
    assert [minutes_after_nine(event, item.starts_at) for item in opening.items] == [0]
    assert [minutes_after_nine(event, item.starts_at) for item in keynote.items] == [65, 95]


def test_time_is_got_back_as_far_as_what_was_published_and_no_further(event, day):
    delay_session(event.id, day["Opening"], minutes=10, by=SYSTEM)
    delay_session(event.id, day["Opening"], minutes=-4, by=SYSTEM)
    assert seen_by_guests(event.id) == {**PLANNED, "Opening": (6, 66, "planned"), "Keynote": (66, 126, "planned")}
    with pytest.raises(EarlierThanPlanned, match="09:00"):
        delay_session(event.id, day["Opening"], minutes=-7, by=SYSTEM)
    delay_session(event.id, day["Opening"], minutes=-6, by=SYSTEM)
    assert seen_by_guests(event.id) == PLANNED


@pytest.mark.parametrize("minutes", [0, 721, -721])
def test_a_delay_needs_a_number_of_minutes_that_makes_sense(event, day, minutes):
    with pytest.raises(MinutesOutOfRange):
        delay_session(event.id, day["Opening"], minutes=minutes, by=SYSTEM)


def test_nothing_is_pushed_into_the_next_day(event, day):
    delay_session(event.id, day["Forum"], minutes=720, by=SYSTEM)
    assert seen_by_guests(event.id)["Forum"] == (840, 900, "planned")
    with pytest.raises(PastTheDay, match="Forum"):
        delay_session(event.id, day["Forum"], minutes=300, by=SYSTEM)
    # Late at night is still the same day.
    delay_session(event.id, day["Forum"], minutes=180, by=SYSTEM)
    assert seen_by_guests(event.id)["Forum"] == (1020, 1080, "planned")


def test_what_was_looked_at_is_what_is_published_or_nothing(event, day, user_with_role):
    user = user_with_role("organiser")
    live = live_agenda(event.id)
    seen = seen_of(live, plan_of_delay(live, day["Opening"], 7, now()))
    # What changes nothing of the plan is in nobody's way.
    cancel_on_the_day(event.id, day["Forum"], by=SYSTEM)
    delay_session(event.id, day["Keynote"], minutes=30, by=Actor("user", user.id))
    with pytest.raises(ChangedMeanwhile, match="put off “Keynote” by \\+30 min") as caught:
        delay_session(event.id, day["Opening"], minutes=7, by=SYSTEM, seen=seen)
    assert user.shown_name in str(caught.value)
    undo_live_change(event.id, 2, by=Actor("user", user.id))
    delay_session(event.id, day["Opening"], minutes=7, by=SYSTEM, seen=seen)
    assert seen_by_guests(event.id)["Keynote"] == (67, 127, "planned")


def test_who_looked_before_a_release_is_told_so(event, day):
    live = live_agenda(event.id)
    seen = seen_of(live, plan_of_delay(live, day["Opening"], 7, now()))
    keynote = db.session.scalar(select(AgendaSession).where(AgendaSession.uuid == day["Keynote"]))
    times = {"starts_at": at(event, 10, 15), "ends_at": at(event, 11, 15)}
    move_session(keynote.id, by=SYSTEM, hall_id=keynote.hall_id, despite_clashes=True, **times)
    publish(event)
    with pytest.raises(ChangedMeanwhile, match="published release 2"):
        delay_session(event.id, day["Opening"], minutes=7, by=SYSTEM, seen=seen)


# -- Start, end, cancel, reinstate ---------------------------------------------------------------------------------


def test_start_and_end_are_noted_and_move_nothing(event, day, on_the_day):
    with on_the_day(9, 3):
        start_session(event.id, day["Opening"], by=SYSTEM)
        with pytest.raises(AlreadyStarted, match="09:03"):
            start_session(event.id, day["Opening"], by=SYSTEM)
    with on_the_day(9, 58):
        end_session(event.id, day["Opening"], by=SYSTEM)
        for action in (end_session, start_session, cancel_on_the_day):
            with pytest.raises(AlreadyEnded, match="09:58"):
                action(event.id, day["Opening"], by=SYSTEM)
        with pytest.raises(AlreadyEnded):
            delay_session(event.id, day["Opening"], minutes=5, by=SYSTEM)
    opening = agenda_of(get_event(event.id), now())[0].sessions[0]
    assert (opening.started_at, opening.ended_at) == (at(event, 9, 3), at(event, 9, 58))
    assert seen_by_guests(event.id) == PLANNED


def test_one_that_has_not_begun_is_not_ended_and_nothing_begins_on_another_day(event, day, on_the_day):
    with on_the_day(9, 59), pytest.raises(NotBegun):
        end_session(event.id, day["Keynote"], by=SYSTEM)
    with on_the_day(10):
        end_session(event.id, day["Keynote"], by=SYSTEM)
    for action in (start_session, end_session):
        with on_the_day(33), pytest.raises(NotToday):
            action(event.id, day["Forum"], by=SYSTEM)


def test_what_runs_past_the_hour_at_which_days_start_is_ended_then(event, on_the_day):
    night = make_session(event, 20, 30, "Hackathon")
    publish(event)
    with on_the_day(20, 1):
        start_session(event.id, night.uuid, by=SYSTEM)
    with on_the_day(29, 5):
        with pytest.raises(AlreadyStarted):
            start_session(event.id, night.uuid, by=SYSTEM)
        end_session(event.id, night.uuid, by=SYSTEM)
        with pytest.raises(AlreadyEnded):
            end_session(event.id, night.uuid, by=SYSTEM)
    [shown] = agenda_of(get_event(event.id), now())[0].sessions
    assert (shown.started_at, shown.ended_at) == (at(event, 20, 1), at(event, 29, 5))


def test_what_is_cancelled_on_the_day_stays_in_its_place_and_pushes_nothing(event, day):
    cancel_on_the_day(event.id, day["Keynote"], by=SYSTEM)
    assert seen_by_guests(event.id) == {**PLANNED, "Keynote": (60, 120, "cancelled")}
    with pytest.raises(AlreadyCancelled):
        cancel_on_the_day(event.id, day["Keynote"], by=SYSTEM)
    with pytest.raises(AlreadyCancelled):
        delay_session(event.id, day["Keynote"], minutes=5, by=SYSTEM)
    delay_session(event.id, day["Opening"], minutes=50, by=SYSTEM)
    assert seen_by_guests(event.id)["Keynote"] == (60, 120, "cancelled")
    reinstate_on_the_day(event.id, day["Keynote"], by=SYSTEM)
    assert seen_by_guests(event.id)["Keynote"] == (60, 120, "planned")
    with pytest.raises(NotCancelled):
        reinstate_on_the_day(event.id, day["Keynote"], by=SYSTEM)


def test_what_the_release_cancelled_can_take_place_after_all(event, day):
    forum = db.session.scalar(select(AgendaSession.id).where(AgendaSession.uuid == day["Forum"]))
    cancel_session(forum, by=SYSTEM)
    publish(event)
    reinstate_on_the_day(event.id, day["Forum"], by=SYSTEM)
    assert seen_by_guests(event.id) == PLANNED


def test_without_a_release_there_is_nothing_to_change(event, day, new_event):
    other = new_event("other-2026")
    for action in (start_session, end_session, cancel_on_the_day, reinstate_on_the_day):
        with pytest.raises(NothingReleased):
            action(other.id, day["Opening"], by=SYSTEM)
        with pytest.raises(NotFound):
            action(event.id, "no-such-session", by=SYSTEM)
        with pytest.raises(NotFound):
            action(0, day["Opening"], by=SYSTEM)
    with pytest.raises(NothingReleased):
        delay_session(other.id, day["Opening"], minutes=5, by=SYSTEM)


def test_an_editor_of_one_hall_changes_nothing_in_another_not_even_by_a_push(event, day, user_with_role):
    editor = user_with_role("editor")
    lake, garden = halls_of(event.id)
    limit_editor(event.id, editor.id, by=SYSTEM, hall_ids=[lake.id])
    by = Actor("user", editor.id)
    with pytest.raises(OutsideScope, match="Lake Hall"):
        cancel_on_the_day(event.id, day["Forum"], by=by)
    delay_session(event.id, day["Opening"], minutes=7, by=by)
    with pytest.raises(OutsideScope):
        delay_session(event.id, day["Opening"], minutes=40, by=by)
    delay_session(event.id, day["Forum"], minutes=7, by=SYSTEM)
    with pytest.raises(OutsideScope):
        undo_live_change(event.id, 2, by=by)
    undo_live_change(event.id, 1, by=by)
    assert seen_by_guests(event.id) == {**PLANNED, "Forum": (127, 187, "planned")}
    assert garden.name_en == "Garden Hall"


def test_every_change_is_numbered_and_in_the_audit_trail(event, day, on_the_day):
    with on_the_day(9, 1):
        start_session(event.id, day["Opening"], by=SYSTEM)
        delay_session(event.id, day["Opening"], minutes=5, by=SYSTEM)
        end_session(event.id, day["Opening"], by=SYSTEM)
        cancel_on_the_day(event.id, day["Keynote"], by=SYSTEM)
        reinstate_on_the_day(event.id, day["Keynote"], by=SYSTEM)
        undo_live_change(event.id, 5, by=SYSTEM)
    assert [(row.number, row.kind) for row in reversed(live_changes_of(event.id))] == [
        (1, "start"), (2, "delay"), (3, "end"), (4, "cancel"), (5, "reinstate"),
    ]  # fmt: skip
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "live_changes")).all()
    assert [entry.action for entry in entries] == [
        "start_session", "delay_session", "end_session", "cancel_on_the_day", "reinstate_on_the_day", "undo_live_change",
    ]  # fmt: skip
    assert entries[1].after == {"number": 2, "sessions": ["Opening", "Keynote"], "minutes": 5}


# -- Taking back ---------------------------------------------------------------------------------------------------


def test_taking_back_leaves_every_row_exactly_as_it_was(event, day, on_the_day):
    with on_the_day(9, 4):
        start_session(event.id, day["Opening"], by=SYSTEM)
        states = [laid(event.id)]
        for minutes in (5, 40):
            delay_session(event.id, day["Opening"], minutes=minutes, by=SYSTEM)
            states.append(laid(event.id))
        cancel_on_the_day(event.id, day["Keynote"], by=SYSTEM)
    for number, state in ((4, states[2]), (3, states[1]), (2, states[0]), (1, [])):
        undo_live_change(event.id, number, by=SYSTEM)
        assert laid(event.id) == state
        with pytest.raises(NothingToUndo):
            undo_live_change(event.id, number, by=SYSTEM)
    assert seen_by_guests(event.id) == PLANNED
    with pytest.raises(NotFound):
        undo_live_change(event.id, 5, by=SYSTEM)


def test_what_something_later_builds_upon_is_not_taken_back_before_that(event, day):
    delay_session(event.id, day["Opening"], minutes=7, by=SYSTEM)
    cancel_on_the_day(event.id, day["Forum"], by=SYSTEM)
    cancel_on_the_day(event.id, day["Keynote"], by=SYSTEM)
    before = laid(event.id)
    with pytest.raises(LiveChangeFollowed, match="cancelled “Keynote”"):
        undo_live_change(event.id, 1, by=SYSTEM)
    assert laid(event.id) == before
    undo_live_change(event.id, 3, by=SYSTEM)
    undo_live_change(event.id, 1, by=SYSTEM)
    assert seen_by_guests(event.id) == {**PLANNED, "Forum": (120, 180, "cancelled")}


# -- A new release on the day --------------------------------------------------------------------------------------


def test_a_release_that_says_nothing_new_of_a_session_leaves_the_day_as_it_is(event, day):
    delay_session(event.id, day["Opening"], minutes=7, by=SYSTEM)
    before = laid(event.id)
    make_session(event, 14, 15, "Late addition")
    publish(event)
    assert laid(event.id) == before
    undo_live_change(event.id, 1, by=SYSTEM)
    assert seen_by_guests(event.id) == {**PLANNED, "Late addition": (300, 360, "planned")}


def test_a_release_that_says_when_a_session_is_wins_over_the_day_but_what_began_has_begun(event, day, on_the_day):
    with on_the_day(9, 2):
        start_session(event.id, day["Opening"], by=SYSTEM)
        delay_session(event.id, day["Opening"], minutes=7, by=SYSTEM)
        cancel_on_the_day(event.id, day["Forum"], by=SYSTEM)
        for title, start in (("Opening", 0), ("Keynote", 75)):
            row = db.session.scalar(select(AgendaSession).where(AgendaSession.uuid == day[title]))
            times = {"starts_at": at(event, 9, start), "ends_at": at(event, 9, start + 70)}
            move_session(row.id, by=SYSTEM, hall_id=row.hall_id, despite_clashes=True, **times)
        publish(event)
    assert seen_by_guests(event.id) == {
        "Opening": (0, 70, "planned"),
        "Keynote": (75, 145, "planned"),
        "Forum": (120, 180, "cancelled"),
    }
    assert agenda_of(get_event(event.id), now())[0].sessions[0].started_at == at(event, 9, 2)
    with pytest.raises(ReleasedSince):
        undo_live_change(event.id, 2, by=SYSTEM)
    undo_live_change(event.id, 3, by=SYSTEM)
    assert seen_by_guests(event.id)["Forum"] == (120, 180, "planned")


def test_what_a_release_no_longer_holds_is_gone_from_the_day(event, day):
    cancel_on_the_day(event.id, day["Forum"], by=SYSTEM)
    delete_session(db.session.scalar(select(AgendaSession.id).where(AgendaSession.uuid == day["Forum"])), by=SYSTEM)
    publish(event)
    assert laid(event.id) == []
    with pytest.raises(ReleasedSince):
        undo_live_change(event.id, 1, by=SYSTEM)


def test_a_corrected_zone_keeps_the_wall_times_of_the_day_too(event, day, client):
    delay_session(event.id, day["Opening"], minutes=7, by=SYSTEM)
    change_details(event.id, by=SYSTEM, time_zone="Europe/Paris")
    db.session.rollback()
    assert "09:07" in client.get("/e/delta-2026/agenda").words


# -- Several at once -----------------------------------------------------------------------------------------------


def put_off(index: int, event_id: int, session_uuid: str, seen: str) -> int:
    return delay_session(event_id, session_uuid, minutes=7, by=SYSTEM, seen=seen).number


def put_off_naively(index: int, event_id: int, session_uuid: str, seen: str) -> int:
    """Look, then write, with nothing that holds the two together."""
    number = db.session.scalar(select(func.max(LiveChange.number)).where(LiveChange.event_id == event_id)) or 0
    looked_at = number == int(seen.split(".")[1])
    db.session.rollback()
    while_others_look()
    assert looked_at
    db.session.add(
        LiveChange(event_id=event_id, number=number + 1, kind="delay", before={}, after={}, at=now(), by_kind="system")
    )
    db.session.commit()
    return number + 1


def seen_at_first(event_id: int, session_uuid: str) -> str:
    live = live_agenda(event_id)
    return seen_of(live, plan_of_delay(live, session_uuid, 7, now()))


@pytest.mark.both_databases
def test_of_many_who_publish_the_same_delay_one_does(event, storm: Callable[..., list[Any]]):
    uuid = three_sessions(event)["Opening"]
    event_id, seen = event.id, seen_at_first(event.id, uuid)
    outcomes = storm(put_off, processes=2, threads=3, args=(event_id, uuid, seen))
    assert Counter(outcome.refusal for outcome in outcomes) == {None: 1, "ChangedMeanwhile": 5}
    assert seen_by_guests(event_id)["Keynote"] == (67, 127, "planned")
    assert [row.number for row in live_changes_of(event_id)] == [1]


@pytest.mark.both_databases
def test_without_the_lock_several_would_think_it_was_theirs(event, storm: Callable[..., list[Any]]):
    uuid = three_sessions(event)["Opening"]
    event_id, seen = event.id, seen_at_first(event.id, uuid)
    outcomes = storm(put_off_naively, processes=2, threads=3, args=(event_id, uuid, seen))
    assert any(outcome.refusal == "IntegrityError" for outcome in outcomes)


def cancel_one(index: int, event_id: int, uuids: list[str]) -> int:
    return cancel_on_the_day(event_id, uuids[index], by=SYSTEM).number


@pytest.mark.both_databases
def test_of_many_changes_at_once_each_has_its_number_and_none_is_lost(event, storm: Callable[..., list[Any]]):
    uuids = [make_session(event, 9 + hour, 10 + hour, f"Talk {hour}").uuid for hour in range(6)]
    publish(event)
    outcomes = storm(cancel_one, processes=2, threads=3, args=(event.id, uuids))
    assert sorted(outcome.value for outcome in outcomes) == [1, 2, 3, 4, 5, 6]
    assert {status for _starts, _ends, status in seen_by_guests(event.id).values()} == {"cancelled"}
