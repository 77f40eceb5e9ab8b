"""Public pages are kept for the next guest, and never show what is not so any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from eventapp.accounts.actor import SYSTEM
from eventapp.clock import now
from eventapp.db import db
from eventapp.events.actions import set_banner, set_event_state
from eventapp.people.actions import add_person, place_person
from tests.operations.storms import change_banner


@pytest.fixture
def still() -> Callable[[], time_machine.travel]:
    """Time stands still: what is kept is kept for the second."""
    return lambda: time_machine.travel(now().replace(microsecond=0), tick=False)


@pytest.mark.both_databases
def test_the_second_guest_asks_the_database_nothing(client, visitor, event, still, count_statements):
    path = f"/e/{event.slug}/"
    with still():
        first = client.get(path)
        with count_statements() as statements:
            second = visitor().get(path)
    assert statements == []
    assert second.text == first.text
    own = {"Date", "X-Request-ID"}
    assert [pair for pair in second.headers if pair[0] not in own] == [
        pair for pair in first.headers if pair[0] not in own
    ]


@pytest.mark.both_databases
def test_a_change_is_shown_at_once(client, event, still):
    slug, event_id = event.slug, event.id
    with still():
        client.get(f"/e/{slug}/")
        set_banner(event_id, "The buses leave at noon", "", by=SYSTEM)
        assert "The buses leave at noon" in client.get(f"/e/{slug}/").words
        set_event_state(event_id, "draft", by=SYSTEM)
        client.get(f"/e/{slug}/", status=404)
        assert slug not in client.get("/").text


@pytest.mark.both_databases
@pytest.mark.storm
def test_a_change_by_another_process_is_shown_at_once(client, event, still, storm):
    slug, event_id = event.slug, event.id
    with still():
        for turn in range(3):
            client.get(f"/e/{slug}/")
            [outcome] = storm(change_banner, processes=1, threads=1, args=(event_id, f"Change number {turn}"))
            assert outcome.refusal is None
            assert f"Change number {turn}" in client.get(f"/e/{slug}/").words


@pytest.mark.both_databases
def test_a_kept_page_shows_no_half_done_change(client, event, app, still):
    """While a change is not committed, the old page is right; afterwards the new one is."""
    slug, event_id = event.slug, event.id
    with still():
        old = client.get(f"/e/{slug}/").text
        with db.engine.connect() as other:
            with other.begin():
                other.exec_driver_sql(f"UPDATE events SET banner_en = 'Moved' WHERE id = {event_id}")
                assert client.get(f"/e/{slug}/").text == old
            assert "Moved" in client.get(f"/e/{slug}/").words


def test_what_is_disclosed_by_the_clock_appears_by_the_clock(client, event):
    person = add_person(by=SYSTEM, given_en="Youmin", family_en="Xi")
    reveal = now().replace(microsecond=0) + timedelta(hours=1)
    place_person(event.id, person.id, by=SYSTEM, undisclosed_until=reveal)
    path = f"/e/{event.slug}/speakers"
    with time_machine.travel(reveal - timedelta(seconds=1), tick=False):
        assert "Youmin Xi" not in client.get(path).words
    with time_machine.travel(reveal, tick=False):
        assert "Youmin Xi" in client.get(path).words


def test_readers_of_two_languages_get_their_own(client, visitor, event, still):
    chinese = visitor()
    chinese.language = "zh"
    path = f"/e/{event.slug}/"
    with still():
        pages = [client.get(path), chinese.get(path), client.get(path), client.get(path + "?lang=zh")]
    assert [page.tree.get("lang") for page in pages] == ["en", "zh-CN", "en", "zh-CN"]
    assert "lang=zh" in pages[3].headers["Set-Cookie"]


def test_who_is_signed_in_gets_pages_of_their_own(client, staff, event, still):
    desk = staff("organiser")
    with still():
        guest = client.get(f"/e/{event.slug}/")
        desk.get(f"/e/{event.slug}/")
        assert client.get(f"/e/{event.slug}/").text == guest.text


def test_words_in_the_address_are_never_kept(client, event, still, count_statements):
    with still():
        client.get(f"/e/{event.slug}/?from=poster")
        with count_statements() as statements:
            client.get(f"/e/{event.slug}/?from=poster")
    assert statements != []


def test_a_kept_page_that_the_visitor_has_is_not_sent_again(client, event, still):
    path = f"/e/{event.slug}/agenda"
    with still():
        tag = client.get(path).headers["ETag"]
        client.get(path)
        client.get(path, headers={"If-None-Match": tag}, status=304)


def test_a_missing_page_is_not_kept(client, new_event, still):
    with still():
        client.get("/e/later/", status=404)
        new_event("later")
        client.get("/e/later/", status=200)
