"""Many at once are registered by the rules of one, and a big sample comes and goes."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import AuditEntry
from eventapp.db import db
from eventapp.demo import build_sample, remove_sample
from eventapp.demo.crowd import CROWD_SLUG, build_crowd
from eventapp.events.queries import find_event
from eventapp.messaging.models import OutboxMessage
from eventapp.registration.actions import add_category, register_attendee, register_many, withdraw_registration
from eventapp.registration.actions.many import Arrival
from eventapp.registration.actions.register import Attendee
from eventapp.registration.errors import CategoryClosed
from eventapp.registration.models import Category, Consent, Registration
from eventapp.registration.queries import find_registrations, link_token, registration_by_link


def arrivals(category: Category, numbers: range) -> list[Arrival]:
    return [
        Arrival(
            category.id,
            Attendee(
                name={"family_zh": "席", "given_zh": "酉民"}, phone=f"+86138{number:08}", email=f"g{number}@example.org"
            ),
            f"import-{number:020}",
        )
        for number in numbers
    ]


def taken(category_id: int) -> tuple[int, int]:
    db.session.rollback()
    places = db.session.get_one(Category, category_id).places
    return places.taken, places.next_ticket


@pytest.mark.both_databases
def test_many_are_registered_as_one_after_the_other_would_be(app, event):
    category = add_category(event.id, by=SYSTEM, code="student", name_en="Student", capacity=7)
    category_id, event_id = category.id, event.id
    register_attendee(
        event_id, category_id, arrivals(category, range(1))[0].attendee, by=SYSTEM, form_key="f" * 20, notice_id=None
    )
    mails = db.session.scalar(select(func.count()).select_from(OutboxMessage))
    came = register_many(event_id, arrivals(category, range(1, 10)), by=SYSTEM)
    assert came == {"confirmed": 6, "waiting": 3}
    assert taken(category_id) == (7, 11)
    rows = db.session.scalars(select(Registration).order_by(Registration.id)).all()
    assert [(row.state, row.ticket) for row in rows[-4:]] == [
        ("confirmed", 7),
        ("waiting", 8),
        ("waiting", 9),
        ("waiting", 10),
    ]
    assert len({row.short_code for row in rows}) == len({row.public_id for row in rows}) == 10
    assert registration_by_link(link_token(rows[-1])).id == rows[-1].id
    assert find_registrations(event_id, words="xiyoumin").total == 10
    audited = db.session.scalars(select(AuditEntry.subject_id).where(AuditEntry.action == "register")).all()
    assert sorted(audited) == [row.id for row in rows]
    assert db.session.scalar(select(func.count()).select_from(OutboxMessage)) == mails
    # A place that is given back goes to the first who waits, as ever.
    first_waiting = rows[-3].id
    withdraw_registration(rows[1].id, by=SYSTEM)
    db.session.rollback()
    assert db.session.get_one(Registration, first_waiting).state == "confirmed"


@pytest.mark.both_databases
def test_many_that_came_before_are_passed_over(app, event):
    category = add_category(event.id, by=SYSTEM, code="student", name_en="Student", capacity=None)
    register_many(event.id, arrivals(category, range(5)), by=SYSTEM)
    assert register_many(event.id, arrivals(category, range(8)), by=SYSTEM) == {"confirmed": 3}
    assert taken(category.id) == (8, 9)


def test_many_await_approval_where_a_category_asks_for_it(app, event):
    category = add_category(event.id, by=SYSTEM, code="media", name_en="Media", capacity=2, needs_approval=True)
    assert register_many(event.id, arrivals(category, range(5)), by=SYSTEM) == {"pending": 5}
    assert taken(category.id) == (0, 1)


def test_many_are_not_registered_in_another_events_category(app, event, new_event):
    other = add_category(new_event(slug="other").id, by=SYSTEM, code="media", name_en="Media", capacity=2)
    with pytest.raises(CategoryClosed):
        register_many(event.id, arrivals(other, range(2)), by=SYSTEM)
    assert db.session.scalar(select(func.count()).select_from(Registration)) == 0


def _rows() -> dict[str, int]:
    db.session.rollback()
    tables = db.metadata.sorted_tables
    return {table.name: db.session.scalar(select(func.count()).select_from(table)) for table in tables}


@pytest.mark.both_databases
def test_a_crowd_comes_grows_and_goes_without_a_trace(app):
    before = _rows()
    build_sample()
    assert build_crowd(120).total() == 120
    assert build_crowd(30) == {"confirmed": 30}
    crowd = find_event(CROWD_SLUG)
    assert find_registrations(crowd.id).total == 150
    assert db.session.scalar(select(func.count()).select_from(Consent)) >= 150
    assert db.session.scalar(select(func.count()).select_from(OutboxMessage)) == 0
    remove_sample()
    assert _rows() == before


def test_the_command_says_what_came_and_where(app):
    said = app.test_cli_runner().invoke(args=["demo", "--attendees", "40"])
    assert (said.exit_code, said.output.splitlines()) == (
        0,
        ["The sample was loaded.", "40 guests were added to /e/grand-fair/."],
    )
