"""A day at the door with bad networks: simulated devices that decide by themselves, queue, and send when they can."""

from __future__ import annotations

import http.client
import json
import random
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

SCANS, ROSTER = "/api/v1/checkin/scans", "/api/v1/checkin/roster"
PATIENCE_SECONDS = 10
BATCH = 100
SECONDS_TO_DECIDE = 0.02
NET_FAILURES = (OSError, http.client.HTTPException, ValueError)


@dataclass
class Site:
    """Where the server is at this moment; it moves when it is killed and started again."""

    url: str


@dataclass
class Guest:
    """What a guest carries: the code on the pass, and whose it is."""

    public_id: str
    code: str
    serial: int


@dataclass
class Made:
    """A scan as the device made it; `let_in` is what the guest saw happen."""

    body: dict[str, Any]
    guest: Guest
    let_in: bool = False
    answer: str = ""


@dataclass
class OfflineDevice:
    """One phone: its clock is wrong by `offset_ms`, its network comes and goes."""

    name: str
    token: str
    gates: tuple[str, ...]
    site: Site
    chance: random.Random
    offset_ms: int
    cursor: str = ""
    roster: dict[str, dict[str, Any]] = field(default_factory=dict)
    inside: dict[tuple[str, str], bool] = field(default_factory=dict)
    queue: list[Made] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)
    connected: bool = True

    def scan(self, guest: Guest) -> None:
        """Somebody shows a pass."""
        if self.chance.random() < 0.05:
            self.connected = not self.connected
        if self.connected and (self.queue or self.chance.random() < 0.05):
            self.sync()
        gate = self.chance.choice(self.gates)
        way = "out" if gate == "lounge" and self.inside.get((guest.public_id, gate)) else "in"
        one = Made(
            {
                "id": str(uuid.uuid4()),
                "code": guest.code,
                "checkpoint": gate,
                "direction": way,
                "scanned_at": self._clock(),
                "method": "camera",
            },
            guest,
        )
        self.made.append(one)
        if not (self.connected and not self.queue and self._asks(one)):
            self._decide(one)

    def sync(self) -> None:
        """Send what waits, and hear what is new; whatever fails is tried again another time."""
        if self._flush():
            self._hear()

    def settle(self) -> None:
        """The evening: there is a network again."""
        self.connected = True
        for _ in range(50):
            self.sync()
            if not self.queue:
                return
            time.sleep(0.2)
        raise AssertionError(f"{self.name} could not send {len(self.queue)} scans")

    def repeat(self, number: int) -> list[tuple[Made, str]]:
        """Scans sent once more, with the answers of now."""
        again = self.chance.sample(self.made, min(number, len(self.made)))
        return list(zip(again, self._send(again) or [], strict=True))

    def _asks(self, one: Made) -> bool:
        answers = self._send([one])
        if answers is None:
            return False
        self._take(one, answers[0])
        one.let_in = json.loads(answers[0])["verdict"] == "admitted"
        self._remember(one, json.loads(answers[0])["verdict"])
        return True

    def _decide(self, one: Made) -> None:
        time.sleep(SECONDS_TO_DECIDE)
        verdict = self._verdict(one)
        one.body |= {"offline": True, "local": verdict}
        one.let_in = verdict == "admitted"
        self._remember(one, verdict)
        self.queue.append(one)

    def _verdict(self, one: Made) -> str:
        known = self.roster.get(one.guest.public_id)
        if known is None:
            return "unknown"
        if known["serial"] != one.guest.serial:
            return "revoked"
        if known["state"] != "confirmed":
            return "cancelled"
        gate, is_in = one.body["checkpoint"], self._is_in(one)
        if one.body["direction"] == "out":
            return "left" if is_in else "not_inside"
        return "already_in" if is_in and gate else "admitted"

    def _is_in(self, one: Made) -> bool:
        gate, guest = one.body["checkpoint"], one.guest.public_id
        if (guest, gate) in self.inside:
            return self.inside[guest, gate]
        entries = self.roster.get(guest, {}).get("entries", [])
        return any(entry["checkpoint"] == gate and entry["left"] is None for entry in entries)

    def _remember(self, one: Made, verdict: str) -> None:
        if verdict in ("admitted", "left"):
            self.inside[one.guest.public_id, one.body["checkpoint"]] = verdict == "admitted"

    def _flush(self) -> bool:
        while self.queue:
            batch = self.queue[:BATCH]
            answers = self._send(batch)
            if answers is None:
                return False
            for one, answer in zip(batch, answers, strict=True):
                self._take(one, answer)
            if self.chance.random() < 0.2:
                # The answer was lost on the way: all of it is sent again.
                continue
            del self.queue[: len(batch)]
        return True

    def _take(self, one: Made, answer: str) -> None:
        assert one.answer in ("", answer), f"two answers to one scan: {one.answer} and {answer}"
        one.answer = answer

    def _hear(self) -> None:
        while True:
            try:
                told = json.loads(self._call("GET", f"{ROSTER}?since={self.cursor}&limit=5000"))
            except NET_FAILURES:
                return
            if told["full"]:
                self.roster = {}
            self.roster |= {guest["id"]: guest for guest in told["changed"]}
            self.cursor = told["cursor"]
            if not told["more"]:
                return

    def _send(self, batch: list[Made]) -> list[str] | None:
        body = {"scans": [one.body for one in batch], "sent_at": self._clock(), "offset_ms": self.offset_ms}
        try:
            answer = self._call("POST", SCANS, json.dumps(body))
        except NET_FAILURES:
            return None
        return [json.dumps(one, sort_keys=True) for one in json.loads(answer)["verdicts"]]

    def _call(self, method: str, path: str, body: str | None = None) -> str:
        parts = urlsplit(self.site.url)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE_SECONDS)
        try:
            headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            if answer.status != 200:
                raise OSError(f"{answer.status}: {text[:200]}")
            return text
        finally:
            connection.close()

    def _clock(self) -> str:
        return (datetime.now(UTC) + timedelta(milliseconds=self.offset_ms)).isoformat()
