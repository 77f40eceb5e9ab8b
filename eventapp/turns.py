"""Writers of one SQLite file take turns, and what several threads bring at once is done in one go.

SQLite lets one write and has the others knock again after up to a tenth of a second: whoever is unlucky waits for ten
seconds and fails, while the file lies idle between knocks. A lock of the system wakes the next one at once, and in order.
"""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

if sys.platform != "win32":
    import fcntl


Work = TypeVar("Work")
Result = TypeVar("Result")


class Gathering(Generic[Work, Result]):
    """Whoever's turn it is does the work of all threads that wait for theirs, too, in one go.

    `act` takes a list of works and returns a result for each. Where it fails, nothing of that list was done; then
    everybody does their own work alone, so that nobody meets another's error.
    """

    def __init__(self, act: Callable[[list[Work]], list[Result]]) -> None:
        self._act = act
        self._waiting: deque[_Ticket[Work, Result]] = deque()
        self._turn = threading.Lock()

    def do(self, work: Work) -> Result:
        """The result of one's own work, whoever did it. Raises what `act` raises for this work alone."""
        ticket: _Ticket[Work, Result] = _Ticket(work)
        self._waiting.append(ticket)
        with self._turn:
            if not ticket.results and not ticket.alone:
                self._do_all()
        return ticket.results[0] if ticket.results else self._act([work])[0]

    def _do_all(self) -> None:
        # Only here, within one's turn, tickets are taken away; who comes later waits for the next turn.
        tickets = [self._waiting.popleft() for _ in range(len(self._waiting))]
        try:
            results = self._act([ticket.work for ticket in tickets])
        except Exception:  # noqa: BLE001 - each meets its own error when it does its work alone
            for ticket in tickets:
                ticket.alone = True
            return
        for ticket, result in zip(tickets, results, strict=True):
            ticket.results = [result]


@dataclass
class _Ticket(Generic[Work, Result]):
    work: Work
    alone: bool = False
    results: list[Result] = field(default_factory=list)


class Turns:
    """The queue of everybody who writes to a database file: first the threads of this process, then the processes."""

    def __init__(self, database: str) -> None:
        self._path = f"{database}.turn"
        self._threads = threading.Lock()

    @contextmanager
    def mine(self) -> Iterator[None]:
        """Wait for one's turn; it is over when the block ends, or with the process."""
        with self._threads:
            if sys.platform == "win32":
                yield
                return
            # Opened anew each time: a descriptor that is inherited by a child would carry the lock along.
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                yield
            finally:
                os.close(descriptor)
