"""What an event decides about all of its doors."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.queries import history_of
from eventapp.checkin.actions import change_door_rules
from eventapp.checkin.errors import CategoriesElsewhere
from eventapp.checkin.queries import door_rules, walk_ins_of
from eventapp.db import db, transaction
from eventapp.events.actions import copy_event
from eventapp.registration.models import Category
from tests.checkin.stage import make_category

YEAR = timedelta(days=364)
PAGE = "/manage/delta-2026/check-in/rules"


def walk_ins(event_id: int) -> list[str]:
    db.session.rollback()
    return [one.category.code for one in walk_ins_of(event_id)]


@pytest.fixture
def categories(event):
    """Two that everybody may choose, and one for invited guests."""
    invited = make_category(event, "media")
    with transaction() as session:
        session.get_one(Category, invited.id).entry = "invitation"
    return [make_category(event, "industry"), make_category(event, "approved")]


def test_until_an_event_decides_doors_are_careful_and_take_walk_ins_where_everybody_may_choose(
    event, categories, staff
):
    rules = door_rules(event.id)
    assert (rules.admit_unknown_offline, rules.undo_needs_override) == (False, False)
    assert walk_ins(event.id) == ["industry", "approved"]
    page = staff().get(PAGE, status=200)
    assert page.tree.xpath("//input[@name='admit_unknown_offline'][@checked]") == []
    assert len(page.tree.xpath("//input[@name='categories'][@checked]")) == 2


def test_an_organiser_decides_and_devices_are_told(event, categories, staff, gate, scanner_at):
    media, scanner = make_category(event, "media"), scanner_at(may_register=True)
    staff().post_form(PAGE, admit_unknown_offline="y", undo_needs_override="y", categories=[media.public_id])
    assert walk_ins(event.id) == ["media"]
    told = scanner.get("roster")
    assert told["settings"]["admit_unknown_offline"] is True
    assert {row["code"]: row["walk_in"] for row in told["categories"]} == {
        "industry": False, "approved": False, "media": True,
    }  # fmt: skip
    [entry] = [entry for entry in history_of("events", event.id) if entry.action == "change_door_rules"]
    assert entry.before == {
        "admit_unknown_offline": False,
        "undo_needs_override": False,
        "categories": ["approved", "industry"],
    }
    assert entry.after == {"admit_unknown_offline": True, "undo_needs_override": True, "categories": ["media"]}


def test_a_device_that_registers_is_told_which_category_is_full_and_where_the_team_decides(event, gate, scanner_at):
    make_category(event, "tight")
    make_category(event, "approved")

    def told(scanner) -> dict[str, tuple[bool, bool, bool]]:
        rows = scanner.get("roster")["categories"]
        return {row["code"]: (row["walk_in"], row["held"], row["full"]) for row in rows}

    assert told(scanner_at(may_register=True)) == {"tight": (True, False, True), "approved": (True, True, False)}
    assert told(scanner_at()) == dict.fromkeys(("tight", "approved"), (False, False, False))


def test_no_category_at_all_is_a_choice_too(event, categories, staff):
    organiser = staff()
    organiser.post_form(PAGE, categories=None)
    assert walk_ins(event.id) == []
    make_category(event, "tight")
    assert walk_ins(event.id) == []
    assert "No category takes walk-ins" in organiser.get("/manage/delta-2026/check-in/walk-in", status=200).words


def test_what_was_decided_meanwhile_is_not_written_over(event, categories, staff):
    organiser = staff()
    shown = organiser.get(PAGE)
    change_door_rules(event.id, by=SYSTEM, category_ids=[categories[0].id])
    page = organiser.press(shown, "Save", status=409, undo_needs_override="y")
    assert page.tree.xpath("//input[@name='undo_needs_override'][@checked]") != []
    assert door_rules(event.id).undo_needs_override is False


def test_another_events_category_cannot_be_chosen(event, new_event, categories, staff):
    stranger = make_category(new_event(slug="launch-2026"), "media")
    assert staff().post_form(PAGE, status=422, categories=[stranger.public_id]).errors != []
    with pytest.raises(CategoriesElsewhere):
        change_door_rules(event.id, by=SYSTEM, category_ids=[stranger.id])


@pytest.mark.parametrize("role", ["door", "viewer"])
def test_whoever_only_scans_decides_nothing(role, event, staff):
    staff(role).get(PAGE, status=403)


def test_a_copied_event_keeps_the_rules_for_its_own_categories(event, categories):
    event_id = event.id
    change_door_rules(event_id, by=SYSTEM, category_ids=[categories[1].id], admit_unknown_offline=True)
    times = {"starts_at": event.starts_at + YEAR, "ends_at": event.ends_at + YEAR}
    copy = copy_event(event_id, by=SYSTEM, slug="delta-2027", with_people=False, name_en="Delta", name_zh="", **times)
    rules = door_rules(copy.id)
    assert (rules.admit_unknown_offline, walk_ins(copy.id)) == (True, ["approved"])
    assert walk_ins(event_id) == ["approved"]
