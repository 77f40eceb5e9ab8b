"""What everybody sees of events, and what nobody may see before its time."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

import pytest
import time_machine

from eventapp.accounts.actor import SYSTEM
from eventapp.clock import now
from eventapp.events.actions import (
    add_organisation,
    place_organisation,
    set_banner,
    set_event_state,
    set_venue,
)
from eventapp.people.actions import add_person, place_person
from tests.registration.guests import make_category, own_page, pass_digits, register_guest

PUBLIC_PAGES = ("", "agenda", "speakers", "now", "register", "cover.svg", "agenda.ics")


def cards(page) -> list[str]:
    """The events on the front page, by their English or Chinese names."""
    return [
        " ".join("".join(name.itertext()).split())
        for name in page.tree.xpath("//*[contains(@class, 'event-card')]//h2")
    ]


# -- The list of events --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "said"), [("en", "No event is announced yet"), ("zh", "暂无活动")])
def test_a_house_without_events_says_so(client, language, said):
    client.language = language
    assert said in client.get("/", status=200).words


def test_only_published_events_are_announced_the_next_one_first(client, new_event):
    at = now()
    for slug, days in (("later", 30), ("sooner", 3), ("past", -10)):
        starts = at + timedelta(days=days)
        new_event(slug, name_en=slug.title(), name_zh="", starts_at=starts, ends_at=starts + timedelta(hours=8))
    for state in ("draft", "over", "archived"):
        new_event(state, state=state, name_en=state.title(), name_zh="")
    assert cards(client.get("/", status=200)) == ["Sooner", "Later", "Over", "Past"]


def test_an_event_moves_to_the_past_when_it_ends(client, event):
    assert "Past events" not in client.get("/", status=200).words
    with time_machine.travel(event.ends_at + timedelta(seconds=1)):
        page = client.get("/", status=200)
    assert "Past events" in page.words
    assert cards(page) == ["Yangtze River Delta Summit 长三角峰会"]


def test_the_list_asks_the_database_as_often_for_three_events_as_for_thirty(client, new_event, count_statements):
    asked = []
    for upto in (3, 30):
        for number in range(0 if upto == 3 else 3, upto):
            new_event(f"event-{number}")
        with count_statements() as statements:
            client.get("/", status=200)
        asked.append(len(statements))
    assert asked[0] == asked[1] <= 3


def test_an_events_page_asks_the_database_as_often_for_three_people_as_for_thirty(client, event, count_statements):
    make_category(event)
    asked = []
    for upto in (3, 30):
        for number in range(0 if upto == 3 else 3, upto):
            person = add_person(by=SYSTEM, given_en="Person", family_en=str(number))
            place_person(event.id, person.id, by=SYSTEM)
            organisation = add_organisation(by=SYSTEM, name_en=f"Organisation {number}")
            place_organisation(event.id, organisation.id, "host", by=SYSTEM, label_en="Hosted by", label_zh="主办单位")
        with count_statements() as statements:
            client.get(f"/e/{event.slug}/", status=200)
        asked.append(len(statements))
    assert asked[0] == asked[1] <= 15


# -- One event -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_front_page_says_what_when_where_and_has_one_button(client, event, language):
    make_category(event)
    set_venue(
        event.id,
        by=SYSTEM,
        name_en="Jinji Lake Hall",
        name_zh="金鸡湖会堂",
        address_en="1 Lake Road",
        address_zh="湖滨路1号",
    )
    client.language = language
    page = client.get(f"/e/{event.slug}/", status=200)
    for shown in ("Yangtze River Delta Summit", "长三角峰会", "09:00", "18:00", "Jinji Lake Hall", "金鸡湖会堂"):
        assert shown in page.words
    assert "Asia/Shanghai" in page.words
    assert page.tree.xpath("//a[contains(@class, 'button-primary')]/@href") == [f"/e/{event.slug}/register"]


def test_before_and_after_its_time_there_is_no_button(client, new_event):
    soon = new_event("soon", registration_opens_at=now() + timedelta(days=1))
    closed = new_event("closed", registration_closes_at=now() - timedelta(days=1))
    for event, said in ((soon, "Registration opens on"), (closed, "Registration is closed")):
        page = client.get(f"/e/{event.slug}/", status=200)
        assert said in page.words
        assert page.tree.xpath("//a[contains(@class, 'button-primary')]") == []


def test_markdown_of_the_organisers_is_shown_and_nothing_runs(client, new_event):
    event = new_event("prose", about_en="# One\n\n**Bold** <script>alert(1)</script> [x](javascript:alert(1))")
    page = client.get(f"/e/{event.slug}/", status=200)
    assert page.tree.xpath("//strong/text()") == ["Bold"]
    assert page.tree.xpath("//script[contains(text(), 'alert')]") == []
    assert page.tree.xpath("//a[starts-with(@href, 'javascript')]") == []


def test_a_text_in_one_language_is_shown_to_both_readers_and_marked(client, new_event):
    event = new_event("one-language", name_en="", name_zh="只有中文")
    page = client.get(f"/e/{event.slug}/", status=200)
    assert page.heading == "只有中文"
    assert page.tree.xpath("//h1//*[@lang='zh-CN']")


def test_organisations_stand_in_the_order_set_by_hand_under_their_exact_labels(client, event):
    for position, (name, role, label_en, label_zh) in enumerate(
        [
            ("Province", "guided_by", "Guided by", "指导单位"),
            ("University", "host", "Hosted and organised by", "主办暨承办单位"),
            ("Institute", "host", "Hosted and organised by", "主办暨承办单位"),
            ("Newspaper", "media", "Media partner", "支持媒体"),
        ]
    ):
        organisation = add_organisation(by=SYSTEM, name_en=name, name_zh="")
        place_organisation(
            event.id, organisation.id, role, by=SYSTEM, label_en=label_en, label_zh=label_zh, position=position + 1
        )
    words = client.get(f"/e/{event.slug}/", status=200).words
    order = [
        "Guided by",
        "Province",
        "Hosted and organised by",
        "University",
        "Institute",
        "Media partner",
        "Newspaper",
    ]
    found = [words.index(name) for name in order]
    assert found == sorted(found)
    assert words.count("Hosted and organised by") == 1
    client.language = "zh"
    words = client.get(f"/e/{event.slug}/", status=200).words
    for label in ("指导单位", "主办暨承办单位", "支持媒体"):
        assert label in words


def test_nobody_who_is_undisclosed_is_found_anywhere(client, event):
    until = now() + timedelta(days=1)
    secret = add_person(by=SYSTEM, given_en="Secret", family_en="Guest", family_zh="秘", given_zh="宾")
    known = add_person(by=SYSTEM, given_en="Known", family_en="Guest")
    place_person(event.id, secret.id, by=SYSTEM, undisclosed_until=until)
    place_person(event.id, known.id, by=SYSTEM)
    for path in ("/", f"/e/{event.slug}/", f"/e/{event.slug}/speakers", f"/e/{event.slug}/agenda"):
        source = client.get(path, status=200).get_data(as_text=True)
        assert "Secret" not in source
        assert "秘宾" not in source
    client.get(f"/e/{event.slug}/speakers/{secret.public_id}", status=404)
    assert "Known Guest" in client.get(f"/e/{event.slug}/", status=200).words
    with time_machine.travel(until + timedelta(seconds=1)):
        assert "Secret Guest" in client.get(f"/e/{event.slug}/", status=200).words
        client.get(f"/e/{event.slug}/speakers/{secret.public_id}", status=200)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_announcement_is_on_every_page_at_once_and_gone_at_once(client, event, language):
    registration = register_guest(make_category(event), 1)
    client.language = language
    pages = [
        f"/e/{event.slug}/",
        f"/e/{event.slug}/agenda",
        f"/e/{event.slug}/register",
        own_page(registration),
        f"/p/{pass_digits(registration)}",
    ]
    for path in pages:
        assert "Gate 2" not in client.get(path, status=200).words
    set_banner(event.id, "Gate 2 is closed", "2 号门关闭", by=SYSTEM)
    said = {"en": "Gate 2 is closed", "zh": "2 号门关闭"}[language]
    for path in pages:
        assert said in client.get(path, status=200).words
    set_banner(event.id, "", "", by=SYSTEM)
    for path in pages:
        assert said not in client.get(path, status=200).words


# -- The cover -----------------------------------------------------------------------------------------------------


def test_the_cover_is_a_sound_picture_that_is_kept_and_asked_for_again(client, event):
    answer = client.get(f"/e/{event.slug}/cover.svg", status=200)
    assert answer.mimetype == "image/svg+xml"
    assert ElementTree.fromstring(answer.get_data()).tag == "{http://www.w3.org/2000/svg}svg"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    again = client.get(f"/e/{event.slug}/cover.svg", headers={"If-None-Match": answer.headers["ETag"]}, status=304)
    assert again.get_data() == b""
    assert again.headers["ETag"] == answer.headers["ETag"]


def test_each_event_has_a_cover_of_its_own(client, event, new_event):
    other = new_event("other-2026")
    first, second = (client.get(f"/e/{slug}/cover.svg").get_data() for slug in (event.slug, other.slug))
    assert first != second


# -- What is not public --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "archived"])
def test_an_event_that_is_not_public_is_not_there_for_strangers(
    client, sign_in, visitor, user_with_role, new_event, state
):
    hidden = new_event("hidden", state=state)
    stranger = sign_in(visitor(), user_with_role("owner"))
    for somebody in (client, stranger):
        for path in PUBLIC_PAGES:
            somebody.get(f"/e/{hidden.slug}/{path}", status=404)
    token = client.get("/sign-in").tree.xpath("//input[@name='csrf_token']/@value")[0]
    client.post(f"/e/{hidden.slug}/register", data={"csrf_token": token}, status=404)


@pytest.mark.parametrize("state", ["draft", "archived"])
def test_its_team_sees_an_event_that_is_not_public(staff, new_event, state):
    hidden = new_event("hidden", state=state)
    for role in ("organiser", "door"):
        member = staff(role, hidden)
        for path in PUBLIC_PAGES:
            answer = member.get(f"/e/{hidden.slug}/{path}", status=200)
            assert "public" not in answer.headers["Cache-Control"]


def test_an_event_that_is_published_is_there_at_once(client, new_event):
    event = new_event("draft-2026", state="draft")
    client.get(f"/e/{event.slug}/", status=404)
    set_event_state(event.id, "published", by=SYSTEM)
    client.get(f"/e/{event.slug}/", status=200)


@pytest.mark.parametrize(
    "slug", ["nowhere", "DELTA-2026", "x" * 5000, "%E6%B1%9F", "%F0%9F%98%80", "%ED%A0%80", "a%20b", "'--"]
)
@pytest.mark.both_databases
def test_an_event_that_does_not_exist_is_not_found_in_words(client, event, slug):
    for path in ("", "register", "agenda"):
        answer = client.get(f"/e/{slug}/{path}", status=404)
        assert "We could not find this page. The link may be incomplete." in answer.words
