"""The worker's part: offers that nobody took in time, and data whose last day is over."""

from __future__ import annotations

from eventapp.jobs import Jobs
from eventapp.messaging.actions import forget_farewells
from eventapp.registration.actions import FAREWELL, clear_pending_files, lapse_offers, remove_due
from eventapp.traces import empty_journal


def register_jobs(jobs: Jobs) -> None:
    jobs.add("lapse_offers", lapse_offers, every_minute=True)
    jobs.add("clear_pending_files", clear_pending_files, every_minute=True)
    jobs.add("remove_data", remove_data, every_minute=True)


def remove_data() -> None:
    """What is due goes; so do last messages that were sent, and what the journal still holds of either."""
    remove_due()
    forget_farewells(FAREWELL)
    empty_journal()
