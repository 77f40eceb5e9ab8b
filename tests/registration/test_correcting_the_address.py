"""A mistyped address is corrected: the right one gets a new link and pass, and whoever got the first mail has nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import AuditEntry
from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.messaging.models import OutboxMessage
from eventapp.registration.actions import correct_address, set_changes_until
from eventapp.registration.actions.address import MOST_CORRECTIONS
from eventapp.registration.actions.register import ADDRESS_LIMIT
from eventapp.registration.errors import CorrectedTooOften, LinkUnknown, TooManyRegistrations
from eventapp.registration.models import Registration
from eventapp.registration.queries import link_token
from tests.registration.guests import GUEST, make_category, own_page, pass_digits, register_guest


@pytest.fixture
def registration(event) -> Registration:
    return register_guest(make_category(event), 1)


def fresh(registration: Registration) -> Registration:
    db.session.rollback()
    return db.session.get_one(Registration, registration.id)


def test_the_page_moves_on_to_the_new_link_and_the_old_one_is_dead(client, registration, mailbox, deliver):
    old_page, old_digits = own_page(registration), pass_digits(registration)
    form = client.get(client.get(old_page, status=200).links()["Correct the e-mail address"], status=200)
    assert "guest1@example.org" in form.words
    page = client.follow(client.press(form, "Send it there", email=" Li.Lei@Example.ORG "))
    row = fresh(registration)
    assert page.request.path == own_page(row) != old_page
    assert "We have sent your new link to li.lei@example.org." in page.words
    for path in ("", "/address", "/hand-over", "/data.json", "/pass.pdf"):
        client.get(old_page + path, status=404)
    assert client.get(f"/p/{old_digits}.png").status_code == 404
    assert (row.email, row.pass_serial, row.state) == ("li.lei@example.org", 2, "confirmed")

    deliver()
    new_mail = mailbox.to("li.lei@example.org")[-1].get_body(("plain",)).get_content()
    assert own_page(row) in new_mail
    assert pass_digits(row) in new_mail
    told = mailbox.to("guest1@example.org")
    assert [mail["Subject"].split(":")[0] for mail in told] == ["Another address for your registration"]
    words = told[0].get_body(("plain",)).get_content()
    for secret in ("/r/", "/p/", "li.lei", "Li 1", row.short_code):
        assert secret not in words


def test_whoever_registered_with_a_phone_only_can_add_an_address(client, event):
    guest = register_guest(make_category(event, code="phone"), 7, email="", phone="+8613800138000")
    form = client.get(client.get(own_page(guest), status=200).links()["Add an e-mail address"], status=200)
    client.follow(client.press(form, "Send it there", email="li@example.org"))
    assert (fresh(guest).email, fresh(guest).phone) == ("li@example.org", "+8613800138000")
    assert db.session.scalars(select(OutboxMessage.recipient)).all() == ["li@example.org"]


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ("", 422, "Enter the e-mail address to write to."),
        ("li@", 422, "This is not a complete e-mail address."),
        ("guest1@example.org", 422, "This is the address we have already."),
    ],
)
def test_what_cannot_be_right_is_refused_beside_the_field(client, registration, typed, status, said):
    answer = client.post_form(f"{own_page(registration)}/address", status=status, email=typed)
    assert said in " ".join(answer.errors)
    assert answer.tree.xpath("//input[@name='email']/@value") == [typed]
    assert fresh(registration).pass_serial == 1


def test_nobody_sends_mails_to_many_addresses_this_way(client, registration):
    for number in range(MOST_CORRECTIONS):
        correct_address(registration.id, f"a{number}@example.org", by=GUEST, link=link_token(fresh(registration)))
    told = db.session.scalars(select(OutboxMessage.recipient)).all()
    answer = client.post_form(f"{own_page(fresh(registration))}/address", status=429, email="victim@example.org")
    assert "corrected several times today" in " ".join(answer.errors)
    assert db.session.scalars(select(OutboxMessage.recipient)).all() == told
    with pytest.raises(CorrectedTooOften):
        correct_address(registration.id, "victim@example.org", by=GUEST, link=link_token(fresh(registration)))
    with transaction() as session:
        session.execute(update(AuditEntry).values(at=now() - timedelta(days=1, minutes=1)))
    assert correct_address(registration.id, "b@example.org", by=GUEST, link=link_token(fresh(registration)))


def test_nobody_points_many_registrations_to_one_address(event):
    category = make_category(event, code="many")
    guests = [register_guest(category, number) for number in range(ADDRESS_LIMIT + 1)]
    for guest in guests[:-1]:
        correct_address(guest.id, "victim@example.org", by=GUEST, link=link_token(guest))
    with pytest.raises(TooManyRegistrations):
        correct_address(guests[-1].id, "victim@example.org", by=GUEST, link=link_token(guests[-1]))


def test_after_the_deadline_it_is_refused_in_words(client, event, registration):
    set_changes_until(event.id, now() - timedelta(minutes=1), by=SYSTEM)
    answer = client.post_form(f"{own_page(registration)}/address", status=409, email="li@example.org")
    assert any("Changes were possible until" in error for error in answer.errors)


def test_the_address_stands_in_no_audit_row(registration):
    correct_address(registration.id, "li@example.org", by=GUEST, link=link_token(registration))
    kept = " ".join(str(row) for row in db.session.execute(select(AuditEntry.before, AuditEntry.after)))
    assert "li@example.org" not in kept


# -- At the same moment --------------------------------------------------------------------------------------------


def correct_to(index: int, registration_id: int, link: str) -> str:
    return correct_address(registration_id, f"right{index}@example.org", by=GUEST, link=link).email


@pytest.mark.storm
@pytest.mark.both_databases
def test_of_many_corrections_from_one_link_one_is_done(event, storm):
    guest = register_guest(make_category(event), 1)
    outcomes = storm(correct_to, processes=2, threads=4, args=(guest.id, link_token(guest)))
    done = [one.value for one in outcomes if one.refusal is None]
    assert done == [fresh(guest).email]
    assert {one.refusal for one in outcomes if one.refusal} == {"LinkUnknown"}
    with pytest.raises(LinkUnknown):
        correct_address(guest.id, "again@example.org", by=GUEST, link="old")
