"""The worker's part: remind speakers who have not answered."""

from __future__ import annotations

from eventapp.jobs import Jobs
from eventapp.speakers.actions import remind_due


def register_jobs(jobs: Jobs) -> None:
    jobs.add("remind_speakers", remind_due, every_minute=True)
