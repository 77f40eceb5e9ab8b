"""Finding sessions on the public agenda, and reading it by another clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import add_track, change_session, delete_session
from eventapp.events.models import Event
from eventapp.people.actions import place_person
from tests.agenda.stage import (
    cast,
    fill_agenda,
    make_hall,
    make_item,
    make_part,
    make_person,
    make_session,
    publish,
)
from tests.ground.visitors import Visitor

AGENDA = "/e/delta-2026/agenda"


def found(client: Visitor, **asked: str) -> list[str]:
    """The titles that are shown for what is asked."""
    page = client.get(f"{AGENDA}?{urlencode(asked)}", status=200)
    titles = page.tree.xpath("//h3//span[@class='bilingual-here']")
    return ["".join(title.itertext()).strip() for title in titles]


@pytest.fixture
def programme(event: Event) -> dict[str, str]:
    """Three sessions that differ in everything there is to choose by; the public ids of what they have."""
    lake, garden = make_hall(event), make_hall(event, "Garden Hall", "园林厅")
    track = add_track(event.id, by=SYSTEM, name_en="Health", name_zh="健康")
    opening = make_session(event, 9, 10, "Opening", title_zh="开幕式", hall_id=lake.id, language="both")
    xi = make_person("Youmin", "Xi", family_zh="席", given_zh="酉民")
    make_part(make_item(opening, title_en="Words of welcome"), xi)
    chips = make_session(event, 10, 12, "Chips for Cafés", kind="forum", hall_id=garden.id, language="en")
    change_session(chips.id, by=SYSTEM, track_id=track.id, summary_en="About tiny circuits")
    make_session(event, 33, 34, "Tour of the gardens", kind="tour", language="zh")
    publish(event)
    return {"hall": garden.public_id, "track": track.public_id, "person": xi.public_id}


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("opening", ["Opening"]),
        ("开幕", ["Opening"]),
        ("CAFES", ["Chips for Cafés"]),
        ("tiny chips", ["Chips for Cafés"]),
        ("welcome", ["Opening"]),
        ("席酉民", ["Opening"]),
        ("xi youmin", ["Opening"]),
        ("xiyou", ["Opening"]),
        ("xym", ["Opening"]),
        ("garden", ["Chips for Cafés", "Tour of the gardens"]),
        ("健康", ["Chips for Cafés"]),
        ("opening tour", []),
        ("<script>", []),
        ("·", []),
    ],
)
def test_words_find_titles_texts_names_pinyin_and_initials(
    programme: dict[str, str], client: Visitor, typed: str, titles: list[str]
) -> None:
    assert found(client, q=typed) == titles


def test_sessions_are_chosen_by_day_hall_track_kind_language_and_person(
    event: Event, programme: dict[str, str], client: Visitor
) -> None:
    second = event.starts_at.date().replace(day=event.starts_at.day + 1).isoformat()
    assert found(client, day=second) == ["Tour of the gardens"]
    assert found(client, hall=programme["hall"]) == ["Chips for Cafés"]
    assert found(client, track=programme["track"]) == ["Chips for Cafés"]
    assert found(client, kind="keynote") == ["Opening"]
    assert found(client, language="en") == ["Opening", "Chips for Cafés"]
    assert found(client, person=programme["person"]) == ["Opening"]
    assert found(client, person=programme["person"], kind="forum") == []


def test_what_was_typed_and_chosen_stands_in_the_form_again(programme: dict[str, str], client: Visitor) -> None:
    page = client.get(f"{AGENDA}?q=chips&kind=forum", status=200)
    assert page.tree.xpath("//input[@name='q']/@value") == ["chips"]
    assert page.tree.xpath("//select[@name='kind']/option[@selected]/@value") == ["forum"]
    assert "1 session found." in page.words


@pytest.mark.parametrize("asked", ["q=nothing+like+this", "hall=ffff", "day=yesterday", "kind=dance", "person=x"])
def test_what_nobody_planned_is_said_to_be_missing(programme: dict[str, str], client: Visitor, asked: str) -> None:
    page = client.get(f"{AGENDA}?{asked}", status=200)
    assert "No session is like that." in page.words
    assert page.links()["Whole agenda"] == AGENDA


def test_a_name_that_is_not_disclosed_is_not_found_either(event: Event, client: Visitor) -> None:
    session, secret = make_session(event), make_person("Quillard", "Zyxwine")
    make_part(make_item(session), secret)
    place_person(event.id, secret.id, by=SYSTEM, undisclosed_until=event.ends_at)
    publish(event)
    assert found(client, q="Zyxwine") == []
    assert found(client, person=secret.public_id) == []
    assert secret.public_id not in client.get(AGENDA).get_data(as_text=True)


def test_what_is_found_follows_each_release(event: Event, programme: dict[str, str], client: Visitor) -> None:
    assert found(client, q="fireworks") == []
    added = make_session(event, 20, 21, "Fireworks")
    assert found(client, q="fireworks") == []
    publish(event)
    assert found(client, q="fireworks") == ["Fireworks"]
    delete_session(added.id, by=SYSTEM)
    publish(event)
    assert found(client, q="fireworks") == []


def test_a_search_is_not_kept_for_the_next_guest(programme: dict[str, str], client: Visitor) -> None:
    whole = client.get(AGENDA, status=200).get_data()
    assert found(client, q="opening") == ["Opening"]
    assert client.get(AGENDA, status=200).get_data() == whole


def test_a_search_asks_no_more_often_than_the_whole_agenda(
    event: Event, client: Visitor, count_statements: Callable[[], Any]
) -> None:
    fill_agenda(event, 200, minutes=2, items=3, hall_id=make_hall(event).id)
    cast(event, make_person())
    publish(event)
    with count_statements() as statements:
        page = client.get(f"{AGENDA}?q=talk+199&zone=Europe/Berlin&kind=forum", status=200)
    assert len(page.tree.xpath("//h3")) == 1
    assert len(statements) == 3, "\n".join(statements)


# -- By another clock ----------------------------------------------------------------------------------------------


def test_times_are_the_events_unless_another_zone_is_asked_for(event: Event, client: Visitor) -> None:
    session = make_session(event, 6, 7)
    publish(event)
    assert "All times are local to the event (Asia/Shanghai)." in client.get(AGENDA).words
    page = client.get(f"{AGENDA}?zone=America/New_York", status=200)
    assert "All times are those of America/New_York, as you chose." in page.words
    clock = "".join(page.tree.xpath("//p[@class='agenda-time']")[0].itertext()).split()[0]
    hours = (6 - 13) % 24
    assert clock.startswith(f"{hours:02d}:00")
    # There it is still the day before.
    before = event.starts_at.date().replace(day=event.starts_at.day - 1).isoformat()
    assert page.tree.xpath("//section[@class='agenda-day']/@id") == [f"day-{before}"]
    one = client.get(page.links()["Opening"], status=200)
    assert "America/New_York" in one.words
    assert one.links()["Show the event's time (Asia/Shanghai)"] == f"{AGENDA}/{session.public_id}"


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "../../etc/passwd", "berlin", "<b>"])
def test_a_zone_that_there_is_not_is_refused_in_words(programme: dict[str, str], client: Visitor, zone: str) -> None:
    page = client.get(f"{AGENDA}?{urlencode({'zone': zone})}", status=422)
    assert f"There is no time zone called {zone}." in page.words
