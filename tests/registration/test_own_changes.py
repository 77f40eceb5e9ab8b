"""What guests change on their own pages: details, answers, category; until the deadline, and never over somebody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import AuditEntry
from eventapp.changing import version_of
from eventapp.clock import now
from eventapp.db import db
from eventapp.errors import Stale
from eventapp.events.actions import change_details
from eventapp.registration.actions import (
    OWN_VALUES,
    change_own_details,
    give_consent,
    set_changes_until,
    withdraw_own,
)
from eventapp.registration.errors import ChangesOver, EventHasEnded, LinkUnknown, NoWayToReach
from eventapp.registration.models import Registration, RegistrationSettings
from eventapp.registration.queries import changes_until, link_token
from tests.registration.asking import answers, ask, ask_choice, choice_id
from tests.registration.guests import GUEST, assert_places_add_up, make_category, make_notice, own_page, register_guest


@pytest.fixture
def registration(event) -> Registration:
    return register_guest(
        make_category(event, 2), 1, phone="+8613800138000", organisation="Suzhou Instruments", position="Engineer"
    )


def fresh(registration: Registration) -> Registration:
    db.session.rollback()
    return db.session.get_one(Registration, registration.id)


def close_changes(event) -> None:
    set_changes_until(event.id, now() - timedelta(minutes=1), by=SYSTEM)


# -- Details -------------------------------------------------------------------------------------------------------


def test_a_guest_corrects_the_spelling_of_the_name_and_the_rest(client, registration):
    form = client.get(client.get(own_page(registration)).links()["Change my details"], status=200)
    page = client.follow(
        client.press(
            form,
            "Save",
            given_en="Lei",
            family_en="Lee",
            name_zh="欧阳蕾",
            phone="139 0013 9000",
            organisation="Suzhou Optics",
            language="zh",
        )
    )
    assert "Saved." in page.words
    row = fresh(registration)
    assert (row.name.en, row.family_zh, row.given_zh) == ("Lei Lee", "欧阳", "蕾")
    assert (row.phone, row.phone_tail, row.organisation, row.organisation_key, row.language) == (
        "+8613900139000", "9000", "Suzhou Optics", "suzhou optics", "zh"
    )  # fmt: skip
    assert row.key_full.startswith("ouyang")
    assert row.position == "Engineer"
    assert (row.pass_serial, row.sequence) == (1, 1)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "change_own_details")).one()
    assert entry.after == {"changed": ["family_en", "family_zh", "given_zh", "language", "organisation", "phone"]}
    assert "Lee" not in str(entry.after)


def test_what_is_left_as_it_is_changes_nothing(client, registration):
    client.follow(client.post_form(f"{own_page(registration)}/details"))
    assert fresh(registration).sequence == 0
    assert db.session.scalars(select(AuditEntry).where(AuditEntry.action == "change_own_details")).all() == []


def test_wrong_details_are_told_beside_the_field_and_stay_as_typed(client, registration):
    answer = client.post_form(
        f"{own_page(registration)}/details", status=422, given_en="", family_en="", name_zh="", phone="12", position="X"
    )
    assert "Enter a name, in Chinese or in Latin letters." in " ".join(answer.errors)
    assert "This is not a phone number we can read." in " ".join(answer.errors)
    assert answer.tree.xpath("//input[@name='position']/@value") == ["X"]
    assert fresh(registration).position == "Engineer"


def test_who_has_no_address_keeps_a_phone(client, event):
    guest = register_guest(make_category(event), 1, email="", phone="+8613800138000")
    answer = client.post_form(f"{own_page(guest)}/details", status=422, phone="")
    assert "Without an e-mail address we need a phone number" in " ".join(answer.errors)
    with pytest.raises(NoWayToReach):
        change_own_details(guest.id, {"phone": ""}, by=GUEST, link=link_token(guest))


def test_details_that_changed_meanwhile_are_not_overwritten(client, registration):
    page = client.get(f"{own_page(registration)}/details", status=200)
    change_own_details(registration.id, {"position": "Director"}, by=GUEST, link=link_token(registration))
    answer = client.press(page, "Save", status=409, position="Chief engineer")
    assert "This was changed by someone else a moment ago." in " ".join(answer.errors)
    assert answer.tree.xpath("//input[@name='position']/@value") == ["Chief engineer"]
    assert fresh(registration).position == "Director"
    assert answer.links()["Look at it as it is now"].endswith("/details")


def change_position(index: int, registration_id: int, link: str, version: str) -> str:
    change_own_details(registration_id, {"position": f"Position {index}"}, by=GUEST, link=link, version=version)
    return f"Position {index}"


@pytest.mark.storm
@pytest.mark.both_databases
def test_of_many_changes_from_one_form_one_is_kept(event, storm):
    guest = register_guest(make_category(event), 1)
    outcomes = storm(
        change_position, processes=2, threads=4, args=(guest.id, link_token(guest), version_of(guest, OWN_VALUES))
    )
    assert [one.value for one in outcomes if one.refusal is None] == [fresh(guest).position]
    assert {one.refusal for one in outcomes if one.refusal} == {Stale.__name__}


# -- The deadline --------------------------------------------------------------------------------------------------


def test_without_a_setting_changes_end_when_the_event_begins(event):
    assert changes_until(event) == event.starts_at


def test_after_the_deadline_changes_are_refused_in_words_and_withdrawing_is_not(client, event, registration):
    page = client.get(f"{own_page(registration)}/details", status=200)
    close_changes(event)
    answer = client.press(page, "Save", status=409, position="Director")
    assert any("Changes were possible until" in error for error in answer.errors)
    assert answer.tree.xpath("//input[@name='position']/@value") == ["Director"]
    own = client.get(own_page(registration), status=200)
    assert "Changes were possible until" in own.words
    for gone in ("Change my details", "Correct the e-mail address", "Hand my place to a colleague"):
        assert gone not in own.links()
    client.press(client.get(own.links()["I cannot come: withdraw"]), "Yes, withdraw")
    assert fresh(registration).state == "withdrawn"


def test_when_the_event_has_ended_there_is_nothing_left_to_withdraw_from(client, event, registration, time_machine):
    time_machine.move_to(event.ends_at + timedelta(minutes=1))
    page = client.get(f"{own_page(registration)}/withdraw", status=200)
    assert page.heading == "There is nothing to withdraw"
    with pytest.raises(EventHasEnded):
        withdraw_own(registration.id, by=GUEST, link=link_token(registration))
    assert "I cannot come: withdraw" not in client.get(own_page(registration)).links()
    assert fresh(registration).state == "confirmed"


def test_the_team_sets_the_deadline_on_its_page(staff, event):
    desk = staff("registrar")
    page = desk.get(f"/manage/{event.slug}/changes", status=200)
    desk.follow(desk.press(page, "Save", changes_until="2026-11-01T18:00"))
    settings = db.session.get_one(RegistrationSettings, event.id)
    assert settings.changes_until.isoformat() == "2026-11-01T10:00:00+00:00"
    stale = desk.press(page, "Save", status=409, changes_until="2026-11-02T18:00")
    assert "changed by someone else" in " ".join(stale.errors)
    desk.post_form(f"/manage/{event.slug}/changes", changes_until="")
    db.session.rollback()
    assert db.session.get_one(RegistrationSettings, event.id).changes_until is None
    answer = desk.post_form(f"/manage/{event.slug}/changes", status=422, changes_until="soon")
    assert answer.errors
    staff("viewer").get(f"/manage/{event.slug}/changes", status=403)


def test_the_deadline_stays_at_its_wall_time_when_the_zone_changes(event):
    set_changes_until(event.id, now().replace(hour=10, minute=0, second=0, microsecond=0), by=SYSTEM)
    before = changes_until(event)
    change_details(event.id, by=SYSTEM, time_zone="UTC")
    db.session.rollback()
    assert changes_until(event) - before == timedelta(hours=8)


# -- Answers -------------------------------------------------------------------------------------------------------


def test_a_guest_answers_what_is_asked_later_and_changes_it(client, event, registration):
    ask(event, "plate", asked="later", label_en="Car plate")
    ask(event, "secret", audience="team", label_en="For the team")
    form = client.get(client.get(own_page(registration)).links()["Change my answers"], status=200)
    assert "Car plate" in form.words
    assert "For the team" not in form.words
    client.follow(client.press(form, "Save", q_plate="苏E 12345"))
    assert answers(registration) == {"plate": "苏E 12345"}
    client.post_form(f"{own_page(registration)}/answers", q_plate="")
    db.session.rollback()
    assert answers(registration) == {}


def test_a_wrong_answer_is_told_beside_its_question_and_stays_as_typed(client, event, registration):
    ask(event, "nights", "number", most=3, label_en="Nights")
    answer = client.post_form(f"{own_page(registration)}/answers", status=422, q_nights="many")
    assert "Enter a whole number, such as 120." in " ".join(answer.errors)
    assert answer.tree.xpath("//input[@name='q_nights']/@value") == ["many"]
    assert answers(registration) == {}


def test_answers_that_changed_meanwhile_are_not_overwritten(client, event, registration):
    ask(event, "plate")
    page = client.get(f"{own_page(registration)}/answers", status=200)
    client.post_form(f"{own_page(registration)}/answers", q_plate="first")
    refused = client.press(page, "Save", status=409, q_plate="second")
    assert refused.tree.xpath("//input[@name='q_plate']/@value") == ["second"]
    db.session.rollback()
    assert answers(registration) == {"plate": "first"}


def test_after_the_deadline_answers_stay(client, event, registration):
    ask(event, "plate")
    page = client.get(f"{own_page(registration)}/answers", status=200)
    close_changes(event)
    refused = client.press(page, "Save", status=409, q_plate="second")
    assert any("Changes were possible until" in error for error in refused.errors)
    assert answers(registration) == {}


def test_sensitive_questions_are_shown_once_they_were_agreed_to(client, event, registration):
    make_notice(event)
    ask(event, "diet", purpose="sensitive", label_en="Diet")
    page = client.get(f"{own_page(registration)}/answers", status=200)
    assert "asked only if you agree to it" in page.words
    assert page.tree.xpath("//*[@name='q_diet']") == []
    give_consent(registration.id, "sensitive", by=SYSTEM)
    client.post_form(f"{own_page(registration)}/answers", q_diet="Vegan")
    assert answers(registration) == {"diet": "Vegan"}


def places_taken(question) -> list[int]:
    return [choice.places.taken for choice in question.choices if choice.places and choice.places.capacity]


def test_a_limited_choice_is_booked_and_let_go_again(client, event, registration):
    question = ask_choice(event, "tour", ("Garden", "园林", 1), ("Museum", "博物馆", None))
    url, garden = f"{own_page(registration)}/answers", choice_id(question, "Garden")
    client.post_form(url, q_tour=garden)
    db.session.rollback()
    assert places_taken(question) == [1]
    client.post_form(url, q_tour=choice_id(question, "Museum"))
    db.session.rollback()
    assert places_taken(question) == [0]


def test_where_nothing_is_asked_there_is_no_such_link(client, registration):
    assert "Change my answers" not in client.get(own_page(registration)).links()
    client.get(f"{own_page(registration)}/answers", status=200)


# -- Category ------------------------------------------------------------------------------------------------------


def test_a_guest_moves_to_a_category_with_room(client, event, registration):
    academia = make_category(event, 1, code="academia", name_en="Academia", name_zh="学术界")
    make_category(event, 0, code="full", name_en="Sponsors", name_zh="赞助商")
    make_category(event, 5, code="media", name_en="Media", name_zh="媒体", needs_approval=True)
    make_category(event, 5, code="hidden", name_en="Friends", name_zh="朋友", entry="hidden")
    form = client.get(client.get(own_page(registration)).links()["Move to another category"], status=200)
    assert "Academia" in form.words
    for closed in ("Sponsors", "Media", "Friends"):
        assert closed not in form.words
    page = client.follow(client.press(form, "Move there", category=academia.public_id))
    assert page.heading == "You are registered"
    assert fresh(registration).category_id == academia.id
    for category in (academia, registration.category):
        assert_places_add_up(category.id)


def test_a_category_that_has_filled_up_meanwhile_is_refused_in_words(client, event, registration):
    academia = make_category(event, 1, code="academia", name_en="Academia", name_zh="学术界")
    page = client.get(f"{own_page(registration)}/category", status=200)
    register_guest(academia, 9)
    answer = client.press(page, "Move there", status=422, category=academia.public_id)
    assert answer.errors
    assert "No room elsewhere" in answer.words
    assert fresh(registration).category_id != academia.id


def test_only_what_is_offered_can_be_chosen(client, event, registration, new_event):
    make_category(event, 1, code="academia", name_en="Academia", name_zh="学术界")
    media = make_category(event, 5, code="media", needs_approval=True)
    elsewhere = make_category(new_event("other-2026"))
    for other in (media.public_id, elsewhere.public_id, "x"):
        client.post_form(f"{own_page(registration)}/category", status=422, category=other)
    assert fresh(registration).category_id == registration.category_id


def test_after_the_deadline_the_category_stays(client, event, registration):
    academia = make_category(event, 1, code="academia", name_en="Academia", name_zh="学术界")
    page = client.get(f"{own_page(registration)}/category", status=200)
    close_changes(event)
    answer = client.press(page, "Move there", status=409, category=academia.public_id)
    assert any("Changes were possible until" in error for error in answer.errors)


# -- Whose page ----------------------------------------------------------------------------------------------------


PAGES = ("details", "answers", "address", "category", "hand-over", "data", "data.json", "pass.pdf")


def test_another_token_opens_nothing_and_looking_changes_nothing(client, event, registration):
    other = register_guest(registration.category, 2)
    before = [(row.changed_at, row.sequence, row.link_hash) for row in (fresh(registration), fresh(other))]
    for path in PAGES:
        client.get(f"{own_page(registration)}/{path}", status=200)
        client.get(f"/r/{'A' * 43}/{path}", status=404)
        client.get(f"/r/{registration.public_id}/{path}", status=404)
        answer = client.get(f"{own_page(registration)}/{path}").get_data()
        assert b"guest2@example.org" not in answer
    assert [(row.changed_at, row.sequence, row.link_hash) for row in (fresh(registration), fresh(other))] == before


def test_the_link_of_one_guest_does_nothing_to_another(event, registration):
    other = register_guest(registration.category, 2)
    for act in (
        lambda: change_own_details(other.id, {"position": "X"}, by=GUEST, link=link_token(registration)),
        lambda: withdraw_own(other.id, by=GUEST, link=link_token(registration)),
    ):
        with pytest.raises(LinkUnknown):
            act()


def test_every_page_is_kept_by_no_cache_and_another_site_cannot_act(client, registration):
    for path in PAGES:
        answer = client.get(f"{own_page(registration)}/{path}", status=200)
        assert answer.headers["Cache-Control"] == "no-store"
        if answer.mimetype == "text/html":
            assert answer.tree.xpath("//meta[@name='robots']/@content") == ["noindex"]
    for path in ("details", "answers", "address", "category", "hand-over"):
        client.post(f"{own_page(registration)}/{path}", data={"position": "X"}, status=400)


def test_after_the_deadline_the_action_refuses_too(event, registration):
    close_changes(event)
    with pytest.raises(ChangesOver):
        change_own_details(registration.id, {"position": "X"}, by=GUEST, link=link_token(registration))
