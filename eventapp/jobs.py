"""The queue: a wake-up call for the worker. What is to be done stands in database rows, never in the queue."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask, current_app

from config import Settings

log = structlog.get_logger("eventapp.jobs")


class Jobs:
    """The application's jobs by name, each run inside an application context."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        # Not before the settings are known: `wsgi.py` may have left out the Redis client, which this loads.
        from huey import RedisHuey, SqliteHuey, crontab

        self.app = app
        self._each_minute = crontab(minute="*")
        if settings.redis_url:
            self.huey: Any = RedisHuey("eventapp", url=settings.redis_url)
        else:
            # No fsync: a call that is lost in a power cut does no harm, and guests must not wait for it.
            self.huey = SqliteHuey("eventapp", filename=str(settings.instance_dir / "queue.sqlite3"), fsync=False)
        self._tasks: dict[str, Any] = {}

    def add(self, name: str, act: Callable[[], object], *, every_minute: bool = False) -> None:
        """Register a job; with `every_minute` the worker also runs it by itself."""

        def run() -> None:
            with self.app.app_context():
                act()

        self._tasks[name] = self.huey.task(name=name)(run)
        if every_minute:
            self.huey.periodic_task(self._each_minute, name=f"{name}_every_minute")(run)

    def wake(self, name: str) -> None:
        """Ask the worker to run a job soon. A lost call does no harm: the job also runs every minute."""
        try:
            self._tasks[name]()
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the queue, the rows are written
            log.warning("the worker could not be called", job=name, error=type(error).__name__)


def jobs() -> Jobs:
    """The queue of the application at work."""
    return current_app.extensions["jobs"]  # type: ignore[no-any-return]


def run_worker(app: Flask, workers: int = 2) -> None:
    """Run the consumer until it is told to stop (SIGINT, SIGTERM)."""
    logging.getLogger("huey").setLevel(logging.WARNING)
    consumer = app.extensions["jobs"].huey.create_consumer(
        workers=workers, periodic=True, initial_delay=0.1, max_delay=1.0
    )
    consumer.run()
