"""The worker's part: releases whose hour has come, and what is told of them."""

from __future__ import annotations

from eventapp.agenda.actions import publish_due_releases, send_due_notices
from eventapp.agenda.actions.notices import Find
from eventapp.jobs import Jobs


def register_jobs(jobs: Jobs, people_of_notice: Find) -> None:
    """`people_of_notice` finds whom a release concerns: the rooms above know, the agenda does not."""
    jobs.add("publish_releases", publish_due_releases, every_minute=True)
    jobs.add("send_notices", lambda: send_due_notices(people_of_notice), every_minute=True)
