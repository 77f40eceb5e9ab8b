"""What is written about booked seats: real letters, each with the calendar entry of the session."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

import icalendar
import pytest

from eventapp.accounts.actor import SYSTEM
from eventapp.events.actions import add_hall
from eventapp.registration.actions import (
    book,
    book_sessions,
    cancel_registration,
    end_bookable,
    give_up_booking,
    take_out_booking,
)
from eventapp.registration.models import BookableSession, Registration
from tests.registration.guests import GUEST, make_category, own_page, register_guest
from tests.registration.seats import limited_choice, make_seats, make_session

FIRST, NEXT = "guest1@example.org", "guest2@example.org"


def text_of(mail: EmailMessage) -> str:
    return mail.get_body(("plain",)).get_content()


def calendars_of(mail: EmailMessage) -> list[icalendar.Calendar]:
    parts = [part for part in mail.iter_attachments() if part.get_content_type() == "text/calendar"]
    return [icalendar.Calendar.from_ical(part.get_content()) for part in parts]


@pytest.fixture
def seats(event) -> BookableSession:
    """One seat in a session in Hall A."""
    hall = add_hall(event.id, by=SYSTEM, name_en="Hall A", name_zh="A厅")
    return make_seats(event, 1, session=make_session(event, hall_id=hall.id))


@pytest.fixture
def guests(event) -> list[Registration]:
    """Guests 1 and 2; the second reads Chinese."""
    category = make_category(event, None)
    return [register_guest(category, 1), register_guest(category, 2, language="zh")]


def letters(mailbox: Any, address: str) -> list[EmailMessage]:
    """What was written to somebody about seats; the first letter is about the registration."""
    return mailbox.to(address)[1:]


def test_a_seat_from_the_waiting_list_is_told_in_the_guests_language_with_its_calendar_entry(
    guests, seats, mailbox, deliver, client
):
    first, second = (book(guest.id, bookable_id=seats.id, by=GUEST) for guest in guests)
    give_up_booking(first.id, by=GUEST)
    deliver()
    (mail,) = letters(mailbox, NEXT)
    assert "9点论坛" in mail["Subject"]
    for shown in (text_of(mail), mail.get_body(("html",)).get_content()):
        assert "9点论坛" in shown
        assert "A厅" in shown
        assert f"{own_page(guests[1])}/sessions" in shown
    (calendar,) = calendars_of(mail)
    entry = calendar.walk("VEVENT")[0]
    assert (str(calendar["METHOD"]), str(entry["STATUS"])) == ("PUBLISH", "CONFIRMED")
    assert (str(entry["UID"]), str(entry["SUMMARY"]), str(entry["LOCATION"])) == (
        f"{second.public_id}@eventapp",
        "9点论坛",
        "A厅",
    )
    assert entry.decoded("DTSTART") == seats.session.starts_at
    link = next(word for word in text_of(mail).split() if word.endswith("/sessions"))
    client.get(urlsplit(link).path, status=200)

    (farewell,) = letters(mailbox, FIRST)
    assert farewell["Subject"] == "Your booking has ended: Forum at 9"
    assert "you gave your seat back" in text_of(farewell)
    (calendar,) = calendars_of(farewell)
    assert (str(calendar["METHOD"]), str(calendar.walk("VEVENT")[0]["STATUS"])) == ("CANCEL", "CANCELLED")


def test_the_entry_keeps_its_name_and_its_number_only_grows(event, guests, seats, mailbox, deliver):
    first, second = (book(guest.id, bookable_id=seats.id, by=GUEST) for guest in guests)
    give_up_booking(first.id, by=GUEST)
    give_up_booking(second.id, by=GUEST)
    deliver()
    entries = [calendar.walk("VEVENT")[0] for mail in letters(mailbox, NEXT) for calendar in calendars_of(mail)]
    assert {str(entry["UID"]) for entry in entries} == {f"{second.public_id}@eventapp"}
    numbers = [int(entry["SEQUENCE"]) for entry in entries]
    assert len(numbers) == 2
    assert numbers[0] < numbers[1]


def test_an_offer_says_until_when_and_brings_no_entry_yet(event, guests, mailbox, deliver):
    seats = make_seats(event, 1, offer_hours=2)
    category = guests[0].category
    waiting = register_guest(category, 3)
    first = book(guests[0].id, bookable_id=seats.id, by=GUEST)
    book(waiting.id, bookable_id=seats.id, by=GUEST)
    give_up_booking(first.id, by=GUEST)
    deliver()
    (mail,) = letters(mailbox, "guest3@example.org")
    assert mail["Subject"] == "A seat is held for you: Forum at 9"
    assert "Held for you until" in text_of(mail)
    assert calendars_of(mail) == []


def test_who_is_taken_out_reads_the_reason(guests, seats, mailbox, deliver):
    booking = book(guests[0].id, bookable_id=seats.id, by=SYSTEM)
    take_out_booking(booking.id, by=SYSTEM, reason="The lab <holds> only one.")
    deliver()
    (mail,) = letters(mailbox, FIRST)
    assert "Reason: The lab <holds> only one." in text_of(mail)
    assert "The lab &lt;holds&gt; only one." in mail.get_body(("html",)).get_content()


def test_when_a_session_is_booked_no_more_the_letter_still_tells_which(guests, seats, mailbox, deliver):
    book(guests[0].id, bookable_id=seats.id, by=GUEST)
    end_bookable(seats.id, by=SYSTEM)
    deliver()
    (mail,) = letters(mailbox, FIRST)
    assert mail["Subject"] == "Your booking has ended: Forum at 9"
    assert "can no longer be booked" in text_of(mail)
    assert [str(calendar["METHOD"]) for calendar in calendars_of(mail)] == ["CANCEL"]


def test_a_cancelled_registration_takes_all_its_entries_away_in_one_letter(event, guests, seats, mailbox, deliver):
    noon = make_seats(event, 5, hour=12)
    book_sessions(guests[0], (seats.id, noon.id), by=GUEST)
    cancel_registration(guests[0].id, by=SYSTEM)
    deliver()
    about_seats = [mail for mail in letters(mailbox, FIRST) if "booking" in mail["Subject"]]
    assert [mail["Subject"] for mail in about_seats] == ["Your booking has ended: Forum at 9, Forum at 12"]
    assert [str(calendar["METHOD"]) for calendar in calendars_of(about_seats[0])] == ["CANCEL", "CANCEL"]


def test_a_limited_choice_that_came_free_is_told_without_an_entry(event, guests, mailbox, deliver):
    choice, waiting = limited_choice(event, 1), register_guest(guests[0].category, 3)
    first = book(guests[0].id, choice_id=choice.id, by=GUEST)
    book(waiting.id, choice_id=choice.id, by=GUEST)
    give_up_booking(first.id, by=GUEST)
    deliver()
    (mail,) = letters(mailbox, "guest3@example.org")
    assert mail["Subject"] == "You have a seat: Lunch: At the lake"
    assert calendars_of(mail) == []
