"""The worker's part in messaging."""

from __future__ import annotations

from flask import current_app

from eventapp.jobs import Jobs
from eventapp.messaging.actions import deliver_due
from eventapp.messaging.delivery import send_by_smtp


def deliver_outbox() -> None:
    """Send what is due. Without MAIL_URL the messages stay in the outbox."""
    if current_app.config["MAIL_URL"]:
        while deliver_due(send_by_smtp):
            pass


def register_jobs(jobs: Jobs) -> None:
    jobs.add("deliver_outbox", deliver_outbox, every_minute=True)
