"""The wake-up call: it reaches the worker over the embedded queue and over Redis."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from config import Settings
from eventapp.db import db
from eventapp.jobs import Jobs
from eventapp.messaging.models import OutboxMessage
from tests.ground.databases import settings_for


@pytest.fixture(params=["embedded", "redis"])
def settings(request, database, tmp_path) -> Settings:
    redis_url = request.getfixturevalue("redis_url") if request.param == "redis" else ""
    return settings_for(database.url, tmp_path, redis_url=redis_url)


def test_a_call_is_heard_once(app, settings):
    heard: list[str] = []
    jobs = Jobs(app, settings)
    jobs.add("listen", lambda: heard.append("called"))
    jobs.wake("listen")
    task = jobs.huey.dequeue()
    jobs.huey.execute(task)
    assert (heard, jobs.huey.dequeue()) == (["called"], None)


def test_a_job_runs_where_the_database_is(app, settings):
    found: list[int] = []
    jobs = Jobs(app, settings)
    jobs.add("look", lambda: found.append(len(db.session.scalars(select(OutboxMessage)).all())))
    jobs.wake("look")
    jobs.huey.execute(jobs.huey.dequeue())
    assert found == [0]


def test_the_real_worker_sends_what_a_page_wrote(mailbox, serve, owner, client):
    serve(workers=1, worker=True)
    client.post_form("/sign-in/link", page="/sign-in", status=200, email=owner.email)
    mail = mailbox.wait_for(owner.email, seconds=30)
    assert mail["Subject"] == "Your sign-in link"
