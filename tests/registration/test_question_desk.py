"""Building the form: questions, choices and ready-made ones, on the team's pages; and what guests answered."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import AuditEntry
from eventapp.db import db
from eventapp.errors import Stale
from eventapp.events.actions import copy_event
from eventapp.registration.actions import (
    add_ready_question,
    archive_question,
    change_answers,
    change_choice,
    change_question,
    delete_answers,
    keep_answers,
    restore_question,
    withdraw_registration,
)
from eventapp.registration.errors import CapacityBelowTaken, ConditionNotPossible, NotPossibleNow, QuestionInUse
from eventapp.registration.models import Answer, Booking, Question, Registration
from eventapp.registration.queries import answers_of, questions_of, specs_of, version_of_answers
from eventapp.registration.ready_questions import READY
from tests.registration.asking import PDF, answers, ask, ask_choice, choice_id
from tests.registration.guests import GUEST, make_category, make_notice, register_guest
from tests.registration.test_form import error_beside
from tests.registration.test_question_files import upload

LIST = "/manage/delta-2026/questions"


@pytest.fixture
def industry(event):
    make_notice(event)
    return make_category(event)


@pytest.fixture
def guest(industry) -> Registration:
    return register_guest(industry)


def the_question(code: str) -> Question:
    return db.session.scalars(select(Question).where(Question.code == code)).one()


def page_of(question: Question) -> str:
    return f"{LIST}/{question.public_id}/change"


def detail(registration: Registration) -> str:
    return f"/manage/delta-2026/registrations/{registration.public_id}"


def answer(registration: Registration, **values: Any) -> None:
    """Answers by the question's code, changed as the guest does."""
    specs = {spec.code.replace("-", "_"): spec.id for spec in specs_of(registration.event_id)}
    told = {specs[code]: value for code, value in values.items()}
    change_answers(registration.id, told, among=list(told), by=GUEST)


# -- The form ------------------------------------------------------------------------------------------------------


def test_a_question_with_choices_is_added_changed_and_put_in_order_on_the_page(staff, event, industry):
    desk = staff("registrar")
    ask(event, "first")
    desk.post_form(
        f"{LIST}/new", kind="choice", label_en="Which tour?", label_zh="哪个行程？", choices_en="Garden\nMuseum",
        choices_zh="园林\n博物馆", required="y", categories=industry.public_id,
    )  # fmt: skip
    tour = the_question("which-tour")
    assert [(one.label_en, one.label_zh) for one in tour.choices] == [("Garden", "园林"), ("Museum", "博物馆")]
    assert (tour.required, tour.limited_to, tour.position) == (True, [industry.id], 2)
    desk.post_form(page_of(tour), label_en="Which tour would you like?", required=None, categories=None)
    changed = the_question("which-tour")
    assert (changed.label_en, changed.required, changed.limited_to) == ("Which tour would you like?", False, [])
    desk.press(desk.get(LIST), "Up Which tour")
    assert [row.code for row in questions_of(event.id)] == ["which-tour", "first"]
    garden = f"{LIST}/{tour.public_id}/choices/{tour.choices[0].public_id}"
    desk.post_form(f"{garden}/change", capacity="5")
    assert "Garden: 0 of 5" in desk.get(LIST).words
    desk.post_form(f"{LIST}/{tour.public_id}/choices/new", label_en="Canal")
    desk.press(desk.get(page_of(tour)), "Up Canal")
    assert [one.label_en for one in the_question("which-tour").choices] == ["Garden", "Canal", "Museum"]
    desk.press(desk.get(page_of(tour)), "Archive Garden")
    assert [one.label.en for one in specs_of(event.id)[0].offered] == ["Canal", "Museum"]
    desk.press(desk.get(page_of(tour)), "Offer again Garden")
    assert len(specs_of(event.id)[0].offered) == 3


def test_what_a_question_lacks_is_said_beside_the_field(staff, event, industry):
    desk = staff("registrar")
    refused = desk.post_form(f"{LIST}/new", kind="choice", status=422)
    assert error_beside(refused, "label_en") == "Write the question in English or in Chinese."
    assert error_beside(refused, "choices_en") == "Write the choices, one a line."
    assert questions_of(event.id) == []


def test_a_condition_is_set_on_the_page_and_what_others_depend_on_is_not_archived(staff, event, industry):
    car, plate = ask(event, "car", "yes_no"), ask(event, "plate")
    desk = staff("registrar")
    desk.post_form(page_of(plate), condition=f"{car.public_id}:yes")
    assert the_question("plate").condition_id == car.id
    assert "Only if your answer to “Question car” is “Yes”." in desk.get(LIST).words
    told = desk.follow(desk.press(desk.get(LIST), "Archive Question car"))
    assert "“Question plate” is asked depending on this question." in told.words
    for broken in ({"audience": "team"}, {"asked": "later"}):
        with pytest.raises(QuestionInUse):
            change_question(car.id, by=SYSTEM, **broken)
    with pytest.raises(ConditionNotPossible):
        change_question(car.id, by=SYSTEM, condition_id=plate.id, condition_value="yes")
    archive_question(plate.id, by=SYSTEM)
    archive_question(car.id, by=SYSTEM)
    with pytest.raises(ConditionNotPossible):
        restore_question(plate.id, by=SYSTEM)


def test_conditions_in_a_circle_are_refused(event, industry):
    first, second = ask(event, "first", "yes_no"), ask(event, "second", "yes_no")
    change_question(second.id, by=SYSTEM, condition_id=first.id, condition_value="yes")
    for target in (second.id, first.id):
        with pytest.raises(ConditionNotPossible):
            change_question(first.id, by=SYSTEM, condition_id=target, condition_value="yes")
    assert the_question("first").condition_id is None


def test_a_stale_edit_of_a_question_or_a_choice_is_refused(staff, event, industry):
    desk = staff("registrar")
    tour = ask_choice(event, "tour", ("Garden", "园林", 5))
    shown = desk.get(page_of(tour))
    change_question(tour.id, by=SYSTEM, category_ids=[industry.id])
    refused = desk.press(shown, "Save", status=409, label_en="Mine")
    assert "This was changed by someone else a moment ago." in refused.words
    assert the_question("tour").label_en == "Question tour"
    garden = f"{LIST}/{tour.public_id}/choices/{tour.choices[0].public_id}/change"
    shown = desk.get(garden)
    change_choice(tour.choices[0].id, by=SYSTEM, label_en="Garden", label_zh="园林", capacity=6)
    desk.press(shown, "Save", status=409, capacity="2")
    assert the_question("tour").choices[0].capacity == 6


def test_every_ready_made_question_is_added_with_one_click_in_both_languages_and_once(staff, event, industry):
    desk = staff("organiser")
    for ready in READY.values():
        desk.press(desk.get(LIST), f"Add {ready[0].label.en}")
    rows = questions_of(event.id)
    assert [row.code for row in rows] == [one.code for ready in READY.values() for one in ready]
    assert [row.code for row in rows if row.label.missing() or any(one.label.missing() for one in row.choices)] == []
    kinds = {row.code: (row.kind, row.purpose) for row in rows}
    assert kinds["diet"] == ("choices", "sensitive")
    assert kinds["document"] == ("document", "documents")
    assert desk.get(LIST).tree.xpath("//h2[@id='ready']") == []
    token = desk.get(LIST).tree.xpath("//input[@name='csrf_token']/@value")[0]
    desk.post(f"{LIST}/ready", data={"name": "diet", "csrf_token": token}, status=409)
    desk.post(f"{LIST}/ready", data={"name": "nothing", "csrf_token": token}, status=400)


def test_the_preview_shows_the_form_in_either_language_and_leaves_the_desks_language_alone(staff, event, industry):
    add_ready_question(event.id, "arrival", by=SYSTEM)
    add_ready_question(event.id, "car", by=SYSTEM)
    desk = staff("viewer")
    chinese = desk.get(f"{LIST}/preview?lang=zh", status=200)
    assert "是否自驾前来？" in chinese.words
    assert "您将如何抵达？" in chinese.words
    assert "frame-ancestors 'self'" in chinese.headers["Content-Security-Policy"]
    assert desk.get(LIST).heading == "Questions"
    assert "Will you come by car?" in desk.get(f"{LIST}/preview").words


def test_who_may_not_change_the_form_sees_it_and_changes_nothing(staff, event, industry):
    question = ask(event, "motto")
    viewer = staff("viewer")
    assert viewer.get(LIST).tree.xpath("//main//form") == []
    viewer.get(page_of(question), status=403)
    staff("editor").get(LIST, status=403)


def test_a_copied_event_asks_the_same_with_the_same_limits_and_conditions(event, industry, owner):
    media = make_category(event, code="media", name_en="Media")
    tour = ask_choice(event, "tour", ("Garden", "园林", 5), ("Museum", "", None))
    ask(
        event, "shoes", condition_id=tour.id, condition_value=choice_id(tour, "Museum"), category_ids=[media.id], help_en="EU"
    )  # fmt: skip
    archive_question(ask(event, "gone").id, by=SYSTEM)
    copy = copy_event(
        event.id, by=SYSTEM, slug="delta-2027", starts_at=event.starts_at, ends_at=event.ends_at, with_people=False,
        name_en="Next", name_zh="", time_zone=event.time_zone,
    )  # fmt: skip
    first, second = specs_of(copy.id)
    assert [(one.label.en, one.free) for one in first.choices] == [("Garden", 5), ("Museum", None)]
    assert (second.condition_id, second.condition_value) == (first.id, first.choices[1].public_id)
    assert len(second.category_ids) == 1
    assert second.category_ids.isdisjoint({media.id})
    assert second.help.en == "EU"


# -- Limits --------------------------------------------------------------------------------------------------------


def test_a_limit_set_later_counts_those_who_chose_it_already(event, industry):
    tour = ask_choice(event, "tour", ("Garden", "园林", None))
    garden, words = tour.choices[0].id, {"label_en": "Garden", "label_zh": "园林"}
    guests = [register_guest(industry, number) for number in range(2)]
    for one in guests:
        answer(one, tour=tour.choices[0].public_id)
    with pytest.raises(CapacityBelowTaken):
        change_choice(garden, by=SYSTEM, capacity=1, **words)
    change_choice(garden, by=SYSTEM, capacity=2, **words)
    assert list(db.session.scalars(select(Booking.state))) == ["confirmed", "confirmed"]
    third = register_guest(industry, 3)
    answer(third, tour=tour.choices[0].public_id)
    with pytest.raises(CapacityBelowTaken):
        change_choice(garden, by=SYSTEM, capacity=1, **words)
    answer(guests[0], tour=None)
    assert list(db.session.scalars(select(Booking.state).order_by(Booking.id))) == ["ended", "confirmed", "confirmed"]
    change_choice(garden, by=SYSTEM, capacity=None, **words)
    assert specs_of(event.id)[0].choices[0].free is None


# -- Answers -------------------------------------------------------------------------------------------------------


def test_answers_changed_meanwhile_are_not_overwritten_and_those_of_an_ended_registration_not_changed(event, guest):
    motto = ask(event, "motto")
    seen = version_of_answers(answers_of(guest.id))
    answer(guest, motto="First")
    with pytest.raises(Stale):
        change_answers(guest.id, {motto.id: "Second"}, among=[motto.id], by=GUEST, version=seen)
    assert answers() == {"motto": "First"}
    withdraw_registration(guest.id, by=GUEST)
    with pytest.raises(NotPossibleNow):
        answer(guest, motto="Third")


def test_the_team_answers_its_own_questions_on_the_registrations_page(staff, event, guest):
    ask(event, "table", "number", audience="team", most=50)
    ask(event, "badge", "file", audience="team")
    desk, there = staff("registrar"), detail(guest)
    refused = desk.post_form(f"{there}/answers", there, status=422, q_table="51", q_badge=upload(PDF, "Badge.pdf"))
    assert error_beside(refused, "q_table") == "Enter a number of at most 50."
    assert "Stored: Badge.pdf." in refused.words
    desk.press(refused, "Save the answers", q_table="50")
    assert answers(guest)["table"] == 50
    shown = desk.get(there)
    assert "Question table50" in shown.words
    assert "Badge.pdf" in shown.words
    answer(guest, table=7)
    desk.press(shown, "Save the answers", status=409, q_table="8")
    assert answers(guest)["table"] == 7
    assert "q_table" not in staff("viewer").get(there).get_data(as_text=True)


def test_a_documents_number_is_sealed_masked_and_shown_whole_to_owners_only_who_leave_a_trace(staff, event, guest):
    document = ask(event, "passport", "document", purpose="answers")
    answer(guest, passport="E12345678")
    row = db.session.scalars(select(Answer)).one()
    assert (document.purpose, row.value, row.text_en, row.tail) == ("documents", "", "••••5678", "5678")
    assert "E1234" not in row.sealed
    for role in ("registrar", "organiser", "viewer"):
        page = staff(role).get(detail(guest))
        assert "••••5678" in page.words
        assert "Show whole" not in page.words
    whole = f"{detail(guest)}/answers/{document.public_id}/whole"
    desk = staff("organiser")
    token = desk.get(detail(guest)).tree.xpath("//input[@name='csrf_token']/@value")[0]
    desk.post(whole, data={"csrf_token": token}, status=403)
    looks = select(AuditEntry).where(AuditEntry.action == "look_at_document")
    assert db.session.scalars(looks).all() == []
    owner = staff("owner")
    assert "E12345678" in owner.press(owner.get(detail(guest)), "Show whole", status=200).words
    look = db.session.scalars(looks).one()
    assert (look.subject_kind, look.subject_id, look.after) == ("registrations", guest.id, {"question": "passport"})
    owner.get(whole, status=405)


def test_the_audit_trail_never_holds_what_was_answered(event, guest):
    ask(event, "passport", "document")
    ask(event, "motto")
    answer(guest, passport="E12345678", motto="Secret words")
    trail = " ".join(f"{row.before} {row.after} {row.reason}" for row in db.session.scalars(select(AuditEntry)))
    assert "motto" in trail
    assert "Secret" not in trail
    assert "5678" not in trail


def test_a_stored_number_stays_when_left_as_it_is_shown(event, guest):
    document = ask(event, "passport", "document")
    answer(guest, passport="E12345678")
    sealed = db.session.scalars(select(Answer.sealed)).one()
    answer(guest, passport="••••5678")
    assert db.session.scalars(select(Answer.sealed)).one() == sealed
    change_answers(guest.id, {}, among=[document.id], by=GUEST)
    assert answers() == {}


def test_deleting_sensitive_answers_gives_the_limited_choices_among_them_to_the_next(event, industry):
    meal = ask_choice(event, "meal", ("Halal", "清真", 1), purpose="sensitive")
    first, second = register_guest(industry, 1), register_guest(industry, 2)
    for one in (first, second):
        answer(one, meal=meal.choices[0].public_id)
    assert delete_answers([first.id], {"answers", "documents"}) == 0
    assert delete_answers([first.id], {"sensitive"}) == 1
    rows = db.session.scalars(select(Booking)).all()
    assert [(row.registration_id, row.state) for row in rows] == [(second.id, "confirmed")]
    assert answers() == {"meal": meal.choices[0].public_id}
    assert meal.choices[0].places is not None
    assert meal.choices[0].places.taken == 1


def test_the_list_and_a_registrations_page_cost_as_much_for_thirty_questions_as_for_three(
    staff, event, guest, count_statements
):
    desk = staff("registrar")

    def statements_with(numbers: range) -> list[int]:
        for index in numbers:
            code = f"q{index}"
            question = ask_choice(event, code, ("One", "一", 50), ("Two", "二", None), audience="team")
            answer(guest, **{code: question.choices[0].public_id})
        found = []
        for path in (LIST, detail(guest)):
            desk.get(path)
            with count_statements() as statements:
                desk.get(path, status=200)
            found.append(len(statements))
        return found

    assert statements_with(range(3)) == statements_with(range(3, 30))


def test_no_answers_cost_nothing(guest, count_statements):
    with count_statements() as statements:
        keep_answers(guest, {}, by=GUEST)
    assert statements == []
