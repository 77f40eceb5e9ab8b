"""Who watches the door sees how many came, by category and by five minutes, and is told at once when it changes."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from eventapp.accounts.actor import SYSTEM
from eventapp.checkin.actions import revoke_device
from eventapp.checkin.models import Device
from eventapp.checkin.queries import counts_text
from eventapp.db import db
from eventapp.registration.actions import withdraw_registration
from eventapp.streams import Streams
from tests.checkin.stage import a_scan, digits_of, make_checkpoint, make_guest

STREAM = "/api/v1/checkin/stats/stream"


# -- By category and by time ---------------------------------------------------------------------------------------


@pytest.mark.both_databases
@pytest.mark.usefixtures("morning")
def test_people_are_counted_once_in_their_category_wherever_they_are(event, gate, scanner_at):
    make_checkpoint(event, "hall", rule="visits")
    scanner = scanner_at()
    engineer, colleague, journalist = make_guest(event), make_guest(event), make_guest(event, category="media")
    make_guest(event)
    scanner.send(
        a_scan(digits_of(engineer)), a_scan(digits_of(engineer), checkpoint="hall"),
        a_scan(digits_of(colleague), checkpoint="hall"),
        a_scan(digits_of(colleague), checkpoint="hall", direction="out"),
        a_scan(digits_of(journalist)),
    )  # fmt: skip
    withdraw_registration(journalist.id, by=SYSTEM)
    told = scanner.get("stats")
    assert told["by_category"] == [
        {
            "code": "industry",
            "name": {"en": "Industry", "zh": "产业界", "colour": "#176b70"},
            "expected": 3,
            "admitted": 2,
            "inside": 1,
        },
        {
            "code": "media",
            "name": {"en": "Media", "zh": "媒体", "colour": "#8a2f5c"},
            "expected": 0,
            "admitted": 1,
            "inside": 1,
        },
    ]
    # Three at the gate and in the hall add up to three; the engineer is one person.
    assert (told["expected"], told["admitted"], told["inside"], told["present"]) == (3, 3, 3, 2)


@pytest.mark.both_databases
def test_arrivals_are_counted_by_five_minutes_of_the_event_s_clock(event, gate, scanner_at, morning):
    make_checkpoint(event, "hall")
    scanner = scanner_at()
    first, second, third = (make_guest(event) for _ in range(3))
    scanner.send(a_scan(digits_of(first)))
    morning.shift(timedelta(minutes=4, seconds=59))
    scanner.send(a_scan(digits_of(second)), a_scan(digits_of(first), checkpoint="hall"))
    morning.shift(timedelta(seconds=1))
    scanner.send(a_scan(digits_of(third)))
    assert scanner.get("stats")["by_five_minutes"] == [
        {"at": "2026-11-23T09:00:00+08:00", "admitted": 2},
        {"at": "2026-11-23T09:05:00+08:00", "admitted": 1},
    ]


def test_a_new_day_begins_with_nobody_at_four_in_the_morning(event, scanner, morning):
    guest, second = make_guest(event), make_guest(event)
    scanner.send(a_scan(digits_of(guest)))
    morning.move_to("2026-11-24T03:59:59+08:00")
    scanner.send(a_scan(digits_of(second)))
    assert [slot["at"] for slot in scanner.get("stats")["by_five_minutes"]] == [
        "2026-11-23T09:00:00+08:00",
        "2026-11-24T03:55:00+08:00",
    ]
    morning.shift(1)
    assert scanner.get("stats")["by_five_minutes"] == []


def test_when_the_event_is_over_its_last_day_is_shown(event, scanner, morning):
    last_morning = event.ends_at - timedelta(hours=2)
    morning.move_to(last_morning)
    scanner.send(a_scan(digits_of(make_guest(event))))
    morning.move_to(event.ends_at + timedelta(days=9))
    assert [slot["admitted"] for slot in scanner.get("stats")["by_five_minutes"]] == [1]


def test_an_entry_that_was_made_void_is_nobody_s_arrival(event, scanner):
    scanner.send(a_scan(digits_of(make_guest(event))))
    from eventapp.checkin.models import Admission
    from eventapp.clock import now

    db.session.query(Admission).update({"voided_at": now()})
    db.session.commit()
    told = scanner.get("stats")
    assert (told["admitted"], told["present"], told["by_five_minutes"]) == (0, 0, [])


# -- Told at once --------------------------------------------------------------------------------------------------


class Listener:
    """Somebody who keeps an event stream open, as a browser does."""

    def __init__(self, base_url: str, path: str, headers: dict[str, str]) -> None:
        address = urlsplit(base_url)
        self.connection = HTTPConnection(address.hostname or "", address.port, timeout=20)
        self.connection.request("GET", path, headers=headers)
        self.answer = self.connection.getresponse()

    def events(self) -> Iterator[dict[str, object]]:
        """The numbers as they are told, one after the other."""
        while line := self.answer.readline():
            if line.startswith(b"data: "):
                yield json.loads(line[len(b"data: ") :])

    def close(self) -> None:
        self.answer.close()
        self.connection.close()


def listen(server, token: str) -> Listener:
    return Listener(server.url, STREAM, {"Authorization": f"Bearer {token}"})


@pytest.mark.both_databases
def test_a_listener_is_told_the_numbers_at_once_and_whenever_they_change(event, scanner, serve):
    guest = make_guest(event)
    server = serve(workers=2, threads=4)
    listener = listen(server, scanner.token)
    assert listener.answer.status == 200
    assert listener.answer.headers["Content-Type"].startswith("text/event-stream")
    assert listener.answer.headers["Cache-Control"] == "no-store"
    events = listener.events()
    assert next(events)["admitted"] == 0
    scanner.send(a_scan(digits_of(guest)))
    told = next(events)
    assert told == scanner.get("stats")
    assert told["admitted"] == 1
    listener.close()


def test_streams_leave_threads_to_everybody_else_and_the_others_are_told_to_ask(event, scanner, serve):
    server = serve(workers=1, threads=8)
    listeners = [listen(server, scanner.token) for _ in range(2)]
    assert [listener.answer.status for listener in listeners] == [200, 200]
    refused = listen(server, scanner.token)
    assert refused.answer.status == 503
    assert json.loads(refused.answer.read())["type"] == "NoStreamFree"
    asking = Listener(server.url, "/api/v1/checkin/stats", {"Authorization": f"Bearer {scanner.token}"})
    assert json.loads(asking.answer.read())["expected"] == 0
    listeners[0].close()
    # The place is free again when the server notices that nobody listens, at the next word.
    deadline = time.monotonic() + 30
    while (again := listen(server, scanner.token)).answer.status == 503 and time.monotonic() < deadline:
        make_guest(event)
        time.sleep(0.5)
    assert again.answer.status == 200


def test_a_listener_hears_nothing_more_once_the_pairing_is_ended(event, scanner, serve):
    listener = listen(serve(workers=1, threads=4), scanner.token)
    events = listener.events()
    next(events)
    revoke_device(db.session.query(Device.id).scalar(), by=SYSTEM)
    assert list(events) == []


def test_a_server_that_is_stopped_waits_for_no_listener(event, scanner, serve):
    server = serve(workers=1, threads=4)
    listener = listen(server, scanner.token)
    next(listener.events())
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 8


# -- What it costs -------------------------------------------------------------------------------------------------


class Watched:
    """In place of the database's watch: says what it is told to."""

    def __init__(self) -> None:
        self.now: object = "first"

    def state(self) -> object:
        return self.now


@pytest.fixture
def quick(app, monkeypatch):
    monkeypatch.setattr("eventapp.streams.EVERY_SECONDS", 0.01)
    watch = Watched()
    return watch, Streams(app, watch, most=2, seconds=1)


def test_numbers_are_read_once_for_all_streams_and_only_when_something_was_committed(quick, event):
    watch, streams = quick
    read: list[str] = []

    def tell() -> str:
        read.append(watch.now)
        return f"numbers after {watch.now}"

    first, second = (streams.events("stats", tell, lambda: True) for _ in range(2))
    assert next(first).startswith("retry: ")
    assert next(second).startswith("retry: ")
    assert next(first) == next(second) == "event: counts\ndata: numbers after first\n\n"
    assert read == ["first"]
    watch.now = "second"
    assert next(first) == next(second) == "event: counts\ndata: numbers after second\n\n"
    assert read == ["first", "second"]
    # Nothing committed: after a while they are read anyway, for a day may have begun, and nothing new is told.
    assert next(first) == ": nothing new\n\n"
    assert read == ["first", "second", "second"]


def test_where_it_cannot_be_told_whether_something_changed_numbers_are_read_each_time(quick):
    watch, streams = quick
    watch.now = None
    said = iter(("one", "two", "two"))
    events = streams.events("stats", lambda: next(said), lambda: True)
    assert [next(events) for _ in range(4)][1:] == [
        "event: counts\ndata: one\n\n",
        "event: counts\ndata: two\n\n",
        ": nothing new\n\n",
    ]


def test_a_stream_ends_after_its_time_and_when_the_process_ends(quick):
    _watch, streams = quick
    assert len(list(streams.events("stats", lambda: "same", lambda: True))) >= 2
    streams.take()
    ended = threading.Timer(0.05, streams.end)
    ended.start()
    list(streams.events("stats", lambda: "same", lambda: True))
    ended.join()
    with pytest.raises(Exception, match="Too many pages"):
        streams.take()


def test_the_numbers_cost_the_same_for_few_and_for_many(event, scanner, count_statements):
    def cost() -> int:
        db.session.rollback()
        with count_statements() as statements:
            counts_text(event_id)
        return len(statements)

    event_id = event.id
    few = cost()
    for number in range(5):
        make_checkpoint(event, f"gate-{number}", categories=("industry",))
    scanner.send(*(a_scan(digits_of(make_guest(event))) for _ in range(20)))
    assert cost() == few <= 8
