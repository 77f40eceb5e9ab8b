"""The link is mailed again on request, and no stranger learns whether an address is known."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from eventapp.accounts.actor import SYSTEM
from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.messaging.models import OutboxMessage
from eventapp.registration.actions import ask_for_links, cancel_registration
from eventapp.registration.actions.finding import MOST_A_DAY, MOST_BY_FORM
from tests.registration.guests import make_category, own_page, register_guest

PAGE = "/e/delta-2026/find-registration"


def asked() -> list[str]:
    db.session.rollback()
    query = select(OutboxMessage.recipient).where(OutboxMessage.template == "own_links")
    return list(db.session.scalars(query.order_by(OutboxMessage.id)))


def links_to(mailbox, address: str) -> list[str]:
    return [
        mail.get_body(("plain",)).get_content()
        for mail in mailbox.to(address)
        if mail["Subject"].startswith("The way back to your registration")
    ]


def test_all_living_registrations_of_the_address_are_mailed(client, event, new_event, mailbox, deliver):
    category = make_category(event, 2)
    first, second = (register_guest(category, number, email="family@example.org") for number in (1, 2))
    waiting = register_guest(category, 3, email="family@example.org")
    gone = register_guest(category, 4, email="family@example.org")
    cancel_registration(gone.id, by=SYSTEM)
    stranger = register_guest(category, 5)
    elsewhere = register_guest(make_category(new_event("other-2026")), 6, email="family@example.org")
    page = client.follow(client.post_form(PAGE, email=" Family@Example.org"))
    assert page.heading == "Look into your mail"
    deliver()
    (mail,) = links_to(mailbox, "family@example.org")
    for row in (first, second, waiting):
        assert own_page(row) in mail
        assert str(row.name) in mail
    for row in (gone, stranger, elsewhere):
        assert own_page(row) not in mail


def test_the_mail_is_in_the_language_of_the_page(client, event, mailbox, deliver):
    register_guest(make_category(event), 1)
    client.language = "zh"
    client.post_form(PAGE, email="guest1@example.org")
    deliver()
    assert any("长三角峰会" in mail["Subject"] for mail in mailbox.to("guest1@example.org"))


def test_known_or_not_the_answer_and_the_work_are_the_same(client, event, mailbox, deliver, count_statements):
    register_guest(make_category(event), 1)
    answers, worked = [], []
    for address in ("guest1@example.org", "nobody@example.org"):
        with count_statements() as statements:
            answer = client.post_form(PAGE, email=address)
        worked.append([statement.split(" VALUES")[0] for statement in statements])
        answers.append((answer.status_code, answer.location, answer.get_data(), client.follow(answer).words))
    assert answers[0] == answers[1]
    assert worked[0] == worked[1]
    assert asked() == ["guest1@example.org", "nobody@example.org"]
    deliver()
    assert links_to(mailbox, "nobody@example.org") == []
    # Nothing stays of an address that nobody registered with, and nothing stands among what failed.
    assert asked() == ["guest1@example.org"]


def test_asking_again_and_again_sends_one_mail_and_is_not_told(client, event, mailbox, deliver):
    register_guest(make_category(event), 1)
    answers = {client.follow(client.post_form(PAGE, email="guest1@example.org")).words for _time in range(4)}
    assert len(answers) == 1
    deliver()
    assert len(links_to(mailbox, "guest1@example.org")) == 1


def test_an_address_gets_only_so_many_mails_a_day(app, event):
    for number in range(MOST_A_DAY + 3):
        ask_for_links(event.id, "guest1@example.org", form_key=f"form-{number}", language="en")
        with transaction() as session:
            session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.created_at > now() - timedelta(minutes=9))
                .values(created_at=now() - timedelta(minutes=20 + number))
            )
    assert len(asked()) == MOST_A_DAY


def test_one_form_asks_for_a_few_addresses_only(client, event):
    page = client.get(PAGE, status=200)
    answers = {
        client.press(page, "Send me the link", email=f"guest{number}@example.org").status_code for number in range(6)
    }
    assert answers == {303}
    assert asked() == [f"guest{number}@example.org" for number in range(MOST_BY_FORM)]


@pytest.mark.parametrize("typed", ["", "guest1", "a@b@c", "x" * 400 + "@example.org"])
def test_what_is_no_address_is_refused_beside_the_field(client, event, typed):
    assert client.post_form(PAGE, status=422, email=typed).errors
    assert asked() == []


def test_a_damaged_form_key_does_no_harm(client, event):
    client.post_form(PAGE, form_key="k" * 5000, email="a@example.org")
    client.post_form(PAGE, form_key=None, email="b@example.org")
    assert asked() == ["a@example.org", "b@example.org"]


def test_a_guest_finds_the_page_where_one_would_look(client, event):
    make_category(event)
    for place in ("/e/delta-2026/", "/e/delta-2026/register"):
        assert client.get(place, status=200).links()["Registered already? Find your registration"] == PAGE


def test_a_draft_has_no_such_page(client, new_event):
    new_event("draft-2026", state="draft")
    client.get("/e/draft-2026/find-registration", status=404)


def test_looking_changes_nothing(client, event):
    client.get(PAGE, status=200)
    client.get(f"{PAGE}/sent", status=200)
    assert asked() == []
