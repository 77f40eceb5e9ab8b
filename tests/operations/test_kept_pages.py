"""Public pages are kept for the next guest, and never show what is not so any more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from eventapp.accounts.actor import SYSTEM
from eventapp.agenda import public as agenda_public
from eventapp.agenda.actions import create_session, release_agenda, resize_session
from eventapp.clock import now
from eventapp.db import Base, Moment, db
from eventapp.events.actions import add_hall, set_banner, set_event_state
from eventapp.kept_pages import BORDERS, KeptPages
from eventapp.people.actions import add_person, place_person
from tests.operations.storms import change_banner

# Moments that lie in the past when they are stored.
PAST = frozenset({
    "created_at", "changed_at", "at", "used_at", "revoked_at", "paired_at", "received_at", "admitted_at", "left_at",
    "voided_at", "sent_at", "released_at", "seen_at", "started_at", "asked_at", "answered_at", "reminded_at", "replied_at",
    "given_at", "withdrawn_at", "published_at", "scanned_at", "done_at", "ended_at", "archived_at", "purged_at",
    "opened_at", "last_used_at", "undone_at", "corrected_at", "other_at", "roster_at", "last_seen_at", "decided_at",
    "starred_at", "made_at", "settled_at",
})  # fmt: skip
# Moments that may come, and that no public page tells of.
NO_BORDERS = {
    "sign_in_links.expires_at", "checkpoints.opens_at", "checkpoints.closes_at", "devices.pairing_expires_at",
    "devices.valid_from", "devices.valid_until",
    "outbox_messages.next_attempt_at", "outbox_messages.leased_until", "mailings.send_at", "speaker_invitations.next_reminder_at",
    "access_codes.expires_at", "api_tokens.expires_at", "bookings.offer_expires_at", "invitations.expires_at",
    "registration_settings.changes_until", "registrations.offer_expires_at", "agenda_releases.publish_at",
    "release_notices.send_at", "unavailabilities.starts_at", "unavailabilities.ends_at",
}  # fmt: skip


@pytest.fixture
def still() -> Callable[[], time_machine.travel]:
    """Time stands still, within a minute."""
    return lambda: time_machine.travel(now().replace(second=10, microsecond=0), tick=False)


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


def test_a_page_is_kept_until_the_minute_is_full(client, event, count_statements):
    path = f"/e/{event.slug}/agenda"
    minute = now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    for moment, is_made in ((0, True), (59, False), (60, True), (30, True)):
        with time_machine.travel(minute + timedelta(seconds=moment), tick=False), count_statements() as statements:
            client.get(path)
        assert bool(statements) == is_made, f"at second {moment}:\n" + "\n".join(statements)


@pytest.mark.both_databases
def test_a_session_that_begins_within_a_minute_is_marked_at_once(client, event):
    hall = add_hall(event.id, by=SYSTEM, name_en="Hall")
    begins = event.starts_at.replace(second=0, microsecond=0) + timedelta(seconds=20)
    row = create_session(
        event.id,
        by=SYSTEM,
        kind="forum",
        hall_id=hall.id,
        title_en="Opening",
        starts_at=begins,
        ends_at=begins + timedelta(hours=1),
    )
    release_agenda(event.id, by=SYSTEM)
    # The draft moves on; what the public sees stays at its hour.
    resize_session(row.id, by=SYSTEM, starts_at=begins - timedelta(minutes=10), ends_at=begins + timedelta(hours=1))
    path = f"/e/{event.slug}/agenda"
    for seconds, marked in ((-1, False), (0, True)):
        with time_machine.travel(begins + timedelta(seconds=seconds), tick=False):
            assert ("On now" in client.get(path).tree.xpath("//ol")[0].text_content()) == marked


def test_every_stored_moment_is_a_border_or_is_known_to_be_none():
    """A new column of this type: does a public page read otherwise when it comes? Then name it in BORDERS, else here."""
    moments = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Moment)
    }
    borders = {f"{table}.{name}" for table, names in BORDERS.items() for name in names}
    assert borders <= moments
    assert {moment for moment in moments - borders if moment.partition(".")[2] not in PAST} == NO_BORDERS


def test_guests_who_come_together_wait_for_one_making(app, event, monkeypatch):
    """Eight guests at once, and one page is made; the naive way, each making their own, is what happens without the lock."""
    slug, made = event.slug, []
    real = agenda_public.public_agenda

    def slow(*arguments: Any, **options: Any) -> Any:
        made.append(threading.get_ident())
        time.sleep(0.3)
        return real(*arguments, **options)

    monkeypatch.setattr(agenda_public, "public_agenda", slow)
    together = threading.Barrier(8)

    def visit(_number: int) -> tuple[int, bytes]:
        together.wait(10)
        answer = app.test_client().get(f"/e/{slug}/agenda")
        return answer.status_code, answer.data

    def pages() -> list[tuple[int, bytes]]:
        made.clear()
        with ThreadPoolExecutor(8) as threads:
            return list(threads.map(visit, range(8)))

    found = pages()
    assert len(made) <= 2, "one for those who came before it was begun, and one for those who came after"
    assert {status for status, _page in found} == {200}
    assert len({page for _status, page in found}) == 1
    monkeypatch.setattr(KeptPages, "lock_of", lambda _self, _key: threading.Lock())
    set_banner(event.id, "Another page", "", by=SYSTEM)
    pages()
    assert len(made) == 8


def test_who_comes_after_a_change_never_gets_the_page_begun_before_it(app, event, monkeypatch):
    slug, event_id, entered, go_on = event.slug, event.id, threading.Event(), threading.Event()
    real = agenda_public.public_agenda

    def held(*arguments: Any, **options: Any) -> Any:
        days = real(*arguments, **options)
        if not entered.is_set():
            entered.set()
            assert go_on.wait(10)
        return days

    monkeypatch.setattr(agenda_public, "public_agenda", held)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(lambda: app.test_client().get(f"/e/{slug}/agenda").text)
        assert entered.wait(10)
        set_banner(event_id, "The buses leave at noon", "", by=SYSTEM)
        second = threads.submit(lambda: app.test_client().get(f"/e/{slug}/agenda").text)
        time.sleep(0.2)
        go_on.set()
        assert "The buses leave at noon" not in first.result(10)
        assert "The buses leave at noon" in second.result(10)


def test_a_page_that_fails_leaves_nobody_waiting(client, event, monkeypatch, app):
    def broken(*_arguments: Any, **_options: Any) -> Any:
        raise RuntimeError("broken")

    with monkeypatch.context() as patched:
        patched.setattr(agenda_public, "public_agenda", broken)
        client.get(f"/e/{event.slug}/agenda", status=500)
    client.get(f"/e/{event.slug}/agenda", status=200)
