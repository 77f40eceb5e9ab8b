"""A rush on the real site: clients over HTTP while its processes are killed, and more wishes than places."""

from __future__ import annotations

import http.client
import os
import secrets
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
from lxml import html
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.db import db
from eventapp.registration.actions import register_attendee, register_many
from eventapp.registration.actions.many import Arrival
from eventapp.registration.actions.register import Attendee
from eventapp.registration.models import Category, Places, Registration
from eventapp.sealing import token_hash
from tests.registration.guests import GUEST, assert_places_add_up, make_category, make_notice

CLIENTS = 16
SECONDS = 20
SECONDS_BETWEEN_KILLS = 3
SECONDS_TO_ANSWER = 60
PLACES = 300
WISHES = 3000
ONE_BY_ONE = 20
AT_A_TIME = 25
FORM = "/e/delta-2026/register"


@dataclass
class Client:
    """Somebody who registers one guest after the other, and sends a form again when no answer came."""

    number: int
    port: int
    until: float
    acknowledged: dict[str, str] = field(default_factory=dict)
    sent_again: int = 0
    said: list[str] = field(default_factory=list)

    def run(self) -> None:
        shown = self._until_answered("GET", FORM, None, {})
        controls = html.fromstring(shown.body).xpath("//form[@id='register']//input[@type='hidden']")
        self.hidden = {control.get("name"): control.get("value", "") for control in controls}
        self.headers = {
            "Cookie": "; ".join(cookie.split(";")[0] for cookie in shown.cookies),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        while time.monotonic() < self.until:
            self._register()

    def _register(self) -> None:
        email = f"guest-{self.number}-{len(self.acknowledged)}@example.org"
        form = {**self.hidden, "form_key": secrets.token_urlsafe(24), "given_en": "Lei", "email": email}
        form |= {"category": self.category, "consent": "y", "language": "en"}
        answer = self._until_answered("POST", FORM, urlencode(form), self.headers)
        if answer.status == 303:
            self.acknowledged[email] = answer.location.rpartition("/")[2]
        else:
            self.said.append(f"{answer.status} {answer.body[:300]!r}")

    category = ""

    def _until_answered(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        deadline = time.monotonic() + SECONDS_TO_ANSWER
        while True:
            try:
                return ask(self.port, method, path, body, headers)
            except (OSError, http.client.HTTPException):
                assert time.monotonic() < deadline, "the site never answered again"
                self.sent_again += 1
                time.sleep(0.05)


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    cookies: list[str]
    body: bytes


def ask(port: int, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        told = answer.headers
        return Answer(answer.status, told.get("Location", ""), told.get_all("Set-Cookie") or [], answer.read())
    finally:
        connection.close()


def workers_of(master: int) -> list[int]:
    """The worker processes of a gunicorn master, the oldest first."""
    return [int(child) for child in Path(f"/proc/{master}/task/{master}/children").read_text().split()]


def kill_workers(master: int, until: float, killed: list[int]) -> None:
    """Every few seconds one of the workers dies without a word; the master starts another one."""
    while time.monotonic() + SECONDS_BETWEEN_KILLS < until:
        time.sleep(SECONDS_BETWEEN_KILLS)
        killed.append(workers_of(master)[0])
        os.kill(killed[-1], signal.SIGKILL)


def rush(port: int, master: int, category: str) -> tuple[list[Client], list[int]]:
    """All clients at once for so many seconds, while workers are killed."""
    until = time.monotonic() + SECONDS
    clients = [Client(number, port, until) for number in range(CLIENTS)]
    for client in clients:
        client.category = category
    killed: list[int] = []
    threads = [threading.Thread(target=client.run) for client in clients]
    threads.append(threading.Thread(target=kill_workers, args=(master, until, killed)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS + SECONDS_TO_ANSWER)
    assert not any(thread.is_alive() for thread in threads)
    return clients, killed


def wish(index: int, event_id: int, category_id: int, notice_id: int, counts: list[int]) -> int:
    """So many further wishes by one caller: some one by one, the others a table at a time."""
    guests = [
        Attendee(name={"given_en": "Fang"}, email=f"late-{index}-{number}@example.org")
        for number in range(counts[index])
    ]
    keys = [f"late-{index:08}-{number:08}" for number in range(counts[index])]
    for guest, key in list(zip(guests, keys, strict=True))[:ONE_BY_ONE]:
        register_attendee(event_id, category_id, guest, by=GUEST, form_key=key, notice_id=notice_id)
    for start in range(ONE_BY_ONE, counts[index], AT_A_TIME):
        chosen = slice(start, start + AT_A_TIME)
        table = [Arrival(category_id, *pair) for pair in zip(guests[chosen], keys[chosen], strict=True)]
        register_many(event_id, table, by=SYSTEM, notice_id=notice_id)
    return counts[index]


@pytest.mark.storm
@pytest.mark.both_databases
@pytest.mark.timeout(240)
def test_every_acknowledged_registration_is_there_once_and_the_places_go_in_order(event, serve, storm):
    notice, category = make_notice(event), make_category(event, PLACES)
    server = serve(workers=2)
    clients, killed = rush(server.port, server.processes[0].pid, category.public_id)

    assert [client.said for client in clients if client.said] == []
    assert len(killed) >= SECONDS // SECONDS_BETWEEN_KILLS - 1
    assert len(set(killed)) == len(killed)
    acknowledged = {email: token for client in clients for email, token in client.acknowledged.items()}
    assert sum(client.sent_again for client in clients) > 0, "a killed process must have been felt"
    assert_all_there_once(category, acknowledged)

    come = len(acknowledged)
    assert come < WISHES
    counts = [(WISHES - come) // CLIENTS + (number < (WISHES - come) % CLIENTS) for number in range(CLIENTS)]
    outcomes = storm(wish, processes=2, threads=8, args=(event.id, category.id, notice.id, counts))
    assert [outcome.refusal for outcome in outcomes] == [None] * CLIENTS
    assert_first_come_first_served(category)


def assert_all_there_once(category: Category, acknowledged: dict[str, str]) -> None:
    db.session.rollback()
    rows = db.session.execute(select(Registration.email, Registration.link_hash)).all()
    assert {row.email: row.link_hash for row in rows} == {
        email: token_hash(token) for email, token in acknowledged.items()
    }
    assert len(rows) == len(acknowledged)
    assert_places_add_up(category.id)


def assert_first_come_first_served(category: Category) -> None:
    db.session.rollback()
    query = select(Registration.ticket, Registration.state).filter_by(category_id=category.id)
    rows = db.session.execute(query.order_by(Registration.ticket)).all()
    assert [row.ticket for row in rows] == list(range(1, WISHES + 1))
    assert [row.state for row in rows] == ["confirmed"] * PLACES + ["waiting"] * (WISHES - PLACES)
    assert Counter(row.state for row in rows) == {"confirmed": PLACES, "waiting": WISHES - PLACES}
    places = db.session.get_one(Places, category.places_id)
    assert (places.capacity, places.taken, places.next_ticket) == (PLACES, PLACES, WISHES + 1)
