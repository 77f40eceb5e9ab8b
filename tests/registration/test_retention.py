"""Data goes on the day after its last one: everything of it, everywhere, once; and what is counted stays."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select, text, update

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import AuditEntry
from eventapp.checkin.models import Admission, Scan
from eventapp.db import db, transaction
from eventapp.events.models import Event
from eventapp.messaging.actions import enqueue_message
from eventapp.messaging.models import OutboxMessage
from eventapp.registration.actions import publish_notice, remove_due, remove_now, withdraw_consent
from eventapp.registration.errors import NotYetDue
from eventapp.registration.jobs import remove_data
from eventapp.registration.models import (
    RETENTION_PURPOSES,
    Answer,
    AnswerFile,
    Invitation,
    Party,
    Registration,
    RetentionRule,
)
from eventapp.registration.notices import PrivacyTerms
from eventapp.registration.queries import plan_of, rules_of
from tests.checkin.stage import Scanner, digits_of, make_checkpoint, make_device
from tests.ground.storms import while_others_look
from tests.ground.visitors import Visitor
from tests.registration.guests import count, make_category, own_page, register_guest, states
from tests.registration.traces import (
    TERMS,
    VALUES,
    found_in_files,
    found_in_rows,
    questions_of_every_purpose,
    tell_everything,
)

DATA = "/manage/delta-2026/privacy"
# Somewhat before midnight of the last day in Shanghai is 16:00 in UTC.
MIDNIGHT_UTC_HOUR = 16


def after_event(event: Event, days: int, hour: int = MIDNIGHT_UTC_HOUR, minute: int = 5):
    """The clock so many days after the event's last one; at 16:05 UTC the next day has begun in Shanghai."""
    moment = (event.ends_at + timedelta(days=days)).replace(hour=hour, minute=minute)
    return time_machine.travel(moment, tick=False)


def let_in(app, event: Event, registration: Registration) -> None:
    """The guest was scanned at a gate, by a device with the right to override."""
    make_checkpoint(event)
    scanner = Scanner(Visitor(app), make_device(event, may_override=True))
    scan = {"code": digits_of(registration), "checkpoint": "gate", "direction": "in", "method": "camera"}
    override = {"reason": f"Known as {VALUES['given_en']}"}
    ids = ("0b7d6b4e-9d2e-4a35-8f0e-7f1f3f6f0001", "0b7d6b4e-9d2e-4a35-8f0e-7f1f3f6f0002")
    scanner.post([{**scan, "id": ids[0]}, {**scan, "id": ids[1], "override": override}])


# -- Nothing is left -----------------------------------------------------------------------------------------------


def test_after_the_last_day_no_file_of_the_installation_holds_any_of_the_values(
    app, event, tmp_path: Path, mailbox, deliver
):
    mailbox.refuse(VALUES["contact_email"], 550)
    guest = tell_everything(event)
    let_in(app, event, guest)
    deliver()
    db.session.rollback()
    there = set().union(*found_in_files(tmp_path).values())
    # The search does find what is there: all but what was sealed.
    assert set(VALUES) - there == {"document"}
    with after_event(event, 365):
        remove_data()
    db.session.rollback()
    assert found_in_files(tmp_path) == {}
    assert found_in_rows() == {}


@pytest.mark.both_databases
def test_after_the_last_day_no_row_holds_any_of_the_values_and_everything_is_still_counted(app, event):
    guest = tell_everything(event)
    let_in(app, event, guest)
    before = (states(), count(Scan), count(Admission), count(Invitation), count(Party))
    assert {"registrations", "answers", "invitations", "parties", "outbox_messages", "scans"} <= set(found_in_rows())
    with after_event(event, 365):
        assert remove_due() == len(RETENTION_PURPOSES)
    assert found_in_rows() == {}
    assert (states(), count(Scan), count(Admission), count(Invitation), count(Party)) == before
    assert (count(Answer), count(AnswerFile), count(OutboxMessage)) == (0, 0, 0)
    verdicts = db.session.scalars(select(Scan.verdict).order_by(Scan.id)).all()
    assert verdicts == ["admitted", "already_in"]


def test_a_plain_delete_would_leave_the_values_in_the_file(event, tmp_path: Path):
    """Why the journal is emptied and freed pages are overwritten: without it the search does find them."""
    tell_everything(event)
    connection = db.engine.raw_connection()
    connection.driver_connection.execute("PRAGMA secure_delete=OFF")
    connection.driver_connection.execute("DELETE FROM outbox_messages")
    connection.driver_connection.execute("DELETE FROM answers")
    connection.close()
    db.session.remove()
    db.engine.dispose()
    left = set().union(*found_in_files(tmp_path).values())
    assert {"short_text", "long_text", "sensitive"} <= left


# -- Day by day ----------------------------------------------------------------------------------------------------


def test_each_kind_of_data_goes_on_its_own_day_by_the_clock_on_the_wall(event):
    questions_of_every_purpose(event)
    guest = tell_everything(event)
    asked = {row.question.purpose for row in db.session.scalars(select(Answer).filter_by(registration_id=guest.id))}
    assert asked == {"answers", "sensitive", "documents"}
    left = []
    for days, hour, minute in ((1, 15, 55), (1, 16, 5), (7, 15, 55), (7, 16, 5), (90, 15, 55), (90, 16, 5)):
        with after_event(event, days, hour, minute):
            remove_due()
        db.session.rollback()
        left.append({row.question.purpose for row in db.session.scalars(select(Answer))})
    everything, ordinary = {"answers", "sensitive", "documents"}, {"answers"}
    assert left == [everything, everything - {"documents"}, everything - {"documents"}, ordinary, ordinary, set()]
    assert db.session.get_one(Registration, guest.id).purged_at is None


def test_nothing_goes_before_the_event_is_over_even_if_it_was_moved_to_a_later_day(event):
    tell_everything(event)
    with transaction() as session:
        later = {"starts_at": event.starts_at + timedelta(days=400), "ends_at": event.ends_at + timedelta(days=400)}
        session.execute(update(Event).values(**later))
    with time_machine.travel(event.ends_at - timedelta(days=1), tick=False):
        assert remove_due() == 0
    with after_event(event, 0):
        assert remove_due() == len(RETENTION_PURPOSES)


def test_what_comes_after_the_last_day_goes_too(event):
    category = make_category(event)
    register_guest(category, 1)
    publish_notice(event.id, by=SYSTEM, body_en="We keep it.", body_zh="", terms=TERMS)
    with after_event(event, 400):
        remove_due()
        assert remove_due() == 0
        from eventapp.registration.actions import register_many
        from eventapp.registration.actions.many import Arrival
        from eventapp.registration.actions.register import Attendee

        late = Attendee(name={"given_en": "Late"}, email="late@example.org")
        register_many(event.id, [Arrival(category.id, late, "late-guest-form-key")], by=SYSTEM)
        assert remove_due() == 1
    assert [row.email for row in db.session.scalars(select(Registration))] == ["", ""]


def test_an_event_without_days_keeps_its_data(event):
    register_guest(make_category(event), 1)
    publish_notice(event.id, by=SYSTEM, body_en="We keep it.", body_zh="")
    with after_event(event, 4000):
        assert remove_due() == 0
    assert rules_of(event.id) == {}


# -- Any number of workers -----------------------------------------------------------------------------------------


def remove_at(index: int, event_id: int) -> bool:
    return remove_now(event_id, "contact", by=SYSTEM)


def remove_naively(index: int, event_id: int) -> bool:
    """What two workers do without holding the rule: both look, both find it due."""
    rule = db.session.scalars(select(RetentionRule).filter_by(event_id=event_id, purpose="contact")).one()
    due, rule_id = rule.done_at is None, rule.id
    while_others_look()
    with transaction() as session:
        if due:
            session.execute(update(RetentionRule).where(RetentionRule.id == rule_id).values(done_at=rule.done_at))
        session.execute(text("SELECT 1"))
    return due


@pytest.mark.storm
@pytest.mark.both_databases
def test_a_purge_run_by_many_workers_at_once_is_done_once(event, storm):
    category = make_category(event)
    for number in range(5):
        register_guest(category, number)
    publish_notice(event.id, by=SYSTEM, body_en="We keep it.", body_zh="", terms=TERMS)
    with transaction() as session:
        moments = {"starts_at": event.starts_at - timedelta(days=800), "ends_at": event.ends_at - timedelta(days=800)}
        session.execute(update(Event).values(**moments))
        session.execute(update(RetentionRule).values(keep_until=moments["ends_at"].date()))
    naive = storm(remove_naively, processes=2, threads=4, args=(event.id,))
    assert [outcome.value for outcome in naive].count(True) > 1
    outcomes = storm(remove_at, processes=2, threads=4, args=(event.id,))
    assert sorted(outcome.value for outcome in outcomes) == [*[False] * 7, True]
    db.session.rollback()
    removed = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "remove_data")).all()
    assert [entry.after for entry in removed] == [
        {"purpose": "contact", "registrations": 5, "parties": 0, "invitations": 0}
    ]


# -- Single values -------------------------------------------------------------------------------------------------


def test_messages_of_others_and_of_another_event_stay(event, new_event):
    other = new_event(slug="other-2026")
    tell_everything(event)
    register_guest(make_category(other), 7, email=VALUES["email"])
    enqueue_message(
        cause="note",
        recipient="staff@example.org",
        language="en",
        template="sign_in_link",
        values={},
        event_id=event.id,
    )
    with after_event(event, 365):
        remove_due()
    rows = db.session.execute(select(OutboxMessage.event_id, OutboxMessage.recipient).order_by(OutboxMessage.id)).all()
    assert [tuple(row) for row in rows] == [(other.id, VALUES["email"]), (event.id, "staff@example.org")]


def test_a_guest_whose_data_is_gone_reads_so_and_agrees_to_nothing_any_more(client, event):
    guest = tell_everything(event)
    address = own_page(guest)
    with after_event(event, 365):
        remove_due()
        for page in ("", "/consents", "/erase", "/withdraw"):
            answer = client.get(f"{address}{page}", status=410)
            assert "was removed on" in answer.words
        with pytest.raises(Exception, match="was removed on"):
            withdraw_consent(guest.id, "sensitive", by=SYSTEM)


# -- The desk ------------------------------------------------------------------------------------------------------


def test_the_team_sees_what_would_go_on_which_day_and_does_it_when_it_is_due(staff, event):
    tell_everything(event)
    desk = staff("registrar")
    page = desk.get(DATA, status=200)
    rows = [" ".join("".join(row.itertext()).split()) for row in page.tree.xpath("//tbody/tr")]
    last = event.ends_at.date()
    days = [(last + timedelta(days=days)).isoformat() for days in (1, 2, 7, 8)]
    assert rows[0] == f"Numbers of documents {days[0]} answers: 1, files: 0 goes on {days[1]}"
    assert rows[1] == f"Sensitive answers {days[2]} answers: 1, files: 0 goes on {days[3]}"
    assert [row.partition(" registrations: ")[2][:34] for row in rows[3:]] == ["3, parties: 1, invitations: 1 goes"]
    with after_event(event, 1):
        desk = staff("organiser")
        page = desk.get(DATA)
        seen = desk.follow(desk.press(page, "Do it now"))
        assert "The data is removed." in seen.words
        assert "Do it now" not in seen.words


def test_what_is_not_due_yet_cannot_be_removed_by_anybody(staff, event):
    tell_everything(event)
    with pytest.raises(NotYetDue):
        remove_now(event.id, "answers", by=SYSTEM)
    desk = staff("organiser")
    token = desk.get(DATA).tree.xpath("//input[@name='csrf_token']/@value")[0]
    desk.post(f"{DATA}/answers/remove", data={"csrf_token": token}, status=409)
    desk.post(f"{DATA}/nonsense/remove", data={"csrf_token": token}, status=404)
    assert count(Answer) == 5


def test_a_removed_registration_is_shown_as_removed_and_offers_nothing(staff, event):
    guest = tell_everything(event)
    with after_event(event, 365):
        remove_due()
        desk = staff("organiser")
        listed = desk.get("/manage/delta-2026/registrations", status=200)
        assert listed.words.count("removed on") == 3
        page = desk.get(f"/manage/delta-2026/registrations/{guest.public_id}", status=200)
        assert page.heading.startswith("Removed on")
        assert page.tree.xpath("//main//form") == []


@pytest.mark.both_databases
def test_the_plan_asks_the_database_as_often_for_three_as_for_three_hundred(staff, event, count_statements):
    publish_notice(event.id, by=SYSTEM, body_en="We keep it.", body_zh="", terms=TERMS)
    category, desk, asked = make_category(event), staff("viewer"), []
    for upto in (3, 60):
        for number in range(len(states(category)), upto):
            register_guest(category, number)
        with count_statements() as statements:
            desk.get(DATA, status=200)
        asked.append(len(statements))
    assert asked[0] == asked[1]


def test_the_days_move_only_with_a_new_notice(event):
    publish_notice(event.id, by=SYSTEM, body_en="One", body_zh="", terms=TERMS)
    publish_notice(event.id, by=SYSTEM, body_en="Two", body_zh="")
    publish_notice(event.id, by=SYSTEM, body_en="Three", body_zh="", terms=PrivacyTerms(days={"contact": 30}))
    last = event.ends_at.date()
    kept = {one.purpose: one.last_day - last for one in plan_of(event, event.ends_at)}
    assert kept["contact"] == timedelta(days=30)
    assert kept["answers"] == timedelta(days=90)
