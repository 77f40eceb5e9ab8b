"""A guest's own agenda through the pages: starred, booked and one's own parts, what overlaps, and as a calendar."""

from __future__ import annotations

import icalendar
import pytest

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import cancel_session, delete_session, move_session
from eventapp.db import transaction
from eventapp.registration.actions import book, star_session
from eventapp.registration.actions.links import renew_keys
from eventapp.registration.models import Registration
from eventapp.registration.queries import starred_by
from tests.agenda.stage import at, make_hall, make_item, make_part, make_person, make_session, publish
from tests.registration.guests import GUEST, make_category, own_page, register_guest
from tests.registration.seats import make_seats


@pytest.fixture
def guest(event) -> Registration:
    return register_guest(make_category(event, None))


@pytest.fixture
def mine(guest) -> str:
    return f"{own_page(guest)}/agenda"


def titles(page) -> list[str]:
    return ["".join(title.itertext()).strip() for title in page.tree.xpath("//article//h3")]


def test_a_guest_stars_a_session_and_takes_the_star_away_without_a_script(client, event, guest, mine):
    session = make_session(event, title_zh="开幕")
    make_session(event, 11, 12, "Forum")
    publish(event)
    assert "Nothing here yet" in client.get(mine, status=200).words
    found = client.get(f"{mine}/choose?q=opening", status=200)
    answer = client.press(found, "☆ Star Opening")
    assert answer.location == f"{mine}/choose?q=opening#session-{session.uuid}"
    assert "★ Take the star away" in client.follow(answer).words
    page = client.get(mine, status=200)
    assert titles(page)[0].startswith("Opening")
    client.press(page, "Take the star away Opening")
    assert "Nothing here yet" in client.get(mine, status=200).words
    assert starred_by(guest.id) == frozenset()


def test_it_shows_what_is_starred_booked_or_ones_own_part_and_what_overlaps(client, event, guest, mine):
    opening, forum = make_session(event, 9, 11), make_session(event, 10, 12, "Forum", hall_id=make_hall(event).id)
    talk, person = make_session(event, 14, 15, "My talk"), make_person("Lei", "Li")
    make_part(make_item(talk), person)
    seats = make_seats(event, 5, session=forum)
    make_session(event, 16, 17, "Somebody else's")
    publish(event)
    with transaction() as session:
        session.get(Registration, guest.id).person_id = person.id
    star_session(guest.id, opening.uuid, by=GUEST)
    book(guest.id, bookable_id=seats.id, by=GUEST)
    page = client.get(mine, status=200)
    assert titles(page) == ["Opening", "Forum", "My talk"]
    articles = ["".join(article.itertext()) for article in page.tree.xpath("//article")]
    assert "overlaps with Forum" in articles[0]
    assert "Starred" in articles[0]
    assert "overlaps with Opening" in articles[1]
    assert "You take part" in articles[2]
    assert "overlaps" not in articles[2]


def test_what_was_taken_off_the_agenda_meanwhile_is_not_starred_and_said_so(client, event, guest, mine):
    session = make_session(event)
    make_session(event, 12, 13, "Lunch", kind="meal")
    publish(event)
    stale = client.get(f"{mine}/choose", status=200)
    delete_session(session.id, by=SYSTEM)
    publish(event)
    page = client.press(stale, "☆ Star Opening", status=409)
    assert "not on the published agenda any more" in page.words
    assert starred_by(guest.id) == frozenset()


def test_an_older_link_opens_and_changes_nothing(client, event, guest, mine):
    make_session(event)
    publish(event)
    stale = client.get(f"{mine}/choose", status=200)
    with transaction() as session:
        renew_keys(session.get(Registration, guest.id))
    client.get(mine, status=404)
    client.press(stale, "☆ Star Opening", status=404)


def test_the_stars_of_a_device_are_taken_over_once(client, event, guest, mine):
    session = make_session(event)
    publish(event)
    kept = f"{session.uuid} no-such-uuid"
    answer = client.post_form(f"{mine}/device", page=mine, sessions=kept)
    assert "The stars of this device are in your agenda now: 1 new." in client.follow(answer).words
    client.post_form(f"{mine}/device", page=mine, sessions=kept)
    assert starred_by(guest.id) == {session.uuid}
    refused = client.post_form(f"{mine}/device", page=mine, sessions="no-such-uuid", status=422)
    assert "None of the starred sessions is on the published agenda" in refused.words


def test_the_statements_do_not_grow_with_what_is_starred(client, event, guest, mine, count_statements):
    sessions = [make_session(event, 9 + number, 10 + number, f"Talk {number}") for number in range(8)]
    publish(event)
    counts = []
    for number in (1, 8):
        for session in sessions[:number]:
            star_session(guest.id, session.uuid, by=GUEST)
        with count_statements() as statements:
            assert len(titles(client.get(mine, status=200))) == number
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_everything_held_about_a_guest_names_what_is_starred(client, event, guest, mine):
    session = make_session(event)
    publish(event)
    star_session(guest.id, session.uuid, by=GUEST)
    assert client.get(f"{own_page(guest)}/data.json", status=200).json["starred"] == ["Opening"]
    page = client.get(f"{own_page(guest)}/data", status=200)
    assert page.tree.xpath("//section[@aria-labelledby='starred']//li/text()") == ["Opening"]


# -- As a calendar -------------------------------------------------------------------------------------------------


def make_calendar(client, mine: str, label: str = "Make my calendar") -> str:
    """Press the button, and read the address from the page."""
    page = client.follow(client.press(client.get(mine), label))
    [address] = page.tree.xpath("//p[@class='feed-address']/a/@href")
    return "/" + address.split("/", 3)[3]


def entries(client, address: str) -> dict[str, tuple[str, int]]:
    calendar = icalendar.Calendar.from_ical(client.get(address, status=200).get_data())
    return {str(entry["summary"]): (str(entry["status"]), int(entry["sequence"])) for entry in calendar.walk("VEVENT")}


def test_the_calendar_follows_stars_and_releases_and_takes_out_what_is_gone(client, event, guest, mine):
    opening, forum = make_session(event), make_session(event, 11, 12, "Forum")
    dinner = make_session(event, 18, 20, "Dinner", kind="meal")
    publish(event)
    address = make_calendar(client, mine)
    assert entries(client, address) == {}
    for session in (opening, forum):
        star_session(guest.id, session.uuid, by=GUEST)
    assert entries(client, address) == {"Opening": ("CONFIRMED", 0), "Forum": ("CONFIRMED", 0)}
    tag = client.get(address, status=200).headers["ETag"]
    client.get(address, status=304, headers={"If-None-Match": tag})
    star_session(guest.id, dinner.uuid, by=GUEST)
    move_session(opening.id, by=SYSTEM, starts_at=at(event, 8), ends_at=at(event, 9), hall_id=None)
    delete_session(forum.id, by=SYSTEM)
    cancel_session(dinner.id, by=SYSTEM)
    publish(event)
    told = entries(client, address)
    assert {name: status for name, (status, _sequence) in told.items()} == {
        "Opening": "CONFIRMED", "Forum": "CANCELLED", "Dinner": "CANCELLED",
    }  # fmt: skip
    assert all(sequence > 0 for _status, sequence in told.values())


def test_a_calendar_that_was_renewed_or_ended_is_read_no_more(client, event, guest, mine):
    first = make_calendar(client, mine)
    second = make_calendar(client, mine, "Make a new address")
    assert "This calendar has ended" in client.get(first, status=404).words
    client.get(second, status=200)
    client.press(client.get(mine), "End this calendar")
    client.get(second, status=404)
    assert "Make my calendar" in client.get(mine).words


def test_a_calendar_is_read_in_its_own_event_only(client, event, new_event, guest, mine):
    new_event(slug="other-2026")
    address = make_calendar(client, mine)
    client.get(address.replace("delta-2026", "other-2026"), status=404)
    client.get("/e/delta-2026/my/made-up.ics", status=404)
