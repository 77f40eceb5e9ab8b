"""What the database itself refuses of an agenda, whoever writes: codes without words, and a second one where one may wait."""

from __future__ import annotations

import time
from collections import Counter
from datetime import timedelta

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import AgendaReleased, prepare_notice, release_agenda
from eventapp.agenda.models import AgendaItem, AgendaSession, Part, Release, ReleaseNotice
from eventapp.agenda.models.sessions import ITEM_KINDS, PART_ROLES, SESSION_KINDS
from eventapp.agenda.queries import latest_release, releases_of
from eventapp.agenda.queries import scheduled_release as waiting
from eventapp.agenda.queries.notices import undecided_notice
from eventapp.audiences.affected import recipients_of_notice
from eventapp.clock import now
from eventapp.db import db, run, transaction
from eventapp.errors import Stale
from eventapp.events.queries import get_event
from tests.agenda.stage import make_item, make_part, make_person, make_session, publish
from tests.agenda.telling import begin, move, states, talk

pytestmark = pytest.mark.both_databases
CODES = [(AgendaSession, "kind", SESSION_KINDS), (AgendaItem, "kind", ITEM_KINDS), (Part, "role", PART_ROLES)]


def write_code(model: type, column: str, code: str) -> None:
    with transaction() as session:
        session.execute(update(model).values({column: code}))


@pytest.mark.parametrize(("model", "column", "codes"), CODES, ids=["session", "item", "part"])
def test_a_kind_or_a_role_is_one_that_the_pages_have_words_for(event, model, column, codes):
    make_part(make_item(make_session(event), 20), make_person())
    for code in codes:
        write_code(model, column, code)
    with pytest.raises(IntegrityError):
        write_code(model, column, "nonsense")
    assert db.session.scalar(select(getattr(model, column))) == codes[-1]


# -- One release waits ---------------------------------------------------------------------------------------------


def schedule(_index: int, event_id: int) -> None:
    release_agenda(event_id, by=SYSTEM, publish_at=now() + timedelta(hours=1))


def add_waiting(event_id: int, number: int) -> None:
    hour = now() + timedelta(hours=1)
    values = {"payload": "{}", "digest": "", "state": "scheduled", "publish_at": hour, "created_at": now()}
    db.session.add(Release(event_id=event_id, number=number, **values))


def schedule_naively(index: int, event_id: int) -> None:
    """Look first, write afterwards, each with a number of its own."""
    free = waiting(event_id) is None
    db.session.rollback()
    time.sleep(0.3)
    if free:
        add_waiting(event_id, 100 + index)
        db.session.commit()


def test_of_many_who_set_an_hour_at_once_one_release_waits(event, storm):
    make_session(event)
    outcomes = storm(schedule, processes=2, threads=2, args=(event.id,))
    assert Counter(outcome.refusal for outcome in outcomes) == {None: 1, "ReleaseIsScheduled": 3}
    assert [release.state for release in releases_of(event.id)] == ["scheduled"]


def test_who_looks_first_and_writes_a_second_waiting_release_is_refused_by_the_database(event, storm):
    outcomes = storm(schedule_naively, processes=2, threads=2, args=(event.id,))
    assert Counter(outcome.refusal for outcome in outcomes) == {None: 1, "IntegrityError": 3}


def test_a_waiting_release_that_nobody_saw_coming_is_told_in_words(event, monkeypatch):
    make_session(event)
    publish(event, publish_at=now() + timedelta(hours=1))
    make_session(event, 11, 12, "Forum")
    monkeypatch.setattr("eventapp.agenda.actions.releases.scheduled", lambda event_id: None)
    with pytest.raises(Stale):
        publish(event, publish_at=now() + timedelta(hours=2))
    assert len(releases_of(event.id)) == 1


# -- One notice is undecided ---------------------------------------------------------------------------------------


def add_undecided(event_id: int, release_id: int) -> None:
    db.session.add(ReleaseNotice(event_id=event_id, release_id=release_id, state="open", created_at=now()))


def prepare_naively(index: int, event_id: int, release_ids: list[int]) -> None:
    """Look first, write afterwards, each for a release of its own."""
    free = undecided_notice(event_id) is None
    db.session.rollback()
    time.sleep(0.3)
    if free:
        add_undecided(event_id, release_ids[index])
        db.session.commit()


def prepare(index: int, event_id: int, release_ids: list[int]) -> None:
    prepare_notice(AgendaReleased(event_id, release_ids[index], None, SYSTEM), recipients_of_notice)


@pytest.fixture
def untold(event) -> tuple[int, list[int]]:
    """(the event, its releases): four that somebody is concerned by, and nothing is prepared for any."""
    story = begin(event)
    for hour in (13, 14, 15):
        move(event, story.opening, hour)
        publish(event)
    with transaction() as session:
        run(text("DELETE FROM release_notices"))
        ids = list(session.scalars(select(Release.id).where(Release.event_id == event.id).order_by(Release.id)))
    return event.id, ids


def test_who_looks_first_and_writes_a_second_undecided_notice_is_refused_by_the_database(storm, untold):
    outcomes = storm(prepare_naively, processes=2, threads=2, args=untold)
    assert Counter(outcome.refusal for outcome in outcomes) == {None: 1, "IntegrityError": 3}


def test_of_many_releases_told_at_once_one_notice_is_undecided(storm, untold):
    outcomes = storm(prepare, processes=2, threads=2, args=untold)
    assert {outcome.refusal for outcome in outcomes} <= {None, "Stale"}
    db.session.rollback()
    assert undecided_notice(untold[0]) is not None


def test_a_newer_release_closes_the_older_notice_and_opens_its_own_in_one_step(event):
    story = begin(event)
    for hour in (13, 14):
        move(event, story.opening, hour)
        publish(event)
    assert states(event) == ["sent", "superseded", "open"]


# -- Databases from before -----------------------------------------------------------------------------------------


def test_a_database_that_broke_these_rules_is_mended_when_it_is_upgraded_and_keeps_its_rows(event):
    talk(event, make_person())
    publish(event)
    event_id, first = event.id, latest_release(event.id).id
    db.session.rollback()
    downgrade(revision="0006")
    with transaction() as session:
        for number in (7, 8):
            add_waiting(event_id, number)
        session.flush()
        run(text("DELETE FROM release_notices"))
        second = session.scalar(select(Release.id).where(Release.number == 8))
        for release_id in (first, second):
            add_undecided(event_id, release_id)
        for table, column in (("agenda_sessions", "kind"), ("agenda_items", "kind"), ("parts", "role")):
            run(text(f"UPDATE {table} SET {column} = 'nonsense'"))
    db.session.remove()
    upgrade()
    found = undecided_notice(event_id)
    assert (found[0].release_id, states(get_event(event_id))) == (second, ["superseded", "open"])
    assert [(one.number, one.state) for one in releases_of(event_id)] == [
        (8, "scheduled"), (7, "withdrawn"), (1, "published"),
    ]  # fmt: skip
    kinds = select(AgendaSession.kind, AgendaItem.kind, Part.role).join(AgendaSession.items).join(AgendaItem.parts)
    assert db.session.execute(kinds).all() == [("forum", "speech", "speaker")]
    db.session.rollback()
    with pytest.raises(IntegrityError):
        write_code(Part, "mode", "nonsense")
    with pytest.raises(IntegrityError):
        write_code(Part, "role", "nonsense")
