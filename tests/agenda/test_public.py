"""What guests see of the agenda and of its people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda.actions import add_part, change_session
from eventapp.agenda.queries import sessions_in_order
from eventapp.clock import now
from eventapp.events.actions import add_organisation
from eventapp.events.models import Event
from eventapp.people.actions import place_person
from tests.agenda.stage import (
    at,
    cast,
    fill_agenda,
    make_hall,
    make_item,
    make_part,
    make_person,
    make_session,
    publish,
)
from tests.ground.stories import ZONE
from tests.ground.visitors import Visitor

AGENDA = "/e/delta-2026/agenda"


def texts(page: Any, path: str) -> list[str]:
    return [" ".join("".join(found.itertext()).split()) for found in page.tree.xpath(path)]


def test_an_agenda_without_sessions_says_so(event: Event, client: Visitor) -> None:
    assert "The agenda is not out yet" in client.get(AGENDA, status=200).words
    assert "The agenda is not out yet" in client.get("/e/delta-2026/now", status=200).words
    assert "The speakers are not announced yet" in client.get("/e/delta-2026/speakers", status=200).words


def test_the_agenda_lists_sessions_by_day_with_hall_and_zone(event: Event, client: Visitor) -> None:
    hall = make_hall(event, colour="#8a6d1f")
    make_session(event, 10, 12, "Forum on chips", kind="forum", hall_id=hall.id)
    make_session(event, 9, 10, "Opening")
    make_session(event, 9 + 24, 10 + 24, "Campus tour", kind="tour")
    publish(event)
    page = client.get(AGENDA, status=200)
    assert texts(page, "//h3") == ["Opening", "Forum on chips", "Campus tour"]
    assert len(page.tree.xpath("//section[@class='agenda-day']")) == 2
    assert texts(page, "//p[@class='agenda-hall']") == ["Lake Hall"]
    assert page.tree.xpath("//svg[@class='edge']/rect/@fill") == ["#8a6d1f"]
    assert "Asia/Shanghai" in page.words
    assert page.tree.xpath("//time/@datetime")[0] == at(event, 9).isoformat()


def test_what_runs_after_midnight_is_listed_under_the_day_before(event: Event, client: Visitor) -> None:
    make_session(event, 20, 22, "Dinner", kind="meal")
    make_session(event, 25, 26, "Night market", kind="tour")
    publish(event)
    page = client.get(AGENDA, status=200)
    assert [
        len(day.xpath(".//li[contains(@class, 'agenda-row')]"))
        for day in page.tree.xpath("//section[@class='agenda-day']")
    ] == [2]


def test_kinds_are_translated_even_where_a_title_is_missing(event: Event, client: Visitor) -> None:
    session = make_session(event, title_en="", kind="ceremony")
    make_item(session, kind="unveiling")
    make_item(session, kind="appointment", title_en="Appointment Ceremony of the alliance")
    client.language = "zh"
    publish(event)
    page = client.get(AGENDA, status=200)
    assert texts(page, "//h3") == ["仪式"]
    assert texts(page, "//*[@class='agenda-item-title']") == ["揭牌", "Appointment Ceremony of the alliance"]
    assert texts(page, "//*[@class='agenda-item-kind']") == ["聘任"]
    assert client.get(f"{AGENDA}/{session.public_id}", status=200).heading == "仪式"


def test_ceremonies_and_breaks_look_different_from_talks(event: Event, client: Visitor) -> None:
    for hour, kind in enumerate(("keynote", "forum", "ceremony", "break", "meal", "tour"), start=9):
        make_session(event, hour, hour + 1, kind=kind)
    publish(event)
    rows = client.get(AGENDA, status=200).tree.xpath("//li[contains(@class, 'agenda-row')]/@class")
    kinds = ["talk", "forum", "ceremony", "break", "break", "tour"]
    assert rows == [f"agenda-row kind-{kind}" for kind in kinds]


def test_the_session_page_puts_people_first_in_their_order(event: Event, client: Visitor) -> None:
    item = make_item(make_session(event), kind="appointment", title_en="Appointments")
    second = make_person(
        "Mei", "Zhou", family_zh="周", given_zh="梅", position_en="Dean", organisation_en="Lake University"
    )
    first = make_person("Lan", "Chen", family_zh="陈", given_zh="岚", honorific_en="Professor", honorific_zh="教授")
    make_part(item, first, "recipient", as_en="Honorary Director", as_zh="名誉主任")
    make_part(item, second, "presenter", mode="online")
    client.language = "zh"
    publish(event)
    page = client.get(f"{AGENDA}/{item.session.public_id}", status=200)
    assert texts(page, "//h3[@class='person-name']") == ["陈岚教授 Professor Lan Chen", "周梅 Mei Zhou"]
    assert texts(page, "//p[@class='part-as']") == ["名誉主任 Honorary Director"]
    assert page.words.index("名誉主任") < page.words.index("Appointments")
    assert "线上" in page.words
    assert "Dean · Lake University" in page.words


def test_items_show_when_they_run_as_long_as_that_is_known(event: Event, client: Visitor) -> None:
    session = make_session(event)
    for minutes in (15, 20, 0, 5):
        make_item(session, minutes)
    publish(event)
    page = client.get(f"{AGENDA}/{session.public_id}", status=200)
    assert texts(page, "//p[@class='item-kind']") == ["09:00", "09:15", "", ""]


def test_organisations_and_things_appear_in_items(event: Event, client: Visitor) -> None:
    item = make_item(make_session(event), kind="unveiling")
    partner = add_organisation(by=SYSTEM, name_en="Hengrui", name_zh="恒瑞医药")
    add_part(item.id, by=SYSTEM, role="unveiler", organisation_id=partner.id)
    add_part(item.id, by=SYSTEM, role="presenter", object_en="A bronze plaque")
    publish(event)
    page = client.get(f"{AGENDA}/{item.session.public_id}", status=200)
    assert texts(page, "//ul[@class='parts']/li") == ["Unveils Hengrui 恒瑞医药", "A bronze plaque"]


def test_another_events_session_is_not_found(event: Event, new_event: Callable[..., Event], client: Visitor) -> None:
    elsewhere = new_event(slug="elsewhere")
    other = make_session(elsewhere)
    publish(elsewhere)
    client.get(f"{AGENDA}/{other.public_id}", status=404)
    client.get(f"/e/elsewhere/agenda/{other.public_id}", status=200)


@pytest.mark.both_databases
def test_addresses_that_were_never_given_out_are_not_found(event: Event, client: Visitor) -> None:
    for unknown in ("nothing", "0" * 16, "%F0%9F%9A%80"):
        for pages in (AGENDA, "/e/delta-2026/speakers"):
            client.get(f"{pages}/{unknown}", status=404)


def test_titles_with_markup_and_emoji_are_shown_as_typed(event: Event, client: Visitor) -> None:
    title = "<script>alert('AI & 芯片')</script> 🚀"
    session = make_session(event, title_en=title)
    make_item(session, title_en=title, summary_en=title)
    publish(event)
    for address in (AGENDA, f"{AGENDA}/{session.public_id}", f"/e/delta-2026/now?at={local(event, 9)}"):
        page = client.get(address, status=200)
        assert title in page.words
        assert "<script>alert" not in page.get_data(as_text=True)


def test_titles_of_sixty_characters_stay_whole_in_both_languages(event: Event, client: Visitor) -> None:
    title_en, title_zh = (
        "Intelligent solutions for traditional energy management, all",
        "长三角产学研峰会" * 7 + "暨联盟成立",
    )
    session = make_session(event, title_en=title_en, title_zh=title_zh)
    publish(event)
    for language, here, other in (("en", title_en, title_zh), ("zh", title_zh, title_en)):
        client.language = language
        assert texts(client.get(AGENDA, status=200), "//h3") == [f"{here} {other}"]
        assert client.get(f"{AGENDA}/{session.public_id}", status=200).heading == f"{here} {other}"


def local(event: Event, hour: int, minute: int = 0) -> str:
    return at(event, hour, minute).astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")


# -- Undisclosed people ---------------------------------------------------------------------------------------------


@pytest.fixture
def secret(event: Event) -> Any:
    """A guest of honour whose name is kept back for another day, in an item with somebody who is known."""
    person = make_person("Xiu", "Secretive", family_zh="蔚", given_zh="秀", organisation_en="Hidden Works")
    known = make_person("Lan", "Chen")
    place_person(event.id, known.id, by=SYSTEM)
    place_person(event.id, person.id, by=SYSTEM, undisclosed_until=now() + timedelta(days=1))
    item = make_item(make_session(event), 30, title_en="A surprise")
    make_part(item, person, as_en="Guest of honour")
    make_part(item, known)
    return person


def public_addresses(event: Event) -> list[str]:
    sessions = [f"{AGENDA}/{row.public_id}" for row in sessions_in_order(event.id)]
    return [
        "/e/delta-2026/",
        AGENDA,
        *sessions,
        f"{AGENDA}.ics",
        "/e/delta-2026/speakers",
        f"/e/delta-2026/now?at={local(event, 9)}",
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_undisclosed_person_is_in_no_page_feed_or_source(
    event: Event, secret: Any, client: Visitor, language: str
) -> None:
    client.language = language
    publish(event)
    for address in public_addresses(event):
        source = client.get(address, status=200).get_data(as_text=True)
        for word in ("Secretive", "蔚", "Hidden Works", "Guest of honour", secret.public_id):
            assert word not in source, f"{word} is in {address}"
    client.get(f"/e/delta-2026/speakers/{secret.public_id}", status=404)


def test_a_person_appears_once_the_time_has_come(event: Event, secret: Any, client: Visitor) -> None:
    publish(event)
    with time_machine.travel(now() + timedelta(days=1, minutes=1)):
        assert "Xiu Secretive" in client.get(AGENDA, status=200).words
        assert client.get(f"/e/delta-2026/speakers/{secret.public_id}", status=200).heading == "Xiu Secretive 蔚秀"


def test_the_team_sees_undisclosed_people(event: Event, secret: Any, staff: Callable[..., Visitor]) -> None:
    [session] = sessions_in_order(event.id)
    page = staff("editor").get(f"/manage/delta-2026/agenda/{session.public_id}", status=200)
    assert "Xiu Secretive" in page.words


# -- People ---------------------------------------------------------------------------------------------------------


def test_speakers_stand_in_the_order_set_by_hand_then_as_they_appear(event: Event, client: Visitor) -> None:
    first, second, third, usher = (make_person(name) for name in ("Mei", "Lan", "Bo", "Yu"))
    place_person(event.id, second.id, by=SYSTEM)
    place_person(event.id, first.id, by=SYSTEM)
    item = make_item(make_session(event))
    for person, role in ((first, "speaker"), (third, "moderator"), (usher, "usher")):
        make_part(item, person, role)
    publish(event)
    page = client.get("/e/delta-2026/speakers", status=200)
    assert texts(page, "//h2[@class='person-name']") == ["Lan Chen", "Mei Chen", "Bo Chen"]


def test_a_persons_page_lists_where_they_appear(event: Event, client: Visitor) -> None:
    person = make_person(position_en="Dean", position_zh="院长", biography_en="Works on chips.")
    session = make_session(event, hall_id=make_hall(event).id)
    make_part(make_item(session, 20, title_en="Welcome"), person)
    publish(event)
    page = client.get(f"/e/delta-2026/speakers/{person.public_id}", status=200)
    assert page.heading == "Lan Chen"
    assert "Works on chips." in page.words
    assert page.links()["Opening"] == f"{AGENDA}/{session.public_id}"
    assert texts(page, "//ul[@class='parts']/li") == ["Speaker 09:00 Welcome"]


def test_a_person_of_another_event_is_not_found(event: Event, new_event: Callable[..., Event], client: Visitor) -> None:
    person = make_person()
    elsewhere = new_event(slug="elsewhere")
    make_part(make_item(make_session(elsewhere)), person)
    publish(elsewhere)
    client.get(f"/e/delta-2026/speakers/{person.public_id}", status=404)
    client.get(f"/e/elsewhere/speakers/{person.public_id}", status=200)


# -- Now and next ---------------------------------------------------------------------------------------------------


def test_now_shows_what_runs_and_what_is_next_in_every_hall(event: Event, client: Visitor) -> None:
    lake, garden = make_hall(event, position=2), make_hall(event, "Garden Hall", "园林厅", position=1)
    opening = make_session(event, 9, 11, hall_id=lake.id)
    make_item(opening, 60, title_en="Welcome")
    make_item(opening, 60, title_en="Unveiling", kind="unveiling")
    make_session(event, 11, 12, "Forum", hall_id=lake.id)
    make_session(event, 14, 15, "Workshop", hall_id=garden.id)
    publish(event)
    page = client.get(f"/e/delta-2026/now?at={local(event, 10, 12)}", status=200)
    assert texts(page, "//h2") == ["Garden Hall 园林厅", "Lake Hall 金鸡湖厅"]
    assert texts(page, "//*[@class='now-running']//h3") == ["Opening"]
    assert texts(page, "//p[@class='now-item']") == ["Unveiling Unveiling"]
    assert texts(page, "//*[@class='now-next']//h3") == ["Workshop", "Forum"]
    assert "10:12" in page.words


def test_now_refreshes_itself_on_a_screen_but_not_while_another_moment_is_shown(event: Event, client: Visitor) -> None:
    assert client.get("/e/delta-2026/now").tree.xpath("//noscript/meta/@content") == ["60"]
    assert client.get(f"/e/delta-2026/now?at={local(event, 9)}").tree.xpath("//noscript") == []


def test_now_after_the_last_session_says_that_it_is_over(event: Event, client: Visitor) -> None:
    make_session(event)
    publish(event)
    assert "The programme is over" in client.get(f"/e/delta-2026/now?at={local(event, 10)}", status=200).words


def test_now_understands_a_moment_with_its_own_zone(event: Event, client: Visitor) -> None:
    make_session(event)
    moment = at(event, 9, 30).astimezone(UTC).isoformat().replace("+", "%2B")
    publish(event)
    assert "09:30" in client.get(f"/e/delta-2026/now?at={moment}", status=200).words


@pytest.mark.parametrize(
    "typed",
    [
        "soon",
        "2026-13-01T10:00",
        "25:00",
        "0001-01-01T00:00",
        "9999-12-31T23:59-12:00",
        "2026-11-23T10:12+99:99",
    ],
)
def test_now_with_a_time_that_cannot_be_read_says_so(event: Event, client: Visitor, typed: str) -> None:
    make_session(event)
    page = client.get(f"/e/delta-2026/now?at={typed}")
    assert page.status_code == 400
    assert "is not a time we can read" in page.words


def test_now_with_a_time_that_daylight_saving_skips_says_so(new_event: Callable[..., Event], client: Visitor) -> None:
    starts = datetime(2027, 3, 27, 9, tzinfo=UTC)
    new_event(slug="london", time_zone="Europe/London", starts_at=starts, ends_at=starts + timedelta(days=2))
    page = client.get("/e/london/now?at=2027-03-28T01:30", status=422)
    assert "The clock never shows 01:30 on that day" in page.words


# -- Speed and caches -----------------------------------------------------------------------------------------------


def test_the_agenda_asks_the_database_as_often_for_200_sessions_as_for_20(
    event: Event, client: Visitor, count_statements: Callable[[], Any]
) -> None:
    hall, person = make_hall(event), make_person()
    counts = {}
    for total in (20, 200):
        fill_agenda(event, total - len(sessions_in_order(event.id)), minutes=1, items=3, hall_id=hall.id)
        cast(event, person)
        publish(event)
        with count_statements() as statements:
            assert len(client.get(AGENDA, status=200).tree.xpath("//h3")) == total
        counts[total] = len(statements)
    # The event, the release (with the moment until when the page may be kept), and those who appear in it.
    assert counts == {20: 3, 200: 3}


@pytest.mark.both_databases
def test_200_sessions_whole_in_html_cost_three_statements_cold_and_none_warm(
    event: Event, client: Visitor, count_statements: Callable[[], Any]
) -> None:
    """Warm, the one question is whether anything was committed; it has a connection of its own."""
    fill_agenda(event, 200, minutes=2, items=3, hall_id=make_hall(event).id)
    cast(event, make_person())
    publish(event)
    with time_machine.travel(now().replace(second=10, microsecond=0), tick=False):
        with count_statements() as cold:
            page = client.get(AGENDA, status=200)
        assert len(page.tree.xpath("//h3")) == 200
        assert len(cold) == 3, "\n".join(cold)
        with count_statements() as warm:
            assert client.get(AGENDA, status=200).get_data() == page.get_data()
        assert warm == []


def test_the_etag_is_right_in_each_language_and_after_each_release(
    event: Event, visitor: Callable[[], Visitor]
) -> None:
    session = make_session(event, title_zh="开幕")
    readers = {"en": visitor(), "zh": visitor()}
    tags: dict[str, list[str]] = {"en": [], "zh": []}
    addresses = [AGENDA, *(f"{AGENDA}.{ending}" for ending in ("ics", "json", "xml"))]
    # The files tell the second of their release: two within one second could be the same, rightly.
    with time_machine.travel(now(), tick=True) as clock:
        for title in ("Opening", "Grand opening", "Opening"):
            clock.shift(1)
            change_session(session.id, by=SYSTEM, title_en=title, title_zh=f"开幕{title}")
            publish(event)
            for language, reader in readers.items():
                reader.language = language
                for address in addresses:
                    answer = reader.get(address, status=200)
                    assert answer.headers["Content-Language"].startswith(language)
                    reader.get(address, status=304, headers={"If-None-Match": answer.headers["ETag"]})
                    for old in tags[language]:
                        reader.get(address, status=200, headers={"If-None-Match": old})
                    tags[language].append(answer.headers["ETag"])
        assert len({*tags["en"], *tags["zh"]}) == 24
        # What is edited without being released changes none of them.
        change_session(session.id, by=SYSTEM, title_en="Half a thought")
        for address, tag in zip(addresses, tags["zh"][-4:], strict=True):
            readers["zh"].get(address, status=304, headers={"If-None-Match": tag})


def test_a_page_that_has_not_changed_is_not_sent_again(event: Event, client: Visitor) -> None:
    session = make_session(event)
    publish(event)
    for address in (AGENDA, f"{AGENDA}/{session.public_id}", "/e/delta-2026/speakers"):
        etag = client.get(address, status=200).headers["ETag"]
        assert client.get(address, status=304, headers={"If-None-Match": etag}).get_data() == b""
    make_session(event, 11, 12, "Forum")
    publish(event)
    client.get(
        AGENDA, status=200, headers={"If-None-Match": client.get(f"{AGENDA}/{session.public_id}").headers["ETag"]}
    )


def test_a_draft_is_visible_to_its_team_only(new_event: Callable[..., Event], client: Visitor) -> None:
    draft = new_event(slug="draft", state="draft")
    session = make_session(draft)
    for address in ("agenda", f"agenda/{session.public_id}", "agenda.ics", "now", "speakers"):
        client.get(f"/e/draft/{address}", status=404)
