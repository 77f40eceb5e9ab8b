"""A place goes to a colleague: the row stays, the person changes, and the one before has nothing left that opens it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import AuditEntry
from eventapp.checkin.actions import add_checkpoint, create_device, pair_device, record_scans
from eventapp.checkin.errors import GuestWasLetIn
from eventapp.checkin.queries import door_by_token
from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.events.models import Event
from eventapp.messaging.models import OutboxMessage
from eventapp.registration.actions import hand_over, set_changes_until, set_door_note, withdraw_own
from eventapp.registration.actions.register import ADDRESS_LIMIT, Attendee
from eventapp.registration.errors import (
    ChangesOver,
    LinkUnknown,
    NotPossibleNow,
    TeamHandsOver,
    TooManyRegistrations,
)
from eventapp.registration.models import Consent, Registration
from eventapp.registration.queries import link_token
from tests.ground.storms import while_others_look
from tests.registration.guests import (
    GUEST,
    assert_places_add_up,
    count,
    make_category,
    make_notice,
    own_page,
    pass_digits,
    register_guest,
)

HAN = Attendee(
    name={"given_en": "Meimei", "family_en": "Han", "family_zh": "韩", "given_zh": "梅梅"},
    email="han@example.org",
    organisation="Suzhou Optics",
    position="Engineer",
    language="zh",
)
TYPED = {"given_en": "Meimei", "family_en": "Han", "name_zh": "韩梅梅", "email": "Han@Example.org", "language": "zh"}


@pytest.fixture
def registration(event) -> Registration:
    make_notice(event)
    return register_guest(
        make_category(event, 2), 1, phone="+8613800138000", organisation="Suzhou Instruments", position="Engineer"
    )


def fresh(registration: Registration) -> Registration:
    db.session.rollback()
    return db.session.get_one(Registration, registration.id)


def over(event: Event) -> None:
    set_changes_until(event.id, now() - timedelta(minutes=1), by=SYSTEM)


def test_a_guest_hands_the_place_to_a_colleague_through_the_page(client, registration):
    old_page, old_digits, old_code = own_page(registration), pass_digits(registration), registration.short_code
    asked = client.post_form(f"{old_page}/hand-over", status=200, **TYPED)
    assert asked.heading == "Hand your place over?"
    assert "Meimei" in asked.words
    assert "Han@Example.org" in asked.words
    assert fresh(registration).email == "guest1@example.org"

    done = client.press(asked, "Yes, hand it over", status=200)
    assert done.heading == "Your place is handed over"
    assert "han@example.org" in done.words
    row = fresh(registration)
    assert (row.name.en, row.name.zh, row.email, row.phone, row.position) == (
        "Meimei Han", "韩梅梅", "han@example.org", "", ""
    )  # fmt: skip
    # What the guest left as it was proposed stays: colleagues come from the same house.
    assert row.organisation == "Suzhou Instruments"
    assert (row.state, row.pass_serial) == ("confirmed", 2)
    assert row.short_code != old_code
    client.get(old_page, status=404)
    assert client.get(f"/p/{old_digits}").words != client.get(f"/p/{pass_digits(row)}", status=200).words
    assert client.get(f"/p/{old_digits}.png").status_code == 404
    assert client.get(own_page(row), status=200).heading == "You are registered"


def test_the_colleague_gets_the_pass_in_their_language_and_the_one_before_a_confirmation(
    app, registration, mailbox, deliver
):
    deliver()
    old_link = link_token(registration)
    hand_over(registration.id, HAN, by=GUEST, link=old_link)
    deliver()
    pass_mail = mailbox.to("han@example.org")[-1]
    farewell = mailbox.to("guest1@example.org")[-1]
    row = fresh(registration)
    text = pass_mail.get_body(("plain",)).get_content()
    assert f"/r/{link_token(row)}" in text
    assert f"/p/{pass_digits(row)}" in text
    assert "长三角峰会" in pass_mail["Subject"]
    words = farewell.get_body(("plain",)).get_content()
    assert "You handed over your place" in farewell["Subject"]
    for secret in (link_token(row), old_link, row.short_code, "Han", "/p/"):
        assert secret not in words


def test_nothing_of_the_person_before_stays(event, registration):
    set_door_note(registration.id, "Comes in a wheelchair.", by=SYSTEM)
    assert count(Consent) == 1
    hand_over(registration.id, HAN, by=GUEST, link=link_token(registration))
    row = fresh(registration)
    assert count(Consent) == 0
    assert (row.door_note, row.person_id, row.phone_tail) == ("", None, "")
    stored = " ".join(str(value) for value in db.session.execute(select(Registration.__table__)).one())
    for gone in ("guest1", "13800138000", "Li 1", "雷1", "Instruments", "lilei"):
        assert gone not in stored
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "hand_over")).one()
    assert (entry.before, entry.after) == ({"pass_serial": 1}, {"pass_serial": 2})


def test_a_mail_that_was_still_to_be_sent_never_reaches_the_one_before(app, registration, mailbox, deliver):
    """It would be written with the new link when it is sent."""
    hand_over(registration.id, HAN, by=GUEST, link=link_token(registration))
    deliver()
    assert [mail["Subject"].split(":")[0] for mail in mailbox.to("guest1@example.org")] == [
        "You handed over your place"
    ]


def test_a_mail_that_is_under_way_is_not_written_for_the_one_before(app, registration, mailbox, deliver):
    with transaction() as session:
        session.execute(update(OutboxMessage).values(state="sending", leased_until=now() - timedelta(minutes=1)))
    hand_over(registration.id, HAN, by=GUEST, link=link_token(registration))
    deliver()
    assert [mail["Subject"].split(":")[0] for mail in mailbox.to("guest1@example.org")] == [
        "You handed over your place"
    ]


def test_after_the_deadline_it_is_refused_in_words(client, event, registration):
    page = client.get(f"{own_page(registration)}/hand-over", status=200)
    over(event)
    asked = client.press(page, "Continue", status=200, **TYPED)
    answer = client.press(asked, "Yes, hand it over", status=409)
    assert any("Changes were possible until" in error for error in answer.errors)
    assert "Meimei" in str([field.get("value") for field in answer.tree.xpath("//input")])
    assert fresh(registration).pass_serial == 1
    assert "Hand my place to a colleague" not in client.get(own_page(registration)).links()


def test_what_is_missing_is_told_beside_the_field(client, registration):
    answer = client.post_form(
        f"{own_page(registration)}/hand-over", status=422, given_en="", family_en="", name_zh="", email="", phone=""
    )
    assert "Enter a name, in Chinese or in Latin letters." in " ".join(answer.errors)
    assert "Enter an e-mail address or a mobile phone number of your colleague." in " ".join(answer.errors)


def test_one_can_look_again_before_it_is_done(client, registration):
    asked = client.post_form(f"{own_page(registration)}/hand-over", status=200, **TYPED)
    again = client.press(asked, "Change what I entered", status=422)
    assert again.heading == "Hand my place to a colleague"
    assert fresh(registration).pass_serial == 1


@pytest.mark.parametrize("state", ["waiting", "withdrawn"])
def test_only_a_confirmed_place_is_handed_over(event, registration, state):
    with transaction() as session:
        session.execute(update(Registration).values(state=state))
    with pytest.raises(NotPossibleNow):
        hand_over(registration.id, HAN, by=GUEST, link=link_token(registration))


def test_where_the_team_decides_only_the_team_hands_over(event):
    media = make_category(event, 1, code="media", needs_approval=True)
    guest = register_guest(media, 1)
    with transaction() as session:
        session.execute(update(Registration).values(state="confirmed"))
    with pytest.raises(TeamHandsOver):
        hand_over(guest.id, HAN, by=GUEST, link=link_token(guest))
    assert hand_over(guest.id, HAN, by=SYSTEM).email == "han@example.org"


def test_one_address_gets_only_so_many_places(event, registration):
    category = make_category(event, code="many")
    for number in range(ADDRESS_LIMIT):
        register_guest(category, number, email="han@example.org")
    with pytest.raises(TooManyRegistrations):
        hand_over(registration.id, HAN, by=GUEST, link=link_token(registration))


def test_a_guest_who_was_let_in_keeps_the_place(app, event, registration):
    add_checkpoint(event.id, by=SYSTEM, code="gate", name_en="Gate", name_zh="大门", kind="gate", rule="once")
    _unpaired, pairing = create_device(event.id, by=SYSTEM, name="Phone")
    _device, token = pair_device(pairing, by=SYSTEM)
    scan = {"id": "0b7d6b4e-9d2e-4a35-8f0e-7f1f3f6f0001", "code": pass_digits(registration), "checkpoint": "gate"}
    record_scans(door_by_token(token), [scan])
    for link in (link_token(registration), None):
        with pytest.raises(GuestWasLetIn):
            hand_over(registration.id, HAN, by=GUEST if link else SYSTEM, link=link)
    assert fresh(registration).email == "guest1@example.org"


def test_the_team_hands_over_from_the_desk_also_after_the_deadline(staff, event, registration):
    over(event)
    desk = staff("registrar")
    detail = desk.get(f"/manage/{event.slug}/registrations/{registration.public_id}", status=200)
    form = desk.get(detail.links()["Hand the place over"], status=200)
    asked = desk.press(form, "Continue", status=200, **TYPED)
    assert asked.heading == "Hand this place over?"
    done = desk.follow(desk.press(asked, "Yes, hand it over"))
    assert "The place was handed over." in done.words
    assert fresh(registration).email == "han@example.org"


def test_who_may_not_change_registrations_hands_nothing_over(staff, event, registration):
    for role in ("viewer", "editor", "door"):
        staff(role).get(f"/manage/{event.slug}/registrations/{registration.public_id}/hand-over", status=403)


def test_a_colleague_with_a_phone_only_gets_the_link_from_the_one_before(client, registration):
    asked = client.post_form(
        f"{own_page(registration)}/hand-over", status=200, **{**TYPED, "email": "", "phone": "13900139000"}
    )
    done = client.press(asked, "Yes, hand it over", status=200)
    assert own_page(fresh(registration)) in done.words


# -- At the same moment --------------------------------------------------------------------------------------------


def hand_to(index: int, registration_id: int, link: str) -> str:
    colleague = Attendee(name={"given_en": f"Colleague {index}"}, email=f"colleague{index}@example.org")
    return hand_over(registration_id, colleague, by=GUEST, link=link).email


def hand_or_withdraw(index: int, registration_id: int, link: str) -> str:
    if index % 2:
        return withdraw_own(registration_id, by=GUEST, link=link).state
    return hand_to(index, registration_id, link)


def hand_naively(index: int, registration_id: int, link: str) -> int:
    """What it would be without asking for the link once the row is held: everybody who looked in time hands over."""
    db.session.scalars(select(Registration).where(Registration.id == registration_id)).one()
    db.session.rollback()
    while_others_look()
    with transaction() as session:
        session.execute(
            update(Registration)
            .where(Registration.id == registration_id)
            .values(email=f"colleague{index}@example.org", pass_serial=Registration.pass_serial + 1)
        )
    return index


@pytest.mark.storm
@pytest.mark.both_databases
def test_of_many_who_hand_over_at_once_one_does(event, storm):
    naive = register_guest(make_category(event, code="naive"), 1)
    outcomes = storm(hand_naively, processes=2, threads=4, args=(naive.id, link_token(naive)))
    assert len([one for one in outcomes if one.refusal is None]) > 1, "the race must be real"

    guest = register_guest(make_category(event, 1), 2)
    outcomes = storm(hand_to, processes=2, threads=4, args=(guest.id, link_token(guest)))
    done = [one.value for one in outcomes if one.refusal is None]
    assert done == [fresh(guest).email]
    assert {one.refusal for one in outcomes if one.refusal} == {"LinkUnknown"}
    assert fresh(guest).pass_serial == 2


@pytest.mark.storm
@pytest.mark.both_databases
def test_handing_over_against_withdrawing_ends_in_one_of_them(event, storm):
    category = make_category(event, 1)
    guest = register_guest(category, 1)
    outcomes = storm(hand_or_withdraw, processes=2, threads=4, args=(guest.id, link_token(guest)))
    done = [one.value for one in outcomes if one.refusal is None]
    row = fresh(guest)
    assert done in (["withdrawn"], [row.email])
    assert {one.refusal for one in outcomes if one.refusal} <= {"LinkUnknown", "NotPossibleNow"}
    assert row.state == ("withdrawn" if done == ["withdrawn"] else "confirmed")
    assert_places_add_up(category.id)


def test_an_old_link_does_nothing_any_more(client, registration):
    old = link_token(registration)
    page = client.get(f"/r/{old}/withdraw", status=200)
    hand_over(registration.id, HAN, by=GUEST, link=old)
    client.press(page, "Yes, withdraw", status=404)
    for path in ("", "/details", "/answers", "/address", "/category", "/hand-over", "/data", "/data.json", "/pass.pdf",
                 "/calendar.ics", "/withdraw", "/sessions", "/consents", "/erase"):  # fmt: skip
        client.get(f"/r/{old}{path}", status=404)
    with pytest.raises(LinkUnknown):
        hand_over(registration.id, HAN, by=GUEST, link=old)
    assert fresh(registration).state == "confirmed"


def test_after_the_deadline_the_action_refuses_too(event, registration):
    over(event)
    with pytest.raises(ChangesOver):
        hand_over(registration.id, HAN, by=GUEST, link=link_token(registration))
