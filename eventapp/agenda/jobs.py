"""The worker's part: releases whose hour has come."""

from __future__ import annotations

from eventapp.agenda.actions import publish_due_releases
from eventapp.jobs import Jobs


def register_jobs(jobs: Jobs) -> None:
    jobs.add("publish_releases", publish_due_releases, every_minute=True)
