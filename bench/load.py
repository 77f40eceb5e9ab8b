"""Clients: each sends its next request when the last was answered, over a connection that stays open.

The client must not use the machine's time that the server needs, so it speaks HTTP over plain sockets and reads of an
answer only what it must: status, Content-Length, and a cookie where a script of requests asks for one.
"""

from __future__ import annotations

import multiprocessing
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

HOST = "127.0.0.1"
MOST_PROCESSES = 2
TIMEOUT_SECONDS = 30
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
CLOSING = re.compile(rb"\r\nconnection: close", re.IGNORECASE)

# What a client does: given its number and the workload's own facts, it yields requests and is sent the answers; whatever
# it yields as None ends one unit of work (a single request is a unit of its own).
Script = Callable[[int, Any], Iterator[bytes | None]]


@dataclass
class Answer:
    status: int
    head: bytes
    body: bytes


@dataclass
class Measured:
    """What came of a cell: units done within the time, how long each took, and answers that were not as expected."""

    seconds: float = 0.0
    took: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.took) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """Milliseconds within which this share of the units was done."""
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else float("nan")


class Connection:
    """One keep-alive connection."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def ask(self, request: bytes) -> Answer:
        if self._socket is None:
            self._socket = socket.create_connection((HOST, self._port), TIMEOUT_SECONDS)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        return self._answer()

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _answer(self) -> Answer:
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more()
        head = received[:end]
        length = LENGTH.search(head)
        missing = int(length[1]) if length else 0
        parts, got = [received[end + 4 :]], len(received) - end - 4
        while got < missing:
            parts.append(self._more())
            got += len(parts[-1])
        if CLOSING.search(head):
            self.close()
        return Answer(int(head[9:12]), head, b"".join(parts))

    def _more(self) -> bytes:
        assert self._socket is not None
        piece = self._socket.recv(262_144)
        if not piece:
            raise ConnectionError("the server hung up")
        return piece


def measure(script: Script, facts: Any, port: int, clients: int, seconds: float) -> Measured:
    """Run so many clients for so long; a unit that is not finished in time does not count."""
    spawn = multiprocessing.get_context("spawn")
    processes = min(clients, MOST_PROCESSES)
    shares = [range(number, clients, processes) for number in range(processes)]
    answers, ready, go = spawn.Queue(), spawn.Barrier(processes + 1), spawn.Event()
    started = [
        spawn.Process(
            target=_run_share, args=(script, facts, port, list(share), seconds, answers, ready, go), daemon=True
        )
        for share in shares
    ]
    for process in started:
        process.start()
    ready.wait(60)
    go.set()
    parts = [answers.get(timeout=seconds + TIMEOUT_SECONDS + 60) for _ in started]
    for process in started:
        process.join(10)
    return Measured(
        seconds,
        [took for part in parts for took in part.took],
        [wrong for part in parts for wrong in part.wrong],
    )


def _run_share(
    script: Script, facts: Any, port: int, numbers: list[int], seconds: float, answers: Any, ready: Any, go: Any
) -> None:
    measured = [Measured() for _ in numbers]
    threads = [
        threading.Thread(target=_run_client, args=(script, facts, port, number, seconds, own, go))
        for number, own in zip(numbers, measured, strict=True)
    ]
    for thread in threads:
        thread.start()
    ready.wait(60)
    for thread in threads:
        thread.join()
    whole = Measured(seconds)
    for own in measured:
        whole.took += own.took
        whole.wrong += own.wrong
    answers.put(whole)


def _run_client(script: Script, facts: Any, port: int, number: int, seconds: float, own: Measured, go: Any) -> None:
    connection, steps = Connection(port), script(number, facts)
    try:
        request = next(steps)
        go.wait(60)
        start = begun = time.perf_counter()
        while request is not None:
            answer = connection.ask(request)
            request = steps.send(answer)
            if request is None:
                done = time.perf_counter()
                if done - start > seconds:
                    break
                own.took.append(done - begun)
                request, begun = next(steps), time.perf_counter()
    except StopIteration:
        own.wrong.append("the client had nothing left to do")
    except (OSError, AssertionError) as error:
        own.wrong.append(f"{type(error).__name__}: {error}"[:200])
    finally:
        connection.close()
