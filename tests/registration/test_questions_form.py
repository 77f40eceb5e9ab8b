"""Questions in the registration form, filled in without scripts: who is asked what, what is refused, what is kept."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.db import db
from eventapp.registration.actions import (
    add_ready_question,
    archive_choice,
    archive_question,
    change_choice,
    change_question,
)
from eventapp.registration.models import Answer, Booking, Registration
from tests.registration.asking import answers, ask, ask_choice, choice_id
from tests.registration.guests import count, make_category, make_notice
from tests.registration.test_form import FORM, error_beside, send


@pytest.fixture
def industry(event):
    make_notice(event)
    return make_category(event)


@pytest.fixture
def media(event, industry):
    return make_category(event, code="media", name_en="Media", name_zh="媒体")


def test_every_kind_of_question_is_answered_and_kept_with_its_words(client, event, industry):
    ask(event, "motto")
    ask(event, "story", "long_text")
    tour = ask_choice(event, "tour", ("Garden", "园林", None), ("Museum", "博物馆", None))
    topics = ask_choice(event, "topics", ("Water", "水", None), ("Silk", "丝绸", None), kind="choices")
    for kind in ("number", "date", "yes_no", "country", "phone", "document"):
        ask(event, kind.replace("_", "-"), kind)
    chosen = [choice_id(topics, "Silk"), choice_id(topics, "Water")]
    send(
        client, industry, q_motto="  Calm,  exact ", q_story="One\r\nTwo", q_tour=choice_id(tour, "Garden"), q_topics=chosen,
        q_number="１２", q_date="2026-11-23", q_yes_no="no", q_country="FR", q_phone="138 0013 8000",
        q_document="e12345678",
    )  # fmt: skip
    assert answers() == {
        "motto": "Calm, exact",
        "story": "One\nTwo",
        "tour": choice_id(tour, "Garden"),
        "topics": [choice_id(topics, "Water"), choice_id(topics, "Silk")],
        "number": 12,
        "date": "2026-11-23",
        "yes-no": False,
        "country": "FR",
        "phone": "+8613800138000",
        "document": "",
    }
    words = {row.question.code: (row.text_en, row.text_zh) for row in db.session.scalars(select(Answer))}
    assert words["topics"] == ("Water, Silk", "水、丝绸")
    assert words["yes-no"] == ("No", "否")
    assert words["country"] == ("France", "法国")
    assert words["document"] == ("••••5678", "••••5678")
    labels = {(row.label_en, row.label_zh) for row in db.session.scalars(select(Answer))}
    assert ("Question tour", "问题tour") in labels


def test_what_is_required_and_what_cannot_be_read_is_said_beside_the_field_and_all_else_is_kept(
    client, event, industry
):
    ask(event, "motto", required=True)
    ask(event, "age", "number", most=120)
    ask(event, "day", "date")
    ask(event, "later", asked="later", required=True)
    ask(event, "table", audience="team", required=True)
    refused = send(client, industry, status=422, q_age="121", q_day="2026-02-30", email="li@example.org")
    assert error_beside(refused, "q_motto") == "Please answer this."
    assert error_beside(refused, "q_age") == "Enter a number of at most 120."
    assert error_beside(refused, "q_day") == "Enter a date, such as 2026-11-23."
    assert refused.tree.xpath("//input[@name='q_age']/@value") == ["121"]
    assert refused.tree.xpath("//*[@name='q_later' or @name='q_table']") == []
    assert count(Registration) == 0


def test_a_question_of_one_category_is_asked_in_that_one_only(client, event, industry, media):
    ask(event, "outlet", required=True, category_ids=[media.id])
    assert "For: Media" in client.get(FORM).words
    send(client, industry, q_outlet="Dropped: nobody of industry is asked this")
    assert answers() == {}
    assert error_beside(send(client, media, status=422), "q_outlet") == "Please answer this."
    send(client, media, q_outlet="Lake News")
    assert answers() == {"outlet": "Lake News"}


def test_a_conditional_question_says_when_it_is_asked_and_the_server_decides(client, event, industry):
    add_ready_question(event.id, "car", by=SYSTEM)
    assert "Only if your answer to “Will you come by car?” is “Yes”." in client.get(FORM).words
    send(client, industry, q_car="no", q_car_plate="苏E12345")
    assert answers() == {"car": False}
    send(client, industry, q_car="yes", q_car_plate="苏E12345")
    assert set(answers()) == {"car", "car-plate"}


def test_a_chinese_guest_reads_the_questions_in_chinese(client, event, industry):
    client.language = "zh"
    add_ready_question(event.id, "car", by=SYSTEM)
    words = client.get(FORM).words
    assert "是否自驾前来？" in words
    assert "车牌号" in words


def test_a_limited_choice_says_what_is_left_and_one_who_chooses_a_full_one_waits_for_it(client, event, industry):
    tour = ask_choice(event, "tour", ("Garden", "园林", 1), ("Museum", "博物馆", None))
    garden = choice_id(tour, "Garden")
    assert "Garden – 1 place left" in client.get(FORM).words
    send(client, industry, q_tour=garden)
    assert "Garden – full: waiting list" in client.get(FORM).words
    send(client, industry, q_tour=garden, email="second@example.org")
    assert list(db.session.scalars(select(Booking.state).order_by(Booking.id))) == ["confirmed", "waiting"]
    assert list(db.session.scalars(select(Registration.state))) == ["confirmed", "confirmed"]
    change_choice(tour.choices[0].id, by=SYSTEM, capacity=2, label_en="Garden", label_zh="园林")
    assert list(db.session.scalars(select(Booking.state).order_by(Booking.id))) == ["confirmed", "confirmed"]


def test_a_choice_archived_while_the_form_was_open_is_refused_in_words(client, event, industry):
    tour = ask_choice(event, "tour", ("Garden", "园林", None), ("Museum", "博物馆", None))
    client.get(FORM)
    gone = choice_id(tour, "Garden")
    archive_choice(tour.choices[0].id, by=SYSTEM)
    refused = send(client, industry, status=422, q_tour=gone)
    assert error_beside(refused, "q_tour") == "Choose among the answers offered here."


def test_a_sensitive_question_is_answered_only_with_its_consent(client, event, industry):
    access = ask(event, "access", "long_text", purpose="sensitive", required=True)
    refused = send(client, industry, status=422, q_access="A wheelchair space")
    assert error_beside(refused, "q_access") == "Agree to the use of sensitive answers below, or leave this empty."
    assert count(Registration) == 0
    send(client, industry)
    assert answers() == {}
    send(client, industry, q_access="A wheelchair space", consent_sensitive="y", email="second@example.org")
    assert answers() == {"access": "A wheelchair space"}
    assert access.purpose == "sensitive"


def test_an_archived_question_is_asked_no_longer_and_its_answers_stay_readable(client, staff, event, industry):
    motto = ask(event, "motto")
    send(client, industry, q_motto="Calm")
    change_question(motto.id, by=SYSTEM, label_en="Reworded", label_zh="改过的问题")
    archive_question(motto.id, by=SYSTEM)
    assert "q_motto" not in client.get(FORM).get_data(as_text=True)
    registration = db.session.scalars(select(Registration)).one()
    shown = staff("registrar").get(f"/manage/delta-2026/registrations/{registration.public_id}").words
    assert "Question mottoCalm asked no longer" in shown
    assert "Reworded" not in shown


def test_the_form_costs_as_many_statements_for_three_questions_as_for_thirty(client, event, industry, count_statements):
    def statements_with(numbers: range) -> int:
        for index in numbers:
            ask_choice(event, f"q{index}", ("One", "一", 5), ("Two", "二", None), category_ids=[industry.id])
        client.get(FORM)
        with count_statements() as statements:
            client.get(FORM)
        return len(statements)

    assert statements_with(range(3)) == statements_with(range(3, 30)) <= 20
