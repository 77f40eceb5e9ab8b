"""What goes out before Flask begins is, word for word, what Flask would have answered; and who brings more words goes the long way."""

from __future__ import annotations

import contextvars
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from flask import Flask, request

from eventapp.accounts.actor import SYSTEM
from eventapp.clock import now
from eventapp.events.actions import set_banner
from eventapp.ready_answers import ReadyAnswers

OWN = {"Date", "X-Request-ID"}
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def still() -> Iterator[None]:
    """Time stands still, within a minute."""
    with time_machine.travel(now().replace(second=10, microsecond=0), tick=False):
        yield


@pytest.fixture
def asked(app: Flask) -> list[str]:
    """The paths that came through to Flask, as they come."""
    paths: list[str] = []
    app.before_request_funcs[None].insert(0, lambda: paths.append(request.full_path.rstrip("?")))
    return paths


def fetch(app: Flask, path: str, **headers: str) -> Any:
    """One GET of somebody who brings nothing but these headers."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    # Outside the test's own application context, as in a server.
    return contextvars.Context().run(app.test_client(use_cookies=False).get, path, headers={**ENGLISH, **given})


def shared(answer: Any) -> list[tuple[str, str]]:
    return sorted(pair for pair in answer.headers if pair[0] not in OWN)


@pytest.mark.both_databases
def test_the_third_guest_is_answered_before_flask_begins_and_gets_the_same(app, event, asked):
    path = f"/e/{event.slug}/agenda"
    made, kept, ready = (fetch(app, path) for _ in range(3))
    assert asked == [path, path]
    assert made.data == kept.data == ready.data
    assert shared(made) == shared(kept) == shared(ready)
    assert len({answer.headers["X-Request-ID"] for answer in (made, kept, ready)}) == 3


def test_who_has_the_page_already_is_told_so_in_the_same_words(app, event, asked):
    path = f"/e/{event.slug}/agenda"
    tag = fetch(app, path).headers["ETag"]
    slow = fetch(app, path, If_None_Match=tag)
    fetch(app, path)
    del asked[:]
    quick = fetch(app, path, If_None_Match=tag)
    assert (slow.status_code, quick.status_code, quick.data, asked) == (304, 304, b"", [])
    assert shared(quick) == shared(slow)
    assert fetch(app, path, If_None_Match='"another"').status_code == 200


@pytest.mark.both_databases
def test_after_a_change_nobody_gets_the_answer_of_before(app, event):
    pages = f"/e/{event.slug}/", f"/e/{event.slug}/agenda"
    tags = [[fetch(app, path) for _ in range(3)][-1].headers.get("ETag", "") for path in pages]
    set_banner(event.id, "The buses leave at noon", "", by=SYSTEM)
    for path, tag in zip(pages, tags, strict=True):
        assert "The buses leave at noon" in fetch(app, path, If_None_Match=tag).text
        assert "The buses leave at noon" in fetch(app, path).text


@pytest.mark.parametrize(
    "more",
    [
        {"Cookie": "session=x"},
        {"Cookie": "lang=en; session=x"},
        {"Range": "bytes=0-10"},
        {"If_Modified_Since": "Mon, 23 Nov 2026 01:00:00 GMT"},
    ],
    ids=lambda more: " ".join(f"{name} {value}" for name, value in more.items()),
)
def test_who_brings_more_words_goes_the_long_way(app, event, asked, more):
    path = f"/e/{event.slug}/"
    for _ in range(3):
        fetch(app, path)
    del asked[:]
    fetch(app, path, **more)
    assert asked == [path]


def test_each_language_and_host_and_wechat_have_their_own(app, event, asked):
    path = f"/e/{event.slug}/"
    for _ in range(3):
        english = fetch(app, path)
        chinese = fetch(app, path, Accept_Language="zh-CN,zh;q=0.9")
        chosen = fetch(app, path, Cookie="lang=zh")
        fetch(app, path, Host="summit.example")
        fetch(app, path, User_Agent="Mozilla/5.0 MicroMessenger/8.0")
    assert english.data != chinese.data
    assert chosen.data == chinese.data
    # Each was made and kept once before it was ready, but for the second Chinese one, which was made already.
    assert len(asked) == 9


def test_pages_with_a_query_and_what_is_posted_go_the_long_way(app, event, asked):
    path = f"/e/{event.slug}/"
    for _ in range(3):
        fetch(app, path)
    del asked[:]
    chinese = fetch(app, f"{path}?lang=zh")
    posted = app.test_client().post(path, headers=ENGLISH)
    assert asked == [f"{path}?lang=zh", path]
    assert "lang=zh" in chinese.headers["Set-Cookie"]
    assert posted.status_code == 405


def test_ready_answers_are_counted_and_logged_like_all_others(app, event, capsys):
    path = f"/e/{event.slug}/agenda"
    for _ in range(3):
        fetch(app, path)
    totals = app.extensions["request_counter"].totals()
    assert totals["GET /e/<event>/agenda 200"][0] == 3
    lines = [line for line in capsys.readouterr().err.splitlines() if '"answered"' in line]
    assert [line.count('"route": "/e/<event>/agenda", "status": 200') for line in lines] == [1, 1, 1]


def test_there_is_an_end_to_how_many_are_kept(app, event, monkeypatch):
    monkeypatch.setattr("eventapp.ready_answers.MOST_ANSWERS", 5)
    path = f"/e/{event.slug}/"
    fetch(app, path)
    for number in range(20):
        assert fetch(app, path, Accept=f"text/html;q=0.{number}").status_code == 200
    front = app.wsgi_app
    assert isinstance(front, ReadyAnswers)
    assert 0 < len(front._answers) <= 5
