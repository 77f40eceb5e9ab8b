"""The form for a delegation and the contact's page, as a contact without scripts uses them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.db import db
from eventapp.registration import actions
from eventapp.registration.models import Category, Party, Registration
from eventapp.registration.queries import members_of, party_token
from tests.registration.guests import count, make_category, make_notice, register_guest, states
from tests.registration.test_parties import member_states, register

FORM = "/e/delta-2026/register/party"
TABLE = "王芳\tFang\tWang\tfang@example.org\t13800138000\t\tDirector\t团长\n李雷\tLei\tLi\t\t\tSuzhou University\t\tinterpreter\n"
CONTACT: dict[str, Any] = {
    "contact_name": "Ms Zhao",
    "contact_email": "zhao@example.org",
    "party": "Suzhou Delegation",
    "consent": "y",
}


@pytest.fixture
def industry(event) -> Category:
    make_notice(event)
    return make_category(event, 10)


def send(client, category: Category, /, status: int = 303, **fields: Any) -> Any:
    return client.post_form(FORM, status=status, **{**CONTACT, "category": category.public_id, **fields})


def the_party() -> Party:
    return db.session.scalars(select(Party)).one()


def own(party: Party) -> str:
    return f"/party/{party_token(party)}"


# -- The form ------------------------------------------------------------------------------------------------------


def test_the_register_page_leads_to_the_form_for_parties(client, industry):
    page = client.get("/e/delta-2026/register", status=200)
    assert page.links()["You come as a delegation? Register several people in one form"] == FORM


def test_where_no_category_takes_parties_there_is_no_such_link_and_no_form(client, event):
    make_category(event, takes_parties=False)
    assert "delegation" not in client.get("/e/delta-2026/register", status=200).words
    assert "Registration is closed" in client.get(FORM, status=200).words


def test_a_contact_fills_in_rows_and_sees_everybody_with_passes(client, industry):
    page = client.follow(
        send(client, industry, p1_name_zh="王芳", p1_role="head", p2_given_en="Lei", p2_email="lei@example.org")
    )
    assert page.heading == "Suzhou Delegation"
    assert "王芳" in page.words
    assert "Head of the delegation" in page.words
    party = the_party()
    first, second = members_of(party.id)
    assert (first.family_zh, first.given_zh, first.organisation, first.party_role, first.email) == (
        "王",
        "芳",
        "Suzhou Delegation",
        "head",
        "",
    )
    assert (second.email, second.state) == ("lei@example.org", "confirmed")
    passes = [link for link in page.tree.xpath("//td/a/@href") if "/p/" in link.lower()]
    assert len(passes) == 2
    assert client.get(passes[0], status=200).status_code == 200


def test_a_pasted_table_is_read_with_roles_of_either_language(client, industry):
    client.follow(send(client, industry, table=TABLE))
    assert [
        (str(row.name.zh), row.name.en, row.email, row.phone, row.organisation, row.position, row.party_role)
        for row in members_of(the_party().id)
    ] == [
        ("王芳", "Fang Wang", "fang@example.org", "+8613800138000", "Suzhou Delegation", "Director", "head"),
        ("李雷", "Lei Li", "", "", "Suzhou University", "", "interpreter"),
    ]


def test_more_rows_keep_what_was_typed_and_register_nobody(client, industry):
    page = client.get(FORM, status=200)
    more = client.press(page, "More rows", status=200, contact_name="Ms Zhao", p3_given_en="Lei")
    assert more.tree.xpath("//input[@name='p3_given_en']/@value") == ["Lei"]
    assert more.tree.xpath("//input[@name='contact_name']/@value") == ["Ms Zhao"]
    assert more.tree.xpath("//input[@name='p8_given_en']") != []
    assert more.errors == []
    assert count(Registration) == 0


def test_every_bad_row_is_told_by_its_number_and_kept_as_typed(client, industry):
    page = send(
        client,
        industry,
        status=422,
        p1_given_en="Lei",
        p1_email="lei@",
        p3_phone="12",
        p3_organisation="Suzhou University",
    )
    said = " ".join(page.errors)
    assert "Person 1: This is not a complete e-mail address." in said
    assert "Person 3: This is not a phone number we can read." in said
    assert "Person 3: Enter a name, in Chinese or in Latin letters." in said
    assert "Person 2" not in said
    assert page.tree.xpath("//input[@name='p1_email']/@value") == ["lei@"]
    assert page.tree.xpath("//input[@name='p3_organisation']/@value") == ["Suzhou University"]
    assert (count(Party), count(Registration)) == (0, 0)


def test_a_table_with_bad_lines_comes_back_as_rows_with_what_is_wrong(client, industry):
    page = send(client, industry, status=422, table="王芳,Fang,Wang,fang@\n李雷,,,,,,,pilot")
    said = " ".join(page.errors)
    assert "Person 1: This is not a complete e-mail address." in said
    assert "Person 2: “pilot” is no role we know." in said
    assert page.tree.xpath("//input[@name='p1_name_zh']/@value") == ["王芳"]
    assert page.tree.xpath("//textarea[@name='table']")[0].text in (None, "", "\n")


def test_a_table_that_cannot_be_read_stays_in_its_box(client, industry):
    page = send(client, industry, status=422, table="王芳,Fang,Wang,,,,,head,what is this")
    assert "These lines have too many columns: 1." in " ".join(page.errors)
    assert "what is this" in page.tree.xpath("//textarea[@name='table']")[0].text
    assert count(Party) == 0


def test_an_empty_form_and_a_missing_consent_are_refused_in_words(client, industry):
    page = send(client, industry, status=422, consent=None, contact_email="")
    said = " ".join(page.errors)
    assert "Name at least one person." in said
    assert "Enter an e-mail address or a mobile phone number" in said
    assert "agree to the privacy notice" in said


def test_back_and_send_again_lead_to_the_same_party(client, industry):
    page = client.get(FORM, status=200)
    answers = [
        client.press(page, "Register all", **{**CONTACT, "category": industry.public_id, "p1_given_en": "Lei"})
        for _ in range(2)
    ]
    assert answers[0].location == answers[1].location
    assert (count(Party), count(Registration)) == (1, 1)


def test_a_category_that_closes_meanwhile_is_refused_with_everything_kept(client, event, industry):
    make_category(event, code="other")
    page = client.get(FORM, status=200)
    actions.close_category(industry.id, by=SYSTEM)
    refused = client.press(
        page, "Register all", status=422, **{**CONTACT, "category": industry.public_id, "p1_given_en": "Lei"}
    )
    assert refused.tree.xpath("//input[@name='p1_given_en']/@value") == ["Lei"]
    assert count(Party) == 0


def test_a_party_that_does_not_fit_sees_that_it_waits_together(client, industry):
    actions.set_capacity(industry.id, 1, by=SYSTEM)
    page = client.follow(send(client, industry, p1_given_en="Lei", p2_given_en="Fang"))
    assert "You wait together" in page.words
    assert page.words.count("number 1 on the list") == 2


# -- The contact's page --------------------------------------------------------------------------------------------


def test_the_contact_changes_replaces_and_withdraws_a_member(client, industry):
    party = register(industry, 2)
    member = members_of(party.id)[0]
    page = f"{own(party)}/people/{member.public_id}"
    client.post_form(page, given_en="Fang", role="driver")
    client.post_form(page, given_en="Jun", family_en="He", name_zh="", replaced="y")
    db.session.rollback()
    row = db.session.get_one(Registration, member.id)
    assert (row.name.en, row.name.zh, row.party_role, row.pass_serial) == ("Jun He", "", "driver", 2)
    asked = client.get(f"{page}/withdraw", status=200)
    assert member_states(party) == ["confirmed", "confirmed"]
    client.press(asked, "Yes, withdraw")
    assert member_states(party) == ["withdrawn", "confirmed"]


def test_a_stale_change_of_a_member_is_refused(client, industry):
    party = register(industry, 1)
    member = members_of(party.id)[0]
    path = f"{own(party)}/people/{member.public_id}"
    page = client.get(path, status=200)
    actions.change_member(member.id, {"position": "Director"}, by=SYSTEM, email="", role="member")
    refused = client.press(page, "Save", status=409, position="Minister")
    assert "changed by someone else" in " ".join(refused.errors)


def test_the_contact_adds_people_and_withdraws_all(client, industry):
    party = register(industry, 1)
    page = client.follow(
        client.post_form(f"{own(party)}/add", p1_given_en="Lei", consent="y", category=industry.public_id)
    )
    assert "Added: Lei" in page.words
    assert member_states(party) == ["confirmed", "confirmed"]
    asked = client.get(f"{own(party)}/withdraw", status=200)
    client.press(asked, "Yes, withdraw all")
    assert member_states(party) == ["withdrawn", "withdrawn"]
    assert "There is nothing to withdraw" in client.get(f"{own(party)}/withdraw", status=200).words


def test_the_contact_takes_what_is_offered_for_all(client, event):
    category = make_category(event, 0, offer_hours=24)
    party = register(category, 2)
    actions.set_capacity(category.id, 2, by=SYSTEM)
    page = client.get(own(party), status=200)
    assert "Places are held for 2 people" in page.words
    client.press(page, "Take it for all")
    assert member_states(party) == ["confirmed", "confirmed"]
    assert client.post(f"{own(party)}/offer/decline", status=400).status_code == 400, "no token, no deed"


def test_a_link_opens_one_party_and_another_partys_member_is_not_found(client, industry):
    mine, other = register(industry, 1), register(industry, 1)
    stranger = members_of(other.id)[0].public_id
    client.get(f"{own(mine)}/people/{stranger}", status=404)
    client.get(f"{own(mine)}/people/{stranger}/withdraw", status=404)
    client.get("/party/nobody-knows-this", status=404)
    assert states(industry) == ["confirmed", "confirmed"]


def test_the_mail_to_the_contact_leads_to_the_page(mailbox, deliver, industry):
    party = register(industry, 2)
    deliver()
    (mail,) = mailbox.to("wang@example.org")
    assert "/party/" in mail.get_body(("plain",)).get_content()
    assert party_token(party) in mail.get_body(("html",)).get_content()


# -- The team's pages ----------------------------------------------------------------------------------------------


def test_the_team_sees_parties_and_the_waiting_list(staff, industry):
    actions.set_capacity(industry.id, 1, by=SYSTEM)
    party, guest = register(industry, 2), register_guest(industry, 7)
    waiting = register_guest(industry, 8)
    viewer = staff("viewer")
    listed = viewer.get("/manage/delta-2026/parties", status=200)
    assert "Suzhou Delegation" in listed.words
    assert "Ms Wang" in viewer.get(f"/manage/delta-2026/parties/{party.public_id}", status=200).words
    page = viewer.get(f"/manage/delta-2026/categories/{industry.public_id}/waiting", status=200)
    assert page.tree.xpath("//tbody/tr/td[1]/text()") == ["1", "1", "3"]
    rows = [row.text_content() for row in page.tree.xpath("//tbody/tr")]
    assert "Suzhou Delegation" in rows[0]
    assert waiting.name.en in rows[2]
    assert guest.name.en not in page.words


def test_another_events_party_and_category_are_not_found(staff, new_event, event):
    other = make_category(new_event("other-2026"), 1)
    party = register(other, 1)
    viewer = staff("viewer")
    viewer.get(f"/manage/delta-2026/parties/{party.public_id}", status=404)
    viewer.get(f"/manage/delta-2026/categories/{other.public_id}/waiting", status=404)


def test_a_long_list_of_parties_and_a_long_waiting_list_take_no_more_statements(staff, event, count_statements):
    category = make_category(event, 0)
    register(category, 2, by=SYSTEM)
    viewer = staff("viewer")
    pages = ["/manage/delta-2026/parties", f"/manage/delta-2026/categories/{category.public_id}/waiting"]
    few = []
    for path in pages:
        with count_statements() as statements:
            viewer.get(path, status=200)
        few.append(len(statements))
    for _ in range(20):
        register(category, 2, by=SYSTEM)
    many = []
    for path in pages:
        with count_statements() as statements:
            viewer.get(path, status=200)
        many.append(len(statements))
    assert many == few
