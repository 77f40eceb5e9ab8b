"""What whoever runs the machine can ask it."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from eventapp.messaging.actions import enqueue_message
from eventapp.operations.actions import beat, stop_beating
from eventapp.operations.metrics import RequestCounter, clear_counts
from eventapp.operations.queries import workers_alive
from eventapp.operations.worker import heartbeat


def value(text: str, line: str) -> float:
    """The number behind a line's name and labels."""
    found = re.search(rf"^{re.escape(line)} (\S+)$", text, re.MULTILINE)
    assert found, f"no line {line} in\n{text}"
    return float(found[1])


def test_a_process_that_answers_is_healthy_and_ready(client):
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json["status"] == "ok"


def test_figures_tell_requests_by_route_and_never_by_path(client, event):
    client.get(f"/e/{event.slug}/")
    client.get(f"/e/{event.slug}/agenda")
    client.get("/p/" + "1" * 184, status=404)
    text = client.get("/metrics").text
    assert value(text, 'eventapp_request_seconds_count{method="GET",route="/e/<event>/",status="200"}') == 1
    assert (
        value(text, 'eventapp_request_seconds_bucket{method="GET",route="/e/<event>/agenda",status="200",le="+Inf"}')
        == 1
    )
    assert "1" * 20 not in text
    assert event.slug not in text


@pytest.mark.both_databases
def test_figures_tell_what_the_database_holds(client, app):
    enqueue_message(cause="a", recipient="a@example.org", language="en", template="sign_in_link", values={})
    beat("worker one")
    text = client.get("/metrics").text
    assert value(text, 'eventapp_messages{state="queued"}') == 1
    assert value(text, 'eventapp_messages{state="failed"}') == 0
    assert value(text, 'eventapp_registrations{state="confirmed"}') == 0
    assert value(text, "eventapp_workers_alive") == 1


def test_figures_are_in_the_form_that_prometheus_reads(client):
    answer = client.get("/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    line = re.compile(r'(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)*\})? [0-9.e+-]+)')
    assert [text for text in answer.text.splitlines() if not line.fullmatch(text)] == []


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_whoever_comes_through_a_proxy_on_this_machine_sees_no_figures(client, header):
    client.get("/metrics", headers={header: "203.0.113.7"}, status=403)


def test_another_machine_sees_no_figures(client):
    client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.7"}, status=403)
    # Without METRICS_TOKEN no token opens them, the empty one included.
    for given in ("Bearer ", "Bearer x"):
        client.get(
            "/metrics", environ_base={"REMOTE_ADDR": "203.0.113.7"}, headers={"Authorization": given}, status=403
        )


@pytest.mark.settings(metrics_token="a token for the one who measures")
def test_another_machine_sees_the_figures_with_the_token(client):
    far = {"REMOTE_ADDR": "203.0.113.7"}
    right = {"Authorization": "Bearer a token for the one who measures", "X-Forwarded-For": "203.0.113.7"}
    client.get("/metrics", environ_base=far, headers=right, status=200)
    client.get("/metrics", environ_base=far, headers={"Authorization": "Bearer a token"}, status=403)


def test_processes_count_together_and_what_has_ended_still_counts(tmp_path):
    first, second = RequestCounter(), RequestCounter()
    first.share(tmp_path)
    second.share(tmp_path)
    first.count("GET / 200", 0.004)
    second.count("GET / 200", 0.3)
    second.count("GET /x 404", 9.0)
    totals = second.totals()
    assert totals["GET / 200"][0] == 2
    assert round(totals["GET / 200"][1], 6) == 0.304
    assert totals["GET / 200"][2:] == (1, 1, 1, 1, 1, 1, 2, 2, 2, 2)
    assert totals["GET /x 404"] == (1.0, 9.0, *[0.0] * 10)
    clear_counts(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_counting_holds_at_many_names_and_many_threads():
    counter = RequestCounter()
    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(lambda number: counter.count(f"GET /{number % 300} 200", 0.01), range(6000)))
    totals = counter.totals()
    assert (len(totals), {numbers[0] for numbers in totals.values()}) == (300, {20})


def test_a_flood_of_names_is_cut_off_and_breaks_nothing(tmp_path):
    counter = RequestCounter()
    counter.share(tmp_path)
    for number in range(5000):
        counter.count(f"GET /{number} 200", 0.01)
    assert len(counter.totals()) == 4096


@pytest.mark.both_databases
def test_a_worker_is_alive_while_it_beats(app):
    with heartbeat(app, seconds=0.05):
        deadline = time.monotonic() + 10
        while workers_alive() != 1 and time.monotonic() < deadline:
            time.sleep(0.05)
            _forget_what_was_read()
        assert workers_alive() == 1
    _forget_what_was_read()
    assert workers_alive() == 0


@pytest.mark.both_databases
def test_any_number_of_workers_beat_and_each_goes_alone(app):
    for name in ("one", "two", "one"):
        beat(name)
    assert workers_alive() == 2
    stop_beating("one")
    assert workers_alive() == 1


def test_two_processes_of_the_real_server_tell_one_sum(serve, event):
    server = serve(workers=2)
    for _ in range(12):
        connection = HTTPConnection(urlsplit(server.url).netloc, timeout=10)
        connection.request("GET", f"/e/{event.slug}/")
        assert connection.getresponse().status == 200
        connection.close()
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=10)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    assert value(text, 'eventapp_request_seconds_count{method="GET",route="/e/<event>/",status="200"}') == 12


def _forget_what_was_read() -> None:
    from eventapp.db import db

    db.session.rollback()
