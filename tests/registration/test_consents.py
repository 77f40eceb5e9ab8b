"""Consents: each by itself, never ticked beforehand, needed for nothing, and taken back as easily as given."""

from __future__ import annotations

import secrets

import pytest
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import AuditEntry
from eventapp.db import db, transaction
from eventapp.events.models import Event
from eventapp.registration.actions import (
    erase_registration,
    give_consent,
    publish_notice,
    register_attendee,
    withdraw_consent,
    withdraw_registration,
)
from eventapp.registration.actions.register import Attendee
from eventapp.registration.actions.wishes import Wishes
from eventapp.registration.errors import ConsentNotAsked
from eventapp.registration.models import Answer, Category, Consent, Registration
from eventapp.registration.notices import PrivacyTerms
from eventapp.registration.queries import consent_history, current_notice, registrations_agreeing
from tests.ground.storms import while_others_look
from tests.registration.asking import ask
from tests.registration.guests import GUEST, count, make_category, own_page
from tests.registration.test_notice import partner

FORM = "/e/delta-2026/register"
LIST = "/e/delta-2026/participants"
ASKS = frozenset({"public_list", "photographs", "marketing"})
BY_PINYIN = [("郑", "Zheng"), ("安", "An"), ("李", "Li"), ("欧阳", "Ouyang"), ("曾", "Zeng")]


@pytest.fixture
def category(event: Event) -> Category:
    return make_category(event)


@pytest.fixture
def asking(event: Event, category: Category) -> str:
    """An event that asks for all there is; the purpose of its one partner."""
    lake = partner(event)
    terms = PrivacyTerms("The Host Society", "主办学会", "data@example.org", ASKS, frozenset({lake.id}))
    publish_notice(event.id, by=SYSTEM, body_en="Text", body_zh="正文", terms=terms)
    return f"partner:{lake.public_id}"


def register(category: Category, number: int = 1, *purposes: str, **values: object) -> Registration:
    notice = current_notice(category.event_id)
    story = {"name": {"given_en": "Lei", "family_en": f"Li {number}"}, "email": f"guest{number}@example.org", **values}
    answers = story.pop("answers", {})
    return register_attendee(
        category.event_id,
        category.id,
        Attendee(**story),
        by=GUEST,
        form_key=secrets.token_urlsafe(24),
        notice_id=notice.id if notice else None,
        wishes=Wishes(answers=answers, consents=frozenset(purposes)),
    )


def fill(client, status: int = 303, **fields: object):
    entered = {"given_en": "Lei", "family_en": "Li", "email": "lei@example.org", "consent": "y", **fields}
    return client.post_form(FORM, status=status, **entered)


def given(registration_id: int) -> set[str]:
    """What a guest agrees to now, besides being registered."""
    db.session.rollback()
    rows = db.session.scalars(select(Consent).filter_by(registration_id=registration_id, withdrawn_at=None))
    return {row.purpose for row in rows} - {"registration"}


# -- In the form ---------------------------------------------------------------------------------------------------


def test_the_boxes_stand_by_themselves_below_the_notices_own_and_none_is_ticked(client, event, asking):
    tree = client.get(FORM, status=200).tree
    names = tree.xpath("//form[@id='register']//input[@type='checkbox']/@name")
    boxes = ["consent_public_list", "consent_photographs", "consent_marketing", f"consent_{asking.replace(':', '_')}"]
    assert names == ["consent", *boxes]
    assert tree.xpath("//input[@type='checkbox' and @checked]") == []
    assert tree.xpath("//input[starts-with(@name, 'consent_') and @required]") == []


def test_each_box_says_what_for_who_gets_it_and_that_it_can_be_taken_back(client, event, asking):
    tree = client.get(FORM).tree
    for box in tree.xpath("//input[starts-with(@name, 'consent_')]"):
        label = " ".join("".join(tree.xpath(f"//label[@for='{box.get('id')}']")[0].itertext()).split())
        assert "I can take this back at any time" in label
    assert "Lake Foundation" in client.get(FORM).words


def test_a_guest_registers_with_no_consent_ticked(client, event, asking):
    fill(client)
    row = db.session.scalars(select(Registration)).one()
    assert (row.state, given(row.id)) == ("confirmed", set())


def test_only_what_was_ticked_is_noted_under_the_version_that_was_shown(client, event, asking):
    fill(client, consent_marketing="y", **{f"consent_{asking.replace(':', '_')}": "y"})
    row = db.session.scalars(select(Registration)).one()
    assert given(row.id) == {"marketing", asking}
    assert {consent.notice_id for consent in row.consents} == {current_notice(event.id).id}


def test_what_was_ticked_stays_ticked_when_something_else_is_wrong(client, event, asking):
    page = fill(client, status=422, email="nonsense", consent_marketing="y")
    assert page.tree.xpath("//input[@type='checkbox' and @checked]/@name") == ["consent", "consent_marketing"]


def test_a_notice_that_changed_meanwhile_unticks_every_box(client, event, asking):
    page = client.get(FORM)
    publish_notice(event.id, by=SYSTEM, body_en="Another", body_zh="")
    fields = {"given_en": "Lei", "email": "lei@example.org", "consent": "y", "consent_marketing": "y"}
    refused = client.press(page, "Register", status=422, **fields)
    assert any("The privacy notice has changed" in error for error in refused.errors)
    assert refused.tree.xpath("//input[@type='checkbox' and @checked]") == []
    assert count(Registration) == 0


def test_an_event_that_asks_for_nothing_shows_no_box(client, event, category):
    publish_notice(event.id, by=SYSTEM, body_en="Text", body_zh="")
    assert client.get(FORM).tree.xpath("//input[starts-with(@name, 'consent_')]") == []


def test_a_sensitive_question_brings_its_own_box_at_once(client, event, category):
    publish_notice(event.id, by=SYSTEM, body_en="Text", body_zh="")
    ask(event, "diet", purpose="sensitive")
    assert client.get(FORM).tree.xpath("//input[starts-with(@name, 'consent_')]/@name") == ["consent_sensitive"]


def test_a_consent_that_is_not_asked_is_refused(event, category):
    publish_notice(event.id, by=SYSTEM, body_en="Text", body_zh="")
    with pytest.raises(ConsentNotAsked):
        register(category, 1, "marketing")
    assert count(Registration) == 0
    guest = register(category, 1)
    for purpose in ("marketing", "partner:0123456789abcdef", "registration", "", "x" * 500):
        with pytest.raises(ConsentNotAsked):
            give_consent(guest.id, purpose, by=GUEST)


# -- On the guest's own page ---------------------------------------------------------------------------------------


def test_a_guest_gives_and_takes_back_each_with_one_button_and_sees_what_was_before(client, event, category, asking):
    guest = register(category, 1)
    address = f"{own_page(guest)}/consents"
    page = client.get(address, status=200)
    assert [button for button in page.tree.xpath("//main//button/text()") if button.strip() == "Agree"] != []
    page = client.follow(client.press(page, "Agree News of later events"))
    assert given(guest.id) == {"marketing"}
    page = client.follow(client.press(page, "Take it back News of later events"))
    assert given(guest.id) == set()
    lines = [" ".join("".join(line.itertext()).split())[17:] for line in page.tree.xpath("//main//li")]
    assert lines == ["News of later events: agreed", "News of later events: taken back"]


def test_what_was_agreed_in_the_form_stands_in_the_history_with_its_moment(event, category, asking):
    guest = register(category, 1, "photographs")
    given_at = next(row.given_at for row in guest.consents if row.purpose == "photographs")
    withdraw_consent(guest.id, "photographs", by=GUEST)
    give_consent(guest.id, "photographs", by=GUEST)
    guest = db.session.get_one(Registration, guest.id)
    steps = [step for step in consent_history(guest) if step.purpose == "photographs"]
    assert [step.given for step in steps] == [True, False, True]
    assert steps[0].at == given_at


@pytest.mark.both_databases
def test_a_consent_taken_back_twice_is_taken_back_once(event, category, asking):
    guest = register(category, 1, "marketing")
    assert withdraw_consent(guest.id, "marketing", by=GUEST)
    first = db.session.scalars(select(Consent.withdrawn_at).filter_by(purpose="marketing")).one()
    assert not withdraw_consent(guest.id, "marketing", by=GUEST)
    assert db.session.scalars(select(Consent.withdrawn_at).filter_by(purpose="marketing")).one() == first
    assert [row.action for row in db.session.scalars(select(AuditEntry))].count("withdraw_consent") == 1


def test_a_forged_purpose_is_refused_in_words(client, event, category, asking):
    guest = register(category, 1)
    page = client.get(f"{own_page(guest)}/consents")
    token = page.tree.xpath("//input[@name='csrf_token']/@value")[0]
    for purpose in ("registration", "nonsense"):
        answer = client.post(
            f"{own_page(guest)}/consents/give", data={"csrf_token": token, "purpose": purpose}, status=422
        )
        assert "does not ask for this consent" in answer.words


def give_or_take(index: int, registration_id: int) -> bool:
    act = give_consent if index % 2 else withdraw_consent
    return act(registration_id, "marketing", by=GUEST)


def give_naively(index: int, registration_id: int, notice_id: int) -> None:
    """Without holding the registration: all look, none finds a row, and the database refuses all but one."""
    from eventapp.clock import now

    known = db.session.scalar(select(Consent.id).filter_by(registration_id=registration_id, purpose="photographs"))
    while_others_look()
    with transaction() as session:
        if known is None:
            row = Consent(registration_id=registration_id, purpose="photographs", notice_id=notice_id, given_at=now())
            session.add(row)


@pytest.mark.storm
@pytest.mark.both_databases
def test_giving_and_taking_back_at_the_same_moment_follow_one_another(event, category, asking, storm):
    guest = register(category, 1)
    naive = storm(give_naively, processes=2, threads=3, args=(guest.id, current_notice(event.id).id))
    assert [outcome.refusal for outcome in naive].count("IntegrityError") > 0
    outcomes = storm(give_or_take, processes=2, threads=6, args=(guest.id,))
    assert [outcome.refusal for outcome in outcomes] == [None] * 12
    db.session.rollback()
    steps = [
        row.action for row in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)) if "consent" in row.action
    ]
    assert steps == ["give_consent", "withdraw_consent"] * (len(steps) // 2) + ["give_consent"] * (len(steps) % 2)


@pytest.mark.both_databases
def test_taking_back_sensitive_answers_deletes_them_at_once_and_no_others(event, category):
    diet, topic = ask(event, "diet", purpose="sensitive"), ask(event, "topic")
    publish_notice(event.id, by=SYSTEM, body_en="Text", body_zh="")
    answers = {diet.id: "No nuts", topic.id: "Gardens"}
    guest, other = (register(category, number, "sensitive", answers=answers) for number in (1, 2))
    withdraw_consent(guest.id, "sensitive", by=GUEST)
    left = db.session.execute(select(Answer.registration_id, Answer.question_id).order_by(Answer.id)).all()
    assert sorted(tuple(row) for row in left) == sorted(
        [(guest.id, topic.id), (other.id, diet.id), (other.id, topic.id)]
    )


# -- The public list -----------------------------------------------------------------------------------------------


def names_on(page) -> list[str]:
    return [" ".join("".join(cell.itertext()).split()) for cell in page.tree.xpath("//tbody/tr/th")]


def test_the_list_shows_who_agreed_and_is_confirmed_in_the_order_of_their_pinyin(client, event, category, asking):
    for number, (family_zh, family_en) in enumerate(BY_PINYIN):
        name = {"family_zh": family_zh, "given_zh": "明", "family_en": family_en, "given_en": "Ming"}
        register(category, number, "public_list", name=name, organisation="Works", position="Engineer")
    register(category, 7, "marketing", name={"given_en": "Hidden"})
    gone = register(category, 8, "public_list", name={"given_en": "Gone"})
    withdraw_registration(gone.id, by=GUEST)
    page = client.get(LIST, status=200)
    assert names_on(page) == ["Ming An 安明", "Ming Li 李明", "Ming Ouyang 欧阳明", "Ming Zeng 曾明", "Ming Zheng 郑明"]
    assert "Works" in page.words
    assert "guest1@example.org" not in page.get_data(as_text=True)


def test_whoever_takes_it_back_is_off_the_list_at_once(client, event, category, asking):
    guest = register(category, 1, "public_list")
    assert names_on(client.get(LIST)) == ["Lei Li 1"]
    withdraw_consent(guest.id, "public_list", by=GUEST)
    page = client.get(LIST, status=200)
    assert "Li 1" not in page.get_data(as_text=True)


def test_the_list_is_kept_out_of_search_engines(client, event, category, asking):
    page = client.get(LIST, status=200)
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert page.tree.xpath("//meta[@name='robots' and contains(@content, 'noindex')]") != []


def test_an_event_that_does_not_ask_names_nobody_whatever_they_agreed_to(client, event, category, asking):
    register(category, 1, "public_list")
    publish_notice(event.id, by=SYSTEM, body_en="Text", body_zh="", terms=PrivacyTerms("The Host Society"))
    page = client.get(LIST, status=200)
    assert "There is no public list" in page.words
    assert "Li 1" not in page.get_data(as_text=True)


@pytest.mark.both_databases
def test_the_list_has_pages_and_asks_the_database_as_often_for_three_as_for_sixty(
    client, event, category, asking, count_statements
):
    asked = []
    for upto in (3, 60):
        for number in range(count(Registration), upto):
            register(category, number, "public_list")
        with count_statements() as statements:
            page = client.get(LIST, status=200)
        asked.append(len(statements))
    assert asked[0] == asked[1]
    assert len(names_on(page)) == 50
    assert len(names_on(client.get(f"{LIST}?page=2"))) == 10
    assert len(names_on(client.get(f"{LIST}?page=999999999"))) == 10


# -- The desk ------------------------------------------------------------------------------------------------------


def test_the_team_sees_how_many_agree_to_what_and_who(staff, event, category, asking):
    guests = [register(category, number, "marketing", asking) for number in range(3)]
    register(category, 8, "photographs")
    withdraw_consent(guests[0].id, "marketing", by=GUEST)
    erase_registration(guests[1].id, by=GUEST)
    desk = staff("viewer")
    overview = desk.get("/manage/delta-2026/privacy", status=200)
    lines = [" ".join("".join(line.itertext()).split()) for line in overview.tree.xpath("//main//li")]
    assert lines == [
        "Public list of participants: 0",
        "Photographs and films: 1",
        "News of later events: 1",
        "Sharing with Lake Foundation: 2",
    ]
    assert names_on(desk.get("/manage/delta-2026/privacy/marketing", status=200)) == ["Lei Li 2"]
    assert names_on(desk.get(f"/manage/delta-2026/privacy/{asking}", status=200)) == ["Lei Li 0", "Lei Li 2"]
    desk.get("/manage/delta-2026/privacy/nonsense", status=404)
    found = db.session.scalars(registrations_agreeing(event.id, "marketing")).all()
    assert [row.id for row in found] == [guests[2].id]


def test_the_page_of_one_registration_shows_each_consent(staff, event, category, asking):
    guest = register(category, 1, "marketing")
    page = staff("viewer").get(f"/manage/delta-2026/registrations/{guest.public_id}", status=200)
    rows = {"".join(row.xpath("dt//text()")): "".join(row.xpath("dd//text()")) for row in page.tree.xpath("//dl/div")}
    assert rows["News of later events"].startswith("agrees since")
    assert rows["Photographs and films"] == "does not agree"
