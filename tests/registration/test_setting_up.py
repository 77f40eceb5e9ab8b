"""Categories and the privacy notice, as the team sets them up."""

from __future__ import annotations

import pytest

from eventapp.accounts.actor import SYSTEM
from eventapp.db import db
from eventapp.errors import Stale
from eventapp.registration.actions import add_category, change_category, publish_notice
from eventapp.registration.errors import NoticeMissing
from eventapp.registration.queries import categories_of, current_notice

DESK = "/manage/delta-2026/categories"
NOTICE = "/manage/delta-2026/notice"


def codes(event) -> list[str]:
    db.session.rollback()
    return [category.code for category in categories_of(event.id)]


def test_a_category_is_added_with_places_and_a_code_of_its_own(staff, event):
    desk = staff("registrar")
    desk.post_form(f"{DESK}/new", name_en="Industry", name_zh="产业界", capacity="120", needs_approval="y")
    desk.post_form(f"{DESK}/new", name_en="Industry", capacity="")
    rows = [(row.code, row.name_zh, row.places.capacity, row.needs_approval) for row in categories_of(event.id)]
    assert rows == [("industry", "产业界", 120, True), ("industry-2", "", None, False)]


def test_the_order_of_categories_is_set_by_hand(staff, event):
    made = [add_category(event.id, by=SYSTEM, code=code, capacity=1, name_en=code) for code in ("one", "two", "three")]
    staff("registrar").post_form(f"{DESK}/{made[2].public_id}/step", page=DESK, direction="up")
    assert codes(event) == ["one", "three", "two"]


def test_a_category_is_changed_and_a_stale_change_refused(staff, event):
    row = add_category(event.id, by=SYSTEM, code="vip", capacity=1, name_en="VIP")
    desk, address = staff("registrar"), f"{DESK}/{row.public_id}/change"
    page = desk.get(address)
    desk.press(page, "Save", name_zh="贵宾")
    desk.press(page, "Save", name_zh="要客", status=409)
    db.session.rollback()
    assert categories_of(event.id)[0].name_zh == "贵宾"
    with pytest.raises(Stale):
        change_category(row.id, by=SYSTEM, version="0123456789abcdef", name_en="Mine")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name_en": "VIP", "capacity": "many"}, "Enter a whole number, such as 120."),
        ({"name_en": "VIP", "capacity": "99999999"}, "Enter a number from 0 to 1000000."),
    ],
)
def test_a_number_of_places_that_is_none_is_refused(staff, event, fields, sentence):
    page = staff("registrar").post_form(f"{DESK}/new", status=422, **fields)
    assert page.errors[-1] == f"Error: {sentence}"


def test_a_category_needs_a_name(staff, event):
    row = add_category(event.id, by=SYSTEM, code="vip", capacity=1, name_en="VIP")
    page = staff("registrar").post_form(f"{DESK}/{row.public_id}/change", status=422, name_en="")
    assert page.errors[-1] == "Error: Give a name in English or in Chinese."
    page = staff("registrar").post_form(f"{DESK}/new", status=422, capacity="5")
    assert page.errors[-1] == "Error: Give a name in English or in Chinese."
    assert codes(event) == ["vip"]


# -- The privacy notice --------------------------------------------------------------------------------------------


def test_a_notice_is_proposed_in_both_languages_looked_at_and_then_published(staff, event):
    desk = staff("organiser")
    page = desk.get(NOTICE, status=200)
    assert "Yangtze River Delta Summit" in page.tree.xpath("string(//textarea[@name='body_en'])")
    assert "长三角峰会" in page.tree.xpath("string(//textarea[@name='body_zh'])")
    seen = desk.press(page, "Preview", body_en="We use **your** data.", status=200)
    assert seen.tree.xpath("string(//div[@class='prose']//strong)") == "your"
    assert current_notice(event.id) is None
    desk.press(seen, "Publish")
    notice = current_notice(event.id)
    assert (notice.version, notice.body_en) == (1, "We use **your** data.")


def test_a_notice_written_over_somebody_elses_is_refused(staff, event):
    desk = staff("organiser")
    page = desk.get(NOTICE)
    publish_notice(event.id, by=SYSTEM, body_en="Theirs", body_zh="")
    desk.press(page, "Publish", body_en="Mine", status=409)
    assert (current_notice(event.id).version, current_notice(event.id).body_en) == (1, "Theirs")


def test_an_empty_notice_is_refused(staff, event):
    with pytest.raises(NoticeMissing):
        publish_notice(event.id, by=SYSTEM, body_en="", body_zh="")
    page = staff("organiser").post_form(NOTICE, status=422, body_en="", body_zh="")
    assert page.errors[-1] == "Error: Write the notice in English or in Chinese."


@pytest.mark.parametrize("role", ["editor", "door", "viewer"])
def test_who_may_not_change_registrations_sets_nothing_up(staff, event, role):
    for address in (f"{DESK}/new", NOTICE):
        staff(role).get(address, status=403)
