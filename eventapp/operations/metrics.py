"""Requests by route and status, counted in memory that all processes of one server can read.

Each process writes its own file of fixed records and reads everybody's: no lock between processes, nothing on disk that
waits. A record is a name of at most 160 bytes and then numbers: how many, seconds in all, and how many within each bucket.
"""

from __future__ import annotations

import mmap
import os
import struct
import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from flask import Flask, Response, g, request

TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

_NAME_BYTES = 160
_NUMBERS = struct.Struct(f"<{2 + len(BUCKETS_SECONDS)}d")
_RECORD_BYTES = 256
_MOST_RECORDS = 4096
_SUFFIX = ".requests"

Numbers = tuple[float, ...]


class RequestCounter:
    """What one process counts. Until it is given a folder to share it counts for itself alone."""

    def __init__(self) -> None:
        self._memory: bytearray | mmap.mmap = bytearray(_RECORD_BYTES * 64)
        self._folder: Path | None = None
        self._places: dict[str, int] = {}
        self._lock = threading.Lock()

    def share(self, folder: Path) -> None:
        """Count in a file of this process in `folder` from now on."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{os.getpid()}-{time.monotonic_ns()}{_SUFFIX}"
        with path.open("w+b") as file:
            # A file with a hole: room for all records, blocks only for those that are written.
            file.truncate(_RECORD_BYTES * _MOST_RECORDS)
            memory = mmap.mmap(file.fileno(), _RECORD_BYTES * _MOST_RECORDS)
        with self._lock:
            self._memory, self._folder, self._places = memory, folder, {}

    def count(self, name: str, seconds: float) -> None:
        """One more request of this name that took so long."""
        with self._lock:
            place = self._places.get(name)
            if place is None:
                place = self._new_place(name)
            if place < 0:
                return
            numbers = list(_NUMBERS.unpack_from(self._memory, place + _NAME_BYTES))
            numbers[0] += 1
            numbers[1] += seconds
            for position, bound in enumerate(BUCKETS_SECONDS, start=2):
                if seconds <= bound:
                    numbers[position] += 1
            _NUMBERS.pack_into(self._memory, place + _NAME_BYTES, *numbers)

    def totals(self) -> dict[str, Numbers]:
        """What all processes of the folder have counted, those included that have ended."""
        if self._folder is None:
            return dict(_records(bytes(self._memory)))
        sums: dict[str, Numbers] = {}
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
            for name, numbers in _records(path.read_bytes()):
                known = sums.get(name)
                sums[name] = tuple(map(sum, zip(known, numbers, strict=True))) if known else numbers
        return sums

    def _new_place(self, name: str) -> int:
        place = len(self._places) * _RECORD_BYTES
        if isinstance(self._memory, bytearray) and place + _RECORD_BYTES > len(self._memory):
            self._memory.extend(bytes(len(self._memory)))
        if place + _RECORD_BYTES > _RECORD_BYTES * _MOST_RECORDS:
            place = -1
        else:
            encoded = name.encode()[:_NAME_BYTES]
            self._memory[place : place + len(encoded)] = encoded
        self._places[name] = place
        return place


def clear_counts(folder: Path) -> None:
    """Forget what earlier runs of the server counted; called before its processes start."""
    for path in folder.glob(f"*{_SUFFIX}"):
        path.unlink(missing_ok=True)


def init_metrics(app: Flask) -> None:
    """Count every request that the application answers."""
    counter = app.extensions["request_counter"] = RequestCounter()

    def started() -> None:
        g.started_at = time.perf_counter()

    def answered(response: Response) -> Response:
        seconds = time.perf_counter() - g.get("started_at", time.perf_counter())
        # The rule, not the path: paths hold tokens and codes, and there is no end to them.
        route = request.url_rule.rule if request.url_rule else "-"
        counter.count(f"{request.method} {route} {response.status_code}", seconds)
        return response

    app.before_request_funcs.setdefault(None, []).insert(0, started)
    app.after_request(answered)


def request_lines(totals: Mapping[str, Numbers]) -> Iterable[str]:
    """Counts and durations of requests in Prometheus's text format."""
    name = "eventapp_request_seconds"
    yield f"# HELP {name} Time until an answer was ready, by route and status."
    yield f"# TYPE {name} histogram"
    for key, (count, seconds, *buckets) in sorted(totals.items()):
        method, route, status = key.split(" ", 2)
        labels = f'method="{method}",route="{escaped(route)}",status="{status}"'
        for bound, number in zip(BUCKETS_SECONDS, buckets, strict=True):
            yield f'{name}_bucket{{{labels},le="{bound}"}} {number:g}'
        yield f'{name}_bucket{{{labels},le="+Inf"}} {count:.0f}'
        yield f"{name}_sum{{{labels}}} {seconds:.6f}"
        yield f"{name}_count{{{labels}}} {count:.0f}"


def gauge_lines(name: str, meaning: str, label: str, values: Mapping[str, float]) -> Iterable[str]:
    """Numbers that go up and down, one line for each value of the label."""
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} gauge"
    for value, number in values.items():
        yield f'{name}{{{label}="{escaped(value)}"}} {number}' if label else f"{name} {number}"


def escaped(text: str) -> str:
    """A label's value as the format wants it."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _records(content: bytes) -> Iterable[tuple[str, Numbers]]:
    for place in range(0, len(content), _RECORD_BYTES):
        name = content[place : place + _NAME_BYTES].rstrip(b"\0").decode(errors="replace")
        if not name:
            return
        yield name, _NUMBERS.unpack_from(content, place + _NAME_BYTES)
