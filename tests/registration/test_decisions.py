"""The team decides: one with words to the guest, many at once; guests of the press and their doors."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.models import AuditEntry
from eventapp.checkin.actions import add_checkpoint
from eventapp.checkin.models import zone_grants
from eventapp.db import db
from eventapp.events.actions import copy_event
from eventapp.registration.actions import (
    approve_registration,
    approve_with_reason,
    cancel_registration,
    change_category,
    decide_on_many,
    decline_with_reason,
)
from eventapp.registration.actions.decisions import Reason
from eventapp.registration.errors import NotPossibleNow
from eventapp.registration.models import Category, Registration
from eventapp.registration.queries import questions_of
from tests.registration.guests import assert_places_add_up, make_category, own_page, register_guest, state_of, states

LIST = "/manage/delta-2026/registrations"


@pytest.fixture
def media(event) -> Category:
    return make_category(event, 5, code="media", name_en="Media", name_zh="媒体", needs_approval=True)


def page_of(registration: Registration) -> str:
    return f"{LIST}/{registration.public_id}"


def doors_of(registration: Registration) -> set[int]:
    db.session.rollback()
    query = select(zone_grants.c.checkpoint_id).where(zone_grants.c.registration_id == registration.id)
    return set(db.session.scalars(query))


# -- One -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "said"), [("en", "Your topic fits well."), ("zh", "您的选题很合适。")])
def test_the_guest_reads_why_on_the_page_and_in_the_mail_in_their_language(
    staff, client, media, mailbox, deliver, language, said
):
    guest = register_guest(media, 1, language=language)
    deliver()
    desk = staff()
    desk.press(desk.get(page_of(guest)), "Approve", reason_en="Your topic fits well.", reason_zh="您的选题很合适。")
    assert state_of(guest.id) == "confirmed"
    client.language = language
    assert said in client.get(own_page(guest)).words
    deliver()
    mail = mailbox.to(guest.email)[-1]
    assert said in mail.get_body(("plain",)).get_content()
    assert said in mail.get_body(("html",)).get_content()


def test_a_reason_in_one_language_is_read_by_all(staff, client, media):
    guest = register_guest(media, 1, language="zh")
    desk = staff()
    desk.press(desk.get(page_of(guest)), "Decline", reason_en="The hall is full.")
    client.language = "zh"
    assert "The hall is full." in client.get(own_page(guest)).words


def test_a_decision_that_came_too_late_is_told(staff, media):
    guest = register_guest(media, 1)
    desk = staff()
    page = desk.get(page_of(guest))
    approve_registration(guest.id, by=SYSTEM)
    answer = desk.press(page, "Decline", status=409, reason_en="Too late")
    assert "This is no longer possible: the registration is now “Confirmed”." in answer.words
    assert answer.tree.xpath("//textarea[@name='reason_en']/text()")[0].strip() == "Too late"
    with pytest.raises(NotPossibleNow):
        decline_with_reason(guest.id, Reason("x"), by=SYSTEM)
    row = db.session.get_one(Registration, guest.id)
    assert (row.state, row.reason_en) == ("confirmed", "")


def test_words_of_an_approval_are_not_read_beside_a_cancellation(client, media):
    guest = register_guest(media, 1)
    approve_with_reason(guest.id, Reason("Welcome!"), by=SYSTEM)
    cancel_registration(guest.id, by=SYSTEM, reason="fraud")
    words = client.get(own_page(guest)).words
    assert "Welcome!" not in words
    assert "fraud" not in words


# -- Many ----------------------------------------------------------------------------------------------------------


def test_those_ticked_are_approved_after_their_number_was_shown(staff, media):
    guests = [register_guest(media, number) for number in range(3)]
    desk = staff()
    page = desk.get(LIST)
    asked = desk.press(page, "Approve or decline those ticked", status=None, chosen=[g.public_id for g in guests[:2]])
    asked = desk.get(f"{LIST}/approval", query_string={"chosen": [guest.public_id for guest in guests[:2]]})
    assert "2 registrations await your decision." in asked.words
    answer = desk.press(asked, "Approve 2", reason_en="Welcome!")
    assert "2 registrations were approved." in desk.follow(answer).words
    assert states(media) == ["confirmed", "confirmed", "pending"]
    assert [db.session.get_one(Registration, guest.id).reason_en for guest in guests] == ["Welcome!", "Welcome!", ""]


def test_all_of_the_filter_are_declined_and_others_stay(staff, event, media):
    other = make_category(event, code="other", name_en="Other", needs_approval=True)
    register_guest(other, 90)
    for number in range(4):
        register_guest(media, number)
    desk = staff()
    asked = desk.get(f"{LIST}/approval?category=media&all=yes")
    assert "4 registrations await your decision." in asked.words
    answer = desk.press(asked, "Decline 4", reason_zh="名额有限。")
    assert answer.location == f"{LIST}?category=media"
    assert (states(media), states(other)) == (["declined"] * 4, ["pending"])


def test_whoever_changed_meanwhile_is_passed_over_and_named(staff, media):
    guests = [register_guest(media, number) for number in range(3)]
    desk = staff()
    asked = desk.get(f"{LIST}/approval?all=yes")
    cancel_registration(guests[1].id, by=SYSTEM)
    told = desk.follow(desk.press(asked, "Approve 3")).words
    assert "2 registrations were approved." in told
    assert "Passed over, because they no longer awaited approval: Lei Li 1." in told
    assert states(media) == ["confirmed", "cancelled", "confirmed"]
    again = desk.follow(desk.press(asked, "Approve 3")).words
    assert "0 registrations were approved." in again
    assert_places_add_up(media.id)


def test_more_than_there_are_places_wait_in_order(event):
    media = make_category(event, 2, needs_approval=True)
    guests = [register_guest(media, number) for number in range(4)]
    result = decide_on_many(event.id, [g.public_id for g in guests], "approve", Reason(), by=SYSTEM)
    assert (result.done, result.passed_over) == (4, [])
    assert states(media) == ["confirmed", "confirmed", "waiting", "waiting"]
    assert_places_add_up(media.id)


def test_a_crash_in_the_middle_leaves_none_half_done(event, media, monkeypatch):
    from eventapp.registration.actions import decisions

    guests = [register_guest(media, number) for number in range(3)]
    real = decisions.approve_registration

    def crashes(registration_id: int, *, by: Any) -> Registration:
        row = real(registration_id, by=by)
        if registration_id == guests[1].id:
            raise RuntimeError("power cut")
        return row

    monkeypatch.setattr(decisions, "approve_registration", crashes)
    with pytest.raises(RuntimeError):
        decide_on_many(event.id, [g.public_id for g in guests], "approve", Reason("Hello"), by=SYSTEM)
    assert states(media) == ["confirmed", "pending", "pending"]
    assert_places_add_up(media.id)


def test_registrations_of_another_event_are_not_decided_on(staff, new_event, event, media):
    other = new_event(slug="other-2026")
    theirs = register_guest(make_category(other, needs_approval=True), 1)
    mine = register_guest(media, 2)
    desk = staff()
    asked = desk.get(f"{LIST}/approval?all=yes")
    assert "1 registration awaits your decision." in asked.words
    desk.press(asked, "Approve 1", ids=f"{theirs.public_id},{mine.public_id}")
    assert (state_of(theirs.id), state_of(mine.id)) == ("pending", "confirmed")
    assert "Nobody of those ticked awaits approval." in desk.get(f"{LIST}/approval?chosen={theirs.public_id}").words


def test_a_viewer_ticks_nothing(staff, media):
    register_guest(media, 1)
    page = staff("viewer").get(LIST)
    assert page.tree.xpath("//input[@type='checkbox']") == []
    assert staff("viewer").get(f"{LIST}/approval").status_code == 403


def test_the_list_is_filtered_by_category_and_its_links_keep_it(staff, event, media):
    register_guest(make_category(event, code="other", name_en="Other"), 90)
    for number in range(60):
        register_guest(media, number)
    page = staff().get(f"{LIST}?category=media&state=pending")
    assert "60 registrations" in page.words
    links = page.links()
    assert [part for part in ("category=media", "state=pending") if part not in links["Next"]] == []
    assert "category=media" in links["Write to these people"]


def test_deciding_on_many_takes_as_many_statements_a_guest_for_three_as_for_ten(event, count_statements):
    media, numbers = make_category(event, None, needs_approval=True), []
    for size in (3, 4, 10):
        guests = [register_guest(media, size * 100 + number).public_id for number in range(size)]
        with count_statements() as statements:
            decide_on_many(event.id, guests, "approve", Reason("Hello"), by=SYSTEM)
        numbers.append(len(statements))
    three, four, ten = numbers
    assert ten - three == 7 * (four - three)
    assert four - three <= 25


# -- The press -----------------------------------------------------------------------------------------------------


def test_the_press_is_approved_by_the_team_and_asked_for_outlet_and_card(staff, event):
    desk = staff()
    desk.post_form("/manage/delta-2026/categories/new", name_en="Press", for_press="y", needs_approval=None)
    category = db.session.scalars(select(Category)).one()
    assert (category.for_press, category.needs_approval) == (True, True)
    asked = [(row.code, row.kind, row.required, row.limited_to) for row in questions_of(event.id)]
    assert asked == [("outlet", "short_text", True, [category.id]), ("press_card", "file", True, [category.id])]
    second = make_category(event, code="photo", name_en="Photographers")
    change_category(second.id, by=SYSTEM, for_press=True)
    assert {tuple(row.limited_to) for row in questions_of(event.id)} == {(category.id, second.id)}
    change_category(second.id, by=SYSTEM, needs_approval=False)
    assert db.session.get_one(Category, second.id).needs_approval


def test_a_copied_event_asks_its_press_once(event):
    make_category(event, for_press=True)
    copy = copy_event(
        event.id,
        by=SYSTEM,
        slug="again",
        name_en="Again",
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        with_people=False,
    )
    assert [row.code for row in questions_of(copy.id)] == ["outlet", "press_card"]


def test_on_approval_the_press_gets_its_doors_and_nobody_else_does(staff, event, media):
    gate = add_checkpoint(event.id, by=SYSTEM, code="stage", name_en="Stage", name_zh="舞台")
    press = make_category(event, code="press", name_en="Press", for_press=True)
    reporter, guest = register_guest(press, 1), register_guest(media, 2)
    desk = staff()
    page = desk.get(page_of(reporter))
    assert "Stage" in page.words
    assert "May also enter" not in desk.get(page_of(guest)).words
    desk.press(page, "Approve", zones=["stage", "nowhere"])
    assert (state_of(reporter.id), doors_of(reporter)) == ("confirmed", {gate.id})
    another = register_guest(press, 3)
    asked = desk.get(f"{LIST}/approval?all=yes")
    desk.press(asked, "Approve 2", zones=["stage"])
    assert (doors_of(another), doors_of(guest)) == ({gate.id}, set())
    trail = db.session.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == another.id)).all()
    assert {"approve_registration", "grant_zones"} <= set(trail)
