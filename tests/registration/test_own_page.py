"""A guest's own page: what it shows in each state, what it lets a guest do, and what merely looking at it never does."""

from __future__ import annotations

import icalendar
import pytest
from sqlalchemy import select, update

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import AuditEntry
from eventapp.db import db, transaction
from eventapp.messaging.models import OutboxMessage
from eventapp.registration.actions import cancel_registration, offer_extra_place, withdraw_registration
from eventapp.registration.models import Places, Registration
from eventapp.registration.states import STATES
from tests.registration.guests import GUEST, count, make_category, own_page, pass_digits, register_guest, states

HEADINGS = {
    "en": {
        "pending": "We received your registration",
        "waiting": "You are on the waiting list",
        "offered": "A place is held for you",
        "confirmed": "You are registered",
        "declined": "No place this time",
        "withdrawn": "You have withdrawn",
        "cancelled": "Your registration was cancelled",
    },
    "zh": {
        "pending": "已收到您的报名",
        "waiting": "您已进入候补名单",
        "offered": "已为您预留名额",
        "confirmed": "报名成功",
        "declined": "很遗憾，本次未能为您安排名额",
        "withdrawn": "您已取消报名",
        "cancelled": "您的报名已被取消",
    },
}


@pytest.fixture
def registration(event) -> Registration:
    return register_guest(make_category(event, 1), 1)


@pytest.fixture
def offered(event, registration) -> Registration:
    """Second on the list; the place is made for this guest."""
    second = register_guest(registration.category, 2)
    return offer_extra_place(second.id, by=SYSTEM)


def force(registration: Registration, state: str) -> None:
    with transaction() as session:
        session.execute(update(Registration).where(Registration.id == registration.id).values(state=state))
        taken = 1 if state in ("confirmed", "offered") else 0
        session.execute(update(Places).where(Places.id == registration.category.places_id).values(taken=taken))


def rows() -> list[object]:
    db.session.rollback()
    return [
        db.session.execute(select(Registration.state, Registration.sequence, Registration.changed_at)).all(),
        db.session.execute(select(Places.taken, Places.next_ticket)).all(),
        count(AuditEntry),
        count(OutboxMessage),
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("state", STATES)
def test_every_state_is_told_in_the_readers_language(client, registration, state, language):
    client.language = language
    force(registration, state)
    page = client.get(own_page(registration), status=200)
    assert page.heading == HEADINGS[language][state]
    assert "guest1@example.org" in page.words
    has_way_out = any(link.endswith("/withdraw") for link in page.links().values())
    assert has_way_out == (state in ("pending", "waiting", "offered", "confirmed"))
    assert any("/p/" in link for link in page.links().values()) == (state == "confirmed")
    assert len(page.tree.xpath("//main//form[@method='post']")) == (2 if state == "offered" else 0)


def test_what_we_hold_is_shown_to_the_guest(client, event):
    registration = register_guest(
        make_category(event), 1, phone="+8613800138000", organisation="Suzhou Instruments", position="Engineer"
    )
    words = client.get(own_page(registration), status=200).words
    for held in (
        "Lei Li 1",
        "李雷1",
        "Industry",
        "Suzhou Instruments",
        "Engineer",
        "guest1@example.org",
        "+8613800138000",
    ):
        assert held in words


def test_the_page_is_kept_by_no_cache_no_search_engine_and_no_other_site(client, registration):
    for path in ("", "/withdraw", "/calendar.ics"):
        answer = client.get(own_page(registration) + path, status=200)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        if answer.mimetype == "text/html":
            assert answer.tree.xpath("//meta[@name='robots']/@content") == ["noindex"]


@pytest.mark.parametrize("path", ["", "/withdraw", "/calendar.ics"])
@pytest.mark.parametrize("token", ["x", "A" * 43, "\ud800", "%00", "a" * 5000])
@pytest.mark.both_databases
def test_a_wrong_link_is_refused_in_words(client, registration, token, path):
    answer = client.get(f"/r/{token.encode('utf-8', 'surrogatepass').decode('latin-1')}{path}")
    assert answer.status_code == (400 if token == "%00" else 404)
    if answer.status_code == 404:
        assert "We could not find this registration. Please open the link from your latest mail." in answer.words
    client.language = "zh"
    assert "找不到该报名" in client.get(f"/r/wrong{path}", status=404).words


def test_the_link_is_stored_as_a_hash_and_sealed(registration):
    token = own_page(registration).removeprefix("/r/")
    stored = " ".join(str(value) for value in db.session.execute(select(Registration.__table__)).one())
    assert token not in stored
    assert len(token) >= 43


def test_looking_changes_nothing(client, registration):
    before = rows()
    for path in ("", "/withdraw", "/calendar.ics"):
        client.get(own_page(registration) + path, status=200)
        assert client.head(own_page(registration) + path).status_code == 200
    for path in ("/offer", "/offer/decline"):
        assert client.get(own_page(registration) + path).status_code == 405
    assert rows() == before


@pytest.mark.parametrize("path", ["/withdraw", "/offer", "/offer/decline"])
def test_another_site_cannot_act_for_the_guest(client, registration, path):
    before = rows()
    assert client.post(own_page(registration) + path, status=400).heading == "Something is missing"
    assert rows() == before


def test_withdrawing_asks_once_more_and_then_acts(client, registration):
    asked = client.get(client.get(own_page(registration)).links()["I cannot come: withdraw"], status=200)
    assert asked.heading == "Withdraw your registration?"
    page = client.follow(client.press(asked, "Yes, withdraw"))
    assert page.heading == "You have withdrawn"
    assert states() == ["withdrawn"]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "withdraw_registration")).one()
    assert (entry.actor_kind, entry.actor_id, entry.origin) == ("attendee", registration.id, "127.0.0.1")


def test_withdrawing_passes_the_place_on(client, registration):
    register_guest(registration.category, 2)
    client.post_form(f"{own_page(registration)}/withdraw")
    assert states() == ["withdrawn", "confirmed"]


def test_withdrawing_twice_is_refused_in_words(client, registration):
    page = client.get(f"{own_page(registration)}/withdraw", status=200)
    client.press(page, "Yes, withdraw")
    answer = client.press(page, "Yes, withdraw", status=409)
    assert "This is no longer possible: the registration is now “Withdrawn”." in answer.words
    assert client.get(f"{own_page(registration)}/withdraw", status=200).heading == "There is nothing to withdraw"
    assert states() == ["withdrawn"]


def test_a_place_that_is_held_can_be_taken(client, offered):
    page = client.get(own_page(offered), status=200)
    taken = client.follow(client.press(page, "Take the place"))
    assert taken.heading == "You are registered"
    assert states() == ["confirmed", "confirmed"]


def test_a_place_that_is_held_can_be_let_go(client, offered):
    third = register_guest(offered.category, 3)
    page = client.get(own_page(offered), status=200)
    assert client.follow(client.press(page, "Let it go")).heading == "No place this time"
    assert states() == ["confirmed", "declined", "confirmed"]
    assert third.state == "confirmed"


def test_an_offer_that_is_gone_cannot_be_taken(client, offered):
    page = client.get(own_page(offered), status=200)
    cancel_registration(offered.id, by=SYSTEM)
    assert "the registration is now “Cancelled”" in client.press(page, "Take the place", status=409).words
    assert "the registration is now “Cancelled”" in client.press(page, "Let it go", status=409).words


def calendar_entry(client, registration: Registration) -> icalendar.Event:
    answer = client.get(f"{own_page(registration)}/calendar.ics", status=200)
    assert answer.mimetype == "text/calendar"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="delta-2026.ics"'
    return icalendar.Calendar.from_ical(answer.get_data()).walk("VEVENT")[0]


def test_the_calendar_entry_follows_the_registration(client, event, registration):
    entry = calendar_entry(client, registration)
    assert (str(entry["status"]), int(entry["sequence"])) == ("CONFIRMED", 0)
    withdraw_registration(registration.id, by=GUEST)
    ended = calendar_entry(client, registration)
    assert (str(ended["status"]), int(ended["sequence"])) == ("CANCELLED", 1)
    assert ended["uid"] == entry["uid"]


def test_the_calendar_entry_is_in_the_readers_language(client, registration):
    client.language = "zh"
    assert str(calendar_entry(client, registration)["summary"]) == "长三角峰会"


@pytest.mark.settings(app_env="development")
def test_in_development_the_mail_can_be_read_at_once(client, registration):
    links = client.get(own_page(registration), status=200).links()
    assert links["Read the mail we sent"] == "/dev/mail"


def test_outside_development_there_is_no_such_link(client, registration):
    assert "Read the mail we sent" not in client.get(own_page(registration), status=200).links()


def test_the_page_of_an_event_that_is_over_or_archived_still_opens(client, new_event):
    for state in ("over", "archived", "draft"):
        event = new_event(f"ended-{state}")
        registration = register_guest(make_category(event), 1)
        from eventapp.events.actions import set_event_state

        set_event_state(event.id, state, by=SYSTEM)
        assert client.get(own_page(registration), status=200).heading == "You are registered"
        client.get(f"/p/{pass_digits(registration)}", status=200)
