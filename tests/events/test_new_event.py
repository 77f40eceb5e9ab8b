"""A new event: who may make one, its address, and a copy of another."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from eventapp.accounts.actions import add_user
from eventapp.accounts.actor import SYSTEM, Actor
from eventapp.accounts.queries import history_of, role_in_event
from eventapp.agenda.actions import add_item, add_part, create_session
from eventapp.agenda.queries import whole_agenda
from eventapp.checkin.actions import add_checkpoint
from eventapp.checkin.queries import checkpoints_of, limits_of
from eventapp.db import db
from eventapp.events.actions import add_hall, add_organisation, copy_event, place_organisation, set_venue
from eventapp.events.errors import SlugTaken
from eventapp.events.models import Event
from eventapp.events.queries import find_event, halls_of, organisations_of
from eventapp.people.actions import add_person, place_person
from eventapp.people.queries import people_of
from eventapp.registration.actions import add_category, publish_notice
from eventapp.registration.queries import categories_of, counts_by_state, current_notice
from tests.ground.stories import ZONE

FORM = {
    "name_en": "Delta Summit",
    "name_zh": "长三角峰会",
    "starts_at": "2031-05-08T09:00",
    "ends_at": "2031-05-08T18:00",
}


@pytest.fixture
def desk(client, sign_in, app):
    """A visitor who owns the installation."""
    return sign_in(client, add_user("mei.lin@example.org", name="Mei Lin", is_owner=True))


def test_an_owner_of_the_installation_creates_a_draft_and_owns_it(desk):
    page = desk.follow(desk.post_form("/manage/new", venue_zh="苏州国际博览中心", address_zh="苏州大道东688号", **FORM))
    event = find_event("delta-summit-2031")
    owner = add_user("mei.lin@example.org")
    assert page.heading == "Delta Summit"
    assert (event.state, event.name_zh, event.starts_at.isoformat()) == (
        "draft",
        "长三角峰会",
        "2031-05-08T01:00:00+00:00",
    )
    assert (event.venue.name_zh, event.venue.address_zh) == ("苏州国际博览中心", "苏州大道东688号")
    assert role_in_event(owner.id, event.id) == "owner"
    assert [entry.action for entry in history_of("events", event.id)] == ["create_event", "set_venue"]


def test_an_empty_address_is_made_of_name_and_year_and_never_taken_twice(desk):
    for _ in range(2):
        desk.post_form("/manage/new", **FORM)
    desk.post_form("/manage/new", **{**FORM, "name_en": "", "name_zh": "苏州峰会"})
    slugs = db.session.scalars(select(Event.slug).order_by(Event.id)).all()
    assert slugs == ["delta-summit-2031", "delta-summit-2031-2", "su-zhou-feng-hui-2031"]


@pytest.mark.parametrize("slug", ["new", "gallery", "ab", "Summit", "two--hyphens", "-first", "a b", "中文"])
def test_an_address_that_cannot_be_one_is_refused_in_words(desk, slug):
    page = desk.post_form("/manage/new", status=422, slug=slug, **FORM)
    assert page.errors[-1].endswith("Use 3 to 60 small letters, digits and single hyphens, such as delta-summit-2026.")


def test_what_is_wrong_with_a_new_event_stands_beside_its_field(desk, event):
    page = desk.post_form("/manage/new", status=422, slug="delta-2026", **FORM)
    assert page.errors[-1] == "Error: Another event already uses this address. Choose a different one."
    page = desk.post_form("/manage/new", status=422, **{**FORM, "ends_at": FORM["starts_at"]})
    assert page.errors[-1] == "Error: The end must be later than the start."
    page = desk.post_form("/manage/new", status=422, **{**FORM, "starts_at": "tomorrow"})
    assert "Enter date and time, such as 2026-11-23 09:00." in page.errors[-1]
    page = desk.post_form("/manage/new", status=422, **{**FORM, "name_en": "", "name_zh": ""})
    assert page.errors[-1] == "Error: Give a name in English or in Chinese."
    page = desk.post_form("/manage/new", status=422, **{**FORM, "starts_at": "0001-01-01T00:00"})
    assert page.errors[-1] == "Error: Is the year right?"


def test_a_wall_time_that_daylight_saving_skips_is_refused_in_words(desk):
    skipped = {**FORM, "time_zone": "Europe/Berlin", "starts_at": "2031-03-30T02:30", "ends_at": "2031-03-30T18:00"}
    page = desk.post_form("/manage/new", status=422, **skipped)
    assert page.errors[-1].startswith("Error: The clock never shows this time on that day")


def test_members_are_told_that_an_owner_of_the_installation_creates_events(staff, client, sign_in):
    member = staff("owner")
    assert member.get("/manage/new", status=403).words.count("Only an owner of this installation may do this.") == 1
    assert "New events are created by an owner of this installation" in member.get("/manage/").words
    assert "New event" not in member.get("/manage/").links()


# -- Copies --------------------------------------------------------------------------------------------------------


@pytest.fixture
def source(new_event):
    """An event with a row of everything that is copied."""
    event = new_event(slug="source-2026", tagline_en="Everything", colour="#2f5d8a", cover_pattern="plum")
    start = event.starts_at
    set_venue(event.id, by=SYSTEM, name_en="Expo Centre", address_zh="苏州大道东688号")
    halls = [add_hall(event.id, by=SYSTEM, name_en=name, capacity=100) for name in ("Main", "Side")]
    host = add_organisation(by=SYSTEM, name_zh="西交利物浦大学")
    place_organisation(event.id, host.id, "host", by=SYSTEM, label_en="Host", label_zh="主办单位")
    person = add_person(by=SYSTEM, printed_en="Youmin Xi", printed_zh="席酉民")
    place_person(event.id, person.id, by=SYSTEM, undisclosed_until=start)
    session = create_session(
        event.id, by=SYSTEM, kind="keynote", title_en="Opening", starts_at=start, ends_at=start + timedelta(hours=1),
        hall_id=halls[1].id,
    )  # fmt: skip
    item = add_item(session.id, by=SYSTEM, kind="speech", minutes=20, title_en="Speech")
    add_part(item.id, by=SYSTEM, role="speaker", person_id=person.id)
    add_part(item.id, by=SYSTEM, role="host", organisation_id=host.id)
    vip = add_category(event.id, by=SYSTEM, code="vip", capacity=30, name_en="VIP")
    add_category(event.id, by=SYSTEM, code="press", capacity=None, name_en="Press", open=False)
    publish_notice(event.id, by=SYSTEM, body_en="We use your data.", body_zh="我们使用您的信息。")
    add_checkpoint(event.id, by=SYSTEM, code="gate", name_en="Gate", opens_at=start, category_ids=[vip.id])
    return event


def copy(source: Event, **values) -> Event:
    wanted = {
        "slug": "copy-2027",
        "name_en": "Copy",
        "time_zone": "Asia/Shanghai",
        "starts_at": source.starts_at + timedelta(days=100, hours=1),
        "ends_at": source.ends_at + timedelta(days=100),
        "with_people": True,
        "by": Actor("user", add_user("mei.lin@example.org").id),
    }
    return copy_event(source.id, **{**wanted, **values})


@pytest.mark.both_databases
def test_a_copy_has_all_that_was_set_up_so_many_days_later_and_no_registration(source):
    made = copy(source)
    assert (made.state, made.tagline_en, made.colour, made.cover_pattern) == ("draft", "Everything", "#2f5d8a", "plum")
    assert (made.venue.name_en, made.venue.address_zh) == ("Expo Centre", "苏州大道东688号")
    assert made.venue_id != source.venue_id
    assert [(hall.name_en, hall.capacity) for hall in halls_of(made.id)] == [("Main", 100), ("Side", 100)]
    assert [(row.organisation.name_zh, row.label_zh) for row in organisations_of(made.id)] == [
        ("西交利物浦大学", "主办单位")
    ]
    [session] = whole_agenda(made.id)
    assert (session.title_en, session.hall.name_en) == ("Opening", "Side")
    assert session.starts_at == source.starts_at + timedelta(days=100)
    assert [(item.title_en, [part.role for part in item.parts]) for item in session.items] == [
        ("Speech", ["speaker", "host"])
    ]
    assert [row.undisclosed_until for row in people_of(made.id, disclosed_at=None)] == [
        source.starts_at + timedelta(days=100)
    ]
    categories = categories_of(made.id)
    assert [(row.code, row.places.capacity, row.places.taken, row.open) for row in categories] == [
        ("vip", 30, 0, True),
        ("press", None, 0, False),
    ]
    assert (current_notice(made.id).version, current_notice(made.id).body_en) == (1, "We use your data.")
    [gate] = checkpoints_of(made.id)
    assert (gate.code, gate.opens_at, limits_of(made.id)) == (
        "gate",
        source.starts_at + timedelta(days=100),
        {gate.id: {categories[0].id}},
    )
    assert sum(counts_by_state(made.id).values()) == 0


def test_a_copy_without_people_keeps_organisations_and_things_only(source):
    made = copy(source, with_people=False)
    [session] = whole_agenda(made.id)
    assert [[part.role for part in item.parts] for item in session.items] == [["host"]]
    assert people_of(made.id, disclosed_at=None) == []


def test_a_copy_in_another_zone_keeps_what_the_clock_on_the_wall_shows(source):
    made = copy(source, time_zone="Europe/Berlin", starts_at=source.starts_at + timedelta(days=100, hours=8))
    [session] = whole_agenda(made.id)
    assert session.starts_at.astimezone(ZoneInfo("Europe/Berlin")).strftime("%H:%M") == "09:00"


def test_a_copy_into_the_hour_that_daylight_saving_skips_keeps_the_length_of_its_sessions(source):
    two = source.starts_at.astimezone(ZONE).replace(hour=2)
    create_session(source.id, by=SYSTEM, kind="tour", title_en="Night", starts_at=two, ends_at=two + timedelta(hours=1))
    starts = datetime(2027, 3, 28, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    made = copy(source, time_zone="Europe/Berlin", starts_at=starts, ends_at=starts + timedelta(hours=8))
    [night] = [row for row in whole_agenda(made.id) if row.title_en == "Night"]
    assert (night.starts_at, night.ends_at - night.starts_at) == (starts - timedelta(hours=6), timedelta(hours=1))


def test_a_copy_whose_address_is_taken_leaves_nothing_behind(source):
    with pytest.raises(SlugTaken):
        copy(source, slug="source-2026")
    assert db.session.scalars(select(Event.slug)).all() == ["source-2026"]


def test_the_desk_copies_an_event(desk, source):
    fields = {**FORM, "source": source.public_id, "with_people": "y"}
    desk.post_form("/manage/new", slug="again-2031", **fields)
    made = find_event("again-2031")
    assert [hall.name_en for hall in halls_of(made.id)] == ["Main", "Side"]
    assert len(people_of(made.id, disclosed_at=None)) == 1
