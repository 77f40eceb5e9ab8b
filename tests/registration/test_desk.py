"""The team's pages about registrations and categories."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import AuditEntry
from eventapp.accounts.roles import ROLES, may
from eventapp.db import db
from eventapp.registration.actions import set_door_note
from eventapp.registration.models import Category, Registration
from tests.registration.guests import make_category, own_page, pass_digits, register_guest, states

LIST = "/manage/delta-2026/registrations"
CATEGORIES = "/manage/delta-2026/categories"


@pytest.fixture
def category(event) -> Category:
    return make_category(event, 2)


@pytest.fixture
def registrar(staff):
    return staff("registrar")


def page_of(registration: Registration) -> str:
    return f"{LIST}/{registration.public_id}"


def names(page) -> list[str]:
    return [" ".join("".join(cell.itertext()).split()) for cell in page.tree.xpath("//tbody/tr/th")]


# -- The list ------------------------------------------------------------------------------------------------------


def test_an_empty_list_says_so(registrar):
    page = registrar.get(LIST, status=200)
    assert "Nobody found" in page.words
    assert "0 registrations" in page.words


def test_the_list_shows_who_from_where_what_and_in_which_state(registrar, category):
    for number in range(3):
        register_guest(category, number, organisation="Suzhou Instruments")
    page = registrar.get(LIST, status=200)
    assert names(page) == ["Lei Li 2 李雷2", "Lei Li 1 李雷1", "Lei Li 0 李雷0"]
    cells = [" ".join("".join(cell.itertext()).split()) for cell in page.tree.xpath("//tbody/tr[1]/td")]
    assert cells[:3] == ["Suzhou Instruments", "Industry", "On the waiting list"]
    assert "3 registrations" in page.words


@pytest.mark.parametrize(
    "words",
    ["席酉民", "酉民", "xiyoumin", "xi you min", "xym", "Youmin", "西浦", "YOUMIN@example.org", "8000", "13800138000"],
)
@pytest.mark.both_databases
def test_a_guest_is_found_by(registrar, category, words):
    register_guest(
        category,
        1,
        name={"family_zh": "席", "given_zh": "酉民", "family_en": "Xi", "given_en": "Youmin"},
        email="youmin@example.org",
        phone="+8613800138000",
        organisation="西浦 XJTLU",
    )
    register_guest(category, 2, name={"family_en": "Zhao"}, organisation="Elsewhere")
    assert names(registrar.get(f"{LIST}?q={words}", status=200)) == ["Youmin Xi 席酉民"]


@pytest.mark.parametrize("words", ["%", "_", "\\", "'", "😀", "x" * 5000, " ", "\u202e"])
@pytest.mark.both_databases
def test_strange_words_find_nobody_and_break_nothing(registrar, category, words):
    register_guest(category, 1)
    page = registrar.get(LIST, query_string={"q": words}, status=200)
    assert names(page) == ([] if words.strip() else ["Lei Li 1 李雷1"])


def test_the_list_is_narrowed_by_state(registrar, category):
    for number in range(3):
        register_guest(category, number)
    assert names(registrar.get(f"{LIST}?state=waiting", status=200)) == ["Lei Li 2 李雷2"]
    assert len(names(registrar.get(f"{LIST}?state=nonsense", status=200))) == 3


def test_a_long_list_has_pages_that_keep_the_search(registrar, event):
    category = make_category(event)
    for number in range(51):
        register_guest(category, number)
    first = registrar.get(f"{LIST}?q=lei&state=confirmed", status=200)
    assert len(names(first)) == 50
    second = registrar.get(first.links()["Next"], status=200)
    assert names(second) == ["Lei Li 0 李雷0"]
    assert second.links()["Previous"] == f"{LIST}?q=lei&state=confirmed&page=1"
    for far in ("99", "-1", "x", "9" * 5000):
        registrar.get(f"{LIST}?page={far}", status=200)


def test_another_events_guests_are_not_listed_nor_opened(registrar, category, new_event):
    stranger = register_guest(make_category(new_event("other-2026")), 1)
    assert names(registrar.get(LIST, status=200)) == []
    registrar.get(page_of(stranger), status=404)


@pytest.mark.both_databases
def test_the_list_asks_the_database_as_often_for_three_as_for_three_hundred(registrar, event, count_statements):
    category = make_category(event)
    asked = []
    for upto in (3, 300):
        for number in range(len(states(category)), upto):
            register_guest(category, number)
        with count_statements() as statements:
            registrar.get(LIST, status=200)
        asked.append(len(statements))
    assert asked[0] == asked[1] <= 6


# -- One registration ----------------------------------------------------------------------------------------------


def test_one_registration_shows_all_the_team_needs(registrar, category, client):
    registration = register_guest(category, 1, phone="+8613800138000", position="Engineer")
    page = registrar.get(page_of(registration), status=200)
    assert page.heading == "Lei Li 1 李雷1"
    for shown in (
        "Confirmed",
        "Industry",
        "Engineer",
        "guest1@example.org",
        "+8613800138000",
        registration.short_code,
        "Registered",
    ):
        assert shown in page.words
    assert page.links()["Open the pass"] == f"/p/{pass_digits(registration)}"
    assert own_page(registration).removeprefix("/r/") not in page.get_data(as_text=True)


def test_a_registration_is_approved_or_declined(registrar, event):
    category = make_category(event, 5, needs_approval=True)
    first, second = register_guest(category, 1), register_guest(category, 2)
    answer = registrar.press(registrar.get(page_of(first)), "Approve")
    assert "Done. The guest is told by mail if there is an address." in registrar.follow(answer).words
    registrar.press(registrar.get(page_of(second)), "Decline", reason_en="Not from the field")
    assert states() == ["confirmed", "declined"]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "decline_registration")).one()
    assert (entry.actor_kind, entry.reason) == ("user", "Not from the field")
    assert "“Not from the field”" in registrar.get(page_of(second)).words


def test_only_what_is_possible_is_offered(registrar, category):
    buttons = {}
    for number in range(3):
        registration = register_guest(category, number)
        buttons[registration.state] = _buttons(registrar.get(page_of(registration)))
    assert buttons["confirmed"] == ["Cancel the registration", "Lost or stolen: new pass", "Save the note"]
    assert buttons["waiting"] == ["Hold a place", "Cancel the registration", "Save the note"]
    registrar.press(registrar.get(page_of(registration)), "Cancel the registration")
    assert _buttons(registrar.get(page_of(registration))) == ["Save the note"]


def _buttons(page) -> list[str]:
    return [" ".join("".join(button.itertext()).split()) for button in page.tree.xpath("//main//button")]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_decision_that_came_too_late_is_told_and_keeps_the_reason(registrar, category, language):
    registration = register_guest(category, 1)
    page = registrar.get(page_of(registration))
    registrar.press(page, "Cancel the registration")
    registrar.language = language
    answer = registrar.press(page, "Cancel the registration", status=409, reason="Asked by phone")
    said = {
        "en": "This is no longer possible: the registration is now “Cancelled”.",
        "zh": "无法执行此操作：该报名当前状态为“已取消”。",
    }
    assert said[language] in answer.errors


def test_holding_a_place_when_there_is_none_is_refused_in_words(registrar, event):
    full = make_category(event, 0)
    waiting = register_guest(full, 1)
    answer = registrar.press(registrar.get(page_of(waiting)), "Hold a place", status=409)
    assert "There is no place left in this category." in answer.errors
    assert states() == ["waiting"]


def test_a_lost_pass_is_renewed(registrar, category, client):
    registration = register_guest(category, 1)
    old = pass_digits(registration)
    registrar.press(registrar.get(page_of(registration)), "Lost or stolen: new pass", reason="Phone stolen")
    assert client.get(f"/p/{old}", status=200).heading == "This pass was replaced"
    assert client.get(f"/p/{pass_digits(registration)}", status=200).heading.startswith("Yangtze")


def test_a_note_for_the_door_is_kept(registrar, category):
    registration = register_guest(category, 1)
    answer = registrar.press(registrar.get(page_of(registration)), "Save the note", note="  Wheelchair,  gate 2 ")
    assert "The note was saved." in registrar.follow(answer).words
    assert registration.door_note == "Wheelchair, gate 2"
    too_long = registrar.post_form(
        f"{page_of(registration)}/note", page=page_of(registration), status=422, note="x" * 301
    )
    assert "Note for the door: At most 300 characters, please." in too_long.errors
    assert registration.door_note == "Wheelchair, gate 2"


def test_an_unknown_decision_is_not_found(registrar, category):
    registration = register_guest(category, 1)
    page = registrar.get(page_of(registration))
    token = page.tree.xpath("//input[@name='csrf_token']/@value")[0]
    registrar.post(f"{page_of(registration)}/promote", data={"csrf_token": token}, status=404)
    registrar.post(f"{LIST}/0000000000000000/cancel", data={"csrf_token": token}, status=404)


# -- Categories ----------------------------------------------------------------------------------------------------


def capacity_url(category: Category) -> str:
    return f"{CATEGORIES}/{category.public_id}/capacity"


def test_an_event_without_categories_says_what_comes_first(registrar):
    assert "Guests can register as soon as there is a category." in registrar.get(CATEGORIES, status=200).words


def test_more_places_move_the_first_who_wait_up(registrar, category):
    for number in range(5):
        register_guest(category, number)
    answer = registrar.post_form(capacity_url(category), page=CATEGORIES, capacity="4")
    assert "The number of places was changed." in registrar.follow(answer).words
    assert states() == ["confirmed"] * 4 + ["waiting"]
    registrar.post_form(capacity_url(category), page=CATEGORIES, capacity="")
    assert (states(), category.places.capacity) == (["confirmed"] * 5, None)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1", "2 places are already taken, so there cannot be fewer than that."),
        ("-1", "Enter a number from 0 to 1,000,000."),
        ("1000001", "Enter a number from 0 to 1,000,000."),
        ("many", "Enter a number from 0 to 1,000,000."),
        ("1.5", "Enter a number from 0 to 1,000,000."),
        ("9" * 5000, "Enter a number from 0 to 1,000,000."),
    ],
)
def test_a_wrong_number_is_refused_beside_its_field_and_stays_as_typed(registrar, event, category, typed, said):
    make_category(event, 7, code="student")
    for number in range(2):
        register_guest(category, number)
    answer = registrar.post_form(capacity_url(category), page=CATEGORIES, status=422, capacity=typed)
    assert answer.errors == [said]
    assert answer.tree.xpath("//input[@name='capacity']/@value") == [typed, "7"]
    field = answer.tree.xpath("//input[@name='capacity']")[0]
    assert (field.get("aria-invalid"), field.get("aria-describedby")) == ("true", "capacity-industry-error")
    assert category.places.capacity == 2


def test_a_category_is_closed_and_opened(registrar, category):
    page = registrar.get(CATEGORIES, status=200)
    closed = registrar.follow(registrar.press(page, "Close"))
    assert (category.open, "Closed" in closed.words) == (False, True)
    registrar.press(closed, "Open it")
    assert category.open


def test_another_events_category_cannot_be_changed_from_here(registrar, category, new_event):
    other = make_category(new_event("other-2026"), 1)
    token = registrar.get(CATEGORIES).tree.xpath("//input[@name='csrf_token']/@value")[0]
    for path in ("capacity", "open"):
        registrar.post(
            f"{CATEGORIES}/{other.public_id}/{path}", data={"csrf_token": token, "capacity": "9"}, status=404
        )
    assert other.places.capacity == 1


# -- Who may -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_each_role_sees_and_changes_what_it_may(staff, category, role):
    registration = register_guest(category, 1)
    set_door_note(registration.id, "as it was", by=SYSTEM)
    member = staff(role)
    token = member.get("/manage/").tree.xpath("//input[@name='csrf_token']/@value")[0]
    for path in (LIST, page_of(registration), CATEGORIES):
        member.get(path, status=200 if may(role, "registrations:read") else 403)
    allowed = may(role, "registrations:change")
    member.post(
        f"{page_of(registration)}/note", data={"csrf_token": token, "note": "new"}, status=303 if allowed else 403
    )
    member.post(capacity_url(category), data={"csrf_token": token, "capacity": "9"}, status=303 if allowed else 403)
    assert (registration.door_note, category.places.capacity) == (("new", 9) if allowed else ("as it was", 2))
    if may(role, "registrations:read") and not allowed:
        assert member.get(page_of(registration)).tree.xpath("//main//form") == []
        assert member.get(CATEGORIES).tree.xpath("//main//form") == []


def test_strangers_learn_nothing(client, user_with_role, sign_in, visitor, category, new_event):
    registration = register_guest(category, 1)
    assert client.get(LIST, status=303).location == f"/sign-in?next={LIST}"
    stranger = sign_in(visitor(), user_with_role(None))
    for path in (LIST, page_of(registration), CATEGORIES):
        stranger.get(path, status=404)
    elsewhere = sign_in(visitor(), user_with_role("owner", new_event("other-2026")))
    elsewhere.get(page_of(registration), status=404)
