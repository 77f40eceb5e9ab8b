"""Writing: whole or not at all, one after the other, told afterwards."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from eventapp.accounts.actions import add_user
from eventapp.accounts.models import User
from eventapp.clock import now
from eventapp.db import after_commit, announce, db, insert_new, new_public_id, on_announcement, transaction


class PowerCut(Exception):  # noqa: N818 - what happens in these tests
    pass


@dataclass(frozen=True)
class SomethingHappened:
    name: str


def new_user(email: str) -> User:
    return User(email=email, name="", created_at=now())


def emails() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(User.email).order_by(User.id)))


@pytest.mark.both_databases
def test_inner_blocks_join_the_outer_one(app):
    with transaction() as outer:
        outer.add(new_user("a@example.org"))
        with transaction() as inner:
            inner.add(new_user("b@example.org"))
            assert inner is outer
        outer.add(new_user("c@example.org"))
    assert emails() == ["a@example.org", "b@example.org", "c@example.org"]


@pytest.mark.both_databases
def test_an_error_undoes_all_even_what_an_inner_block_had_finished(app):
    with pytest.raises(PowerCut), transaction():
        with transaction() as inner:
            inner.add(new_user("a@example.org"))
            inner.flush()
        raise PowerCut
    assert emails() == []
    with transaction() as session:
        session.add(new_user("b@example.org"))
    assert emails() == ["b@example.org"]


@pytest.mark.both_databases
def test_an_error_of_the_database_undoes_all_and_leaves_a_session_that_works(app):
    add_user("a@example.org")
    with pytest.raises(IntegrityError), transaction() as session:
        session.add(new_user("b@example.org"))
        session.flush()
        session.add(new_user("a@example.org"))
    assert emails() == ["a@example.org"]


def test_what_is_to_happen_afterwards_happens_after_the_commit_and_once(app):
    heard: list[list[str]] = []
    with transaction() as session:
        session.add(new_user("a@example.org"))
        with transaction():
            after_commit(lambda: heard.append(emails()))
        assert heard == []
    assert heard == [["a@example.org"]]
    with transaction():
        pass
    assert len(heard) == 1


def test_what_was_to_happen_afterwards_never_happens_when_all_is_undone(app):
    heard: list[str] = []
    with pytest.raises(PowerCut), transaction():
        after_commit(lambda: heard.append("told"))
        raise PowerCut
    with transaction():
        pass
    assert heard == []


def test_what_happens_afterwards_may_write_in_a_transaction_of_its_own(app):
    with transaction():
        after_commit(lambda: add_user("later@example.org"))
    assert emails() == ["later@example.org"]


def test_handlers_of_an_announcement_join_the_transaction(app):
    on_announcement(app, SomethingHappened, lambda fact: add_user(f"{fact.name}@example.org"))
    with pytest.raises(PowerCut), transaction():
        announce(SomethingHappened("undone"))
        assert db.session.scalars(select(User.email)).all() == ["undone@example.org"]
        raise PowerCut
    assert emails() == []
    with transaction():
        announce(SomethingHappened("done"))
    assert emails() == ["done@example.org"]


def test_an_error_in_a_handler_undoes_what_was_announced(app):
    def fail(_fact: SomethingHappened) -> None:
        raise PowerCut

    on_announcement(app, SomethingHappened, fail)
    with pytest.raises(PowerCut), transaction() as session:
        session.add(new_user("a@example.org"))
        announce(SomethingHappened("x"))
    assert emails() == []


def test_nothing_can_be_announced_outside_of_a_transaction(app):
    with pytest.raises(RuntimeError, match="inside a transaction"):
        announce(SomethingHappened("x"))


def test_rows_that_were_changed_outside_of_a_transaction_are_refused(app):
    user = add_user("a@example.org")
    user.name = "changed on the quiet"
    with pytest.raises(RuntimeError, match="outside of a transaction"), transaction():
        pass
    db.session.rollback()
    assert user.name == ""
    db.session.add(new_user("b@example.org"))
    with pytest.raises(RuntimeError, match="outside of a transaction"):
        add_user("c@example.org")


@pytest.mark.both_databases
def test_what_only_reads_never_commits(app):
    db.session.execute(update(User).values(name="x"))
    db.session.execute(
        text(
            "INSERT INTO users (public_id, email, name, is_owner, active, is_sample, created_at) VALUES ('1', 'x', '', false, true, false, CURRENT_TIMESTAMP)"
        )
    )
    with transaction():
        pass
    assert emails() == []


@pytest.mark.both_databases
def test_a_row_that_is_there_already_is_passed_over(app):
    for expected in (1, 0):
        with transaction() as session:
            values = {"email": "a@example.org", "name": "", "is_owner": False, "active": True, "is_sample": False}
            added = session.execute(
                insert_new(User).values(public_id=new_public_id(), created_at=now(), **values).returning(User.id)
            ).all()
            assert len(added) == expected


# -- Moments -------------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_moment_comes_back_as_it_was_in_utc(app):
    there = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    user = add_user("a@example.org")
    with transaction() as session:
        session.execute(update(User).where(User.id == user.id).values(created_at=there))
    stored = db.session.scalars(select(User.created_at)).one()
    assert (stored, stored.tzinfo) == (there, UTC)
    assert db.session.scalars(select(User.id).where(User.created_at == there)).all() == [user.id]


@pytest.mark.both_databases
def test_a_time_without_a_zone_is_refused(app):
    with pytest.raises(StatementError, match="a moment needs a time zone"), transaction() as session:
        session.add(User(email="a@example.org", created_at=datetime(2026, 11, 23, 9, 0)))
    assert emails() == []


# -- Many writers --------------------------------------------------------------------------------------------------

INCREMENTS = 50


def count_up(_index: int) -> None:
    for _ in range(INCREMENTS):
        with transaction() as session:
            user = session.scalars(select(User).with_for_update()).one()
            user.name = str(int(user.name or 0) + 1)


def count_up_naively(_index: int) -> None:
    for _ in range(INCREMENTS):
        name = db.session.scalars(select(User.name)).one()
        db.session.rollback()
        time.sleep(0.001)
        with transaction() as session:
            session.execute(update(User).values(name=str(int(name or 0) + 1)))


@pytest.mark.storm
@pytest.mark.both_databases
def test_of_two_hundred_increments_by_four_processes_none_is_lost(app, storm):
    add_user("counter@example.org")
    storm(count_up_naively, processes=4, threads=1)
    assert int(db.session.scalars(select(User.name)).one()) < 4 * INCREMENTS, "the race must be real"
    with transaction() as session:
        session.execute(update(User).values(name="0"))
    outcomes = storm(count_up, processes=4, threads=1)
    assert [outcome.refusal for outcome in outcomes] == [None] * 4
    assert db.session.scalars(select(User.name)).one() == str(4 * INCREMENTS)


def add_many(index: int) -> None:
    for number in range(10):
        add_user(f"user{index}-{number}@example.org")


@pytest.mark.storm
@pytest.mark.both_databases
def test_writers_wait_for_each_other_and_none_is_turned_away(app, storm):
    outcomes = storm(add_many, processes=4, threads=4)
    assert [outcome.refusal for outcome in outcomes] == [None] * 16
    assert db.session.scalar(select(func.count()).select_from(User)) == 160
    with transaction() as session:
        session.execute(delete(User))
