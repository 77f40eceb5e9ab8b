"""Ways in: opening times, hidden categories by their link, codes; posted anyway, refused in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.clock import now
from eventapp.db import db, transaction
from eventapp.events.actions import change_details, copy_event
from eventapp.registration.actions import (
    add_access_code,
    change_access_code,
    change_category,
    end_access_code,
    make_category_link,
    register_attendee,
    withdraw_registration,
)
from eventapp.registration.actions.register import Attendee
from eventapp.registration.actions.wishes import WayIn, Wishes
from eventapp.registration.errors import CategoryClosed, CategoryClosesFirst, CodeTaken, CodeUsedUp, UsesBelowUsed
from eventapp.registration.models import AccessCode, Category, Registration
from eventapp.registration.queries import categories_for, categories_of, codes_of
from tests.ground.storms import while_others_look
from tests.registration.guests import GUEST, count, make_category, make_notice, states

FORM = "/e/delta-2026/register"
SOMEBODY: dict[str, Any] = {"given_en": "Lei", "family_en": "Li", "email": "li.lei@example.org"}
NOWHERE = WayIn()


def choices(page: Any) -> list[str]:
    """The public ids of the categories that the form offers."""
    return page.tree.xpath("//form[@id='register']//input[@name='category']/@value")


def send(client, url: str, category: Category, status: int = 303, **fields: Any) -> Any:
    """Fill in the form at `url` and send it there."""
    page = client.get(url, status=200)
    return client.press(page, "Register", status=status, category=category.public_id, **{**SOMEBODY, **fields})


def beside(page: Any, field: str) -> str:
    return " ".join("".join(page.tree.xpath(f"//*[@id='{field}-error']//text()")).split())


# -- Opening times -------------------------------------------------------------------------------------------------


def test_a_category_that_is_not_open_yet_is_not_offered_and_says_when_it_opens(client, event):
    make_category(event)
    later = make_category(event, code="late", name_en="Late", opens_at=now() + timedelta(days=2))
    page = client.get(FORM)
    assert later.public_id not in choices(page)
    answer = client.post_form(FORM, status=422, **SOMEBODY, category=later.public_id)
    assert beside(answer, "category").startswith("Registration in this category opens on ")
    assert count(Registration) == 0
    with time_machine.travel(now() + timedelta(days=3), tick=False):
        send(client, FORM, later)
    assert states() == ["confirmed"]


def test_a_category_that_has_closed_says_so(client, event):
    make_category(event)
    over = make_category(event, code="early", name_en="Early", closes_at=now() - timedelta(minutes=1))
    answer = client.post_form(FORM, status=422, **SOMEBODY, category=over.public_id)
    assert beside(answer, "category") == "Registration in this category has ended. Please choose another one."


def test_a_category_that_closes_while_the_form_is_filled_in_is_refused(client, event):
    category = make_category(event, closes_at=now() + timedelta(hours=1))
    make_category(event, code="other", name_en="Other")
    page = client.get(FORM)
    with time_machine.travel(now() + timedelta(hours=2), tick=False):
        answer = client.press(page, "Register", status=422, category=category.public_id, **SOMEBODY)
    assert "has ended" in beside(answer, "category")
    assert answer.tree.xpath("//input[@name='email']/@value") == ["li.lei@example.org"]


def test_before_the_first_category_opens_the_page_says_when(client, event):
    make_category(event, opens_at=datetime(2100, 1, 1, tzinfo=UTC) - timedelta(days=1))
    assert "Registration is not open yet" in client.get(FORM).words


def test_times_are_entered_by_the_clock_of_the_event(staff, event):
    category = make_category(event)
    desk = staff()
    url = f"/manage/delta-2026/categories/{category.public_id}/change"
    desk.post_form(url, opens_at="2026-12-01T09:00", closes_at="2026-12-02T18:00", offer_hours="24")
    row = db.session.get_one(Category, category.id)
    assert (row.opens_at, row.offer_hours) == (datetime(2026, 12, 1, 1, 0, tzinfo=UTC), 24)
    answer = desk.post_form(url, status=422, closes_at="2026-12-01T08:00")
    assert beside(answer, "closes_at") == "Error: The category would close before it opens."
    desk.post_form(url, status=422, offer_hours="0")


def test_a_category_changed_meanwhile_is_stale(staff, event):
    category = make_category(event)
    desk = staff()
    url = f"/manage/delta-2026/categories/{category.public_id}/change"
    page = desk.get(url)
    change_category(category.id, by=SYSTEM, entry="hidden")
    answer = desk.press(page, "Save", status=409, entry="invitation")
    assert "changed by someone else" in answer.words
    with pytest.raises(CategoryClosesFirst):
        change_category(category.id, by=SYSTEM, opens_at=now(), closes_at=now() - timedelta(days=1))


def test_a_copied_event_opens_its_categories_as_much_later(event):
    make_category(event, entry="hidden", opens_at=event.starts_at - timedelta(days=7))
    make_category_link(categories_of(event.id)[0].id, by=SYSTEM)
    later = event.starts_at + timedelta(days=30)
    copy = copy_event(
        event.id,
        by=SYSTEM,
        slug="again",
        starts_at=later,
        ends_at=later + timedelta(hours=8),
        with_people=False,
        name_en="Again",
    )
    row = categories_of(copy.id)[0]
    assert (row.opens_at, row.entry, row.link_hash) == (later - timedelta(days=7), "hidden", None)


def test_a_new_zone_keeps_the_wall_times_of_categories_and_codes(event):
    category = make_category(event, opens_at=datetime(2026, 12, 1, 1, 0, tzinfo=UTC))
    add_access_code(event.id, by=SYSTEM, code="A", categories=[category.id], expires_at=category.opens_at)
    change_details(event.id, by=SYSTEM, time_zone="Europe/London")
    db.session.rollback()
    nine = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    assert (categories_of(event.id)[0].opens_at, codes_of(event.id)[0].expires_at) == (nine, nine)


# -- Hidden categories ---------------------------------------------------------------------------------------------


def test_a_hidden_category_is_reached_by_its_link_only_and_a_new_link_kills_the_old(client, staff, event):
    make_category(event)
    partner = make_category(event, code="partner", name_en="Partners", entry="hidden")
    desk = staff()
    page = desk.get("/manage/delta-2026/categories")
    desk.press(page, "Make its link")
    [link] = desk.get("/manage/delta-2026/categories").tree.xpath("//input[@readonly]/@value")
    old = link.partition("//")[2].partition("/")[2]
    assert partner.public_id not in choices(client.get(FORM))
    assert partner.public_id in choices(client.get(f"/{old}"))
    send(client, f"/{old}", partner)
    desk.press(desk.get("/manage/delta-2026/categories"), "Make a new link")
    assert partner.public_id not in choices(client.get(f"/{old}"))
    assert states() == ["confirmed"]


def test_a_hidden_category_posted_without_its_link_is_refused_like_one_that_is_closed(client, event):
    make_category(event)
    partner = make_category(event, code="partner", entry="hidden")
    make_category_link(partner.id, by=SYSTEM)
    for way in ({}, {"way": "x" * 43}, {"way": "\u202e"}):
        answer = client.post_form(FORM, status=422, **SOMEBODY, category=partner.public_id, **way)
        assert "This category is not open for registration. Please choose another one." in beside(answer, "category")
    assert count(Registration) == 0


def test_a_link_of_another_event_opens_nothing(new_event, event):
    other = new_event(slug="other-2026")
    theirs = make_category(other, entry="hidden")
    token = make_category_link(theirs.id, by=SYSTEM)
    mine = make_category(event)
    assert categories_for(event.id, WayIn(link=token), now()) == [mine]


def test_who_only_reads_sees_no_link(staff, event):
    make_category_link(make_category(event, entry="hidden").id, by=SYSTEM)
    assert staff("viewer").get("/manage/delta-2026/categories").tree.xpath("//input[@readonly]") == []


# -- Access codes --------------------------------------------------------------------------------------------------


@pytest.fixture
def partner(event) -> Category:
    return make_category(event, code="partner", name_en="Partners", entry="code")


def code_for(category: Category, code: str = "Lake 2026", **values: Any) -> AccessCode:
    return add_access_code(category.event_id, by=SYSTEM, code=code, categories=[category.id], **values)


def used(code: AccessCode) -> int:
    db.session.rollback()
    return db.session.scalars(select(AccessCode.used).where(AccessCode.id == code.id)).one()


@pytest.mark.parametrize("typed", ["Lake 2026", "lake2026", "ＬＡＫＥ　2026", " LAKE 2026 "])
def test_a_code_is_read_as_people_type_it(client, event, partner, typed):
    make_category(event)
    code = code_for(partner)
    page = client.get(FORM)
    assert partner.public_id not in choices(page)
    shown = client.get(FORM, query_string={"code": typed})
    assert "The code is valid" in shown.words
    client.press(shown, "Register", category=partner.public_id, **SOMEBODY)
    row = db.session.scalars(select(Registration)).one()
    assert (row.category_id, row.access_code_id, used(code)) == (partner.id, code.id, 1)


def test_an_event_without_codes_asks_for_none_and_one_with_codes_only_asks_for_nothing_else(client, event):
    category = make_category(event)
    assert client.get(FORM).tree.xpath("//input[@name='code' and not(@type='hidden')]") == []
    change_category(category.id, by=SYSTEM, entry="code")
    assert "Registration is closed" in client.get(FORM).words
    code_for(category)
    page = client.get(FORM)
    assert "To register for this event you need an access code" in page.words
    assert page.tree.xpath("//input[@name='code']") != []


def test_a_wrong_an_expired_an_ended_and_a_used_up_code_are_refused_in_words(client, event, partner):
    make_category(event)
    code_for(partner, "old", expires_at=now() - timedelta(days=1))
    end_access_code(code_for(partner, "gone").id, by=SYSTEM)
    code_for(partner, "full", most_uses=0)
    words = {
        "nonsense": "We do not know this code. Please check how it is spelled, or leave it empty.",
        "gone": "We do not know this code. Please check how it is spelled, or leave it empty.",
        "old": "This code is no longer valid. Please ask whoever gave it to you.",
        "full": "This code has been used as often as it may be. Please ask whoever gave it to you.",
    }
    for typed, said in words.items():
        page = client.get(FORM, query_string={"code": typed})
        assert beside(page, "access-code") == said
        answer = client.press(page, "Register", status=422, category=partner.public_id, **SOMEBODY)
        assert said in answer.errors
    assert count(Registration) == 0


def test_the_last_use_taken_meanwhile_is_told(client, event, partner):
    code = code_for(partner, "one", most_uses=1)
    page = client.get(f"{FORM}?code=one")
    _register(partner, "one", 1)
    answer = client.press(page, "Register", status=422, category=partner.public_id, **SOMEBODY)
    assert "This code has been used as often as it may be." in " ".join(answer.errors)
    assert answer.tree.xpath("//input[@name='email']/@value") == ["li.lei@example.org"], "what was typed is kept"
    assert (used(code), count(Registration)) == (1, 1)


def test_a_use_is_given_back_when_the_registration_ends_before_the_event(event, partner):
    code = code_for(partner, "two", most_uses=2)
    first, second = _register(partner, "two", 1), _register(partner, "two", 2)
    with pytest.raises(CodeUsedUp):
        _register(partner, "two", 3)
    withdraw_registration(first.id, by=GUEST)
    assert used(code) == 1
    _register(partner, "two", 4)
    with time_machine.travel(event.starts_at + timedelta(hours=1), tick=False):
        withdraw_registration(second.id, by=GUEST)
    assert used(code) == 2


def test_a_code_is_not_used_up_by_who_takes_an_open_category(event, partner):
    everybody, code = make_category(event), code_for(partner, "one", most_uses=1)
    _register(everybody, "one", 1)
    assert used(code) == 0


def test_the_team_makes_changes_and_ends_codes(staff, event, partner):
    desk = staff()
    desk.post_form("/manage/delta-2026/codes/new", code="Press 5", categories=[partner.public_id], most_uses="5")
    [code] = codes_of(event.id)
    assert (code.code, code.most_uses, [row.id for row in code.categories]) == ("Press 5", 5, [partner.id])
    answer = desk.post_form("/manage/delta-2026/codes/new", status=422, code="press5", categories=[partner.public_id])
    assert "upper and lower case count as the same" in beside(answer, "code")
    assert "Choose at least one category." in desk.post_form("/manage/delta-2026/codes/new", status=422, code="x").words
    _register(partner, "press5", 1)
    _register(partner, "press5", 2)
    url = f"/manage/delta-2026/codes/{code.public_id}/change"
    stale = desk.get(url)
    answer = desk.post_form(url, status=422, most_uses="1")
    assert beside(answer, "most_uses").endswith(
        "The code was used 2 times already, so there cannot be fewer than that."
    )
    desk.post_form(url, most_uses="3", expires_at="2026-12-24T18:00")
    desk.press(stale, "Save", status=409, note="too late")
    page = desk.get("/manage/delta-2026/codes")
    assert "2 of 3" in page.words
    desk.press(page, "End it")
    assert "Stopped" in desk.get("/manage/delta-2026/codes").words
    assert categories_for(event.id, WayIn(code="press5"), now()) == []


def test_a_code_of_another_event_is_not_found(staff, new_event, event, partner):
    other = new_event(slug="other-2026")
    code = code_for(make_category(other, entry="code"), "theirs")
    assert categories_for(event.id, WayIn(code="theirs"), now()) == []
    assert staff("owner").get(f"/manage/delta-2026/codes/{code.public_id}/change").status_code == 404
    with pytest.raises(CodeTaken):
        code_for(partner, "A"), code_for(partner, "a")
    with pytest.raises(UsesBelowUsed):
        _register(partner, "a", 1)
        change_access_code(
            db.session.scalars(select(AccessCode.id).where(AccessCode.code == "A")).one(),
            by=SYSTEM, categories=[partner.id], most_uses=0,
        )  # fmt: skip


def test_the_lists_of_codes_and_categories_take_as_many_statements_for_three_as_for_many(
    staff, event, count_statements
):
    desk, numbers = staff(), []
    for size in (3, 30):
        for number in range(size):
            row = make_category(event, code=f"c{size}-{number}", entry="hidden")
            code_for(row, f"{size}-{number}")
        taken = []
        for page in ("codes", "categories"):
            with count_statements() as statements:
                desk.get(f"/manage/delta-2026/{page}")
            taken.append(len(statements))
        numbers.append(taken)
    assert numbers[0] == numbers[1]


def test_the_form_takes_few_statements_whatever_the_way(client, event, partner, count_statements):
    make_category(event)
    code_for(partner, "few")
    with count_statements() as plain:
        client.get(FORM)
    with count_statements() as coded:
        client.get(f"{FORM}?code=few&way={'x' * 43}")
    assert len(coded) - len(plain) <= 6


# -- At once -------------------------------------------------------------------------------------------------------


def _register(category: Category, code: str, number: int) -> Registration:
    attendee = Attendee(name={"given_en": "A", "family_en": f"B{number}"}, email=f"b{number}@example.org")
    wishes = Wishes(way=WayIn(code=code))
    key = f"form-key-{category.id}-{number:016}"
    return register_attendee(
        category.event_id, category.id, attendee, by=GUEST, form_key=key, notice_id=None, wishes=wishes
    )


def storm_with_code(index: int, category_ids: list[int]) -> str:
    """Each through a category of its own, so that nothing but the code itself makes them wait for each other."""
    category = db.session.get_one(Category, category_ids[index])
    return _register(category, "storm", index).state


def naive_use(index: int, code_id: int) -> None:
    """Looks first and counts afterwards, as one would who trusts in luck."""
    with transaction() as session:
        code = session.get_one(AccessCode, code_id)
        used, most = code.used, code.most_uses
    while_others_look()
    if used < most:
        with transaction() as session:
            session.get_one(AccessCode, code_id).used = used + 1


@pytest.mark.both_databases
@pytest.mark.storm
def test_twenty_at_once_use_a_code_for_five_just_five_times(event, storm):
    rows = [make_category(event, code=f"c{number}", entry="code") for number in range(20)]
    ids = [row.id for row in rows]
    code = add_access_code(event.id, by=SYSTEM, code="storm", categories=ids, most_uses=5)
    outcomes = storm(storm_with_code, processes=4, threads=5, args=(ids,))
    assert sorted(outcome.refusal or outcome.value for outcome in outcomes) == ["CodeUsedUp"] * 15 + ["confirmed"] * 5
    assert (used(code), count(Registration)) == (5, 5)


@pytest.mark.both_databases
@pytest.mark.storm
def test_who_looks_first_and_counts_afterwards_loses_uses(event, storm):
    category = make_category(event, entry="code")
    code = code_for(category, "naive", most_uses=20)
    outcomes = storm(naive_use, processes=4, threads=5, args=(code.id,))
    assert [outcome.refusal for outcome in outcomes] == [None] * 20
    assert used(code) < 20


def test_the_constraint_itself_refuses_one_use_too_many(event, partner):
    from sqlalchemy.exc import IntegrityError

    code = code_for(partner, "tight", most_uses=1)
    with pytest.raises(IntegrityError), transaction() as session:
        session.get_one(AccessCode, code.id).used = 2


def test_the_team_registers_in_any_category(event, partner):
    key = "form-key-of-the-team-0001"
    attendee = Attendee(name={"given_en": "A"}, email="a@example.org")
    assert (
        register_attendee(event.id, partner.id, attendee, by=SYSTEM, form_key=key, notice_id=None).state == "confirmed"
    )
    with pytest.raises(CategoryClosed):
        _register(make_category(event, code="x", entry="invitation"), "", 9)
    assert make_notice(event).version == 1
