"""What clients do: each a script of requests, with what is expected of the answers asserted on the way."""

from __future__ import annotations

import html
import itertools
import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from bench.load import Answer, Script

VERSION = b" HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: en\r\n"
FIELD = re.compile(rb'<input\b[^>]*?name="(csrf_token|form_key|notice_id)"[^>]*?value="([^"]*)"')
REVERSED = re.compile(rb'<input\b[^>]*?value="([^"]*)"[^>]*?name="(csrf_token|form_key|notice_id)"')
# The boxes of a form of which one is ticked, and the questions that are answered in words.
OFFERED = {
    name: re.compile(rb'<input\b[^>]*?name="' + name.encode() + rb'"[^>]*?value="([^"]*)"')
    for name in ("category", "q_shuttle", "booked_sessions")
}
ASKED = {"q_topic": "Clean water", "q_years": "7"}
DEEP_SLUG = "deep-fair"
COOKIE = re.compile(rb"\r\nSet-Cookie: (session=[^;]+)", re.IGNORECASE)
LOCATION = re.compile(rb"\r\nLocation: (\S+)", re.IGNORECASE)
SEARCHES = ("shen", "叶听", "ouyang", "guanyu", "sgy", "garden wall", "席", "4711")


@dataclass(frozen=True)
class Facts:
    """What the scripts need to know of the sample; the codes stand in a file, one a line."""

    slug: str
    tokens: tuple[str, ...]
    codes: str
    checkpoint: str
    clients: int
    batch: int = 1


@dataclass(frozen=True)
class Workload:
    """A row of the table. `units` are what is counted: a batch of 100 scans counts 100."""

    name: str
    script: Script
    unit: str = "request"
    units: int = 1
    checkpoint: str = ""


def get(path: str, headers: bytes = b"") -> bytes:
    return b"GET " + path.encode() + VERSION + headers + b"\r\n"


def post(path: str, body: bytes, kind: bytes, headers: bytes) -> bytes:
    length = str(len(body)).encode()
    return (
        b"POST " + path.encode() + VERSION + headers + b"Content-Type: " + kind + b"\r\nContent-Length: " + length
        + b"\r\n\r\n" + body
    )  # fmt: skip


def one_page(path: str) -> Script:
    """The same page again and again."""
    return _Page(path)


@dataclass(frozen=True)
class _Page:
    path: str

    def __call__(self, number: int, facts: Facts) -> Iterator[bytes | None]:
        request = get(self.path.format(slug=facts.slug if facts else ""))
        while True:
            answer = yield request
            expect(answer, 200)
            yield None


def scans(number: int, facts: Facts) -> Iterator[Any]:
    """Passes that were not scanned before, one or many in a request; every signature is a real one."""
    codes = _codes(facts.codes)
    own = itertools.cycle(codes[number :: facts.clients])
    headers = b"Authorization: Bearer " + facts.tokens[number % len(facts.tokens)].encode() + b"\r\n"
    while True:
        batch = [_scan(code, facts.checkpoint) for code in itertools.islice(own, facts.batch)]
        body = json.dumps({"scans": batch}).encode()
        answer = yield post("/api/v1/checkin/scans", body, b"application/json", headers)
        expect(answer, 200)
        assert b'"admitted"' in answer.body or b'"already_in"' in answer.body, answer.body[:200]
        assert b'"forged"' not in answer.body
        yield None


@lru_cache(maxsize=1)
def _codes(path: str) -> list[str]:
    return Path(path).read_text().split()


def _scan(code: str, checkpoint: str) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "code": code,
        "checkpoint": checkpoint,
        "direction": "in",
        "scanned_at": "2026-11-23T08:59:12.345+08:00",
        "method": "camera",
        "offline": False,
        "override": None,
    }


def registrations(number: int, facts: Facts) -> Iterator[Any]:
    """The form, the answer to it, and the guest's own page."""
    return _registering(f"/e/{facts.slug}/register", number)


def deep_registrations(number: int, facts: Facts) -> Iterator[Any]:
    """The same where places are limited, questions are asked, and a session with seats is booked along with it."""
    return _registering(f"/e/{DEEP_SLUG}/register", number)


def _registering(path: str, number: int) -> Iterator[Any]:
    for turn in itertools.count():
        answer = yield get(path)
        expect(answer, 200)
        fields = {name.decode(): html.unescape(value.decode()) for name, value in FIELD.findall(answer.body)}
        fields |= {name.decode(): html.unescape(value.decode()) for value, name in REVERSED.findall(answer.body)}
        fields |= _typed(number, turn) | chosen(answer.body, turn)
        cookie = COOKIE.search(answer.head)
        assert cookie, "the form set no cookie"
        headers = b"Cookie: " + cookie[1] + b"\r\n"
        kind = b"application/x-www-form-urlencoded"
        answer = yield post(path, urlencode(fields).encode(), kind, headers)
        expect(answer, 303)
        location = LOCATION.search(answer.head)
        assert location
        answer = yield get(location[1].decode(), headers)
        expect(answer, 200)
        yield None


def chosen(page: bytes, turn: int) -> dict[str, str]:
    """One of what is offered of each kind, another one at each turn; and what is asked besides."""
    chosen = {
        name: found[turn % len(found)].decode() for name, pattern in OFFERED.items() if (found := pattern.findall(page))
    }
    return chosen | {name: text for name, text in ASKED.items() if f'name="{name}"'.encode() in page}


def _typed(number: int, turn: int) -> dict[str, str]:
    return {
        "given_en": f"Guest {number}",
        "family_en": f"Number {turn}",
        "name_zh": "席酉民",
        "email": f"guest.{number}.{turn}.{uuid.uuid4().hex[:8]}@example.org",
        "organisation": "Garden Wall University",
        "position": "Lecturer",
        "language": "en",
        "consent": "y",
    }


def searches(number: int, facts: Facts) -> Iterator[Any]:
    """Guests by name, pinyin, initials, organisation, last digits."""
    headers = b"Authorization: Bearer " + facts.tokens[number % len(facts.tokens)].encode() + b"\r\n"
    for turn in itertools.count(number):
        answer = yield get(f"/api/v1/checkin/search?q={quote(SEARCHES[turn % len(SEARCHES)])}", headers)
        expect(answer, 200)
        yield None


def expect(answer: Answer, status: int) -> None:
    assert answer.status == status, f"{answer.status} in place of {status}: {answer.body[:120]!r}"


WORKLOADS = (
    Workload("scan, one by one", scans, "scan", 1, "single"),
    Workload("scans, 100 at once", scans, "scan", 100, "hundred"),
    Workload("scans, 1,000 at once", scans, "scan", 1_000, "thousand"),
    Workload("registration (form, post, result)", registrations, "registration"),
    Workload("registration, limited places, questions, booking", deep_registrations, "registration"),
    Workload("front page", one_page("/")),
    Workload("event's front page", one_page("/e/{slug}/")),
    Workload("agenda of 200 sessions", one_page("/e/{slug}/agenda")),
    Workload("door search", searches),
)
