"""Many at once: the same function in threads of several real processes, started together."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from typing import Any

from eventapp import create_app
from eventapp.db import db
from tests.ground.databases import settings_for

SECONDS_TO_FINISH = 120
THINKING_SECONDS = 0.5


@dataclass(frozen=True)
class Outcome:
    """What came of one caller: a value, or the class name and words of what was raised."""

    index: int
    value: Any = None
    refusal: str | None = None
    words: str = ""


@dataclass(frozen=True)
class Order:
    """What a process is to do: call the target in so many threads, on this database."""

    target: Callable[..., Any]
    args: tuple[Any, ...]
    first_index: int
    threads: int
    database_url: str
    folder: str


def while_others_look() -> None:
    """The thinking between a look and a write of those who trust in luck: long enough for the others to look, too."""
    time.sleep(THINKING_SECONDS)


class Crowd:
    """Processes that wait for orders; they are started once and serve all races of a test run."""

    def __init__(self) -> None:
        self._spawn = multiprocessing.get_context("spawn")
        self._answers = self._spawn.Queue()
        self._go = self._spawn.Event()
        self._members: list[tuple[Any, Any]] = []

    def run(
        self,
        target: Callable[..., Any],
        args: tuple[Any, ...],
        *,
        database_url: str,
        folder: Path,
        processes: int,
        threads: int,
    ) -> list[Outcome]:
        """Call `target(index, *args)` in processes × threads at the same moment; every outcome in index order.

        `target` is a function of a module, so that another process can import it; it runs inside an application context.
        """
        self._grow_to(processes)
        self._go.clear()
        for number, (_process, orders) in enumerate(self._members[:processes]):
            orders.put(Order(target, args, number * threads, threads, database_url, str(folder)))
        for _ in range(processes * threads):
            self._next_answer()
        self._go.set()
        outcomes = [self._next_answer() for _ in range(processes * threads)]
        return sorted(outcomes, key=lambda outcome: outcome.index)

    def stop(self) -> None:
        """Let all processes end."""
        for process, orders in self._members:
            orders.put(None)
            process.join(5)
            process.kill()

    def _grow_to(self, number: int) -> None:
        while len(self._members) < number:
            orders = self._spawn.Queue()
            process = self._spawn.Process(target=_serve, args=(orders, self._answers, self._go), daemon=True)
            process.start()
            self._members.append((process, orders))

    def _next_answer(self) -> Any:
        deadline = time.monotonic() + SECONDS_TO_FINISH
        while time.monotonic() < deadline:
            try:
                return self._answers.get(timeout=1)
            except Empty:
                assert all(process.is_alive() for process, _ in self._members), (
                    "a process of the storm died; see its traceback"
                )
        raise AssertionError(f"the storm did not end within {SECONDS_TO_FINISH} s")


def _serve(orders: Any, answers: Any, go: Any) -> None:
    while (order := orders.get()) is not None:
        app = create_app(settings_for(order.database_url, Path(order.folder)))
        callers = [
            threading.Thread(target=_call, args=(app, order.first_index + number, order, answers, go))
            for number in range(order.threads)
        ]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
        with app.app_context():
            db.engine.dispose()


def _call(app: Any, index: int, order: Order, answers: Any, go: Any) -> None:
    with app.app_context():
        # The connection is made before the start, so that all really run at once.
        db.session.connection()
        db.session.rollback()
        answers.put("ready")
        go.wait(SECONDS_TO_FINISH)
        try:
            outcome = Outcome(index, value=order.target(index, *order.args))
        except Exception as error:  # noqa: BLE001 - whatever is raised is the outcome
            outcome = Outcome(index, refusal=type(error).__name__, words=str(error))
        db.session.remove()
        # Last of all: whoever waits for the answer may drop the database next.
        answers.put(outcome)
