"""What the team sets up: details, venue, halls, organisations, and the state of the site."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from eventapp.accounts.actor import SYSTEM
from eventapp.accounts.queries import history_of
from eventapp.agenda.actions import create_session
from eventapp.agenda.errors import HallInUse
from eventapp.agenda.queries import whole_agenda
from eventapp.changing import version_of
from eventapp.checkin.actions import add_checkpoint
from eventapp.checkin.queries import checkpoints_of
from eventapp.db import db, transaction
from eventapp.errors import Stale
from eventapp.events.actions import (
    add_hall,
    add_organisation,
    change_details,
    change_hall,
    move_hall,
    place_organisation,
    remove_hall,
    set_event_state,
)
from eventapp.events.errors import ColourTooPale
from eventapp.events.models import HALL_VALUES, Hall
from eventapp.events.queries import find_event, get_event, halls_of, organisations_of
from eventapp.people.actions import add_person, place_person
from eventapp.people.queries import people_of
from tests.ground.storms import while_others_look


def names(event) -> list[str]:
    return [hall.name_en for hall in halls_of(event.id)]


# -- Details and venue ---------------------------------------------------------------------------------------------


def test_the_details_form_changes_what_the_site_says_and_writes_one_audit_row(staff, event):
    desk = staff("organiser")
    fields = {"tagline_en": "One line", "colour": "#8a1f1f", "cover_pattern": "plum", "phone_suffices": None}
    desk.post_form("/manage/delta-2026/details", registration_closes_at="2031-01-01T12:00", **fields)
    changed = find_event("delta-2026")
    assert (changed.tagline_en, changed.colour, changed.cover_pattern, changed.phone_suffices) == (
        "One line",
        "#8a1f1f",
        "plum",
        False,
    )
    assert changed.registration_closes_at.isoformat() == "2031-01-01T04:00:00+00:00"
    newest = history_of("events", event.id)[-1]
    assert (newest.action, sorted(newest.after)) == (
        "change_details",
        ["colour", "cover_pattern", "phone_suffices", "registration_closes_at", "tagline_en"],
    )


def test_details_that_are_saved_unchanged_write_nothing(staff, event):
    before = len(history_of("events", event.id))
    staff("organiser").post_form("/manage/delta-2026/details")
    assert len(history_of("events", event.id)) == before


def test_details_that_somebody_else_changed_meanwhile_are_refused_and_stay_as_typed(staff, event):
    desk = staff("organiser")
    page = desk.get("/manage/delta-2026/details")
    change_details(event.id, by=SYSTEM, tagline_en="Theirs")
    refused = desk.press(page, "Save", tagline_en="Mine", status=409)
    assert refused.errors[0].startswith("This was changed by someone else a moment ago.")
    assert refused.tree.xpath("string(//input[@name='tagline_en']/@value)") == "Mine"
    assert find_event("delta-2026").tagline_en == "Theirs"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("colour", "#ffe9a8", "Text in this colour cannot be read on the light ground. Choose a darker one."),
        ("colour", "blue", "Write the colour like #176b70."),
        ("contact_email", "nobody", "This is not a complete e-mail address."),
        ("ends_at", "2020-01-01T09:00", "The end must be later than the start."),
        ("registration_closes_at", "2020-01-01T09:00", "Registration must open before it closes."),
        ("name_en", "x" * 201, "At most 200 characters, please."),
        ("tagline_zh", "夜\u202e", "This holds invisible control characters. Please type it again."),
    ],
)
def test_details_that_cannot_be_are_refused_beside_their_field(staff, event, field, value, sentence):
    opens = {"registration_opens_at": "2021-01-01T09:00"} if field == "registration_closes_at" else {}
    page = staff("organiser").post_form("/manage/delta-2026/details", status=422, **{**opens, field: value})
    assert f"Error: {sentence}" in page.errors


def test_a_colour_is_checked_by_the_action_too(event):
    with pytest.raises(ColourTooPale):
        change_details(event.id, by=SYSTEM, colour="#eeeeee")


@pytest.mark.both_databases
def test_another_time_zone_keeps_every_time_that_the_clock_on_the_wall_shows(event):
    start, end = event.starts_at, event.ends_at
    create_session(event.id, by=SYSTEM, kind="keynote", starts_at=start, ends_at=end, title_en="Opening")
    add_checkpoint(event.id, by=SYSTEM, code="gate", name_en="Gate", opens_at=start - timedelta(hours=1))
    place_person(event.id, add_person(by=SYSTEM, printed_en="Lin").id, by=SYSTEM, undisclosed_until=start)
    change_details(event.id, by=SYSTEM, time_zone="Europe/Berlin")
    db.session.rollback()
    moved, [session], [gate] = get_event(event.id), whole_agenda(event.id), checkpoints_of(event.id)
    [person] = people_of(event.id, disclosed_at=None)

    def wall(moment) -> str:
        return moment.astimezone(ZoneInfo("Europe/Berlin")).strftime("%H:%M")

    shown = [wall(moment) for moment in (moved.starts_at, moved.ends_at, session.starts_at, gate.opens_at)]
    assert shown == ["09:00", "18:00", "09:00", "08:00"]
    assert (wall(person.undisclosed_until), session.sequence) == ("09:00", 1)


def test_the_form_reads_times_in_the_zone_that_it_chooses(staff, event):
    fields = {"starts_at": "2031-05-08T09:00", "ends_at": "2031-05-08T18:00", "time_zone": "Europe/Berlin"}
    staff("organiser").post_form("/manage/delta-2026/details", **fields)
    assert find_event("delta-2026").starts_at.isoformat() == "2031-05-08T07:00:00+00:00"


def test_the_venue_is_written_once_and_refused_when_stale(staff, event):
    desk = staff("organiser")
    page = desk.get("/manage/delta-2026/venue")
    desk.press(page, "Save", address_zh="苏州大道东688号", name_en="Expo Centre")
    assert find_event("delta-2026").venue.address_zh == "苏州大道东688号"
    desk.press(page, "Save", address_zh="别处", status=409)
    assert find_event("delta-2026").venue.address_zh == "苏州大道东688号"


@pytest.mark.parametrize(("pattern", "status"), [("plum", 200), ("chosen", 200), ("stars", 404)])
def test_each_cover_pattern_can_be_looked_at(staff, event, pattern, status):
    answer = staff("viewer").get(f"/manage/delta-2026/cover/{pattern}", status=status)
    assert (answer.mimetype == "image/svg+xml") is (status == 200)


# -- Halls ---------------------------------------------------------------------------------------------------------


def test_halls_are_added_changed_put_in_order_and_removed(staff, event):
    desk = staff("organiser")
    for name in ("Main", "Side", "Foyer"):
        desk.post_form("/manage/delta-2026/halls/new", name_en=name, capacity="80")
    foyer = halls_of(event.id)[2].public_id
    desk.post_form(f"/manage/delta-2026/halls/{foyer}/step", page="/manage/delta-2026/halls", direction="up")
    assert names(event) == ["Main", "Foyer", "Side"]
    desk.post_form(f"/manage/delta-2026/halls/{foyer}/change", name_zh="序厅", capacity="")
    hall = halls_of(event.id)[1]
    hall_id = hall.id
    assert (hall.name_zh, hall.capacity) == ("序厅", None)
    desk.post_form(f"/manage/delta-2026/halls/{foyer}/remove")
    assert names(event) == ["Main", "Side"]
    actions = [entry.action for entry in history_of("halls", hall_id)]
    assert actions == ["add_hall", "move_hall", "change_hall", "remove_hall"]


def test_a_hall_with_sessions_is_not_removed_and_the_refusal_names_them(staff, event):
    hall = add_hall(event.id, by=SYSTEM, name_en="Main")
    start = event.starts_at
    create_session(
        event.id, by=SYSTEM, kind="keynote", title_en="Opening", starts_at=start,
        ends_at=start + timedelta(hours=1), hall_id=hall.id,
    )  # fmt: skip
    with pytest.raises(HallInUse):
        remove_hall(hall.id, by=SYSTEM)
    page = staff("organiser").post_form(f"/manage/delta-2026/halls/{hall.public_id}/remove", status=409)
    assert page.errors == ["Sessions are in this hall: Opening. Move them to another hall first."]
    assert names(event) == ["Main"]


def test_a_hall_of_the_same_name_is_refused_beside_its_field(staff, event):
    add_hall(event.id, by=SYSTEM, name_en="Main")
    page = staff("organiser").post_form("/manage/delta-2026/halls/new", status=422, name_en="Main")
    assert page.errors[-1] == "Error: There already is a hall of this name."


def test_a_stale_change_of_a_hall_and_a_stale_removal_are_refused(event):
    hall = add_hall(event.id, by=SYSTEM, name_en="Main")
    with pytest.raises(Stale):
        change_hall(hall.id, by=SYSTEM, version="0123456789abcdef", name_en="Mine")
    with pytest.raises(Stale):
        remove_hall(hall.id, by=SYSTEM, version="0123456789abcdef")
    assert names(event) == ["Main"]


def test_a_hall_of_another_event_is_not_found(staff, event, new_event):
    other = add_hall(new_event(slug="other-2026").id, by=SYSTEM, name_en="Theirs").public_id
    for address in (f"/manage/delta-2026/halls/{other}/change", f"/manage/delta-2026/halls/{other}/remove"):
        staff("organiser").get(address, status=404)


def test_a_step_in_no_direction_is_refused(staff, event):
    hall = add_hall(event.id, by=SYSTEM, name_en="Main").public_id
    add_hall(event.id, by=SYSTEM, name_en="Side")
    address = f"/manage/delta-2026/halls/{hall}/step"
    staff("organiser").post_form(address, page="/manage/delta-2026/halls", direction="sideways", status=400)


def rename(index: int, hall_id: int, version: str) -> None:
    change_hall(hall_id, by=SYSTEM, version=version, name_en=f"Hall {index}")


def rename_naively(index: int, hall_id: int, version: str) -> None:
    """What the action would be if it compared before it held the row."""
    if version_of(db.session.get_one(Hall, hall_id), HALL_VALUES) != version:
        raise Stale
    while_others_look()
    with transaction() as session:
        session.get_one(Hall, hall_id).name_en = f"Naive {index}"


def shuffle(index: int, hall_ids: list[int]) -> None:
    move_hall(hall_ids[index % len(hall_ids)], "up" if index % 2 else "down", by=SYSTEM)


@pytest.mark.storm
@pytest.mark.both_databases
def test_of_many_who_change_one_hall_at_once_one_succeeds_and_orders_never_cross(storm, event):
    halls = [add_hall(event.id, by=SYSTEM, name_en=name) for name in ("A", "B", "C", "D")]
    ids = [hall.id for hall in halls]
    naive = storm(rename_naively, processes=2, threads=4, args=(ids[3], version_of(halls[3], HALL_VALUES)))
    assert [outcome.refusal for outcome in naive].count(None) > 1, "the race must be real"
    version = version_of(halls[0], HALL_VALUES)
    outcomes = storm(rename, processes=2, threads=4, args=(ids[0], version))
    assert sorted(outcome.refusal or "changed" for outcome in outcomes) == ["Stale"] * 7 + ["changed"]
    outcomes = storm(shuffle, processes=2, threads=4, args=(ids,))
    assert [outcome.refusal for outcome in outcomes] == [None] * 8
    db.session.rollback()
    assert sorted(hall.position for hall in halls_of(event.id)) == [1, 2, 3, 4]


# -- Organisations -------------------------------------------------------------------------------------------------


def test_an_organisation_is_added_with_the_usual_labels_of_its_role(staff, event):
    desk = staff("organiser")
    desk.post_form(
        "/manage/delta-2026/organisations/new", role="host", name_zh="西交利物浦大学", website="https://x.cn"
    )
    desk.post_form("/manage/delta-2026/organisations/new", role="media", name_en="Press", label_zh="独家媒体")
    rows = organisations_of(event.id)
    assert [(row.role, row.label_en, row.label_zh, row.organisation.name.here("zh")) for row in rows] == [
        ("host", "Hosted by", "主办单位", "西交利物浦大学"),
        ("media", "Media partner", "独家媒体", "Press"),
    ]


def test_one_of_the_directory_is_placed_changed_moved_and_removed(staff, event):
    desk, directory = staff("organiser"), [add_organisation(by=SYSTEM, name_en=name) for name in ("Alpha", "Beta")]
    for row in directory:
        desk.post_form("/manage/delta-2026/organisations/new", organisation=row.public_id, role="host")
    beta = organisations_of(event.id)[1].public_id
    base = f"/manage/delta-2026/organisations/{beta}"
    desk.post_form(f"{base}/step", page="/manage/delta-2026/organisations", direction="up")
    desk.post_form(f"{base}/change", role="organiser", label_zh="承办", name_zh="贝塔")
    rows = [(row.organisation.name_en, row.organisation.name_zh, row.label_zh) for row in organisations_of(event.id)]
    assert rows == [("Beta", "贝塔", "承办"), ("Alpha", "", "主办单位")]
    desk.post_form(f"{base}/remove")
    assert [row.organisation.name_en for row in organisations_of(event.id)] == ["Alpha"]


def test_the_same_role_twice_is_refused_in_words(staff, event):
    alpha = add_organisation(by=SYSTEM, name_en="Alpha")
    place_organisation(event.id, alpha.id, "host", by=SYSTEM, label_en="Host", label_zh="主办单位")
    fields = {"organisation": alpha.public_id, "role": "host"}
    page = staff("organiser").post_form("/manage/delta-2026/organisations/new", status=422, **fields)
    assert page.errors[-1] == "Error: This organisation already has this role in the event."


def test_an_organisation_changed_meanwhile_is_refused(staff, event):
    alpha = add_organisation(by=SYSTEM, name_en="Alpha")
    row = place_organisation(event.id, alpha.id, "host", by=SYSTEM, label_en="Host", label_zh="主办单位")
    desk, base = staff("organiser"), f"/manage/delta-2026/organisations/{row.public_id}/change"
    page = desk.get(base)
    desk.press(page, "Save", name_zh="甲")
    desk.press(page, "Save", name_zh="乙", status=409)
    assert organisations_of(event.id)[0].organisation.name_zh == "甲"


@pytest.mark.parametrize("website", ["javascript:alert(1)", "x.cn"])
def test_a_website_that_is_none_is_refused(staff, event, website):
    fields = {"name_en": "Alpha", "website": website}
    page = staff("organiser").post_form("/manage/delta-2026/organisations/new", status=422, **fields)
    assert page.errors[-1] == "Error: Begin with https://"


# -- The state of the site -----------------------------------------------------------------------------------------


def test_an_event_is_published_taken_back_ended_and_archived_by_buttons(staff, new_event, client):
    draft = new_event(slug="draft-2031", state="draft")
    desk, states = staff("organiser", draft), []
    for state in ("published", "draft", "published", "over", "archived", "draft"):
        desk.post_form(f"/manage/draft-2031/publication/{state}")
        states.append((find_event("draft-2031").state, client.get("/e/draft-2031/").status_code))
    assert states == [
        ("published", 200),
        ("draft", 404),
        ("published", 200),
        ("over", 200),
        ("archived", 404),
        ("draft", 404),
    ]


def test_asking_for_the_state_changes_nothing_and_strange_states_are_not_found(staff, new_event):
    draft = new_event(slug="draft-2031", state="draft")
    desk = staff("organiser", draft)
    page = desk.get("/manage/draft-2031/publication/published", status=200)
    assert "Still missing" in page.words
    for state in ("over", "draft", "forever"):
        desk.get(f"/manage/draft-2031/publication/{state}", status=404)
    assert find_event("draft-2031").state == "draft"


def test_a_state_that_somebody_else_changed_meanwhile_is_refused(staff, new_event):
    draft = new_event(slug="draft-2031", state="draft")
    with pytest.raises(Stale):
        set_event_state(draft.id, "archived", by=SYSTEM, was="published")
    assert find_event("draft-2031").state == "draft"


@pytest.mark.parametrize("role", ["editor", "registrar", "door", "viewer"])
def test_who_may_not_change_the_event_sees_lists_without_buttons(staff, event, role):
    add_hall(event.id, by=SYSTEM, name_en="Main")
    page = staff(role).get("/manage/delta-2026/halls", status=200)
    assert page.tree.xpath("//main//form | //main//a[contains(@class, 'button')]") == []
