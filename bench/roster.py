"""`python -m bench.roster`: what the roster costs a device, in bytes on the way and in seconds.

The first sync of a device, one that finds nothing new, and what changed since: one guest's entry, then a thousand, then
all of them. `make test` runs it with few guests.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import update

from bench import ground
from eventapp import create_app
from eventapp.db import db, transaction
from eventapp.demo.crowd import CROWD_SLUG
from eventapp.events.queries import find_event
from eventapp.registration.models import Registration

PAGE = 2_000
HEADER = (
    "| what | database | guests | pages | KiB on the way | KiB of JSON | seconds |\n|---|---|---:|---:|---:|---:|---:|"
)


@dataclass
class Sync:
    """What one sync of a device took."""

    guests: int = 0
    pages: int = 0
    sent: int = 0
    json: int = 0
    seconds: float = 0.0

    def line(self, what: str, kind: str) -> str:
        sizes = f"{self.sent / 1024:,.0f} | {self.json / 1024:,.0f}"
        return f"| {what} | {kind} | {self.guests:,} | {self.pages} | {sizes} | {self.seconds:.2f} |"


@dataclass
class Phone:
    """A device that keeps a cursor."""

    port: int
    token: str
    cursor: str = ""

    def sync(self) -> Sync:
        """Fetch all that is new, page by page, over one connection."""
        done, began = Sync(), time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        for page, sent, size in self._pages(connection):
            self.cursor = page["cursor"]
            done.pages, done.guests = done.pages + 1, done.guests + len(page["changed"])
            done.sent, done.json = done.sent + sent, done.json + size
        connection.close()
        done.seconds = time.perf_counter() - began
        return done

    def scan(self, codes: list[str]) -> None:
        """Let these in at the gate."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        for start in range(0, len(codes), 500):
            part = codes[start : start + 500]
            scans = [{"id": str(uuid.uuid4()), "code": code, "checkpoint": "gate"} for code in part]
            answer = self._ask(connection, "POST", "scans", json.dumps({"scans": scans}))
            assert b'"admitted"' in answer
        connection.close()

    def _pages(self, connection: http.client.HTTPConnection) -> Iterator[tuple[Any, int, int]]:
        while True:
            packed = self._ask(connection, "GET", f"roster?since={self.cursor}&limit={PAGE}")
            plain = gzip.decompress(packed) if packed[:2] == b"\x1f\x8b" else packed
            page = json.loads(plain)
            yield page, len(packed), len(plain)
            if not page["more"]:
                return

    def _ask(self, connection: http.client.HTTPConnection, method: str, path: str, body: str | None = None) -> bytes:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        connection.request(method, f"/api/v1/checkin/{path}", body, {**headers, "Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == 200, content[:300]
        return content


def measure(kind: str, folder: Path, attendees: int) -> Iterator[str]:
    """The lines of the table for one kind of database."""
    folder.mkdir(parents=True)
    with ground.database(kind, folder) as url:
        facts = ground.fill(url, folder, attendees, [1, 2])
        with ground.site(url, folder, 2) as (port, _parents):
            phone, door = (Phone(port, token) for token in facts.tokens[:2])
            codes = Path(facts.codes).read_text().split()
            yield phone.sync().line("first sync", kind)
            yield phone.sync().line("nothing new", kind)
            door.scan(codes[:1])
            yield phone.sync().line("one guest came", kind)
            door.scan(codes[1:1_001])
            yield phone.sync().line("a thousand came", kind)
            _seat_everybody(url, folder)
            yield phone.sync().line("everybody has another seat", kind)


def _seat_everybody(url: str, folder: Path) -> None:
    app = create_app(ground.settings_for(url, folder))
    with app.app_context():
        event = find_event(CROWD_SLUG)
        assert event is not None
        with transaction() as session:
            seated = update(Registration).where(Registration.event_id == event.id).values(seat_label="B 12")
            session.execute(seated.execution_options(synchronize_session=False))
        db.session.remove()
        db.engine.dispose()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench.roster", description=__doc__)
    parser.add_argument("--attendees", type=int, default=50_000)
    parser.add_argument("--databases", type=lambda text: text.split(","), default=["sqlite", "postgresql"])
    asked = parser.parse_args(arguments)
    sys.stdout.write(HEADER + "\n")
    with tempfile.TemporaryDirectory(prefix="eventapp-bench-") as folder:
        for kind in asked.databases:
            for line in measure(kind, Path(folder) / kind, asked.attendees):
                sys.stdout.write(line + "\n")
                sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
