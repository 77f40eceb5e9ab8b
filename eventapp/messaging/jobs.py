"""The worker's part in messaging."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app

from eventapp.jobs import Jobs
from eventapp.messaging.actions import Release, deliver_due, finish_mailings, release_due
from eventapp.messaging.delivery import send_by_smtp
from eventapp.messaging.models import Mailing


def deliver_outbox() -> None:
    """Send what is due. Without MAIL_URL the messages stay in the outbox."""
    if current_app.config["MAIL_URL"]:
        while deliver_due(send_by_smtp):
            pass
    finish_mailings()


def register_jobs(jobs: Jobs, people_of_mailing: Callable[[Mailing], Release]) -> None:
    """`people_of_mailing` finds who gets a mailing: the rooms above know, messaging does not."""
    jobs.add("deliver_outbox", deliver_outbox, every_minute=True)
    jobs.add("release_mailings", lambda: release_due(people_of_mailing), every_minute=True)
