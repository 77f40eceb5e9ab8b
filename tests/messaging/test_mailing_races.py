"""Two organisers, two clicks, several workers at once: everybody gets a message once."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import select

from eventapp.accounts.actor import SYSTEM
from eventapp.audiences import release_of
from eventapp.clock import now
from eventapp.db import db
from eventapp.messaging.actions import cancel_mailing, release_due, schedule_mailing
from eventapp.messaging.models import Mailing, OutboxMessage
from tests.ground.storms import while_others_look
from tests.messaging.mailings import addressed, make_mailing
from tests.registration.guests import make_category, register_guest

pytestmark = [pytest.mark.both_databases, pytest.mark.storm]
ALL = [f"guest{number}@example.org" for number in range(1, 6)]


@pytest.fixture
def mailing_id(event) -> int:
    category = make_category(event)
    for number in range(1, 6):
        register_guest(category, number)
    return make_mailing(event).id


def send_it(_index: int, mailing_id: int) -> None:
    schedule_mailing(mailing_id, by=SYSTEM)


def release_it(_index: int) -> int:
    return release_due(release_of)


def release_or_cancel(index: int, mailing_id: int) -> int:
    return cancel_mailing(mailing_id, by=SYSTEM) if index == 0 else release_due(release_of)


def release_naively(_index: int, mailing_id: int) -> int:
    """Look first, write afterwards, with nothing that holds the two together, and no name for what is told."""
    mailing = db.session.get_one(Mailing, mailing_id)
    due, event_id = mailing.state == "scheduled", mailing.event_id
    people = release_of(mailing).recipients
    db.session.rollback()
    while_others_look()
    if not due:
        return 0
    for one in people:
        message = {"language": one.language, "template": "mailing", "values": one.values, "event_id": event_id}
        cause = f"naive:{_index}"
        at = {"created_at": now(), "next_attempt_at": now()}
        db.session.add(OutboxMessage(cause=cause, recipient=one.email, mailing_id=mailing_id, **message, **at))
    db.session.commit()
    return 1


def test_of_many_clicks_one_sends(storm, mailing_id):
    outcomes = storm(send_it, processes=2, threads=4, args=(mailing_id,))
    assert Counter(outcome.refusal for outcome in outcomes) == {None: 1, "OnItsWay": 7}


def test_several_workers_release_a_mailing_once(storm, mailing_id):
    schedule_mailing(mailing_id, by=SYSTEM)
    outcomes = storm(release_it, processes=2, threads=4)
    assert sorted(outcome.value for outcome in outcomes) == [0] * 7 + [1]
    assert sorted(addressed(mailing_id)) == ALL


def test_whoever_cancels_while_it_is_released_leaves_nothing_half_done(storm, mailing_id):
    schedule_mailing(mailing_id, by=SYSTEM)
    storm(release_or_cancel, processes=2, threads=4, args=(mailing_id,))
    assert db.session.scalars(select(Mailing.state).where(Mailing.id == mailing_id)).one() == "cancelled"
    assert addressed(mailing_id) == []


def test_without_the_claim_everybody_would_get_it_again_and_again(storm, mailing_id):
    schedule_mailing(mailing_id, by=SYSTEM)
    storm(release_naively, processes=2, threads=4, args=(mailing_id,))
    assert len(addressed(mailing_id)) > len(ALL)
