"""The door of a session with seats: who booked it comes in there and nowhere else; zones granted to single guests."""

from __future__ import annotations

from datetime import time

import pytest
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import AuditEntry
from eventapp.checkin.actions import add_checkpoint, change_checkpoint, grant_zones
from eventapp.checkin.errors import CheckpointElsewhere, SessionNotBookable
from eventapp.checkin.models import Checkpoint
from eventapp.checkin.queries import checkpoints_of, counts_of, grants_of
from eventapp.checkin.rules import Gate, Holder
from eventapp.db import db
from eventapp.events.actions import copy_event
from eventapp.registration.actions import book, end_bookable, give_up_booking
from eventapp.registration.models import BookableSession
from eventapp.registration.queries import bookables_of
from tests.checkin.stage import a_scan, digits_of, make_category, make_checkpoint, make_guest
from tests.registration.seats import make_seats, make_session

ONE_SCAN = 5
ONE_BATCH = 50


@pytest.fixture
def lake(event) -> BookableSession:
    """A session with two seats; its door is the checkpoint `lake`."""
    seats = make_seats(event, 2)
    make_checkpoint(event, "lake", session_id=seats.session_id)
    return seats


@pytest.fixture
def hill(event) -> BookableSession:
    """Another one, with the door `hill`."""
    seats = make_seats(event, 2, hour=12)
    make_checkpoint(event, "hill", session_id=seats.session_id)
    return seats


def test_the_pass_opens_the_door_of_the_booked_session_and_no_other(event, lake, hill, scanner_at):
    guest, stranger = make_guest(event), make_guest(event)
    book(guest.id, bookable_id=lake.id, by=SYSTEM)
    scanner = scanner_at()
    told = [
        scanner.scan(digits_of(who), checkpoint=door)["verdict"]
        for who in (guest, stranger)
        for door in ("lake", "hill")
    ]
    assert told == ["admitted", "not_allowed", "not_allowed", "not_allowed"]
    assert scanner.scan(digits_of(guest), checkpoint="lake")["verdict"] == "already_in"


def test_who_waits_is_offered_a_seat_or_gave_it_back_does_not_come_in(event, scanner_at):
    seats = make_seats(event, 1, offer_hours=2)
    make_checkpoint(event, "lake", session_id=seats.session_id)
    first, second, third = (make_guest(event) for _number in range(3))
    booking, _offered, _waiting = (book(guest.id, bookable_id=seats.id, by=SYSTEM) for guest in (first, second, third))
    give_up_booking(booking.id, by=SYSTEM)
    scanner = scanner_at()
    answers = scanner.send(*(a_scan(digits_of(guest), checkpoint="lake") for guest in (first, second, third)))
    assert [answer["verdict"] for answer in answers] == ["not_allowed"] * 3


def test_a_category_named_by_the_door_comes_in_without_a_seat(event, hill, scanner_at):
    media = make_category(event, "media")
    door = next(row for row in checkpoints_of(event.id) if row.code == "hill")
    change_checkpoint(door.id, by=SYSTEM, category_ids=[media.id])
    guests = make_guest(event, category="media"), make_guest(event)
    book(guests[1].id, bookable_id=hill.id, by=SYSTEM)
    scanner = scanner_at()
    answers = scanner.send(*(a_scan(digits_of(guest), checkpoint="hill") for guest in (*guests, make_guest(event))))
    assert [answer["verdict"] for answer in answers] == ["admitted", "admitted", "not_allowed"]


def test_a_grant_opens_the_door_of_a_session_and_one_for_some_categories(event, lake, scanner_at):
    make_checkpoint(event, "press", categories=("media",))
    guest, stranger = make_guest(event), make_guest(event)
    doors = {row.code: row.id for row in checkpoints_of(event.id)}
    grant_zones(guest.id, [doors["press"], doors["lake"]], by=SYSTEM)
    scanner = scanner_at()
    told = [
        scanner.scan(digits_of(who), checkpoint=door)["verdict"]
        for who in (guest, stranger)
        for door in ("press", "lake")
    ]
    assert told == ["admitted", "admitted", "not_allowed", "not_allowed"]


def test_one_batch_of_many_doors_and_guests_decides_each_for_itself(event, lake, hill, scanner_at):
    make_checkpoint(event, "gate")
    guests = [make_guest(event) for _number in range(3)]
    book(guests[0].id, bookable_id=lake.id, by=SYSTEM)
    book(guests[1].id, bookable_id=hill.id, by=SYSTEM)
    scans = [
        a_scan(digits_of(guest), checkpoint=door) for guest in guests for door in ("gate", "lake", "hill", "nowhere")
    ]
    answers = scanner_at().send(*scans)
    assert [answer["verdict"] for answer in answers] == [
        "admitted", "admitted", "not_allowed", "not_allowed",
        "admitted", "not_allowed", "admitted", "not_allowed",
        "admitted", "not_allowed", "not_allowed", "not_allowed",
    ]  # fmt: skip


def test_a_reason_lets_a_guest_without_a_seat_pass_where_the_device_may(event, lake, scanner_at):
    scanner = scanner_at(may_override=True)
    answer = scanner.scan(digits_of(make_guest(event)), checkpoint="lake", override={"reason": "A seat is empty."})
    assert answer["verdict"] == "admitted"


@pytest.mark.both_databases
def test_a_scan_at_such_a_door_costs_at_most_five_statements(event, lake, scanner_at, count_statements):
    guests = [make_guest(event) for _number in range(4)]
    for guest in guests[:2]:
        book(guest.id, bookable_id=lake.id, by=SYSTEM)
    scanner, codes = scanner_at(), [digits_of(guest) for guest in guests]
    scanner.scan(codes[0], checkpoint="lake")
    for code, verdict in ((codes[1], "admitted"), (codes[1], "already_in"), (codes[2], "not_allowed")):
        with count_statements() as statements:
            assert scanner.scan(code, checkpoint="lake")["verdict"] == verdict
        assert len(statements) <= ONE_SCAN, "\n".join(statements)
    scans = [a_scan(codes[number % 4], checkpoint="lake") for number in range(1_000)]
    with count_statements() as statements:
        scanner.post(scans)
    assert len(statements) <= ONE_BATCH, "\n".join(statements)


# -- Counts and set-up ---------------------------------------------------------------------------------------------


def test_as_many_are_expected_at_the_door_as_have_a_seat(event, lake):
    make_checkpoint(event, "gate")
    guests = [make_guest(event) for _number in range(3)]
    for guest in guests:
        book(guest.id, bookable_id=lake.id, by=SYSTEM)
    assert {count.code: count.expected for count in counts_of(event.id)} == {"lake": 2, "gate": 3}


def test_the_checkpoint_form_offers_the_sessions_with_seats(staff, event, lake, hill):
    make_session(event, hour=15)
    desk, address = staff(), "/manage/delta-2026/check-in/checkpoints"
    page = desk.get(f"{address}/new")
    offered = page.tree.xpath("//select[@name='session_id']/option/text()")
    assert [text.strip() for text in offered] == ["None: it asks for no booking", "Forum at 9", "Forum at 12"]
    desk.post_form(f"{address}/new", name_en="Side door", rule="once", session_id=hill.public_id)
    row = db.session.scalars(select(Checkpoint).where(Checkpoint.name_en == "Side door")).one()
    assert row.session_id == hill.session_id
    assert "who booked “Forum at 12”" in desk.get(address).words
    desk.post_form(f"{address}/{row.code}/change", session_id="")
    db.session.refresh(row)
    assert row.session_id is None


def test_a_session_without_seats_or_of_another_event_has_no_such_door(event, new_event):
    elsewhere = make_seats(new_event(slug="other-2026"), 1)
    for session_id in (make_session(event, hour=15).id, elsewhere.session_id):
        with pytest.raises(SessionNotBookable):
            add_checkpoint(event.id, by=SYSTEM, code="side", name_en="Side", session_id=session_id)
    assert list(checkpoints_of(event.id)) == []


def test_when_a_session_is_booked_no_more_its_door_asks_for_no_booking(event, lake, scanner_at):
    scanner = scanner_at()
    end_bookable(lake.id, by=SYSTEM)
    assert scanner.scan(digits_of(make_guest(event)), checkpoint="lake")["verdict"] == "admitted"
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "change_checkpoint")).one()
    assert (entry.before, entry.after) == ({"session_id": lake.session_id}, {"session_id": None})


def test_the_copy_of_an_event_has_the_same_doors_for_its_own_sessions(event, lake, hill):
    copy = copy_event(
        event.id,
        by=SYSTEM,
        slug="delta-2027",
        starts_at=event.starts_at.replace(year=2027),
        ends_at=event.ends_at.replace(year=2027),
        with_people=False,
        name_en="Delta 2027",
    )
    seats = bookables_of(copy.id)
    assert [(row.session.title_en, row.places.capacity, row.places.taken) for row in seats] == [
        ("Forum at 9", 2, 0),
        ("Forum at 12", 2, 0),
    ]
    assert {row.code: row.session_id for row in checkpoints_of(copy.id)} == {
        "lake": seats[0].session_id,
        "hill": seats[1].session_id,
    }


# -- Zones ---------------------------------------------------------------------------------------------------------


def test_the_team_opens_further_checkpoints_to_a_guest_on_a_page(staff, event, lake):
    make_checkpoint(event, "press", categories=("media",))
    guest, desk = make_guest(event), staff()
    detail = desk.get(f"/manage/delta-2026/registrations/{guest.public_id}")
    address = detail.tree.xpath("//a[contains(@href, '/zones/')]/@href")[0]
    desk.post_form(address, zones=["press"])
    doors = {row.code: row.id for row in checkpoints_of(event.id)}
    assert grants_of(guest.id) == {doors["press"]}
    desk.post_form(address, zones=None)
    assert grants_of(guest.id) == set()
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "grant_zones").order_by(AuditEntry.id))
    assert [(entry.before, entry.after) for entry in entries] == [
        ({"zones": []}, {"zones": ["press"]}),
        ({"zones": ["press"]}, {"zones": []}),
    ]


def test_another_events_checkpoint_and_guest_are_refused(staff, event, new_event):
    other = new_event(slug="other-2026")
    elsewhere, guest = make_checkpoint(other, "gate"), make_guest(event)
    with pytest.raises(CheckpointElsewhere):
        grant_zones(guest.id, [elsewhere.id], by=SYSTEM)
    assert staff().get(f"/manage/delta-2026/check-in/zones/{make_guest(other).public_id}").status_code == 404


@pytest.mark.parametrize(
    ("session_id", "categories", "category", "booked", "granted", "admits"),
    [
        (None, set(), 1, set(), set(), True),
        (None, {2}, 1, set(), set(), False),
        (None, {2}, 2, set(), set(), True),
        (None, {2}, 1, set(), {7}, True),
        (None, {2}, 1, set(), {8}, False),
        (5, set(), 1, set(), set(), False),
        (5, set(), 1, {5}, set(), True),
        (5, set(), 1, {6}, set(), False),
        (5, {2}, 2, set(), set(), True),
        (5, {2}, 1, set(), set(), False),
        (5, {2}, 1, set(), {7}, True),
    ],
)
def test_who_may_come_in_by_seat_category_or_grant(session_id, categories, category, booked, granted, admits):
    gate = Gate(7, "hall", "once", "Asia/Shanghai", time(0), category_ids=frozenset(categories), session_id=session_id)
    holder = Holder(1, "confirmed", 1, category, booked=booked, granted=granted)
    assert gate.admits(holder) is admits
