"""Personal invitations: drafted, sent, reminded of; opened by a person, accepted, declined, handed to a deputy."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import AuditEntry
from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.events.actions import add_organisation, place_organisation, set_event_state
from eventapp.registration.actions import (
    add_invitations,
    change_invitation,
    decline_invitation,
    delete_invitation,
    name_deputy,
    note_opened,
    register_attendee,
    register_invited,
    reissue_pass,
    renew_invitation_link,
    send_invitation,
    send_invitations,
)
from eventapp.registration.actions.register import Attendee
from eventapp.registration.actions.wishes import WayIn, Wishes
from eventapp.registration.errors import (
    DeputyMayNotHandOn,
    EventIsOver,
    InvitationAnswered,
    InvitationExpired,
    InvitationNotDrafted,
    InvitedAlready,
    NothingToInviteTo,
    PlusOnesBelowBrought,
    RemindedToday,
)
from eventapp.registration.models import Category, Invitation, Registration
from eventapp.registration.queries import invitation_token, link_token
from tests.ground.storms import while_others_look
from tests.registration.guests import GUEST, assert_places_add_up, count, make_category, states
from tests.registration.invited import draft, form_of, fresh, invited, mails_to, page_of, sent, vip_category

LIST = "/manage/delta-2026/invitations"


@pytest.fixture
def vip(event) -> Category:
    return vip_category(event)


def the_registration() -> Registration:
    db.session.rollback()
    return db.session.scalars(select(Registration)).one()


def the_deputy() -> Invitation:
    db.session.rollback()
    return db.session.scalars(select(Invitation).where(Invitation.deputy_of_id.is_not(None))).one()


def accept(client, row: Invitation) -> Registration:
    client.press(client.get(form_of(row)), "Register")
    return the_registration()


# -- Sending -------------------------------------------------------------------------------------------------------


def test_an_invitation_goes_out_in_the_language_of_the_guest(event, vip, mailbox, deliver):
    row = sent(vip, language="zh")
    assert (row.state, row.mails, mails_to(row.email)) == ("sent", 1, ["guest_invitation"])
    deliver()
    [mail] = mailbox.to(row.email)
    assert mail["Subject"] == "邀请函：长三角峰会" or "长三角峰会" in mail["Subject"]
    text = mail.get_body(("plain",)).get_content()
    assert f"/i/{invitation_token(row)}?lang=zh" in text
    assert "特邀嘉宾" in text


def test_nothing_is_sent_twice_within_a_day_and_never_to_who_has_answered(event, vip):
    row, other = sent(vip), sent(vip, 2)
    with pytest.raises(RemindedToday):
        send_invitation(row.id, by=SYSTEM)
    decline_invitation(other.id, "", by=GUEST)
    with time_machine.travel(now() + timedelta(days=1, minutes=1), tick=False):
        result = send_invitations([row.id, other.id], by=SYSTEM)
        assert (result.sent, result.passed_over) == (1, [str(other.name)])
        with pytest.raises(InvitationAnswered):
            send_invitation(other.id, by=SYSTEM)
    assert mails_to(row.email) == ["guest_invitation", "guest_reminder"]
    assert mails_to(other.email) == ["guest_invitation"]


def test_a_reminder_that_waits_in_the_queue_is_not_sent_once_the_guest_answered(event, vip, mailbox, deliver):
    row = sent(vip)
    decline_invitation(row.id, "", by=GUEST)
    deliver()
    assert mailbox.to(row.email) == []


def test_nothing_is_sent_for_a_draft_after_the_last_day_or_when_the_event_has_begun(event, vip):
    row = draft(vip, expires_at=now() + timedelta(hours=1))
    with time_machine.travel(now() + timedelta(hours=2), tick=False), pytest.raises(InvitationExpired):
        send_invitation(row.id, by=SYSTEM)
    with time_machine.travel(event.starts_at, tick=False), pytest.raises(EventIsOver):
        send_invitation(row.id, by=SYSTEM)
    set_event_state(event.id, "draft", by=SYSTEM)
    with pytest.raises(NothingToInviteTo):
        send_invitation(row.id, by=SYSTEM)
    assert mails_to(row.email) == []


def test_a_mail_refused_for_good_marks_the_invitation(event, vip, mailbox, deliver):
    row = sent(vip)
    mailbox.refuse(row.email, 550)
    deliver()
    assert fresh(row).state == "bounced"
    send_invitation(row.id, by=SYSTEM)
    assert fresh(row).state == "sent"


def test_a_mail_refused_for_now_or_to_an_old_address_marks_nothing(event, vip, mailbox, deliver):
    row = sent(vip)
    mailbox.refuse(row.email, 451)
    deliver()
    assert fresh(row).state == "sent"
    note_opened(row.id, by=GUEST)
    with time_machine.travel(now() + timedelta(minutes=5)):
        mailbox.refuse(row.email, 550)
        deliver()
    assert fresh(row).state == "opened", "who has opened it was reached"


def test_a_new_address_gets_a_new_link_and_the_old_one_is_dead(client, event, vip):
    row = sent(vip)
    old = page_of(row)
    change_invitation(row.id, by=SYSTEM, email="new@example.org")
    assert fresh(row).state == "drafted"
    assert client.get(old).status_code == 404
    renewed = page_of(fresh(row))
    renew_invitation_link(row.id, by=SYSTEM)
    assert client.get(renewed).status_code == 404
    assert client.get(page_of(fresh(row))).status_code == 200


def test_only_a_draft_is_deleted(event, vip):
    row, other = draft(vip), sent(vip, 2)
    delete_invitation(row.id, by=SYSTEM)
    with pytest.raises(InvitationNotDrafted):
        delete_invitation(other.id, by=SYSTEM)
    assert count(Invitation) == 1


def test_the_same_guest_is_invited_once(event, vip):
    draft(vip)
    with pytest.raises(InvitedAlready):
        draft(vip)
    assert add_invitations(event.id, vip.id, [invited(1), invited(2), invited(2), invited(3)], by=SYSTEM) == 2


# -- The guest's page ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_says_who_invites_to_what_and_is_kept_nowhere(client, event, vip, language):
    organisation = add_organisation(by=SYSTEM, name_en="Lake University", name_zh="金鸡湖大学")
    place_organisation(event.id, organisation.id, "host", by=SYSTEM, label_en="Hosted by", label_zh="主办单位")
    row = sent(vip, language=language, plus_ones=2)
    client.language = language
    page = client.get(page_of(row))
    shown = {"en": ("Mei Han 1", "Lake University", "Guests of honour"), "zh": ("韩梅1", "金鸡湖大学", "特邀嘉宾")}
    assert [words for words in shown[language] if words not in page.words] == []
    assert page.headers["Cache-Control"] == "no-store"
    assert page.tree.xpath("//meta[@name='robots']/@content") == ["noindex"]


def test_looking_at_the_page_opens_nothing_and_a_person_on_it_does(client, event, vip):
    row = sent(vip)
    client.get(page_of(row))
    client.get(form_of(row))
    assert (fresh(row).state, fresh(row).opened_at) == ("sent", None)
    client.post_form(f"{page_of(row)}/opened", page=page_of(row), status=204)
    first = fresh(row).opened_at
    assert fresh(row).state == "opened"
    client.post_form(f"{page_of(row)}/opened", page=page_of(row), status=204)
    assert fresh(row).opened_at == first


def test_accepting_is_registering_with_what_is_known(client, event, vip):
    row = sent(vip, language="en")
    page = client.get(page_of(row))
    form = client.get(page.links()["Accept and register"])
    values = {control.get("name"): control.get("value") for control in form.tree.xpath("//form[@id='register']//input")}
    assert [values[name] for name in ("given_en", "family_en", "name_zh", "email", "organisation", "position")] == [
        "Mei", "Han 1", "韩梅1", "mei1@example.org", "Suzhou Institute", "Professor",
    ]  # fmt: skip
    client.press(form, "Register")
    registration = the_registration()
    assert (registration.category_id, registration.state, registration.name.zh) == (vip.id, "confirmed", "韩梅1")
    row = fresh(row)
    assert (row.state, row.registration_id) == ("accepted", registration.id)
    assert None not in (row.opened_at, row.replied_at)
    assert "You accepted." in client.get(page_of(row)).words


def test_the_category_is_fixed(client, event, vip):
    everybody = make_category(event)
    row = sent(vip)
    assert client.get(form_of(row)).tree.xpath("//input[@name='category']/@value") == [vip.public_id]
    client.post_form(form_of(row), status=422, category=everybody.public_id)
    answer = client.post_form(
        "/e/delta-2026/register", status=422, category=vip.public_id, given_en="A", email="a@example.org"
    )
    assert "This category is not open for registration." in " ".join(answer.errors)
    assert count(Registration) == 0


def test_the_same_link_a_second_time_leads_to_the_registration(client, visitor, event, vip):
    row = sent(vip)
    waiting = visitor().get(form_of(row))
    registration = accept(client, row)
    own = f"/r/{link_token(registration)}"
    assert client.get(form_of(row), status=303).location == own
    answer = visitor().get(form_of(row), status=303)
    assert answer.location == own
    assert count(Registration) == 1
    assert waiting.status_code == 200


def test_a_form_that_was_open_meanwhile_leads_there_too(client, visitor, event, vip):
    row, other = sent(vip), visitor()
    page = other.get(form_of(row))
    registration = accept(client, row)
    assert other.press(page, "Register", email="else@example.org").location == f"/r/{link_token(registration)}"
    assert count(Registration) == 1


def test_the_link_leads_no_longer_to_a_place_that_somebody_else_has_now(client, event, vip):
    row = sent(vip)
    registration = accept(client, row)
    reissue_pass(registration.id, by=SYSTEM, reason="handed over")
    assert client.get(form_of(row), status=303).location == page_of(row)
    page = client.get(page_of(row))
    assert "has a newer link" in page.words
    assert not [link for link in page.links().values() if link.startswith("/r/")]


def test_regrets_come_with_a_word_and_may_be_taken_back_until_the_event(client, event, vip):
    row = sent(vip)
    answer = client.press(client.get(page_of(row)), "Send my regrets", word="I am abroad.")
    assert "Thank you for telling us." in client.follow(answer).words
    assert (fresh(row).state, fresh(row).word) == ("declined", "I am abroad.")
    assert client.get(form_of(row), status=303).location == page_of(row)
    page = client.get(page_of(row))
    client.press(page, "Take it back and answer anew")
    assert (fresh(row).state, fresh(row).word, fresh(row).replied_at) == ("opened", "", None)
    stale = client.press(page, "Take it back and answer anew", status=409)
    assert "This invitation is already answered: it is now “Opened”." in stale.words
    accept(client, row)
    with pytest.raises(InvitationAnswered):
        decline_invitation(row.id, "", by=GUEST)


def test_when_the_event_has_begun_nothing_is_answered_any_more(client, event, vip):
    row = sent(vip)
    with time_machine.travel(event.starts_at + timedelta(minutes=1), tick=False):
        assert "can no longer be answered" in client.get(page_of(row)).words
        with pytest.raises(EventIsOver):
            decline_invitation(row.id, "", by=GUEST)
    assert fresh(row).state == "sent"


def test_too_long_a_word_is_told_and_kept(client, event, vip):
    row = sent(vip)
    answer = client.press(client.get(page_of(row)), "Send my regrets", status=422, word="x" * 501)
    assert "At most 500 characters, please." in " ".join(answer.errors)
    assert fresh(row).state == "sent"


def test_after_the_last_day_nobody_accepts_but_regrets_are_welcome(client, event, vip):
    row = sent(vip, expires_at=now() + timedelta(days=1))
    page = client.get(form_of(row))
    with time_machine.travel(now() + timedelta(days=2), tick=False):
        assert "This invitation was open until" in client.get(page_of(row)).words
        answer = client.press(page, "Register", status=409)
        assert "This invitation was open until" in " ".join(answer.errors)
        client.press(client.get(page_of(row)), "Send my regrets")
    assert (fresh(row).state, count(Registration)) == ("declined", 0)


# -- Plus-ones -----------------------------------------------------------------------------------------------------


def test_those_who_come_along_are_a_small_party_with_the_guest_as_contact(client, event, vip):
    row = sent(vip, plus_ones=2)
    form = client.get(form_of(row))
    client.press(form, "Register", companion_1="李雷 Lei Li", companion_2="")
    guest, companion = db.session.scalars(select(Registration).order_by(Registration.id)).all()
    assert (guest.party_id, guest.party_role, companion.party_role) == (companion.party_id, "head", "member")
    assert guest.party.email == guest.email
    assert (companion.name.en, companion.name.zh, companion.state, companion.email) == (
        "Lei Li",
        "李雷",
        "confirmed",
        "",
    )
    assert fresh(row).registration_id == guest.id
    assert client.press(form, "Register", companion_1="李雷 Lei Li").status_code == 303
    assert count(Registration) == 2, "a second click brings nobody more"


def test_when_places_run_out_the_guest_has_one_and_the_others_wait(client, event):
    vip = vip_category(event, 2)
    row = sent(vip, plus_ones=2)
    client.press(client.get(form_of(row)), "Register", companion_1="Lei Li", companion_2="Mei Li")
    assert states(vip) == ["confirmed", "confirmed", "waiting"]
    assert_places_add_up(vip.id)


def test_nobody_brings_more_than_the_invitation_allows(client, event, vip):
    row = sent(vip, plus_ones=1)
    page = client.get(form_of(row))
    assert len(page.tree.xpath("//input[starts-with(@name, 'companion_')]")) == 1
    client.press(page, "Register", companion_1="Lei Li", companion_2="Mei Li")
    assert count(Registration) == 2
    other = sent(vip, 2, plus_ones=1)
    attendee, wishes = (
        Attendee(name={"given_en": "A"}, email="a@example.org"),
        Wishes(way=WayIn(invitation=invitation_token(other))),
    )
    with pytest.raises(PlusOnesBelowBrought):
        register_invited(
            event.id, vip.id, attendee, ["B", "C"], by=GUEST, form_key="k" * 24, notice_id=None, wishes=wishes
        )
    assert (count(Registration), fresh(other).state) == (2, "sent"), "nothing is half done"


# -- Deputies ------------------------------------------------------------------------------------------------------


def test_a_deputy_gets_an_invitation_of_their_own_and_this_one_is_closed(client, visitor, event, vip):
    row = sent(vip, plus_ones=1)
    page = client.get(client.get(page_of(row)).links()["Name a deputy"])
    answer = client.press(page, "Hand the invitation", given_en="Gang", family_en="Wu", email="wu@example.org")
    assert "comes in your place" in client.follow(answer).words
    deputy = the_deputy()
    assert (deputy.state, deputy.category_id, deputy.organisation, deputy.plus_ones) == (
        "sent", vip.id, "Suzhou Institute", 1,
    )  # fmt: skip
    assert (fresh(row).state, mails_to("wu@example.org")) == ("handed", ["guest_invitation"])
    assert client.get(form_of(row), status=303).location == page_of(row)
    theirs = visitor().get(page_of(deputy))
    assert "Name a deputy" not in theirs.links()
    with pytest.raises(DeputyMayNotHandOn):
        name_deputy(deputy.id, invited(3), by=GUEST)
    accept(visitor(), deputy)
    with pytest.raises(InvitationAnswered):
        name_deputy(row.id, invited(4), by=GUEST)


def test_a_deputy_without_a_name_or_an_address_is_refused_beside_the_field(client, event, vip):
    row = sent(vip)
    url = f"{page_of(row)}/deputy"
    answer = client.post_form(url, status=422, email="nobody")
    assert [error.removeprefix("Error: ") for error in answer.errors[-2:]] == [
        "Enter the name, in Chinese or in Latin letters.",
        "This is not a complete e-mail address. It looks like name@example.com.",
    ]
    assert (fresh(row).state, count(Invitation)) == ("sent", 1)


def test_the_mail_to_a_deputy_says_in_whose_place(event, vip, mailbox, deliver):
    row = sent(vip)
    name_deputy(row.id, invited(2), by=GUEST)
    deliver()
    [mail] = mailbox.to("mei2@example.org")
    assert "Mei Han 1 asked that you come" in mail.get_body(("plain",)).get_content()


# -- What nobody may do --------------------------------------------------------------------------------------------


def test_an_unknown_link_and_another_events_invitation_are_not_found(client, new_event, event, vip):
    other = new_event(slug="other-2026")
    theirs = sent(vip_category(other))
    assert client.get(f"/i/{'x' * 43}").status_code == 404
    assert client.get(f"/e/delta-2026/register?invitation={invitation_token(theirs)}").status_code == 404
    assert client.get(f"/e/delta-2026/register?invitation={'x' * 43}").status_code == 404


def test_the_team_of_another_event_does_not_find_it(staff, new_event, event, vip):
    row = sent(vip)
    stranger = staff("owner", new_event(slug="other-2026"))
    for rest in (f"/{row.public_id}/change", ""):
        assert stranger.get(f"/manage/delta-2026/invitations{rest}").status_code == 404
    assert stranger.get(f"/manage/other-2026/invitations/{row.public_id}/change").status_code == 404


def test_a_guest_cannot_be_led_away_from_the_site(client, event, vip):
    row = sent(vip)
    for evil in ("//evil.example", "https://evil.example/", "\\evil"):
        answer = client.get(f"{page_of(row)}?next={evil}&url={evil}")
        assert evil not in answer.get_data(as_text=True).replace("?next=", "").split("<main")[1]


def test_inviting_a_known_address_looks_like_inviting_an_unknown_one(client, event, vip):
    first, second = sent(vip), sent(vip, 2)
    told = []
    for row, address in ((first, "mei2@example.org"), (second, "unknown@example.org")):
        answer = client.post_form(f"{page_of(row)}/deputy", given_en="Gang", family_en="Wu", email=address)
        told.append(client.follow(answer).words.replace("Mei Han 1", "").replace("Mei Han 2", ""))
    assert told[0] == told[1]


# -- The team's pages ----------------------------------------------------------------------------------------------


def test_the_team_drafts_sends_corrects_and_renews(staff, event, vip):
    desk = staff()
    desk.post_form(f"{LIST}/new", category_id=vip.public_id, given_en="Mei", family_en="Han", email="mei@example.org")
    answer = desk.post_form(
        f"{LIST}/new", status=422, category_id=vip.public_id, given_en="Mei", family_en="Han", email="MEI@example.org"
    )
    assert "This guest is on the list already" in " ".join(answer.errors)
    page = desk.get(LIST)
    desk.press(page, "Send")
    assert "changed by someone else" in desk.follow(desk.press(page, "Send")).words, "a double click sends once"
    [row] = db.session.scalars(select(Invitation)).all()
    assert mails_to("mei@example.org") == ["guest_invitation"]
    url = f"{LIST}/{row.public_id}/change"
    stale = desk.get(url)
    desk.post_form(url, organisation="Lake Bank", expires_at="2026-12-24T18:00")
    desk.press(stale, "Save", status=409, organisation="Other")
    assert fresh(row).organisation == "Lake Bank"
    old = page_of(row)
    desk.press(desk.get(LIST), "New link")
    assert page_of(fresh(row)) != old
    assert "Drafted" in desk.get(LIST).words


def test_many_are_sent_after_their_number_was_shown(staff, event, vip):
    desk = staff()
    rows = [draft(vip, number) for number in range(1, 4)]
    sent(make_category(event, code="other", name_en="Other", entry="invitation"), 9)
    page = desk.get(f"{LIST}/send/drafted?category=vip")
    assert "3 drafted invitations are sent." in page.words
    draft(vip, 4)
    again = desk.press(page, "Send", status=409)
    assert "4 drafted invitations are sent." in again.words
    answer = desk.press(again, "Send")
    assert answer.location == f"{LIST}?category=vip"
    assert "4 mails are on their way." in desk.follow(answer).words
    assert [fresh(row).state for row in rows] == ["sent"] * 3
    reminding = desk.get(f"{LIST}/send/unanswered")
    answer = desk.follow(desk.press(reminding, "Send"))
    assert "0 mails are on their way." in answer.words
    assert "Not written to" in answer.words
    desk.get(f"{LIST}/send/nobody", status=404)


TABLE = """Name\tE-mail\tOrganisation\tPosition\tLanguage\tPlus-ones
李雷\tlilei@example.org\t苏州大学\t教授\t中文\t2
Mei Han\tmei@example\tLake Bank\tDirector\ten\t0
\tnobody@example.org\t\t\t\t
韩梅 Mei Han\tHAN@example.org\tLake Bank\t\tfr\t99
李雷\tlilei@example.org\t\t\t\t

Wei Zhang\tzhang@example.org\t\t\t\t
"""


def test_a_pasted_list_is_shown_first_and_every_bad_line_is_named(staff, event, vip):
    desk = staff()
    page = desk.get(f"{LIST}/paste")
    dry = desk.press(page, "Look at it first", status=200, category_id=vip.public_id, table=TABLE)
    assert "2 guests would be invited." in dry.words
    assert "4 lines cannot be read" in dry.words
    for said in (
        "Line 3: Mei Han, mei@example, Lake Bank, Director, en, 0 – the e-mail address is not complete",
        "Line 4: nobody@example.org – the name is missing",
        "the language is neither English nor Chinese, how many more they may bring is no number up to 10",
        "Line 6: 李雷, lilei@example.org – the same guest stands further up",
    ):
        assert said in dry.words
    assert count(Invitation) == 0
    changed = desk.press(dry, "Draft 2 invitations", status=200, table=f"{TABLE}\nNew\tnew@example.org")
    assert "3 guests would be invited." in changed.words, "what was not looked at is not made"
    desk.press(dry, "Draft 2 invitations")
    rows = db.session.scalars(select(Invitation).order_by(Invitation.id)).all()
    assert [(row.name.here("zh"), row.email, row.language, row.plus_ones, row.state) for row in rows] == [
        ("李雷", "lilei@example.org", "zh", 2, "drafted"),
        ("Wei Zhang", "zhang@example.org", "en", 0, "drafted"),
    ]
    again = desk.press(page, "Look at it first", status=200, category_id=vip.public_id, table=TABLE)
    assert "2 are on the list already and are passed over." in again.words


def test_the_list_is_searched_filtered_and_counted(staff, event, vip):
    desk = staff()
    declined, other = sent(vip), draft(vip, 2, organisation="Lake Bank")
    decline_invitation(declined.id, "Abroad, sorry", by=GUEST)
    page = desk.get(LIST)
    assert [said for said in ("Regrets 1", "Drafted 1", "“Abroad, sorry”") if said not in page.words] == []
    for query, found in (("q=hanmei1", declined), ("q=lake", other), ("state=declined", declined), ("q=mei2@", other)):
        words = desk.get(f"{LIST}?{query}").words
        assert found.email in words
        assert "1 invitation" in words
    assert "Nobody found" in desk.get(f"{LIST}?q=zzz").words


def test_the_list_takes_as_many_statements_for_three_as_for_many(staff, event, vip, count_statements):
    desk, numbers = staff("viewer"), []
    for size in (3, 60):
        add_invitations(event.id, vip.id, [invited(size * 1000 + number) for number in range(size)], by=SYSTEM)
        with count_statements() as statements:
            desk.get(LIST)
        numbers.append(len(statements))
    assert numbers[0] == numbers[1] <= 14


def test_the_guests_page_and_form_take_few_statements(client, event, vip, count_statements):
    row = sent(vip, plus_ones=3)
    with count_statements() as page:
        client.get(page_of(row))
    with count_statements() as form:
        client.get(form_of(row))
    assert len(page) <= 8
    assert len(form) <= 16


def test_every_step_is_in_the_audit_trail(client, event, vip):
    row = sent(vip)
    name_deputy(row.id, invited(2), by=GUEST)
    accept(client, the_deputy())
    query = select(AuditEntry.action).where(AuditEntry.subject_kind == "invitations").order_by(AuditEntry.id)
    assert list(db.session.scalars(query)) == [
        "add_invitation", "send_invitation", "send_invitation", "name_deputy", "accept_invitation",
    ]  # fmt: skip


# -- At once -------------------------------------------------------------------------------------------------------


def accept_at_once(index: int, event_id: int, category_id: int, token: str) -> int:
    attendee = Attendee(name={"given_en": "Mei"}, email=f"mei{index}@example.org")
    wishes = Wishes(way=WayIn(invitation=token))
    key = f"form-key-{index:020}"
    return register_attendee(event_id, category_id, attendee, by=GUEST, form_key=key, notice_id=None, wishes=wishes).id


def hand_on_at_once(index: int, invitation_id: int) -> int:
    return name_deputy(invitation_id, invited(index + 100), by=GUEST).id


def naive_accept(index: int, event_id: int, category_id: int, invitation_id: int) -> Any:
    """Looks first and registers afterwards, without a way in."""
    with transaction() as session:
        answered = session.get_one(Invitation, invitation_id).state == "accepted"
    while_others_look()
    if answered:
        return None
    attendee = Attendee(name={"given_en": "Mei"}, email=f"mei{index}@example.org")
    key = f"form-key-{index:020}"
    row = register_attendee(event_id, category_id, attendee, by=SYSTEM, form_key=key, notice_id=None)
    with transaction() as session:
        session.get_one(Invitation, invitation_id).state = "opened"
    return row.id


@pytest.mark.both_databases
@pytest.mark.storm
def test_two_who_accept_at_once_make_one_registration(event, storm):
    vip = vip_category(event)
    row = sent(vip)
    outcomes = storm(accept_at_once, processes=4, threads=4, args=(event.id, vip.id, invitation_token(row)))
    assert sorted(outcome.refusal or "registered" for outcome in outcomes) == ["InvitationUsed"] * 15 + ["registered"]
    assert (count(Registration), fresh(row).state) == (1, "accepted")


@pytest.mark.both_databases
@pytest.mark.storm
def test_who_looks_first_and_registers_afterwards_registers_twice(event, storm):
    vip = vip_category(event)
    row = sent(vip)
    storm(naive_accept, processes=4, threads=4, args=(event.id, vip.id, row.id))
    assert count(Registration) > 1


@pytest.mark.both_databases
@pytest.mark.storm
def test_of_many_deputies_named_at_once_one_comes(event, storm):
    row = sent(vip_category(event))
    outcomes = storm(hand_on_at_once, processes=2, threads=4, args=(row.id,))
    assert [outcome.refusal for outcome in outcomes].count(None) == 1
    assert {outcome.refusal for outcome in outcomes} == {None, "InvitationAnswered"}
    assert (count(Invitation), fresh(row).state) == (2, "handed")
