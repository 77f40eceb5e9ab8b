"""What other sites and a driver are shown of an event."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from eventapp.accounts.actor import SYSTEM
from eventapp.clock import now
from eventapp.events.actions import add_organisation, change_details, place_organisation, set_venue
from eventapp.events.models import Event
from eventapp.people.actions import place_person
from tests.agenda.stage import make_hall, make_item, make_person, make_session, publish
from tests.events.extremes import SLUG, make_extremes
from tests.ground.databases import BASE_URL
from tests.ground.visitors import Visitor
from tests.registration.guests import make_category, own_page, pass_digits, register_guest

SITE = "/e/delta-2026/"
CARD = "/e/delta-2026/card.png?in=en"


def facts_of(page: Any) -> dict[str, Any]:
    [script] = page.tree.xpath("//script[@type='application/ld+json']/text()")
    facts: dict[str, Any] = json.loads(script)
    return facts


def test_the_facts_of_an_event_stand_on_its_page_for_machines(event: Event, client: Visitor) -> None:
    make_category(event)
    set_venue(event.id, by=SYSTEM, name_en="Lake Hall", address_zh="湖滨路1号")
    host = add_organisation(by=SYSTEM, name_en="Lake University")
    place_organisation(event.id, host.id, "host", by=SYSTEM, label_en="Host", label_zh="")
    place_person(event.id, make_person().id, by=SYSTEM)
    assert facts_of(client.get(SITE, status=200)) == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": "Yangtze River Delta Summit",
        "alternateName": "长三角峰会",
        "startDate": event.starts_at.isoformat(),
        "endDate": event.ends_at.isoformat(),
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "url": f"{BASE_URL}/e/delta-2026/",
        "image": [f"{BASE_URL}{CARD}"],
        "location": {"@type": "Place", "name": "Lake Hall", "address": "湖滨路1号"},
        "organizer": [{"@type": "Organization", "name": "Lake University"}],
        "performer": [{"@type": "Person", "name": "Lan Chen"}],
        "offers": {
            "@type": "Offer",
            "url": f"{BASE_URL}/e/delta-2026/register",
            "price": "0",
            "priceCurrency": "CNY",
            "availability": "https://schema.org/InStock",
        },
    }


def test_the_facts_cannot_end_their_own_script(new_event: Callable[..., Event], client: Visitor) -> None:
    name = "</script><script>alert('&')</script>"
    new_event("sly", name_en=name)
    page = client.get("/e/sly/", status=200)
    assert facts_of(page)["name"] == name
    assert "<script>alert" not in page.get_data(as_text=True)


def test_whoever_is_undisclosed_is_not_among_the_facts(event: Event, client: Visitor) -> None:
    place_person(event.id, make_person().id, by=SYSTEM, undisclosed_until=now() + timedelta(days=1))
    assert "performer" not in facts_of(client.get(SITE, status=200))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_shared_link_has_a_picture_and_words(event: Event, client: Visitor, language: str) -> None:
    client.language = language
    page = client.get(SITE, status=200)
    told = {meta.get("property"): meta.get("content") for meta in page.tree.xpath("//meta[@property]")}
    assert told["og:title"] == {"en": "Yangtze River Delta Summit", "zh": "长三角峰会"}[language]
    assert told["og:image"] == f"{BASE_URL}{SITE}card.png?in={language}"
    picture = Image.open(io.BytesIO(client.get(f"{SITE}card.png?in={language}", status=200).get_data()))
    assert (picture.format, picture.size) == ("PNG", (1200, 630))


def test_the_picture_is_sent_once_until_its_words_change(event: Event, client: Visitor) -> None:
    first = client.get(CARD, status=200)
    assert first.headers["Cache-Control"] == "public, max-age=3600"
    known = {"If-None-Match": first.headers["ETag"]}
    assert client.get(CARD, status=304, headers=known).get_data() == b""
    change_details(event.id, by=SYSTEM, name_en="Lake Summit")
    assert client.get(CARD, status=200, headers=known).get_data() != first.get_data()


def test_the_longest_names_find_room_on_the_picture(client: Visitor) -> None:
    make_extremes()
    for language in ("en", "zh"):
        Image.open(io.BytesIO(client.get(f"/e/{SLUG}/card.png?in={language}", status=200).get_data())).verify()


def test_a_draft_has_no_picture_for_the_public(new_event: Callable[..., Event], client: Visitor) -> None:
    new_event("draft", state="draft")
    client.get("/e/draft/card.png", status=404)
    client.get("/e/draft/driver", status=404)


def test_the_front_page_tells_of_ceremonies_first(event: Event, client: Visitor) -> None:
    hall = make_hall(event)
    for hour in range(9, 15):
        make_session(event, hour, hour + 1, f"Forum {hour}", kind="forum", hall_id=hall.id)
    make_session(event, 15, 16, "Tea", kind="break")
    ceremony = make_session(event, 16, 17, "", kind="ceremony", hall_id=hall.id)
    make_item(ceremony, kind="signing")
    publish(event)
    page = client.get(SITE, status=200)
    titles = ["".join(title.itertext()).strip() for title in page.tree.xpath("//*[@class='highlight-title']")]
    assert titles == ["Forum 9", "Forum 10", "Forum 11", "Forum 12", "Ceremony"]
    assert "Signing" in page.words
    assert "The whole agenda: 8 sessions" in page.words


@pytest.mark.settings(app_env="development")
def test_in_development_the_front_page_leads_to_now_on_the_day(event: Event, client: Visitor) -> None:
    make_session(event, 10, 11, "Energy")
    publish(event)
    [link] = [address for words, address in client.get(SITE).links().items() if words.startswith("Show now-and-next")]
    page = client.get(link, status=200)
    assert "10:12" in page.words
    assert "On now" in page.words


def test_the_drivers_card_speaks_chinese_to_the_driver(event: Event, client: Visitor) -> None:
    client.get("/e/delta-2026/driver", status=404)
    set_venue(
        event.id, by=SYSTEM, name_en="Lake Hall", name_zh="湖畔厅", address_en="1 Lake Road", address_zh="湖滨路1号"
    )
    page = client.get("/e/delta-2026/driver", status=200)
    assert page.heading == "师傅您好，请送我到："
    assert page.tree.xpath("//p[@class='driver-address']/text()") == ["湖滨路1号"]
    assert "Lake Hall, 1 Lake Road" in page.words
    worker = client.get("/e/delta-2026/driver/worker.js", status=200)
    assert worker.headers["Service-Worker-Allowed"] == "/e/delta-2026/driver"


@pytest.mark.parametrize(("browser", "told"), [("Mozilla/5.0 MicroMessenger/8.0.44", True), ("Mozilla/5.0", False)])
def test_inside_wechat_a_guest_is_told_how_to_save(event: Event, client: Visitor, browser: str, told: bool) -> None:
    guest = register_guest(make_category(event))
    for address in (own_page(guest), f"/p/{pass_digits(guest)}"):
        page = client.get(address, status=200, headers={"User-Agent": browser})
        assert ("Open in browser" in page.words) is told
