"""The worker's part: remind speakers who have not answered, delete pictures that nobody shows any more."""

from __future__ import annotations

from eventapp.jobs import Jobs
from eventapp.speakers.actions import delete_unused_pictures, remind_due


def register_jobs(jobs: Jobs) -> None:
    jobs.add("remind_speakers", remind_due, every_minute=True)
    jobs.add("delete_unused_pictures", delete_unused_pictures, every_minute=True)
